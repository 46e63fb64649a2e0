"""Connections of the server: how many there are, and how much and how long each may send to say what it wants.

uvicorn waits for ever for a request that was begun, takes headers without end, and as many connections as come. Here a
request's headers have `HEADER_SECONDS` and `MOST_HEAD_BYTES`; and where there are `MOST_CONNECTIONS`, a new one takes
the place of the one that has been waiting longest for a request, or for the end of its body.
"""

from __future__ import annotations

import asyncio
import select
from typing import Any

from starlette.types import Message, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADER_SECONDS = 10.0
MOST_HEAD_BYTES = 65_536
"""Bytes of a request's line and headers: what h11 takes. httptools has no bound of its own."""
MOST_SENT_BYTES = 8_000_000
"""Bytes of a whole request as it is sent: a body of 1 MB in chunks, however small. httptools keeps trailers too."""
_RESET = "the handler is closed"
"""What uvloop says of a connection that was reset a moment ago, of which uvicorn is told in the next one."""
MOST_CONNECTIONS = 1000

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

_BASE: Any = AutoHTTPProtocol


async def send_unless_reset(send: Send, message: Message) -> None:
    """Sends a part of an answer; without effect where the client has reset its connection, on every event loop."""
    try:
        await send(message)
    except RuntimeError as error:
        if _RESET not in str(error):
            raise


def _is_readable(transport: Any) -> bool:
    socket = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


class Connections:
    """The open connections of one server."""

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        self._most = most
        self._busy: set[Connection] = set()
        # In the order in which they began to: those that have not brought a whole request yet, and those between two.
        self._unfinished: dict[Connection, None] = {}
        self._idle: dict[Connection, None] = {}

    def protocol(self, **given: Any) -> Connection:
        """A protocol for a new connection, as `uvicorn.Config(http=…)` wants it."""
        return Connection(self, **given)

    def wait(self, connection: Connection) -> None:
        """It waits for another request."""
        self.forget(connection)
        self._idle[connection] = None

    def receive(self, connection: Connection) -> None:
        """It waits for its first request, or for the end of a body."""
        if connection not in self._unfinished:
            self.forget(connection)
            self._unfinished[connection] = None

    def work(self, connection: Connection) -> None:
        """It has a request that is being answered."""
        self.forget(connection)
        self._busy.add(connection)

    def forget(self, connection: Connection) -> None:
        self._busy.discard(connection)
        self._unfinished.pop(connection, None)
        self._idle.pop(connection, None)

    def make_room(self) -> bool:
        """Whether one more may come; closes one that waits where there are too many."""
        if len(self._busy) + len(self._unfinished) + len(self._idle) < self._most:
            return True
        # A proxy may use an idle one this very moment.
        waiting = self._unfinished or self._idle
        if not waiting:
            return False
        oldest = next(iter(waiting))
        self.forget(oldest)
        oldest.transport.abort()
        return True


class Connection(_BASE):  # type: ignore[misc]
    """uvicorn's protocol of one connection, with a time limit for headers."""

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all = connections
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head = False
        self._messages = 0
        self._sent = 0

    def connection_made(self, transport: Any) -> None:
        room = self._all.make_room()
        super().connection_made(transport)
        if not room:
            transport.abort()
            return
        self._all.receive(self)
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._all.forget(self)
        super().connection_lost(exc)

    def drain(self, seconds: float) -> None:
        """Closes it once it has had no request for so many seconds, now that the server is being stopped. Answers that
        begin from now on close it themselves."""
        self.timeout_keep_alive = seconds
        if not self._is_answering():
            asyncio.get_running_loop().call_later(seconds, self._end_idle)

    def _end_idle(self) -> None:
        # A request that has come and was not read yet is still answered.
        if not (self._is_answering() or self.transport.is_closing() or _is_readable(self.transport)):
            self.shutdown()

    def data_received(self, data: bytes) -> None:
        begun = self._messages
        super().data_received(data)
        # What a request begins with is not counted: a read has 256 KB, and may have the end of the one before.
        self._sent += len(data) if begun == self._messages else 0
        if self._in_head and self._sent > MOST_HEAD_BYTES:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()
            return
        if self._sent > MOST_SENT_BYTES:
            self.transport.abort()
            return
        if self._is_answering():
            self._stop()
            (self._all.receive if self.cycle.more_body else self._all.work)(self)
        elif self._deadline is None and not self.transport.is_closing():
            self._start()

    # What httptools calls; h11 has bounds of its own.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._messages += 1
        self._sent = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        # After the head they are trailers, which nobody reads.
        if self._in_head:
            # httptools leaves the blanks around a value, which are no part of it.
            super().on_header(name, value.strip(b" \t"))

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def _unsupported_upgrade_warning(self) -> None:
        # It advises to install what nobody would use, in a line for each such request.
        pass

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_answering() and not self.transport.is_closing():
            # uvicorn closes it by itself where nothing more comes.
            self._all.wait(self)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(HEADER_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self._is_answering():
            self.transport.abort()

"""Forks processes of `reply-mcp` that need not import anything: `python -m tests.processes.fork_server NAME`.

It listens at the abstract Unix socket of that name. A connection that sends the length 0 holds the server, which ends
when nothing holds it any more; any other is one process, for which it sends what `stand_in` says: arguments,
environment, folder, and the streams themselves. It gets the process's id and, in the end, its status; where it closes
before, the process is killed, as the one that it stands for was.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import marshal
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

UNHELD = 60.0
"""Seconds after which it ends where nothing has come to hold it."""


@dataclass(frozen=True)
class Request:
    """What a process is started with; `streams` are its standard streams, by number, as they are here."""

    arguments: list[str]
    environment: dict[bytes, bytes]
    folder: str
    streams: dict[int, int]


def main(name: str) -> None:
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(f"\0{name}")
    except OSError:
        listener.close()
        print("another has this name", flush=True)
        return
    listener.listen(64)
    print("listening", flush=True)
    _import_all()
    gc.freeze()
    assert threading.active_count() == 1, "a process that runs threads cannot be forked"
    request = Server(listener).serve()
    if request is not None:
        _run(request)


def _import_all() -> None:
    import reply_mcp
    from reply_mcp import catalog

    for module in pkgutil.walk_packages(reply_mcp.__path__, "reply_mcp."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    catalog.entries()


class Server:
    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._awake, self._wake = socket.socketpair()
        self._awake.setblocking(False)
        self._wake.setblocking(False)
        self._processes: dict[socket.socket, int] = {}
        self._holders: set[socket.socket] = set()

    def serve(self) -> Request | None:
        """Serves until nothing holds it; in each process that it forks, gives what that one is to run."""
        signal.set_wakeup_fd(self._wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for source in (self._listener, self._awake):
            self._selector.register(source, selectors.EVENT_READ)
        was_held = False
        while self._holders or self._processes or not was_held:
            ready = self._selector.select(None if was_held else UNHELD)
            if not ready and not was_held:
                break
            for key, _ in ready:
                source: Any = key.fileobj
                if source is self._listener:
                    request = self._accepted()
                    if request is not None:
                        return request
                    was_held = was_held or bool(self._holders)
                elif source is self._awake:
                    self._awake.recv(4096)
                    self._reap()
                elif source in self._holders or source in self._processes:
                    self._closed(source)
        return None

    def _accepted(self) -> Request | None:
        link, _ = self._listener.accept()
        head, streams, _, _ = socket.recv_fds(link, 4, 3)
        length = int.from_bytes(head, "big")
        if len(head) < 4:  # it was killed before it had said anything
            link.close()
            return None
        self._selector.register(link, selectors.EVENT_READ)
        if not length:
            self._holders.add(link)
            return None
        body = b""
        while len(body) < length:
            more = link.recv(length - len(body))
            if not more:
                break
            body += more
        if len(body) < length:
            self._selector.unregister(link)
            link.close()
            return None
        process = os.fork()
        if not process:
            self._leave()
            arguments, environment, folder, numbers = marshal.loads(body)
            return Request(arguments, environment, folder, dict(zip(numbers, streams, strict=True)))
        for stream in streams:
            os.close(stream)
        self._processes[link] = process
        self._send(link, process)
        return None

    def _closed(self, link: socket.socket) -> None:
        self._selector.unregister(link)
        link.close()
        self._holders.discard(link)
        if link in self._processes:
            os.kill(self._processes[link], signal.SIGKILL)

    def _reap(self) -> None:
        for link, process in list(self._processes.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._processes[link]
                if link.fileno() >= 0:
                    self._send(link, status)
                    self._selector.unregister(link)
                    link.close()

    def _send(self, link: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):  # it was killed meanwhile, which is noticed when its link is read
            link.sendall(number.to_bytes(4, "big"))

    def _leave(self) -> None:
        """A forked process keeps nothing of what is served here."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (self._listener, self._awake, self._wake, *self._holders, *self._processes):
            one.close()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()


def _run(request: Request) -> None:
    """What `python -m reply_mcp` does once it has been started."""
    for stream in (0, 1, 2):
        if stream in request.streams:
            os.dup2(request.streams[stream], stream)
            os.close(request.streams[stream])
        else:
            os.close(stream)
    os.chdir(request.folder)
    os.environ.clear()
    os.environb.update(request.environment)
    time.tzset()
    sys.stdin = _stream(0, "r", request)
    sys.stdout = _stream(1, "w", request)
    sys.stderr = _stream(2, "w", request)
    sys.argv = ["reply-mcp", *request.arguments]
    runpy.run_module("reply_mcp", run_name="__main__", alter_sys=True)


def _stream(number: int, mode: str, request: Request) -> Any:
    if number not in request.streams:
        return None
    errors = "backslashreplace" if number == 2 else "strict"
    stream = open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
    assert isinstance(stream, io.TextIOWrapper)
    if mode == "w":
        stream.reconfigure(line_buffering=number == 2 or stream.isatty())
    return stream


if __name__ == "__main__":
    main(sys.argv[1])

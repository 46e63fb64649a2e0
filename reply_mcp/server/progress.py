"""Progress of one call, as MCP has it: a number that only grows, and a sentence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio

from reply_mcp.client.background_tasks import BackgroundTasks

SendProgress = Callable[[float, float | None, str], Awaitable[None]]
"""Sends a progress notification: how far, of how much (None: unknown), and what the call is doing."""

_STEP = 0.001
"""What a wait adds: the protocol wants every notification to be further than the last."""


QUIET_SECONDS = 5.0
"""Seconds without a notification after which one says that the call goes on. Hosts give up on a call that is silent for
60 s, and an answer of Reply may take longer."""


class Progress:
    """Notifications of one call: the share of the work where it is known, small steps where the call only waits.

    Args:
        wanted: whether the host may have asked for them.
    """

    def __init__(self, send: SendProgress, *, wanted: bool = True) -> None:
        self._send = send
        self._wanted = wanted
        self._at = 0.0
        self._last = 0.0

    @asynccontextmanager
    async def keep_alive(self) -> AsyncIterator[None]:
        """Within this, a notification is sent at least every `QUIET_SECONDS`."""
        if not self._wanted:
            yield
            return
        self._last = anyio.current_time()
        reporting = BackgroundTasks()
        # A timer, which anyio has not: nearly every call ends before a task would have anything to do.
        timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, lambda: reporting.start(self._report_waiting()))
        try:
            yield
        finally:
            timer.cancel()
            await reporting.cancel()

    async def _report_waiting(self) -> None:
        began = anyio.current_time() - QUIET_SECONDS
        while True:
            quiet = anyio.current_time() - self._last
            if quiet >= QUIET_SECONDS:
                # A host that cannot be reached is no reason to end the call.
                with contextlib.suppress(Exception):
                    await self._report(None, f"Waiting for Reply, {anyio.current_time() - began:.0f} s so far")
            await anyio.sleep(max(0.0, self._last + QUIET_SECONDS - anyio.current_time()))

    async def on_wait(self, seconds: float, why: str) -> None:
        """The call waits for its turn."""
        await self._report(None, why)

    async def on_progress(self, share: float | None, what: str) -> None:
        """A share of the work is done, 0 to 1; None where the share is unknown."""
        await self._report(share, what)

    async def _report(self, share: float | None, what: str) -> None:
        self._last = anyio.current_time()
        self._at = max(self._at + _STEP, share or 0.0)
        await self._send(self._at, None if share is None else max(1.0, self._at), what)

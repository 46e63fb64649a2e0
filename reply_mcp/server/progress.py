"""Progress of one call, as MCP has it: a number that only grows, and a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

SendProgress = Callable[[float, float | None, str], Awaitable[None]]
"""Sends a progress notification: how far, of how much (None: unknown), and what the call is doing."""

_STEP = 0.001
"""What a wait adds: the protocol wants every notification to be further than the last."""


class Progress:
    """Notifications of one call: the share of the work where it is known, small steps where the call only waits."""

    def __init__(self, send: SendProgress) -> None:
        self._send = send
        self._at = 0.0

    async def on_wait(self, seconds: float, why: str) -> None:
        """The call waits for its turn."""
        await self._report(None, why)

    async def on_progress(self, share: float | None, what: str) -> None:
        """A share of the work is done, 0 to 1; None where the share is unknown."""
        await self._report(share, what)

    async def _report(self, share: float | None, what: str) -> None:
        self._at = max(self._at + _STEP, share or 0.0)
        await self._send(self._at, None if share is None else max(1.0, self._at), what)

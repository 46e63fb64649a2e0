"""Progress of one call, as the protocol has it: a number that only grows, and a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

Report = Callable[[float, float | None, str], Awaitable[None]]
"""Sends a progress notification: how far, of what in all (None: not known), and what the call is at."""

_STEP = 0.001
"""What a wait adds: the protocol wants every notification to be further than the last."""


class Progress:
    """Turns what a call tells of itself into notifications: shares of the whole where they are known, small steps where
    it only waits."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._at = 0.0

    async def waits(self, seconds: float, why: str) -> None:
        """The call waits for its turn."""
        await self._tell(None, why)

    async def comes(self, share: float | None, what: str) -> None:
        """The call has come so far, 0 to 1; None where that is not known."""
        await self._tell(share, what)

    async def _tell(self, share: float | None, what: str) -> None:
        self._at = max(self._at + _STEP, share or 0.0)
        await self._report(self._at, None if share is None else max(1.0, self._at), what)

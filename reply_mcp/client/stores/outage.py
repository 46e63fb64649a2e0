"""A store that cannot be used: the error, and what the log says of it."""

from __future__ import annotations

import logging

log = logging.getLogger("reply_mcp.budget")


class StoreDown(Exception):
    """The store cannot be reached or used now. The message says why, for the log."""


class Outage:
    """Says once that a store is away, and once that it is back, for all credentials that are kept in it."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._on = False
        self.expected = False
        """Whether the store was closed by ourselves."""

    def began(self, why: str) -> None:
        if not self._on and not self.expected:
            self._on = True
            log.warning("%s cannot be used (%s): each process counts its requests alone until it can", self._what, why)

    def ended(self) -> None:
        if self._on:
            self._on = False
            log.warning("%s can be used again: requests are counted together", self._what)

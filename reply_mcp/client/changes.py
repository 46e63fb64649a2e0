"""A caller's changes in the shared state, encrypted: they hold what customers' data was.

The key is derived from the caller's credential, and so are the names of the entries: whoever reads the store without
the credential learns neither what was changed nor by whom. Each entry expires by itself; of one caller there are at
most `MOST`, and what is larger than `MOST_BYTES` is kept without what puts it back.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
import time
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, fields, replace
from functools import cached_property
from typing import Any

import anyio

from reply_mcp.catalog.changes import Change, Inverse, Step
from reply_mcp.client.credentials import Credential
from reply_mcp.client.leases import Lease, extending
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import SharedState, read_number
from reply_mcp.errors import NotDone

MOST = 100
"""Changes of one caller."""
MOST_BYTES = 64 * 1024
"""Bytes of one change as it is kept; a list of some thousand ids fits."""
WAIT_SECONDS = 60.0
"""How long a call waits for another one that undoes the same change."""
_COUNT_SECONDS = 400 * 86_400.0
"""How long the number of a caller's changes is kept: far longer than any of them."""
_NAME, _KEY = b"reply-mcp change", b"reply-mcp change key"
TOO_LARGE = "What it replaced is too large to keep."
OTHER_VERSION = "A newer version of reply-mcp kept it, with more than this one knows."
_DOWN = "The changes that were made cannot be read now: where they are kept cannot be reached. Try again in a minute."


class KeptChanges:
    """The changes of one caller (`catalog.changes.Changes`).

    Args:
        seconds: how long each is kept.
        why_off: why the settings switch off a tool of this name; "" where they do not.
    """

    def __init__(
        self,
        state: SharedState,
        credential: Credential,
        seconds: float,
        why_off: Callable[[str], str] = lambda tool: "",
    ) -> None:
        self._state = state
        self._seconds = seconds
        self._credential = credential
        self.why_off = why_off

    # Every call is given its caller's changes, and few look at them.

    @cached_property
    def _secret(self) -> bytes:
        credential = self._credential
        acting = replace(credential, user_email=(credential.user_email or "").casefold() or None)
        given = {**acting.headers(), "Host": credential.base_url}
        return "\x00".join(f"{name}: {value}" for name, value in sorted(given.items())).encode()

    @cached_property
    def _owner(self) -> str:
        return hashlib.blake2b(self._secret, key=_NAME, digest_size=16).hexdigest()

    @property
    def seconds(self) -> float:
        return self._seconds

    async def add(self, tool: str, what: str, inverse: Inverse, *, why_not: str = "", undoes: int = 0) -> Change | None:
        try:
            for _ in range(MOST):
                id = await self._state.increase(f"{self._prefix}count", 1, _COUNT_SECONDS)
                change = Change(id, time.time(), tool, what, inverse, why_not, undoes=undoes)
                # A state that has lost the count begins it anew: what it still keeps has its ids.
                if (kept := await self._keep(change, new=True)) is not None:
                    await self._state.take(self._name(id - MOST))
                    return kept
        except StoreDown:
            pass
        return None

    async def put(self, change: Change) -> Change:
        try:
            return await self._keep(change) or change
        except StoreDown:
            raise NotDone(_DOWN) from None

    @asynccontextmanager
    async def turn(self, id: int) -> AsyncIterator[None]:
        lease = Lease(self._state, self._turn_name(id))
        try:
            try:
                with anyio.fail_after(WAIT_SECONDS):
                    await lease.acquire()
            except TimeoutError:
                raise NotDone(
                    f"Nothing was changed: another call is undoing change {id}, or its server ended meanwhile. Call "
                    "again in a minute."
                ) from None
            except StoreDown:
                raise NotDone(_DOWN) from None
            async with extending([lease]):
                yield
        finally:
            await lease.release()

    async def find(self, id: int) -> Change | None:
        try:
            held = await self._state.get(self._name(id))
        except StoreDown:
            raise NotDone(_DOWN) from None
        return None if held is None else self._opened(id, held)

    async def newest(self) -> AsyncIterator[Change]:
        try:
            last = read_number(await self._state.get(f"{self._prefix}count"))
        except StoreDown:
            raise NotDone(_DOWN) from None
        for id in range(last, max(0, last - MOST), -1):
            change = await self.find(id)
            if change is not None:
                yield change

    async def _keep(self, change: Change, *, new: bool = False) -> Change | None:
        """Keeps it until its time is over; without what puts it back where that is too large. None for a new one whose
        id is taken."""
        sealed = self._sealed(change)
        if len(sealed) > MOST_BYTES:
            change = replace(change, inverse=Inverse(()), why_not=TOO_LARGE)
            sealed = self._sealed(change)
        # The clock may have been set in between.
        left = min(change.at + self._seconds - time.time(), self._seconds)
        if new:
            return change if await self._state.add(self._name(change.id), sealed, left) else None
        if left > 0:
            await self._state.put(self._name(change.id), sealed, left)
        else:
            await self._state.take(self._name(change.id))
        return change

    @property
    def _prefix(self) -> str:
        return f"change:{self._owner}:"

    def _name(self, id: int) -> str:
        return f"{self._prefix}{id}"

    def _turn_name(self, id: int) -> str:
        return f"{self._name(id)}:turn"

    def _cipher(self) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not needed before something is changed

        return AESGCM(hashlib.blake2b(self._secret, key=_KEY, digest_size=32).digest())

    def _sealed(self, change: Change) -> str:
        text = zlib.compress(json.dumps(asdict(change), ensure_ascii=False, default=str).encode("utf-8", "replace"))
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, text, self._name(change.id).encode())).decode()

    def _opened(self, id: int, held: str) -> Change | None:
        """The change; None for what this caller's key does not open."""
        from cryptography.exceptions import InvalidTag

        try:
            sealed = base64.b64decode(held, validate=True)
            text = self._cipher().decrypt(sealed[:12], sealed[12:], self._name(id).encode())
            return _change_of(json.loads(zlib.decompress(text)))
        except (binascii.Error, InvalidTag, ValueError, KeyError, TypeError, zlib.error):
            return None


def _change_of(row: Mapping[str, Any]) -> Change:
    """The change that was kept. One with facts that this version does not know is not put back by halves."""
    inverse = row["inverse"]
    of_inverse = {key: inverse[key] for key in inverse if key != "steps"}
    strange = _strange(row, Change) | _strange(inverse, Inverse)
    strange |= {key for one in inverse["steps"] for key in _strange(one, Step)}
    if strange:
        known = {key: value for key, value in row.items() if key not in strange}
        return Change(**{**known, "inverse": Inverse(()), "why_not": OTHER_VERSION})
    steps = tuple(Step(**{**one, "look": one["look"] and tuple(one["look"])}) for one in inverse["steps"])
    return Change(**{**row, "inverse": Inverse(steps, **of_inverse)})


def _strange(row: Mapping[str, Any], kind: type) -> set[str]:
    """The names in a row that are no field of its kind."""
    return set(row) - {one.name for one in fields(kind)}

"""Codes that confirm a call where the host cannot ask the person.

The first call answers with the question and a code, the second carries the code as `confirm`. A question that is open
is kept in the shared state, one for each call (whose, which tool, which arguments), and the code is derived from it
with a key (see `seal_keys`). So a code is valid

- for exactly what was shown: another question about the same call takes its place,
- once: the one who takes the open question from the state may go ahead; where the call did nothing, the question is
  opened again,
- for ten minutes, on every server that shares state and keys, and after a restart,
- while it is among the newest `MOST_OPEN` of its owner.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import NamedTuple

from reply_mcp.client.stores.shared_state import SharedState, read_entry
from reply_mcp.server.consent.agreements import Agreement
from reply_mcp.server.consent.entry_limits import EntryLimits
from reply_mcp.server.consent.questions import Asked
from reply_mcp.server.consent.seal_keys import SealKeys

VALID_SECONDS = 600
LENGTH = 5
MOST_WRONG = 20
"""Wrong codes of one caller within ten minutes, after which none is taken: 24 million codes cannot be tried out."""
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without letters that look like others

MOST_OPEN = 100
"""Open questions of one owner; a new one beyond them closes the oldest."""
MOST_OPEN_IN_ALL = 5_000

WRONG = "That code does not fit (expired, used, made for other arguments, or too many questions came after it). "
CHANGED = "What this would do has changed since the preview: ask the person again. "
TOO_MANY = "Too many codes that do not fit: none is taken for the next ten minutes. "


class _Opened(NamedTuple):
    """An open question as it is kept: the digest of what was shown, what tells it from the next one, and since when."""

    shown: str
    id: str
    since: float


class Codes:
    """The codes of a run.

    Args:
        keys: shared by the servers that take each other's codes.
    """

    def __init__(self, keys: SealKeys, state: SharedState) -> None:
        self._keys = keys
        self._state = state
        self._limits = EntryLimits(state, "open", seconds=VALID_SECONDS, of_one=MOST_OPEN, in_all=MOST_OPEN_IN_ALL)

    async def issue(self, asked: Asked) -> tuple[str, int]:
        """The code for a question, and the seconds for which it is valid. A question that is still open keeps its code
        until half of its time is over; then a new one takes its place, so that a person has time to answer."""
        name, now, key = _name(asked), time.time(), (await self._keys.get())[0]
        opened = json.dumps([asked.shown, secrets.token_hex(8), now])
        if not await self._state.add(name, opened, VALID_SECONDS):
            held = await self._state.get(name)
            shown, _, since = read_entry(held, _Opened) or _Opened("", "", now)
            if held is not None and shown == asked.shown and 0 <= now - since < VALID_SECONDS / 2:
                return self._code(key, held), int(VALID_SECONDS - (now - since))
            await self._state.put(name, opened, VALID_SECONDS)
        await self._limits.add(asked.owner, name, opened)
        return self._code(key, opened), VALID_SECONDS

    async def use(self, asked: Asked, code: str) -> Agreement | str:
        """Uses a code up. Gives the agreement that it stands for, or what is wrong with it."""
        tries = f"consent:tries:{asked.owner}"
        # Counted before it is compared, and taken back where it fits: tries at the same time all count.
        if await self._state.increase(tries, 1, VALID_SECONDS) > MOST_WRONG:
            return TOO_MANY
        held = await self._state.get(_name(asked))
        opened = read_entry(held, _Opened)
        if held is None or opened is None or not await self._fits(code, held):
            return WRONG
        await self._state.increase(tries, -1, VALID_SECONDS)
        shown, _, since = opened
        if shown != asked.shown:
            return CHANGED
        if await self._state.take(_name(asked)) != held:
            return WRONG
        return Agreement("code", since + VALID_SECONDS, held=held)

    async def give_back(self, asked: Asked, agreement: Agreement) -> bool:
        """Opens the question again whose code was used for a call that did nothing. False where a newer one about the
        same call is open, or its time is over."""
        if agreement.seconds <= 0:
            return False
        return await self._state.add(_name(asked), agreement.held, agreement.seconds)

    async def _fits(self, code: str, held: str) -> bool:
        given, keys = code.strip().upper().encode(), await self._keys.get()
        return sum(hmac.compare_digest(self._code(key, held).encode(), given) for key in keys) > 0

    @staticmethod
    def _code(key: str, held: str) -> str:
        number = int.from_bytes(hmac.digest(key.encode(), b"code " + held.encode(), hashlib.sha256))
        letters = []
        for _ in range(LENGTH):
            number, place = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[place])
        return "".join(letters)


def _name(asked: Asked) -> str:
    return f"consent:open:{asked.call}"

"""The consent of a run, as tests ask for it."""

from __future__ import annotations

import re
from typing import Any

from reply_mcp.client.stores.shared_state import MemoryState, SharedState
from reply_mcp.errors import NotDone
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.consent import Consent
from reply_mcp.server.consent.seal_keys import SealKeys
from reply_mcp.server.server import consent_of
from reply_mcp.settings import Settings, parse_caps, parse_policy

SEAL_KEY = "a key for tests that is long enough to be one"


def consent_for(
    policy: str = "", caps: str = "", *, state: SharedState | None = None, keys: tuple[str, ...] = (SEAL_KEY,)
) -> Consent:
    """What `REPLY_POLICY` and `REPLY_CAPS` make of calls."""
    settings = Settings(policy=parse_policy(policy), caps=parse_caps(caps), patience=2)
    return consent_of(settings, MemoryState() if state is None else state, SealKeys(keys))


async def ask(
    consent: Consent | CallConsent, call: Any, confirm: str | None = None, owner: str = "me", **given: Any
) -> str:
    """What an agent reads of a call that stops at the gate; empty where it goes through."""
    one = CallConsent(consent) if isinstance(consent, Consent) else consent
    gate = one.gate(owner, given or call.arguments.wire(), confirm)
    try:
        await one.carry_out(lambda: gate(call))
    except NotDone as stopped:
        return str(stopped)
    return ""


def code_in(text: str) -> str:
    """The code in a question."""
    found = re.search(r'confirm="(\w+)"', text)
    assert found, text
    return found[1]

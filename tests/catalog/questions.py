"""What the default policy asks before a call."""

from __future__ import annotations

from typing import Any

from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.questions import AgreementNeeded
from tests.catalog.fake_call import FakeCall
from tests.consent import consent_for


async def question_before(one: FakeCall) -> str:
    """The question that the default policy asks before this call; "" where it asks none."""
    call: Any = one
    try:
        await CallConsent(consent_for()).gate("somebody", {}, None)(call)
    except AgreementNeeded as question:
        return str(question)
    return ""

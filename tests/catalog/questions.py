"""What the default policy asks before a call."""

from __future__ import annotations

import re
from typing import Any

from reply_mcp.errors import ConfirmationNeeded
from reply_mcp.server.policy import Policy
from reply_mcp.settings import parse_policy
from tests.catalog.fake_call import FakeCall


async def question_before(one: FakeCall) -> str:
    """The question that the default policy asks before this call; "" where it asks none."""
    call: Any = one
    try:
        await Policy(parse_policy("")).gate("somebody", {}, None)(call)
    except ConfirmationNeeded as question:
        asked = re.fullmatch(r"Not done yet\. (.*)\nTo go ahead.*", str(question), re.DOTALL)
        assert asked is not None, question
        return asked[1]
    return ""

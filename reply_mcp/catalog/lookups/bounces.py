"""Whose emails ever bounced, of any number of people, by Reply's report of sent emails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.operation import Call

PAGE = 1000
MOST_PAGES = 2
_TYPES = (
    "unknown",
    "soft",
    "hard",
    "gmailApiLimitWarning",
    "office365LimitWarning",
    "mailboxFull",
    "authenticationFailure",
    "spamRejection",
    "policyViolation",
)
"""All that v3 has: with these the report lists the emails that bounced, and not every one that was sent."""


async def read_bounces(call: Call, contact_ids: Iterable[Any]) -> tuple[set[str], bool]:
    """Those of the contacts to whom an email bounced, by id, and whether all bounces were read; one request in a call,
    a second where the team has more than a thousand.

    Raises:
        ReplyError: where the key may not read the report, or its own limit is used up.
    """
    wanted, found = {str(id) for id in contact_ids}, set[str]()
    filters = {"dateRangePreset": "allTime", "includeOutOfSequence": True, "bounceTypes": list(_TYPES)}
    pages = Pages(call, "GetEmailsList", "the emails that bounced", {"filters": filters}, size=PAGE, once=True)
    for _ in range(MOST_PAGES):
        for row in await pages.read():
            id = str(row.get("contactId"))
            if row.get("isBounced") and id in wanted:
                found.add(id)
        if not pages.more:
            break
    return found, pages.complete

"""Sent emails by what came of them, which Reply's own filters cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from reply_mcp.catalog.hooks.matching_rows import read_matching_rows
from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.reports.lists import GetEmailsList

Outcome = Literal["opened", "clicked", "replied", "interested", "bounced", "optedOut", "undelivered"]
PAGE = 1000


async def read_sent_emails(call: Call[GetEmailsList]) -> Any:
    """The emails of which `only` is true, from pages of 1000; without it, Reply's own page."""
    only = call.arguments.only
    if only is None:
        return await call.send()
    key = f"is{only[0].upper()}{only[1:]}"
    return await read_matching_rows(
        call,
        lambda row: row.get("isDelivered") is False if only == "undelivered" else row.get(key) is True,
        noun="emails",
        page=PAGE,
    )

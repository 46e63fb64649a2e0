"""What is against enrolling the people of one call, found once in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.lookups.enrollability import Standing, Terms, check_enrollment
from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.operations import BulkAddContactsToSequence


async def check_people(call: Call[BulkAddContactsToSequence]) -> None:
    """Checks everybody before the question and before anything is sent."""
    await standing_of(call)


async def standing_of(call: Call[BulkAddContactsToSequence]) -> Standing:
    """What the checks found, made once in a call; as `check_enrollment` has it."""
    arguments, seen = call.arguments, call.seen
    if "standing" not in seen:
        terms = Terms(arguments.id, arguments.allow, arguments.remove_from_existing, arguments.only_never_contacted)
        seen["standing"] = await check_enrollment(call, terms, arguments.contact_ids or (), arguments.list_id)
    found: Standing = seen["standing"]
    return found

"""Validating addresses: what it costs, and what is against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.prospecting.validations import EstimateEmailValidation, ScheduleEmailValidation

BLOCKERS = {
    "1": "the feature is off for this team",
    "2": "the subscription lacks the validation add-on",
    "3": "another validation of yours is running (reply_list_background_jobs)",
    "4": "no validation credits are left",
    "5": "fewer credits than contacts (acceptPartial=true validates as many as there are credits for)",
    "6": "none of these contacts needs validating, or none can be seen by this key",
}


def format_blockers(estimate: dict[str, Any]) -> list[str]:
    """What is against a validation, in words for Reply's numbers."""
    return [BLOCKERS.get(str(one), f"blocker {one}") for one in estimate.get("blockers") or []]


async def describe_blockers(call: Call[EstimateEmailValidation], answer: dict[str, Any]) -> Any:
    """Puts words in the place of Reply's numbers."""
    return {**answer, "blockers": format_blockers(answer)}


async def _estimate(call: Call[ScheduleEmailValidation]) -> dict[str, Any]:
    return await read_record(call, "EstimateEmailValidation", **call.arguments.wire())


async def preview_validation(call: Call[ScheduleEmailValidation]) -> str:
    """How many addresses are checked for how many credits; one free request in a call.

    Raises:
        NotDone: where something is against it.
    """
    asked = len(call.arguments.contact_ids)
    estimate = await _estimate(call)
    against = format_blockers(estimate)
    if against:
        raise NotDone(f"Nothing was scheduled and no credit spent: {join(against, '; ')}.")
    eligible, needed, there = (
        estimate.get(key, "?") for key in ("eligibleCount", "creditsRequired", "creditsAvailable")
    )
    return (
        f"This validates the addresses of {eligible} of {plural(asked, 'contact')} and reserves up to {needed} of "
        f"{there} validation credits."
    )


async def explain_refused_validation(call: Call[ScheduleEmailValidation], refusal: ApiError) -> str | None:
    """Reply has one code for every reason: finds it by the free estimate; one request in a call."""
    if refusal.code != "emailValidation.unknown" and refusal.status != 403:
        return None
    try:
        against = format_blockers(await _estimate(call))
    except ReplyError:
        return None
    if not against:
        return None
    return f"{refusal.status} {refusal.code}: nothing was scheduled and no credit spent: {join(against, '; ')}."

"""Handing contacts over: who really changed hands, and whether a 404 means the teammate or a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.hooks.teammates import explain_unknown_teammate
from reply_mcp.catalog.lookups.scheduled_tasks import describe_scheduled, read_scheduled
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.actions import ChangeContactsOwner

_MOST_LISTED = 20


async def effect_of_owner(call: Call[ChangeContactsOwner]) -> Effect:
    """SEND where tasks that Reply carries out by itself go along, or may; one request for tasks that go along."""
    if not call.arguments.reassign_tasks:
        return Effect.WRITE
    scheduled, complete = await read_scheduled(call, call.arguments.contact_ids)
    return Effect.SEND if scheduled or not complete else Effect.WRITE


async def preview_owner(call: Call[ChangeContactsOwner]) -> Question:
    """In whose name which tasks go out from now on; one request beside that of the effect."""
    scheduled, complete = await read_scheduled(call, call.arguments.contact_ids)
    who = await describe_teammate(call, call.arguments.user_id)
    text = f"This gives {plural(len(set(call.arguments.contact_ids)), 'contact')} and their tasks to {who}."
    if scheduled:
        text += f" Reply carries out {len(scheduled)} of the tasks by itself, in their name then: "
        text += f"{describe_scheduled(scheduled)}."
    if not complete:
        text += " There are more open tasks than were read, and others may be carried out so too."
    return Question(text, {"tasks": sorted(str(row.get("id")) for row in scheduled), "complete": complete})


async def explain_missing_owner(call: Call[ChangeContactsOwner], refusal: ApiError) -> str | None:
    """Tells a missing teammate from a missing contact, which share one code; one request."""
    if refusal.status != 404:
        return None
    return await explain_unknown_teammate(call, refusal) or (
        "404 contact.notFound: one or more of these contacts do not exist (or this key cannot see them). Nothing is "
        "known to have changed: check them with reply_get_contact, leave the missing ones out and call again."
    )


async def describe_owner_change(call: Call[ChangeContactsOwner], answer: Any) -> Any:
    """Counts who really changed hands; gives `outcome`, a sentence."""
    asked = [str(id) for id in call.arguments.contact_ids]
    affected = answer.get("affectedIds") if isinstance(answer, dict) else None
    if background_job(answer) is not None:
        return answer  # the view says so
    if not isinstance(affected, list):
        return {"outcome": "Reply answered without saying who changed hands: reply_get_contact shows each owner."}
    done = {str(id) for id in affected}
    left = [id for id in asked if id not in done]
    new = await describe_teammate(call, call.arguments.user_id)
    verb = "belongs" if len(asked) == 1 else "belong"
    outcome = f"{len(asked) - len(left):,} of {plural(len(asked), 'contact')} now {verb} to {new}."
    if left:
        outcome += f" Unchanged (theirs already, or not found): {list_some(left, _MOST_LISTED)}."
    return {"outcome": outcome, "affectedIds": affected}

"""Marking contacts as replied, bounced or opted out, and clearing those marks: what makes sending go on is a send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.contacts import describe_contacts
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import ApiError, OutcomeUnknown, RateLimited, Unreachable

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.statuses import (
        SetContactsBounced,
        SetContactsOptedOut,
        SetContactsReplied,
        SetContactsStatusInSequence,
    )


async def set_opted_out(call: Call[SetContactsOptedOut]) -> Any:
    """Uses the bulk call where the account has it; otherwise changes each contact by a request of its own and gives
    those that failed.

    A contact that is in the requested state already answers the same as one that was changed.
    """
    try:
        return await call.send()
    except ApiError as refusal:
        if refusal.status not in (404, 405) or refusal.code is not None:
            raise
    failed: dict[str, dict[str, str]] = {}
    ids = list(call.arguments.contact_ids)
    for position, id in enumerate(ids):
        try:
            await call.ask("UpdateContact", id=id, isOptedOut=call.arguments.is_opted_out)
        except ApiError as refusal:
            failed[str(id)] = {"error": "notFound" if refusal.status == 404 else refusal.code or str(refusal.status)}
        except OutcomeUnknown:
            failed[str(id)] = {"error": "outcome unknown: check with reply_get_contact_statuses"}
        except (RateLimited, Unreachable) as error:
            failed |= {str(left): {"error": f"not tried: {error}"} for left in ids[position:]}
            break
    call.notes.append("This account has no bulk call for it; each contact was changed by a request of its own.")
    return failed


async def effect_of_opting_out(call: Call[SetContactsOptedOut]) -> Effect:
    """SEND where it lifts opt-outs: people become contactable again."""
    return Effect.WRITE if call.arguments.is_opted_out else Effect.SEND


async def preview_opting_in(call: Call[SetContactsOptedOut]) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This lifts the opt-out of {who}: they can be contacted again."


async def effect_of_replied(call: Call[SetContactsReplied]) -> Effect:
    """SEND where it clears replies."""
    return Effect.WRITE if call.arguments.is_replied else Effect.SEND


async def preview_clearing_replies(call: Call[SetContactsReplied]) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This clears the reply of {who} in every sequence: sending to them may go on."


async def effect_of_bounced(call: Call[SetContactsBounced]) -> Effect:
    """SEND where the bounced step is sent again."""
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def preview_resending(call: Call[SetContactsBounced]) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This sends the bounced step again to {who}, in every sequence."


async def effect_of_status(call: Call[SetContactsStatusInSequence]) -> Effect:
    """SEND where it sets people active."""
    return Effect.SEND if call.arguments.status_in_sequence == "active" else Effect.WRITE


async def preview_activation(call: Call[SetContactsStatusInSequence]) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This sets {who} active in every sequence they are in: active sequences go on sending to them."

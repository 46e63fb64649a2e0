"""Statuses in one sequence: what makes it go on sending is a send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.lookups.contacts import describe_contacts
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call, Effect

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.statuses import (
        SetSequenceContactsBounced,
        SetSequenceContactsReplied,
        SetSequenceContactsStatusInSequence,
    )


async def effect_of_status(call: Call[SetSequenceContactsStatusInSequence]) -> Effect:
    """SEND where people are set back to active in a running sequence, whose next emails they get then."""
    if call.arguments.status_in_sequence != "active":
        return Effect.WRITE
    status = status_of(await read_sequence(call, call.arguments.id))
    return Effect.SEND if status in ("active", "") else Effect.WRITE


async def preview_activation(call: Call[SetSequenceContactsStatusInSequence]) -> str:
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    who = await describe_contacts(call, arguments.contact_ids)
    return (
        f"This sets {who} to {arguments.status_in_sequence} in {sequence_title(sequence, arguments.id)}, which is "
        f"{status_of(sequence) or 'in an unknown state'}: sending to them goes on."
    )


async def effect_of_replied(call: Call[SetSequenceContactsReplied]) -> Effect:
    """SEND where it clears replies: sending to them may go on."""
    return Effect.WRITE if call.arguments.is_replied else Effect.SEND


async def preview_clearing_replies(call: Call[SetSequenceContactsReplied]) -> str:
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    who = await describe_contacts(call, arguments.contact_ids)
    return (
        f"This clears the reply of {who} in {sequence_title(sequence, arguments.id)}, which is "
        f"{status_of(sequence) or 'in an unknown state'}: sending to them may go on."
    )


async def effect_of_bounced(call: Call[SetSequenceContactsBounced]) -> Effect:
    """SEND where the bounced step is sent again."""
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def preview_resending(call: Call[SetSequenceContactsBounced]) -> str:
    return f"This sends the step that bounced again to {await describe_contacts(call, call.arguments.contact_ids)}."

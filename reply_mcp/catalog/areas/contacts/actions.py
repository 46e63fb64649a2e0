"""Handing contacts over, writing notes on them, moving them to a sequence."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.bodies import Several
from reply_mcp.catalog.areas.contacts.enroll_one import (
    check_not_in_sequence,
    check_person,
    confirm_enrollment,
    effect_of_move,
    explain_missing,
    explain_opted_out,
    preview_move,
)
from reply_mcp.catalog.areas.contacts.owner_hooks import (
    describe_owner_change,
    effect_of_owner,
    explain_missing_owner,
    preview_owner,
)
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId, UserId
from reply_mcp.catalog.arguments.times import Coming
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import cannot, given_to, one_or_page, partly, regrouped, request
from reply_mcp.catalog.views import Done


@area.put(
    "/v3/contacts/owner",
    scope="contacts:operate",
    tool="reply_change_contact_owner",
    undo=regrouped(
        one_or_page("GetContactById", "FilterContacts", "contactIds", top=1000),
        "contactIds",
        lambda row: row.get("ownerUserId"),
        given_to("ChangeContactsOwner", "contactIds", "userId", "contact", "reassignTasks"),
        what="owner of contact",
        new=lambda call: call.arguments.user_id,
        remains=lambda call: (
            "Their tasks go along, those too that were somebody else's." if call.arguments.reassign_tasks else ""
        ),
    ),
    effect_for=effect_of_owner,
    preview=preview_owner,
    view=Done("{outcome}"),
    also=["leads to", "reassign people", "hand over leads", "transfer prospects", "teammate", "transfer leads"],
    after=[describe_owner_change],
    explain=[explain_missing_owner],
    verify_with='reply_get_contact {{"id": {contactIds[0]}}}',
)
class ChangeContactsOwner(Arguments):
    """Give contacts to another teammate. 3 requests."""

    contact_ids: Several
    user_id: UserId
    reassign_tasks: bool = Field(False, description="Their tasks too")


@area.post(
    "/v3/contacts/{id}/notes",
    scope="contacts:operate",
    tool="reply_add_contact_note",
    undo=cannot("Reply's API takes no note off a timeline."),
    view=Done("Added the note to contact {id}; the whole team sees it on the timeline."),
    also=[
        "comment on person",
        "log remark",
        "remember about lead",
        "prospect memo",
        "leave a note",
        "log what was said",
        "log a call",
        "write a note",
    ],
    verify_with='reply_get_contact_activity {{"id": {id}}}',
)
class AddContactNote(Arguments):
    """Add a note to a person's timeline, for the whole team."""

    id: Path[ContactId]
    notes: str = Field(min_length=1)


@area.post(
    "/v3/contacts/{id}/move-to-sequence",
    scope="contacts:operate",
    tool="reply_move_contact_to_sequence",
    undo=partly(
        lambda call, held, answer: [
            request(
                "RemoveContactFromSequence",
                f"contact {call.arguments.id} is out of sequence {call.arguments.sequence_id}",
                id=call.arguments.sequence_id,
                contactId=call.arguments.id,
            )
        ],
        "What was sent stays sent, and sequences that they were taken out of for it they do not go on in.",
    ),
    effect=Effect.SEND,
    view=Done("{outcome}"),
    also=[
        "push person to campaign",
        "switch lead",
        "transfer prospect",
        "pushtocampaign",
        "start later",
        "skip a step",
    ],
    before=[check_not_in_sequence, check_person],
    after=[confirm_enrollment],
    explain=[explain_opted_out, explain_missing],
    effect_for=effect_of_move,
    preview=preview_move,
    verify_with='reply_get_contact_sequences {{"id": {id}}}',
)
class MoveContactToSequence(Arguments):
    """Enroll a person in a sequence too; leaves the others only with removeFromExisting. An active one starts sending.
    Nobody blocked or opted out. 8 requests. Many: reply_add_contact_to_sequence."""

    id: Path[ContactId]
    sequence_id: SequenceId
    remove_from_existing: Annotated[bool, AlwaysSent()] = False
    start_step_id: Nullable[int] = None
    ignore_step_delay: bool = Field(False, description="Drop the first step's delay")
    start_from: Nullable[Coming] = None

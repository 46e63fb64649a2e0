"""Who is in a sequence, putting people in, taking them out."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.areas.enrollment.area import area
from reply_mcp.catalog.areas.enrollment.checks import check_people
from reply_mcp.catalog.areas.enrollment.enroll import (
    effect_of_enrolling,
    enroll,
    explain_refused_enrolling,
    preview_enrolling,
)
from reply_mcp.catalog.areas.enrollment.hooks import (
    check_removable,
    count_contacts,
    explain_missing,
    explain_missing_sequence,
    preview_bulk_removal,
    preview_removal,
    remove_members,
    unenroll,
)
from reply_mcp.catalog.areas.enrollment.views import MEMBER, MEMBERS, STATES
from reply_mcp.catalog.arguments.named_ids import ContactId, ListId, SequenceId
from reply_mcp.catalog.arguments.times import Coming
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.lookups.people import MOST as MOST_ENROLLED
from reply_mcp.catalog.lookups.sequences import check_sequence_exists
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect, Local, Nullable, Paged, Path, Query, Where
from reply_mcp.catalog.undo import cannot, partly
from reply_mcp.catalog.views import Card, Done, PerItem

WHO_IS_IN = 'reply_list_sequence_contacts {{"id": {id}}}'


def _rename_elsewhere(word: Any) -> Any:
    """The word that an earlier version had for people in another active sequence."""
    return "in_other_sequence" if word == "elsewhere" else word


Allowed = Annotated[Literal["in_other_sequence", "bounced", "in_conversation"], BeforeValidator(_rename_elsewhere)]


@area.get(
    "/v3/sequences/{id}/contacts",
    scope="sequences:read",
    tool="reply_list_sequence_contacts",
    after=[check_sequence_exists],
    explain=[explain_missing_sequence],
    view=MEMBERS,
    also=[
        "who is in this sequence",
        "members",
        "enrolled leads",
        "who replied",
        "prospects of campaign",
        "who is in the campaign",
        "who is in the sequence",
        "people who finished the sequence",
        "people waiting in a step",
        "contacts in a step",
    ],
)
class GetSequenceContacts(Paged):
    """Who is in a sequence, their status and step; latest added first."""

    id: Path[SequenceId]
    sort_by: Query[Literal["addingDate", "email", "firstName", "lastName", "company", "statusInSequence"] | None] = (
        Field(None, alias="sort_by")
    )
    sort_direction: Query[Literal["asc", "desc"] | None] = Field(None, alias="sort_direction")


@area.get(
    "/v3/sequences/{id}/contacts/count",
    scope="sequences:read",
    tool="reply_count_sequence_contacts",
    run=count_contacts,
    explain=[explain_missing_sequence],
    view=Card("Sequence {id}: {count:contact|contacts}"),
    also=["how many people", "size of campaign", "audience"],
)
class CountSequenceContacts(Arguments):
    """How many are in a sequence; up to five requests where the account has no counting yet."""

    id: Path[SequenceId]


@area.get(
    "/v3/sequences/{id}/contacts/{contact_id}",
    scope="sequences:read",
    tool="reply_get_sequence_contact",
    after=[add_names_of("mailbox", "linkedInAccount")],
    explain=[explain_missing],
    view=MEMBER,
    also=[
        "is lead in campaign",
        "which step",
        "membership",
        "how far is a contact in a sequence",
        "current step of a person",
    ],
)
class GetSequenceContactById(Arguments):
    """Where one contact stands in one sequence: their status, step and enrollment."""

    id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.get(
    "/v3/sequences/{id}/contacts/state",
    scope="sequences:read",
    tool="reply_list_sequence_contact_states",
    after=[check_sequence_exists],
    explain=[explain_missing_sequence],
    view=STATES,
    also=["who opened", "who clicked", "engagement of leads", "people waiting in a step", "not contacted yet"],
)
class GetSequenceContactsState(Arguments):
    """Opens, clicks, replies and bounces of the last email, per person."""

    id: Path[SequenceId]
    additional_columns: Annotated[str, Where.QUERY, AlwaysSent()] = Field(
        "CurrentStep,LastStepCompletedAt,Status",
        pattern=r"^(CurrentStep|LastStepCompletedAt|Status|,)*$",
        description="Some of the default, commas between",
    )
    top: Query[int | None] = Field(None, ge=1, le=100)
    skip: Query[int | None] = Field(None, ge=0)


@area.delete(
    "/v3/sequences/{id}/contact-links/{contact_id}",
    scope="sequences:operate",
    tool="reply_remove_contact_from_sequence",
    undo=cannot("Reply forgets their place in it: reply_add_contact_to_sequence enrolls them from the beginning."),
    preview=preview_removal,
    before=[check_removable],
    explain=[explain_missing],
    view=Done("Contact {contactId} is out of sequence {id}; nothing more is sent to them from it."),
    verify_with='reply_get_sequence_contact {{"id": {id}, "contactId": {contactId}}}',
    also=[
        "unenroll lead",
        "stop emailing",
        "POST /v1/actions/removepersonfromcampaignbyid",
        "take out",
        "removepersonfromallcampaigns",
        "kick out of a sequence",
        "take somebody out",
        "undo enrollment",
        "undo an enrollment",
        "stop mailing one person",
    ],
)
class RemoveContactFromSequence(Arguments):
    """Takes one contact out; they stay a contact. Two requests."""

    id: Path[SequenceId]
    contact_id: Path[ContactId]
    remove_finished: Local[bool] = Field(False, description="Also if finished, which changes statistics")


@area.post(
    "/v3/sequences/{id}/contact-links/bulk",
    scope="sequences:operate",
    tool="reply_add_contact_to_sequence",
    undo=partly(
        unenroll,
        "What was sent stays sent, and sequences that they were taken out of for it they do not go on in.",
    ),
    aliases=["reply_enroll_contacts"],
    core=True,
    effect=Effect.SEND,
    before=[check_people],
    effect_for=effect_of_enrolling,
    preview=preview_enrolling,
    run=enroll,
    explain=[explain_refused_enrolling],
    view=PerItem("contact", "enrolled", "contactIds"),
    verify_with=WHO_IS_IN,
    also=[
        "enroll leads",
        "push people to campaign",
        "POST /v1/actions/pushtocampaign",
        "addandpushtocampaign",
        "put people into a sequence",
        "start outreach to people",
        "send a campaign to people",
    ],
)
class BulkAddContactsToSequence(Arguments):
    """Enrolls people by id, email or name, or a list's; in an active sequence this starts sending. Leaves out and names
    whoever is in it, blocked, opted out, bounced, active elsewhere or in conversation."""

    id: Path[SequenceId]
    contact_ids: list[int | str] | None = Field(None, min_length=1, max_length=MOST_ENROLLED)
    list_id: Local[ListId | None] = Field(None, description="Everyone on it")
    remove_from_existing: Annotated[bool, AlwaysSent()] = Field(
        False, description="Take them out of all other sequences"
    )
    allow: Local[list[Allowed]] = Field(default_factory=list)
    only_never_contacted: Local[bool] = False
    start_step_id: Nullable[int] = None
    ignore_step_delay: bool = False
    start_from: Nullable[Coming] = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.contact_ids and self.list_id is None:
            raise ValueError("give contactIds or listId")
        return self


@area.post(
    "/v3/sequences/{id}/contact-links/bulk-delete",
    scope="sequences:operate",
    tool="reply_bulk_remove_contacts_from_sequence",
    undo=cannot("Reply forgets their places in it: reply_add_contact_to_sequence enrolls them from the beginning."),
    before=[drop_duplicate_ids],
    effect=Effect.DELETE,
    preview=preview_bulk_removal,
    run=remove_members,
    explain=[explain_missing_sequence],
    view=PerItem("contact", "removed", "contactIds"),
    verify_with=WHO_IS_IN,
    also=["unenroll leads", "stop emailing people", "take out"],
)
class BulkRemoveContactsFromSequence(Arguments):
    """Takes several out; those who finished are kept for the statistics."""

    id: Path[SequenceId]
    contact_ids: list[ContactId] = Field(min_length=1)
    remove_finished: Local[bool] = False

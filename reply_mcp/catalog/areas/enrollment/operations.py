"""People in sequences: who is in, where they stand, putting them in, taking them out."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.enrollment.area import area
from reply_mcp.catalog.areas.enrollment.checks import look_at_people
from reply_mcp.catalog.areas.enrollment.enroll import (
    enroll,
    enroll_audience,
    enroll_effect,
    enroll_preview,
    why_not_enrolled,
)
from reply_mcp.catalog.areas.enrollment.hooks import (
    bounced_effect,
    bounced_preview,
    bulk_remove_effect,
    bulk_remove_preview,
    can_remove,
    counted,
    messages_in_words,
    no_such_sequence,
    remove_effect,
    remove_preview,
    remove_several,
    status_effect,
    status_preview,
    which_is_missing,
)
from reply_mcp.catalog.areas.enrollment.people import MOST as MOST_ENROLLED
from reply_mcp.catalog.arguments.named_ids import ContactId, ListId, SequenceId
from reply_mcp.catalog.arguments.times import Moment
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import each_id_once
from reply_mcp.catalog.hooks.id_labels import with_names_of
from reply_mcp.catalog.lookups.sequences import exists_when_empty
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect, Local, Paged, Path, Query, Where
from reply_mcp.catalog.views import Blocks, Card, Column, Done, PerItem, Table

Many = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
SETTLE = 'reply_list_sequence_contacts {{"id": {id}}}'
EMPTY = "Nobody is in this sequence: reply_add_contact_to_sequence enrols people."


@area.get(
    "/v3/sequences/{id}/contacts",
    scope="sequences:read",
    tool="reply_list_sequence_contacts",
    after=[exists_when_empty],
    explain=[no_such_sequence],
    view=Table(
        "people",
        (
            Column("id", "contactId"),
            Column("name", ("firstName", "lastName")),
            "email",
            Column("status", "statusInSequence", "enum"),
            Column("step", "currentStep.displayName"),
            Column("replied", "emailDisposition.isReplied", "flag"),
            Column("bounced", "emailDisposition.isBounced", "flag"),
            Column("opted out", "isOptedOut", "flag"),
            Column("added", "addingDate", "date"),
        ),
        empty=EMPTY,
        told=("sequenceId",),
    ),
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
    run=counted,
    explain=[no_such_sequence],
    view=Card("Sequence {id}: {count} contacts"),
    also=["how many people", "size of campaign", "audience"],
)
class CountSequenceContacts(Arguments):
    """How many are in a sequence; up to five requests where the account has no counting yet."""

    id: Path[SequenceId]


@area.get(
    "/v3/sequences/{id}/contacts/{contact_id}",
    scope="sequences:read",
    tool="reply_get_sequence_contact",
    after=[with_names_of("mailbox", "linkedInAccount")],
    explain=[which_is_missing],
    view=Card(
        "Contact {contactId} in sequence {sequenceId}: {firstName} {lastName} <{email}>",
        (
            (
                Column("status", "statusInSequence", "enum"),
                Column("step", "currentStep.displayName"),
                Column("step id", "currentStep.stepId"),
                Column("added", "addingDate", "date"),
            ),
            (
                Column("replied", "emailDisposition.isReplied", "flag"),
                Column("bounced", "emailDisposition.isBounced", "flag"),
                Column("opted out", "isOptedOut", "flag"),
                Column("calls", "callStatus", "enum"),
                Column("meeting", "meetingStatus", "enum"),
            ),
            ("mailbox", Column("LinkedIn account", "linkedInAccount")),
        ),
        told=("emailAccountId", "linkedInAccountId"),
    ),
    also=[
        "is lead in campaign",
        "which step",
        "membership",
        "how far is a contact in a sequence",
        "current step of a person",
    ],
)
class GetSequenceContactById(Arguments):
    """Where one contact stands in one sequence."""

    id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.get(
    "/v3/sequences/{id}/contacts/state",
    scope="sequences:read",
    tool="reply_list_sequence_contact_states",
    after=[exists_when_empty],
    explain=[no_such_sequence],
    view=Table(
        "people",
        (
            Column("id", "contactId"),
            Column("name", ("firstName", "lastName")),
            "email",
            Column("status", "status.status", "enum"),
            Column("step", "currentStep.displayStepNumber"),
            Column("opened", "status.opened", "flag"),
            Column("clicked", "status.clicked", "flag"),
            Column("replied", "status.replied", "flag"),
            Column("bounced", "status.bounced", "flag"),
            Column("last step", "lastStepCompletedAt", "date"),
        ),
        empty=EMPTY,
    ),
    also=["who opened", "who clicked", "engagement of leads", "people waiting in a step", "not contacted yet"],
)
class GetSequenceContactsState(Arguments):
    """Opens, clicks, replies and bounces of the last email, per person."""

    id: Path[SequenceId]
    additional_columns: Annotated[str, Where.QUERY, AlwaysSent()] = Field(
        "CurrentStep,LastStepCompletedAt,Status", pattern=r"^(CurrentStep|LastStepCompletedAt|Status|,)*$"
    )
    top: Query[int | None] = Field(None, ge=1, le=100)
    skip: Query[int | None] = Field(None, ge=0)


@area.delete(
    "/v3/sequences/{id}/contact-links/{contact_id}",
    scope="sequences:operate",
    tool="reply_remove_contact_from_sequence",
    effect_for=remove_effect,
    preview=remove_preview,
    before=[can_remove],
    explain=[which_is_missing],
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
    aliases=["reply_enroll_contacts"],
    core=True,
    effect=Effect.SEND,
    before=[look_at_people],
    effect_for=enroll_effect,
    preview=enroll_preview,
    recipients=enroll_audience,
    run=enroll,
    explain=[why_not_enrolled],
    view=PerItem("contact", "enrolled", "contactIds"),
    verify_with=SETTLE,
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
    whoever is in it, blocked, opted out, bounced or active elsewhere."""

    id: Path[SequenceId]
    contact_ids: list[int | str] | None = Field(None, min_length=1, max_length=MOST_ENROLLED)
    list_id: Local[ListId | None] = Field(None, description="Everyone on it")
    remove_from_existing: Annotated[bool, AlwaysSent()] = Field(
        False, description="Take them out of all other sequences"
    )
    even_if: Local[list[Literal["elsewhere", "bounced"]]] = Field(default_factory=list)
    start_step_id: int | None = None
    ignore_step_delay: bool = False
    start_from: Moment | None = None

    @model_validator(mode="after")
    def _is_about_somebody(self) -> Self:
        if not self.contact_ids and self.list_id is None:
            raise ValueError("give contactIds or listId")
        return self


@area.post(
    "/v3/sequences/{id}/contact-links/bulk-delete",
    scope="sequences:operate",
    tool="reply_bulk_remove_contacts_from_sequence",
    effect=Effect.DELETE,
    effect_for=bulk_remove_effect,
    preview=bulk_remove_preview,
    run=remove_several,
    explain=[no_such_sequence],
    view=PerItem("contact", "removed", "contactIds"),
    verify_with=SETTLE,
    also=["unenroll leads", "stop emailing people", "take out"],
)
class BulkRemoveContactsFromSequence(Arguments):
    """Takes several out; those who finished are kept for the statistics."""

    id: Path[SequenceId]
    contact_ids: list[ContactId] = Field(min_length=1)
    remove_finished: Local[bool] = False


@area.post(
    "/v3/sequences/{id}/contacts/set-status-in-sequence",
    scope="sequences:operate",
    tool="reply_change_status_in_sequence",
    core=True,
    effect=Effect.SEND,
    idempotent=True,
    effect_for=status_effect,
    preview=status_preview,
    explain=[no_such_sequence],
    before=[each_id_once],
    split=("contactIds", 100),
    view=PerItem("contact", "set to {statusInSequence}", "contactIds"),
    verify_with=SETTLE,
    also=[
        "pause a lead",
        "resume person",
        "finish contact",
        "out of office",
        "resume follow-ups for a contact",
        "pause one person",
        "restart a contact",
    ],
)
class SetSequenceContactsStatusInSequence(Arguments):
    """Pauses, resumes (active) or finishes people in one sequence."""

    id: Path[SequenceId]
    contact_ids: Many
    status_in_sequence: Literal["active", "paused", "finished", "outOfOffice"]


@area.post(
    "/v3/sequences/{id}/contacts/set-replied",
    scope="sequences:operate",
    tool="reply_mark_replied_in_sequence",
    idempotent=True,
    explain=[no_such_sequence],
    before=[each_id_once],
    split=("contactIds", 100),
    view=PerItem("contact", "marked", "contactIds"),
    verify_with=SETTLE,
    also=["POST /v1/actions/markasreplied", "answered elsewhere"],
)
class SetSequenceContactsReplied(Arguments):
    """Records (or clears) replies in one sequence; a reply finishes the contact there."""

    id: Path[SequenceId]
    contact_ids: Many
    is_replied: bool


@area.post(
    "/v3/sequences/{id}/contacts/set-bounced",
    scope="sequences:operate",
    tool="reply_mark_bounced_in_sequence",
    effect=Effect.SEND,
    effect_for=bounced_effect,
    preview=bounced_preview,
    explain=[no_such_sequence],
    before=[each_id_once],
    split=("contactIds", 100),
    view=PerItem("contact", "marked", "contactIds"),
    verify_with=SETTLE,
    also=["undeliverable", "retry email", "hard bounce"],
)
class SetSequenceContactsBounced(Arguments):
    """Records bounces in one sequence, or clears them; then resendEmails says whether to send again."""

    id: Path[SequenceId]
    contact_ids: Many
    is_bounced: bool
    resend_emails: bool | None = Field(None, description="Only, and always, with isBounced false")

    @model_validator(mode="after")
    def _resending_fits(self) -> Self:
        if self.is_bounced and self.resend_emails is not None:
            raise ValueError("resendEmails goes only with isBounced false")
        if not self.is_bounced and self.resend_emails is None:
            raise ValueError("resendEmails is required with isBounced false")
        return self


@area.get(
    "/v3/sequences/{sequence_id}/contacts/{contact_id}/preview",
    scope="sequences:read",
    tool="reply_preview_sequence_for_contact",
    beta=True,
    explain=[which_is_missing],
    after=[messages_in_words],
    view=Blocks(
        Table(
            "messages",
            (
                Column("id", "stepId"),
                Column("step", "displayName"),
                Column("state", "personalizationStatus", "enum"),
                Column("edited", "isModifiedByUser", "flag"),
                "subject",
                Column("text", "body", "html"),
            ),
            items="steps",
            empty="This sequence has no message for this contact.",
        ),
        "{displayName} {_said} ({stepId})",
        head="What {contactFullName} <{contactEmail}> gets from sequence {sequenceId}",
        one="detail=full has them.",
    ),
    also=[
        "rendered emails",
        "personalized messages",
        "test merge fields",
        "next message for a contact",
        "what will a contact get next",
    ],
)
class GetSequencePreview(Arguments):
    """The messages one contact will get, filled in with their data."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.post(
    "/v3/sequences/{sequence_id}/contacts/{contact_id}/preview/reset",
    scope="sequences:operate",
    tool="reply_reset_sequence_preview",
    beta=True,
    effect=Effect.DELETE,
    idempotent=True,
    preview="This discards the messages written or edited for contact {contactId} in sequence {sequenceId}.",
    explain=[which_is_missing],
    view=Done("Contact {contactId} gets the texts of the steps again."),
    verify_with='reply_preview_sequence_for_contact {{"sequenceId": {sequenceId}, "contactId": {contactId}}}',
    also=["undo personalization", "discard edits", "regenerate preview"],
)
class ResetSequencePreview(Arguments):
    """Discards one contact's generated and edited messages for the steps' own texts."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]

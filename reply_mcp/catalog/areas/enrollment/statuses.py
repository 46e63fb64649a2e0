"""Where people stand in one sequence: status, replied, bounced."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.enrollment.area import area
from reply_mcp.catalog.areas.enrollment.hooks import explain_missing_sequence
from reply_mcp.catalog.areas.enrollment.status_hooks import (
    check_not_blocked,
    effect_of_going_on,
    preview_going_on,
)
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import PerItem

Many = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
WHO_IS_IN = 'reply_list_sequence_contacts {{"id": {id}}}'


@area.post(
    "/v3/sequences/{id}/contacts/set-status-in-sequence",
    scope="sequences:operate",
    tool="reply_change_status_in_sequence",
    undo=cannot("Reply does not say in which state each of them was."),
    core=True,
    effect=Effect.SEND,
    idempotent=True,
    effect_for=effect_of_going_on,
    preview=preview_going_on,
    explain=[explain_missing_sequence],
    before=[drop_duplicate_ids, check_not_blocked],
    split=("contactIds", 100),
    view=PerItem("contact", "set to {statusInSequence:enum}", "contactIds", where="in sequence {id}"),
    verify_with=WHO_IS_IN,
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
    undo=cannot("Reply does not say for whom it was so before."),
    effect=Effect.SEND,
    effect_for=effect_of_going_on,
    preview=preview_going_on,
    idempotent=True,
    explain=[explain_missing_sequence],
    before=[drop_duplicate_ids, check_not_blocked],
    split=("contactIds", 100),
    view=PerItem("contact", "{isReplied:marked as replied|cleared of their reply}", "contactIds"),
    verify_with=WHO_IS_IN,
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
    undo=cannot("Reply does not say for whom it was so before."),
    effect=Effect.SEND,
    effect_for=effect_of_going_on,
    preview=preview_going_on,
    explain=[explain_missing_sequence],
    before=[drop_duplicate_ids, check_not_blocked],
    split=("contactIds", 100),
    view=PerItem("contact", "{isBounced:marked as bounced|cleared of their bounce}", "contactIds"),
    verify_with=WHO_IS_IN,
    also=["undeliverable", "retry email", "hard bounce"],
)
class SetSequenceContactsBounced(Arguments):
    """Records bounces in one sequence, or clears them; then resendEmails says whether to send again."""

    id: Path[SequenceId]
    contact_ids: Many
    is_bounced: bool
    resend_emails: Nullable[bool] = Field(None, description="Only, and always, with isBounced false")

    @model_validator(mode="after")
    def _resending_is_decided(self) -> Self:
        if self.is_bounced and self.resend_emails is not None:
            raise ValueError("resendEmails goes only with isBounced false")
        if not self.is_bounced and self.resend_emails is None:
            raise ValueError("resendEmails is required with isBounced false")
        return self

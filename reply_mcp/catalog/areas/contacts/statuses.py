"""Where contacts stand: replied, bounced, opted out, their status in every sequence."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.contacts import status_hooks
from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.bodies import Many
from reply_mcp.catalog.areas.contacts.views import STATUSES
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import cannot, membership, one_or_page
from reply_mcp.catalog.views import PerItem


@area.post(
    "/v3/contacts/set-replied",
    scope="contacts:operate",
    tool="reply_mark_contacts_as_replied",
    undo=cannot("Reply does not say for whom it was so before."),
    effect=Effect.SEND,
    idempotent=True,
    split=("contactIds", 100),
    view=PerItem("contact", "{isReplied:marked as replied|cleared of their reply}", "contactIds"),
    also=[
        "POST /v1/actions/markasreplied",
        "answered elsewhere",
        "stop after reply",
        "unmark",
        "answered by phone",
        "stop follow-ups",
    ],
    before=[drop_duplicate_ids, status_hooks.check_not_blocked],
    effect_for=status_hooks.effect_of_status,
    preview=status_hooks.preview_going_on,
    verify_with='reply_get_contact_statuses {{"id": {contactIds[0]}}}',
)
class SetContactsReplied(Arguments):
    """Record a reply that came outside Reply, in every sequence they are in: stops further steps.
    isReplied=false clears it, and sending may go on."""

    contact_ids: Many
    is_replied: bool


@area.post(
    "/v3/contacts/set-bounced",
    scope="contacts:operate",
    tool="reply_mark_contacts_as_bounced",
    undo=cannot("Reply does not say for whom it was so before."),
    effect=Effect.SEND,
    split=("contactIds", 100),
    view=PerItem("contact", "{isBounced:marked as bounced|cleared of their bounce}", "contactIds"),
    also=["undeliverable people", "bad address", "resend", "hard bounce", "clear bounce"],
    before=[drop_duplicate_ids, status_hooks.check_not_blocked],
    effect_for=status_hooks.effect_of_status,
    preview=status_hooks.preview_going_on,
    verify_with='reply_get_contact_statuses {{"id": {contactIds[0]}}}',
)
class SetContactsBounced(Arguments):
    """Record bounces in every sequence they are in: stops further steps. isBounced=false clears them."""

    contact_ids: Many
    is_bounced: bool
    resend_emails: Nullable[bool] = Field(None, description="With isBounced=false only, required: send that step again")

    @model_validator(mode="after")
    def resend_decided(self) -> SetContactsBounced:
        if self.is_bounced:
            if self.resend_emails is not None:
                raise ValueError("leave out resendEmails when isBounced is true")
            self.model_fields_set.discard("resend_emails")
        elif self.resend_emails is None:
            raise ValueError("say resendEmails (true sends the bounced step again) when isBounced is false")
        return self


@area.post(
    "/v3/contacts/set-opted-out",
    scope="contacts:operate",
    tool="reply_set_contacts_opted_out",
    undo=membership(
        "SetContactsOptedOut",
        "contactIds",
        status_hooks.opted_out,
        read=one_or_page("GetContactById", "FilterContacts", "contactIds", top=1000),
        joins=lambda call: bool(call.arguments.is_opted_out),
        says="{who} as before",
        noun="contact",
        remains="What was sent, or was not, in the meantime stays so; in sequences they stay stopped.",
        flips="isOptedOut",
        each=True,
    ),
    effect=Effect.SEND,
    idempotent=True,
    split=("contactIds", 100),
    view=PerItem("contact", "{isOptedOut:now opted out|opted in again}", "contactIds"),
    also=[
        "unsubscribe people",
        "do not contact",
        "opt-out",
        "stop emailing",
        "resubscribe",
        "suppress",
        "unsubscribe",
        "do not email again",
        "GDPR objection",
    ],
    before=[drop_duplicate_ids],
    run=status_hooks.set_opted_out,
    effect_for=status_hooks.effect_of_opting_out,
    preview=status_hooks.preview_opting_in,
    verify_with='reply_get_contact_statuses {{"id": {contactIds[0]}}}',
)
class SetContactsOptedOut(Arguments):
    """End all outreach to people (finishes them in every sequence), or lift that with isOptedOut=false.
    A request per hundred, or per contact on accounts without the bulk call."""

    contact_ids: Many
    is_opted_out: bool


@area.post(
    "/v3/contacts/set-status-in-sequence",
    scope="contacts:operate",
    tool="reply_set_status_in_all_sequences",
    undo=cannot("Reply does not say in which state each of them was in each sequence."),
    effect=Effect.SEND,
    idempotent=True,
    split=("contactIds", 100),
    view=PerItem("contact", "set to {statusInSequence} in every sequence", "contactIds"),
    also=[
        "pause person everywhere",
        "finish lead",
        "resume",
        "stop campaign for prospect",
        "removepersonfromallcampaigns",
    ],
    before=[drop_duplicate_ids, status_hooks.check_not_blocked],
    effect_for=status_hooks.effect_of_status,
    preview=status_hooks.preview_going_on,
    verify_with='reply_get_contact_statuses {{"id": {contactIds[0]}}}',
)
class SetContactsStatusInSequence(Arguments):
    """Set people's status in EVERY sequence they are in; active resumes sending.
    One sequence only: reply_change_status_in_sequence."""

    contact_ids: Many
    status_in_sequence: Literal["active", "paused", "finished", "outOfOffice"]


@area.get(
    "/v3/contacts/{id}/statuses",
    scope="contacts:read",
    tool="reply_get_contact_statuses",
    view=STATUSES,
    also=[
        "has person replied",
        "opened",
        "clicked",
        "unsubscribed",
        "why not emailed",
        "GET /v1/stats/person",
        "opted out yet",
        "bounced yet",
    ],
)
class GetContactStatuses(Arguments):
    """Whether a person opted out, was called, replied or bounced, in each sequence."""

    id: Path[ContactId]

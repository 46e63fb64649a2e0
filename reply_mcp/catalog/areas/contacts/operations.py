"""Contacts, the lists they are on, and the custom fields they carry."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from reply_mcp.catalog.areas.contacts import hooks
from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.csv_rows import by_field
from reply_mcp.catalog.areas.contacts.custom_field_values import (
    fields_by_id,
    fields_stuck,
    known_fields,
    with_field_titles,
)
from reply_mcp.catalog.areas.contacts.enroll_one import (
    check_contactable,
    move_effect,
    move_preview,
    not_in_it_yet,
    now_in_it,
    which_is_missing,
    why_not_moved,
)
from reply_mcp.catalog.areas.contacts.import_hooks import (
    import_audience,
    import_effect,
    import_fields,
    import_preview,
    import_what_is_valid,
    read_sheet,
    told_per_person,
    valid_items,
    why_not_imported,
)
from reply_mcp.catalog.arguments.named_ids import (
    ContactId,
    ListId,
    SequenceId,
    UserId,
)
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.id_labels import with_names_of
from reply_mcp.catalog.lookups.contacts import (
    check_filter_target_exists,
    in_small_pages,
    no_time_rules,
    once_each,
    only_exact_matches,
    without_false_memberships,
)
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect, Email, Local, Paged, Part, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, PerItem, Table

CompanySize = Literal[
    "Empty",
    "SelfEmployed",
    "Ten",
    "Fifty",
    "TwoHundred",
    "FiveHundred",
    "OneThousand",
    "FiveThousand",
    "TenThousand",
    "OverTenThousand",
]
CallStatus = Literal["none", "toCall", "called"]
MeetingStatus = Literal["none", "meetingBooked"]
Many = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
Several = Annotated[list[ContactId], Field(min_length=1)]

CONTACT_ROWS = Table(
    "contacts",
    (
        "id",
        Column("name", ("firstName", "lastName")),
        "email",
        "title",
        "company",
        Column("opted out", "isOptedOut", "flag"),
        Column("added", "addingDate", "date"),
    ),
    empty="No contact matches. reply_filter_contacts with searchTerm looks in parts of names and addresses.",
)
FOUND_ROWS = replace(CONTACT_ROWS, empty="No contact matches. searchTerm looks in parts of names and addresses.")
CONTACT = Card(
    "Contact {id}: {firstName} {lastName} <{email}>",
    (
        (
            Column("title", "title", "outside"),
            Column("company", "company", "outside"),
            "domain",
            Column("size", "companySize", "enum"),
            "industry",
            Column("place", ("city", "state", "country")),
            Column("time zone", "timeZoneId"),
        ),
        (
            "phone",
            Column("phone check", "phoneStatus", "enum"),
            Column("LinkedIn", "linkedInUrl"),
            Column("Sales Navigator", "linkedInSalesNavigatorUrl"),
            Column("Recruiter", "linkedInRecruiterUrl"),
        ),
        (
            Column("opted out", "isOptedOut", "flag"),
            Column("call", "callStatus", "enum"),
            Column("meeting", "meetingStatus", "enum"),
            "owner",
            Column("account", "accountId"),
            Column("added", "addingDate", "date"),
        ),
        (Column("fields", "customFields", "outside"),),
        (Column("notes", "notes", "outside"),),
    ),
)
IMPORTED = Card(
    "{summary}",
    tables=(
        Table("not imported", ("email", "id", Column("status", "status", "enum"), "reason"), items="notImported"),
        Table("imported", ("id", "email", Column("status", "status", "enum")), items="imported"),
    ),
)
LIST_ROWS = Table(
    "lists",
    ("id", "name", Column("shared", "isShared", "flag")),
    empty="No such list. reply_create_list makes one.",
)
LIST = Card("List {id}: {name}", ((Column("shared with the team", "isShared", "flag"),),))
FIELD_ROWS = Table(
    "custom fields",
    ("id", "title", Column("type", "fieldType", "enum"), Column("org-wide", "orgWide", "flag"), "metadata"),
    empty="No custom fields yet. reply_create_custom_field adds one.",
)
FIELD = Card(
    "Custom field {id}: {title}",
    ((Column("type", "fieldType", "enum"), Column("org-wide", "orgWide", "flag"), "metadata"),),
)


class NewValue(Part):
    """A custom field of a contact that is being created."""

    key: str = Field(description="Title or id")
    value: str | None = None

    def which(self) -> int | str:
        return self.key


class FieldPatch(Part):
    """A custom field to set, by id or by title."""

    id: int | None = None
    name: str | None = Field(None, description="Title")
    value: str | None = None

    def which(self) -> int | str | None:
        return self.id if self.id is not None else self.name


class Profile(Part):
    """The facts of a person that creating, updating and importing share."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    phone2: str | None = None
    title: str | None = None
    company: str | None = None
    company_size: CompanySize | None = None
    industry: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    time_zone_id: str | None = None
    linked_in_url: str | None = None
    linked_in_sales_navigator_url: str | None = None
    linked_in_recruiter_url: str | None = None
    notes: str | None = None


class Standing(Profile):
    """What may be changed of a contact that exists, besides the profile."""

    is_opted_out: bool | None = None
    call_status: CallStatus | None = None
    meeting_status: MeetingStatus | None = None
    owner_user_id: UserId | None = None
    account_id: int | None = None
    custom_fields: list[FieldPatch] | None = None


@area.get(
    "/v3/contacts",
    scope="contacts:read",
    tool="reply_search_contacts",
    core=True,
    view=CONTACT_ROWS,
    also=[
        "people",
        "leads",
        "prospects",
        "GET /v1/people",
        "look up person",
        "who is",
        "contact by address",
        "in Reply",
        "browse all contacts",
        "do we have this person",
    ],
    run=in_small_pages,
    after=[only_exact_matches, once_each, without_false_memberships, with_field_titles],
)
class GetContacts(Paged):
    """Find a contact by exact email or LinkedIn URL, or browse all. Parts of names: reply_filter_contacts."""

    email: Query[Email | None] = None
    linked_in: Query[str | None] = Field(None, description="Profile URL")

    @model_validator(mode="before")
    @classmethod
    def _words_are_for_another(cls, given: Any) -> Any:
        for name in ("query", "q", "search", "searchTerm", "name"):
            if isinstance(given, dict) and isinstance(given.get(name), str):
                raise ValueError(
                    f"{name}: here only an exact email or linkedIn; names and parts of them: reply_filter_contacts "
                    f'{{"searchTerm": {json.dumps(given[name], ensure_ascii=False)[:80]}}}'
                )
        return given


@area.post(
    "/v3/contacts",
    scope="contacts:write",
    tool="reply_create_contact",
    core=True,
    view=Done(
        "Created contact {id} ({email}).",
        "It is in no list or sequence: reply_add_contact_to_sequence enrols, reply_add_contacts_to_list lists it.",
    ),
    also=[
        "add person",
        "new lead",
        "prospect",
        "POST /v1/people",
        "addandpushtocampaign",
        "save a person",
        "put a lead in",
    ],
    before=[hooks.not_there_yet, known_fields],
    run=hooks.create_then_fill,
    explain=[hooks.explain_hidden_duplicate],
    verify_with='reply_search_contacts {{"email": "{email}"}}',
)
class CreateContact(Profile, Arguments):
    """Add one person, by email or linkedInUrl. Never overwrites: looks first, and names the contact if it exists.
    Two requests, five with customFields. Many, or create-or-match: reply_import_contacts."""

    email: Email | None = None
    first_name: str = Field(min_length=1)
    account_id: int | None = None
    custom_fields: list[NewValue] | None = None

    @model_validator(mode="after")
    def reachable(self) -> CreateContact:
        if not self.email and not self.linked_in_url:
            raise ValueError("give email or linkedInUrl; without either Reply takes no contact")
        return self


@area.get(
    "/v3/contacts/{id}",
    scope="contacts:read",
    tool="reply_get_contact",
    view=CONTACT,
    also=[
        "person details",
        "lead profile",
        "prospect card",
        "GET /v1/people/{id}",
        "phone",
        "LinkedIn URL",
        "notes on a person",
        "phone of a person",
    ],
    after=[with_field_titles, with_names_of("owner")],
)
class GetContactById(Arguments):
    """One contact with every field. What they did: reply_get_contact_activity."""

    id: Path[ContactId]


@area.patch(
    "/v3/contacts/{id}",
    scope="contacts:write",
    tool="reply_update_contact",
    core=True,
    view=Done("Updated contact {id} ({email}): {changed}."),
    also=[
        "edit person",
        "change lead",
        "prospect",
        "unsubscribe one",
        "book meeting",
        "to call",
        "POST /v1/people",
        "fix details of a person",
        "set a custom field for a contact",
        "company name of a person",
        "correct a name",
        "spelling",
        "edit phone number",
        "wrong email",
    ],
    before=[fields_by_id],
    after=[fields_stuck, hooks.what_changed],
    effect_for=hooks.update_effect,
    preview=hooks.update_preview,
    verify_with='reply_get_contact {{"id": {id}}}',
)
class UpdateContact(Standing, Arguments):
    """Change the given fields of a contact; null clears one, the others stay.
    isOptedOut=true ends all outreach to them. customFields cost two more requests, to check that they stuck."""

    id: Path[ContactId]
    email: Email | None = None


@area.delete(
    "/v3/contacts/{id}",
    scope="contacts:write",
    tool="reply_delete_contact",
    view=Done("Deleted contact {id}.", "reply_import_contacts with options.restoreDeleted brings a deleted one back."),
    also=["remove person", "erase lead", "prospect", "GDPR", "DELETE /v1/people", "wipe a contact", "GDPR erase"],
    preview=hooks.delete_preview,
    verify_with='reply_get_contact {{"id": {id}}}',
)
class DeleteContact(Arguments):
    """Delete one contact. Several: reply_bulk_delete_contacts."""

    id: Path[ContactId]


class ImportItem(Standing):
    """One person of an import; the address is checked by us, so that all bad ones are told at once."""

    email: str | None = None
    first_name: str
    _place: str = PrivateAttr("")
    """Where it was given, for messages: `items[3]`, `line 5`."""

    @property
    def sought(self) -> str:
        """The argument of a search that finds this person."""
        return f'"email": "{self.email}"' if self.email else f'"linkedIn": "{self.linked_in_url}"'

    @model_validator(mode="before")
    @classmethod
    def as_columns(cls, item: Any) -> Any:
        """Columns that are no field are custom fields, by title. A missing first name is found by `valid_items`, so
        that one answer tells it together with bad addresses."""
        fields = [info.alias or name for name, info in cls.model_fields.items()]
        return {"firstName": "", **by_field(item, fields)} if isinstance(item, dict) else item


class ImportKeys(Part):
    """What tells whether a person is there already, besides the email."""

    linked_in_url: bool = False
    phone: bool = False
    first_name: bool = False
    last_name: bool = False
    company: bool = False
    custom_field_ids: list[int] | None = None


class ImportOptions(Part):
    """How people who are there already are treated, and where all of them go."""

    overwrite_existing: bool = False
    skip_existing: bool = False
    skip_without_emails: bool = False
    detect_time_zone: bool = False
    restore_deleted: bool = False
    list_ids: list[ListId] | None = None
    sequence_id: SequenceId | None = Field(None, description="Enrols them: sends if it is active")
    keys: ImportKeys | None = None

    @model_validator(mode="after")
    def one_way(self) -> ImportOptions:
        if self.overwrite_existing and self.skip_existing:
            raise ValueError("overwriteExisting and skipExisting exclude each other")
        return self


@area.post(
    "/v3/contacts/import",
    scope="contacts:write",
    tool="reply_import_contacts",
    core=True,
    effect=Effect.SEND,
    split=("items", 1000),
    view=IMPORTED,
    also=[
        "upload CSV",
        "bulk add people",
        "upsert leads",
        "prospects",
        "addandpushtocampaign",
        "restore deleted",
        "spreadsheet",
        "CSV",
        "import from CRM",
        "import from HubSpot",
    ],
    before=[read_sheet, valid_items, import_fields],
    run=import_what_is_valid,
    after=[told_per_person],
    explain=[why_not_imported],
    effect_for=import_effect,
    preview=import_preview,
    recipients=import_audience,
    verify_with="reply_search_contacts {{{items[0].sought}}}",
)
class ImportContacts(Arguments):
    """Add or match people by email, a request per 1000; fills only empty fields of those who exist. One bad item stops
    all, unless skipInvalid. options.sequenceId enrolls them. Columns are fields or titles of custom fields."""

    items: list[ImportItem] | None = Field(None, min_length=1, max_length=MOST)
    csv: Local[str | None] = Field(None, description="In place of items: CSV text or a file's path")
    columns: Local[dict[str, str] | None] = Field(None, description="CSV column: field; empty leaves it out")
    options: ImportOptions | None = None
    skip_invalid: Local[bool] = Field(False, description="Leave bad items out")

    @model_validator(mode="after")
    def one_source(self) -> ImportContacts:
        if (self.items is None) == (self.csv is None):
            raise ValueError("give either items or csv")
        if self.columns is not None and self.csv is None:
            raise ValueError("columns goes with csv; items take field names and titles of custom fields as keys")
        return self


class Rule(Part):
    """A condition on a field of the contact. Reply publishes no list of properties and conditions."""

    property: str
    condition: str
    value: str | None = None


@area.post(
    "/v3/contacts/filter",
    scope="contacts:read",
    tool="reply_filter_contacts",
    core=True,
    effect=Effect.READ,
    view=FOUND_ROWS,
    also=[
        "people in list",
        "search by name",
        "company",
        "leads of campaign",
        "prospects",
        "segment",
        "members",
        "people in a list",
        "members of a list",
        "people we know",
        "recently added people",
        "anyone from a company",
        "search by job title",
        "segment of people",
        "contacts with tag",
        "contacts without an email",
        "missing phone",
        "added last week",
        "recent contacts",
        "contacts of a teammate",
        "contacts not in a sequence",
        "imported contacts",
        "contacted never",
    ],
    before=[no_time_rules],
    run=in_small_pages,
    after=[check_filter_target_exists, once_each, without_false_memberships, with_field_titles],
)
class FilterContacts(Paged):
    """People on a list, in a sequence or step, or matching searchTerm in part.
    Says nothing of replies or opens: those are in the inbox and reply_get_contact_statuses."""

    search_term: str | None = None
    list_id: ListId | None = None
    sequence_id: SequenceId | None = None
    sequence_step_id: int | None = None
    rules: list[Rule] | None = Field(None, description="Reply publishes no names; dates do not work")
    sort_by: str | None = None
    sort_direction: Literal["asc", "desc"] | None = None

    @model_validator(mode="after")
    def sorted_by_something(self) -> FilterContacts:
        if self.sort_direction and not self.sort_by:
            raise ValueError("sortDirection needs sortBy")
        return self


area.coming_soon("FilterContactsCount", "POST", "/v3/contacts/filter/count", "count the contacts that match a filter")


@area.post(
    "/v3/contacts/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_contacts",
    effect=Effect.DELETE,
    view=PerItem("contact", "deleted", "ids", "reply_import_contacts with options.restoreDeleted brings them back."),
    also=[
        "remove people",
        "purge leads",
        "mass erase",
        "clean up prospects",
        "remove duplicate contacts",
        "clean up contacts",
    ],
    preview=hooks.bulk_delete_preview,
    verify_with='reply_get_contact {{"id": {ids[0]}}}',
)
class BulkDeleteContacts(Arguments):
    """Delete several contacts; each succeeds or fails by itself."""

    ids: Several


@area.get(
    "/v3/contacts/{id}/sequences",
    scope="contacts:read",
    tool="reply_get_contact_sequences",
    after=[with_names_of("mailbox", "linkedInAccount")],
    view=Table(
        "sequences of the contact",
        (
            Column("id", "sequenceId"),
            Column("name", "sequenceName"),
            Column("status", "statusInSequence", "enum"),
            Column("step", "currentStep.displayName"),
            Column("step id", "currentStep.stepId"),
            Column("added", "addingDate", "date"),
            Column("mailbox", "mailbox.name"),
            Column("LinkedIn account", "linkedInAccount.name"),
        ),
        empty="This contact is in no sequence.",
        told=("emailAccountId", "linkedInAccountId"),
    ),
    also=[
        "campaigns of person",
        "which campaign is lead in",
        "enrolled",
        "memberships",
        "current step",
        "sequences of a contact",
    ],
)
class GetContactSequences(Arguments):
    """The sequences a person is in, with status and current step. Replied or bounced: reply_get_contact_statuses."""

    id: Path[ContactId]


@area.get(
    "/v3/contacts/{id}/activities",
    scope="contacts:read",
    tool="reply_get_contact_activity",
    view=Table(
        "activities",
        (
            "id",
            Column("when", "date", "time"),
            Column("what", "activityType", "enum"),
            Column("source", "sourceType", "enum"),
            Column("by", "userName"),
            Column("sequenceId", "_sequenceId"),
            Column("sequence", "_sequence"),
            Column("content", "summary", "html"),
        ),
        empty="Nothing has happened with this contact.",
        told=("content", "userId"),
    ),
    also=[
        "history",
        "timeline",
        "opens clicks",
        "person log",
        "GET /v1/stats/person",
        "touchpoints",
        "last touchpoints",
        "when did they last reply",
        "opened",
        "clicked",
    ],
    after=[hooks.with_summaries],
)
class GetContactActivities(Paged):
    """What happened with a person: mails, calls, status changes."""

    id: Path[ContactId]


@area.get(
    "/v3/contacts/{id}/inbox-threads",
    scope="contacts:read",
    tool="reply_get_contact_threads",
    beta=True,
    view=Table(
        "threads of the contact",
        (
            "id",
            Column("channel", "channel", "enum"),
            "subject",
            Column("last", "lastActivityDate", "time"),
            Column("category", "category.name"),
            Column("sequence", "sequence.name"),
            Column("read", "isRead", "flag"),
            Column("state", "status.state", "enum"),
        ),
        empty="No conversation with this contact.",
    ),
    also=[
        "conversations with person",
        "emails from lead",
        "replies of prospect",
        "messages",
        "emails exchanged with a person",
        "conversations with a contact",
    ],
    after=[once_each],
    explain=[hooks.no_such_contact],
)
class GetContactInboxThreads(Paged):
    """The inbox threads of one person, without their messages: reply_get_thread reads one."""

    id: Path[ContactId]


@area.post(
    "/v3/contacts/set-replied",
    scope="contacts:operate",
    tool="reply_mark_contacts_as_replied",
    effect=Effect.SEND,
    idempotent=True,
    split=("contactIds", 100),
    view=PerItem("contact", "marked (replied: {isReplied})", "contactIds"),
    also=[
        "POST /v1/actions/markasreplied",
        "answered elsewhere",
        "stop after reply",
        "unmark",
        "answered by phone",
        "stop follow-ups",
    ],
    before=[hooks.without_doubles],
    effect_for=hooks.replied_effect,
    preview=hooks.replied_preview,
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
    effect=Effect.SEND,
    split=("contactIds", 100),
    view=PerItem("contact", "marked (bounced: {isBounced})", "contactIds"),
    also=["undeliverable people", "bad address", "resend", "hard bounce", "clear bounce"],
    before=[hooks.without_doubles],
    effect_for=hooks.bounced_effect,
    preview=hooks.bounced_preview,
    verify_with='reply_get_contact_statuses {{"id": {contactIds[0]}}}',
)
class SetContactsBounced(Arguments):
    """Record bounces in every sequence they are in: stops further steps. isBounced=false clears them."""

    contact_ids: Many
    is_bounced: bool
    resend_emails: bool | None = Field(None, description="With isBounced=false only, required: send that step again")

    @model_validator(mode="after")
    def resend_decided(self) -> SetContactsBounced:
        if self.is_bounced:
            if self.resend_emails is not None:
                raise ValueError("leave resendEmails out when isBounced is true")
            self.model_fields_set.discard("resend_emails")
        elif self.resend_emails is None:
            raise ValueError("say resendEmails (true sends the bounced step again) when isBounced is false")
        return self


@area.post(
    "/v3/contacts/set-opted-out",
    scope="contacts:operate",
    tool="reply_set_contacts_opted_out",
    effect=Effect.SEND,
    idempotent=True,
    split=("contactIds", 100),
    view=PerItem("contact", "marked (opted out: {isOptedOut})", "contactIds"),
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
    before=[hooks.without_doubles],
    run=hooks.opt_out_either_way,
    effect_for=hooks.opt_out_effect,
    preview=hooks.opt_out_preview,
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
    before=[hooks.without_doubles],
    effect_for=hooks.status_effect,
    preview=hooks.status_preview,
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
    view=Card(
        "Contact {contactId}",
        (
            (
                Column("opted out", "isOptedOut", "flag"),
                Column("call", "callStatus", "enum"),
                Column("meeting", "meetingStatus", "enum"),
            ),
        ),
        (
            Table(
                "sequences",
                (
                    Column("id", "sequenceId"),
                    Column("name", "sequenceName"),
                    Column("status", "statusInSequence", "enum"),
                    Column("replied", "emailDisposition.isReplied", "flag"),
                    Column("bounced", "emailDisposition.isBounced", "flag"),
                ),
                items="sequences",
            ),
        ),
    ),
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


@area.put(
    "/v3/contacts/owner",
    scope="contacts:operate",
    tool="reply_change_contact_owner",
    view=Done("{outcome}"),
    also=["leads to", "reassign people", "hand over leads", "transfer prospects", "teammate", "transfer leads"],
    after=[hooks.owner_changed],
    explain=[hooks.not_in_team],
    verify_with='reply_get_contact {{"id": {contactIds[0]}}}',
)
class ChangeContactsOwner(Arguments):
    """Give contacts to another teammate."""

    contact_ids: Several
    user_id: UserId
    reassign_tasks: bool = Field(False, description="Their tasks too")


@area.post(
    "/v3/contacts/{id}/notes",
    scope="contacts:operate",
    tool="reply_add_contact_note",
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
    before=[not_in_it_yet, check_contactable],
    after=[now_in_it],
    explain=[why_not_moved, which_is_missing],
    effect_for=move_effect,
    preview=move_preview,
    verify_with='reply_get_contact_sequences {{"id": {id}}}',
)
class MoveContactToSequence(Arguments):
    """Enrol a person in a sequence too; leaves the others only with removeFromExisting. An active one starts sending.
    Not the blocked or opted out. Seven more requests, to look before and after. Many: reply_add_contact_to_sequence."""

    id: Path[ContactId]
    sequence_id: SequenceId
    remove_from_existing: Annotated[bool, AlwaysSent()] = False
    start_step_id: int | None = None
    ignore_step_delay: bool = Field(False, description="Drop the first step's delay")
    start_from: datetime | None = None


@area.get(
    "/v3/contact-lists",
    scope="contacts:read",
    tool="reply_search_lists",
    view=LIST_ROWS,
    also=["segments", "groups of people", "lead lists", "audience", "find list id", "biggest list", "list sizes"],
    after=[once_each],
)
class GetContactLists(Paged):
    """Your contact lists and the team's shared ones. Who is on one: reply_filter_contacts."""

    search: Query[str | None] = Field(None, description="In the name")


@area.post(
    "/v3/contact-lists",
    scope="contacts:write",
    tool="reply_create_list",
    view=Done('Created list {id} "{name}".', "It is empty: reply_add_contacts_to_list fills it."),
    also=["new segment", "make group of people", "audience", "lead list"],
    explain=[hooks.list_held],
    verify_with='reply_search_lists {{"search": "{name}"}}',
)
class CreateContactList(Arguments):
    """Make an empty contact list, private unless isShared."""

    name: str = Field(min_length=2)
    is_shared: bool = False


@area.get(
    "/v3/contact-lists/{id}",
    scope="contacts:read",
    tool="reply_get_list",
    view=LIST,
    also=["segment details", "list name", "is it shared"],
)
class GetContactListById(Arguments):
    """A list's name and whether the team sees it; its people: reply_filter_contacts."""

    id: Path[ListId]


@area.put(
    "/v3/contact-lists/{id}",
    scope="contacts:write",
    tool="reply_rename_list",
    view=Done('List {id} is now called "{name}".'),
    also=["edit segment", "change list title", "update list"],
    explain=[hooks.list_held],
    verify_with='reply_get_list {{"id": {id}}}',
)
class UpdateContactList(Arguments):
    """Rename a list."""

    id: Path[ListId]
    name: str = Field(min_length=1)


@area.delete(
    "/v3/contact-lists/{id}",
    scope="contacts:write",
    tool="reply_delete_list",
    view=Done("Deleted list {id}."),
    also=["remove segment", "drop audience", "lead list"],
    preview=hooks.list_preview,
    verify_with='reply_get_list {{"id": {id}}}',
)
class DeleteContactList(Arguments):
    """Delete a list; a shared one only by its creator."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/share",
    scope="contacts:write",
    tool="reply_share_list",
    idempotent=True,
    view=Done("The team sees list {id} now."),
    also=["make segment public", "team access", "publish list"],
    explain=[hooks.list_held],
    verify_with='reply_get_list {{"id": {id}}}',
)
class ShareContactList(Arguments):
    """Show a private list to the team."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/unshare",
    scope="contacts:write",
    tool="reply_unshare_list",
    idempotent=True,
    view=Done("List {id} is private now."),
    also=["make segment private", "hide list from team"],
    explain=[hooks.list_held],
    verify_with='reply_get_list {{"id": {id}}}',
)
class UnshareContactList(Arguments):
    """Take a list out of the team's sight."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/move-contacts",
    scope="contacts:operate",
    tool="reply_move_contacts_to_list",
    effect=Effect.DELETE,
    idempotent=True,
    view=PerItem("contact", "on the list, and on no other", "contactIds"),
    also=["change segment of people", "replace list membership", "transfer leads", "merge lists"],
    before=[hooks.without_doubles],
    after=[hooks.failures_in_words, hooks.opted_out_among],
    preview=hooks.move_list_preview,
    verify_with='reply_filter_contacts {{"listId": {id}}}',
)
class MoveContactsToContactList(Arguments):
    """Put contacts on a list and take them OFF EVERY OTHER; to keep those: reply_add_contacts_to_list.
    One request more, to tell who opted out."""

    id: Path[ListId]
    contact_ids: Several


@area.post(
    "/v3/contact-lists/{id}/add-contacts",
    scope="contacts:operate",
    tool="reply_add_contacts_to_list",
    core=True,
    idempotent=True,
    view=PerItem("contact", "on the list", "contactIds"),
    also=["put people in segment", "tag leads", "prospects", "audience", "group", "merge lists"],
    before=[hooks.without_doubles],
    after=[hooks.failures_in_words, hooks.opted_out_among],
    verify_with='reply_filter_contacts {{"listId": {id}}}',
)
class AddContactsToContactList(Arguments):
    """Put contacts on a list, keeping their other lists. One request more, to tell who opted out."""

    id: Path[ListId]
    contact_ids: Several


@area.get(
    "/v3/contacts/{id}/lists",
    scope="contacts:read",
    tool="reply_get_contact_lists",
    view=Table("lists of the contact", ("id", "name"), empty="This contact is on no list."),
    also=["segments of person", "which lists is lead on", "memberships"],
)
class GetContactListsForContact(Arguments):
    """The lists one person is on."""

    id: Path[ContactId]


@area.get(
    "/v3/custom-fields",
    scope="contacts:read",
    tool="reply_list_custom_fields",
    view=FIELD_ROWS,
    also=["variables", "GET /v1/internal/variables", "merge fields", "attributes", "columns"],
)
class GetCustomFields(Arguments):
    """Every custom field of the team and organization."""


@area.post(
    "/v3/custom-fields",
    scope="contacts:write",
    tool="reply_create_custom_field",
    view=Done('Created custom field {id} "{title}".', "reply_update_contact with customFields fills it."),
    also=["new variable", "add attribute", "merge field", "column"],
    explain=[hooks.field_held],
    verify_with="reply_list_custom_fields {{}}",
)
class CreateCustomField(Arguments):
    """Register a custom field. Titles are unique whatever their case, and their number is limited."""

    title: str = Field(max_length=90)
    field_type: Literal["text", "number"]
    metadata: str | None = Field(None, description="Such as dropdown options")
    org_wide: bool = False


@area.get(
    "/v3/custom-fields/{id}",
    scope="contacts:read",
    tool="reply_get_custom_field",
    view=FIELD,
    also=["variable details", "attribute", "field type"],
)
class GetCustomFieldById(Arguments):
    """One custom field's definition."""

    id: Path[int] = Field(ge=1, le=2147483647)


@area.put(
    "/v3/custom-fields/{id}",
    scope="contacts:write",
    tool="reply_update_custom_field",
    view=Done('Custom field {id} is now "{title}" ({fieldType}).'),
    also=["rename variable", "edit attribute", "change field type", "dropdown options"],
    before=[hooks.keep_metadata],
    explain=[hooks.field_held],
    verify_with='reply_get_custom_field {{"id": {id}}}',
)
class UpdateCustomField(Arguments):
    """Redefine a custom field; metadata left out is kept, null clears it."""

    id: Path[int]
    title: str = Field(max_length=90)
    field_type: Literal["text", "number"]
    metadata: str | None = None


@area.delete(
    "/v3/custom-fields/{id}",
    scope="contacts:write",
    tool="reply_delete_custom_field",
    view=Done("Deleted custom field {id}."),
    also=["remove variable", "drop attribute", "merge field"],
    preview=hooks.field_preview,
    verify_with="reply_list_custom_fields {{}}",
)
class DeleteCustomField(Arguments):
    """Delete a custom field for everyone; Reply may refuse one that holds values."""

    id: Path[int] = Field(ge=1, le=2147483647)

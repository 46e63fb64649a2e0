"""Sequences: find, read, create, start, pause, put away; their mailboxes and LinkedIn accounts; their numbers."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.create_hooks import create_in_parts
from reply_mcp.catalog.areas.sequences.lifecycle_hooks import (
    archive_preview,
    bulk_archive_preview,
    bulk_delete_preview,
    bulk_start_preview,
    can_archive,
    can_start,
    delete_preview,
    empty_list_refused,
    in_lower_case,
    missing_account,
    missing_or_not_linked,
    missing_sequence,
    start_effect,
    start_preview,
    started,
    why_not_paused,
    why_not_started,
    without_sender,
)
from reply_mcp.catalog.areas.sequences.stats import (
    ShortPeriod,
    StatsPeriod,
    compared,
    with_period,
)
from reply_mcp.catalog.arguments.named_ids import (
    EmailAccountId,
    LinkedInAccountId,
    ScheduleId,
    SequenceId,
    UserId,
)
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.arguments.times import Moment
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.bodies.sequence_settings import SequenceSettings, SettingsChange
from reply_mcp.catalog.bodies.steps import Step
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.id_labels import add_mailbox_states, add_names_of
from reply_mcp.catalog.hooks.step_rows import STEP_COLUMNS, describe_sequence_steps
from reply_mcp.catalog.hooks.variables import check_variables, explain_unknown_variables
from reply_mcp.catalog.operation import Arguments, Effect, Local, Paged, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, Numbers, PerItem, Table

SequenceIds = Annotated[list[SequenceId], Field(min_length=1, max_length=MOST)]

ROWS = Table(
    "sequences",
    (
        "id",
        "name",
        Column("status", kind="enum"),
        Column("health", kind="enum"),
        Column("archived", "isArchived", "flag"),
        Column("owner", "owner.name"),
        Column("created", kind="date"),
    ),
    empty="No sequence matches. Leave out filters; name matches parts of names.",
)
LINKED_IN_COLUMNS = ("id", "name", Column("status", kind="enum"), Column("profile", "profileUrl", "link"))
ONE = Card(
    'Sequence {id} "{name}"',
    (
        (
            Column("status", kind="enum"),
            Column("health", kind="enum"),
            Column("archived", "isArchived", "flag"),
            "owner",
            Column("created", kind="date"),
            "schedule",
        ),
        (
            Column("emails a day", "settings.emailsCountPerDay"),
            Column("new people a day", "settings.dailyThrottling"),
            Column("on reply", "settings.repliesHandlingType", "enum"),
        ),
    ),
    (
        Table(
            "mailboxes",
            ("id", "email", Column("state", "connectionStatus", "enum")),
            items="emailAccounts",
            empty="No mailbox: reply_assign_email_account_to_sequence links one.",
        ),
        Table("LinkedIn accounts", LINKED_IN_COLUMNS[:3], items="linkedInAccounts"),
        Table(
            "steps (texts: reply_get_sequence_steps)",
            STEP_COLUMNS,
            items="steps",
            empty="No steps: reply_bulk_create_sequence_steps adds them.",
        ),
    ),
)
STATE = Done('Sequence {id} "{name}" is {status} now.')
READ_IT = 'reply_get_sequence {{"id": {id}}}'


@area.get(
    "/v3/sequences",
    scope="sequences:read",
    tool="reply_search_sequences",
    core=True,
    after=[add_names_of("owner")],
    view=ROWS,
    also=[
        "paused sequences",
        "active sequences",
        "campaigns",
        "GET /v1/campaigns",
        "outreach",
        "cadence",
        "campaigns that need attention",
        "health of sequences",
        "blocked sequences",
        "running sequences",
    ],
)
class GetSequences(Paged):
    """Sequences with status and health; archived ones too unless isArchived is false. No channels or counts here."""

    name: Query[str | None] = Field(None, description="Part of it")
    status: Query[Literal["active", "paused", "new"] | None] = None
    is_archived: Query[bool | None] = None
    owner_user_id: Query[UserId | None] = None
    folder_id: Query[str | None] = Field(None, json_schema_extra={"format": "uuid"})
    created_after: Query[Moment | None] = None
    sort_by: Query[Literal["created", "name", "status"] | None] = None
    sort_direction: Query[Literal["asc", "desc"] | None] = None

    @model_validator(mode="after")
    def _direction_of_something(self) -> Self:
        if self.sort_direction and not self.sort_by:
            raise ValueError("sortDirection needs sortBy")
        return self


area.coming_soon("CountSequences", "GET", "/v3/sequences/count", "How many sequences match a filter.")


@area.get(
    "/v3/sequences/{id}",
    scope="sequences:read",
    tool="reply_get_sequence",
    core=True,
    view=ONE,
    after=[describe_sequence_steps, add_names_of("owner", "schedule"), add_mailbox_states],
    explain=[missing_sequence],
    also=["campaign", "GET /v1/campaigns/{id}", "settings", "mailboxes", "details of a sequence"],
)
class GetSequenceById(Arguments):
    """One sequence: state, schedule, senders, settings, steps in order."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences",
    scope="sequences:write",
    tool="reply_create_sequence",
    core=True,
    view=Done(
        'Created sequence {id} "{name}", not started.',
        "Next: reply_add_contact_to_sequence, then reply_start_sequence.",
    ),
    before=[drop_nulls, check_variables],
    run=create_in_parts,
    explain=[explain_unknown_variables],
    verify_with='reply_search_sequences {{"name": "{name}"}}',
    also=[
        "campaign",
        "POST /v2/campaigns",
        "new cadence",
        "build outreach",
        "write a cadence",
        "design an outreach",
        "drip campaign",
    ],
)
class CreateSequence(Arguments):
    """A new sequence; sends nothing until started. The default schedule unless one is given. LinkedIn accounts and
    steps Reply cannot take at once are added by further requests."""

    name: str
    schedule_id: ScheduleId | None = None
    email_accounts: list[EmailAccountId] | None = None
    linked_in_accounts: list[LinkedInAccountId] | None = None
    steps: list[Step] | None = Field(None, description="In order; type email, linkedIn, call, …")
    settings: SequenceSettings | None = None


@area.patch(
    "/v3/sequences/{id}",
    scope="sequences:write",
    tool="reply_update_sequence",
    aliases=["reply_assign_schedule_to_sequence"],
    before=[drop_nulls],
    view=Done('Sequence {id} "{name}" is changed.'),
    explain=[missing_sequence],
    verify_with=READ_IT,
    also=[
        "rename campaign",
        "assign schedule",
        "PATCH /v2/campaigns/{id}",
        "daily limit",
        "replies from same company",
        "stop on reply",
        "sequence settings",
        "other sending hours for a campaign",
    ],
)
class UpdateSequence(Arguments):
    """Name, schedule, settings (only keys given change) or senders. Account lists REPLACE the linked ones;
    reply_assign_email_account_to_sequence adds one. Steps have tools of their own."""

    id: Path[SequenceId]
    name: str | None = None
    schedule_id: ScheduleId | None = None
    settings: SettingsChange | None = None
    email_accounts: list[EmailAccountId] | None = None
    linked_in_accounts: list[LinkedInAccountId] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.model_fields_set <= {"id"}:
            raise ValueError("give at least one thing to change")
        return self


@area.delete(
    "/v3/sequences/{id}",
    scope="sequences:write",
    tool="reply_delete_sequence",
    view=Done("Sequence {id} is deleted."),
    preview=delete_preview,
    explain=[missing_sequence],
    verify_with=READ_IT,
    also=["remove campaign", "erase"],
)
class DeleteSequence(Arguments):
    """Deletes it with steps and statistics; its people stay contacts. reply_archive_sequence keeps the numbers."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/start",
    scope="sequences:operate",
    tool="reply_start_sequence",
    core=True,
    effect=Effect.SEND,
    idempotent=True,
    effect_for=start_effect,
    preview=start_preview,
    before=[can_start, without_sender],
    after=[started, in_lower_case],
    explain=[why_not_started, missing_sequence],
    view=STATE,
    verify_with=READ_IT,
    also=[
        "launch",
        "activate",
        "resume campaign",
        "POST /v2/campaigns/{id}/start",
        "go live",
        "turn on campaign",
        "switch on sequence",
        "start outreach",
        "unpause",
    ],
)
class StartSequence(Arguments):
    """Starts or resumes sending to everyone in it, within its schedule."""

    id: Path[SequenceId]
    expected_contacts: Local[int | None] = Field(None, ge=0, description="Start only if exactly that many are in it")


@area.post(
    "/v3/sequences/{id}/pause",
    scope="sequences:operate",
    tool="reply_pause_sequence",
    core=True,
    idempotent=True,
    after=[in_lower_case],
    explain=[why_not_paused, missing_sequence],
    view=STATE,
    verify_with=READ_IT,
    also=[
        "stop campaign",
        "halt",
        "POST /v2/campaigns/{id}/pause",
        "hold",
        "put on hold",
        "switch off campaign",
        "shut down campaign",
        "turn off sequence",
    ],
)
class PauseSequence(Arguments):
    """Stops sending; people keep their place. reply_start_sequence resumes."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/archive",
    scope="sequences:operate",
    tool="reply_archive_sequence",
    effect=Effect.DELETE,
    preview=archive_preview,
    before=[can_archive],
    explain=[missing_sequence],
    view=Done('Sequence {id} "{name}" is archived; nobody is in it any more.'),
    verify_with=READ_IT,
    also=["put away campaign", "retire"],
)
class ArchiveSequence(Arguments):
    """Puts a paused or new sequence aside and takes everyone out of it for good; numbers stay."""

    id: Path[SequenceId]


area.coming_soon("UnarchiveSequence", "POST", "/v3/sequences/{id}/unarchive", "Brings one back from the archive.")


@area.put(
    "/v3/sequences/{id}/owner",
    scope="sequences:write",
    tool="reply_change_sequence_owner",
    after=[add_names_of("owner")],
    explain=[missing_sequence],
    view=Done('Sequence {id} "{name}" belongs to {owner} now.'),
    verify_with=READ_IT,
    also=["reassign campaign", "hand over", "transfer", "transfer sequence"],
)
class UpdateSequenceOwner(Arguments):
    """Hands it to a teammate; the team owner may, outside an organization."""

    id: Path[SequenceId]
    user_id: UserId


@area.post(
    "/v3/sequences/start",
    scope="sequences:operate",
    tool="reply_bulk_start_sequences",
    effect=Effect.SEND,
    idempotent=True,
    preview=bulk_start_preview,
    before=[drop_duplicate_ids],
    split=("ids", 100),  # its text says 1000, its own error says 100
    view=PerItem("sequence", "started", "ids"),
    verify_with='reply_search_sequences {{"status": "active"}}',
    also=["launch campaigns", "activate many", "resume all"],
)
class BulkStartSequences(Arguments):
    """Starts sending in several sequences; a request per hundred. The question before counts the people of the first
    ten: two requests each."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/pause",
    scope="sequences:operate",
    tool="reply_bulk_pause_sequences",
    idempotent=True,
    before=[drop_duplicate_ids],
    split=("ids", 100),  # its text says 1000, its own error says 100
    view=PerItem("sequence", "paused", "ids"),
    verify_with='reply_search_sequences {{"status": "paused"}}',
    also=[
        "stop campaigns",
        "halt everything",
        "pause all",
        "shut down all campaigns",
        "pause everything",
        "stop all sending",
    ],
)
class BulkPauseSequences(Arguments):
    """Stops several; those not active are reported back. A request per hundred."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/archive",
    scope="sequences:write",
    tool="reply_bulk_archive_sequences",
    effect=Effect.DELETE,
    preview=bulk_archive_preview,
    before=[drop_duplicate_ids],
    split=("ids", 100),  # its text says 1000, its own error says 100
    view=PerItem("sequence", "archived", "ids"),
    verify_with='reply_search_sequences {{"isArchived": true}}',
    also=["retire campaigns", "put away many"],
)
class BulkArchiveSequences(Arguments):
    """Archives several paused or new ones; takes their people out for good."""

    ids: SequenceIds


area.coming_soon("BulkUnarchiveSequences", "POST", "/v3/sequences/unarchive", "Brings several back from the archive.")


@area.post(
    "/v3/sequences/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequences",
    effect=Effect.DELETE,
    preview=bulk_delete_preview,
    before=[drop_duplicate_ids],
    split=("ids", 100),  # its text says 1000, its own error says 100
    view=PerItem("sequence", "deleted", "ids"),
    verify_with="reply_search_sequences {{}}",
    also=["remove campaigns", "erase many", "clean up"],
)
class BulkDeleteSequences(Arguments):
    """Deletes several with steps and statistics; their people stay contacts."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/batch/owner",
    scope="sequences:write",
    tool="reply_bulk_change_sequence_owner",
    before=[drop_duplicate_ids],
    split=("ids", 100),  # its text says 1000, its own error says 100
    view=PerItem("sequence", "handed over", "ids"),
    verify_with='reply_search_sequences {{"ownerUserId": {userId}}}',
    also=["reassign campaigns", "transfer many", "leaving teammate", "transfer sequences"],
)
class BulkChangeSequenceOwner(Arguments):
    """Hands several to one teammate."""

    ids: SequenceIds
    user_id: UserId


@area.post(
    "/v3/sequences/{id}/save-as-template",
    scope="sequences:write",
    tool="reply_save_sequence_as_template",
    explain=[missing_sequence],
    view=Done('Saved as template {id} "{name}".', "reply_create_sequence_from_template"),
    also=[
        "reuse campaign",
        "copy structure",
        "duplicate",
        "duplicate a campaign",
        "copy a sequence",
        "clone a sequence",
    ],
)
class SaveSequenceAsTemplate(Arguments):
    """Keeps its structure as a template under a new, unique name."""

    id: Path[SequenceId]
    name: str = Field(min_length=1)
    description: str | None = None
    scope: str | None = Field(None, description='"team" or "organization"')


@area.post(
    "/v3/sequences/create-from-template",
    scope="sequences:write",
    tool="reply_create_sequence_from_template",
    view=Done('Created sequence {id} "{name}", not started.', "reply_add_contact_to_sequence"),
    verify_with='reply_search_sequences {{"sortBy": "created", "top": 5}}',
    also=["campaign from template", "clone", "reuse", "duplicate a campaign", "copy a sequence"],
)
class CreateSequenceFromTemplate(Arguments):
    """A new sequence from a saved template."""

    template_id: UUID
    sequence_folder_id: UUID | None = None


@area.post(
    "/v3/sequences/{id}/stats",
    scope="sequences:read",
    tool="reply_get_sequence_stats",
    effect=Effect.READ,
    before=[drop_nulls],
    after=[with_period],
    explain=[missing_sequence],
    view=Numbers(
        "Sequence {id}",
        (
            Column("contacted", "emailOverview.contacted"),
            Column("delivered", "emailOverview.delivered"),
            Column("opened", "emailOverview.opened"),
            Column("replied", "emailOverview.replied"),
            Column("interested", "emailOverview.interested"),
            Column("meetings", "emailOverview.meetingsBooked"),
            Column("bounced", "emailOverview.bounced"),
            Column("opted out", "emailOverview.optedOut"),
            Column("connections sent", "linkedInOverview.connectionsSent"),
            Column("accepted", "linkedInOverview.connectionsAccepted"),
            Column("LinkedIn messages", "linkedInOverview.messagesSent"),
            Column("LinkedIn replied", "linkedInOverview.replied"),
            Column("InMails", "linkedInOverview.inMailsSent"),
        ),
        rates={
            "emailOverview.delivered": "emailOverview.deliveredPercentage",
            "emailOverview.opened": "emailOverview.openedPercentage",
            "emailOverview.replied": "emailOverview.repliedPercentage",
            "emailOverview.interested": "emailOverview.interestedPercentage",
            "emailOverview.meetingsBooked": "emailOverview.meetingsBookedPercentage",
            "emailOverview.bounced": "emailOverview.bouncedPercentage",
            "emailOverview.optedOut": "emailOverview.optedOutPercentage",
            "linkedInOverview.connectionsAccepted": "linkedInOverview.connectionsAcceptedPercentage",
            "linkedInOverview.replied": "linkedInOverview.repliedPercentage",
        },
    ),
    also=[
        "how is the sequence doing",
        "reply rate",
        "open rate",
        "GET /v1/Stats/GetPeopleSentPerCampaign",
        "performance",
        "results",
        "how is the campaign doing",
        "conversion",
        "bounce rate",
        "performance of a campaign",
    ],
)
class GetSequenceStats(Arguments):
    """Email and LinkedIn numbers of one sequence; the last week unless a period is given. Clicks are not counted."""

    id: Path[SequenceId]
    filters: StatsPeriod | None = None


@area.post(
    "/v3/sequences/stats",
    scope="sequences:read",
    tool="reply_compare_sequence_performance",
    core=True,
    effect=Effect.READ,
    before=[drop_nulls],
    after=[compared],
    view=Table(
        "sequences",
        (
            Column("id", "sequenceId"),
            "name",
            Column("status", kind="enum"),
            Column("contacted", "emailOverview.contacted"),
            Column("opened", "emailOverview.openedPercentage", "percent"),
            Column("replies", "emailOverview.replied"),
            Column("replied", "emailOverview.repliedPercentage", "percent"),
            Column("interested", "emailOverview.interested"),
            Column("bounced", "emailOverview.bouncedPercentage", "percent"),
            Column("connections", "linkedInOverview.connectionsSent"),
            Column("accepted", "linkedInOverview.connectionsAcceptedPercentage", "percent"),
            Column("LinkedIn replied", "linkedInOverview.repliedPercentage", "percent"),
        ),
        empty="No sequence was working in this period.",
    ),
    also=["best campaign", "reply rate", "rank", "statistics", "leaderboard", "rank sequences"],
)
class GetSequenceStatsList(Arguments):
    """Numbers of all sequences side by side, best reply rate first; the last week unless given, at most 31 days."""

    filters: ShortPeriod | None = None
    sequence_ids: Local[list[SequenceId] | None] = Field(None, description="Only these")


@area.get(
    "/v3/sequences/{id}/email-accounts",
    scope="sequences:read",
    tool="reply_list_sequence_email_accounts",
    explain=[missing_or_not_linked],
    view=Table(
        "mailboxes",
        (
            "id",
            "email",
            Column("sender", "senderName"),
            Column("state", "connectionStatus", "enum"),
            Column("a day", "dailyLimit"),
            Column("type", "emailAccountType", "enum"),
        ),
        empty="No mailbox is linked: reply_assign_email_account_to_sequence.",
    ),
    also=["senders", "sending addresses", "campaign inboxes"],
)
class GetSequenceEmailAccounts(Arguments):
    """The mailboxes it sends from, with limits and connection."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/email-account-links",
    scope="sequences:operate",
    tool="reply_assign_email_account_to_sequence",
    idempotent=True,
    explain=[missing_account],
    view=Done("Mailbox {emailAccountId} is linked to sequence {id}."),
    silent=True,
    verify_with='reply_list_sequence_email_accounts {{"id": {id}}}',
    also=["add sender", "mailbox", "connect address", "from address", "change sender of a sequence"],
)
class AssignEmailAccountToSequence(Arguments):
    """Adds a mailbox to send from; at most 100 a sequence."""

    id: Path[SequenceId]
    email_account_id: EmailAccountId


@area.put(
    "/v3/sequences/{id}/email-account-links",
    scope="sequences:operate",
    tool="reply_set_sequence_email_accounts",
    explain=[empty_list_refused, missing_account],
    view=Done("Sequence {id} sends from exactly the mailboxes given."),
    verify_with='reply_list_sequence_email_accounts {{"id": {id}}}',
    also=["replace senders", "swap mailboxes", "rotate", "change sender of a sequence"],
)
class SetSequenceEmailAccounts(Arguments):
    """Makes these its only mailboxes; others are unlinked."""

    id: Path[SequenceId]
    email_account_ids: list[EmailAccountId]


@area.delete(
    "/v3/sequences/{id}/email-account-links/{email_account_id}",
    scope="sequences:operate",
    tool="reply_remove_email_account_from_sequence",
    effect=Effect.WRITE,
    explain=[missing_or_not_linked],
    view=Done("Sequence {id} does not send from mailbox {emailAccountId} any more."),
    verify_with='reply_list_sequence_email_accounts {{"id": {id}}}',
    also=["unlink sender", "drop mailbox", "detach"],
)
class RemoveEmailAccountFromSequence(Arguments):
    """Stops it sending from one mailbox, which stays connected."""

    id: Path[SequenceId]
    email_account_id: Path[EmailAccountId]


@area.get(
    "/v3/sequences/{id}/linkedin-accounts",
    scope="sequences:read",
    tool="reply_list_sequence_linkedin_accounts",
    explain=[missing_or_not_linked],
    view=Table(
        "LinkedIn accounts",
        LINKED_IN_COLUMNS,
        empty="None is linked: reply_assign_linkedin_account_to_sequence.",
    ),
    also=["LinkedIn senders", "social profiles"],
)
class GetSequenceLinkedInAccounts(Arguments):
    """The LinkedIn accounts that do its LinkedIn steps."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/linkedin-account-links",
    scope="sequences:operate",
    tool="reply_assign_linkedin_account_to_sequence",
    idempotent=True,
    explain=[missing_account],
    view=Done("LinkedIn account {linkedInAccountId} is linked to sequence {id}."),
    silent=True,
    verify_with='reply_list_sequence_linkedin_accounts {{"id": {id}}}',
    also=["add LinkedIn sender", "social profile"],
)
class AssignLinkedInAccountToSequence(Arguments):
    """Adds a LinkedIn account, working or not."""

    id: Path[SequenceId]
    linked_in_account_id: LinkedInAccountId


@area.delete(
    "/v3/sequences/{id}/linkedin-account-links/{linked_in_account_id}",
    scope="sequences:operate",
    tool="reply_remove_linkedin_account_from_sequence",
    effect=Effect.WRITE,
    explain=[missing_or_not_linked],
    view=Done("Sequence {id} does not use LinkedIn account {linkedInAccountId} any more."),
    verify_with='reply_list_sequence_linkedin_accounts {{"id": {id}}}',
    also=["unlink LinkedIn sender", "detach"],
)
class RemoveLinkedInAccountFromSequence(Arguments):
    """Stops its LinkedIn steps from one account, which stays connected."""

    id: Path[SequenceId]
    linked_in_account_id: Path[LinkedInAccountId]

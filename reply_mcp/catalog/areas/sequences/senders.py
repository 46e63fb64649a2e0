"""The mailboxes and LinkedIn accounts that a sequence sends from."""

from __future__ import annotations

from reply_mcp.catalog.areas.sequences import sender_hooks as hooks
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.views import LINKEDIN_ACCOUNTS, LIST_LINKEDIN_ACCOUNTS, LIST_MAILBOXES, MAILBOXES
from reply_mcp.catalog.arguments.named_ids import EmailAccountId, LinkedInAccountId, SequenceId
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.operation import Arguments, Effect, Path
from reply_mcp.catalog.undo import ids_at, membership, replaced, shown_by
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/sequences/{id}/email-accounts",
    scope="sequences:read",
    tool="reply_list_sequence_email_accounts",
    explain=[hooks.explain_missing_link],
    view=MAILBOXES,
    also=["senders", "sending addresses", "campaign inboxes"],
)
class GetSequenceEmailAccounts(Arguments):
    """The mailboxes it sends from, with limits and connection."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/email-account-links",
    scope="sequences:operate",
    tool="reply_assign_email_account_to_sequence",
    undo=membership(
        "RemoveEmailAccountFromSequence",
        "emailAccountId",
        ids_at("emailAccounts"),
        read=shown_by("GetSequenceById"),
        joins=True,
        says="sequence {id} sends from {who} no more",
        noun="mailbox",
    ),
    effect_for=send_in_running(),
    preview=hooks.preview_assigning,
    idempotent=True,
    explain=[hooks.explain_missing_account],
    view=Done("Mailbox {emailAccountId} is linked to sequence {id}."),
    silent=True,
    verify_with=LIST_MAILBOXES,
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
    undo=replaced("GetSequenceById", noun="sequence", shown_as={"emailAccountIds": "emailAccounts"}),
    effect_for=send_in_running(),
    preview=hooks.preview_setting,
    explain=[hooks.explain_empty_list, hooks.explain_missing_account],
    view=Done("Sequence {id} sends from exactly the mailboxes given."),
    verify_with=LIST_MAILBOXES,
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
    undo=membership(
        "AssignEmailAccountToSequence",
        "emailAccountId",
        ids_at("emailAccounts"),
        read=shown_by("GetSequenceById"),
        joins=False,
        says="sequence {id} sends from {who} again",
        noun="mailbox",
    ),
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This takes mailbox {emailAccountId} off {sequence}: its people are written to from another one, or not at all."
    ),
    effect=Effect.WRITE,
    explain=[hooks.explain_missing_link],
    view=Done("Sequence {id} no longer sends from mailbox {emailAccountId}."),
    verify_with=LIST_MAILBOXES,
    also=["unlink sender", "drop mailbox", "detach"],
)
class RemoveEmailAccountFromSequence(Arguments):
    """Stops sending from one mailbox, which stays connected."""

    id: Path[SequenceId]
    email_account_id: Path[EmailAccountId]


@area.get(
    "/v3/sequences/{id}/linkedin-accounts",
    scope="sequences:read",
    tool="reply_list_sequence_linkedin_accounts",
    explain=[hooks.explain_missing_link],
    view=LINKEDIN_ACCOUNTS,
    also=["LinkedIn senders", "social profiles"],
)
class GetSequenceLinkedInAccounts(Arguments):
    """The LinkedIn accounts that do its LinkedIn steps."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/linkedin-account-links",
    scope="sequences:operate",
    tool="reply_assign_linkedin_account_to_sequence",
    undo=membership(
        "RemoveLinkedInAccountFromSequence",
        "linkedInAccountId",
        ids_at("linkedInAccounts"),
        read=shown_by("GetSequenceById"),
        joins=True,
        says="sequence {id} acts from {who} no more",
        noun="LinkedIn account",
    ),
    effect_for=send_in_running(),
    preview=hooks.preview_assigning_linkedin,
    idempotent=True,
    explain=[hooks.explain_missing_account],
    view=Done("LinkedIn account {linkedInAccountId} is linked to sequence {id}."),
    silent=True,
    verify_with=LIST_LINKEDIN_ACCOUNTS,
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
    undo=membership(
        "AssignLinkedInAccountToSequence",
        "linkedInAccountId",
        ids_at("linkedInAccounts"),
        read=shown_by("GetSequenceById"),
        joins=False,
        says="sequence {id} acts from {who} again",
        noun="LinkedIn account",
    ),
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This takes LinkedIn account {linkedInAccountId} off {sequence}: its steps go on from another, or not at all."
    ),
    effect=Effect.WRITE,
    explain=[hooks.explain_missing_link],
    view=Done("Sequence {id} no longer uses LinkedIn account {linkedInAccountId}."),
    verify_with=LIST_LINKEDIN_ACCOUNTS,
    also=["unlink LinkedIn sender", "detach"],
)
class RemoveLinkedInAccountFromSequence(Arguments):
    """Stops doing LinkedIn steps from one account, which stays connected."""

    id: Path[SequenceId]
    linked_in_account_id: Path[LinkedInAccountId]

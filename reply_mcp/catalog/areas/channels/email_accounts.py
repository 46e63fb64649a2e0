"""Mailboxes: connecting, changing, testing, tagging and removing them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.channels import email_account_hooks as hooks
from reply_mcp.catalog.areas.channels.area import area
from reply_mcp.catalog.areas.channels.bodies import Connection, Connectivity, EmailAccountSections, Short, TagId
from reply_mcp.catalog.arguments.named_ids import EmailAccountId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Path
from reply_mcp.catalog.undo import (
    CHANGES_NOTHING,
    cannot,
    created,
    defaulted,
    listed_by,
    membership,
    replaced,
    shown_by,
)
from reply_mcp.catalog.views import Done, PerItem

Tags = Annotated[list[str], Field(min_length=1)]
READ_IT = 'reply_get_email_account {{"id": {id}}}'
LIST_THEM = "reply_list_email_accounts {{}}"


@area.post(
    "/v3/email-accounts",
    scope="channels:write",
    tool="reply_create_email_account",
    undo=created("DeleteEmailAccount", noun="mailbox"),
    secret=True,
    preview=hooks.preview_connecting,
    after=[hooks.describe_creation],
    view=Done("{outcome}"),
    verify_with=LIST_THEM,
    also=["connect mailbox", "add sender", "SMTP", "IMAP", "new sending address"],
    example={
        "connection": {
            "email": "sales@ourco.com",
            "smtpHost": "smtp.ourco.com",
            "smtpPort": 465,
            "smtpPassword": "…",
            "imapHost": "imap.ourco.com",
            "imapPort": 993,
            "imapPassword": "…",
        },
        "safety": {"dailyLimit": 60},
    },
)
class CreateEmailAccount(EmailAccountSections):
    """Connects an SMTP/IMAP mailbox with its passwords; Gmail and Office 365: reply_connect_gmail,
    reply_connect_office365."""

    connection: Connection


@area.patch(
    "/v3/email-accounts/{id}",
    scope="channels:write",
    tool="reply_update_email_account_connection",
    undo=replaced("GetEmailAccount", noun="mailbox"),
    effect_for=hooks.effect_of_change,
    secret=True,
    before=[hooks.check_sections, remember_texts("GetEmailAccount", *hooks.TEXTS)],
    after=[hooks.describe_change, note_replaced_texts],
    preview=hooks.preview_change,
    view=Done("{outcome}"),
    verify_with=READ_IT,
    also=["mailbox password", "SMTP host", "IMAP host", "sender name", "reconnect SMTP mailbox"],
    example={
        "id": 31,
        "connection": {
            "email": "sales@ourco.com",
            "senderName": "Ann Lee",
            "smtpHost": "smtp.ourco.com",
            "smtpPort": 465,
            "smtpPassword": "…",
            "imapHost": "imap.ourco.com",
            "imapPort": 993,
            "imapPassword": "…",
        },
    },
)
class UpdateEmailAccount(EmailAccountSections, Arguments):
    """Changes an SMTP/IMAP mailbox's connection, all of it, passwords too; and other sections, as
    reply_update_email_account does without secrets."""

    id: Path[EmailAccountId]
    connection: Connection | None = None


@area.delete(
    "/v3/email-accounts/{id}",
    scope="channels:write",
    tool="reply_delete_email_account",
    undo=cannot("Reply keeps no password of it: the person connects it again."),
    preview=hooks.preview_deletion,
    view=Done("Mailbox {id} is disconnected and removed."),
    verify_with=READ_IT,
    also=["disconnect mailbox", "remove sender", "disconnect an email account"],
)
class DeleteEmailAccount(Arguments):
    """Removes a mailbox from Reply; its sequences lose this sender."""

    id: Path[EmailAccountId]


@area.post(
    "/v3/email-accounts/{id}/set-default",
    scope="channels:operate",
    tool="reply_set_default_email_account",
    undo=defaulted(listed_by("ListEmailAccounts", top=1000), "mailbox"),
    effect_for=hooks.effect_of_default,
    preview=hooks.preview_default,
    idempotent=True,
    view=Done("Mailbox {id} is now your default, in place of the previous one."),
    verify_with=READ_IT,
    also=["main mailbox", "standard sender"],
)
class SetDefaultEmailAccount(Arguments):
    """The mailbox that is used where none is named. 3 requests."""

    id: Path[EmailAccountId]


@area.post(
    "/v3/email-accounts/{id}/resume-sending",
    scope="channels:operate",
    tool="reply_resume_sending",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    before=[hooks.check_locked],
    preview=hooks.preview_resuming,
    view=Done("Mailbox {id} is unlocked: its active sequences send again, as their schedules allow."),
    verify_with=READ_IT,
    also=["unlock mailbox", "locked by provider", "blocked account sends again", "unblock"],
)
class ResumeSending(Arguments):
    """Lifts a provider's lock from a mailbox: its sequences email people again. 2 requests."""

    id: Path[EmailAccountId]


@area.post(
    "/v3/email-accounts/bulk-delete",
    scope="channels:write",
    tool="reply_delete_email_accounts",
    undo=cannot("Reply keeps no password of them: the person connects them again."),
    before=[drop_duplicate_ids],
    effect=Effect.DELETE,
    preview=hooks.preview_deletions,
    view=PerItem("mailbox", "disconnected and removed", "ids"),
    verify_with=LIST_THEM,
    also=["remove several senders", "disconnect many mailboxes"],
)
class BulkDeleteEmailAccounts(Arguments):
    """Removes mailboxes from Reply; sequences lose these senders."""

    ids: list[EmailAccountId] = Field(min_length=1)


OAUTH: dict[str, Any] = {
    "scope": "channels:write",
    "effect": Effect.WRITE,
    "idempotent": False,
    "view": Done("Open this link in a browser to connect: {location}"),
    "verify_with": LIST_THEM,
}


@area.get(
    "/v3/email-accounts/connect/gmail",
    tool="reply_connect_gmail",
    undo=CHANGES_NOTHING,
    also=["Google mailbox", "add Gmail account", "OAuth sign-in"],
    **OAUTH,
)
class ConnectGmailAccount(Arguments):
    """A link where the person signs in to Google to connect a Gmail mailbox."""


@area.get(
    "/v3/email-accounts/connect/office-365",
    tool="reply_connect_office365",
    undo=CHANGES_NOTHING,
    also=["Outlook mailbox", "Microsoft 365", "Exchange Online", "OAuth sign-in"],
    **OAUTH,
)
class ConnectOffice365Account(Arguments):
    """A link where the person signs in to Microsoft to connect an Office 365 or Outlook mailbox."""


TEST: dict[str, Any] = {
    "scope": "channels:operate",
    "secret": True,
    "effect": Effect.READ,
    "preview": hooks.preview_test,
    "after": [hooks.describe_test],
    "view": Done("{outcome}"),
}


@area.post(
    "/v3/email-accounts/test/smtp",
    tool="reply_test_smtp",
    also=["check sending server", "mailbox password works"],
    **TEST,
)
class TestSmtpConnectivity(Connectivity):
    """Tries to sign in to a sending server; changes nothing."""


@area.post(
    "/v3/email-accounts/test/imap",
    tool="reply_test_imap",
    also=["check receiving server", "mailbox password works"],
    **TEST,
)
class TestImapConnectivity(Connectivity):
    """Tries to sign in to a receiving server; changes nothing."""


@area.put(
    "/v3/email-accounts/tags/{tag_id}",
    scope="channels:operate",
    tool="reply_update_email_account_tag",
    undo=replaced(hooks.read_tag, noun="tag"),
    before=[keep_unset_fields(hooks.read_tag)],
    view=Done("Tag {tagId} is changed, on every mailbox that has it."),
    verify_with="reply_list_email_account_tags {{}}",
    also=["rename mailbox label", "recolor"],
)
class UpdateEmailAccountTag(Arguments):
    """Renames or recolors a tag on all mailboxes; what is left out stays. Up to 2 requests."""

    tag_id: Path[TagId]
    name: str | None = None
    color_id: Short | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateEmailAccountTag:
        if self.name is None and self.color_id is None:
            raise ValueError("give name, colorId or both")
        return self


@area.post(
    "/v3/email-accounts/{id}/tags",
    scope="channels:operate",
    tool="reply_add_tags_to_email_account",
    undo=membership(
        "RemoveTagsFromEmailAccount",
        "tags",
        hooks.tags_of,
        read=shown_by("GetEmailAccount"),
        joins=True,
        says="mailbox {id} without {who}",
        noun="tag",
    ),
    idempotent=True,
    view=Done("Mailbox {id} has the tags {tags}."),
    verify_with=READ_IT,
    also=["label mailbox"],
)
class AddTagsToEmailAccount(Arguments):
    """Tags a mailbox; a tag that does not exist yet is created. 2 requests."""

    id: Path[EmailAccountId]
    tags: Tags


@area.delete(
    "/v3/email-accounts/{id}/tags",
    scope="channels:operate",
    tool="reply_remove_tags_from_email_account",
    undo=membership(
        "AddTagsToEmailAccount",
        "tags",
        hooks.tags_of,
        read=shown_by("GetEmailAccount"),
        joins=False,
        says="mailbox {id} with {who} again",
        noun="tag",
    ),
    effect=Effect.WRITE,
    view=Done("Mailbox {id} no longer has the tags {tags}."),
    verify_with=READ_IT,
    also=["unlabel mailbox", "untag", "remove label"],
)
class RemoveTagsFromEmailAccount(Arguments):
    """Takes tags off a mailbox, by name; the tags themselves stay. 2 requests."""

    id: Path[EmailAccountId]
    tags: Tags

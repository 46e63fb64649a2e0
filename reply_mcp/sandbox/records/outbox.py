"""The outbox: everything that leaves the account, in one place, in the order in which it left.

Two sandboxes of one seed, one of which was asked to do something, are compared by what is here (`GET /sandbox/outbox`;
`?comparable=true` leaves out what only numbers things). The ledger begins when the sandbox has been seeded. Kinds:

- `email`: `from`, `to`, `cc`, `bcc` (with the copies that the settings ask for), `subject`, `text` (HTML), `purpose`
  (`sequence`, `direct`, `inboxReply`, `task`, `replyHandler`, `reengagement`, `test`, `forward`, `notification`), and
  `headers`: whether it carries an unsubscribe link or header, is plain text, and tracks opens or links
- `linkedIn`: `from` (the account's profile), `to` (the contact's), `action`, `subject`, `text`
- `sms`: `to`, `text`
- `webhook`: `url`, `payload`
- `credits`: `account` (`liveData`, `emailValidation`) and `amount`, negative where they were given back

All have `at`, and `contactId`, `sequenceId` and `stepId` where they concern them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records.settings import user_settings
from reply_mcp.sandbox.store import Doc, Store, merge

NOTIFIER = "notifications@reply.example"
_NUMBERS = ("id", "contactId", "sequenceId", "stepId")


def record_email(
    store: Store,
    at: datetime,
    purpose: str,
    *,
    sender: str | None,
    to: Sequence[str | None],
    subject: str | None,
    text: str,
    cc: Sequence[str] | None = None,
    bcc: Sequence[str] | None = None,
    headers: Doc | None = None,
    contact_id: int | None = None,
    sequence_id: int | None = None,
    step_id: int | None = None,
) -> Doc:
    """Keep an email that left."""
    return store.put(
        "outbox",
        {
            "kind": "email",
            "at": iso(at),
            "purpose": purpose,
            "from": sender,
            "to": list(to),
            "cc": list(cc or ()),
            "bcc": list(bcc or ()),
            "subject": subject,
            "text": text,
            "headers": headers or {},
            "contactId": contact_id,
            "sequenceId": sequence_id,
            "stepId": step_id,
        },
    )


def record_linkedin(
    store: Store,
    at: datetime,
    account_id: int | None,
    contact: Doc,
    action: str,
    text: str | None = None,
    *,
    subject: str | None = None,
    sequence_id: int | None = None,
    step_id: int | None = None,
) -> Doc:
    """Keep a LinkedIn action."""
    account = store.get("linkedInAccount", account_id or 0) or {}
    doc: Doc = {"kind": "linkedIn", "at": iso(at), "from": account.get("profileUrl"), "to": contact["linkedInUrl"]}
    doc |= {"action": action, "subject": subject, "text": text}
    return store.put("outbox", {**doc, "contactId": contact["id"], "sequenceId": sequence_id, "stepId": step_id})


def record_sms(
    store: Store, at: datetime, contact: Doc, text: str, sequence_id: int | None, step_id: int | None
) -> Doc:
    """Keep a text message."""
    doc: Doc = {"kind": "sms", "at": iso(at), "to": contact["phone"], "text": text, "contactId": contact["id"]}
    return store.put("outbox", {**doc, "sequenceId": sequence_id, "stepId": step_id})


def record_webhook(store: Store, at: datetime, webhook: Doc, payload: Doc) -> Doc:
    """Keep a webhook's delivery, as it is first attempted."""
    return store.put("outbox", {"kind": "webhook", "at": iso(at), "url": webhook["url"], "payload": payload})


def record_credits(store: Store, at: datetime, account: str, amount: int) -> Doc:
    """Keep credits that were spent, or given back."""
    return store.put("outbox", {"kind": "credits", "at": iso(at), "account": account, "amount": amount})


def addresses(text: str | None) -> list[str]:
    """The addresses of a settings' list, which are separated by commas, semicolons or spaces."""
    return [one for one in (text or "").replace(",", " ").replace(";", " ").split() if "@" in one]


def copy_settings(store: Store, user_id: int) -> Doc:
    """The user's `emails.inbox` settings: to whom copies of mail and of replies go."""
    user = store.get("user", user_id)
    inbox: Doc = user_settings(store, user)["emails"]["inbox"] if user else {}
    return inbox


def comparable(entry: Doc) -> Doc:
    """The entry without ids, which two sandboxes may give out in another order."""
    shown: dict[str, Any] = {name: value for name, value in entry.items() if name not in _NUMBERS}
    if entry["kind"] == "webhook":
        payload = {
            name: value
            for name, value in entry["payload"].items()
            if name not in ("sent_email_id", "linkedin_message_id", "email_url")
        }
        blank = {"event": {"id": None, "subscription_id": None}}
        blank |= {"contact_fields": {"id": None}, "sequence_fields": {"id": None}}
        shown["payload"] = merge(payload, blank)
    return shown

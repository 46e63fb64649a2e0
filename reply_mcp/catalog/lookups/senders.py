"""The accounts that messages leave from."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from reply_mcp.catalog.hooks.read_once import has_read, read_once, read_record, remember
from reply_mcp.catalog.lookups.sequences import daily_limit, describe_sender, mailbox_address
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at, read_rows, rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.lists import join, list_some


async def describe_account(call: Call, operation: str, id: Any, noun: str) -> str:
    """`maria@ourco.com (5)`, or `mailbox 5` where it cannot be read; one request in a call.

    Args:
        operation: `GetEmailAccount` or `GetLinkedInAccount`.
        noun: what to call it where its name is not known.
    """
    try:
        row = await read_record(call, operation, id=id)
    except ApiError:
        row = {}
    name = mailbox_address(row) or row.get("name")
    return f"{inline(str(name), 80)} ({id})" if name else f"{noun} {id}"


def describe_profiles(sequence: dict[str, Any]) -> str:
    """`LinkedIn account "Maria Silva"`, of a sequence; with its state where it can do nothing."""
    held = sequence.get("linkedInAccounts")
    if not isinstance(held, list):
        return "a LinkedIn account that could not be read"
    names = [quote(str(one.get("name") or one.get("id")), 60) + _state_of(one) for one in rows_of(held)]
    return f"LinkedIn account {list_some(names, 3)}" if names else "no LinkedIn account"


def _state_of(account: dict[str, Any]) -> str:
    state = str(account.get("status") or "")
    return "" if state.casefold() in ("", "enabled") else f" ({inline(state, 40)})"


def describe_own_senders(sequence: dict[str, Any], mailboxes: Iterable[dict[str, Any]]) -> str:
    """`maria@ourco.com (60 a day), LinkedIn account "Maria Silva"`: all that a sequence sends from.

    Args:
        mailboxes: those of the sequence, as far as they are known.
    """
    found = [list_some(map(describe_sender, mailboxes), 3)]
    if not found[0] and not isinstance(sequence.get("emailAccounts"), list):
        found = ["mailboxes that could not be read"]
    if sequence.get("linkedInAccounts"):
        found.append(describe_profiles(sequence))
    return ", ".join(filter(None, found)) or "no mailbox"


async def describe_default_mailbox(call: Call) -> str:
    """`the default mailbox, maria@ourco.com (5)`; one request, whose answer may be a minute old."""
    try:
        rows = rows_of(await read_once(call, "ListEmailAccounts", my=True, top=1000))
    except ApiError:
        rows = []
    default = next((row for row in rows if row.get("isDefault")), None)
    address = mailbox_address(default) if default else None
    return f"the default mailbox, {inline(str(address), 80)}" if address else "the default mailbox"


async def read_linked_mailboxes(call: Call, sequence: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The mailboxes that a sequence sends from; None where the key may not read them. One request in a call.

    A single one is read by itself, which shows its signature and opt-out text too.
    """
    id, own = sequence.get("id"), rows_of(sequence.get("emailAccounts"))
    if len(own) == 1 and not has_read(call, "GetSequenceEmailAccounts", id=id):
        with suppress(ApiError):
            held = await read_record(call, "GetEmailAccount", id=own[0].get("id"))
            if held.get("id") == own[0].get("id"):
                remember(call, [held], "GetSequenceEmailAccounts", id=id)
    try:
        return read_rows(await read_once(call, "GetSequenceEmailAccounts", id=id), "the mailboxes of the sequence")
    except ApiError:
        return None


def mailbox_facts(account: dict[str, Any]) -> list[Any]:
    """What of a mailbox consent is bound to: its address, name, limit and state, and where it was read by itself what
    it adds to every email."""
    name = account.get("senderName") or object_at(account, "connection").get("senderName")
    whose = [account.get("id"), mailbox_address(account), name, daily_limit(account), account.get("connectionStatus")]
    return [*whose, account.get("signature"), account.get("optOut")]


async def read_mailbox_facts(call: Call, id: Any) -> list[Any]:
    """`mailbox_facts` of one mailbox, [] where it cannot be read; one request in a call."""
    try:
        return mailbox_facts(await read_record(call, "GetEmailAccount", id=id))
    except ApiError:
        return []


async def describe_copies(call: Call) -> tuple[list[str], dict[str, Any]]:
    """Who gets a copy of every email by the settings, as a line of a question or none, and what of the settings is in
    every email, which consent is bound to; one request in a call."""
    try:
        held = await read_record(call, "GetSettings")
    except ApiError:
        return ["Unknown: who gets a copy of every email by the settings, which this key may not read."], {}
    copies = object_at(object_at(held, "emails"), "inbox").get("bccList")
    addresses = [inline(one.strip(), 80) for one in str(copies or "").split(",") if one.strip()]
    lines = [f"By the settings a copy of every email goes to {join(addresses)}."] if addresses else []
    return lines, {"emails": held.get("emails")}

"""The accounts that messages leave from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import describe_sender, mailbox_address
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.lists import list_some


async def describe_account(call: Call, operation: str, id: Any, noun: str) -> str:
    """`maria@ourco.com (5)`, or `mailbox 5` where it cannot be read; one request in a call.

    Args:
        operation: `GetEmailAccount` or `GetLinkedInAccount`.
        noun: what to call it where its name is not known.
    """
    try:
        held = await read_once(call, operation, id=id)
    except ApiError:
        held = None
    row = held if isinstance(held, dict) else {}
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

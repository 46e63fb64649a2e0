"""The account that one message leaves from."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import mailbox_address
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import inline


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

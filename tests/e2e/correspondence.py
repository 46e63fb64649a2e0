"""People and conversations of a test's own, put into a sandbox, and calls as an agent makes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.records.sequence import UNUSABLE_LINKEDIN
from reply_mcp.sandbox.simulation.conversations import add_message, new_thread
from reply_mcp.sandbox.store import Doc
from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of

Words = tuple[str, str]
"""`("we", "Hi Ann …")` or `("they", "Tell me more.")`."""


def person(sandbox: Sandbox, first: str = "Ines", **fields: Any) -> Doc:
    """A new contact with an address of its own, as Reply answers it."""
    number = max(one["id"] for one in sandbox.store.all("contact"))
    email = f"{first}.{number}@correspondence.example".lower()
    answer = sandbox.http.post("/v3/contacts", json={"email": email, "firstName": first, "lastName": "Roth", **fields})
    assert answer.status_code == 201, answer.text
    contact: Doc = sandbox.get(f"/v3/contacts/{answer.json()['id']}")
    return contact


def thread(
    sandbox: Sandbox,
    contact: Doc,
    *messages: Words,
    channel: str = "email",
    sequence: Doc | None = None,
    subject: str = "Follow-ups",
    ended: datetime | None = None,
) -> int:
    """The id of a new thread with the contact; its messages are a minute apart, the last at `ended` (or just now)."""
    held = sandbox.store.get("contact", contact["id"])
    made = new_thread(sandbox.store, held, sequence, channel, account(sandbox, channel))
    begin = (ended or sandbox.clock.now()) - timedelta(minutes=len(messages) - 1)
    for number, (side, body) in enumerate(messages):
        more = {"subject": subject} if channel == "email" else {}
        at = begin + timedelta(minutes=number)
        kept = sandbox.store.get("thread", made["id"])
        add_message(sandbox.store, kept, at, body, outbound=side == "we", **more)
    return int(made["id"])


def account(sandbox: Sandbox, channel: str) -> int:
    """A mailbox or LinkedIn profile that can send."""
    kind = "emailAccount" if channel == "email" else "linkedInAccount"
    rows = sandbox.store.all(kind)
    return int(next(row["id"] for row in rows if str(row.get("status")).lower() not in UNUSABLE_LINKEDIN))


async def said(settings: Settings, tool: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    """What the agent reads of one call over a real client, and whether it is an error."""
    async with connected(settings) as client:
        result = await client.call_tool(tool, arguments)
    return text_of(result), bool(result.is_error)

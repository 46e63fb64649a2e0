"""Sequences of a test's own, and who is in them, looked at raw."""

from __future__ import annotations

from typing import Any

from tests.conftest import Sandbox
from tests.e2e.agent import made

DAY = 1440
CONNECT: dict[str, Any] = {
    "type": "linkedIn",
    "actionType": "connect",
    "delayInMinutes": 0,
    "executionMode": "automatic",
    "variants": [{"message": "Hi, let us connect", "isEnabled": True}],
}


def email(subject: str = "Hello", message: str = "Hi {{FirstName}}") -> dict[str, Any]:
    """A step that sends an e-mail at once."""
    variant = {"subject": subject, "message": message}
    return {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [variant]}


def sequence(sandbox: Sandbox, name: str = "Mine", *, emails: int = 3, senders: int = 2, **fields: Any) -> Any:
    """A new sequence with so many e-mails and mailboxes, as Reply answers it: its steps are in their order."""
    steps = [email(f"Mail {number}") | {"delayInMinutes": DAY if number else 0} for number in range(emails)]
    body = {"name": name, "steps": steps, "emailAccounts": mailboxes(sandbox)[:senders], **fields}
    answer = sandbox.http.post("/v3/sequences", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def mailboxes(sandbox: Sandbox) -> list[int]:
    """The ids of the seeded mailboxes that work."""
    return [one["id"] for one in sandbox.store.all("emailAccount", connectionStatus="connected")]


def enrol(sandbox: Sandbox, sequence_id: int, *contact_ids: int, **terms: Any) -> Any:
    """What Reply itself answers to enrolling these contacts."""
    path = f"/v3/sequences/{sequence_id}/contact-links/bulk"
    return sandbox.http.post(path, json={"contactIds": list(contact_ids), **terms}).json()


def enrolled(sandbox: Sandbox, sequence_id: int, many: int = 1) -> list[int]:
    """The ids of so many new contacts, who are in the sequence now."""
    ids = [made(sandbox)["id"] for _ in range(many)]
    assert enrol(sandbox, sequence_id, *ids)["added"] == ids
    return ids


def members(sandbox: Sandbox, sequence_id: int) -> dict[int, Any]:
    """The places in the sequence, as they are listed, by contact."""
    return {one["contactId"]: one for one in sandbox.get(f"/v3/sequences/{sequence_id}/contacts", top=100)["items"]}


def state(sandbox: Sandbox, sequence_id: int) -> str:
    """`new`, `active` or `paused`."""
    return str(sandbox.get(f"/v3/sequences/{sequence_id}")["status"]).lower()


def act(sandbox: Sandbox, sequence_id: int, action: str) -> Any:
    """Starts, pauses or archives the sequence."""
    answer = sandbox.http.post(f"/v3/sequences/{sequence_id}/{action}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def opted_out(sandbox: Sandbox) -> int:
    """The id of a new contact who wants no more mail."""
    id = int(made(sandbox)["id"])
    assert sandbox.http.patch(f"/v3/contacts/{id}", json={"isOptedOut": True}).status_code == 200
    return id


def named(sandbox: Sandbox, name: str) -> list[Any]:
    """The sequences with exactly this name."""
    found = sandbox.get("/v3/sequences", name=name, top=100)["items"]
    return [one for one in found if one["name"] == name]


def in_this_order(text: str, *words: object) -> bool:
    """Whether the words come one after another in the text."""
    places = [text.find(str(word)) for word in words]
    return -1 not in places and places == sorted(places)

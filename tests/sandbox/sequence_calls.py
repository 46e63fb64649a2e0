"""Bodies of steps and calls about sequences, which tests of several areas use."""

from __future__ import annotations

from typing import Any

import httpx

from reply_mcp.sandbox.serving import Sandbox

SUBJECT = {"subject": "Hello", "message": "Hi {{FirstName}}"}
EMAIL: dict[str, Any] = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [SUBJECT]}
CONNECT: dict[str, Any] = {
    "type": "linkedIn",
    "actionType": "connect",
    "delayInMinutes": 0,
    "executionMode": "automatic",
    "variants": [{"message": "Hi", "isEnabled": True}],
}


def create(api: httpx.Client, **more: Any) -> dict[str, Any]:
    """Create a sequence named Mine."""
    answer = api.post("/v3/sequences", json={"name": "Mine", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def named(api: httpx.Client, name: str) -> dict[str, Any]:
    """The first sequence that the name finds, as a row."""
    return api.get("/v3/sequences", params={"name": name}).json()["items"][0]


def mailboxes(sandbox: Sandbox) -> list[int]:
    """The ids of every mailbox."""
    return [one["id"] for one in sandbox.store.all("emailAccount")]

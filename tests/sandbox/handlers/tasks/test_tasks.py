"""Tasks."""

from __future__ import annotations

from typing import Any

import httpx

from reply_mcp.sandbox.serving import Sandbox

DATES = {"startAt": "2026-05-01T09:00:00Z", "dueTo": "2026-05-02T09:00:00Z"}


def body(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    contact = next(one for one in sandbox.store.all("contact") if one["email"] and not one["isOptedOut"])
    template = {"subject": "Hi {{FirstName}}", "body": "<p>Hello {{FirstName}}</p>"}
    return {"taskType": "manualEmail", **DATES, "contactId": contact["id"], "template": template, **more}


def test_every_type_is_there(api: httpx.Client) -> None:
    kinds = {one["taskType"] for one in api.get("/v3/tasks", params={"top": 1000}).json()["items"]}
    assert kinds == {"toDo", "call", "meeting", "linkedIn", "manualEmail", "sms", "whatsApp"}


def test_faults_are_named_all_at_once(api: httpx.Client) -> None:
    wrong = {"taskType": "fax", "startAt": "2026-05-02T09:00:00Z", "dueTo": "2026-05-01T09:00:00Z"}
    pointers = {one["pointer"] for one in api.post("/v3/tasks", json=wrong).json()["errors"]}
    assert pointers == {"/taskType", "/dueTo", "/template/body", "/contactId"}


def test_executing_sends_and_completes(api: httpx.Client, wire: Sandbox) -> None:
    created = api.post("/v3/tasks", json=body(wire))
    assert created.status_code == 201
    task = created.json()
    assert (task["status"], task["creationSource"], task["content"]) == ("new", "user", None)
    shown = api.get(f"/v3/tasks/{task['id']}", params={"includeContent": "true"}).json()
    assert "{{" not in shown["content"]["body"]
    assert api.post(f"/v3/tasks/{task['id']}/execute", json={}).json()["status"] == "finished"
    message = wire.store.all("message")[-1]
    assert (message["body"], message["isOutbound"]) == (shown["content"]["body"], True)
    again = api.post(f"/v3/tasks/{task['id']}/execute", json={})
    assert (again.status_code, again.json()["code"]) == (409, "task.cannotComplete")


def test_only_mail_and_sms_can_be_executed(api: httpx.Client, wire: Sandbox) -> None:
    number = api.post("/v3/tasks", json=body(wire, taskType="toDo")).json()["id"]
    refused = api.post(f"/v3/tasks/{number}/execute", json={}).json()
    assert refused["errors"][0]["pointer"] == ""
    assert api.post(f"/v3/tasks/{number}/complete", json={}).json()["status"] == "finished"


def test_changing_assigning_deleting(api: httpx.Client, wire: Sandbox) -> None:
    number = api.post("/v3/tasks", json=body(wire)).json()["id"]
    changed = api.put(f"/v3/tasks/{number}", json=body(wire, taskType="call")).json()
    assert changed["taskType"] == "call"
    users = api.get("/v3/whoami/team-users").json()
    assert api.put(f"/v3/tasks/{number}/assigned-user", json={"userId": users[-1]["userId"]}).status_code == 200
    refused = api.put(f"/v3/tasks/{number}/assigned-user", json={"userId": 5})
    assert (refused.status_code, refused.json()["code"]) == (403, "task.forbidden")
    assert api.post("/v3/tasks/bulk-delete", json={"ids": [number, 5]}).json().keys() == {"5"}
    assert api.get(f"/v3/tasks/{number}").json()["code"] == "task.notFound"


def test_filters(api: httpx.Client) -> None:
    def found(**asked: Any) -> list[dict[str, Any]]:
        return api.post("/v3/tasks/filter", json=asked, params={"top": 1000}).json()["items"]

    assert {one["status"] for one in found(overdue=True)} == {"new"}
    assert {one["taskType"] for one in found(taskType="sms")} == {"sms"}
    wrong = api.post("/v3/tasks/filter", json={"from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"})
    assert wrong.json()["errors"][0]["pointer"] == "/to"

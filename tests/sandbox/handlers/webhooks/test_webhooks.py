"""Webhooks as they are delivered to a URL of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox
from reply_mcp.sandbox.simulation import webhook_delivery

WEBHOOKS = "/v3/webhooks"
FLAGS = ("includeEmailUrl", "includeEmailText", "includeProspectCustomFields")


class Receiver:
    """A server that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def subscribe(api: httpx.Client, url: str, event: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.post(WEBHOOKS, json={"eventType": event, "url": url, **more}).raise_for_status().json()
    return made


def reach(sandbox: Sandbox, api: httpx.Client, kind: str, days: int = 30) -> None:
    """Write to many, and let days pass until something of this kind happens in one of Maria's sequences."""
    seen = len(sandbox.store.all("event", type=kind, _userId=70411))
    sequence = next(one for one in sandbox.store.all("sequence") if one["name"] == "Webinar follow-up")
    people = [one["id"] for one in sandbox.store.all("contact", _teamId=31007) if not one["isOptedOut"]]
    link = {"contactIds": people[seen % 2 :: 2]}
    api.post(f"/v3/sequences/{sequence['id']}/contact-links/bulk", json=link).raise_for_status()
    for _ in range(days):
        sandbox.advance(86_400)
        if len(sandbox.store.all("event", type=kind, _userId=70411)) > seen:
            return
    raise AssertionError(f"nothing {kind} in {days} days")


def test_a_reply_is_delivered_in_snake_case_with_its_text(wire: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    made = subscribe(api, receiver.url, "email_replied", payloadConfig=dict.fromkeys(FLAGS, True))
    first = wire.store.all("event")[-1]["id"]
    reach(wire, api, "replied")
    replies = [one for one in wire.store.all("event", type="replied", _userId=70411) if one["id"] > first]
    wire.wait_until_delivered()
    assert len(receiver.bodies) == len(replies)
    body, event = receiver.bodies[0], replies[0]
    assert body["event"]["type"] == "email_replied"
    assert (body["event"]["subscription_id"], body["event"]["user_id"]) == (made["id"], 70411)
    assert body["contact_fields"]["id"] == event["_contactId"]
    assert isinstance(body["contact_fields"]["custom_fields"], list)
    assert body["sequence_fields"] == {"id": event["_sequenceId"]}
    inbound = [one for one in wire.store.all("message", date=event["at"]) if not one["isOutbound"]]
    assert body["email_text"] in [one["body"] for one in inbound]
    assert body["reply_date"] == event["at"][:19]
    assert not any("thread" in name for name in (*body, *body["event"], *body["contact_fields"]))


def test_sent_mail_is_delivered_once_per_subscription_and_carries_only_what_was_asked(
    wire: Sandbox, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url, "email_sent")
    off = subscribe(api, receiver.url, "email_sent", enabled=False)
    first = wire.store.all("event")[-1]["id"]
    reach(wire, api, "sent")
    sent = [one for one in wire.store.all("event", type="sent", _userId=70411) if one["id"] > first]
    expected = [one["_contactId"] for one in sent if one["channel"] == "email" and not one["manual"]]
    wire.wait_until_delivered()
    assert len(receiver.bodies) == len(expected)
    assert [body["contact_fields"]["id"] for body in receiver.bodies] == expected
    assert len({body["event"]["id"] for body in receiver.bodies}) == len(expected)
    assert {"email_text", "email_url", "reply_date"}.isdisjoint(receiver.bodies[0])
    assert off["id"] not in {body["event"]["subscription_id"] for body in receiver.bodies}


def test_what_is_sent_by_hand_is_not_echoed_and_finishing_is(
    wire: Sandbox, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url, "email_sent")
    subscribe(api, receiver.url, "contact_finished", scope="team")
    filed = api.post("/v3/inbox/threads/filter", json={"channels": ["email"], "source": "unread"}).json()["items"]
    message = {"channel": "email", "message": "<p>Hello</p>"}
    api.post(f"/v3/inbox/threads/{filed[0]['id']}/messages", json=message).raise_for_status()
    place = next(one for one in wire.store.all("membership", status="active", _teamId=31007))
    body = {"contactIds": [place["_contactId"]], "statusInSequence": "finished"}
    path = f"/v3/sequences/{place['_sequenceId']}/contacts/set-status-in-sequence"
    assert api.post(path, json=body).raise_for_status().json() == {}
    wire.wait_until_delivered()
    assert len(receiver.bodies) == 1
    assert receiver.bodies[0]["event"]["type"] == "contact_finished"
    assert receiver.bodies[0]["contact_fields"]["id"] == place["_contactId"]


def test_failed_deliveries_are_tried_again_and_logged(
    wire: Sandbox, api: httpx.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_delivery, "PAUSE", 0.0)
    receiver.status = 500
    made = subscribe(api, receiver.url, "contact_opted_out")
    contact = next(one for one in wire.store.all("contact", ownerUserId=70411) if not one["isOptedOut"])
    api.patch(f"/v3/contacts/{contact['id']}", json={"isOptedOut": True}).raise_for_status()
    wire.wait_until_delivered()
    assert len(wire.store.all("webhookLog", _webhookId=made["id"])) == webhook_delivery.ATTEMPTS
    rows = api.get(f"{WEBHOOKS}/{made['id']}/logs").json()["items"]
    assert {(one["eventId"], one["httpStatus"]) for one in rows} == {(receiver.bodies[0]["event"]["id"], 500)}
    assert len({body["event"]["id"] for body in receiver.bodies}) == 1
    assert api.get(f"{WEBHOOKS}/{made['id']}/logs", params={"top": 1}).json()["hasMore"] is True


def test_a_subscription_that_keeps_failing_is_switched_off_and_can_be_revived(wire: Sandbox, api: httpx.Client) -> None:
    # No loopback address: nobody is called, so that each delivery fails at once.
    made = subscribe(api, "https://hooks.example.com/x", "contact_opted_out")
    people = [one for one in wire.store.all("contact", ownerUserId=70411) if not one["isOptedOut"]]
    for contact in people[: webhook_delivery.MOST_FAILURES]:
        api.patch(f"/v3/contacts/{contact['id']}", json={"isOptedOut": True}).raise_for_status()
    wire.wait_until_delivered()
    assert api.get(f"{WEBHOOKS}/{made['id']}").json()["enabled"] is False
    statuses = [one["httpStatus"] for one in api.get(f"{WEBHOOKS}/{made['id']}/logs").json()["items"]]
    assert statuses == [None] * webhook_delivery.MOST_FAILURES
    assert api.post(f"{WEBHOOKS}/{made['id']}/enable").status_code == 204
    assert api.get(f"{WEBHOOKS}/{made['id']}").json()["enabled"] is True


def test_a_test_posts_at_once_and_reports_what_became_of_it(api: httpx.Client, receiver: Receiver) -> None:
    made = subscribe(api, receiver.url, "email_opened")
    path = f"{WEBHOOKS}/{made['id']}"
    assert api.post(f"{path}/test").status_code == 204
    assert receiver.bodies[0]["event"]["type"] == "email_opened"
    receiver.status = 410
    failed = api.post(f"{path}/test")
    assert (failed.status_code, failed.json()["code"]) == (502, "webHook.deliveryFailed")
    assert [api.post(f"{path}/disable").status_code for _ in range(2)] == [204, 204]
    assert api.post(f"{path}/test").json()["code"] == "webHook.notFound"
    assert len(receiver.bodies) == 2


def test_an_update_clears_flags_and_leaves_the_switch(api: httpx.Client) -> None:
    made = subscribe(api, "http://127.0.0.1:9/", "email_sent", payloadConfig={FLAGS[0]: True}, enabled=False)
    body = {"eventType": "email_opened", "url": "http://127.0.0.1:9/", "scope": "team", "enabled": True}
    changed = api.put(f"{WEBHOOKS}/{made['id']}", json=body).json()
    assert (changed["eventType"], changed["scope"], changed["enabled"]) == ("email_opened", "team", False)
    assert changed["payloadConfig"] == dict.fromkeys(FLAGS, False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"eventType": "email_eaten"}, "webHook.invalidEvent"),
        ({"url": "ftp://x.org"}, "webHook.invalidUrl"),
        ({"url": "/relative"}, "webHook.invalidUrl"),
        ({"scope": "galaxy"}, "webHook.invalidScope"),
        ({"scope": "organization"}, "webHook.organizationScopeNotImplemented"),
        ({"url": ""}, None),
    ],
)
def test_what_cannot_be_subscribed_to(api: httpx.Client, body: dict[str, Any], code: str | None) -> None:
    refused = api.post(WEBHOOKS, json={"eventType": "email_sent", "url": "http://127.0.0.1:9/", **body})
    assert (refused.status_code, refused.json().get("code")) == (400, code)


def test_fifty_are_active_at_most(api: httpx.Client) -> None:
    for _ in range(50):
        subscribe(api, "http://127.0.0.1:9/", "email_sent")
    refused = api.post(WEBHOOKS, json={"eventType": "email_sent", "url": "http://127.0.0.1:9/"})
    assert (refused.status_code, refused.json()["code"]) == (409, "webHook.limitReached")
    off = subscribe(api, "http://127.0.0.1:9/", "email_sent", enabled=False)
    assert api.post(f"{WEBHOOKS}/{off['id']}/enable").status_code == 409


def test_a_comment_is_an_event_of_its_own(wire: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    subscribe(api, receiver.url, "linkedin_comment_posted")
    steps = [
        {"type": "linkedIn", "actionType": "likeRecentPosts", "delayInMinutes": 0, "executionMode": "automatic"},
        {"type": "linkedIn", "actionType": "commentOnRecentPost", "delayInMinutes": 0, "executionMode": "automatic"},
    ]
    sequence = api.post("/v3/sequences", json={"name": "Comments", "steps": steps}).raise_for_status().json()
    profile, number = wire.store.all("linkedInAccount", status="enabled")[0], sequence["id"]
    wire.store.put("sequence", {**(wire.store.get("sequence", number) or {}), "_linkedInAccountIds": [profile["id"]]})
    people = wire.store.all("contact", _teamId=31007, isOptedOut=False)
    contact = next(one for one in people if one["linkedInUrl"])
    api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": [contact["id"]]}).raise_for_status()
    api.post(f"/v3/sequences/{number}/start").raise_for_status()
    wire.advance(4 * 86_400)
    wire.wait_until_delivered()
    assert len(receiver.bodies) == 1
    assert receiver.bodies[0]["contact_fields"]["id"] == contact["id"]

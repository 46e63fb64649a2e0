"""The inbox, on the wire and as documented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.serving import Sandbox


def threads(api: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    answer = api.post("/v3/inbox/threads/filter", params={"top": 1000}, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def with_subject(api: httpx.Client, subject: str) -> dict[str, Any]:
    return next(one for one in threads(api) if one["subject"] == subject)


def test_listing_ignores_every_filter(api: httpx.Client) -> None:
    plain = api.get("/v3/inbox/threads", params={"top": 1000}).json()
    asked = {"contactIds": "5", "contactEmail": "nobody@example.com", "q": "zzz", "search": "zzz", "top": "1000"}
    assert api.get("/v3/inbox/threads", params=asked).json() == plain
    assert 50 <= len(plain["items"]) <= 110
    dates = [one["lastActivityDate"] for one in plain["items"]]
    assert dates == sorted(dates, reverse=True)


def test_threads_that_nobody_answered_are_in_the_list_on_the_wire_only(api: httpx.Client, papi: httpx.Client) -> None:
    for client, expected in ((api, True), (papi, False)):
        silent = [
            one
            for one in threads(client, channels=["email"])
            if all(m["isOutbound"] for m in client.get(f"/v3/inbox/threads/{one['id']}").json()["messages"])
        ]
        assert bool(silent) is expected


def test_filters_that_work(api: httpx.Client) -> None:
    everything = threads(api)
    one = everything[0]
    assert {t["contact"]["id"] for t in threads(api, contactIds=[one["contact"]["id"]])} == {one["contact"]["id"]}
    assert {t["channel"] for t in threads(api, channels=["linkedIn"])} == {"linkedIn"}
    assert all(not t["isRead"] for t in threads(api, source="unread"))
    assert {t["id"] for t in threads(api, source="sent")} - {t["id"] for t in everything}
    begin = everything[4]["lastActivityDate"]
    assert begin not in {t["lastActivityDate"] for t in threads(api, **{"from": begin})}
    earlier = iso(instant(begin) - timedelta(milliseconds=1))
    assert begin in {t["lastActivityDate"] for t in threads(api, **{"from": earlier})}
    assert api.post("/v3/inbox/threads/filter", json={"source": "all"}).json()["errors"][0]["pointer"] == "/source"


def test_somebody_has_several_threads_that_moved_at_once(api: httpx.Client) -> None:
    by_contact: dict[int, list[dict[str, Any]]] = {}
    for one in threads(api):
        by_contact.setdefault(one["contact"]["id"], []).append(one)
    several = max(by_contact.values(), key=len)
    assert len(several) >= 3
    dates = [one["lastActivityDate"] for one in several if one["channel"] == "email"]
    assert len(set(dates)) < len(dates)
    contact = several[0]["contact"]["id"]
    shown = api.get(f"/v3/contacts/{contact}/inbox-threads").json()["items"]
    assert {one["id"] for one in shown} >= {one["id"] for one in several}
    assert "bodyPreview" not in shown[0]


def test_a_contact_id_is_no_thread_id(api: httpx.Client) -> None:
    contact = threads(api)[0]["contact"]["id"]
    missing = api.get(f"/v3/inbox/threads/{contact}")
    assert (missing.status_code, missing.json()["code"]) == (404, "inboxThread.notFound")


def test_the_long_thread_has_ten_messages_with_trails(api: httpx.Client) -> None:
    thread = with_subject(api, "Northstar for your team")
    messages = api.get(f"/v3/inbox/threads/{thread['id']}/messages").json()["items"]
    assert [one["isOutbound"] for one in messages] == [True, False] * 5
    assert all("Before we speak" in one["body"] for one in messages[1:])
    assert "gmail_quote" in messages[2]["body"]
    assert "MsoNormal" in messages[1]["body"]
    assert len(thread["bodyPreview"]) <= 120
    paged = api.get(f"/v3/inbox/threads/{thread['id']}/messages", params={"top": 4, "skip": 8}).json()
    assert paged == {"items": messages[8:], "hasMore": False}


def test_a_hostile_message_is_there(api: httpx.Client) -> None:
    found = threads(api, search="ignore all previous instructions")
    body = api.get(f"/v3/inbox/threads/{found[0]['id']}").json()["messages"][-1]["body"]
    assert "\u202e" in body
    assert "login.collect.invalid" in body


def test_a_reply_is_sent_in_the_threads_channel_only(api: httpx.Client, wire: Sandbox) -> None:
    thread = threads(api, channels=["email"], source="unread")[0]
    path = f"/v3/inbox/threads/{thread['id']}/messages"
    refused = api.post(path, json={"channel": "linkedIn", "message": "Hi"})
    assert refused.json()["code"] == "inboxThread.channelMismatch"
    sent = api.post(path, json={"channel": "email", "message": "<p>Hi</p>", "cc": ["a@example.com"]}).json()
    assert (sent["isOutbound"], sent["body"], sent["cc"]) == (True, "<p>Hi</p>", ["a@example.com"])
    assert sent["to"] == [thread["contact"]["email"]]
    after = api.get(f"/v3/inbox/threads/{thread['id']}").json()
    assert (after["isRead"], after["messages"][-1]["body"]) == (True, "<p>Hi</p>")
    contact = thread["contact"]["id"]
    assert api.patch(f"/v3/contacts/{contact}", json={"isOptedOut": True}).status_code == 200
    refused = api.post(path, json={"channel": "email", "message": "Hi"})
    assert (refused.status_code, refused.json()["code"]) == (400, "inboxThread.contactOptedOut")


def test_linkedin_is_spelled_with_a_capital_and_ignores_cc(api: httpx.Client) -> None:
    thread = next(
        one
        for one in threads(api, channels=["linkedIn"])
        if one["sequence"] and one["sequence"]["name"] == "LinkedIn warm-up"
    )
    path = f"/v3/inbox/threads/{thread['id']}/messages"
    refused = api.post(path, json={"channel": "linkedin", "message": "Hi"})
    assert (refused.status_code, refused.json()["code"]) == (400, "inboxThread.channelMismatch")
    sent = api.post(path, json={"channel": "linkedIn", "message": "Hi", "cc": ["a@example.com"]}).json()
    assert "cc" not in sent
    assert sent["messageId"] is None


def test_marking_and_deleting_answer_failures_only(api: httpx.Client) -> None:
    number = threads(api)[3]["id"]
    assert api.post("/v3/inbox/threads/mark-as-unread", json={"threadIds": [number]}).json() == {}
    assert api.get(f"/v3/inbox/threads/{number}").json()["isRead"] is False
    failed = api.post("/v3/inbox/threads/mark-as-read", json={"threadIds": [number, 5]}).json()
    assert failed == {"5": {"error": "notFound", "errorDetails": "Inbox thread not found."}}
    assert api.post("/v3/inbox/threads/bulk-delete", json={"threadIds": [number]}).json() == {}
    assert api.get(f"/v3/inbox/threads/{number}").status_code == 404


def test_categories(api: httpx.Client) -> None:
    categories = {one["name"]: one for one in api.get("/v3/inbox/threads/categories").json()}
    reserved, number = categories["Interested"]["id"], threads(api)[0]["id"]
    path = "/v3/inbox/threads/categories"
    assert api.delete(f"{path}/{reserved}").json()["code"] == "inboxCategory.cannotModifyDefault"
    duplicate = api.post(path, json={"name": "HOT leads", "color": "red"})
    assert (duplicate.status_code, duplicate.json()["code"]) == (409, "inboxCategory.duplicateName")
    own = api.post(path, json={"name": "Later", "color": "blue"}).json()
    links = f"{path}/{own['id']}/thread-links"
    assert api.post(f"{links}/bulk", json={"threadIds": [number, 5]}).json().keys() == {"5"}
    assert api.get(f"/v3/inbox/threads/{number}").json()["category"] == {"id": own["id"], "name": "Later"}
    assert api.post(f"{links}/bulk-delete", json={"threadIds": [number]}).json() == {}
    assert api.get(f"/v3/inbox/threads/{number}").json()["category"] is None
    assert api.put(f"/v3/inbox/threads/{number}/category", json={"categoryId": own["id"]}).status_code == 204
    assert api.delete(f"{path}/{own['id']}").status_code == 204
    assert api.get(f"/v3/inbox/threads/{number}").json()["category"] is None


def test_drafts(api: httpx.Client) -> None:
    number = with_subject(api, "Northstar for your team")["id"]
    draft = api.post(f"/v3/inbox/threads/{number}/ai-draft/generate").json()
    assert api.get(f"/v3/inbox/threads/{number}").json()["aiDraft"] == draft
    assert [one["id"] for one in threads(api, source="aiDraft")] == [number]

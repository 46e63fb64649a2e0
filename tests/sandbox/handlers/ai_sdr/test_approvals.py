"""Approvals: what the AI wrote waits, and what a person decides happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox, running

FULL = {"Authorization": "Bearer sandbox-full-access"}
AI = 1_309_001


@pytest.fixture
def own() -> Iterator[tuple[Sandbox, httpx.Client]]:
    with (
        running(rate_limits="none", stats_rate_limits="none") as sandbox,
        httpx.Client(base_url=sandbox.url, headers=FULL) as client,
    ):
        yield sandbox, client


def queue(api: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get("/v3/ai-sdr/approvals", params=params).json()["items"]
    return rows


def messages(sandbox: Sandbox, contact: int) -> list[dict[str, Any]]:
    threads = [one["id"] for one in sandbox.store.all("thread", _contactId=contact) if one["_sequenceId"] == AI]
    return [one for number in threads for one in sandbox.store.all("message", _threadId=number)]


def test_the_queue_is_sorted_filtered_and_paged(own: tuple[Sandbox, httpx.Client]) -> None:
    _, api = own
    newest, oldest = queue(api), queue(api, sortMode="oldestFirst")
    assert newest == oldest[::-1]
    assert len(newest) > 3
    assert queue(api, channel="linkedIn") == queue(api, sequenceId=1) == []
    assert queue(api, userId=70411) == newest
    page = api.get("/v3/ai-sdr/approvals", params={"top": 2, "skip": 1}).json()
    assert page == {"items": newest[1:3], "hasMore": True}
    refused = api.get("/v3/ai-sdr/approvals", params={"top": 1001})
    assert (refused.status_code, refused.json()["code"]) == (400, "salesAgentApproval.invalidPagination")


def test_a_message_goes_out_as_it_is_or_as_changed(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    first, second, *_ = queue(api)
    for row, change in ((first, {}), (second, {"body": "<p>Mine</p>"})):
        path = f"/v3/sequences/ai-sdr/{AI}/contacts/{row['contactId']}/approval"
        assert api.post(f"{path}/send", json=change).status_code == 204
        assert api.get(path).json()["code"] == "salesAgentApproval.notFound"
        assert api.post(f"{path}/send").status_code == 404
    (as_it_was,), (changed,) = messages(sandbox, first["contactId"]), messages(sandbox, second["contactId"])
    assert (as_it_was["body"], as_it_was["aiSentType"]) == (first["messageContent"], "aiGenerated")
    assert (changed["body"], changed["aiSentType"]) == ("<p>Mine</p>", "aiGeneratedEdited")
    assert changed["subject"] == second["messageSubject"]
    threads = api.post("/v3/inbox/threads/filter", json={"sequenceIds": [AI]}).json()["items"]
    assert all(one["contact"]["id"] in (first["contactId"], second["contactId"]) for one in threads)


def test_many_are_sent_all_or_none(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    rows = queue(api)
    pairs = [{"sequenceId": AI, "contactId": row["contactId"]} for row in rows]
    refused = api.post("/v3/ai-sdr/approvals/send-bulk", json={"items": [*pairs, {"sequenceId": AI, "contactId": 7}]})
    assert refused.status_code == 404
    assert "contact 7" in refused.json()["detail"]
    assert queue(api) == rows
    many = api.post("/v3/ai-sdr/approvals/send-bulk", json={"items": pairs * 3})
    assert (many.status_code, many.json()["errors"][0]["pointer"]) == (400, "/items")
    assert api.post("/v3/ai-sdr/approvals/send-bulk", json={"items": pairs}).status_code == 204
    assert queue(api) == []
    assert all(len(messages(sandbox, row["contactId"])) == 1 for row in rows)


def test_a_rejected_contact_leaves_the_sequence(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    contact = queue(api)[0]["contactId"]
    assert api.delete(f"/v3/sequences/ai-sdr/{AI}/contacts/{contact}/approval").status_code == 204
    assert contact not in [row["contactId"] for row in queue(api)]
    assert contact not in [one["_contactId"] for one in sandbox.store.all("membership", _sequenceId=AI)]


def test_a_message_is_written_anew_in_the_background(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    row = queue(api)[0]
    path = f"/v3/sequences/ai-sdr/{AI}/contacts/{row['contactId']}/approval"
    started = api.post(f"{path}/regenerate", json={"recommendations": "Mention Lisbon"})
    assert started.status_code == 202
    assert api.get(path).json()["isRegenerating"] is True
    sandbox.advance(20)
    assert api.get(f"/v3/background-jobs/{started.json()['jobId']}").json()["status"] == "Done"
    after = api.get(path).json()
    assert after["isRegenerating"] is False
    assert "Mention Lisbon" in after["messageContent"] != row["messageContent"]


def test_what_follows_waits_again_until_the_mode_is_off(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    held = {row["contactId"] for row in queue(api)}
    mode = f"/v3/sequences/ai-sdr/{AI}/approval-mode"
    refused = api.put(mode, json={"enabled": True, "approveAllPendingContacts": False})
    assert refused.json()["errors"][0]["pointer"] == "/approveAllPendingContacts"
    assert api.put(mode, json={"enabled": False}).status_code == 204
    assert {row["contactId"] for row in queue(api)} == held
    sent = api.put(mode, json={"enabled": False, "approveAllPendingContacts": True})
    assert sent.status_code == 204
    assert queue(api) == []
    assert all(messages(sandbox, contact) for contact in held)
    # The next step, two days later: a LinkedIn invitation, held again.
    assert api.put(mode, json={"enabled": True}).status_code == 204
    sandbox.advance(6 * 86400)
    assert {row["channel"] for row in queue(api)} == {"linkedIn"}


def test_a_plain_sequence_is_no_ai_sequence(own: tuple[Sandbox, httpx.Client]) -> None:
    _, api = own
    plain, missing = (api.get(f"/v3/sequences/ai-sdr/{number}/settings") for number in (1_208_401, 5))
    assert (plain.status_code, plain.json()["code"]) == (400, "salesAgentSequence.invalidParameter")
    assert (missing.status_code, missing.json()["code"]) == (404, "salesAgentSequence.notFound")


def test_autopilot_finds_people_and_adds_them(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    setup = {"generatedStepTypes": ["email"], "numberOfSteps": 2}
    body: dict[str, Any] = {"name": "Searching", "offerId": 301, "sequenceStructureSetup": setup}
    filters = {"contactLocations": [{"value": "Germany", "type": "include"}]}
    body["autopilot"] = {"enabled": True, "filters": filters, "maxPeopleToAddPerDay": 3, "maxPeoplePerCompany": 5}
    made = api.post("/v3/sequences/ai-sdr", json=body).json()
    path = f"/v3/sequences/ai-sdr/{made['id']}"
    assert [step["type"] for step in made["steps"]] == ["email", "email"]
    assert made["aiSdr"]["autopilot"]["isSearchInProgress"] is True
    busy = api.post(f"{path}/autopilot/force-start")
    assert (busy.status_code, busy.json()["code"]) == (409, "salesAgentSequence.autopilotSearchThrottled")
    sandbox.advance(60)
    people = api.get(f"/v3/sequences/{made['id']}/contacts").json()["items"]
    assert len(people) == 3
    countries = {sandbox.store.get("contact", one["contactId"])["country"] for one in people}  # type: ignore[index]
    assert countries == {"Germany"}
    sandbox.advance(86400)
    assert len(api.get(f"/v3/sequences/{made['id']}/contacts").json()["items"]) == 6
    assert api.post(f"{path}/autopilot/disable").status_code == 204
    off = api.post(f"{path}/autopilot/force-start")
    assert (off.status_code, off.json()["code"]) == (409, "salesAgentSequence.autopilotNotEnabled")


def test_settings_merge_to_the_leaves_and_refuse_nulls(own: tuple[Sandbox, httpx.Client]) -> None:
    _, api = own
    path = f"/v3/sequences/ai-sdr/{AI}/settings"
    before = api.get(path).json()
    after = api.patch(path, json={"toneOfVoice": {"gender": "man"}}).json()
    assert after["toneOfVoice"] == {**before["toneOfVoice"], "gender": "man"}
    assert {name for name in after if after[name] != before[name]} == {"toneOfVoice"}
    assert api.patch(path, json={"providerLLM": None}).json()["errors"][0]["pointer"] == "/providerLLM"
    assert api.patch(path, json={"unheardOf": 1}).json()["errors"][0]["pointer"] == "/"
    both = api.patch(path, json={"offerId": 301, "offerGenerationInputs": {}})
    assert both.status_code == 400
    assert api.patch(path, json={"offerId": 9}).json()["code"] == "salesAgentSequence.invalidOffer"

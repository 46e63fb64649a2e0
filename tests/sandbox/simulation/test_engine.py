"""What happens as virtual time passes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox, running
from reply_mcp.sandbox.simulation.sending_hours import next_opening
from tests.sandbox.sequence_calls import EMAIL, create, named

DAY = 86_400


@pytest.fixture
def own() -> Iterator[tuple[Sandbox, httpx.Client]]:
    with (
        running(rate_limits="none", stats_rate_limits="none", seed=5) as sandbox,
        httpx.Client(base_url=sandbox.url, headers={"Authorization": "Bearer sandbox-full-access"}) as client,
    ):
        yield sandbox, client


def test_an_active_sequence_sends_and_gets_answers(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    mailbox = api.get("/v3/email-accounts").json()["items"][0]["id"]
    always = next(one["id"] for one in sandbox.store.all("schedule") if one["name"] == "Round the clock")
    second = {**EMAIL, "delayInMinutes": 1440, "variants": [{"message": "Again, {{FirstName}}"}]}
    sequence = create(api, steps=[EMAIL, second], emailAccounts=[mailbox], scheduleId=always)
    number = sequence["id"]
    people = [one["id"] for one in sandbox.store.all("contact") if one["email"] and not one["isOptedOut"]][:60]
    added = api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": people}).json()["added"]
    sandbox.advance(DAY)
    assert sandbox.store.all("event", _sequenceId=number) == []
    assert api.post(f"/v3/sequences/{number}/start").status_code == 200
    sandbox.advance(3600)
    sent = [one for one in sandbox.store.all("event", _sequenceId=number) if one["type"] == "sent"]
    assert {one["_contactId"] for one in sent} == set(added)
    sandbox.advance(5 * DAY)
    stats = api.post(f"/v3/sequences/{number}/stats", json={}).json()["emailOverview"]
    assert stats["contacted"] == len(added)
    people_of = {
        kind: {one["_contactId"] for one in sandbox.store.all("event", _sequenceId=number, type=kind)}
        for kind in ("delivered", "bounced")
    }
    # Whoever got the first step can bounce at the second.
    assert people_of["delivered"] | people_of["bounced"] == set(added)
    assert {kind: stats[kind] for kind in people_of} == {kind: len(found) for kind, found in people_of.items()}
    assert stats["opened"] > stats["replied"] > 0
    assert stats["deliveredPercentage"] == round(100 * stats["delivered"] / stats["contacted"], 2)
    threads = api.post("/v3/inbox/threads/filter", json={"sequenceIds": [number]}, params={"top": 100}).json()["items"]
    replied = {one["_contactId"] for one in sandbox.store.all("event", _sequenceId=number) if one["type"] == "replied"}
    assert replied <= {one["contact"]["id"] for one in threads}
    places = api.get(f"/v3/sequences/{number}/contacts", params={"top": 100}).json()["items"]
    assert {one["statusInSequence"] for one in places if one["contactId"] in replied} == {"finished"}


def test_a_paused_sequence_sends_nothing(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    number = named(api, "Q4 Outbound")["id"]
    api.post(f"/v3/sequences/{number}/pause")

    def sent() -> int:
        return sum(one["type"] == "sent" for one in sandbox.store.all("event", _sequenceId=number))

    before = sent()
    sandbox.advance(10 * DAY)
    assert sent() == before


def test_a_blocked_sequence_sends_nothing(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    number = named(api, "Partner recruiting")["id"]
    assert api.get(f"/v3/sequences/{number}").json()["health"] == "blocked"
    sandbox.advance(5 * DAY)
    assert not [one for one in sandbox.store.all("event", _sequenceId=number) if one["type"] == "sent"]


def test_manual_steps_make_tasks_and_completing_them_moves_people_on(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    always = next(one["id"] for one in sandbox.store.all("schedule") if one["name"] == "Round the clock")
    mailbox = api.get("/v3/email-accounts").json()["items"][0]["id"]
    steps = [{**EMAIL, "executionMode": "manual"}, EMAIL]
    number = create(api, steps=steps, emailAccounts=[mailbox], scheduleId=always)["id"]
    people = [one["id"] for one in sandbox.store.all("contact") if one["email"] and not one["isOptedOut"]][:3]
    api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": people})
    api.post(f"/v3/sequences/{number}/start")
    sandbox.advance(3600)
    body = {"status": "new", "sequenceIds": [number], "taskType": "manualEmail"}
    tasks = api.post("/v3/tasks/filter", json=body, params={"top": 100}).json()["items"]
    assert tasks
    task = tasks[0]
    path = f"/v3/sequences/{task['sequenceId']}/contacts/{task['contact']['id']}"
    before = api.get(path).json()["currentStep"]["stepId"]
    assert before == task["sequenceStepId"]
    assert api.post("/v3/tasks/batch/complete", json={"ids": [task["id"]]}).json() == {}
    assert api.get(path).json()["currentStep"]["stepId"] != before


def test_nothing_is_sent_outside_the_hours() -> None:
    hours = {"fromTime": {"hour": 9, "minute": 0}, "toTime": {"hour": 17, "minute": 0}}
    schedule = {
        "timezoneId": "Eastern Standard Time",
        "mainTimings": [{"weekDay": "Monday", "isActive": True, "timeRanges": [hours]}],
    }
    saturday = datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert next_opening(schedule, saturday) == datetime(2026, 1, 12, 14, tzinfo=UTC)
    monday = datetime(2026, 1, 12, 15, 30, tzinfo=UTC)
    assert next_opening(schedule, monday) == monday
    assert next_opening({**schedule, "mainTimings": []}, monday) is None
    assert next_opening(None, saturday) == saturday


def test_a_draft_brings_nothing_of_other_sequences_forward() -> None:
    start = datetime(2026, 1, 12, 10, tzinfo=UTC)
    with (
        running(rate_limits="none", stats_rate_limits="none", seed=5, speed=0, start=start) as sandbox,
        httpx.Client(base_url=sandbox.url, headers={"Authorization": "Bearer sandbox-full-access"}) as api,
    ):
        mailbox = api.get("/v3/email-accounts").json()["items"][0]["id"]
        number = create(api, steps=[EMAIL], emailAccounts=[mailbox])["id"]
        people = [one["id"] for one in sandbox.store.all("contact") if one["email"] and not one["isOptedOut"]][:20]
        api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": people})
        assert api.post(f"/v3/sequences/{number}/start").status_code == 200
        sandbox.advance(0)
        held = [one for one in sandbox.store.all("dueStep", held=True) if one.get("opening")]
        assert held
        opening = min(datetime.fromisoformat(one["opening"]) for one in held)
        sandbox.advance((opening - start).total_seconds())
        before = len(sandbox.store.all("outbox"))
        create(api, name="A draft", steps=[EMAIL], emailAccounts=[mailbox])
        sandbox.advance(0)
        assert len(sandbox.store.all("outbox")) == before
        sandbox.advance(3600)
        assert len(sandbox.store.all("outbox")) > before


def test_hours_are_the_prospects_and_follow_ups_have_their_own() -> None:
    def week(begin: int) -> list[dict[str, object]]:
        hours = {"fromTime": {"hour": begin, "minute": 0}, "toTime": {"hour": begin + 1, "minute": 0}}
        return [{"weekDay": "Monday", "isActive": True, "timeRanges": [hours]}]

    schedule = {"timezoneId": "UTC", "mainTimings": week(9), "followUpTimings": week(15)}
    monday, tokyo = datetime(2026, 1, 12, tzinfo=UTC), {"timeZoneId": "Tokyo Standard Time"}
    assert next_opening(schedule, monday, (), tokyo) == monday.replace(hour=9)
    assert next_opening({**schedule, "useProspectTimezone": True}, monday, (), tokyo) == monday
    assert next_opening({**schedule, "useProspectTimezone": True}, monday, (), {"timeZoneId": None}) == monday.replace(
        hour=9
    )
    assert next_opening(schedule, monday, follow_up=True) == monday.replace(hour=9)
    assert next_opening({**schedule, "useFollowUpSchedule": True}, monday, follow_up=True) == monday.replace(hour=15)
    assert next_opening({**schedule, "useFollowUpSchedule": True}, monday) == monday.replace(hour=9)

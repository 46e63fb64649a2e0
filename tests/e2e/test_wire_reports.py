"""Where reports and statistics do otherwise than documented, and what the tools make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.sandbox.store import Doc
from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of
from tests.e2e.correspondence import person, said

SettingsFor = Callable[..., Settings]


def sequence_of_its_own(sandbox: Sandbox, name: str) -> Doc:
    answer = sandbox.http.post("/v3/sequences", json={"name": name, "steps": []})
    assert answer.status_code in (200, 201), answer.text
    kept = sandbox.store.get("sequence", answer.json()["id"])
    assert kept is not None
    return kept


def happened(sandbox: Sandbox, sequence: Doc, kind: str, times: int, channel: str = "email") -> None:
    """So many events of a kind in the sequence, yesterday, of different contacts as far as there are any."""
    at = sandbox.clock.now() - timedelta(days=1)
    people = itertools.cycle(sandbox.store.all("contact", _teamId=sequence["_teamId"]))
    with sandbox.store.transaction():
        for contact in itertools.islice(people, times):
            record_event(sandbox.store, kind, at, contact, channel=channel, _sequenceId=sequence["id"])


def reports(sandbox: Sandbox, mark: int) -> list[dict[str, Any]]:
    return [row for row in sandbox.since(mark) if "/reporting/" in row["path"] or row["path"].endswith("/stats")]


@pytest.mark.parametrize("to", ["2026-11-01T00:00:00Z", "2026-10-01T00:00:00Z"])
async def test_a_period_that_ends_before_it_begins_is_not_asked_for(
    sandbox: Sandbox, settings_for: SettingsFor, to: str
) -> None:
    id = sandbox.store.all("sequence")[0]["id"]
    filters = {"from": "2026-11-01T00:00:00Z", "to": to}
    raw = sandbox.http.post(f"/v3/sequences/{id}/stats", json={"filters": filters})
    assert raw.status_code == 500, "on the wire it looks like an outage"

    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_get_sequence_stats", {"id": id, "filters": filters})
    assert is_error
    assert "to must be later than from" in text
    assert "nothing was sent" in text
    assert sandbox.since(mark) == []


async def test_percentages_are_shown_as_they_come(
    fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor
) -> None:
    sandbox = fresh_sandbox(stats_rate_limits="none")
    sequence = sequence_of_its_own(sandbox, "Conference follow-up")
    happened(sandbox, sequence, "sentAutoConnection", 468, "linkedIn")
    happened(sandbox, sequence, "acceptedAutoConnection", 139, "linkedIn")
    filters = {"sequenceIds": [sequence["id"]]}
    raw = sandbox.http.post("/v3/reporting/linkedin/overview", json={"filters": filters}).json()
    assert (raw["connectionsSent"], raw["connectionsAccepted"]) == (468, 139)
    assert raw["connectionsAcceptedPercentage"] == 29.7, "of a hundred, not of one"

    text, is_error = await said(
        settings_for(sandbox),
        "reply_run_read",
        {"tool": "reply_get_linkedin_report", "arguments": {"filters": filters}},
    )
    assert not is_error
    assert "connections sent 468 · accepted 139 (29.7 %)" in text
    text, _ = await said(settings_for(sandbox), "reply_get_sequence_stats", {"id": sequence["id"]})
    assert "accepted 139 (29.7 %)" in text


async def test_a_report_of_a_sequence_says_where_its_other_channel_is(
    fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor
) -> None:
    sandbox = fresh_sandbox(stats_rate_limits="none")
    sequence = sequence_of_its_own(sandbox, "Two channels")
    for kind, times in (("sent", 40), ("delivered", 38), ("opened", 20), ("clicked", 7)):
        happened(sandbox, sequence, kind, times)
    happened(sandbox, sequence, "sentAutoConnection", 12, "linkedIn")
    filters = {"sequenceIds": [sequence["id"]]}
    raw = sandbox.http.post("/v3/reporting/emails/overview", json={"filters": filters}).json()
    assert raw["delivered"] == 38
    assert not any("click" in name.casefold() or name == "sent" for name in raw)
    assert not any("connection" in name.casefold() for name in raw)

    async with connected(settings_for(sandbox)) as client:
        report = {"tool": "reply_get_email_report", "arguments": {"filters": filters}}
        text = text_of(await client.call_tool("reply_run_read", report))
        assert "delivered 38 (95 %)" in text
        assert "reply_get_linkedin_report" in text
        found = text_of(await client.call_tool("reply_find_tools", {"query": "email report", "detail": "full"}))
        assert "no clicks" in found
        both = text_of(await client.call_tool("reply_get_sequence_stats", {"id": sequence["id"]}))
        assert "delivered 38 (95 %)" in both
        assert "connections sent 12" in both


async def test_a_short_limit_on_reports_is_waited_for(
    fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor
) -> None:
    sandbox = fresh_sandbox(stats_rate_limits="none")
    sandbox.fault(kind="status", status=429, match="POST /v3/reporting/emails/overview", retry_after=1)
    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox), "reply_run_read", {"tool": "reply_get_email_report", "arguments": {}}
    )
    assert not is_error, text
    assert "contacted" in text
    assert [row["status"] for row in reports(sandbox, mark)] == [429, 200]


async def test_a_used_up_limit_on_reports_is_told_and_closes_only_reports(
    fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor
) -> None:
    sandbox = fresh_sandbox(stats_rate_limits="2/hour")
    ask = {"tool": "reply_get_email_report", "arguments": {}}
    raw = [sandbox.http.post("/v3/reporting/emails/overview", json={"filters": {}}) for _ in range(3)]
    assert [one.status_code for one in raw] == [200, 200, 429]
    assert int(raw[-1].headers["retry-after"]) > 3000

    async with connected(settings_for(sandbox)) as client:
        for _ in range(2):
            assert not (await client.call_tool("reply_run_read", ask)).is_error
        mark = sandbox.seen()
        for _ in range(2):
            result = await client.call_tool("reply_run_read", ask)
            assert result.is_error
            assert "reporting" in text_of(result)
            assert "retry" in text_of(result)
        assert len(reports(sandbox, mark)) <= 1, "once it is known, nothing more is sent"
        contacts = await client.call_tool("reply_search_contacts", {"top": 1})
        assert not contacts.is_error, text_of(contacts)


async def test_members_stay_numbers_where_only_their_names_are_refused(
    fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor
) -> None:
    sandbox = fresh_sandbox(stats_rate_limits="none")
    owner = sandbox.store.all("user")[0]
    contact = sandbox.store.get("contact", person(sandbox)["id"])
    # By default a report counts what happened in sequences alone.
    where = {"_sequenceId": sandbox.store.all("sequence")[0]["id"], "_userId": owner["id"]}
    record_event(sandbox.store, "meetingBooked", sandbox.clock.now() - timedelta(days=1), contact, **where)
    sandbox.fault(kind="status", status=403, match="GET /v3/whoami/team-users", times=None)
    text, is_error = await said(
        settings_for(sandbox), "reply_run_read", {"tool": "reply_get_team_report", "arguments": {}}
    )
    assert not is_error, text
    assert str(owner["id"]) in text


async def test_a_report_reads_the_same_in_any_shape_and_case(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    filters = {"filters": {"dateRangePreset": "lastMonth"}}
    plain = sandbox.http.post("/v3/reporting/linkedin/overview", json=filters).json()
    pascal = {name[0].upper() + name[1:]: value for name, value in plain.items()}
    texts = set()
    async with connected(settings_for(sandbox)) as client:
        for body in (plain, [plain], pascal, [pascal]):
            sandbox.fault(kind="answer", match="POST /v3/reporting/linkedin/overview", status=200, body=body)
            ask = {"tool": "reply_get_linkedin_report", "arguments": filters}
            result = await client.call_tool("reply_run_read", ask)
            assert not result.is_error
            texts.add(text_of(result))
    assert len(texts) == 1
    assert f"connections sent {plain['connectionsSent']}" in texts.pop()

"""Reports and statistics, which count the same events."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.sequence_calls import named

ALL = {"filters": {"dateRangePreset": "allTime"}}


def overview(api: httpx.Client, which: str, **filters: Any) -> dict[str, Any]:
    answer = api.post(f"/v3/reporting/{which}/overview", json={"filters": {"dateRangePreset": "allTime", **filters}})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_upside_down_window_is_a_500_on_the_wire(api: httpx.Client, papi: httpx.Client) -> None:
    window = {"filters": {"from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"}}
    for client, status in ((api, 500), (papi, 400)):
        number = named(client, "Q4 Outbound")["id"]
        assert client.post(f"/v3/sequences/{number}/stats", json=window).status_code == status


def test_stats_reports_and_rows_agree(api: httpx.Client) -> None:
    number = named(api, "Q4 Outbound")["id"]
    stats = api.post(f"/v3/sequences/{number}/stats", json=ALL).json()["emailOverview"]
    report = overview(api, "emails", sequenceIds=[number])
    assert {name: report[name] for name in stats} == stats
    assert not {name for name in stats if "click" in name.lower()}
    rows = api.post(
        "/v3/reporting/emails",
        params={"top": 1000},
        json={"filters": {"dateRangePreset": "allTime", "sequenceIds": [number]}},
    ).json()["items"]
    assert len({row["contactId"] for row in rows if row["isDelivered"]}) == stats["delivered"]
    assert len({row["contactId"] for row in rows if row["isOpened"]}) == stats["opened"]


def test_percentages_are_of_a_hundred(api: httpx.Client) -> None:
    report = overview(api, "linkedin")
    expected = round(100 * report["connectionsAccepted"] / report["connectionsSent"], 2)
    assert report["connectionsAcceptedPercentage"] == expected > 1


def test_a_preset_and_dates_exclude_each_other(api: httpx.Client) -> None:
    both = {"filters": {"dateRangePreset": "lastWeek", "from": "2026-05-01T00:00:00Z"}}
    assert api.post("/v3/reporting/emails/overview", json=both).json()["errors"][0]["pointer"] == "/filters"
    assert api.post("/v3/reporting/emails/overview", json={}).json()["errors"][0]["pointer"] == "/filters"


def test_the_list_of_stats_has_no_long_windows(api: httpx.Client) -> None:
    found = api.post("/v3/sequences/stats", json={"filters": {"dateRangePreset": "lastMonth"}}).json()
    assert len(found) >= 12
    assert "archived" in {one["status"] for one in found}
    refused = api.post("/v3/sequences/stats", json={"filters": {"dateRangePreset": "allTime"}})
    assert refused.json()["errors"][0]["pointer"] == "/filters/dateRangePreset"


@pytest.mark.parametrize("which", ["calls", "tasks", "team-performance"])
def test_members_add_up(api: httpx.Client, which: str) -> None:
    report = overview(api, which)
    name = {"calls": "callsCount", "tasks": "totalTasks", "team-performance": "meetings"}[which]
    assert report[name] == sum(one[name] for one in report["memberStatistics"]) > 0


@pytest.mark.parametrize("which", ["emails", "linkedin", "calls", "tasks", "team-performance/meetings"])
def test_rows_are_paged_and_in_order(api: httpx.Client, which: str) -> None:
    first = api.post(f"/v3/reporting/{which}", params={"top": 3}, json=ALL).json()
    assert (len(first["items"]), first["hasMore"]) == (3, True)
    dates = {"emails": "deliveryDate", "linkedin": "actionDate", "calls": "startDate", "tasks": "dueDate"}
    found = [one[dates.get(which, "bookedAt")] for one in first["items"]]
    assert found == sorted(found)
    refused = api.post(f"/v3/reporting/{which}", params={"top": 0}, json=ALL).json()
    assert refused == {"title": "Bad Request", "status": 400, "detail": "Parameter 'top' must be between 1 and 1000."}


def test_channels(api: httpx.Client) -> None:
    report = overview(api, "channel-efficiency")
    assert report["totalTouches"] > report["totalPeopleContacted"] > report["replies"] > 0

"""Keys, teams, rate windows, faults, clock and store of the sandbox."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from reply_mcp.sandbox.http.problems import Problem
from reply_mcp.sandbox.http.rate_limits import RateLimits, parse_rates
from reply_mcp.sandbox.serving import Sandbox, running
from reply_mcp.sandbox.store import Store, public_fields

FULL = {"Authorization": "Bearer sandbox-full-access"}


def bearer(key: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **headers}


def test_a_bad_key_gets_a_problem_on_the_wire_and_an_empty_body_on_paper(wire: Sandbox, documented: Sandbox) -> None:
    for headers in (bearer("sandbox-expired"), bearer("nonsense"), {}, {"X-Api-Key": "sandbox-full-access"}):
        live = httpx.get(f"{wire.url}/v3/whoami", headers=headers)
        paper = httpx.get(f"{documented.url}/v3/whoami", headers=headers)
        assert (live.status_code, live.json()["status"]) == (401, 401)
        assert (paper.status_code, paper.content) == (401, b"")
        assert live.headers["WWW-Authenticate"] == paper.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("key", "path", "status"),
    [
        ("sandbox-read-only", "contacts", 200),
        ("sandbox-scopes:contacts:write", "contacts", 200),
        ("sandbox-scopes:contacts:operate", "contacts", 200),
        ("sandbox-scopes:contacts:*", "contacts", 200),
        ("sandbox-scopes:*:read", "contacts", 200),
        ("sandbox-scopes:inbox:read", "contacts", 403),
        ("sandbox-scopes:inbox:read", "whoami", 200),
        ("sandbox-scopes:inbox:read,other:read", "background-jobs", 200),
    ],
)
def test_scopes_decide_who_reads(wire: Sandbox, key: str, path: str, status: int) -> None:
    assert httpx.get(f"{wire.url}/v3/{path}", headers=bearer(key)).status_code == status


def test_reading_and_operating_do_not_include_writing(wire: Sandbox) -> None:
    for key in ("sandbox-read-only", "sandbox-scopes:contacts:operate"):
        answer = httpx.post(f"{wire.url}/v3/contacts", headers=bearer(key), json={"email": "a@b.io"})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


def test_announced_operations_need_their_scope(wire: Sandbox) -> None:
    body = {"contactIds": [90514001], "isOptedOut": True}
    path = f"{wire.url}/v3/contacts/set-opted-out"
    assert httpx.post(path, headers=bearer("sandbox-read-only"), json=body).status_code == 403


def test_a_plan_without_the_feature_refuses_without_a_code(wire: Sandbox) -> None:
    headers = bearer("sandbox-free-plan")
    assert httpx.get(f"{wire.url}/v3/contacts", headers=headers).status_code == 200
    refused = httpx.post(f"{wire.url}/v3/contact-lists", headers=headers, json={"name": "Mine"})
    assert refused.status_code == 403
    assert refused.json() == {"title": "Forbidden", "status": 403, "reasons": []}


def test_a_master_key_acts_as_the_owner_or_the_user_named(wire: Sandbox) -> None:
    def me(**headers: str) -> httpx.Response:
        return httpx.get(f"{wire.url}/v3/whoami", headers=bearer("sandbox-master", **headers))

    assert me().json()["username"] == "Jonas Berg"
    assert me(**{"X-User-Email": "MARIA.silva@northstar-sales.com"}).json()["userId"] == 70411
    assert me(**{"X-User-Id": "70411"}).json()["username"] == "Maria Silva"
    unknown = me(**{"X-User-Id": "1"})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "USER_NOT_FOUND")
    torn = me(**{"X-User-Id": "70415"})
    assert (torn.status_code, torn.json()["code"]) == (403, "TEAM_REQUIRED")
    assert torn.json()["teams"] == [
        {"teamId": 31007, "teamName": "Northstar Sales"},
        {"teamId": 31012, "teamName": "Northstar Partners"},
    ]
    assert me(**{"X-User-Id": "70415", "X-Team-Id": "31012"}).json()["teamId"] == 31012
    assert me(**{"X-User-Id": "70411", "X-Team-Id": "31012"}).json()["code"] == "TEAM_NOT_ACCESSIBLE"


def test_an_organization_key_needs_a_user_and_with_an_address_a_team(wire: Sandbox) -> None:
    def code(**headers: str) -> str | None:
        answer = httpx.get(f"{wire.url}/v3/whoami", headers=bearer("sandbox-organization", **headers))
        found: str | None = answer.json().get("code")
        return found

    email = {"X-User-Email": "maria.silva@northstar-sales.com"}
    assert code() == "USER_REQUIRED"
    assert code(**email) == "TEAM_REQUIRED"
    assert code(**email, **{"X-Team-Id": "31007"}) is None
    assert code(**{"X-User-Id": "70411"}) is None


def test_teams_do_not_see_each_other(wire: Sandbox) -> None:
    lucas = bearer("sandbox-master", **{"X-User-Id": "70430"})
    theirs = httpx.get(f"{wire.url}/v3/contacts?top=100", headers=lucas).json()
    assert len(theirs["items"]) == 20
    own = theirs["items"][0]["id"]
    assert httpx.get(f"{wire.url}/v3/contacts/{own}", headers=FULL).status_code == 404


def test_an_unknown_route_is_a_404_without_a_code(api: httpx.Client) -> None:
    for path in ("/v3/nonsense", "/v3/contacts/filter/count", "/v3/sequences/1/contacts/extended", "/v2/people"):
        body = api.get(path).json()
        assert body["status"] == 404
        assert "code" not in body
        assert "No endpoint matches" in body["detail"]


def test_windows_are_per_key_and_say_when_they_end() -> None:
    with running(rate_limits="3/minute,100/hour") as sandbox:
        answers = [httpx.get(f"{sandbox.url}/v3/whoami", headers=FULL) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[0].headers["X-Rate-Limit-Limit"] == "1h"
        assert [one.headers["X-Rate-Limit-Remaining"] for one in answers[:3]] == ["99", "98", "97"]
        assert answers[0].headers["X-Rate-Limit-Reset"].endswith("Z")
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
        assert answers[3].json()["title"] == "Too Many Requests"
        other = httpx.get(f"{sandbox.url}/v3/whoami", headers=bearer("sandbox-full-access-2"))
        assert other.status_code == 200
        httpx.delete(f"{sandbox.url}/sandbox/limits")
        assert httpx.get(f"{sandbox.url}/v3/whoami", headers=FULL).status_code == 200


def test_a_window_opens_with_its_first_request_and_ends_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    limits = RateLimits(parse_rates("2/5seconds"))
    limits.count_request("a", "/v3/x")
    now[0] = 1004.9
    limits.count_request("a", "/v3/x")
    with pytest.raises(Problem) as refused:
        limits.count_request("a", "/v3/x")
    assert refused.value.headers == {"Retry-After": "1"}
    now[0] = 1005.0
    limits.count_request("a", "/v3/x")
    limits.count_request("a", "/v3/x")


def test_reports_have_a_lower_limit_of_their_own() -> None:
    limits = RateLimits(parse_rates("10/minute"), parse_rates("1/hour"))
    limits.count_request("a", "/v3/reporting/emails")
    for path in ("/v3/reporting/emails", "/v3/sequences/7/stats", "/v3/sequences/stats"):
        with pytest.raises(Problem) as refused:
            limits.count_request("a", path)
        assert int(refused.value.headers["Retry-After"]) > 3000
    limits.count_request("a", "/v3/sequences/7")


@pytest.mark.parametrize("text", ["100", "100/fortnight", "x/minute", "1/minute;2/hour"])
def test_a_bad_rate_limit_says_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="100/minute"):
        parse_rates(text)


def fault(sandbox: Sandbox, **described: object) -> None:
    httpx.post(f"{sandbox.url}/sandbox/faults", json=described).raise_for_status()


def test_faults_break_answers_and_wear_off(wire: Sandbox, api: httpx.Client) -> None:
    fault(wire, kind="status", status=503, match="GET /v3/whoami", retryAfter=3)
    assert api.get("/v3/custom-fields").status_code == 200
    broken = api.get("/v3/whoami")
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "3")
    fault(wire, kind="html", match="/v3/whoami")
    page = api.get("/v3/whoami")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    fault(wire, kind="reset", match="/v3/whoami")
    with pytest.raises(httpx.NetworkError):
        api.get("/v3/whoami")
    fault(wire, kind="truncate", match="/v3/*")
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/v3/whoami")
    fault(wire, kind="hang", match="/v3/whoami")
    with pytest.raises(httpx.ReadTimeout):
        api.get("/v3/whoami", timeout=0.2)
    fault(wire, kind="latency", seconds=0.2, match="/v3/whoami")
    began = time.monotonic()
    assert api.get("/v3/whoami").status_code == 200
    assert time.monotonic() - began >= 0.2
    assert api.get("/v3/whoami").status_code == 200


def test_a_fault_after_the_call_loses_the_answer_of_what_was_done(wire: Sandbox, api: httpx.Client) -> None:
    for when, made in (("before", False), ("after", True)):
        fault(wire, kind="reset", match="POST /v3/contact-lists", when=when)
        with pytest.raises(httpx.NetworkError):
            api.post("/v3/contact-lists", json={"name": f"Lost {when}"})
        assert bool(api.get("/v3/contact-lists", params={"search": f"Lost {when}"}).json()["items"]) is made


def test_a_fault_that_makes_no_sense_is_refused(wire: Sandbox) -> None:
    for described in ({"kind": "earthquake"}, {"kind": "reset", "colour": "red"}, [], {"kind": "reset", "when": "now"}):
        assert httpx.post(f"{wire.url}/sandbox/faults", json=described).status_code == 400


def test_faults_for_ever_end_when_cleared(wire: Sandbox, api: httpx.Client) -> None:
    fault(wire, kind="status", match="/v3/whoami", times=None)
    assert [api.get("/v3/whoami").status_code for _ in range(3)] == [503] * 3
    httpx.delete(f"{wire.url}/sandbox/faults")
    assert api.get("/v3/whoami").status_code == 200


def test_the_log_keeps_what_was_asked_and_not_the_key(wire: Sandbox, api: httpx.Client) -> None:
    before = httpx.get(f"{wire.url}/sandbox/requests").json()["next"]
    api.post("/v3/contacts/filter", params={"top": 2}, json={"searchTerm": "x"})
    (entry,) = httpx.get(f"{wire.url}/sandbox/requests", params={"since": before}).json()["requests"]
    assert entry["path"] == "/v3/contacts/filter"
    assert entry["query"] == {"top": "2"}
    assert entry["body"] == {"searchTerm": "x"}
    assert entry["status"] == 200
    assert entry["key"] == "l-access"


def test_jobs_follow_the_clock() -> None:
    with running(rate_limits="none") as sandbox, httpx.Client(base_url=sandbox.url, headers=FULL) as api:
        jobs = api.get("/v3/background-jobs").json()["items"]
        assert {one["status"] for one in jobs} == {
            "Scheduled", "Processing", "Done", "Failed", "Expired", "Unknown", "Cancelled",
        }  # fmt: skip
        running_job = next(one for one in jobs if one["status"] == "Processing")
        path = f"/v3/background-jobs/{running_job['jobId']}"
        assert 0 < running_job["progress"] < 1
        assert httpx.post(f"{sandbox.url}/sandbox/clock", json={"advance": -1}).status_code == 400
        httpx.post(f"{sandbox.url}/sandbox/clock", json={"advance": 3600}).raise_for_status()
        done = api.get(path).json()
        assert (done["status"], done["progress"]) == ("Done", 1.0)
        assert done["jsonDataResult"] == '{"processed": 120, "failed": 3}'


def test_cancelling_a_job_stops_it_once() -> None:
    with running(rate_limits="none") as sandbox, httpx.Client(base_url=sandbox.url, headers=FULL) as api:
        jobs = api.get("/v3/background-jobs", params={"category": "email"}).json()["items"]
        path = next(f"/v3/background-jobs/{one['jobId']}" for one in jobs if one["status"] == "Processing")
        assert [api.post(f"{path}/cancel").status_code for _ in range(2)] == [204, 204]
        sandbox.advance(10_000)
        assert api.get(path).json()["status"] == "Cancelled"
        assert api.get("/v3/background-jobs/1").json()["code"] == "backgroundJob.invalidJobId"
        missing = api.get("/v3/background-jobs/7d3a6f0e-3f6e-4d6a-9a64-0c6f7d1d2c11")
        assert (missing.status_code, missing.json()["code"]) == (404, "backgroundJob.notFound")
        assert api.get("/v3/background-jobs?top=201").json()["code"] == "backgroundJob.invalidPagination"


def test_the_same_seed_gives_the_same_people_and_another_seed_others(wire: Sandbox) -> None:
    def names(sandbox: Sandbox) -> list[str]:
        return [one["email"] for one in sandbox.store.all("contact")]

    with running(seed=1) as same, running(seed=2) as other:
        assert names(same) == names(wire)
        assert names(other) != names(wire)


def test_a_database_file_keeps_everything(tmp_path: Path) -> None:
    database = str(tmp_path / "sandbox.db")
    with running(database=database) as sandbox:
        made = httpx.post(f"{sandbox.url}/v3/contact-lists", headers=FULL, json={"name": "Kept"}).json()
        sandbox.advance(86_400)
    with running(database=database) as sandbox:
        assert httpx.get(f"{sandbox.url}/v3/contact-lists/{made['id']}", headers=FULL).json()["name"] == "Kept"
        assert sandbox.clock.offset == 86_400


def test_the_store_finds_what_was_changed_in_place() -> None:
    store = Store()
    first = store.put("thing", {"colour": "red", "_owner": 1})
    store.put("thing", {"colour": "blue", "_owner": 1})
    assert [one["id"] for one in store.all("thing", colour="red")] == [1]
    first["colour"] = "blue"
    store.put("thing", first)
    assert store.all("thing", colour="red") == []
    assert [one["id"] for one in store.all("thing", colour="blue", _owner=1)] == [1, 2]
    assert store.delete("thing", 1)
    assert not store.delete("thing", 1)
    assert [one["id"] for one in store.all("thing", colour="blue")] == [2]
    assert public_fields(store.all("thing")[0]) == {"colour": "blue", "id": 2}
    assert store.put("thing", {})["id"] == 3


def test_a_body_that_is_no_json_is_refused(api: httpx.Client) -> None:
    answer = api.post("/v3/contacts", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == ""
    assert "code" not in answer.json()

"""Live Data and email validation spend credits; direct outreach reaches one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.records import credits
from reply_mcp.sandbox.serving import Sandbox, running

FULL = {"Authorization": "Bearer sandbox-full-access"}
TEAM = 31007
BANKS = {"industries": [{"value": "Banking", "type": "include"}]}


@pytest.fixture
def own() -> Iterator[tuple[Sandbox, httpx.Client]]:
    with (
        running(rate_limits="none", stats_rate_limits="none") as sandbox,
        httpx.Client(base_url=sandbox.url, headers=FULL) as client,
    ):
        yield sandbox, client


def test_a_preview_counts_and_a_search_adds_contacts_for_credits(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    preview = api.post("/v3/live-data/searches/preview", json={"filters": BANKS, "maxPeoplePerCompany": 50})
    sandbox.advance(10)
    job = api.get(f"/v3/background-jobs/{preview.json()['jobId']}").json()
    assert job["status"] == "Done"
    assert '"companiesCount": 1' in job["jsonDataResult"]
    body: dict[str, Any] = {"filters": BANKS, "contactsCountToAdd": 4, "maxPeoplePerCompany": 50, "listIds": [4101]}
    number = api.post("/v3/live-data/searches", json=body).json()["searchId"]
    again = api.post("/v3/live-data/searches", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "liveDataSearch.searchInProgress")
    before = {one["id"] for one in sandbox.store.all("contact", _teamId=TEAM)}
    sandbox.advance(60)
    search = api.get(f"/v3/live-data/searches/{number}").json()
    assert (search["status"], search["contactsFound"], search["usedCredits"]) == ("finished", 4, 8)
    assert credits.credits_left(sandbox.store, TEAM, "liveData") == credits.START["liveData"] - 8
    added = [one for one in sandbox.store.all("contact", _teamId=TEAM) if one["id"] not in before]
    assert {one["industry"] for one in added} == {"Banking"}
    on_list = sandbox.store.get("contactList", 4101)
    assert on_list is not None
    assert {one["id"] for one in added} <= set(on_list["_contactIds"])
    assert api.get("/v3/live-data/searches").json()["items"][0]["id"] == number


def test_a_search_that_matches_nobody_does_not_start(own: tuple[Sandbox, httpx.Client]) -> None:
    _, api = own
    nobody = {"jobTitles": [{"value": "Astronaut", "type": "include"}]}
    refused = api.post("/v3/live-data/searches", json={"filters": nobody, "contactsCountToAdd": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "liveDataSearch.noMatchingContacts")
    empty = api.post("/v3/live-data/searches", json={"filters": {}, "contactsCountToAdd": 1})
    assert (empty.status_code, empty.json()["code"]) == (400, "liveDataSearch.invalidParameter")


def test_a_search_stops_when_the_credits_are_used_up(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    credits.spend_credits(sandbox.store, sandbox.clock.now(), TEAM, "liveData", credits.START["liveData"] - 3)
    body = {"filters": BANKS, "contactsCountToAdd": 4, "maxPeoplePerCompany": 50}
    number = api.post("/v3/live-data/searches", json=body).json()["searchId"]
    sandbox.advance(60)
    search = api.get(f"/v3/live-data/searches/{number}").json()
    assert (search["status"], search["contactsFound"]) == ("pausedDueToInsufficientCredits", 1)


def test_validation_is_priced_then_done_once(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    sandbox.advance(3600 * 2)
    ids = [one["id"] for one in sandbox.store.all("contact", _teamId=TEAM)]
    mailed = [number for number in ids if (sandbox.store.get("contact", number) or {})["email"]]
    estimate = api.post("/v3/email-validations/estimate", json={"contactIds": ids}).json()
    assert (estimate["requestedCount"], estimate["eligibleCount"]) == (len(ids), len(mailed))
    assert (estimate["blockers"], estimate["canSchedule"]) == ([5], False)
    short = api.post("/v3/email-validations/schedule", json={"contactIds": ids})
    assert (short.status_code, short.json()["code"]) == (400, "emailValidation.unknown")
    body = {"contactIds": mailed[:8]}
    done = api.post("/v3/email-validations/schedule", json=body)
    assert (done.status_code, done.json()["creditsReserved"]) == (202, 8)
    assert done.headers["location"] == f"v3/background-jobs/{done.json()['jobId']}"
    assert api.post("/v3/email-validations/estimate", json=body).json()["blockers"] == [3]
    assert api.post("/v3/email-validations/schedule", json=body).json()["code"] == "emailValidation.alreadyRunning"
    sandbox.advance(60)
    assert api.post("/v3/email-validations/estimate", json=body).json()["blockers"] == [6]


def test_a_cancelled_validation_gives_its_credits_back(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    sandbox.advance(3600 * 2)
    mailed = [one["id"] for one in sandbox.store.all("contact", _teamId=TEAM) if one["email"]][:20]
    before = credits.credits_left(sandbox.store, TEAM, "emailValidation")
    job = api.post("/v3/email-validations/schedule", json={"contactIds": mailed}).json()["jobId"]
    assert credits.credits_left(sandbox.store, TEAM, "emailValidation") == before - 20
    assert api.post(f"/v3/background-jobs/{job}/cancel").status_code == 204
    sandbox.advance(60)
    assert credits.credits_left(sandbox.store, TEAM, "emailValidation") == before


def test_a_direct_email_is_in_the_thread_with_its_variables(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    contact = next(one for one in sandbox.store.all("contact", _teamId=TEAM) if one["email"] and not one["isOptedOut"])
    path = f"/v3/contacts/{contact['id']}/send-direct-email"
    sent = api.post(path, json={"subject": "Hello {{FirstName}}", "body": "<p>{{Company}}?</p>"}).json()
    assert sent["status"] == "sent"
    (message,) = sandbox.store.all("message", messageId=sent["messageId"])
    assert message["subject"] == f"Hello {contact['firstName']}"
    assert contact["company"] in message["body"]
    tom = next(one for one in sandbox.store.all("emailAccount") if one["connectionStatus"] == "disconnected")
    stuck = api.post(path, json={"subject": "Hi", "body": "Hi", "emailAccountId": tom["id"]}).json()
    assert stuck == {"status": "new", "messageId": None}
    unknown = api.post(path, json={"subject": "Hi", "body": "Hi", "emailAccountId": 4})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "contact.emailAccountNotFound")
    api.post("/v3/contact-blacklist-rules/emails", json={"pattern": contact["email"]})
    blocked = api.post(path, json={"subject": "Hi", "body": "Hi"})
    assert (blocked.status_code, blocked.json()["code"]) == (400, "contact.contactInBlackList")


def test_linkedin_has_its_own_refusals_and_limits(own: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = own
    known = {one["_contactId"] for kind in ("membership", "thread") for one in sandbox.store.all(kind)}
    people = [one for one in sandbox.store.all("contact", _teamId=TEAM) if one["id"] not in known]
    person = next(one["id"] for one in people if one["linkedInUrl"])

    def act(how: str, account: int = 610, **body: Any) -> httpx.Response:
        return api.post(
            f"/v3/contacts/{person}/send-direct-linkedin-{how}", json={"linkedInAccountId": account, **body}
        )

    assert act("message", message="Hi").json()["code"] == "directLinkedIn.notConnected"
    assert act("message", 620, message="Hi").json()["code"] == "directLinkedIn.invalidCookie"
    assert act("message", 625, message="Hi").json()["code"] == "directLinkedIn.linkedInAccountInactive"
    assert act("inmail", 615, subject="Hi", body="Hi").json()["code"] == "directLinkedIn.salesNavRequired"
    assert (
        act("connect", message="Hi {{Renewal date}} {{Nonsense}}").json()["code"] == "directLinkedIn.missingVariables"
    )
    assert act("connect", message="x" * 301).json()["code"] == "directLinkedIn.invitesNotesLimit"
    full = act("connect", 615)
    assert (full.status_code, full.json()["code"]) == (429, "directLinkedIn.dailyLimitReached")
    assert 1 <= int(full.headers["retry-after"]) <= 86400
    before = api.get("/v3/linkedin-accounts/610").json()["usage"]["connectionRequests"]
    done = act("connect", message="Hi {{FirstName}}").json()
    assert done["actionType"] == "connect"
    assert sandbox.store.get("event", done["linkedInActivityId"]) is not None
    assert api.get("/v3/linkedin-accounts/610").json()["usage"]["connectionRequests"] == before + 1

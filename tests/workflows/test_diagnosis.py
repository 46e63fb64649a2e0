"""Why a sequence isn't sending: each cause from what was read, and the whole against the embedded Reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.errors import RateLimited
from reply_mcp.settings import Settings
from tests.catalog.fake_call import FakeCall, refusal
from tests.conftest import Sandbox
from tests.e2e.correspondence import said

SettingsFor = Callable[..., Settings]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALWAYS = {
    "id": 8,
    "name": "Always",
    "timezoneId": "UTC",
    "mainTimings": [{"weekDay": day, "isActive": True, "timeRanges": []} for day in DAYS],
}
MAIL = {"id": 11, "type": "email", "executionMode": "automatic", "variants": [{"id": 1}]}
VISIT = {"id": 12, "type": "linkedIn", "executionMode": "automatic"}
CALL = {"id": 13, "type": "call", "executionMode": "manual"}
BOX = {"id": 21, "email": "a@ourco.com", "dailyLimit": 50, "connectionStatus": "connected", "emailAccountType": "gmail"}
PROFILE = {"id": 31, "name": "Ann", "status": "enabled"}


def member(step: int = 11, status: str = "active", **more: Any) -> dict[str, Any]:
    return {"contactId": 1, "statusInSequence": status, "currentStep": {"stepId": step}, "emailAccountId": 21, **more}


async def found(**changes: Any) -> list[str]:
    """The lines of a diagnosis of a sequence that is right but for the changes, the title first."""
    seen: dict[str, Any] = {
        "sequence": {},
        "mailboxes": [BOX],
        "linked": [PROFILE],
        "people": [member()],
        "schedule": ALWAYS,
        **changes,
    }
    sequence = {"name": "Q4", "status": "active", "health": "healthy", "scheduleId": 8, "steps": [MAIL]}
    call = FakeCall(
        workflows.operation("Diagnose"),
        {"id": 7},
        GetSequenceById={**sequence, **seen["sequence"]},
        GetSequenceEmailAccounts=[seen["mailboxes"]],
        GetSequenceLinkedInAccounts=[seen["linked"]],
        GetSequenceContacts={"items": seen["people"], "hasMore": seen.get("more", False)},
        GetEmailAccount=seen.get("box", {"id": 21, "sendingLockedByProvider": False}),
        GetSchedule=seen["schedule"],
        ListScheduleHolidayCalendars=[[{"id": 3}]],
        GetHolidayCalendar=seen.get("calendar", {"holidays": []}),
        GetBlacklistDomainRules=seen.get("domains", {"items": []}),
        GetBlacklistEmailRules={"items": []},
        GetBlacklistEmailExceptionRules={"items": []},
    )
    answer = await call.run()
    assert len(call.asked) <= 12
    return [answer["title"], *(str(line) for line in answer["lines"])]


async def test_nothing_wrong_is_said_plainly() -> None:
    lines = await found()
    assert lines[0] == '"Q4" (7) is active (health in Reply: healthy). Nothing is wrong.'
    assert "1 person still active" in lines[1]


async def test_bad_health_without_a_cause_is_not_explained_away() -> None:
    lines = await found(sequence={"health": "Degraded"})
    assert "health in Reply: degraded" in lines[0]
    assert lines[1] == "Nothing here shows why its health is not better."


@pytest.mark.parametrize(
    ("changes", "cause", "mend"),
    [
        ({"sequence": {"status": "New"}}, "never started", "reply_start_sequence"),
        ({"sequence": {"status": "Paused"}}, "It is paused", "reply_start_sequence"),
        ({"sequence": {"isArchived": True}}, "It is archived", "reply_create_sequence"),
        ({"sequence": {"steps": []}}, "no steps", "reply_bulk_create_sequence_steps"),
        (
            {"sequence": {"steps": [{**MAIL, "variants": [{"isEnabled": False}, {"isEnabled": False}]}]}},
            "Every variant of step 11 is off, where 1 person waits",
            "reply_enable_sequence_step_variants",
        ),
        ({"mailboxes": []}, "No mailbox", "reply_assign_email_account_to_sequence"),
        (
            {"mailboxes": [{**BOX, "connectionStatus": "Disconnected"}]},
            "Its only mailbox cannot send: a@ourco.com (21) disconnected",
            "reply_connect_gmail",
        ),
        ({"box": {"sendingLockedByProvider": True}}, "locked by its provider", "reply_resume_sending"),
        ({"mailboxes": [{**BOX, "dailyLimit": 0}]}, "may send 0 a day", "reply_update_email_account"),
        (
            {"sequence": {"steps": [VISIT]}, "linked": []},
            "No LinkedIn account",
            "reply_assign_linkedin_account_to_sequence",
        ),
        (
            {"sequence": {"steps": [VISIT]}, "linked": [{**PROFILE, "status": "cookieInvalid"}]},
            "LinkedIn Ann (31) signed out",
            "reply_reconnect_linkedin_account",
        ),
        (
            {"sequence": {"steps": [VISIT]}, "linked": [{**PROFILE, "status": "dailyLimitReached"}]},
            "at its limit for today",
            "reply_update_linkedin_account_limits",
        ),
        ({"people": []}, "Nobody is in it", "reply_add_contact_to_sequence"),
        (
            {"people": [member(status="finished"), member(status="Paused"), member(isOptedOut=True)]},
            "Nobody is left to send to (3 people: 1 finished, 1 paused, 1 opted out)",
            "reply_change_status_in_sequence",
        ),
        (
            {"sequence": {"steps": [MAIL, CALL]}, "people": [member(13), member(13)]},
            "All active people wait for somebody to do a task (2 for a call)",
            "reply_list_my_tasks",
        ),
        ({"schedule": {**ALWAYS, "mainTimings": []}}, "no hours in which it sends", "reply_update_schedule"),
    ],
)
async def test_a_cause_is_named_first_with_what_mends_it(changes: dict[str, Any], cause: str, mend: str) -> None:
    lines = await found(**changes)
    assert lines[0].endswith("One thing holds it up:")
    assert lines[1].startswith("1. ")
    assert cause in lines[1]
    assert mend in lines[1]


async def test_people_on_the_blacklist_are_counted_with_the_rule() -> None:
    rules = {"items": [{"id": 12, "pattern": "rival.com"}]}
    theirs, other = member(email="kim@rival.com"), member(email="lee@acme.com")
    lines = await found(people=[theirs, theirs], domains=rules)
    assert "1. Everyone still active is on the blacklist (domain rival.com (rule 12))" in lines[1]
    lines = await found(people=[theirs, other, other], domains=rules)
    assert "1 of 3 active people is on the blacklist" in lines[1]
    lines = await found(people=[other, member("finished", email="kim@rival.com")], domains={"items": []})
    assert "Nothing is wrong" in lines[0]
    lines = await found(people=[theirs], domains=refusal(403, "blacklistDomainRule.forbidden"))
    assert "Not read: the blacklist (403" in lines[-1]


async def test_a_holiday_closes_and_is_named() -> None:
    days = {"repeatEveryYear": False, "holidays": [{"name": "Off", "startDate": "2000-01-01", "endDate": "2999-01-01"}]}
    lines = await found(schedule={**ALWAYS, "excludeHolidays": True}, calendar=days)
    assert "reply_update_schedule" in lines[1]
    lines = await found(schedule={**ALWAYS, "excludeHolidays": False}, calendar=days)
    assert "Nothing is wrong" in lines[0]


async def test_what_stops_all_goes_before_what_stops_some() -> None:
    lines = await found(
        sequence={"steps": [MAIL, VISIT]},
        mailboxes=[BOX, {**BOX, "id": 22, "email": "b@ourco.com", "connectionStatus": "disconnected"}],
        linked=[{**PROFILE, "status": "disabled"}],
        people=[member(emailAccountId=22), member()],
    )
    assert lines[0].endswith(" 2 things hold it up, the likeliest cause first:")
    assert "Its only LinkedIn account" in lines[1]
    assert "1 of 2 mailboxes cannot send: b@ourco.com (22)" in lines[2]
    assert "1 active person depends on them" in lines[2]


async def test_locks_of_more_mailboxes_than_requests_are_left_for_are_not_ruled_out() -> None:
    boxes = [{**BOX, "id": id} for id in range(21, 31)]
    lines = await found(mailboxes=boxes, schedule={**ALWAYS, "excludeHolidays": True})
    assert "Nothing is wrong in what could be read" in lines[0]
    assert "locks by providers (of 5 mailboxes: reply_get_email_account)" in lines[-1]


async def test_manual_mail_steps_need_no_mailbox_but_somebody_who_does_them() -> None:
    lines = await found(sequence={"steps": [{**MAIL, "executionMode": "manual"}]}, mailboxes=[])
    assert "a manual email step" in lines[1]
    assert "No mailbox" not in "".join(lines)


async def test_people_read_in_part_are_not_taken_for_all() -> None:
    lines = await found(people=[member(status="finished")] * 3, more=True)
    assert "of the 3 who joined last" in lines[1]
    assert "more than 3 people" in lines[1]
    assert "people" not in lines[-1]


async def test_what_cannot_be_read_is_said_and_rules_nothing_out() -> None:
    call = FakeCall(
        workflows.operation("Diagnose"),
        {"id": 7},
        GetSequenceById={"name": "Q4", "status": "active", "steps": [MAIL], "scheduleId": 8},
        GetSequenceEmailAccounts=refusal(403, "x.forbidden"),
        GetSequenceLinkedInAccounts=[[]],
        GetSequenceContacts=RateLimited("429", 12.2),
        GetSchedule=ALWAYS,
    )
    answer = await call.run()
    assert "Nothing is wrong in what could be read" in answer["title"]
    assert "its mailboxes" in answer["lines"][-1]
    assert "retry in 12 s" in answer["lines"][-1]


async def test_a_sequence_that_is_not_there_stays_an_error() -> None:
    call = FakeCall(workflows.operation("Diagnose"), {"id": 7}, GetSequenceById=refusal(404, "sequence.notFound"))
    assert "no sequence 7" in (await call.explained(refusal(404, "sequence.notFound")) or "")


async def test_against_the_embedded_reply(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    for health, cause in (("blocked", "cannot send"), ("stalled", "left to send to"), ("degraded", "cannot send")):
        rows = sandbox.get("/v3/sequences", top=100)["items"]
        ill = next(one for one in rows if one["health"] == health and one["status"].lower() == "active")
        mark = sandbox.seen()
        text, is_error = await said(settings_for(sandbox), "reply_diagnose", {"id": ill["id"]})
        assert not is_error
        assert cause in text.splitlines()[1], text
        assert len(sandbox.since(mark)) <= 12
        assert all(row["method"] == "GET" for row in sandbox.since(mark))


async def test_a_few_mailboxes_are_read_whole_and_linkedin_accounts_are_the_sequence_s_own() -> None:
    lines = await found(
        sequence={
            "emailAccounts": [{"id": 21, "email": "maria@ourco.com"}],
            "linkedInAccounts": [{**PROFILE, "status": "cookieInvalid"}],
            "steps": [MAIL, {"id": 12, "type": "linkedIn", "delayInMinutes": 0, "executionMode": "automatic"}],
        },
        mailboxes=[],
        linked=[],
        box={
            "id": 21,
            "connection": {"email": "maria@ourco.com"},
            "safety": {"dailyLimit": 60},
            "sendingLockedByProvider": True,
        },
    )
    assert "maria@ourco.com (21) locked by its provider: reply_resume_sending" in lines[1]
    assert "LinkedIn Ann (31) signed out" in lines[2]
    assert "1 mailbox (maria@ourco.com 60 a day)" in lines[-1]
    assert "1 LinkedIn account" in lines[-1]


async def test_mailboxes_that_cannot_be_read_whole_are_read_as_a_list() -> None:
    lines = await found(
        sequence={"emailAccounts": [{"id": 21, "email": "maria@ourco.com"}]},
        mailboxes=[{**BOX, "connectionStatus": "disconnected"}],
        box=refusal(403, None),
    )
    assert "disconnected" in lines[1]

"""What a question says that will be sent, compared with what the sandbox then sends: generated sequences, schedules,
senders and people, for the tools that have a sequence write to people.

`make forecasts` tries a hundred of each tool.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reply_mcp.sandbox.simulation.sending_hours import ZONES
from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of
from tests.undo import changes_undone

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MAILBOXES = (12301, 12305, 12309, 12313, 12321, 12325)
TEN_DAYS = 10 * 86_400
NUMBERS = range(int(os.environ.get("FORECASTS", "2")))
ASKING = parse_policy("send=ask,delete=ask")
TOOLS = (
    "reply_start_sequence",
    "reply_bulk_start_sequences",
    "reply_add_contact_to_sequence",
    "reply_assign_email_account_to_sequence",
    "reply_assign_linkedin_account_to_sequence",
    "reply_update_sequence",
    "reply_change_status_in_sequence",
)


@pytest.fixture(scope="module")
def still() -> Iterator[Sandbox]:
    """A sandbox whose time stands still at that of the server."""
    from reply_mcp.sandbox import running

    with running(seed=5, rate_limits="none", stats_rate_limits="none", speed=0, start=datetime.now(UTC)) as one:
        yield Sandbox(one)


def hours(chance: random.Random) -> list[dict[str, Any]]:
    start, end = sorted(chance.sample(range(24), 2))
    times = [{"fromTime": {"hour": start, "minute": 0}, "toTime": {"hour": end, "minute": 30}}]
    return [{"weekDay": day, "isActive": chance.random() < 0.7, "timeRanges": times} for day in DAYS]


def step(chance: random.Random, number: int) -> dict[str, Any]:
    kind = chance.choice(("email", "email", "email", "linkedIn", "call"))
    made: dict[str, Any] = {"type": kind, "delayInMinutes": chance.choice((0, 0, 60, 1440, 2880))}
    made["executionMode"] = "manual" if kind == "call" else "automatic"
    if kind == "call":
        return {**made, "description": "Call them"}
    words = {"message": f"Text {number} for {{{{FirstName}}}}", "isEnabled": True}
    more = {"actionType": "message"} if kind == "linkedIn" else {}
    return {**made, **more, "variants": [{**words, "subject": f"Subject {number}"} if kind == "email" else words]}


class Plan:
    """One generated sequence with its schedule, senders and people."""

    def __init__(self, sandbox: Sandbox, tool: str, number: int) -> None:
        self.sandbox, self.store, self.tool = sandbox, sandbox.store, tool
        self.chance = chance = random.Random(f"{tool} {number}")
        self.now = sandbox.clock.now()
        self.before = 0
        self.zone = chance.choice(sorted(ZONES))
        self.by_person = chance.random() < 0.25
        schedule = {"name": "Ours", "timezoneId": self.zone, "excludeHolidays": False, "mainTimings": hours(chance)}
        schedule |= {"useProspectTimezone": self.by_person, "useFollowUpSchedule": chance.random() < 0.25}
        kept = self._post("/v3/schedules", **schedule, followUpTimings=hours(chance))
        mine = chance.sample(MAILBOXES, chance.choice((1, 1, 2)))
        for id in MAILBOXES:
            held = self.store.get("emailAccount", id) or {}
            limit = {**held["safety"], "dailyLimit": chance.choice((1, 2, 100))}
            off = id == mine[0] and chance.random() < 0.2
            state = "disconnected" if off else "connected"
            self.store.put("emailAccount", {**held, "safety": limit, "connectionStatus": state})
        steps = [step(chance, at) for at in range(chance.choice((1, 2, 3)))]
        joins_linkedin = tool == "reply_assign_linkedin_account_to_sequence"
        if joins_linkedin:
            text = {"message": "Text 0 for {{FirstName}}", "isEnabled": True}
            steps[0] = {**steps[0], "type": "linkedIn", "executionMode": "automatic", "actionType": "message"}
            steps[0]["variants"] = [text]
        body = {"name": "Ours", "steps": steps, "emailAccounts": mine, "scheduleId": kept["id"]}
        self.id = int(self._post("/v3/sequences", **body)["id"])
        own = self.store.get("sequence", self.id) or {}
        held = [610] if not joins_linkedin and chance.random() < 0.8 else []
        self.store.put("sequence", {**own, "_linkedInAccountIds": held})
        self.spare = next(id for id in MAILBOXES if id not in mine)
        self.people = [self._person(at) for at in range(chance.randrange(1, 6))]

    def _post(self, path: str, **body: Any) -> Any:
        answer = self.sandbox.http.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _person(self, at: int) -> int:
        profile = f"https://www.linkedin.com/in/forecast-{at}"
        made = {"firstName": f"P{at}", "lastName": "Roth", "email": f"p{at}@forecast.example", "linkedInUrl": profile}
        id = int(self._post("/v3/contacts", **made)["id"])
        held = self.store.get("contact", id) or {}
        if self.chance.random() < 0.15:
            held = {**held, "email": None}
        if self.by_person and self.chance.random() < 0.5:
            held = {**held, "timeZoneId": self.chance.choice(sorted(ZONES))}
        self.store.put("contact", held)
        return id

    def arguments(self) -> dict[str, Any]:
        """Puts the people where the call finds them; its arguments."""
        if self.tool == "reply_add_contact_to_sequence":
            self._run()
            return {"id": self.id, "contactIds": self.people}
        self._post(f"/v3/sequences/{self.id}/contact-links/bulk", contactIds=self.people)
        steps = [one["id"] for one in self.store.all("step", _sequenceId=self.id)]
        for held in self.store.all("membership", _sequenceId=self.id):
            moved = {"_stepId": steps[1], "_lastStepId": steps[0], "isContacted": True} if len(steps) > 1 else {}
            state = self.chance.choice(
                ({}, {}, {}, moved, {"status": "paused"}, {"status": "finished", "_stepId": None})
            )
            self.store.put("membership", {**held, **state})
        if self.tool == "reply_start_sequence":
            return {"id": self.id}
        if self.tool == "reply_bulk_start_sequences":
            return {"ids": [self.id]}
        self._run()
        if self.tool == "reply_assign_email_account_to_sequence":
            return {"id": self.id, "emailAccountId": self.spare}
        if self.tool == "reply_assign_linkedin_account_to_sequence":
            return {"id": self.id, "linkedInAccountId": 610}
        if self.tool == "reply_update_sequence":
            return {"id": self.id, "emailAccounts": [self.spare]}
        for held in self.store.all("membership", _sequenceId=self.id):
            self.store.put("membership", {**held, "status": "paused"})
        return {"id": self.id, "contactIds": self.people, "statusInSequence": "active"}

    def _run(self) -> None:
        self.store.put("sequence", {**(self.store.get("sequence", self.id) or {}), "status": "active"})
        for held in self.store.all("membership", _sequenceId=self.id):
            if held["status"] == "active":
                self.store.put("dueStep", {"id": held["id"], "at": held["_dueAt"], "held": False, "opening": None})

    def begin(self) -> None:
        """Does what is due already, which no question is about."""
        self.sandbox.app.state.kernel.run_due_work()
        self.before = len(self.store.all("outbox"))

    def sent(self) -> list[dict[str, Any]]:
        """What leaves in ten days from then."""
        self.sandbox.app.state.kernel.advance(TEN_DAYS)
        return [
            one
            for one in self.store.all("outbox")[self.before :]
            if one.get("sequenceId") == self.id and one["contactId"] in self.people
        ]


def number_in(text: str, pattern: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1].replace(",", "")) if found else None


def contradictions(plan: Plan, text: str, sent: list[dict[str, Any]]) -> Iterator[str]:
    """Where what was said and what was sent differ."""
    zone = ZoneInfo(ZONES[plan.zone])
    midnight = plan.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # The sandbox counts a mailbox's day by UTC.
    end = min(midnight, plan.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1))
    today = {one["contactId"] for one in sent if datetime.fromisoformat(one["at"]) < end}
    most = 1 if "today at the earliest" in text else number_in(text, r"up to ([\d,]+)[a-z ]* today") or 0
    if len(today) > most:
        yield f"{most} today, and {len(today)} got something"
    people = number_in(text, r"(?:to|enrolls) ([\d,]+) (?:person|people|contacts?)")
    if people is not None and len({one["contactId"] for one in sent}) > people:
        yield f"to {people} people, and more got something"
    if sent and ("nothing goes out" in text or "would write to none" in text or "would send to nobody" in text):
        yield "nothing, and something was sent"
    first = re.search(r"; first at \w+ (\d{4}-\d\d-\d\d \d\d:\d\d)", text)
    if first and sent and not plan.by_person and "follow-ups" not in text:
        opening = datetime.fromisoformat(first[1]).replace(tzinfo=zone)
        if min(datetime.fromisoformat(one["at"]) for one in sent) < opening:
            yield f"first at {opening}, and something left before"
    yield from (f"{one['from']} is not named" for one in sent if one["kind"] == "email" and one["from"] not in text)
    told = re.search(r"first (?:LinkedIn )?message to (P\d) Roth[^:]*: (.*)", text)
    if told and "who is without" not in told[0]:
        theirs = [one for one in sent if one.get("text") and told[1] in one["text"]]
        if theirs and str(min(theirs, key=lambda one: (one["at"], one["id"]))["text"]) not in told[2]:
            yield f"{told[0]!r}, and {theirs[0]['text']!r} came first"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("tool", TOOLS)
async def test_a_question_says_what_is_sent(still: Sandbox, tool: str, number: int) -> None:
    with changes_undone(still.app.state.kernel):
        plan = Plan(still, tool, number)
        terms = plan.arguments()
        plan.begin()
        async with agent_of(still, policy=ASKING, tools=(tool,)) as agent:
            text = (await agent(tool, **terms)).text
            code = re.search(r'confirm="(\w+)"', text)
            if code:
                await agent(tool, **terms, confirm=code[1])
        found = list(contradictions(plan, text, plan.sent()))
    assert not found, f"{found}\n{text}"

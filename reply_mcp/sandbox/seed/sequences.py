"""What a new sandbox has in sequences: their steps and people, and sixty days of what happened."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import Clock, iso
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.membership import assign_accounts, membership_doc
from reply_mcp.sandbox.records.sequence import DEFAULT_SETTINGS, steps_of
from reply_mcp.sandbox.records.step import step_doc
from reply_mcp.sandbox.seed.conversations import seed_categories, seed_conversations
from reply_mcp.sandbox.seed.steps import CONDITIONAL, LINKEDIN_ONLY, MAIL_ONLY, MULTICHANNEL, REMINDER, SHORT
from reply_mcp.sandbox.seed.tasks import seed_tasks, work_off
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.store import Doc, Store

FIRST_SEQUENCE, FIRST_STEP, FIRST_MEMBERSHIP = 1_208_401, 7_730_011, 55_100_001


@dataclass(frozen=True, slots=True)
class Plan:
    """A sequence of the seed: who owns it, its steps, accounts (by position), people, age in days, how it ends up.

    Where it is `stalled`, everyone is through with it while it is active.
    """

    name: str
    owner: int
    steps: tuple[Doc, ...]
    mailboxes: tuple[int, ...]
    profiles: tuple[int, ...]
    people: int
    age: int
    status: str = "active"
    archived: bool = False
    schedule: int = 0
    stalled: bool = False


PLANS = (
    Plan("Q4 Outbound: SaaS founders", 0, MAIL_ONLY, (0, 1), (), 46, 58),
    Plan("CTO outreach DACH", 0, MULTICHANNEL, (0,), (0,), 34, 52, schedule=1, stalled=True),
    Plan("Webinar follow-up", 0, CONDITIONAL, (1,), (0,), 38, 33),
    Plan("Renewal reminders", 3, REMINDER, (2,), (), 24, 45),
    Plan("LinkedIn warm-up", 0, LINKEDIN_ONLY, (), (0,), 26, 30),
    Plan("Trade fair leads", 2, MAIL_ONLY, (3, 4), (), 28, 24, schedule=2),
    Plan("Churned customers win-back", 1, SHORT, (2,), (), 22, 55, status="paused"),
    Plan("Partner recruiting 2026", 3, MULTICHANNEL, (4,), (2,), 18, 20),
    Plan("Series B companies", 0, MAIL_ONLY, (0,), (), 16, 3, status="new"),
    Plan("Ideas for January", 0, (), (), (), 0, 2, status="new"),
    Plan("Spring campaign 2026", 1, SHORT, (2,), (), 20, 59, status="paused", archived=True),
    Plan("Nurse scheduling, Midwest", 2, SHORT, (), (), 14, 12, status="new"),
)


def seed_sequences(store: Store, clock: Clock, rng: random.Random) -> None:
    """Fill sequences and inbox, and let what happened since happen."""
    team = min(one["id"] for one in store.all("team"))
    store.put("engine", {"id": 1, "seed": rng.randrange(1 << 30)})
    seed_categories(store, team)
    now = clock.now()
    for at, plan in enumerate(PLANS):
        _sequence(store, plan, FIRST_SEQUENCE + at * 7, team, now, rng)
    engine.run_until(store, now)
    work_off(store, now, rng)
    for at, plan in enumerate(PLANS):
        _settle(store, plan, FIRST_SEQUENCE + at * 7)
    _mark(store, now)
    seed_conversations(store, team, now, rng)
    seed_tasks(store, team, now, rng)


def _sequence(store: Store, plan: Plan, number: int, team: int, now: datetime, rng: random.Random) -> None:
    users = [one for one in store.all("user") if team in one["_teamIds"]]
    mailboxes = store.all("emailAccount", _teamId=team)
    profiles = store.all("linkedInAccount", _teamId=team)
    schedules = store.all("schedule", _teamId=team)
    maria = next(one for one in users if one["_role"] == "self")
    others = [one for one in users if one["_role"] != "self"]
    owner = maria if plan.owner == 0 else others[(plan.owner - 1) % len(others)]
    begun = now - timedelta(days=plan.age, hours=5)
    sequence = store.put(
        "sequence",
        {
            "id": number,
            "name": plan.name,
            "ownerUserId": owner["id"],
            "created": iso(begun),
            "status": "new" if plan.status == "new" else "active",
            "isArchived": False,
            "scheduleId": schedules[plan.schedule % len(schedules)]["id"],
            "settings": dict(DEFAULT_SETTINGS),
            "_emailAccountIds": [mailboxes[at]["id"] for at in plan.mailboxes],
            "_linkedInAccountIds": [profiles[at % len(profiles)]["id"] for at in plan.profiles],
            "_folderId": None,
            "_teamId": team,
        },
    )
    _steps(store, sequence, plan.steps)
    steps = steps_of(store, number)
    contacts = [one for one in store.all("contact", _teamId=team) if not one["isOptedOut"]]
    for contact in rng.sample(contacts, plan.people):
        joined = begun + timedelta(hours=rng.uniform(1, max(2, plan.age * 24 * 0.8)))
        membership = membership_doc(sequence, contact, steps[0], joined)
        if store.get("membership", FIRST_MEMBERSHIP) is None:
            membership["id"] = FIRST_MEMBERSHIP
        assign_accounts(store, sequence, membership)
        store.put("membership", membership)
        engine.wait_for_step(store, membership, steps[0], joined + engine.step_delay(steps[0]))


def _steps(store: Store, sequence: Doc, steps: tuple[Doc, ...]) -> None:
    """Keep the steps; in every third sequence one was changed later, so that it comes last in the order of saving."""
    kept: list[Doc] = []
    for given in steps:
        above = given.get("after", -1)
        parent = kept[above]["id"] if kept else None
        step = step_doc(store, sequence["id"], given, parent)
        if store.get("step", FIRST_STEP) is None:
            step["id"] = FIRST_STEP
        kept.append(store.put("step", step))
    if len(kept) > 2 and sequence["id"] % 3 != 1:
        changed = kept[1]
        store.put("step", {**changed, "_saved": kept[-1]["_saved"] + 0.5})


def _settle(store: Store, plan: Plan, number: int) -> None:
    sequence = store.get("sequence", number)
    assert sequence is not None
    if plan.stalled:
        for membership in store.all("membership", _sequenceId=number, status="active"):
            due_steps.cancel_step(store, membership["id"])
            end = membership["_lastStepAt"] or membership["addingDate"]
            store.put("membership", {**membership, "status": "finished", "_finishedAt": end, "_dueAt": None})
    if plan.status == "paused":
        store.put("sequence", {**sequence, "status": "paused", "isArchived": plan.archived})
        for membership in store.all("membership", _sequenceId=number):
            due_steps.cancel_step(store, membership["id"])
            if plan.archived:
                store.delete("membership", membership["id"])


def _mark(store: Store, now: datetime) -> None:
    """Some people were stopped by hand: two in fifteen of those who still wait."""
    waiting = [one for one in store.all("membership") if one["status"] == "active" and one["isContacted"]]
    for at, membership in enumerate(waiting):
        status = {3: "paused", 9: "inactive"}.get(at % 15)
        if status:
            due_steps.cancel_step(store, membership["id"])
            store.put("membership", {**membership, "status": status})

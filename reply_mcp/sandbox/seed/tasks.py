"""Tasks of each type that people made by hand, some late, some done; the steps of sequences made the others."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.records.task import TYPES, put_task, task_doc
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.simulation.task_completion import finish_task
from reply_mcp.sandbox.store import Store

WORDS: dict[str, tuple[str, str | None]] = {
    "toDo": ("Prepare the quarterly list of target accounts.", None),
    "call": ("Call {{FirstName}} about the open quote of {{Company}}.", None),
    "meeting": ("Demo with {{FullName}}: agenda, recording, next steps.", None),
    "linkedIn": ("Hi {{FirstName}}, congratulations on the new role!", None),
    "manualEmail": ("<p>Hi {{FirstName}},</p><p>as promised, the price list for {{Company}}.</p>", "Price list"),
    "sms": ("Hi {{FirstName}}, are we still on for tomorrow?", None),
    "whatsApp": ("Hi {{FirstName}}, the documents are in your inbox.", None),
}
# Days until due, and whether it is done.
STATES = ((-6, True), (-2, False), (0, False), (1, False), (9, False))


def seed_tasks(store: Store, team: int, now: datetime, rng: random.Random) -> None:
    """Five tasks of each type."""
    users = [one for one in store.all("user") if team in one["_teamIds"]]
    contacts = [one for one in store.all("contact", _teamId=team) if one["phone"] and one["email"]]
    for kind in TYPES:
        for at, (days, done) in enumerate(STATES):
            user = users[(at + TYPES.index(kind)) % len(users)]
            due = (now + timedelta(days=days)).replace(hour=16, minute=0, second=0, microsecond=0)
            task = task_doc(team, user["id"], kind, due - timedelta(days=12), due - timedelta(hours=6), due)
            body, subject = WORDS[kind]
            task["template"] = {"body": body, "subject": subject, "attachmentIdList": None}
            if kind != "toDo":
                task["_contactId"] = rng.choice(contacts)["id"]
            if kind == "linkedIn":
                task["linkedInTaskType"] = "message"
            if done:
                task |= {"status": "finished", "finishedAt": iso(due - timedelta(hours=1))}
            put_task(store, task)


def work_off(store: Store, now: datetime, rng: random.Random) -> None:
    """People did most of what sequences asked of them, about a day later; whoever it was about moved on."""
    for _ in range(4):
        for task in store.all("task", creationSource="sequence"):
            begun = instant(task["startAt"])
            if task["status"] == "new" and begun < now - timedelta(days=2) and rng.random() < 0.6:
                done = begun + timedelta(hours=rng.uniform(2, 30))
                finish_task(store, task, done, resolution=rng.choice((1, 2, 3)))
        engine.run_until(store, now)

"""Steps drawn by hypothesis, over contacts, lists, enrollment, blacklist, tasks, inbox, sequences and settings, with
faults among their requests: does any answer contradict what the sandbox holds, and does anything leave without consent?

    python -m tests.chaos.machine [--steps 2500] [--seed 1]

What is said to be done is so afterwards, and nothing else is otherwise; what is said not to be done, was asked about or
was declined has changed nothing; what is said to be unknown may be either. What is read equals what is held. Whoever
gets something is somebody to whom a person has agreed (or who got something before), is not blocked, and has not opted
out.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from reply_mcp.sandbox.simulation.conversations import add_message
from tests.chaos.faults import KINDS
from tests.chaos.stage import Decision, Desk, Outcome, Stage, staged
from tests.e2e.effect_cases import MAILBOX
from tests.wording import head_counts

DOMAIN = "model.example"
PEOPLE = 14
"""How many addresses there are: few, so that calls meet what others made."""
DAY = 86_400
SENDING = frozenset({"message", "thread", "membership", "sequence", "task", "approval", "contact"})
"""What sending changes."""
STEP = {
    "type": "email",
    "executionMode": "automatic",
    "variants": [{"subject": "Hi", "message": "<p>Hi {{FirstName}}</p>"}],
}
SLOW = frozenset({"trickle", "hang", "endless", "bomb", "latency"})
"""Faults that cost more than a moment; so do 429s."""
NUMBERS = st.integers(0, 999)
DECISIONS = st.sampled_from(["agrees", "agrees", "agrees", "declines", "cancels"])
UNREAD = re.compile(r"could not be read|could not look|is unknown")


def faults(kinds: tuple[dict[str, Any], ...], clean: int) -> st.SearchStrategy[dict[str, Any] | None]:
    """A fault for one of the first requests of a step, and perhaps for the tries after it; None in a part of them."""
    some = st.builds(
        lambda fault, skip, times: {**fault, "skip": skip, "times": times},
        st.sampled_from(kinds),
        st.integers(0, 3),
        st.sampled_from([1, 1, 3]),
    )
    return st.integers(0, 9).flatmap(lambda n: st.none() if n < clean else some)


def step(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule whose contradiction is noted where it is found; one that is not strict goes on from what is held then."""

    def decorate(function: Callable[..., None]) -> Any:
        @wraps(function)
        def noted(self: Machine, **given: Any) -> None:
            try:
                function(self, **given)
            except AssertionError as wrong:
                self.stage.figures.wrong.append(f"{function.__name__}: {wrong}")
                if self.strict:
                    raise

        return rule(**drawn)(noted)

    return decorate


class Machine(RuleBasedStateMachine):
    """One account and one server, for a run of steps."""

    stage: Stage
    strict = True
    quick = False
    """Without the faults that cost a second."""
    options: ClassVar[dict[str, Any]] = {}
    """Settings of the server."""
    fault = faults(KINDS, clean=5)

    desk: Desk
    lists: list[int]
    sequences: list[int]
    reachable: set[tuple[int, int]]
    """The sequence and the person of everything that may leave."""

    @initialize(host=st.sampled_from(["code", "legacy", "2026-07-28"]))
    def open(self, host: Any) -> None:
        self._opened = self.stage.served(host, **self.options)
        self.desk = self._opened.__enter__()
        self.store, world = self.stage.store, self.stage.world
        self.lists = [world.list]
        self.sequences = [world.sends, world.rests]
        self.drafts: list[int] = []
        self.tasks: list[int] = []
        active = {one["id"] for one in self.store.all("sequence") if one["status"] == "active"}
        members = self.store.all("membership")
        self.reachable = {(one["_sequenceId"], one["_contactId"]) for one in members if one["_sequenceId"] in active}

    def teardown(self) -> None:
        if hasattr(self, "_opened"):
            self._opened.__exit__(None, None, None)

    # People and lists

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def create_contact(self, n: int, fault: Any, decision: Decision) -> None:
        email = self._email(n)
        held = len(self._held(email))
        out = self._call("reply_create_contact", {"email": email, "firstName": f"Ann{n % 5}"}, fault, decision)
        self._check(out, {"contact"}, lambda: len(self._held(email)) == held + 1 == 1 and out.kinds == {"contact"})
        assert len(self._held(email)) <= 1, "one address, one contact"

    @step(n=NUMBERS, fault=fault, decision=DECISIONS, name=st.sampled_from(["title", "company", "city"]))
    def update_contact(self, n: int, name: str, fault: Any, decision: Decision) -> None:
        contact = self._contact(n)
        value = f"{name} {n}"
        out = self._call("reply_update_contact", {"id": contact["id"], name: value}, fault, decision)
        self._check(out, {"contact"}, lambda: self._contact_by(contact["id"])[name] == value, most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def add_note(self, n: int, fault: Any, decision: Decision) -> None:
        contact, text = self._contact(n), f"note {n % 7}"
        out = self._call("reply_add_contact_note", {"id": contact["id"], "note": text}, fault, decision)
        self._check(out, {"contactNote"}, lambda: len(out.made("contactNote")) == 1, most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS, out=st.booleans())
    def set_opted_out(self, n: int, out: bool, fault: Any, decision: Decision) -> None:
        contact = self._contact(n)
        given = {"contactIds": [contact["id"]], "isOptedOut": out}
        came = self._call("reply_set_contacts_opted_out", given, fault, decision)
        assert out or came.agreed or not came.changes, came.text
        right = lambda: self._contact_by(contact["id"])["isOptedOut"] is out  # noqa: E731
        self._check(came, {"contact", "membership"}, right, sends=not out)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def delete_contact(self, n: int, fault: Any, decision: Decision) -> None:
        contact = self._contact(n)
        out = self._call("reply_delete_contact", {"id": contact["id"]}, fault, decision)
        kinds = {"contact", "deletedContact", "contactList", "membership", "thread", "task", "approval", "message"}
        self._check(out, kinds, lambda: self.store.get("contact", contact["id"]) is None, asks=True)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def create_list(self, n: int, fault: Any, decision: Decision) -> None:
        name = f"List {n % 6}"
        out = self._call("reply_create_list", {"name": name}, fault, decision)
        self._check(out, {"contactList"}, lambda: len(out.made("contactList")) == 1, most=1)
        self.lists += out.made("contactList")
        assert len(self.store.all("contactList", name=name)) <= 1

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def rename_list(self, n: int, fault: Any, decision: Decision) -> None:
        id, name = self._pick(self.lists, n), f"Renamed {n % 9}"
        out = self._call("reply_rename_list", {"id": id, "name": name}, fault, decision)
        self._check(out, {"contactList"}, lambda: self._doc("contactList", id)["name"] == name, most=1)

    @step(n=NUMBERS, some=st.lists(NUMBERS, min_size=1, max_size=4), fault=fault, decision=DECISIONS)
    def add_to_list(self, n: int, some: list[int], fault: Any, decision: Decision) -> None:
        id, contacts = self._pick(self.lists, n), sorted({self._contact(one)["id"] for one in some})
        before = set(self._doc("contactList", id)["_contactIds"])
        out = self._call("reply_add_contacts_to_list", {"id": id, "contactIds": contacts}, fault, decision)
        self._check(
            out,
            {"contactList"},
            lambda: set(self._doc("contactList", id)["_contactIds"]) == before | set(contacts),
            most=1,
        )
        if out.claim == "done" and (counts := re.search(r"^(\d+|All) of (\d+) contacts on", out.text)):
            assert (int(counts[1]), int(counts[2])) == (len(contacts), len(contacts)), out.text

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def delete_list(self, n: int, fault: Any, decision: Decision) -> None:
        if len(self.lists) < 2:
            return
        id = self._pick(self.lists[1:], n)
        out = self._call("reply_delete_list", {"id": id}, fault, decision)
        self._check(out, {"contactList"}, lambda: self.store.get("contactList", id) is None, asks=True, most=1)
        self.lists = [one for one in self.lists if self.store.get("contactList", one)]

    @step(n=NUMBERS, fault=fault)
    def find_contact(self, n: int, fault: Any) -> None:
        email = self._email(n)
        out = self._call("reply_search_contacts", {"email": email}, fault)
        self._read(out, {one["id"] for one in self._held(email)})

    @step(n=NUMBERS, fault=fault)
    def who_is_on_the_list(self, n: int, fault: Any) -> None:
        id = self._pick(self.lists, n)
        held = self._doc("contactList", id)["_contactIds"]
        out = self._call("reply_filter_contacts", {"listId": id, "top": 1000}, fault)
        if len(held) <= 60:
            self._read(out, {one for one in held if self.store.get("contact", one)})

    @step(n=NUMBERS, fault=fault)
    def get_contact(self, n: int, fault: Any) -> None:
        contact = self._contact(n)
        out = self._call("reply_get_contact", {"id": contact["id"]}, fault)
        if self._answered(out):
            held = self._contact_by(contact["id"])
            for name in ("email", "title", "city"):
                assert not held.get(name) or str(held[name]) in out.text, (name, held[name], out.text)

    @step(n=NUMBERS, fault=fault)
    def brief(self, n: int, fault: Any) -> None:
        contact = self._contact(n)
        out = self._call("reply_contact_brief", {"contact": str(contact["id"])}, fault)
        if not self._answered(out) or UNREAD.search(out.text):
            return
        for one in self.store.all("contactList"):
            if contact["id"] in one["_contactIds"] and (one["isShared"] or one["_userId"] == 70411):
                assert one["name"] in out.text, (one["name"], out.text)
        text = out.text.lower()
        assert ("opted out" in text) >= bool(contact["isOptedOut"]), out.text
        assert ("blacklist" in text) >= self._blocked(contact), out.text

    # Sequences and who is in them

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def create_sequence(self, n: int, fault: Any, decision: Decision) -> None:
        given = {"name": f"Sequence {n % 4}", "steps": [{**STEP, "delayInMinutes": 0}], "emailAccounts": [MAILBOX]}
        out = self._call("reply_create_sequence", given, fault, decision)
        right = lambda: len(out.made("sequence")) == 1 and len(out.made("step")) == 1  # noqa: E731
        self._check(out, {"sequence", "step"}, right)
        assert len(out.made("sequence")) <= 1, out.texts
        self.sequences += out.made("sequence")
        self.drafts += out.made("sequence")

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def rename_sequence(self, n: int, fault: Any, decision: Decision) -> None:
        id, name = self._pick(self.sequences, n), f"Called {n}"
        out = self._call("reply_update_sequence", {"id": id, "name": name}, fault, decision)
        self._check(out, {"sequence"}, lambda: self._doc("sequence", id)["name"] == name, most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def start_sequence(self, n: int, fault: Any, decision: Decision) -> None:
        id = self._pick(self.sequences, n)
        was = self._doc("sequence", id)["status"]
        out = self._call("reply_start_sequence", {"id": id}, fault, decision)
        if out.agreed and out.claim != "not done":
            self.reachable |= {(id, one["_contactId"]) for one in self.store.all("membership", _sequenceId=id)}
        right = lambda: self._doc("sequence", id)["status"] == "active"  # noqa: E731
        self._check(out, SENDING, right, sends=True, asks=was != "active")

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def pause_sequence(self, n: int, fault: Any, decision: Decision) -> None:
        id = self._pick(self.sequences, n)
        out = self._call("reply_pause_sequence", {"id": id}, fault, decision)
        self._check(out, {"sequence"}, lambda: self._doc("sequence", id)["status"] != "active", most=1)
        if out.claim == "done":
            self.reachable = {one for one in self.reachable if one[0] != id}

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def delete_sequence(self, n: int, fault: Any, decision: Decision) -> None:
        if not self.drafts:
            return
        id = self._pick(self.drafts, n)
        out = self._call("reply_delete_sequence", {"id": id}, fault, decision)
        kinds = {"sequence", "step", "membership", "thread", "task", "contact", "sequenceFolder", "approval"}
        self._check(out, kinds, lambda: self.store.get("sequence", id) is None, asks=True)
        self.sequences = [one for one in self.sequences if self.store.get("sequence", one)]
        self.drafts = [one for one in self.drafts if self.store.get("sequence", one)]

    @step(n=NUMBERS, some=st.lists(NUMBERS, min_size=1, max_size=3), fault=fault, decision=DECISIONS)
    def enroll(self, n: int, some: list[int], fault: Any, decision: Decision) -> None:
        id, contacts = self._pick(self.sequences, n), sorted({self._contact(one)["id"] for one in some})
        running = self._doc("sequence", id)["status"] == "active"
        before = self._members(id)
        never = {one for one in contacts if self._never(self._contact_by(one))}
        given = {"id": id, "contactIds": contacts}
        out = self._call("reply_add_contact_to_sequence", given, fault, decision)
        after = self._members(id)
        assert before <= after <= before | set(contacts), out.text
        assert not (after - before) & never, f"somebody who must not be written to was enrolled: {out.text}"
        if out.agreed and out.claim != "not done":
            self.reachable |= {(id, one) for one in contacts}
        if out.claim == "done":
            head = next((line for line in out.text.splitlines() if " enrolled" in line and head_counts(line)), "")
            counts = head_counts(head)
            said = counts[0] if counts else len(re.findall(r"^Contact \d+: enrolled", out.text, re.MULTILINE))
            assert said == len(after - before), (len(after - before), self.given)
        self._check(out, SENDING, lambda: True, sends=running, asks=running)

    @step(n=NUMBERS, one=NUMBERS, fault=fault, decision=DECISIONS)
    def remove_from_sequence(self, n: int, one: int, fault: Any, decision: Decision) -> None:
        id = self._pick(self.sequences, n)
        members = sorted(self._members(id))
        if not members:
            return
        contact = self._pick(members, one)
        given = {"id": id, "contactId": contact}
        out = self._call("reply_remove_contact_from_sequence", given, fault, decision)
        self._check(
            out, {"membership", "task", "approval", "contact"}, lambda: contact not in self._members(id), asks=True
        )
        if out.claim == "done":
            self.reachable.discard((id, contact))

    @step(
        n=NUMBERS,
        one=NUMBERS,
        status=st.sampled_from(["active", "paused", "finished"]),
        fault=fault,
        decision=DECISIONS,
    )
    def change_status(self, n: int, one: int, status: str, fault: Any, decision: Decision) -> None:
        id = self._pick(self.sequences, n)
        running = self._doc("sequence", id)["status"] == "active"
        members = {row["_contactId"]: row for row in self.store.all("membership", _sequenceId=id)}
        if not members:
            return
        contact = self._pick(sorted(members), one)
        never = self._never(self._contact_by(contact))
        was = members[contact]["status"]
        given = {"id": id, "contactIds": [contact], "statusInSequence": status}
        out = self._call("reply_change_status_in_sequence", given, fault, decision)
        now = self.store.get("membership", members[contact]["id"]) or {}
        if status == "active" and out.agreed and out.claim != "not done":
            self.reachable.add((id, contact))
        assert not (never and status == "active" and was != "active" and now["status"] == "active"), out.text
        said = re.search(r"^0 of 1 contact", out.text)
        self._check(
            out,
            SENDING,
            lambda: now["status"] == status or bool(said) or bool(out.sent),
            sends=status == "active" and running,
        )
        if out.claim == "done" and status != "active" and not said:
            self.reachable.discard((id, contact))

    @step(n=NUMBERS, fault=fault)
    def who_is_in_the_sequence(self, n: int, fault: Any) -> None:
        id = self._pick(self.sequences, n)
        out = self._call("reply_list_sequence_contacts", {"id": id, "top": 100}, fault)
        self._read(out, self._members(id))

    @step(n=NUMBERS, fault=fault)
    def how_many_are_in_the_sequence(self, n: int, fault: Any) -> None:
        id = self._pick(self.sequences, n)
        out = self._call("reply_count_sequence_contacts", {"id": id}, fault)
        if self._answered(out):
            found = re.search(r": (?:at least )?(\d+|no) contact", out.text)
            assert found, out.text
            count = 0 if found[1] == "no" else int(found[1])
            assert count == len(self._members(id)), (len(self._members(id)), out.text)

    @step(n=NUMBERS, fault=fault)
    def get_sequence(self, n: int, fault: Any) -> None:
        id = self._pick(self.sequences, n)
        out = self._call("reply_get_sequence", {"id": id}, fault)
        if self._answered(out):
            held = self._doc("sequence", id)
            assert held["name"] in out.text, out.text
            assert held["status"] in out.text.lower(), (held["status"], out.text)

    # Whom not to write to

    @step(n=NUMBERS, fault=fault, decision=DECISIONS, kind=st.sampled_from(["email", "contact"]))
    def block(self, n: int, kind: str, fault: Any, decision: Decision) -> None:
        if kind == "email":
            email = self._email(n)
            out = self._call("reply_create_blacklist_email_rule", {"pattern": email}, fault, decision)
        else:
            contact = self._contact(n)
            email = contact["email"]
            out = self._call("reply_blacklist_contact", {"id": contact["id"], "scope": "email"}, fault, decision)
        rules = self.store.all("blacklistEmail")
        assert sum(one["pattern"] == email for one in rules) <= 1, out.text
        self._check(out, {"blacklistEmail", "contact", "membership"}, lambda: self._blocked({"email": email}))

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def unblock(self, n: int, fault: Any, decision: Decision) -> None:
        rules = [one for one in self.store.all("blacklistEmail") if one["pattern"].endswith(DOMAIN)]
        if not rules:
            return
        id = self._pick([one["id"] for one in rules], n)
        out = self._call("reply_delete_blacklist_email_rule", {"id": id}, fault, decision)
        right = lambda: self.store.get("blacklistEmail", id) is None  # noqa: E731
        self._check(out, {"blacklistEmail", "contact", "membership"}, right, asks=True, sends=True)

    @step(fault=fault)
    def who_is_blocked(self, fault: Any) -> None:
        out = self._call("reply_list_blacklist_email_rules", {"search": DOMAIN, "top": 100}, fault)
        self._read(out, {one["id"] for one in self.store.all("blacklistEmail") if DOMAIN in one["pattern"]})

    # Tasks

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def create_task(self, n: int, fault: Any, decision: Decision) -> None:
        contact = self._contact(n)
        given = {
            "taskType": "call",
            "startAt": "2026-03-05T08:00:00Z",
            "dueTo": f"2026-03-{10 + n % 3}",
            "contactId": contact["id"],
        }
        out = self._call("reply_create_task", given, fault, decision)
        self._check(out, {"task"}, lambda: len(out.made("task")) == 1, most=1)
        self.tasks += out.made("task")

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def move_task(self, n: int, fault: Any, decision: Decision) -> None:
        if not self.tasks:
            return
        id, day = self._pick(self.tasks, n), f"2027-01-{10 + n % 20}"
        out = self._call("reply_update_task", {"id": id, "dueTo": day}, fault, decision)
        self._check(out, {"task"}, lambda: self._doc("task", id)["dueTo"].startswith(day), most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def complete_task(self, n: int, fault: Any, decision: Decision) -> None:
        if not self.tasks:
            return
        id = self._pick(self.tasks, n)
        out = self._call("reply_complete_task", {"id": id}, fault, decision)
        self._check(out, {"task"}, lambda: self._doc("task", id)["status"] in ("finished", "archived"), most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def delete_task(self, n: int, fault: Any, decision: Decision) -> None:
        if not self.tasks:
            return
        id = self._pick(self.tasks, n)
        out = self._call("reply_delete_task", {"id": id}, fault, decision)
        gone = lambda: (self.store.get("task", id) or {}).get("status") in (None, "archived", "cancelled", "canceled")  # noqa: E731
        self._check(out, {"task"}, gone, asks=True, most=1)
        self.tasks = [one for one in self.tasks if self.store.get("task", one)]

    @step(n=NUMBERS, fault=fault)
    def tasks_of(self, n: int, fault: Any) -> None:
        contact = self._contact(n)
        out = self._call("reply_list_my_tasks", {"contactId": contact["id"], "status": "new", "top": 100}, fault)
        self._read(
            out, {one["id"] for one in self.store.all("task", contactId=contact["id"]) if one["status"] == "new"}
        )

    # Inbox

    @step(n=NUMBERS, fault=fault, decision=DECISIONS, late=st.sampled_from([False, False, True]))
    def reply(self, n: int, fault: Any, decision: Decision, late: bool) -> None:
        thread, text = self.stage.world.thread, f"Answer {n % 5}"
        wrote: list[bool] = []

        def writes_again() -> None:
            wrote.append(True)
            held = self._doc("thread", thread)
            add_message(
                self.store,
                held,
                self.stage.sandbox.clock.now(),
                "<p>STOP. Never write to me again.</p>",
                outbound=False,
            )

        given = {"id": thread, "message": text, "channel": "email"}
        out = self._call("reply_send_inbox_reply", given, fault, decision, meanwhile=writes_again if late else None)
        if wrote:
            # A host asks anew, about what they wrote.
            assert not out.sent or "STOP" in out.asked[-1], f"sent over what they wrote meanwhile: {self.given}"
            return
        sent = [one for one in out.sent if one["kind"] == "email" and text in one["text"]]
        assert len(sent) <= 1, out.texts
        self._check(
            out, {"message", "thread", "contact", "membership", "task"}, lambda: len(sent) == 1, asks=True, sends=True
        )

    @step(fault=fault, decision=DECISIONS, read=st.booleans())
    def mark(self, fault: Any, decision: Decision, read: bool) -> None:
        thread = self.stage.world.thread
        tool = "reply_mark_threads_read" if read else "reply_mark_threads_unread"
        out = self._call(tool, {"threadIds": [thread]}, fault, decision)
        self._check(out, {"thread"}, lambda: self._doc("thread", thread)["isRead"] is read, most=1)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def categorize(self, n: int, fault: Any, decision: Decision) -> None:
        thread = self.stage.world.thread
        categories = [one["id"] for one in self.store.all("category") if one.get("_userId") in (None, 70411)]
        category = self._pick(categories, n)
        given = {"id": thread, "categoryId": category}
        out = self._call("reply_change_inbox_category", given, fault, decision)
        self._check(out, {"thread"}, lambda: self._doc("thread", thread)["_categoryId"] == category, most=1)

    @step(fault=fault)
    def get_thread(self, fault: Any) -> None:
        thread = self.stage.world.thread
        out = self._call("reply_get_thread", {"id": thread}, fault)
        if self._answered(out) and not UNREAD.search(out.text):
            last = self.store.all("message", _threadId=thread)[-1]
            assert re.sub("<[^>]+>", "", last["body"]).strip() in out.text, (last, out.text)

    # Settings

    @step(on=st.booleans(), fault=fault, decision=DECISIONS)
    def track_links(self, on: bool, fault: Any, decision: Decision) -> None:
        was = self._links_tracked()
        given = {"emails": {"isLinksTrackingEnabled": on}}
        out = self._call("reply_update_settings", given, fault, decision)
        # What waited is looked at anew when settings change.
        kinds = {"userSettings", *SENDING}
        self._check(out, kinds, lambda: self._links_tracked() is on, asks=was is not on, sends=True)

    @step(n=NUMBERS, fault=fault, decision=DECISIONS)
    def copy_mail(self, n: int, fault: Any, decision: Decision) -> None:
        given = {"emails": {"inbox": {"bccList": f"copies{n % 3}@elsewhere.example"}}}
        out = self._call("reply_update_settings", given, fault, decision)
        assert out.agreed or not out.changes, f"copies without consent: {out.texts}"
        self._check(out, {"userSettings", *SENDING}, lambda: True, sends=True)

    @step(fault=fault)
    def get_settings(self, fault: Any) -> None:
        out = self._call("reply_get_settings", {}, fault)
        if self._answered(out) and not UNREAD.search(out.text):
            assert ("link tracking" in out.text) is self._links_tracked(), out.text

    # Time

    @step(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        before = len(self.store.all("outbox"))
        # Whoever opts out by the very mail that they get is sent nothing after it.
        never = {one["id"] for one in self.store.all("contact") if self._never(one)}
        self.stage.kernel.advance(hours * 3600)
        self._lawful(self.store.all("outbox")[before:], never)
        self.stage.figures.steps += 1
        self.stage.figures.rules["time_passes"] += 1

    # What the rules share

    def _call(
        self, tool: str, given: dict[str, Any], fault: Any, decision: Decision = "declines", **more: Any
    ) -> Outcome:
        if fault and self.quick and (fault["kind"] in SLOW or fault.get("status") == 429):
            fault = None
        out = self.desk.call(tool, given, decision=decision, fault=fault, **more)
        self.stage.figures.steps += 1
        self.stage.figures.rules[tool] += 1
        self.given = f"{tool} {given} ({fault}, the person {decision}): {out.texts} {sorted(out.changes)}"
        if not out.agreed:
            assert not out.sent, f"sent without consent: {self.given}"
        return out

    def _check(
        self,
        out: Outcome,
        kinds: set[str] | frozenset[str],
        right: Callable[[], bool],
        *,
        most: int | None = None,
        asks: bool = False,
        sends: bool = False,
    ) -> None:
        """What was said is so.

        Args:
            kinds: what the step may change, at `most` so many of them.
            right: whether it is done.
            asks: whether it must be asked about.
            sends: whether something may leave because of it.
        """
        if out.claim in ("not done", "asked"):
            assert not out.changes, f"said not to be done: {self.given}"
        else:
            assert out.claim == "done" or "reply_" in out.text, f"names no read that settles it: {self.given}"
            assert out.kinds <= kinds, f"changed {out.kinds - kinds}: {self.given}"
            assert most is None or len(out.changes) <= most, f"changed more: {self.given}"
        if out.claim == "done":
            assert right(), f"said to be done: {self.given}"
        assert not asks or out.agreed or not out.changes, f"done without consent: {self.given}"
        assert sends or not out.sent, f"sent: {out.sent} {self.given}"
        if out.sent and "send_inbox_reply" not in self.given:
            self._lawful(out.sent, set())

    def _lawful(self, sent: list[dict[str, Any]], never: set[int]) -> None:
        """Nobody gets what they must not."""
        for one in sent:
            if one.get("action") == "withdrawInvitation":
                continue  # a standing order of the account
            if one["kind"] not in ("email", "linkedIn", "sms") or one.get("purpose", "sequence") != "sequence":
                assert one.get("purpose") not in ("direct", "inboxReply", "task", "test", "forward"), one
                continue
            assert (one["sequenceId"], one["contactId"]) in self.reachable, f"without consent: {one}"
            assert one["contactId"] not in never, f"to somebody who is blocked or opted out: {one}"

    def _answered(self, out: Outcome) -> bool:
        assert not out.changes, f"a read changed something: {self.given}"
        if out.claim != "done":
            assert "may have been" not in out.text, f"a read: {self.given}"
            return False
        return True

    def _read(self, out: Outcome, right: set[int]) -> None:
        """The rows that were read are those that are held."""
        if self._answered(out):
            rows = {int(one) for one in re.findall(r"^(\d+) ", out.text, re.MULTILINE)}
            if len(right) == 1 and not rows:
                assert str(next(iter(right))) in out.text, f"not {right}: {self.given}"
                return
            assert rows == right, f"not {right}: {self.given}"

    def _pick(self, some: list[int], n: int) -> int:
        return some[n % len(some)]

    def _doc(self, kind: str, id: int) -> dict[str, Any]:
        return self.store.get(kind, id) or {}

    def _email(self, n: int) -> str:
        return f"person{n % PEOPLE}@{DOMAIN}"

    def _held(self, email: str) -> list[dict[str, Any]]:
        return [one for one in self.store.all("contact") if one["email"] == email]

    def _contact(self, n: int) -> dict[str, Any]:
        """One of those whom steps have made, or one of the prepared."""
        made = [one for one in self.store.all("contact") if str(one["email"]).endswith(DOMAIN)]
        world = self.stage.world
        prepared = [self._doc("contact", one) for one in (world.idle, world.going, world.resting)]
        some = [*made, *(one for one in prepared if one)]
        return some[n % len(some)] if some else self.store.all("contact", _teamId=31007)[0]

    def _contact_by(self, id: int) -> dict[str, Any]:
        return self._doc("contact", id)

    def _members(self, sequence: int) -> set[int]:
        return {one["_contactId"] for one in self.store.all("membership", _sequenceId=sequence)}

    def _blocked(self, contact: dict[str, Any]) -> bool:
        return any(one["pattern"] == contact["email"] for one in self.store.all("blacklistEmail"))

    def _never(self, contact: dict[str, Any]) -> bool:
        return bool(contact.get("isOptedOut")) or self._blocked(contact)

    def _links_tracked(self) -> bool:
        from reply_mcp.sandbox.records.settings import user_settings

        user = self.store.get("user", 70411) or {}
        return bool(user_settings(self.store, user)["emails"]["isLinksTrackingEnabled"])


def run(
    on: Stage,
    *,
    runs: int,
    steps: int,
    seeded: int,
    strict: bool = True,
    quick: bool = False,
    shrink: bool = False,
    **options: Any,
) -> None:
    """So many runs of so many steps each.

    Args:
        strict: whether the first contradiction ends it; all are in the stage's figures.
        quick: whether faults that cost a second are left out.
        shrink: whether the shortest steps to a contradiction are looked for.
        options: settings of the server.
    """
    kind = type("Machine", (Machine,), {"stage": on, "strict": strict, "quick": quick, "options": options})
    found = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
        print_blob=False,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(seeded)(kind), settings=found)


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--steps", type=int, default=2500)
    options.add_argument(
        "--each", type=int, default=60, help="steps of one run, which begins from the prepared account"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--shrink", action="store_true", help="look for the shortest steps to what was found")
    given = options.parse_args()
    began = time.monotonic()
    with staged() as stage:
        seeded, figures = given.seed, stage.figures
        while figures.steps < given.steps:
            runs = -(-(given.steps - figures.steps) // given.each) + 1
            run(stage, runs=runs, steps=given.each, seeded=seeded, strict=given.shrink, shrink=given.shrink)
            seeded += 1
    print(stage.figures.table(), f"\n{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if stage.figures.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The tools that write to a person, each with somebody behind it, and what speaks against writing to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reply_mcp.catalog.lookups.contactable import LIVE_DAYS
from reply_mcp.sandbox.simulation.events import record_sequence_event
from reply_mcp.sandbox.simulation.task_completion import schedule_task
from tests.conftest import Sandbox
from tests.e2e.correspondence import person, thread
from tests.e2e.effect_cases import LINKEDIN, MAILBOX, Arguments, World
from tests.sandbox.sequence_calls import EMAIL, create

Doc = dict[str, Any]
SUBJECT = "Eve"
VOICE = 77
CROWD = 11
"""People beside them where a door reads many at a time."""


class Scene(World):
    """The world with people who are nobody's business yet, and a sequence whose first step is a task."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.crowd = [person(sandbox, "Ida", email=f"ida{at}@beside.example")["id"] for at in range(CROWD)]
        manual = {**EMAIL, "executionMode": "manual"}
        tasks = create(sandbox.http, name="By hand", steps=[manual, EMAIL], emailAccounts=[MAILBOX])
        self.by_hand = int(tasks["id"])
        self.store.put("attachment", {"id": VOICE, "fileName": "hi.wav", "lengthInSeconds": 3, "_teamId": 31007})

    def eve(self) -> Doc:
        """Somebody whom nothing is against."""
        return person(self.sandbox, SUBJECT, linkedInUrl="https://www.linkedin.com/in/eve-roth-behind-the-door")

    def place(self, contact: Doc, sequence: int, **state: Any) -> None:
        """Puts somebody into a sequence, in this state."""
        if not [
            one for one in self.store.all("membership", _contactId=contact["id"]) if one["_sequenceId"] == sequence
        ]:
            self._enroll(sequence, [contact["id"]])
        held = next(
            one for one in self.store.all("membership", _contactId=contact["id"]) if one["_sequenceId"] == sequence
        )
        if state:
            self.store.delete("dueStep", held["id"])
        self.store.put("membership", {**held, **state})

    def happened(self, contact: Doc, sequence: int, *kinds: str) -> None:
        """Reports that this came of the first email of a sequence to somebody who is in it."""
        held = next(
            one for one in self.store.all("membership", _contactId=contact["id"]) if one["_sequenceId"] == sequence
        )
        step = next(iter(self.store.all("step", _sequenceId=sequence)))
        yesterday = self.sandbox.clock.now() - timedelta(days=1)
        for kind in kinds:
            more = {"bounceType": "hard"} if kind == "bounced" else {}
            record_sequence_event(self.store, kind, yesterday, held, step, **more)

    def on_list(self, *ids: int) -> int:
        """The id of a new list of these people."""
        id = int(self.sandbox.http.post("/v3/contact-lists", json={"name": "Behind the door"}).json()["id"])
        self.sandbox.http.post(f"/v3/contact-lists/{id}/add-contacts", json={"contactIds": list(ids)})
        return id

    def task_of(self, contact: Doc, *, of_sequence: bool) -> int:
        """The id of an open email task for somebody."""
        if of_sequence:
            self.place(contact, self.by_hand)
            if self.sandbox.get(f"/v3/sequences/{self.by_hand}")["status"].lower() != "active":
                assert self.sandbox.http.post(f"/v3/sequences/{self.by_hand}/start").status_code == 200
            self.sandbox.app.state.kernel.advance(0)
        else:
            body = {
                "taskType": "manualEmail",
                "startAt": "2026-03-04T08:00:00Z",
                "dueTo": "2026-03-06T08:00:00Z",
                "contactId": contact["id"],
                "template": {"subject": "Hi", "body": "Hello"},
            }
            assert self.sandbox.http.post("/v3/tasks", json=body).status_code < 300
        return int(
            next(one["id"] for one in self.store.all("task", _contactId=contact["id"]) if one["status"] == "new")
        )

    def scheduled_task(self) -> int:
        """The id of an email task for somebody else that Reply carries out by itself."""
        task = self.store.get("task", self.task_of({"id": self.crowd[0]}, of_sequence=False))
        assert task is not None
        return int(schedule_task(self.store, {**task, "startAt": "2026-03-05T08:00:00Z"})["id"])


Made = tuple[Doc, Arguments]
"""Who is behind the door, and the call that opens it."""


@dataclass(frozen=True)
class Door:
    """One way of a tool to reach a person.

    Attributes:
        tool: that opens it.
        make: puts somebody behind it.
        several: whether others are behind it, who may be written to all the same.
    """

    tool: str
    make: Callable[[Scene], Made]
    several: bool = False


def eve_and(arguments: Callable[[Scene, Doc], Arguments]) -> Callable[[Scene], Made]:
    def make(scene: Scene) -> Made:
        eve = scene.eve()
        return eve, arguments(scene, eve)

    return make


def placed(status: str, arguments: Callable[[Scene, Doc], Arguments], **marks: Any) -> Callable[[Scene], Made]:
    """Somebody who stands in the running sequence in this state."""

    def make(scene: Scene) -> Made:
        eve = scene.eve()
        scene.place(eve, scene.sends, status=status, isContacted=True, **marks)
        return eve, arguments(scene, eve)

    return make


def among_others(arguments: Callable[[Scene, list[int]], Arguments], **marks: Any) -> Callable[[Scene], Made]:
    """Somebody in that sequence among more people than are read one by one."""

    def make(scene: Scene) -> Made:
        eve = scene.eve()
        for id in (eve["id"], *scene.crowd):
            scene.place({"id": id}, scene.sends, status="paused", isContacted=True, **marks)
        return eve, arguments(scene, [eve["id"], *scene.crowd])

    return make


def in_rests(arguments: Callable[[Scene], Arguments]) -> Callable[[Scene], Made]:
    def make(scene: Scene) -> Made:
        eve = scene.eve()
        scene.place(eve, scene.rests)
        return eve, arguments(scene)

    return make


def answering(channel: str) -> Callable[[Scene], Made]:
    def make(scene: Scene) -> Made:
        eve = scene.eve()
        id = thread(scene.sandbox, eve, ("we", "<p>Hi</p>"), ("they", "<p>How much?</p>"), channel=channel)
        return eve, {"id": id, "message": "Forty a month."}

    return make


def draft(items: bool) -> Callable[[Scene], Made]:
    def make(scene: Scene) -> Made:
        held = [one for one in scene.store.all("approval") if not one.get("_decided")][:3]
        pairs = [{"sequenceId": one["_sequenceId"], "contactId": one["_contactId"]} for one in held]
        eve = scene.store.get("contact", pairs[0]["contactId"]) or {}
        return eve, {"items": pairs} if items else pairs[0]

    return make


def linkedin(*, connected: bool = True, **more: Any) -> Callable[[Scene], Made]:
    def make(scene: Scene) -> Made:
        eve = scene.eve()
        if connected:
            scene.place(eve, scene.rests, status="finished", _isConnected=True)
        return eve, {"id": eve["id"], "linkedInAccountId": LINKEDIN, **more}

    return make


def ids(eve: Doc, **more: Any) -> Arguments:
    return {"contactIds": [eve["id"]], **more}


DOORS: dict[str, Door] = {
    "enroll one": Door(
        "reply_add_contact_to_sequence", eve_and(lambda s, eve: {"id": s.sends, "contactIds": [eve["id"]]})
    ),
    "enroll by address": Door(
        "reply_add_contact_to_sequence", eve_and(lambda s, eve: {"id": s.sends, "contactIds": [eve["email"]]})
    ),
    "enroll a few": Door(
        "reply_add_contact_to_sequence",
        eve_and(lambda s, eve: {"id": s.sends, "contactIds": [*s.crowd[:2], eve["id"]]}),
        several=True,
    ),
    "enroll many": Door(
        "reply_add_contact_to_sequence",
        eve_and(lambda s, eve: {"id": s.sends, "contactIds": [*s.crowd, eve["id"]]}),
        several=True,
    ),
    "enroll a list": Door(
        "reply_add_contact_to_sequence",
        eve_and(lambda s, eve: {"id": s.sends, "listId": s.on_list(eve["id"], *s.crowd)}),
        several=True,
    ),
    "import": Door(
        "reply_import_contacts",
        eve_and(
            lambda s, eve: {
                "items": [{"email": eve["email"], "firstName": SUBJECT}],
                "options": {"sequenceId": s.sends},
            }
        ),
    ),
    "import without those": Door(
        "reply_import_contacts",
        eve_and(
            lambda s, eve: {
                "items": [{"email": one, "firstName": "X"} for one in (eve["email"], "new@behind.example")],
                "options": {"sequenceId": s.sends},
                "skipInvalid": True,
            }
        ),
        several=True,
    ),
    "move": Door("reply_move_contact_to_sequence", eve_and(lambda s, eve: {"id": eve["id"], "sequenceId": s.sends})),
    "resume": Door(
        "reply_change_status_in_sequence",
        placed("paused", lambda s, eve: ids(eve, id=s.sends, statusInSequence="active")),
    ),
    "resume many": Door(
        "reply_change_status_in_sequence",
        among_others(lambda s, all: {"id": s.sends, "contactIds": all, "statusInSequence": "active"}),
        several=True,
    ),
    "resume everywhere": Door(
        "reply_set_status_in_all_sequences", placed("paused", lambda s, eve: ids(eve, statusInSequence="active"))
    ),
    "resume many everywhere": Door(
        "reply_set_status_in_all_sequences",
        among_others(lambda s, all: {"contactIds": all, "statusInSequence": "active"}),
        several=True,
    ),
    "clear a reply": Door(
        "reply_mark_replied_in_sequence",
        placed("finished", lambda s, eve: ids(eve, id=s.sends, isReplied=False), isReplied=True),
    ),
    "clear a reply everywhere": Door(
        "reply_mark_contacts_as_replied",
        placed("finished", lambda s, eve: ids(eve, isReplied=False), isReplied=True),
    ),
    "clear a bounce": Door(
        "reply_mark_bounced_in_sequence",
        placed("finished", lambda s, eve: ids(eve, id=s.sends, isBounced=False, resendEmails=True), isBounced=True),
    ),
    "clear a bounce everywhere": Door(
        "reply_mark_contacts_as_bounced",
        placed("finished", lambda s, eve: ids(eve, isBounced=False, resendEmails=True), isBounced=True),
    ),
    "start": Door("reply_start_sequence", in_rests(lambda s: {"id": s.rests}), several=True),
    "start several": Door("reply_bulk_start_sequences", in_rests(lambda s: {"ids": [s.rests]}), several=True),
    "email": Door(
        "reply_send_direct_email", eve_and(lambda s, eve: {"id": eve["id"], "subject": "Seats", "body": "<p>Hi</p>"})
    ),
    "invite": Door("reply_send_linkedin_connect", linkedin(connected=False, message="Hello")),
    "InMail": Door("reply_send_linkedin_inmail", linkedin(connected=False, subject="Hi", body="Hello")),
    "LinkedIn message": Door("reply_send_linkedin_message", linkedin(message="Hello")),
    "voice message": Door("reply_send_linkedin_voice", linkedin(voiceAttachmentId=VOICE)),
    "AI voice message": Door("reply_send_linkedin_ai_voice", linkedin(script="Hello")),
    "answer": Door("reply_send_inbox_reply", answering("email")),
    "answer on LinkedIn": Door("reply_send_inbox_reply", answering("linkedIn")),
    "approve a draft": Door("reply_approve_message", draft(items=False)),
    "approve drafts": Door("reply_bulk_approve_messages", draft(items=True)),
    "do a task": Door("reply_execute_task", eve_and(lambda s, eve: {"id": s.task_of(eve, of_sequence=False)})),
    "do a sequence's task": Door(
        "reply_execute_task", eve_and(lambda s, eve: {"id": s.task_of(eve, of_sequence=True)})
    ),
    "complete a sequence's task": Door(
        "reply_complete_task", eve_and(lambda s, eve: {"id": s.task_of(eve, of_sequence=True)})
    ),
    "complete tasks": Door("reply_complete_tasks", eve_and(lambda s, eve: {"ids": [s.task_of(eve, of_sequence=True)]})),
    "hand a scheduled email over": Door(
        "reply_update_task", eve_and(lambda s, eve: {"id": s.scheduled_task(), "contactId": eve["id"]})
    ),
    "test email": Door(
        "reply_send_test_email",
        eve_and(lambda s, eve: {"id": s.template, "email": eve["email"], "emailAccountId": MAILBOX}),
    ),
}
"""Every way to a person."""


Condition = Callable[[Scene, Doc], tuple[str, ...]]
"""Makes something speak against writing to somebody; gives the words of which one has to name it."""


def rule(scene: Scene, kind: str, pattern: str) -> tuple[str, ...]:
    made = scene.sandbox.http.post(f"/v3/contact-blacklist-rules/{kind}", json={"pattern": pattern})
    assert made.status_code < 300, made.text
    return (f"(rule {made.json()['id']})",)


def by_address(scene: Scene, eve: Doc) -> tuple[str, ...]:
    return rule(scene, "emails", eve["email"])


def by_domain(scene: Scene, eve: Doc) -> tuple[str, ...]:
    return rule(scene, "domains", eve["email"].rpartition("@")[2])


def opted_out(scene: Scene, eve: Doc) -> tuple[str, ...]:
    assert scene.sandbox.http.patch(f"/v3/contacts/{eve['id']}", json={"isOptedOut": True}).status_code == 200
    return ("opted out",)


def bounced(scene: Scene, eve: Doc) -> tuple[str, ...]:
    scene.place(eve, scene.shut, status="finished", isContacted=True, isBounced=True)
    scene.happened(eve, scene.shut, "sent", "bounced")
    return ("bounced",)


def replied(scene: Scene, eve: Doc) -> tuple[str, ...]:
    scene.place(eve, scene.shut, status="finished", isContacted=True, isReplied=True)
    scene.happened(eve, scene.shut, "sent", "replied")
    last = scene.sandbox.clock.now() - timedelta(days=LIVE_DAYS + 5)
    thread(scene.sandbox, eve, ("we", "<p>Hi</p>"), ("they", "<p>Not this year.</p>"), ended=last)
    return ("replied in", "replied before", "replied (")


def active_elsewhere(scene: Scene, eve: Doc) -> tuple[str, ...]:
    scene.place(eve, scene.shut)
    return (f'"Shut" ({scene.shut})',)


def interested(scene: Scene, eve: Doc) -> tuple[str, ...]:
    id = thread(scene.sandbox, eve, ("we", "<p>Hi</p>"), ("they", "<p>Tell me more.</p>"))
    category = next(one["id"] for one in scene.store.all("category") if one["name"] == "Interested")
    scene._change("thread", id, _categoryId=category)
    return (f"thread {id}",)


def meeting(scene: Scene, eve: Doc) -> tuple[str, ...]:
    scene._change("contact", eve["id"], meetingStatus="meetingBooked")
    return ("meeting",)


def deleted(scene: Scene, eve: Doc) -> tuple[str, ...]:
    assert scene.sandbox.http.delete(f"/v3/contacts/{eve['id']}").status_code < 300
    return ()


REFUSED: dict[str, Condition] = {"blacklisted by address": by_address, "blacklisted by domain": by_domain}
NAMED: dict[str, Condition] = {
    "opted out": opted_out,
    "bounced": bounced,
    "replied": replied,
    "active elsewhere": active_elsewhere,
    "interested": interested,
    "meeting booked": meeting,
}
BETWEEN: dict[str, Condition] = {
    "deleted meanwhile": deleted,
    "blacklisted meanwhile": by_domain,
    "opted out meanwhile": opted_out,
}

EXCEPT: dict[tuple[str, str], str] = {
    **{
        (door, "active elsewhere"): "the question says that it is not looked up: places in other sequences cost a "
        "request for each person, or the pages of every sequence that runs"
        for door in ("start", "start several", "resume many")
    },
    **{
        (door, "interested"): "the conversation is the one in which is answered; the question shows it"
        for door in ("answer", "answer on LinkedIn")
    },
}
"""Cells that are not there, each with the reason."""
LATER = frozenset({"clear a reply", "clear a reply everywhere", "hand a scheduled email over"})
"""Doors behind which nothing is due yet when they are opened."""
UNASKED: dict[tuple[str, str], str] = {
    (door, "opted out"): "no sequence writes to somebody who opted out: a mark or status changes unasked"
    for door in ("clear a reply everywhere", "clear a bounce everywhere", "resume everywhere")
}
"""Cells where the call goes through and reaches nobody, which its answer says."""

PEOPLE = {"contactId", "contactIds", "email", "items", "to"}
"""Arguments that name people."""
_SENT_ANYWAY = "hands what goes out by itself to another sender: the question names whom it goes to"
_STANDING = "a standing order: whom it will write to is not known yet, and sequences skip who must not be written to"
_SENDER = "switches a sender on again: the sequences behind it hold people who were looked at when they were enrolled"
_WORDS = "changes what a sequence that writes to them anyway says; it skips who must not be written to"
_LIFTS = "lifts a rule of the blacklist, which is its purpose: the question names the rule; nothing is sent by it"
NO_DOORS: dict[str, str] = {
    "reply_set_contacts_opted_out": "lifts an objection, which is its purpose: the question names whose",
    "reply_resume_sending": _SENDER,
    "reply_toggle_linkedin_account": _SENDER,
    "reply_update_blacklist_domain_rule": _LIFTS,
    "reply_delete_blacklist_domain_rule": _LIFTS,
    "reply_bulk_delete_blacklist_domain_rules": _LIFTS,
    "reply_update_blacklist_email_rule": _LIFTS,
    "reply_delete_blacklist_email_rule": _LIFTS,
    "reply_bulk_delete_blacklist_email_rules": _LIFTS,
    "reply_create_blacklist_exception": _LIFTS,
    "reply_update_blacklist_exception": _LIFTS,
    "reply_bulk_create_blacklist_exceptions": _LIFTS,
    "reply_create_reply_handler": _STANDING,
    "reply_update_reply_handler": _STANDING,
    "reply_create_reengagement_card": _STANDING,
    "reply_update_reengagement_card": _STANDING,
    "reply_create_ai_sdr_sequence": _STANDING,
    "reply_enable_autopilot": _STANDING,
    "reply_run_autopilot_now": _STANDING,
    "reply_set_sequence_reply_mode": _STANDING,
    "reply_assign_reengagement_flow": _STANDING,
    "reply_change_contact_owner": _SENT_ANYWAY,
    "reply_update_contact": _WORDS,
    "reply_add_contacts_to_company": _WORDS,
    "reply_personalize_messages": _WORDS,
    "reply_test_webhook": "posts to an address of the account's own program, to no person",
}
"""Tools of effect `send` that are no doors, each with the reason."""

"""What leaves the account is in the outbox, and what a call changes of it shows against a sandbox without the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox, running
from tests.sandbox.sequence_calls import EMAIL, create
from tests.sandbox.twins import DAY, START

Row = dict[str, Any]
Twin = Callable[[], "Own"]


class Own:
    """A sandbox whose time stands still but when it is advanced, with a client of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.store = sandbox.store
        self.api = httpx.Client(base_url=sandbox.url, headers={"Authorization": "Bearer sandbox-full-access"})

    def outbox(self, **about: Any) -> list[Row]:
        """The comparable entries with these values."""
        rows = self.api.get("/sandbox/outbox", params={"comparable": "true"}).json()["outbox"]
        return [row for row in rows if all(row.get(name) == value for name, value in about.items())]

    def week(self) -> list[Row]:
        """Let a week pass; what left meanwhile and before."""
        self.sandbox.advance(7 * DAY)
        return self.outbox()

    def first(self, kind: str, **equal: Any) -> Row:
        return self.store.all(kind, **equal)[0]

    def put(self, kind: str, doc: Row, **changes: Any) -> None:
        self.store.put(kind, {**doc, **changes})

    def send(self, method: str, path: str, **json: Any) -> Any:
        answer = self.api.request(method, f"/v3/{path}", json=json or None)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def twin() -> Iterator[Twin]:
    """Opens sandboxes that are alike to the last document."""
    with ExitStack() as stack:
        options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0, "start": START}
        yield lambda: Own(stack.enter_context(running(seed=5, **options)))


def other_weeks(twin: Twin, prepare: Callable[[Own], None], call: Callable[[Own], Any]) -> tuple[list[Row], list[Row]]:
    """What left in a week without the call, and with it, but not in the other."""
    without, with_call = twin(), twin()
    for own in (without, with_call):
        prepare(own)
    call(with_call)
    before, after = without.week(), with_call.week()
    return [row for row in before if row not in after], [row for row in after if row not in before]


def nothing(own: Own) -> None: ...


def test_a_week_is_the_same_in_two_sandboxes_and_all_of_it_is_in_the_outbox(twin: Twin) -> None:
    one, other = twin(), twin()
    assert one.outbox() == []
    rows = one.week()
    assert rows == other.week()
    assert {row["kind"] for row in rows} >= {"email", "linkedIn"}
    sent = [one for one in one.store.all("event", channel="email", type="sent") if one["at"] >= "2026-03-04T15"]
    assert len([row for row in rows if row["kind"] == "email" and row["purpose"] == "sequence"]) == len(sent) > 10
    message = next(row for row in rows if row["kind"] == "email")
    assert message["from"].endswith("northstar.com") or message["from"].endswith("northstar-sales.com")
    assert message["to"][0]
    assert message["text"].startswith("<p>")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "contacts", {"email": "new.person@example.org", "firstName": "New"}),
        ("POST", "sequences", {"name": "A draft", "steps": [EMAIL]}),
        ("POST", "contact-lists", {"name": "A list"}),
        ("PATCH", "contacts/90514001", {"notes": "Met at the fair"}),
        ("PATCH", "sequences/1208401", {"name": "Another name"}),
    ],
    ids=["contact", "draft", "list", "notes", "name"],
)
def test_harmless_work_changes_nothing_of_it(twin: Twin, method: str, path: str, body: Row) -> None:
    gone, new = other_weeks(twin, nothing, lambda own: own.send(method, path, **body))
    assert (gone, [row for row in new if row["kind"] != "credits"]) == ([], [])


def test_copies_and_forwards_follow_the_settings(twin: Twin) -> None:
    inbox = {"bccList": "a@copies.example, b@copies.example", "repliesBccList": "replies@copies.example"}
    gone, new = other_weeks(twin, nothing, lambda own: own.send("PATCH", "settings", emails={"inbox": inbox}))
    copied = [row for row in new if row.get("bcc")]
    assert {tuple(row["bcc"]) for row in copied} == {("a@copies.example", "b@copies.example")}
    assert [{**row, "bcc": []} for row in copied] == gone
    forwarded = [row for row in new if row.get("purpose") == "forward"]
    assert forwarded
    assert {tuple(row["to"]) for row in forwarded} == {("replies@copies.example",)}
    assert len(copied) + len(forwarded) == len(new)


def closed(own: Own) -> None:
    """Every schedule is closed."""
    for schedule in own.store.all("schedule"):
        days = [{**day, "isActive": False} for day in schedule["mainTimings"]]
        own.put("schedule", schedule, mainTimings=days)


def test_a_schedule_that_is_opened_lets_people_go_at_once(twin: Twin) -> None:
    without, with_call = twin(), twin()
    for own in (without, with_call):
        closed(own)
        # Meanwhile some fall due, and wait for the schedule's hours.
        own.sandbox.advance(DAY)
    hours = [{"fromTime": {"hour": 0, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}]
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    days = [{"weekDay": day, "isActive": True, "timeRanges": hours} for day in names]
    zone = "Eastern Standard Time"
    with_call.send("PUT", "schedules/801", name="Business hours", timezoneId=zone, mainTimings=days)
    with_call.sandbox.advance(60)
    assert {row["at"][:16] for row in with_call.outbox(purpose="sequence")} == {"2026-03-05T15:00"}
    assert [row for row in without.week() if row.get("purpose") == "sequence"] == []


def test_a_mailbox_starts_a_sequence_that_waited_for_one(twin: Twin) -> None:
    def prepare(own: Own) -> None:
        always = own.first("schedule", name="Round the clock")["id"]
        people = [
            one["id"] for one in own.store.all("contact", _teamId=31007) if one["email"] and not one["isOptedOut"]
        ]
        made = create(own.api, name="Waits", steps=[EMAIL], emailAccounts=[12301], scheduleId=always)
        own.send("POST", f"sequences/{made['id']}/contact-links/bulk", contactIds=people[:5])
        own.put("sequence", own.store.get("sequence", made["id"]) or {}, status="active", _emailAccountIds=[])
        own.send("POST", f"sequences/{made['id']}/contact-links/bulk", contactIds=people[5:8])
        own.sandbox.advance(60)
        own.number = made["id"]  # type: ignore[attr-defined]

    def assign(own: Own) -> None:
        own.send("POST", f"sequences/{own.number}/email-account-links", emailAccountId=12301)  # type: ignore[attr-defined]

    gone, new = other_weeks(twin, prepare, assign)
    assert gone == []
    sent = [row for row in new if row["kind"] == "email" and row["purpose"] == "sequence"]
    assert len(sent) == 3
    assert {row["from"] for row in sent} == {"maria@northstar-sales.com"}
    assert {row["at"][:16] for row in sent} == {"2026-03-04T15:01"}


def answering(own: Own) -> None:
    """Everybody whom the AI SDR wrote to answers, and asks about prices; the sequence waits for no approval."""
    settings = own.store.get("aiSdr", 1_309_001) or {}
    own.put("aiSdr", settings, approvalMode={"enabled": False})
    base = settings["knowledgeBaseId"]
    for handler in own.store.all("replyHandler", _baseId=base):
        own.put("replyHandler", handler, typeOfQuestion="Asks for pricing, thanks for reaching out, looks relevant")


def reply(own: Own) -> None:
    """One person answers."""
    from reply_mcp.sandbox.records.due_steps import schedule_reaction

    waiting = own.store.all("membership", _sequenceId=1_309_001)
    step = min(one["id"] for one in own.store.all("step", _sequenceId=1_309_001))
    for membership in waiting:
        own.put("membership", membership, isContacted=True)
        schedule_reaction(own.store, "replied", membership["id"], step, own.sandbox.clock.now())


def handler_of(own: Own) -> Row:
    return own.store.all("replyHandler", _baseId=501)[0]


@pytest.mark.parametrize(
    ("mode", "purpose"), [("auto", "replyHandler"), ("stopAndNotify", "notification"), ("draft", None)]
)
def test_reply_handlers_answer_notify_or_draft(twin: Twin, mode: str, purpose: str | None) -> None:
    own = twin()
    answering(own)
    path = f"ai-sdr/knowledge-bases/501/reply-handlers/{handler_of(own)['_uuid']}"
    own.send("PATCH", path, deliveryMode=mode)
    reply(own)
    own.sandbox.advance(3600)
    found = [row for row in own.outbox(kind="email") if row["purpose"] in ("replyHandler", "notification")]
    assert {row["purpose"] for row in found} == ({purpose} if purpose else set())
    drafts = [one for one in own.store.all("thread", _sequenceId=1_309_001) if one["_draft"]]
    assert bool(drafts) == (mode == "draft")


def test_a_handler_that_is_switched_back_to_drafts_sends_nothing_more(twin: Twin) -> None:
    own = twin()
    answering(own)
    path = f"ai-sdr/knowledge-bases/501/reply-handlers/{handler_of(own)['_uuid']}"
    own.send("PATCH", path, deliveryMode="auto")
    reply(own)
    own.sandbox.advance(60)
    own.send("PATCH", path, deliveryMode="draft")
    own.sandbox.advance(3600)
    assert own.outbox(purpose="replyHandler") == []


def test_cards_are_sent_after_their_days_of_silence(twin: Twin) -> None:
    def silent(own: Own) -> None:
        settings = own.store.get("aiSdr", 1_309_001) or {}
        own.put("aiSdr", settings, approvalMode={"enabled": False})
        for membership in own.store.all("membership", _sequenceId=1_309_001):
            own.store.delete("approval", membership["id"])
            own.put("membership", membership, status="finished", isContacted=True)
        for card in own.store.all("reengagementCard"):
            own.put("reengagementCard", card, isEnabled=False, deliveryMode="auto")

    def enable(own: Own) -> None:
        card = min(own.store.all("reengagementCard"), key=lambda one: one["sendAfter"])
        own.send("PATCH", f"ai-sdr/knowledge-bases/501/reengagement-cards/{card['_uuid']}", isEnabled=True, sendAfter=1)

    gone, new = other_weeks(twin, silent, enable)
    assert gone == []
    cards = [row for row in new if row["kind"] == "email"]
    assert cards
    assert {row["purpose"] for row in cards} == {"reengagement"}
    assert len({row["to"][0] for row in cards}) == len(cards), "one card is sent once to each"


def test_whoever_is_back_in_the_office_goes_on(twin: Twin) -> None:
    def away(own: Own) -> None:
        own.sandbox.advance(60)
        for membership in own.store.all("membership", status="active"):
            if membership["_stepId"]:
                own.store.delete("dueStep", membership["id"])
                own.put("membership", membership, status="outOfOffice", _awaySince="2026-02-20T00:00:00.000Z")

    def off(own: Own) -> None:
        own.send("PATCH", "settings", emails={"outOfOffice": {"isResumeOutOfOfficeContactsEnabled": False}})

    gone, new = other_weeks(twin, away, off)
    assert [row for row in gone if row.get("purpose") == "sequence"]
    assert [row for row in new if row.get("purpose") == "sequence"] == []


def test_invitations_are_withdrawn_as_the_account_is_set(twin: Twin) -> None:
    def revoke(own: Own) -> None:
        own.send("PUT", "linkedin-accounts/610/revoke-settings", enabled=True, periodDays=2)

    def kept(own: Own) -> None:
        own.put("linkedInAccount", own.store.get("linkedInAccount", 610) or {}, revokeSettings={"enabled": False})

    gone, new = other_weeks(twin, kept, revoke)
    assert gone == []
    assert new
    assert {row["action"] for row in new} == {"withdrawInvitation"}


def test_webhooks_and_credits_are_in_it(twin: Twin) -> None:
    hook = {"eventType": "email_sent", "url": "https://hooks.example.com/x", "scope": "team"}

    def subscribe(own: Own) -> None:
        own.send("POST", "webhooks", **hook, payloadConfig={"includeEmailText": True})

    gone, new = other_weeks(twin, nothing, subscribe)
    assert gone == []
    assert {(row["kind"], row["url"]) for row in new} == {("webhook", "https://hooks.example.com/x")}
    assert all(row["payload"]["email_text"].startswith("<p>") for row in new)
    own = twin()
    people = [one["id"] for one in own.store.all("contact", _teamId=31007) if one["email"]][:3]
    # Until then a job of the seed is running.
    own.sandbox.advance(7200)
    own.send("POST", "email-validations/schedule", contactIds=people)
    assert [(row["account"], row["amount"]) for row in own.outbox(kind="credits")] == [("emailValidation", 3)]


def test_the_settings_of_a_sequence_show_in_its_mail(twin: Twin) -> None:
    def unsubscribe_header(own: Own) -> None:
        own.send("PATCH", "sequences/1208401", settings={"isListUnsubscribeHeaderEnabled": True})

    gone, new = other_weeks(twin, nothing, unsubscribe_header)
    assert new
    assert all(row["headers"]["unsubscribeHeader"] for row in new)
    assert [{**row, "headers": None} for row in new] == [{**row, "headers": None} for row in gone]


def on_one_day(rows: list[Row], sender: str) -> int:
    """The most mails of a sender that left in a sequence on one day."""
    days = [row["at"][:10] for row in rows if row["kind"] == "email" and row["from"] == sender]
    return max((days.count(day) for day in days), default=0)


def many(own: Own) -> None:
    """Twelve people are enrolled in a sequence that sends from Maria's first mailbox at any hour."""
    always = own.first("schedule", name="Round the clock")["id"]
    contacts = own.store.all("contact", _teamId=31007, isOptedOut=False)
    people = [one["id"] for one in contacts if one["email"]][-14:]
    made = create(own.api, name="Many", steps=[EMAIL], emailAccounts=[12301], scheduleId=always)
    own.put("emailAccount", own.store.get("emailAccount", 12301) or {}, safety={"dailyLimit": 3})
    own.send("POST", f"sequences/{made['id']}/contact-links/bulk", contactIds=people)
    own.send("POST", f"sequences/{made['id']}/start")


def test_a_mailbox_sends_no_more_a_day_than_its_limit_and_more_when_it_is_raised(twin: Twin) -> None:
    without, with_call = twin(), twin()
    for own in (without, with_call):
        many(own)
        own.sandbox.advance(60)
    with_call.send("PATCH", "email-accounts/12301", safety={"dailyLimit": 9})
    assert on_one_day(without.week(), "maria@northstar-sales.com") == 3
    assert on_one_day(with_call.week(), "maria@northstar-sales.com") == 9


def test_one_person_gets_no_more_a_day_than_the_settings_allow(twin: Twin) -> None:
    own = twin()
    always = own.first("schedule", name="Round the clock")["id"]
    contact = next(one["id"] for one in own.store.all("contact", _teamId=31007, isOptedOut=False)[::-1] if one["email"])
    for name in ("One", "Two"):
        made = create(own.api, name=name, steps=[EMAIL], emailAccounts=[12301], scheduleId=always)
        own.send("POST", f"sequences/{made['id']}/contact-links/bulk", contactIds=[contact])
        own.send("POST", f"sequences/{made['id']}/start")
    own.sandbox.advance(2 * DAY)
    mine = own.store.get("contact", contact) or {}
    sent = [row["at"][:10] for row in own.outbox(kind="email") if row["to"] == [mine["email"]]]
    assert len(sent) == len(set(sent)) == 2


def test_the_outbox_is_read_from_where_one_left_off(twin: Twin) -> None:
    own = twin()
    own.sandbox.advance(2 * DAY)
    whole = own.api.get("/sandbox/outbox").json()
    cut = whole["outbox"][3]["id"]
    rest = own.api.get("/sandbox/outbox", params={"since": cut}).json()
    assert rest["outbox"] == whole["outbox"][4:]
    assert rest["next"] == whole["next"] == whole["outbox"][-1]["id"]
    assert own.api.get("/sandbox/outbox", params={"since": whole["next"]}).json()["outbox"] == []

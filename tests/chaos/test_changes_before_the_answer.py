"""What decides about mail changes between the question and the answer: the person is asked anew, or nothing is done.

For each tool that asks about sending, each kind of change that its question stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chaos.changed_facts import prepared
from tests.chaos.stage import CODE, Stage
from tests.conftest import part_of
from tests.e2e.effect_cases import MAILBOX, OTHER_MAILBOX
from tests.e2e.question_cases import Asking
from tests.e2e.soundness import SECRET, is_read

Change = Callable[[Asking], None]
Doc = dict[str, Any]
SOME = 6
"""How many of the pairs of a tool and a change are tried; all of them by `make chaos`."""


def each(kind: str, change: Callable[[Doc], Doc]) -> Change:
    """Changes everything of a kind."""

    def apply(world: Asking) -> None:
        for one in world.store.all(kind):
            world.store.put(kind, {**one, **change(one)})

    return apply


def copy_all_mail(world: Asking) -> None:
    for user in world.store.all("user"):
        given = {"emails": {"inbox": {"bccList": "copies@outside.example"}}}
        world.store.put("userSettings", {"id": user["id"], "set": given})


def blacklist_everybody(world: Asking) -> None:
    domains = {one["domain"] for one in world.store.all("contact") if one.get("domain")}
    for domain in sorted(domains | {"asked.example", "correspondence.example", "effects.example"}):
        world.store.put("blacklistDomain", {"pattern": domain, "_teamId": 31007, "isGlobal": False})


def enroll_another(world: Asking) -> None:
    for sequence in (world.sends, world.rests):
        first = world.store.all("membership", _sequenceId=sequence)[0]
        given = {key: value for key, value in first.items() if key != "id"}
        world.store.put("membership", {**given, "_contactId": world.idle, "status": "active"})


def write_again(world: Asking) -> None:
    last = world.store.all("message", _threadId=world.second_thread)[-1]
    given = {key: value for key, value in last.items() if key != "id"}
    world.store.put(
        "message", {**given, "date": "2026-03-04T16:00:00.000Z", "body": "<p>Stop.</p>", "messageId": "<x>"}
    )


def _other_words(step: Doc) -> Doc:
    return {"variants": [{**one, "message": "<p>Other words</p>"} for one in step.get("variants") or ()]}


CHANGES: dict[str, Change] = {
    "signature": each("emailAccount", lambda one: {"signature": {"signature": "<p>Another</p>"}}),
    "opt-out": each("emailAccount", lambda one: {"optOut": {**one["optOut"], "isOptOutLinkEnabled": False}}),
    "limit": each("emailAccount", lambda one: {"safety": {**one["safety"], "dailyLimit": 5000}}),
    "copies": copy_all_mail,
    "unsubscribe": each(
        "sequence", lambda one: {"settings": {**one["settings"], "isListUnsubscribeHeaderEnabled": True}}
    ),
    "mailbox": each("sequence", lambda one: {"_emailAccountIds": [OTHER_MAILBOX]}),
    "hours": each("schedule", lambda one: {"timezoneId": "Tokyo Standard Time"}),
    "text": each("step", _other_words),
    "template": each("emailTemplate", lambda one: {"body": "<p>Other words</p>"}),
    "draft": each("approval", lambda one: {"messageContent": "<p>Other words</p>"}),
    "blacklist": blacklist_everybody,
    "people": enroll_another,
    "address": each("contact", lambda one: {"email": f"other.{one['id']}@else.example"}),
    "opted out": each("contact", lambda one: {"isOptedOut": True}),
    "newest message": write_again,
}
IN_A_SEQUENCE = ("unsubscribe", "mailbox", "hours", "text", "blacklist", "address")
BY_ONE_MAILBOX = (*IN_A_SEQUENCE, "opted out", "limit", "signature", "opt-out")
NOTHING = re.compile(r"^(Nothing was|0 of \d+ contacts? enrolled)")
Made = Callable[[Asking], Doc]
ASKING: dict[str, tuple[Made, tuple[str, ...]]] = {
    "reply_start_sequence": (lambda w: {"id": w.rests}, (*BY_ONE_MAILBOX, "copies", "people")),
    "reply_bulk_start_sequences": (
        lambda w: {"ids": [w.rests]},
        (*IN_A_SEQUENCE, "opted out", "limit", "copies", "people"),
    ),
    "reply_add_contact_to_sequence": (
        lambda w: {"id": w.sends, "contactIds": [w.idle]},
        (*BY_ONE_MAILBOX, "copies", "people"),
    ),
    "reply_move_contact_to_sequence": (lambda w: {"id": w.idle, "sequenceId": w.sends}, BY_ONE_MAILBOX),
    "reply_import_contacts": (
        lambda w: {
            "items": [{"email": "new.one@effects.example", "firstName": "Nell"}],
            "options": {"sequenceId": w.sends},
        },
        ("unsubscribe", "mailbox", "hours", "text", "blacklist", "limit", "signature", "opt-out", "copies"),
    ),
    "reply_change_status_in_sequence": (
        lambda w: {"id": w.sends, "contactIds": [w.paused], "statusInSequence": "active"},
        BY_ONE_MAILBOX,
    ),
    "reply_mark_replied_in_sequence": (
        lambda w: {"id": w.sends, "contactIds": [w.replied], "isReplied": False},
        BY_ONE_MAILBOX,
    ),
    "reply_mark_bounced_in_sequence": (
        lambda w: {"id": w.sends, "contactIds": [w.bounced], "isBounced": False, "resendEmails": True},
        BY_ONE_MAILBOX,
    ),
    "reply_set_status_in_all_sequences": (
        lambda w: {"contactIds": [w.paused], "statusInSequence": "active"},
        IN_A_SEQUENCE,
    ),
    "reply_mark_contacts_as_replied": (lambda w: {"contactIds": [w.replied], "isReplied": False}, IN_A_SEQUENCE),
    "reply_mark_contacts_as_bounced": (
        lambda w: {"contactIds": [w.bounced], "isBounced": False, "resendEmails": True},
        IN_A_SEQUENCE,
    ),
    "reply_assign_email_account_to_sequence": (
        lambda w: {"id": w.sends, "emailAccountId": OTHER_MAILBOX},
        ("unsubscribe", "hours", "text", "blacklist", "limit", "copies", "people"),
    ),
    "reply_set_sequence_email_accounts": (
        lambda w: {"id": w.sends, "emailAccountIds": [OTHER_MAILBOX]},
        ("unsubscribe", "hours", "text", "blacklist", "limit", "copies", "people"),
    ),
    "reply_approve_message": (lambda w: w.drafts[0], ("draft", "blacklist", "address", "opted out")),
    "reply_bulk_approve_messages": (
        lambda w: {"items": w.drafts},
        ("draft", "blacklist", "address", "opted out"),
    ),
    "reply_send_direct_email": (
        lambda w: {"id": w.idle, "subject": "Seats", "body": "<p>Hello</p>", "emailAccountId": MAILBOX},
        ("signature", "opt-out", "blacklist", "address", "opted out"),
    ),
    "reply_send_inbox_reply": (
        lambda w: {"id": w.second_thread, "message": "<p>Thanks.</p>", "applySignature": True},
        ("signature", "opt-out", "blacklist", "address", "opted out", "newest message"),
    ),
    "reply_send_test_email": (
        lambda w: {"id": w.template, "email": "me@asked.example", "emailAccountId": MAILBOX},
        ("signature", "template", "blacklist"),
    ),
}
PAIRS = [(tool, change) for tool, (_, changes) in ASKING.items() for change in changes]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with prepared() as desk:
        yield desk.stage


@pytest.mark.parametrize(("tool", "change"), part_of(PAIRS, SOME))
def test_consent_does_not_outlive_it(stage: Stage, tool: str, change: str) -> None:
    world: Any = stage.world
    arguments = ASKING[tool][0](world)
    with stage.served("code", files=(world.folder,), tools=SECRET, patience=0.2) as desk:
        mark: list[int] = []

        def meanwhile() -> None:
            CHANGES[change](world)
            mark.append(stage.sandbox.seen())

        out = desk.call(tool, arguments, meanwhile=meanwhile)
        assert CODE.search(out.texts[0]), out.texts
        wrote = [row for row in stage.sandbox.since(mark[0]) if not is_read(row["method"], row["path"])]
    assert not wrote, (out.text, wrote)
    assert out.claim != "done" or NOTHING.search(out.text), out.text

"""Steps as agents write them: understood where they plainly mean one thing, refused with the right form else."""

from __future__ import annotations

import time
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.bodies.step_forms import minutes_of
from reply_mcp.errors import WrongArguments

Given = dict[str, Any]
HELLO = {
    "type": "email",
    "delayInMinutes": 0,
    "executionMode": "automatic",
    "variants": [{"subject": "Hi", "message": "Hello"}],
}
AGAIN = {"type": "email", "delayInMinutes": 2880, "executionMode": "automatic", "variants": [{"message": "Again"}]}


def understood(steps: Any, operation: str = "CreateSequence") -> list[Given]:
    model = catalog.operation(operation).arguments
    given = {"name": "New"} if operation == "CreateSequence" else {"id": 5}
    body: list[Given] = parse_arguments(model, {**given, "steps": steps})[0].wire()["steps"]
    return body


@pytest.mark.parametrize(
    "steps",
    [
        [HELLO, AGAIN],
        [
            {"type": "email", "subject": "Hi", "message": "Hello"},
            {"type": "email", "delayInMinutes": 2880, "message": "Again"},
        ],
        [
            {"type": "email", "subject": "Hi", "body": "Hello", "delay_days": 0},
            {"type": "email", "body": "Again", "delay_days": 2},
        ],
        [
            {"type": "Email", "Subject": "Hi", "content": "Hello"},
            {"type": "wait", "days": 2},
            {"type": "email", "text": "Again"},
        ],
        [
            {"step": 1, "type": "email", "subject": "Hi", "message": "Hello"},
            {"step": 2, "type": "email", "message": "Again", "delay": "2 days"},
        ],
        [{"subject": "Hi", "body": "Hello"}, {"type": "email", "message": "Again", "delay": {"days": 2}}],
        [{"day": 1, "type": "email", "subject": "Hi", "body": "Hello"}, {"day": 3, "type": "email", "body": "Again"}],
        [{"email": {"subject": "Hi", "message": "Hello"}}, {"email": {"message": "Again"}, "wait": "48h"}],
        [
            {**HELLO, "executionMode": "auto"},
            {"type": "email", "mode": "automatic", "delay_in_minutes": 2880, "variants": {"message": "Again"}},
        ],
        [
            {"type": "email", "variants": {"A": {"subject": "Hi", "body": "Hello"}}},
            {"type": "mail", "delayInHours": 48, "message": "Again"},
        ],
        [
            {"type": "email", "delay": 0, "subject": "Hi", "html": "Hello"},
            {"type": "delay", "duration": "2 days"},
            {"channel": "email", "body": "Again"},
        ],
        '[{"subject": "Hi", "message": "Hello"}, {"type": "email", "delayInMinutes": "2880", "message": "Again"}]',
    ],
)
def test_two_emails_two_days_apart(steps: Any) -> None:
    assert understood(steps) == [HELLO, AGAIN]


@pytest.mark.parametrize(
    ("step", "made"),
    [
        (
            {"type": "linkedin", "message": "Hey"},
            {"actionType": "message", "variants": [{"message": "Hey", "isEnabled": True}]},
        ),
        (
            {"type": "linkedin", "note": "Hey"},
            {"actionType": "connect", "variants": [{"message": "Hey", "isEnabled": True}]},
        ),
        ({"type": "linkedin_connect"}, {"actionType": "connect"}),
        ({"type": "linkedIn", "action": "connection_request", "note": "Hey"}, {"actionType": "connect"}),
        ({"type": "view_profile"}, {"actionType": "viewProfile", "executionMode": "automatic"}),
        ({"type": "linkedInMessage", "body": "Hey"}, {"actionType": "message"}),
        ({"type": "phone_call", "script": "Ask"}, {"type": "call", "message": "Ask"}),
        ({"type": "SMS", "text": "Hey"}, {"type": "sms", "message": "Hey", "executionMode": "automatic"}),
        ({"type": "whatsapp", "body": "Hey"}, {"type": "whatsApp", "message": "Hey"}),
        ({"type": "task", "title": "Look them up"}, {"actionType": "toDo", "description": "Look them up"}),
        ({"type": "manual_task", "description": "Meet"}, {"type": "task", "description": "Meet"}),
        ({"type": "zapier", "action": "wait", "name": "Tell us"}, {"action": "wait"}),
    ],
)
def test_one_step(step: Given, made: Given) -> None:
    if step["type"] == "linkedin_connect":
        step = {**step, "variants": []}
    (found,) = understood([step])
    assert found.items() >= made.items()
    assert found["delayInMinutes"] == 0


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        (
            [HELLO, {"type": "email", "message": "Again"}],
            "steps[1].delayInMinutes: required: minutes after the step before (1440: a day)",
        ),
        (
            [HELLO, {"type": "email", "message": "Again", "delay": 3}],
            "steps[1].delay: no such argument; did you mean delayInMinutes?",
        ),
        ([{"type": "email", "name": "Intro", "message": "Hello"}], "executionMode, variants"),
        ([{"type": "fax", "message": "Hello"}], "its type must be one of email, linkedIn, call"),
        ([{"type": "linkedIn"}], "its actionType must be one of message, connect"),
        (
            [{"type": "condition", "if": "opened"}],
            "steps[0].conditions: required: [{property, rules: [{operator, value?}]}]",
        ),
        ([{"type": "email", "message": "a", "body": "b"}], "steps[0].body: no such argument"),
        ([{"day": 2, "type": "email", "message": "a"}], "steps[0].day: no such argument"),
        ([{"type": ["email"]}, {"type": {}}, {"type": None, "delay": []}], "steps[0]: its type must be one of"),
        (["Hello"], 'steps[0]: an object, got "Hello"'),
    ],
)
def test_what_is_not_plain_is_refused_with_what_would_be_right(steps: Any, fault: str) -> None:
    with pytest.raises(WrongArguments) as refused:
        understood(steps)
    assert fault in str(refused.value)


def test_a_body_alone_after_an_email_is_the_next_email() -> None:
    assert understood([HELLO, {"body": "Again", "delay_days": 2}]) == [HELLO, AGAIN]
    with pytest.raises(WrongArguments, match="its type must be one of"):
        understood([{"type": "linkedIn", "actionType": "viewProfile"}, {"body": "Again", "delay_days": 2}])


def test_steps_added_later_say_their_delay() -> None:
    with pytest.raises(WrongArguments, match="delayInMinutes: required"):
        understood([{"type": "email", "message": "Again"}], "BulkCreateSequenceSteps")
    assert understood([AGAIN], "BulkCreateSequenceSteps") == [AGAIN]


def test_one_step_alone_is_understood_too() -> None:
    model = catalog.operation("CreateSequenceStep").arguments
    given = {"id": 5, "step": {"type": "email", "body": "Again", "delayInDays": 2}}
    assert parse_arguments(model, given)[0].wire()["step"] == AGAIN


@pytest.mark.parametrize(
    ("span", "minutes"),
    [
        ("3 days", 4320),
        ("1 week", 10080),
        ("90min", 90),
        ({"value": "2", "unit": "hours"}, 120),
        ({"days": 1, "hours": 2}, 1560),
        (0, 0),
        (3, None),
        ("3", None),
        ("soon", None),
        ({"days": "some"}, None),
        (True, None),
        (None, None),
    ],
)
def test_spans(span: Any, minutes: int | None) -> None:
    assert minutes_of(span) == minutes


@pytest.mark.parametrize(
    "steps",
    [
        [{"type": "email", **{f"name{number}": number for number in range(20_000)}}],
        [{"type": "wait", "days": 1}] * 20_000,
        [{f"step{number}": number, "step": number, "number": number} for number in range(5_000)],
        [{"type": "e" * 1_000_000, "delay": "1" * 1_000_000}],
    ],
    ids=["keys", "waits", "numbers", "letters"],
)
def test_what_nobody_writes_costs_little(steps: Any) -> None:
    begun = time.process_time()
    with pytest.raises(WrongArguments) as refused:
        understood(steps)
    assert time.process_time() - begun < 2
    assert len(str(refused.value)) < 5_000

"""What the question about a step says: each thing that changes, and nothing that stays."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Question
from tests.catalog.fake_call import FakeCall

HELD = {
    "id": 1,
    "type": "email",
    "delayInMinutes": 4320,
    "executionMode": "automatic",
    "variants": [{"id": 8, "subject": "Hi", "message": "<p>Old words</p>", "isEnabled": True}],
}
SEQUENCE = {"id": 77, "name": "Q4", "status": "active", "steps": [HELD]}


async def asked(id: str, **given: Any) -> list[str]:
    """The lines of the question below its first."""
    answers = {"GetSequenceById": SEQUENCE, "GetSequenceStepById": HELD, "GetSequenceStepVariants": HELD["variants"]}
    call = FakeCall(catalog.operation(id), {"id": 77, **given}, **answers)
    for before in call.operation.before:
        await before(call)
    assert callable(call.operation.preview)
    question = await call.operation.preview(call)
    assert isinstance(question, Question)
    return question.text.splitlines()[1:]


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        ({"delayInMinutes": 1440}, ["- wait: 1 d, in place of 3 d"]),
        ({"delayInMinutes": 0}, ["- wait: none, in place of 3 d"]),
        ({"executionMode": "manual"}, ['- executionMode: "manual", in place of "automatic"']),
        (
            {"variants": [{"id": 8, "message": "New words", "attachmentIds": [5]}]},
            [
                "- variants[id 8].attachmentIds: 5",
                '- step.variants[id 8].message: "New words", in place of "Old words"',
            ],
        ),
        ({"variants": [{"id": 8, "message": "<p>Old words</p>"}]}, []),
    ],
)
async def test_what_changes_of_a_step_is_said_and_what_stays_is_not(changed: dict[str, Any], lines: list[str]) -> None:
    step = {"type": "email", "delayInMinutes": 4320, "executionMode": "automatic", "variants": [{"id": 8}], **changed}
    assert await asked("UpdateSequenceStep", stepId=1, step=step) == lines


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        ({"isEnabled": False}, ["- isEnabled: off, in place of on"]),
        ({"subject": "Ho"}, ['- subject: "Ho", in place of "Hi"']),
    ],
)
async def test_what_changes_of_a_variant_is_said(changed: dict[str, Any], lines: list[str]) -> None:
    assert await asked("UpdateSequenceStepVariant", stepId=1, variantId=8, **changed) == lines


async def test_new_steps_are_said_with_their_waits() -> None:
    later = {"type": "linkedIn", "actionType": "viewProfile", "executionMode": "manual", "delayInMinutes": 2880}
    lines = await asked("BulkCreateSequenceSteps", steps=[later, {"type": "call", "delayInMinutes": 60, "parentId": 1}])
    assert lines[:2] == ["- LinkedIn view profile, wait 2 d, by hand", "- call, wait 1 h, after step 1"]

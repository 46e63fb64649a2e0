"""Variables in texts: found before anything is created, with those that are meant."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.sequences.operations import area
from reply_mcp.errors import NotDone
from tests.catalog.fake_call import FakeCall, operation_of, refusal

EMAIL = {
    "type": "email",
    "delayInMinutes": 0,
    "executionMode": "automatic",
    "variants": [{"subject": "Hi", "message": "Hello"}],
}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


@pytest.mark.parametrize("listed", [True, False])
async def test_unknown_variables_are_found_before_anything_is_created(listed: bool) -> None:
    text = "{{ Seats }} {{Nope}} {{firstname}} {{FirstName|there}} {{Pain piont}}"
    step = {**EMAIL, "variants": [{"subject": "{{CompanyName}}", "message": text}]}
    keys = [{"key": key} for key in ("{{FirstName}}", "Company", "Seats", "Pain point")]
    fields = [[{"id": 7, "title": "Seats"}, {"id": 8, "title": "Pain point"}]]
    one = call(
        "CreateSequence",
        {"name": "New", "steps": [step]},
        GetEmailTemplateVariables={"prospect": {"basic": keys}} if listed else refusal(403),
        GetCustomFields=fields,
    )
    with pytest.raises(NotDone, match="Nothing was changed") as stopped:
        await one.run()
    said = str(stopped.value)
    head = said.partition(" Built in")[0]
    assert "{{CompanyName}} (did you mean {{Company}}?)" in head
    assert "{{firstname}} (did you mean {{FirstName}}?)" in head
    assert "{{Pain piont}} (did you mean {{Pain point}}?)" in head
    assert "{{Nope}}." in head or "{{Nope}}," in head
    assert "{{Seats}}" not in head
    assert "In this account: Seats, Pain point." in said
    assert one.asked_for("CreateSequence") == []


async def test_built_in_variables_cost_no_request_and_unreadable_ones_are_left_to_reply() -> None:
    for text, answers in (
        ("Hi {{FirstName}} of {{ Company | your team }}", {}),
        ("Hi {{Seats}}", {"GetEmailTemplateVariables": refusal(403), "GetCustomFields": refusal(403)}),
    ):
        step = {**EMAIL, "variants": [{"subject": "Hello", "message": text}]}
        one = call("CreateSequence", {"name": "New", "steps": [step]}, CreateSequence={"id": 90}, **answers)
        await one.run()
        assert len(one.asked) == 1 + len(answers)


async def test_a_variable_that_reply_refuses_all_the_same_is_explained() -> None:
    step = {**EMAIL, "variants": [{"subject": "Hi", "message": "{{Seats}} {{Nope}}"}]}
    known = {"GetEmailTemplateVariables": {"prospect": {"custom": [{"key": "Seats"}]}}}
    one = call("CreateSequence", {"name": "New", "steps": [step]}, **known)
    meaning = await one.explained(refusal(400, detail="Unrecognized variables found"))
    assert meaning is not None
    assert meaning.startswith("400: Reply does not know {{Nope}}. Built in: FirstName")
    assert meaning.endswith("Nothing was saved.")

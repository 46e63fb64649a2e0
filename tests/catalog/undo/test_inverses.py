"""What is kept of a call where a page does not hold all, some things failed, or the answer was lost."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.changes import Inverse
from reply_mcp.catalog.undo.replaced import describe_replaced
from tests.catalog.fake_call import FakeCall


def inverse_of(operation: str, arguments: dict[str, Any], held: Any, answer: Any = None) -> Inverse | None:
    found = catalog.operation(operation)
    assert found.undo is not None
    assert found.undo.inverse is not None
    return found.undo.inverse(FakeCall(found, arguments), held, answer)


def tasks(*owners: Any) -> dict[str, Any]:
    return {"items": [{"id": id, "assignedUserId": owner} for id, owner in enumerate(owners, start=1)]}


def test_of_a_bulk_change_each_group_gets_what_it_had() -> None:
    found = inverse_of("BatchAssignTasks", {"ids": [1, 2, 3, 4], "userId": 9}, tasks(7, 8, 7, 9), {})
    assert found is not None
    assert [dict(step.arguments) for step in found.steps] == [
        {"ids": [1, 3], "userId": 7},
        {"ids": [2], "userId": 8},
    ]
    assert found.steps[0].left == {"owner of task 1": 9, "owner of task 3": 9}
    assert found.steps[0].aims == {"owner of task 1": 7, "owner of task 3": 7}
    assert found.remains == ""


def test_what_may_have_been_done_is_put_back_with_what_was() -> None:
    lost = {"error": "outcome unknown, check before a repeat", "errorDetails": "No answer came."}
    refused = {"error": "refused: 400", "errorDetails": None}
    found = inverse_of(
        "BatchAssignTasks", {"ids": [1, 2, 3, 4], "userId": 9}, tasks(7, 7, 7, 7), {"2": lost, "3": refused, "4": "x"}
    )
    assert found is not None
    assert [dict(step.arguments) for step in found.steps] == [{"ids": [1, 2], "userId": 7}]


def test_what_is_not_on_the_page_stays_and_is_counted() -> None:
    found = inverse_of("BatchAssignTasks", {"ids": [1, 5, 6], "userId": 9}, tasks(7), {})
    assert found is not None
    assert [dict(step.arguments) for step in found.steps] == [{"ids": [1], "userId": 7}]
    assert found.remains == "What 2 of them had is not known, or cannot be set: they stay as they are."
    none = inverse_of("BatchAssignTasks", {"ids": [5, 6], "userId": 9}, tasks(7), {})
    assert none == Inverse((), "What 2 of them had is not known, or cannot be set: they stay as they are.")


def test_what_failed_is_not_put_back_and_a_lost_answer_counts_as_done() -> None:
    arguments = {"ids": [1, 2], "userId": 9}
    some = inverse_of("BatchAssignTasks", arguments, tasks(7, 7), {"2": {"error": 1}})
    lost = inverse_of("BatchAssignTasks", arguments, tasks(7, 7), None)
    assert some is not None
    assert lost is not None
    assert [list(one.steps[0].arguments["ids"]) for one in (some, lost)] == [[1], [1, 2]]
    assert inverse_of("BatchAssignTasks", arguments, tasks(9, 9), None) is None


@pytest.mark.parametrize("answer", [None, {}, {"items": []}])
def test_what_was_made_without_an_id_is_not_deleted(answer: Any) -> None:
    found = inverse_of("CreateContactList", {"name": "Ours"}, None, answer)
    assert found == Inverse((), "It is not known what was made: Reply gave no id.")


def test_of_several_made_those_that_failed_are_left_out() -> None:
    rules = {"rules": [{"pattern": "a.co"}, {"pattern": "b.co"}]}
    answer = {"items": [{"id": 4, "pattern": "a.co"}, {"id": None, "error": 3}]}
    found = inverse_of("BulkCreateBlacklistDomainRules", rules, None, answer)
    assert found is not None
    assert dict(found.steps[0].arguments) == {"ids": [4]}
    assert found.steps[0].says == "rule 4 is deleted"


@pytest.mark.parametrize(
    ("held", "steps", "remains"),
    [
        ([{"key": "2101", "value": "A"}], [{"id": 2101, "value": "A"}, {"id": 2115, "value": None}], ""),
        ([], [{"id": 2101, "value": None}, {"id": 2115, "value": None}], ""),
        # Named otherwise, nothing is known of what they held: clearing them could lose it.
        ([{"key": "Funding round", "value": "A"}], None, "customFields of contact 5 stays as set."),
        (None, None, "customFields of contact 5 stays as set."),
        ([{"key": "2101", "value": "B"}, {"key": "2115", "value": "May"}], "nothing", ""),
    ],
)
def test_custom_fields_go_back_one_by_one(held: Any, steps: Any, remains: str) -> None:
    values = [{"id": 2101, "value": "B"}, {"id": 2115, "value": "May"}]
    found = inverse_of("UpdateContact", {"id": 5, "customFields": values}, {"id": 5, "customFields": held}, {})
    if steps == "nothing":
        assert found is None
        return
    assert found is not None
    assert found.remains == remains
    assert [step.arguments["customFields"] for step in found.steps] == ([steps] if steps else [])


def test_a_switch_whose_answer_was_lost_is_not_switched_once_more() -> None:
    found = inverse_of("ToggleLinkedInAccountStatus", {"id": 5}, None, None)
    assert found is not None
    assert found.steps == ()
    assert "not known" in found.remains


def test_what_a_change_replaced_is_shown_beside_what_stands_there_now() -> None:
    held = {"id": 5, "taskType": "call", "dueTo": "2026-03-03T09:30:00.000Z", "template": {"body": "Long ago. " * 9}}
    found = inverse_of(
        "UpdateTask", {"id": 5, "dueTo": "2026-03-05T09:30:00.000Z", "template": {"body": "Ask for March."}}, held
    )
    assert found is not None
    assert describe_replaced(found) == "dueTo 2026-03-03 09:30 UTC → 2026-03-05 09:30 UTC; template.body"


def test_ids_are_not_shown_since_the_answer_has_names() -> None:
    found = inverse_of("AssignTask", {"id": 5, "userId": 9}, {"id": 5, "assignedUserId": 7})
    assert found is not None
    assert describe_replaced(found) == ""


def test_an_id_that_changed_beside_other_things_is_named_with_them() -> None:
    held = {"id": 5, "name": "Q4", "scheduleId": 801, "settings": {}}
    found = inverse_of("UpdateSequence", {"id": 5, "name": "Q1", "scheduleId": 802}, held)
    assert found is not None
    assert describe_replaced(found) == 'name "Q4" → "Q1"; scheduleId'

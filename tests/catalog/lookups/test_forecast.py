"""Whom a sequence's messages reach, and how many get something today at most."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.lookups.audience import why_not
from reply_mcp.catalog.lookups.forecast import describe_unreached, describe_unread, most_today, part_by_reach
from reply_mcp.catalog.lookups.sequences import may_be_stopped, may_be_written_to

MAIL: dict[str, Any] = {"id": 1, "type": "email", "variants": [{"subject": "Hi", "message": "Hello"}]}
LINKEDIN: dict[str, Any] = {"id": 2, "type": "linkedIn", "variants": [{"message": "Hello"}]}
TASK: dict[str, Any] = {"id": 3, "type": "task"}
CONDITION: dict[str, Any] = {"id": 4, "type": "condition"}
ANN: dict[str, Any] = {"contactId": 7, "firstName": "Ann", "email": None}
ONE_A_DAY = [{"id": 5, "dailyLimit": 1}]


def in_order(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    parents = [None, *(step["id"] for step in steps)]
    return {"steps": [{**step, "parentId": parent} for step, parent in zip(steps, parents, strict=False)], **more}


@pytest.mark.parametrize(
    ("person", "sequence", "reason"),
    [
        (ANN, in_order(MAIL), "without an email address"),
        (ANN, in_order(TASK, MAIL), "without an email address"),
        (ANN, in_order(MAIL, LINKEDIN), ""),  # whether she has a profile is not known
        ({**ANN, "linkedInUrl": ""}, in_order(MAIL, LINKEDIN), "without an email address"),
        ({**ANN, "currentStep": {"stepId": 2}}, in_order(MAIL, LINKEDIN), ""),
        ({**ANN, "currentStep": {"stepId": 1}}, in_order(LINKEDIN, MAIL), "without an email address"),
        ({"contactId": 7}, in_order(MAIL), ""),
        (ANN, in_order(TASK), ""),
        (ANN, in_order({"id": 9, "type": "fax"}), ""),
    ],
)
def test_nobody_counts_whom_no_message_can_reach(person: dict[str, Any], sequence: Any, reason: str) -> None:
    reached, others = part_by_reach([person], sequence)
    assert (reached, others) == ([], {reason: [person]}) if reason else ([person], {})


def test_who_is_out_of_reach_is_named() -> None:
    _, others = part_by_reach([ANN, {**ANN, "firstName": "Bob"}], in_order(MAIL))
    assert describe_unreached(others) == ["No message reaches 2 people without an email address: Ann, Bob."]


@pytest.mark.parametrize(
    ("sequence", "today"),
    [
        (in_order(MAIL), 1),
        (in_order(LINKEDIN), 3),
        (in_order(LINKEDIN, linkedInAccounts=[]), 0),
        (in_order(CONDITION, MAIL), 1),
        (in_order(CONDITION, LINKEDIN), 3),  # no limit of a mailbox counts there
        (in_order(TASK, MAIL), 0),
        (in_order({"id": 9, "type": "fax"}), 3),  # what a kind does that is not known may be more than nothing
    ],
)
def test_at_most_so_many_get_something_today(sequence: dict[str, Any], today: int) -> None:
    assert most_today([{"contactId": at} for at in range(3)], sequence, ONE_A_DAY, None) == today


def test_whoever_a_step_cannot_reach_may_be_passed_on_to_the_next_one() -> None:
    people = [{"contactId": at, "email": None} for at in range(3)]
    assert most_today(people, in_order(MAIL, LINKEDIN), [], None) == 3
    assert most_today(people, in_order(MAIL), [], None) == 0


def test_what_a_sequence_does_not_tell_of_its_people_is_said() -> None:
    assert describe_unread([in_order(MAIL)]) == "Unknown: other sequences."
    assert describe_unread([in_order(MAIL), in_order(LINKEDIN)]).endswith(": other sequences, LinkedIn profiles.")


@pytest.mark.parametrize(
    ("state", "written_to", "stopped"),
    [("active", True, False), ("AutoReplied", True, False), ("paused", False, True), ("invalidEmail", False, True)]
    + [(unknown, True, True) for unknown in ("frozen", None, "")],
)
def test_a_state_that_is_not_known_is_taken_for_the_worse(state: Any, written_to: bool, stopped: bool) -> None:
    place = {"statusInSequence": state}
    assert (may_be_written_to(place), may_be_stopped(place)) == (written_to, stopped)
    assert (why_not(place) == "") is written_to

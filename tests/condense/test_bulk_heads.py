"""The counts of a bulk answer add up: done, not done for each reason, and without an answer are what was asked for."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from reply_mcp.catalog.views import PerItem
from reply_mcp.condense.write_results import draft_per_item
from tests.wording import head_counts

VIEW = PerItem("contact", "moved", "ids")
IDS = st.lists(st.integers(1, 40), min_size=1, max_size=30, unique=True)
FAILURES = st.sampled_from(
    [
        {"error": "notFound", "errorDetails": "Not there."},
        {"error": 5},
        {"error": {"code": "x"}},
        {"error": "refused"},
        {"error": "outcome unknown, check before a repeat"},
    ]
)
RESULTS = st.lists(
    st.sampled_from(
        [
            {"id": 3, "status": "created"},
            {"id": 4, "error": "notFound"},
            {"success": False},
            {},
            None,
            {"status": "odd"},
        ]
    ),
    max_size=45,
)


def some_of(ids: list[int]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(ids).map(str), FAILURES)


def answers(ids: list[int]) -> st.SearchStrategy[Any]:
    """What Reply may answer to these ids, in each of its forms, and what it should not."""
    foreign = st.dictionaries(st.sampled_from(["901", "902", "one@else.example"]), FAILURES)
    failures = st.one_of(some_of(ids), st.builds(lambda a, b: {**a, **b}, some_of(ids), foreign))
    added = st.one_of(st.lists(st.sampled_from([*ids, 901]), max_size=45), st.integers(0, 45))
    return st.one_of(
        st.none(),
        failures,
        st.builds(lambda a, b: {"added": a, "notProcessed": b}, added, failures),
        st.builds(lambda a: {"added": a}, added),
        st.builds(lambda b: {"notProcessed": b}, failures),
        RESULTS,
        RESULTS.map(lambda rows: {"items": rows}),
    )


def counted(text: str) -> tuple[int, int, int, int]:
    """What the answer says was asked for, done, not done, and without an answer."""
    head, _, rest = text.partition("\n")
    done, asked = head_counts(head) or (1, 1)
    failed = sum(int(one) for one in re.findall(r"^(?:Not \w+: )?(\d+) (?!without an answer).* \(", rest, re.MULTILINE))
    unknown = re.search(r"^(\d+) without an answer", rest, re.MULTILINE)
    return asked, done, failed, int(unknown[1]) if unknown else 0


def spoken_of(answer: Any) -> set[str]:
    """The ids that an answer says something of under their name."""
    if not isinstance(answer, dict) or "items" in answer:
        return {"3", "4"}
    named = answer.get("notProcessed", {} if "added" in answer else answer)
    return set(named)


def too_many(answer: Any, ids: list[int]) -> bool:
    """Whether an answer counts more than was asked for."""
    rows = answer if isinstance(answer, list) else answer.get("items")
    if isinstance(rows, list):
        return len(rows) > len(ids)
    added = answer.get("added", 0)
    return (len(added) if isinstance(added, list) else added) + len(answer.get("notProcessed", ())) > len(ids)


@given(IDS.flatmap(lambda ids: st.tuples(st.just(ids), answers(ids))))
@example(([1, 2], {"added": [1, 2, 901], "notProcessed": {}}))
def test_the_counts_add_up(case: tuple[list[int], Any]) -> None:
    ids, answer = case
    draft = draft_per_item(answer, VIEW, {"ids": ids})
    if draft is None:
        return
    if draft.head[0].startswith("What was done is not certain"):
        assert spoken_of(answer) - set(map(str, ids)) or too_many(answer, ids), draft.head
        return
    asked, done, failed, unknown = counted("\n".join([*draft.head, *draft.units, *draft.tail]))
    assert asked == len(ids)
    assert done + failed + unknown == asked, (draft.head, draft.units)


def test_what_may_have_been_done_is_not_told_as_not_done() -> None:
    answer = {
        "1": {"error": "outcome unknown, check before a repeat", "errorDetails": None},
        "2": {"error": "notFound"},
        "3": {"error": "accepted, not done yet: background job 9"},
    }
    draft = draft_per_item(answer, VIEW, {"ids": [1, 2, 3, 4]})
    assert draft is not None
    assert draft.head == ["1 of 4 contacts moved."]
    assert draft.units == [
        "Not certain: 1 outcome unknown, check before a repeat (1)",
        "1 accepted, not done yet: background job 9 (3)",
        "Not moved: 1 not found (2).",
    ]
    assert draft.data["failed"] == {"not found": ["2"]}


def test_a_result_that_says_nothing_is_not_told_as_done() -> None:
    draft = draft_per_item([{"id": 3}, {}, None, {"id": None, "error": None}], VIEW, {"ids": [1, 2, 3, 4]})
    assert draft is not None
    assert draft.head == ["1 of 4 contacts moved."]
    assert draft.tail[0] == "3 without an answer from Reply: look before repeating."

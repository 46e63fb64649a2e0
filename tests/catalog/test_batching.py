"""Bulk calls beyond v3's limit: sent in parts, put together, and never called done where a part was not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import Arguments, Path
from reply_mcp.catalog.views import PerItem
from reply_mcp.condense import condense
from reply_mcp.errors import ApiError, OutcomeUnknown, RateLimited, RequestCapReached, Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall, refusal

area = Area("things", title="Things", about="", modules=(__name__.rpartition(".")[2],))


@area.post(
    "/v3/lists/{id}/things",
    tool="reply_mark_things",
    split=("thingIds", 3),
    view=PerItem("thing", "marked", "thingIds"),
)
class MarkThings(Arguments):
    """Marks things."""

    id: Path[int]
    thing_ids: list[int] = Field(min_length=1, max_length=MOST)
    loud: bool = False


IDS = [1, 2, 3, 4, 5, 6, 7]


def call(*answers: Any, ids: list[int] = IDS) -> FakeCall:
    return FakeCall(area.operations[0], {"id": 9, "thingIds": ids, "loud": True}, send=list(answers))


def read(one: FakeCall, answer: Any) -> str:
    arguments = one.arguments.wire()
    return condense(answer, one.operation.view, arguments=arguments, notes=one.notes).text


async def test_parts_go_one_after_the_other_with_everything_else_the_same() -> None:
    one = call({}, {}, {})
    assert await one.run() == {}
    assert [request.body for request in one.sent] == [
        {"thingIds": part, "loud": True} for part in ([1, 2, 3], [4, 5, 6], [7])
    ]
    assert {request.path for request in one.sent} == {"/v3/lists/9/things"}
    assert one.arguments.thing_ids == IDS  # what comes after sees the whole
    assert read(one, {}) == "All 7 things marked."


async def test_what_fits_goes_as_it_is() -> None:
    one = call({}, ids=[1, 2, 3])
    await one.run()
    assert len(one.sent) == 1


@pytest.mark.parametrize(
    ("answers", "whole"),
    [
        (
            ({"2": {"error": "notFound"}}, {}, {"7": {"error": "locked"}}),
            {"2": {"error": "notFound"}, "7": {"error": "locked"}},
        ),
        (
            ({"added": [1, 2], "notProcessed": {"3": "x"}}, {"added": [4]}, {"added": [], "notProcessed": {"7": "y"}}),
            {"added": [1, 2, 4], "notProcessed": {"3": "x", "7": "y"}},
        ),
        (([{"id": 1}, {"id": 2}, {"id": 3}], [{"id": 4}, {"id": 5}, {"id": 6}], [{"id": 7}]), [{"id": n} for n in IDS]),
        (
            (
                {"removed": 3, "removedIds": [1, 2, 3]},
                {"removed": 1, "removedIds": [4]},
                {"removed": 0, "removedIds": []},
            ),
            {"removed": 4, "removedIds": [1, 2, 3, 4]},
        ),
        (({"isSuccess": True}, {"isSuccess": False}, {"isSuccess": True}), {"isSuccess": False}),
        ((None, None, None), None),
        (tuple({"jobId": job, "location": "x"} for job in "abc"), {"jobIds": ["a", "b", "c"]}),
    ],
)
async def test_answers_of_every_form_are_put_together(answers: tuple[Any, ...], whole: Any) -> None:
    assert await call(*answers).run() == whole


async def test_results_by_position_keep_their_places_where_a_part_is_short() -> None:
    answer = await call([{"id": 1}], [{"id": 4}, {"id": 5}, {"id": 6}], [{"id": 7}]).run()
    assert [row.get("id") for row in answer] == [1, None, None, 4, 5, 6, 7]


async def test_the_first_part_fails_as_any_call_does() -> None:
    one = call(refusal(403, "thing.forbidden"))
    with pytest.raises(ApiError):
        await one.run()
    assert len(one.sent) == 1
    with pytest.raises(OutcomeUnknown, match=r"first 3 of 7 items: lost\. Not sent: items 4 to 7\.$"):
        await call(OutcomeUnknown("lost.")).run()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (refusal(403, "thing.forbidden", "not yours"), "refused: 403 thing.forbidden: not yours"),
        (OutcomeUnknown("The answer was lost."), "outcome unknown, check before a repeat: The answer was lost."),
        (RateLimited("Retry in 42 s.", 42), "not tried: Retry in 42 s."),
        (Unreachable("No connection."), "not tried: No connection."),
        (RequestCapReached(2), f"not tried: {RequestCapReached(2)}"),
    ],
)
async def test_a_later_part_that_fails_is_told_with_those_behind_it(error: Exception, word: str) -> None:
    one = call({"2": {"error": "notFound"}}, error)
    text = read(one, await one.run())
    assert len(one.sent) == 2
    assert text.startswith("2 of 7 things marked.\n")
    assert "1 not found (2)" in text
    assert f"3 {word} (4, 5, 6)" in text
    assert "1 not tried (7)" in text
    outcome = word.partition(":")[0]
    rest = "not tried: items 4 to 7" if outcome == "not tried" else f"{outcome}: items 4 to 6; not tried: item 7"
    assert f"Stopped early: sent: items 1 to 3; {rest}." in text


@pytest.mark.parametrize(
    ("first", "failed"),
    [
        ({"added": [1, 2, 3]}, {"4", "5", "6", "7"}),
        (None, {"4", "5", "6", "7"}),
    ],
)
async def test_failures_take_the_form_of_the_answer(first: Any, failed: set[str]) -> None:
    answer = await call(first, refusal(500)).run()
    assert set(answer.get("notProcessed", answer)) == failed


async def test_failures_by_position() -> None:
    answer = await call([{"id": 1}, {"id": 2}, {"id": 3}], refusal(500)).run()
    assert [row.get("error") for row in answer] == [None] * 3 + ["refused"] * 3 + ["not tried"]


async def test_an_answer_without_a_place_for_failures_has_a_note() -> None:
    one = call({"removed": 3}, refusal(500))
    assert await one.run() == {"removed": 3}
    assert "Stopped early: sent: items 1 to 3; refused: items 4 to 6; not tried: item 7." in one.noted


async def test_a_part_in_a_background_job_is_not_called_done() -> None:
    one = call({}, {"jobId": "j-2", "location": "/v3/background-jobs/j-2"}, {})
    text = read(one, await one.run())
    assert text.startswith("4 of 7 things marked.\n")
    assert "3 accepted, not done yet: background job j-2 (4, 5, 6)" in text


async def test_parts_in_background_jobs_are_all_named() -> None:
    one = call(*({"jobId": job, "location": f"/v3/background-jobs/{job}"} for job in ("j-1", "j-2", "j-3")))
    text = read(one, await one.run())
    assert "in parts, not all done yet" in text
    assert "j-1, j-2, j-3" in text


def test_there_is_an_end() -> None:
    with pytest.raises(WrongArguments, match="at most 10000 items"):
        call({}, ids=list(range(MOST + 1)))

"""What a background job came to, as answers carry it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.background_jobs import (
    OUTCOME,
    background_job,
    ended_badly,
    is_bulk_answer,
    result_line,
    result_of,
    share_of,
)
from reply_mcp.catalog.views import Done, PerItem
from reply_mcp.condense import condense

SPEC = os.environ.get("REPLY_OPENAPI", "")
STARTS = {one.id for name in catalog.AREAS for one in catalog.area(name).operations if one.starts_job}


@pytest.mark.skipif(not SPEC, reason="REPLY_OPENAPI names no document")
def test_the_operations_that_start_jobs_are_those_that_the_document_answers_202() -> None:
    paths = json.loads(Path(SPEC).read_text("utf-8"))["paths"]
    soon = {one.id for name in catalog.AREAS for one in catalog.area(name).coming}
    put_off = {
        one["operationId"]
        for item in paths.values()
        for one in item.values()
        if isinstance(one, dict) and "202" in one.get("responses", {})
    }
    assert put_off - soon == STARTS


def test_seven_operations_start_jobs() -> None:
    assert len(STARTS) == 7
    assert "ScheduleEmailValidation" in STARTS


@pytest.mark.parametrize(
    ("answer", "job"),
    [
        ({"jobId": "j-1"}, "j-1"),
        ({"location": "v3/background-jobs/j-1"}, "j-1"),
        ({"location": "https://api.reply.io/v3/background-jobs/j-1/", "jobId": None}, "j-1"),
        ({"location": "https://accounts.example/consent"}, None),
        ({"location": None}, None),
        ({}, None),
        ([{"jobId": "j-1"}], None),
        (None, None),
    ],
)
def test_only_a_job_is_taken_for_one(answer: Any, job: str | None) -> None:
    assert background_job(answer) == job


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"status": "Done"}, None),
        ({"status": "processing", "progress": 0.5}, None),
        ({}, None),
        ({"status": "Failed", "progress": 0.4, "jsonDataResult": '{"added": 2, "failed": 0, "x": null}'}, None),
        ({"status": "EXPIRED"}, "expired"),
        ({"status": "Cancelled", "jsonDataResult": "no JSON"}, "was cancelled (no JSON)"),
        ({"status": "Unknown"}, 'ended as "unknown"'),
    ],
)
def test_how_a_job_ended(job: dict[str, Any], said: str | None) -> None:
    wanted = "failed at 40% (added: 2; failed: 0)" if job.get("status") == "Failed" else said
    assert ended_badly({"jobId": "j", OUTCOME: job}) == wanted


def test_answers_without_a_job_have_not_ended_badly() -> None:
    assert [ended_badly(one) for one in (None, [], {}, {OUTCOME: None}, {"status": "Failed"})] == [None] * 5


def test_what_reply_leaves_out_is_not_made_up() -> None:
    assert [share_of({"progress": value}) for value in (0.25, 7, None, True, "x")] == [0.25, 1.0, None, None, None]
    assert [result_of(one) for one in (None, {}, {"jsonDataResult": "[1"}, {"jsonDataResult": ""})] == [
        None,
        None,
        "[1",
        None,
    ]
    assert result_line([1, "a"]) == '[1, "a"]'


@pytest.mark.parametrize(
    ("result", "own"),
    [
        ({"items": []}, True),
        ({"added": [1], "notProcessed": {}}, True),
        ({"notProcessed": {"7": {"error": "x"}}}, True),
        ([{"id": 1}], True),
        ({"added": 3, "failed": 0}, False),
        ([], False),
        ([1, 2], False),
        ({}, False),
        ("done", False),
        (None, False),
    ],
)
def test_only_what_names_each_item_stands_for_an_answer(result: Any, own: bool) -> None:
    assert is_bulk_answer(result) is own


def read(answer: Any, view: Any) -> str:
    return condense(answer, view, arguments={"thingIds": [1, 2]}).text


def test_an_answer_says_where_its_job_stands() -> None:
    many, one = PerItem("thing", "marked", "thingIds"), Done("{count} things are being marked.")
    accepted = {"jobId": "j-1", "location": None, "count": 2}
    running = read({**accepted, OUTCOME: {"status": "Processing", "progress": 0.4}}, one)
    assert "not done yet: it runs in the background, 40% done when last looked at" in running
    assert running.count("j-1") == 1
    assert running.endswith("2 things are being marked.")
    assert "when last looked at" not in read({**accepted, OUTCOME: None}, one)
    done = read({**accepted, OUTCOME: {"status": "Done", "jsonDataResult": '{"marked": 2, "pains": ["a", "b"]}'}}, one)
    assert done.startswith("Done by background job j-1. count: 2.")
    assert "marked: 2" in done
    silent = read({"jobId": "j-1", OUTCOME: {"status": "Done"}}, many)
    assert silent == "Done by background job j-1. Its result does not say what came of each: look before a repeat."
    assert "j-1, j-2" in read({"jobIds": ["j-1", "j-2"]}, many)
    assert read({"jobIds": ["j-1", "j-2"], "done": True}, many).startswith("Done by Reply in 2 background jobs")

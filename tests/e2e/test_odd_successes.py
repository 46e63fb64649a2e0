"""A success that says nothing, in the place of each tool's own: nothing is called done, and nothing is written behind a
look that cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.answers import Kind, fits, kind_of
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from tests.client.peer import answer
from tests.e2e.fitting import fitting
from tests.e2e.soundness import TIMES, TOOLS, Errors, few_for, is_read, named, sound
from tests.e2e.test_odd_answers import HTML, Spoiler, Stage, stage

__all__ = ["stage"]

WRITERS = [entry for entry in TOOLS if entry.effect is not Effect.READ and not entry.operations]
PART = WRITERS if TIMES > 1 else WRITERS[::2]
"""Half of them; all with `TEST_TIMES`. (Every operation alone: tests/client/test_odd_successes.py.)"""
PROBLEM = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "No."}
ODD: dict[str, Any] = {
    "null": None,
    "nothing in it": {},
    "ok": "ok",
    "a problem": PROBLEM,
    "an error": {"error": "Internal"},
    "a web page": HTML,
    "204": b"",
    "a list": [{"id": 1}],
}


def odd_answer(odd: str) -> bytes:
    if odd == "204":
        return answer(204)
    if odd == "a web page":
        return answer(200, HTML, kind="text/html")
    return answer(200, json.dumps(ODD[odd]))


def is_answer(odd: str, kind: Kind) -> bool:
    """Whether it is a success of this kind after all."""
    return odd not in ("a web page", "null") and fits(None if odd == "204" else ODD[odd], kind)


@pytest.mark.parametrize("entry", PART, ids=named)
def test_an_odd_success_is_never_told_as_done(stage: Stage, errors: Errors, entry: Entry) -> None:
    @few_for(entry)
    @given(fitting(entry, stage.sandbox), st.sampled_from(sorted(ODD)))
    def told(arguments: dict[str, Any], odd: str) -> None:
        written: list[str] = []

        def spoil(method: str, target: str, true: bytes) -> bytes:
            if is_read(method, target.partition("?")[0]) or int(true.split()[1]) >= 400:
                return true
            written.append(f"{method} {target}")
            return odd_answer(odd)

        stage.spoiling.begin([_by_request(stage, spoil)])
        text = sound(stage.call(entry.tool, arguments, False), errors)
        kind = kind_of(entry.id)
        if not written or kind is None or is_answer(odd, kind):
            return
        assert "may have been done" in text or "unknown" in text or "may not" in text, (odd, written, text)
        assert len(written) == len(set(written)) or entry.id in SEVERAL, written

    told()


UNDECIDED = frozenset({"BatchCompleteTasks"})
"""Tools whose look finds the effect alone, and takes the strictest where it cannot be read."""
SEVERAL = frozenset({"BulkAddContactsToSequence", "ImportContacts", "SetContactsOptedOut"})
"""Tools that send parts of one thing to the same path."""


def _by_request(stage: Stage, spoil: Any) -> Spoiler:
    return lambda true: spoil(*stage.spoiling.line, true)


@pytest.mark.parametrize("entry", WRITERS, ids=named)
def test_nothing_is_written_behind_a_look_that_cannot_be_read(stage: Stage, errors: Errors, entry: Entry) -> None:
    @few_for(entry)
    @given(fitting(entry, stage.sandbox), st.sampled_from(sorted(ODD)))
    def told(arguments: dict[str, Any], odd: str) -> None:
        behind: list[str] = []
        unread: list[str] = []

        def spoil(method: str, target: str, true: bytes) -> bytes:
            if is_read(method, target.partition("?")[0]):
                unread.append(target)
                return odd_answer(odd)
            behind.extend([*unread[:1], f"{method} {target}"] if unread else [])
            return true

        stage.spoiling.begin([_by_request(stage, spoil)])
        sound(stage.call(entry.tool, arguments, False), errors)
        assert not behind or entry.id in UNDECIDED, (odd, behind)

    told()

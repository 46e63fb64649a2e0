"""Each request of a call fails in its turn, in several ways: what the answer says of the write is so, and nothing is
sent twice that may have been done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.index import Entry
from tests.client.peer import RESET, answer
from tests.e2e.fitting import fitting
from tests.e2e.soundness import TIMES, Errors, few_for, named, sound
from tests.e2e.test_odd_answers import Stage, stage
from tests.e2e.test_odd_successes import PROBLEM, SEVERAL, WRITERS, _by_request, is_read

__all__ = ["stage"]

WAYS = {
    "lost": RESET,
    "500": answer(500),
    "503": answer(503, '{"title":"Down"}'),
    "499": answer(499),
    "refused": answer(400, '{"code":"x.y","detail":"No."}'),
    "a problem under 200": answer(200, json.dumps(PROBLEM)),
    "null": answer(200, "null"),
    "half": answer(200, '{"id": 5', length=400),
}
OPEN = ("lost", "500", "503", "499", "a problem under 200", "null", "half")
"""The ways that leave it open whether a write was done."""
DENIALS = ("Nothing was changed", "Nothing was done", "Nothing was sent", "Nothing was created")
PART = WRITERS if TIMES > 1 else WRITERS[::4]
"""A quarter of the writing tools; all of them with `TEST_TIMES`."""


@pytest.mark.parametrize("entry", PART, ids=named)
def test_each_request_failing_is_told_as_it_is(stage: Stage, errors: Errors, entry: Entry) -> None:
    @few_for(entry)
    @given(fitting(entry, stage.sandbox), st.integers(1, 6), st.sampled_from(sorted(WAYS)))
    def told(arguments: dict[str, Any], which: int, way: str) -> None:
        done: list[str] = []
        open_: list[str] = []

        def spoil(method: str, target: str, true: bytes) -> bytes:
            fails = stage.spoiling.asked == which
            if not is_read(method, target):
                if fails and way in OPEN:
                    open_.append(f"{method} {target}")
                elif not fails and int(true.split()[1]) < 300:
                    done.append(f"{method} {target}")
            return WAYS[way] if fails else true

        stage.spoiling.begin([_by_request(stage, spoil)])
        text = sound(stage.call(entry.tool, arguments, False), errors)
        assert stage.spoiling.repeated == []
        if done or open_:
            assert not any(denial in text for denial in DENIALS), (which, way, done, open_, text)
        assert len(open_) == len(set(open_)) or entry.id in SEVERAL, open_

    told()

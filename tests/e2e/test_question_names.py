"""Each id in a question has its name beside it: a person knows nothing by number.

Each run tries a part of the tools that ask; `make chaos` tries all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.changed_facts import ASKING, Desk, prepared, reading
from tests.chaos.stage import CODE
from tests.conftest import part_of
from tests.e2e.question_names import nameless_ids
from tests.e2e.soundness import SECRET
from tests.undo import changes_undone

SOME = 15
"""How many tools are tried."""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with prepared() as one:
        yield one


def asked(desk: Desk, tool: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions of a tool, each with the ids in it that have no name beside them."""
    found = []
    for case in ASKING[tool]:
        with changes_undone(desk.stage.kernel):
            given = case(desk.stage.world)
            with (
                desk.stage.served("code", files=(desk.stage.world.folder,), tools=SECRET, patience=0.2) as server,
                reading(desk.stage.store) as read,
            ):
                text = server.call(tool, given, decision="declines").text
            if CODE.search(text):
                found.append((text, nameless_ids(desk.stage, text, read)))
    return found


def test_each_id_has_its_name_beside_it(desk: Desk) -> None:
    tools = part_of(sorted(ASKING), SOME)
    questions = [one for tool in tools for one in asked(desk, tool)]
    assert len(questions) >= len(tools) / 2
    assert [one for one in questions if one[1]] == []


def test_a_bare_id_is_found_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*given: object) -> dict[str, str]:
        return {}

    monkeypatch.setattr("reply_mcp.catalog.lookups.running.read_titles", nothing)
    (found,) = [bare for _, bare in asked(desk, "reply_enable_sequence_step_variants")]
    assert [kind for kind, _ in found] == ["step"]

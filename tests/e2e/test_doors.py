"""Nobody is written to who must not be, whatever the door: each way to a person with everything that speaks against it.

Whom the blacklist blocks is refused, with the rule and what lifts it; others are left out by name, or asked about by
name; nothing is sent without the answer, and nothing that the answer could not know of.

Each run tries a part of the table; `make chaos` tries all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from tests.chaos.stage import Outcome, Stage, staged
from tests.conftest import part_of
from tests.e2e.doors import (
    BETWEEN,
    DOORS,
    EXCEPT,
    LATER,
    NAMED,
    NO_DOORS,
    PEOPLE,
    REFUSED,
    UNASKED,
    Condition,
    Doc,
    Door,
    Scene,
)
from tests.e2e.soundness import TOOLS, is_read

SOME = 20
"""Cells of the table that are tried in each run."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(world=Scene) as one:
        yield one


def cells_of(door: str) -> list[str]:
    return [one for one in (*REFUSED, *NAMED, *BETWEEN) if (door, one) not in EXCEPT]


def is_door(entry: Entry) -> bool:
    """Whether a tool may send to somebody: by its effect, or by one that is found from what it is given and names
    people."""
    names = set(entry.schema.get("properties", {}))
    return entry.effect is Effect.SEND or (entry.effect_varies and bool(names & PEOPLE))


def test_every_tool_that_sends_is_a_door_or_has_its_reason() -> None:
    doors = {one.tool for one in DOORS.values()}
    sending = {entry.tool for entry in TOOLS if is_door(entry)}
    assert sending == doors | set(NO_DOORS)
    assert not doors & set(NO_DOORS)
    assert {door for door, _ in EXCEPT} <= set(DOORS)


@dataclass(frozen=True)
class Cell:
    """What came of one door under one condition."""

    eve: Doc
    outcome: Outcome
    wrote: list[str]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """What was answered first."""
        return self.outcome.texts[0]

    def is_named(self) -> bool:
        return any(str(self.eve[key]) in self.text for key in ("id", "email", "firstName") if self.eve[key])

    def sent_to_eve(self) -> list[Doc]:
        own = {str(self.eve[key]) for key in ("email", "linkedInUrl", "phone") if self.eve.get(key)}
        return [
            one
            for one in self.outcome.sent
            if own & set(map(str, one.get("to") or ())) or one.get("contactId") == self.eve["id"]
        ]


def opened(stage: Stage, door: Door, condition: Condition, *, meanwhile: bool = False, agrees: bool = True) -> Cell:
    """Opens a door about somebody of whom the condition is so, or becomes so before the answer."""
    scene = stage.world
    assert isinstance(scene, Scene)
    found: list[tuple[str, ...]] = []
    # Nothing is asserted in here: what is raised would leave the sandbox as it is.
    with stage.served("code", patience=0.3) as desk:
        eve, given = door.make(scene)

        def happens() -> None:
            found.append(condition(scene, eve))

        if not meanwhile:
            happens()
        mark = stage.sandbox.seen()
        out = desk.call(
            door.tool, given, decision="agrees" if agrees else "declines", meanwhile=happens if meanwhile else None
        )
        rows = stage.sandbox.since(mark)
    wrote = [f"{row['method']} {row['path']}" for row in rows if not is_read(row["method"], row["path"])]
    return Cell(eve, out, wrote, found[0] if found else ())


def test_a_door_lets_through_whom_nothing_speaks_against(stage: Stage) -> None:
    for name in part_of(sorted(DOORS), SOME // 4):
        check_open(stage, name)


def check_open(stage: Stage, name: str) -> None:
    """Asked about, and done after the answer: what the other cells say would not be true of a door that is shut."""
    cell = opened(stage, DOORS[name], lambda scene, eve: ())
    assert len(cell.outcome.texts) == 2, cell.text
    assert cell.wrote
    assert cell.outcome.claim == "done", cell.outcome.text
    assert cell.sent_to_eve() or name in LATER, cell.outcome.sent


def test_nobody_is_written_to_who_must_not_be(stage: Stage) -> None:
    cells = [(door, condition) for door in DOORS for condition in cells_of(door)]
    assert len(cells) >= 330
    wrong = []
    for door, condition in part_of(cells, SOME):
        try:
            check(stage, door, condition)
        except AssertionError as error:
            wrong.append(f"{door}, {condition}: {error}")
    assert not wrong, "\n\n".join(wrong)


def check(stage: Stage, name: str, condition: str) -> None:
    """What must come of this door under this condition."""
    door = DOORS[name]
    if condition in BETWEEN:
        check_meanwhile(opened(stage, door, BETWEEN[condition], meanwhile=True))
    elif condition in REFUSED:
        check_refused(opened(stage, door, REFUSED[condition]), several=door.several)
    else:
        cell = opened(stage, door, NAMED[condition], agrees=False)
        check_named(cell, unasked=(name, condition) in UNASKED)


def check_refused(cell: Cell, *, several: bool) -> None:
    """Refused, or left out of what is asked about the others, with the rule and what lifts it."""
    assert "on the blacklist" in cell.text, cell.text
    assert any(word in cell.text for word in cell.words), cell.text
    lifts = ("reply_delete_blacklist_email_rule {", "reply_create_blacklist_exception {")
    assert any(one in cell.text for one in lifts), cell.text
    assert cell.is_named(), cell.text
    assert cell.sent_to_eve() == [], cell.outcome.text
    assert several or cell.wrote == [], cell.text


def check_named(cell: Cell, *, unasked: bool) -> None:
    """Left out by name, or asked about by name, with the reason."""
    assert any(word.lower() in cell.text.lower() for word in cell.words), cell.text
    assert cell.is_named(), cell.text
    assert cell.outcome.sent == [], cell.text
    assert unasked or cell.wrote == [], cell.text


def check_meanwhile(cell: Cell) -> None:
    """Asked before, and not done after the answer: what is called all the same reaches nobody, and says so."""
    assert len(cell.outcome.texts) == 2, cell.text
    assert cell.sent_to_eve() == [], cell.outcome.text
    if cell.wrote:
        assert any(word in cell.outcome.text.lower() for word in ("not found", "opted out", "not to")), (
            cell.outcome.text
        )

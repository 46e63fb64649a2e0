"""Nobody is written to who must not be, whatever the door: each way to a person with everything that speaks against it.

Whom the blacklist blocks is refused, with the rule and what lifts it; others are left out by name, or asked about by
name; nothing is sent without the answer, and nothing that the answer could not know of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.chaos.stage import Outcome, Stage, staged
from tests.e2e.doors import BETWEEN, DOORS, NAMED, REFUSED, Condition, Doc, Door, Scene
from tests.e2e.soundness import is_read

CELLS = [(door, condition) for door in DOORS for condition in (*REFUSED, *NAMED, *BETWEEN)]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(world=Scene) as one:
        yield one


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
            one for one in self.outcome.sent if own & set(map(str, one["to"])) or one.get("contactId") == self.eve["id"]
        ]


def tried(stage: Stage, door: Door, condition: Condition, *, meanwhile: bool, agrees: bool) -> Cell:
    """Opens a door about somebody of whom the condition is so, or becomes so before the answer."""
    scene = stage.world
    assert isinstance(scene, Scene)
    # Nothing is asserted in here: what is raised would leave the sandbox as it is.
    with stage.served("code", patience=0.3) as desk:
        eve, given = door.make(scene)
        words = () if meanwhile else condition(scene, eve)
        mark = stage.sandbox.seen()
        out = desk.call(
            door.tool,
            given,
            decision="agrees" if agrees else "declines",
            meanwhile=(lambda: condition(scene, eve) and None) if meanwhile else None,
        )
        rows = stage.sandbox.since(mark)
    wrote = [f"{row['method']} {row['path']}" for row in rows if not is_read(row["method"], row["path"])]
    return Cell(eve, out, wrote, words)


@pytest.mark.parametrize(("name", "condition"), CELLS, ids=lambda one: one.replace(" ", "-"))
def test_a_door_and_what_speaks_against_it(stage: Stage, name: str, condition: str) -> None:
    door = DOORS[name]
    if condition in BETWEEN:
        check_meanwhile(tried(stage, door, BETWEEN[condition], meanwhile=True, agrees=True))
    elif condition in REFUSED:
        check_refused(tried(stage, door, REFUSED[condition], meanwhile=False, agrees=True), several=door.several)
    else:
        check_named(tried(stage, door, NAMED[condition], meanwhile=False, agrees=False))


def check_refused(cell: Cell, *, several: bool) -> None:
    """Refused, or left out of what is asked about the others, with the rule and what lifts it."""
    assert "on the blacklist" in cell.text, cell.text
    assert any(word in cell.text for word in cell.words), cell.text
    assert "reply_delete_blacklist_email_rule {" in cell.text or "reply_create_blacklist_exception {" in cell.text, (
        cell.text
    )
    assert cell.is_named(), cell.text
    assert cell.sent_to_eve() == []
    assert several or cell.wrote == [], cell.text


def check_named(cell: Cell) -> None:
    """Left out by name, or asked about by name, with the reason."""
    assert any(word.lower() in cell.text.lower() for word in cell.words), cell.text
    assert cell.is_named(), cell.text
    assert cell.wrote == []
    assert cell.outcome.sent == []


def check_meanwhile(cell: Cell) -> None:
    """Asked before, and not done after the answer."""
    assert len(cell.outcome.texts) == 2, cell.text
    assert cell.wrote == [], cell.outcome.text
    assert cell.sent_to_eve() == [], cell.outcome.text

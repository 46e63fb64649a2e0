"""Each fact that a question shows changes between the question and the person's answer: does the consent still count?

    python -m tests.chaos.changed_facts [--tools reply_start_sequence,…]

The facts are found, not listed: values that the question's text and facts have in common with what the sandbox read for
it. Each is changed where it is kept, and the call is made with the code that was given before. A value that stands in
several places by chance counts as bound where one of them voids the code.
"""

from __future__ import annotations

import argparse
import copy
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from reply_mcp.catalog.operation import Question
from reply_mcp.server.consent import gate
from reply_mcp.text.cleaning import clean
from tests.chaos.stage import CODE, Stage, staged
from tests.e2e.effect_cases import CASES, Case
from tests.e2e.question_cases import ALWAYS_ASK, Asking
from tests.e2e.soundness import SECRET, is_read
from tests.undo import changes_undone

ASKING: dict[str, list[Case]] = {**CASES, **ALWAYS_ASK}
OURS = frozenset({"clock", "apiKey", "uuidCounter", "engine", "saving", "outbox", "user", "team"})
"""Kinds of documents that are no facts of a question: who calls, and what the sandbox counts with."""
PLACES = 16
"""In how many places a value is changed at most, until one of them voids the code."""
OF_A_FIELD = 3
"""And in how many of one field of a document."""
PEOPLE = frozenset({"contact"})
"""Kinds that a question is about by their number alone: others stand for people there; another thing's number is its
identity, which nothing can change."""
COPIES = {("message", "fromName"), ("thread", "subject"), ("emailAccount", "senderName")}
"""What repeats a value that is kept, and tried, elsewhere: names of senders and subjects of what was sent, and names of
users, who are no fact."""
TELLING = 100
"""Smaller numbers, and values of one or two letters, stand for something only under their name."""

Path = tuple[str | int, ...]
Place = tuple[str, int, Path]
"""The kind and id of a document, and where in it."""


@dataclass
class Report:
    """What was changed, and which changes a person's consent outlived or no question noticed."""

    questions: int = 0
    facts: int = 0
    """Values of questions that stand in what was read for them."""
    changes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    outlived: list[str] = field(default_factory=list)

    def table(self) -> str:
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        head = f"{self.questions} questions, {self.facts} facts, {self.changes} changes: {outcomes}"
        return "\n".join([head, f"{len(self.outlived)} outlived by consent", *self.outlived])


class Desk:
    """Asks the questions, and looks at what they are made of."""

    def __init__(self, stage: Stage, patch: pytest.MonkeyPatch) -> None:
        self.stage, self.store = stage, stage.store
        self.questions: list[Question] = []
        real = gate.question_about

        async def kept(*given: Any) -> Question:
            question = await real(*given)
            self.questions.append(question)
            return question

        patch.setattr(gate, "question_about", kept)

    def try_case(self, name: str, tool: str, case: Case, report: Report) -> None:
        """Changes each fact of this call's question in its turn."""
        with self._prepared(case) as given:
            found = self._ask(tool, given)
            if found is None:
                return
            question, read = found
            facts = self._facts(question, read, given)
        report.questions += 1
        report.facts += len(facts)
        for value, places in facts.items():
            outcome = ""
            for place in places:
                outcome = self._outcome(tool, case, place, question)
                report.changes += 1
                report.outcomes[outcome] += 1
                if outcome == "outlived":
                    report.outlived.append(f"{name}: {value!r}, {place}: another question, and the same consent")
                if outcome not in ("outlived", "no part of it"):
                    break
            if outcome == "no part of it":
                report.outlived.append(f"{name}: {value!r} may change unseen: {places}")

    @contextmanager
    def _prepared(self, case: Case) -> Iterator[dict[str, Any]]:
        with changes_undone(self.stage.kernel):
            yield case(self.stage.world)

    def _ask(self, tool: str, given: dict[str, Any]) -> tuple[Question, set[tuple[str, int]]] | None:
        """The question before the call, with what the sandbox read for it; None where there is none."""
        self.questions.clear()
        with self._served() as desk, reading(self.store) as read:
            out = desk.call(tool, given, decision="declines")
        return (self.questions[-1], read) if CODE.search(out.text) else None

    def _served(self) -> Any:
        return self.stage.served("code", files=(self.stage.world.folder,), tools=SECRET, patience=0.2)

    def _facts(self, question: Question, read: set[tuple[str, int]], given: dict[str, Any]) -> dict[str, list[Place]]:
        """The question's values, each with its places in what was read; not those that the call gave itself."""
        text = clean(question.text)
        in_facts = {(key, value) for key, value in leaves_by_name(question.facts)}
        values = {value for _, value in in_facts}
        own = {value for _, value in leaves_by_name(given)}
        said = values | own | set(re.findall(r"\d+", text))
        identities = {str(id) for kind, id in read if kind not in PEOPLE}
        found: dict[str, list[Place]] = {}
        of_a_field: Counter[tuple[str, Place]] = Counter()
        # First the things that the question names.
        for kind, id in sorted(read, key=lambda one: (-self._mentioned(*one, said), one)):
            for path, leaf in leaves(self.store.get(kind, id) or {}):
                value, key = str(leaf), _key(path)
                if path == ("id",) or value in own or value in identities:
                    continue
                telling = abs(leaf) >= TELLING if isinstance(leaf, int | float) else len(value) > 2
                shown = (
                    telling
                    and not (value not in values and value.isalpha() and value.islower())
                    and (value in values or re.search(rf"(?<![\w@]){re.escape(value)}(?!\w)", text))
                )
                if not shown and (key, value) not in in_facts:
                    continue
                if (kind, key) in COPIES or (value not in values and _is_part(value, values)):
                    continue
                name, field = value if telling else f"{key} {value}", tuple(one for one in path if isinstance(one, str))
                of_a_field[name, (kind, id, field)] += 1
                places = found.setdefault(name, [])
                if of_a_field[name, (kind, id, field)] <= OF_A_FIELD and len(places) < PLACES:
                    places.append((kind, id, path))
        return found

    def _mentioned(self, kind: str, id: int, said: set[str]) -> int:
        """How much of a document the question speaks of."""
        doc = self.store.get(kind, id) or {}
        return 100 * (str(id) in said) + sum(isinstance(one, int) and str(one) in said for one in doc.values())

    def _outcome(self, tool: str, case: Case, place: Place, question: Question) -> str:
        """What came of the call with the code of this question, after the change.

        `asked again` and `refused` void the code, and `harmless` needs none any more: the question is no longer asked.
        `no part of it` is a change that the question does not depend on.
        """
        with self._prepared(case) as given, self._served() as desk:
            mark: list[int] = []

            def meanwhile() -> None:
                change(self.store, place)
                mark.append(self.stage.sandbox.seen())

            try:
                out = desk.call(tool, given, meanwhile=meanwhile)
            except AssertionError as broken:
                if "/reply_mcp/sandbox/" not in str(broken):
                    raise
                return "impossible"
            wrote = [row for row in self.stage.sandbox.since(mark[0]) if not is_read(row["method"], row["path"])]
        if out.claim == "asked":
            assert not wrote, (tool, place, wrote)
            return "asked again"
        if not wrote and out.claim != "done":
            return "refused"
        with self._prepared(case) as given:
            change(self.store, place)
            anew = self._ask(tool, given)
        if anew is None:
            return "harmless"
        return "no part of it" if anew[0] == question else "outlived"


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The texts, numbers and switches in JSON data, with their paths."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    elif value is not None and value != "":
        yield path, value


def leaves_by_name(value: Any) -> set[tuple[str, str]]:
    return {(_key(path), str(leaf)) for path, leaf in leaves(value)}


def _key(path: Path) -> str:
    """The name under which a value stands, `steps` for one of a list."""
    return str(next((part for part in reversed(path) if isinstance(part, str)), "")).lstrip("_")


def _is_part(value: str, values: set[str]) -> bool:
    """Whether a value stands within another one, which is tried itself."""
    return any(value in other and value != other for other in values)


def change(store: Any, place: Place) -> None:
    """Puts another value in this place: one that others of the kind have there, or else one made of it."""
    kind, id, path = place
    doc = copy.deepcopy(store.get(kind, id))
    holder: Any = doc
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = _another(holder[path[-1]], _elsewhere(store, kind, path))
    store.put(kind, doc)


def _elsewhere(store: Any, kind: str, path: Path) -> list[Any]:
    return [leaf for doc in store.all(kind) for one, leaf in leaves(doc) if one == path]


def _another(value: Any, others: Sequence[Any]) -> Any:
    if isinstance(value, bool):
        return not value
    for other in others:
        if other != value and type(other) is type(value):
            return other
    return value + 1 if isinstance(value, int | float) else f"{value}x"


@contextmanager
def reading(store: Any) -> Iterator[set[tuple[str, int]]]:
    """Notes which documents are read meanwhile."""
    read: set[tuple[str, int]] = set()
    get, every = store.get, store.all

    def noting_get(kind: str, id: int) -> Any:
        read.add((kind, id))
        return get(kind, id)

    def noting_all(kind: str, **equal: Any) -> Any:
        found = every(kind, **equal)
        read.update((kind, doc["id"]) for doc in found)
        return found

    store.get, store.all = noting_get, noting_all
    try:
        yield read
    finally:
        del store.get, store.all
        read.difference_update([one for one in read if one[0] in OURS])


@contextmanager
def prepared() -> Iterator[Desk]:
    with staged(world=Asking) as stage, tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        stage.world.folder = folder
        yield Desk(stage, patch)


def try_all(desk: Desk, tools: Iterable[str]) -> Report:
    """Tries the questions of these tools."""
    report = Report()
    for tool in tools:
        for number, case in enumerate(ASKING[tool]):
            desk.try_case(f"{tool}[{number}]", tool, case, report)
    return report


def main(given: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--tools", default="", help="these alone, with commas between them")
    chosen = options.parse_args(given)
    began = time.monotonic()
    with prepared() as desk:
        report = try_all(desk, chosen.tools.split(",") if chosen.tools else ASKING)
    print(report.table(), f"\n{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if report.outlived else 0


if __name__ == "__main__":
    raise SystemExit(main())

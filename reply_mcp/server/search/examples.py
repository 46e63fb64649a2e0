"""Requests that people made, with what did the job: a new request like one of them most likely wants the same.

The requests stand in `requests.txt`, a line each: `words -> ids of operations or workflows`. The index keeps them by
their words, since reading a thousand requests takes longer than a person should wait for the first search.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from heapq import nlargest
from importlib.resources import files

Example = tuple[Sequence[str], Sequence[str]]
"""The words of a request, and the ids that do the job."""

_NEAREST = 8
"""How many of the most similar requests have a say."""


class Examples:
    """Requests by their words, compared by the cosine of the words they share, rare ones counting more."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._rows = [row for row in examples if row[0]]
        self._rows_of: dict[str, list[int]] = {}
        for number, (words, _) in enumerate(self._rows):
            for word in words:
                self._rows_of.setdefault(word, []).append(number)
        self._rarity = cache(self._rarity_of)
        self._length_of = cache(lambda number: self._length(self._rows[number][0]))

    def __len__(self) -> int:
        return len(self._rows)

    def nearest(self, asked: set[str]) -> list[tuple[float, Example]]:
        """The most similar requests, most similar first, with how similar each is: about 1.0 for one the same."""
        shared: dict[int, float] = {}
        for word in asked:
            for row in self._rows_of.get(word, ()):
                shared[row] = shared.get(row, 0.0) + self._rarity(word) ** 2
        length = self._length(asked)
        alike = ((weight / length / self._length_of(row), row) for row, weight in shared.items())
        return [(likeness, self._rows[row]) for likeness, row in nlargest(_NEAREST, alike)]

    def _length(self, words: Iterable[str]) -> float:
        return math.sqrt(sum(self._rarity(word) ** 2 for word in words)) or 1.0

    def _rarity_of(self, word: str) -> float:
        rows = self._rows_of.get(word)
        return math.log(1 + len(self._rows) / (1 + len(rows) if rows else 1))


def likely(nearest: Iterable[tuple[float, Example]]) -> dict[str, float]:
    """For each id that did the job of a similar request, how much speaks for it."""
    found: dict[str, float] = {}
    for likeness, (_, ids) in nearest:
        for id in ids:
            found[id] = found.get(id, 0.0) + likeness**2 / math.sqrt(len(ids))
    return found


def requests() -> list[tuple[str, list[str]]]:
    """The requests as people made them, with the ids that do the job."""
    text = files(__package__).joinpath("requests.txt").read_text(encoding="utf-8")
    pairs = (line.partition(" -> ") for line in text.splitlines() if line and not line.startswith("#"))
    return [(words, ids.split()) for words, _, ids in pairs]

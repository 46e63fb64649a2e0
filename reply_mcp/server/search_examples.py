"""Requests that people made, with what did the job: a new request like one of them most likely wants the same.

The requests stand in `requests.txt`, a line each: `words -> ids of operations or workflows`. Their words as the index
has them are kept in `requests.json`, written by `reply-mcp catalog build`, since reading a thousand requests takes
longer than a person should wait for the first search.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nlargest
from importlib.resources import files

Example = tuple[Sequence[str], Sequence[str]]
"""The words of a request, and the ids that do the job."""

_NEAREST = 8
"""How many of the most similar requests have a say."""


class Examples:
    """Requests by their words, compared by the cosine of the words they share, rare ones counting more."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._rows = [(tuple(words), tuple(ids)) for words, ids in examples if words]
        counted = Counter(word for words, _ in self._rows for word in words)
        self._rarity = {word: math.log(1 + len(self._rows) / (1 + count)) for word, count in counted.items()}
        self._unknown = math.log(1 + len(self._rows))
        self._lengths = [self._length(words) for words, _ in self._rows]
        self._rows_of: dict[str, list[int]] = {}
        for row, (words, _) in enumerate(self._rows):
            for word in words:
                self._rows_of.setdefault(word, []).append(row)

    def __len__(self) -> int:
        return len(self._rows)

    def likely(self, asked: set[str]) -> dict[str, float]:
        """For each id that did the job of a similar request, how much speaks for it: about 1 for one the same."""
        shared: dict[int, float] = {}
        for word in asked:
            for row in self._rows_of.get(word, ()):
                shared[row] = shared.get(row, 0.0) + self._rarity[word] ** 2
        length = self._length(asked)
        alike = ((weight / length / self._lengths[row], row) for row, weight in shared.items())
        found: dict[str, float] = {}
        for likeness, row in nlargest(_NEAREST, alike):
            ids = self._rows[row][1]
            for id in ids:
                found[id] = found.get(id, 0.0) + likeness**2 / math.sqrt(len(ids))
        return found

    def _length(self, words: Iterable[str]) -> float:
        return math.sqrt(sum(self._rarity.get(word, self._unknown) ** 2 for word in words)) or 1.0


def requests() -> list[tuple[str, list[str]]]:
    """The requests as people made them, with the ids that do the job."""
    text = files("reply_mcp.server").joinpath("requests.txt").read_text(encoding="utf-8")
    pairs = (line.partition(" -> ") for line in text.splitlines() if line and not line.startswith("#"))
    return [(words, ids.split()) for words, _, ids in pairs]


def read_examples() -> Examples:
    """The requests by their words, as they were written when the catalog was built."""
    return Examples(json.loads(files("reply_mcp.server").joinpath("requests.json").read_text(encoding="utf-8")))

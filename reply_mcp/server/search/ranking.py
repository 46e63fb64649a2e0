"""The tools that fit a query best: what each of its words, phrases and likenesses is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from heapq import nsmallest
from typing import NamedTuple

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.examples import Examples, likely
from reply_mcp.server.search.index import Index, read_index
from reply_mcp.server.search.plain import bare, is_question
from reply_mcp.server.search.query import QueryReader, Reading
from reply_mcp.server.search.routes import route_in, served
from reply_mcp.server.search.words import CHANGING_STEMS, stem

_UNKNOWN = 3.0
"""What a word that the index lacks counts for in how much of the query is covered."""
_TITLE = 8.4
"""What a name or a saying is worth that stands in the query as it is, besides its length."""
_GOOD = 9.0
"""What words are worth at least that fit well."""
_ALIKE = 0.75
"""How similar a known request is at least that says what is meant."""
_EXAMPLES = 0.3
"""What the requests most like the query are worth, in parts of the best score that words alone give."""
_ROUTE = 200.0
"""What the very request of an entry is worth: more than any words."""


def _likely(asked: set[str], writes: bool, question: bool) -> dict[Kind, float]:
    """How likely tools of each kind are meant at all, other things being equal."""
    effects = {
        Effect.READ: 0.85 if writes else 1.25,
        Effect.DELETE: (0.7 if question else 1.0) * (1.0 if asked & _DELETING else 0.6),
    }
    several = 1.15 if asked & _SEVERAL else 0.85
    return {
        (effect, many): effects.get(effect, 0.7 if question else 1.0) * (several if many else 1.0)
        for effect in Effect
        for many in (True, False)
    }


def _kind(entry: Entry) -> Kind:
    return entry.effect, entry.id.startswith(("Bulk", "Batch"))


def _usual(entry: Entry) -> float:
    """How often such a tool is meant, whatever is asked."""
    usual = 1.15 if entry.core else 1.0
    if entry.tool.startswith(("reply_list_", "reply_search_")):
        usual *= 1.1
    return usual if entry.tool else usual * 0.8


Kind = tuple[Effect, bool]
"""What a call does to the world, and whether to many things at once."""
_SEVERAL = {stem("several"), stem("bulk")}
_DELETING = {stem("delete"), stem("remove"), stem("cancel")}


class Found(NamedTuple):
    """One match and how well it fits; scores compare only within one search."""

    entry: Entry
    score: float


class Matches(NamedTuple):
    """What a search found, best first, and whether it is doubtful that anything here does what was asked for."""

    found: list[Found]
    doubtful: bool


class Search:
    """Ranks entries for queries, by the index; an entry that the index lacks is not found.

    Args:
        entries: those that may be found; words are as rare as in the whole index, whichever these are.
        examples: known requests; those of the index unless given.
        index: that of the package unless given.
    """

    def __init__(self, entries: Sequence[Entry], examples: Examples | None = None, index: Index | None = None) -> None:
        self._index = index or read_index()
        self._examples = Examples(self._index.examples()) if examples is None else examples
        self._place_of = {id: place for place, id in enumerate(self._index.ids)}
        self._entries = {self._place_of[entry.id]: entry for entry in entries if entry.id in self._place_of}
        self._usual = {place: _usual(entry) for place, entry in self._entries.items()}
        self._kinds = {place: _kind(entry) for place, entry in self._entries.items()}
        self._order = {place: (not entry.core, entry.tool) for place, entry in self._entries.items()}
        self._names = [frozenset(name.split()) for name in self._index.names]
        self._things = frozenset(self._index.things.split())
        self._places = cache(self._index.places)
        self._rarity = cache(self._rarity_of)
        self._longest = max(title.count(" ") + 1 for title in self._index.titles)
        self._reader = QueryReader(self._index)

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        return self.matches(query, limit).found

    def matches(self, query: str, limit: int = 8) -> Matches:
        """The best matches, best first, and whether that is doubtful."""
        reading = self._reader.read(query)
        fits = self._fits(query, reading.words)
        best = max(fits.values(), default=0.0)
        nearest = self._examples.nearest(reading.words)
        for id, more in likely(nearest).items():
            place = self._place_of.get(id, -1)
            if place in self._entries:
                fits[place] = fits.get(place, 0.0) + _EXAMPLES * (best or 1.0) * more
        best_first = nsmallest(limit, fits, key=lambda place: (-round(fits[place], 9), self._order[place]))
        found = [Found(self._entries[place], fits[place]) for place in best_first]
        return Matches(found, self._doubtful(reading, best, nearest[0][0] if nearest else 0.0))

    def _fits(self, query: str, asked: set[str]) -> dict[int, float]:
        """For each entry with anything of the query, what its words are worth."""
        question = is_question(query)
        writes = bool(asked & CHANGING_STEMS) and not question
        scores = self._scores(asked)
        for place, more in (*self._named(query), *self._requested(query)):
            scores[place] = scores.get(place, 0.0) + more
        likely_of = _likely(asked, writes, question)
        return {
            place: score * self._usual[place] * likely_of[self._kinds[place]]
            for place, score in scores.items()
            if place in self._entries
        }

    def _doubtful(self, reading: Reading, best: float, likeness: float) -> bool:
        """Whether a query may be about something else altogether: it has words that are not known here, none of a thing
        that is, and neither an entry nor a known request that fits it well."""
        return reading.guessed and not reading.known & self._things and best < _GOOD and likeness < _ALIKE

    def words_of(self, query: str) -> set[str]:
        """The words of a query as the index has them."""
        return self._reader.read(query).words

    def _named(self, query: str) -> Iterable[tuple[int, float]]:
        """The entries whose names or sayings stand in the query, with what that is worth."""
        said = bare(query)
        spans = {
            " ".join(said[first:last])
            for first in range(len(said))
            for last in range(first + 1, min(first + self._longest, len(said)) + 1)
        }
        for title in spans & self._index.titles.keys():
            for place in self._index.titles[title].split():
                yield int(place), _TITLE + len(title) / 5

    def _requested(self, query: str) -> Iterable[tuple[int, float]]:
        """The entries that do what a request in the query did or does."""
        route = route_in(query)
        if route is not None:
            fits: dict[int, float] = {}
            for row in self._index.routes.get(route[1], ()):
                place, _, method = row.partition(" ")
                fits[int(place)] = max(fits.get(int(place), 0.0), served(route[0], method))
            yield from ((place, _ROUTE * fit) for place, fit in fits.items())

    def _scores(self, asked: set[str]) -> dict[int, float]:
        """For each entry with a word of those asked: how much of it stands there, and how much of the name is asked."""
        weights: dict[int, float] = {}
        covered: dict[int, float] = {}
        said: dict[int, float] = {}
        for word in asked & self._index.words.keys():
            rarity = self._rarity(word)
            for weight, places in self._places(word):
                for place in places:
                    weights[place] = weights.get(place, 0.0) + rarity * weight
                    covered[place] = covered.get(place, 0.0) + rarity
            for row in self._index.sayings.get(word, ()):
                at, *saying = row.split()
                if asked.issuperset(saying):
                    place = int(at)
                    said[place] = max(said.get(place, 0.0), 2.0 * sum(map(self._rarity, saying)))
        whole = sum(self._rarity(word) or _UNKNOWN for word in asked)
        scores = {}
        for place, weight in weights.items():
            name = self._names[place]
            named = len(asked & name) / len(name) if name else 0.0
            share = covered[place] / whole
            scores[place] = (weight + said.get(place, 0.0)) * (0.3 + 0.7 * share) * (0.6 + 0.4 * named)
        return scores

    def _rarity_of(self, word: str) -> float:
        """How rare a word is, from about 0.7 for one of every entry; 0.0 for one of none."""
        many = sum(len(places) for _, places in self._places(word))
        return math.log(1 + len(self._index.ids) / many) if many else 0.0

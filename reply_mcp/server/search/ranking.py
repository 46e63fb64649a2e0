"""The tools that fit a query best, by its words and by its meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.index import Index, read_index
from reply_mcp.server.search.routes import route_in, served
from reply_mcp.server.search.vectors import Sentences, read_vectors
from reply_mcp.server.search.verbs import done_by, is_reading, wanted
from reply_mcp.server.search.words import in_english, meaning, stem, tokens

_SMOOTH = 10
"""How much the first of an order counts more than the next: 1 / (10 + place), and a tenth of its share of the first
one's score."""
_NOT_THE_FIRST = 0.97
"""What a known request is worth for a tool that does it, but not as well as another."""
_KNOWN = 1.4
"""What is doubtful has less: the share of a query's rarity that stands in the catalog, plus twice how much nearer it is
to what tools do than to other subjects."""
_ELSEWHERE = 1.1
"""How much nearer a job counts that no tool does, since few requests for it are known."""
_LONGEST_TYPO, _MOST_TYPOS = 16, 8
"""How long a word may be to be mended, and how many of a query are."""
_NAMES = re.compile(r"\S+@\S+|(?<=[\w,] )[A-Z]\w+|^[A-Z]\w+(?='s)")
"""Addresses, and words written like names."""
_MANY = frozenset(
    map(stem, "all many several every bulk multiple these those everyone batch them few two three both".split())
)
OTHER_SUBJECT = "no:other_"
"""How the ids of subjects begin that have nothing to do with Reply."""
_AGREES = 1.2
"""How much likelier a tool is whose name has the verb of the request, or one that means the same."""
_HARMS = (Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE)


class Found(NamedTuple):
    """One match and how well it fits; scores compare only within one search."""

    entry: Entry
    score: float


class Matches(NamedTuple):
    """What a search found.

    Attributes:
        found: the best matches, best first.
        doubtful: whether the query is probably about something else than Reply.
        elsewhere: the job that the query most likely asks for and that no tool does, `no:…`, if any.
    """

    found: list[Found]
    doubtful: bool
    elsewhere: str | None = None


class Search:
    """Ranks entries for queries, by the index; an entry that the index lacks is not found.

    Two orders are fused by reciprocal rank: by BM25 over the words of names, descriptions, sayings and known requests,
    and by the likeness of the query's word vectors to the nearest of those sentences.

    Args:
        entries: those that may be found; words are as rare as in the whole index, whichever these are.
        index: that of the package unless given.
    """

    def __init__(self, entries: Sequence[Entry], index: Index | None = None) -> None:
        self._index = index or read_index()
        self._vectors = read_vectors()
        places = {id: place for place, id in enumerate(self._index.ids)}
        self._entries = {places[entry.id]: entry for entry in entries if entry.id in places}
        self._tools = {name: place for place, one in self._entries.items() for name in (one.tool, one.id, *one.aliases)}
        self._elsewhere = {place: id for id, place in places.items() if id.startswith("no:")}
        self._english = frozenset(self._index.english.split())
        rows = [row.split() for row in self._index.sentences]
        self._sentences = Sentences([row[0] for row in rows], self._vectors.size)
        self._spoken_for: dict[int, tuple[list[int], list[int]]] = {}
        for number, (_, *places_of) in enumerate(rows):
            for rank, place in enumerate(map(int, places_of)):
                self._spoken_for.setdefault(place, ([], []))[rank > 0].append(number)
        self._postings = cache(self._read_postings)

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        return self.matches(query, limit).found

    def matches(self, query: str, limit: int = 8) -> Matches:
        """The best matches, and whether there is anything at all that does what was asked for."""
        words, share = self._read(query)
        by_meaning = self._by_meaning(words)
        scores = _fused(self._by_words(words), by_meaning)
        named = dict(self._named(query))
        stems = frozenset(map(stem, words))
        for place, entry in self._entries.items():
            if place in scores or place in named:
                scores[place] = scores.get(place, 0.0) * _prior(entry, query, stems) + named.get(place, 0.0)
        order = sorted(scores, key=lambda place: (-scores[place], place))
        ours = max((by_meaning[place] for place in by_meaning if place in self._entries), default=0.0)
        others = {id: by_meaning[place] for place, id in self._elsewhere.items() if place in by_meaning}
        foreign = max((others[id] for id in others if id.startswith(OTHER_SUBJECT)), default=0.0)
        job = max((id for id in others if not id.startswith(OTHER_SUBJECT)), key=others.__getitem__, default=None)
        elsewhere = job if job and _ELSEWHERE * others[job] > max(ours, foreign) else None
        doubtful = share + 2 * (ours - foreign) < _KNOWN
        order = [place for place in order if place in self._entries]
        if is_reading(query) and not named:
            # What only reads leads; the likeliest of the others is next.
            first = next((place for place in order if self._entries[place].effect not in _HARMS), None)
            if first is not None:
                order.remove(first)
                order.insert(0, first)
        found = [Found(self._entries[place], scores[place]) for place in order[:limit]]
        return Matches(found, doubtful and not named, None if named else elsewhere)

    def _read(self, query: str) -> tuple[list[str], float]:
        """The query's words as the index has them, and what share of their rarity stands in the catalog."""
        words, foreign = in_english(tokens(query), self._english)
        proper = {word for name in _NAMES.findall(query[:1_000]) for word in tokens(name)}
        known: list[str] = []
        whole = held = 0.0
        unknown = 0
        for word in words:
            if not foreign and not self._is_known(word):
                if word in proper:
                    continue
                if unknown < _MOST_TYPOS:
                    unknown += 1
                    word = self._mended(word)
            known.append(word)
            if word not in proper and not word.isdigit():
                rarity = self._rarity(stem(word))
                whole += rarity
                held += rarity if self._is_ours(word) else 0.0
        synonyms = (meaning(word) for word in known)
        return [*known, *(word for word in synonyms if word)], held / whole if whole else 0.0

    def _is_known(self, word: str) -> bool:
        return stem(word) in self._index.words or self._vectors.find(word) is not None

    def _is_ours(self, word: str) -> bool:
        """Whether the catalog or a request that it serves has the word, or one that means the same."""
        return meaning(word) is not None or any(place in self._entries for place, _ in self._postings(stem(word)))

    def _mended(self, word: str) -> str:
        """The commonest word of the catalog and the requests that one typing error makes of this one, or the word."""
        if not 4 <= len(word) <= _LONGEST_TYPO or not word.isalpha():
            return word
        places = (self._vectors.places.get(near, self._vectors.own) for near in _one_edit_away(word))
        best = min(places, default=self._vectors.own)
        return word if best >= self._vectors.own else self._vectors.words[best]

    def _by_words(self, words: Iterable[str]) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word in sorted(set(map(stem, words))):
            rarity = self._rarity(word)
            for place, weight in self._postings(word):
                scores[place] = scores.get(place, 0.0) + rarity * weight
        return self._findable(scores)

    def _by_meaning(self, words: Iterable[str]) -> dict[int, float]:
        """For each entry the likeness of its nearest sentence, and a little of its second nearest."""
        vector = self._vectors.vector(words)
        if not any(vector):
            return {}
        likeness = self._sentences.likeness(vector)
        scores: dict[int, float] = {}
        for place, (first, other) in self._spoken_for.items():
            values = [likeness[row] for row in first]
            values += [_NOT_THE_FIRST * likeness[row] for row in other]
            *_, second, best = sorted([0.0, *values])
            scores[place] = best + 0.3 * (second or 0.8 * best)
        return self._findable(scores)

    def _findable(self, scores: Mapping[int, float]) -> dict[int, float]:
        return {place: score for place, score in scores.items() if place in self._entries or place in self._elsewhere}

    def _named(self, query: str) -> Iterator[tuple[int, float]]:
        """Tools that the query names, or whose request it is, of any version of the API."""
        for word in re.findall(r"\w+", query[:1_000]):
            if word in self._tools:
                yield self._tools[word], 1.0
        route = route_in(query[:1_000])
        for row in self._index.routes.get(route[1], ()) if route else ():
            place, _, method = row.partition(" ")
            if route and int(place) in self._entries:
                yield int(place), served(route[0], method)

    def _read_postings(self, word: str) -> list[tuple[int, float]]:
        numbers = [int(number) for number in self._index.words.get(word, "").split()]
        return [(place, weight / 100) for place, weight in zip(numbers[::2], numbers[1::2], strict=True)]

    def _rarity(self, word: str) -> float:
        count = len(self._postings(word))
        return math.log(1 + (len(self._index.ids) - count + 0.5) / (count + 0.5))


def _fused(*orders: Mapping[int, float]) -> dict[int, float]:
    fused: dict[int, float] = {}
    for scores in orders:
        order = sorted(scores, key=lambda place: (-scores[place], place))
        for rank, place in enumerate(order):
            share = scores[place] / scores[order[0]] / _SMOOTH
            fused[place] = fused.get(place, 0.0) + 1 / (_SMOOTH + 1 + rank) + share
    return fused


def _prior(entry: Entry, query: str, words: frozenset[str]) -> float:
    """How likely such a tool is meant, other things being equal."""
    prior = 1.1 if entry.core else 1.0
    kinds = wanted(query)
    if kinds & done_by(entry.tool or f"reply_{entry.id}"):
        prior *= _AGREES
    if entry.effect is Effect.DELETE and "_update_" not in entry.tool and not kinds & {"delete", "stop"}:
        prior *= 0.75
    if entry.id.startswith(("Bulk", "Batch")):
        prior *= 1.1 if words & _MANY or any(word.isdigit() for word in words) else 0.9
    if is_reading(query):
        prior *= 1.1 if entry.effect is Effect.READ else 0.9
    return prior if entry.tool else prior * 0.8


def _one_edit_away(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            yield before + after[1:2] + after[:1] + after[2:]
            yield from (before + letter + after[1:] for letter in letters)
        yield from (before + letter + after for letter in letters)

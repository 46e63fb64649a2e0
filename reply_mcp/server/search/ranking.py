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
from reply_mcp.server.search.words import NAMES, in_english, meaning, stem, tokens

_SMOOTH = 10
"""How much the first of an order counts more than the next: 1 / (10 + place), and a tenth of its share of the first
one's score."""
_CORE, _AGREES, _READS, _CHANGES, _BULK, _NOT_YET = 1.05, 1.2, 1.1, 0.9, 0.9, 0.8
"""How much likelier a tool is that is often used, whose name has the verb of the request, that reads where the request
does, that changes something where the request reads, that changes many things, and that Reply has not released."""
_KNOWN = 1.4
"""What is doubtful has less: the share of a query's rarity that stands in the catalog, plus twice how much nearer it is
to what tools do than to other subjects."""
_ELSEWHERE = 1.1
"""How much nearer a job counts that no tool does, since few requests for it are known."""
_LONGEST_TYPO, _MOST_TYPOS = 16, 8
"""How long a word may be to be mended, and how many of a query are."""
OTHER_SUBJECT = "no:other_"
"""How the ids of subjects begin that have nothing to do with Reply."""
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
        rows = [row.split() for row in self._index.sentences]
        self._sentences = Sentences([row[0] for row in rows], self._vectors.size)
        self._spoken_for: dict[int, list[int]] = {place: [] for place in (*self._entries, *self._elsewhere)}
        for number, (_, *owners) in enumerate(rows):
            for place in map(int, owners):
                if place in self._spoken_for:
                    self._spoken_for[place].append(number)
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
        fit = {
            place: scores.get(place, 0.0) * _prior(entry, query) + named.get(place, 0.0)
            for place, entry in self._entries.items()
            if place in scores or place in named
        }
        order = sorted(fit, key=lambda place: (-fit[place], place))
        if is_reading(query) and not named:
            # What only reads leads; the likeliest of the others is next.
            first = next((place for place in order if self._entries[place].effect not in _HARMS), None)
            order.sort(key=lambda place: place != first)
        found = [Found(self._entries[place], fit[place]) for place in order[:limit]]
        if named:
            return Matches(found, False)
        ours = max((by_meaning[place] for place in by_meaning if place in self._entries), default=0.0)
        others = {id: by_meaning.get(place, 0.0) for place, id in self._elsewhere.items()}
        foreign = max((others[id] for id in others if id.startswith(OTHER_SUBJECT)), default=0.0)
        job = max((id for id in others if not id.startswith(OTHER_SUBJECT)), key=others.__getitem__, default=None)
        elsewhere = job if job and _ELSEWHERE * others[job] > max(ours, foreign) else None
        return Matches(found, share + 2 * (ours - foreign) < _KNOWN, elsewhere)

    def _read(self, query: str) -> tuple[list[str], float]:
        """The query's words as the index has them, and what share of their rarity stands in the catalog."""
        words, foreign = in_english(tokens(query), self._index.words)
        proper = {word for name in NAMES.findall(query[:1_000]) for word in tokens(name)}
        known: list[str] = []
        whole = held = 0.0
        typos = 0
        for word in words:
            if not foreign and not self._is_known(word):
                if word in proper:
                    continue
                typos += 1
                word = self._mended(word) if typos <= _MOST_TYPOS else word
            known.append(word)
            if word not in proper and not word.isdigit():
                rarity = self._rarity(stem(word))
                whole += rarity
                held += rarity if self._is_ours(word) else 0.0
        synonyms = filter(None, map(meaning, known))
        return [*known, *synonyms], held / whole if whole else 0.0

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
        best = min(places)
        return word if best >= self._vectors.own else self._vectors.words[best]

    def _by_words(self, words: Iterable[str]) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word in sorted(set(map(stem, words))):
            rarity = self._rarity(word)
            for place, weight in self._postings(word):
                scores[place] = scores.get(place, 0.0) + rarity * weight
        return scores

    def _by_meaning(self, words: Iterable[str]) -> dict[int, float]:
        """For each entry the likeness of its nearest sentence, and a little of its second nearest."""
        vector = self._vectors.vector(words)
        if not any(vector):
            return {}
        likeness = self._sentences.likeness(vector)
        scores = {}
        for place, rows in self._spoken_for.items():
            *_, second, best = sorted([0.0, 0.0, *(likeness[row] for row in rows)])
            if best:
                scores[place] = best + 0.3 * (second or 0.8 * best)
        return scores

    def _named(self, query: str) -> Iterator[tuple[int, float]]:
        """Tools that the query names, or whose request it is, of any version of the API."""
        for word in re.findall(r"\w+", query[:1_000]):
            if word in self._tools:
                yield self._tools[word], 1.0
        if route := route_in(query[:1_000]):
            for place, _, method in (row.partition(" ") for row in self._index.routes.get(route[1], ())):
                if int(place) in self._entries:
                    yield int(place), served(route[0], method)

    def _read_postings(self, word: str) -> list[tuple[int, float]]:
        numbers = list(map(int, self._index.words.get(word, "").split()))
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [(place, weight / 100) for place, weight in pairs if place in self._spoken_for]

    def _rarity(self, word: str) -> float:
        count = len(self._index.words.get(word, "").split()) / 2
        return math.log(1 + (len(self._index.ids) - count + 0.5) / (count + 0.5))


def _fused(*orders: Mapping[int, float]) -> dict[int, float]:
    fused: dict[int, float] = {}
    for scores in orders:
        order = sorted(scores, key=lambda place: (-scores[place], place))
        for rank, place in enumerate(order):
            share = scores[place] / scores[order[0]] / _SMOOTH
            fused[place] = fused.get(place, 0.0) + 1 / (_SMOOTH + 1 + rank) + share
    return fused


def _prior(entry: Entry, query: str) -> float:
    """How likely such a tool is meant, other things being equal."""
    prior = _CORE if entry.core else 1.0 if entry.tool else _NOT_YET
    if wanted(query) & done_by(entry.tool or f"reply_{entry.id}"):
        prior *= _AGREES
    if is_reading(query):
        prior *= _READS if entry.effect is Effect.READ else _CHANGES
    if entry.id.startswith(("Bulk", "Batch")):
        prior *= _BULK
    return prior


def _one_edit_away(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in letters)
        if after:
            yield before + after[1:]
            yield before + after[1:2] + after[:1] + after[2:]
            yield from (before + letter + after[1:] for letter in letters)

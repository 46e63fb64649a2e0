"""The tools that fit a query best, by its words and by its meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import mul
from typing import NamedTuple

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.index import Index, read_index
from reply_mcp.server.search.reading import is_order, reading
from reply_mcp.server.search.routes import route_in, served
from reply_mcp.server.search.vectors import SCALE, decode, read_vectors
from reply_mcp.server.search.words import NAMES, asks_for_a_name, in_english, stem, tokens

_READS = 0.2
"""How much likelier a tool is that reads, or not, as the request probably does."""
_MAY_READ, _ORDER_MAY_READ = 0.04, 0.1
"""From which probability on a request may only read, and one may that is an order and that a tool clearly fits: it is
not led by what sends, spends, shares or deletes."""
_CLEARLY = 1.4
"""How much better a tool fits an order than those that harm nothing, to carry it out clearly."""
_NAMED = 4.0
"""What a tool gains that the query names; without it no score passes 3."""
_KNOWN, _KNOWN_NAME = 1.5, 1.0
"""What is doubtful has less, the second where the query is little but a name: the share of a query's rarity that stands
in the catalog, plus how much better tools fit it than other subjects do."""
_ELSEWHERE = 1.05
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

    A score is the sum of two, each as a share of the best one's: BM25 over the words of names, descriptions, sayings
    and known requests, and the cosine of the query's vector with the mean of those sentences' vectors.

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
        self._centers = {place: decode(self._index.centers[place]) for place in (*self._entries, *self._elsewhere)}
        self._postings = cache(self._read_postings)

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        return self.matches(query, limit).found

    def matches(self, query: str, limit: int = 8) -> Matches:
        """The best matches, and whether there is anything at all that does what was asked for."""
        words, share = self._read(query)
        scores = _fused(self._by_words(words), self._by_meaning(words))
        reads, named = reading(query, self._index.reading), dict(self._named(query))
        fit = {
            place: scores.get(place, 0.0) * (1 + _READS * (reads if entry.effect is Effect.READ else 1 - reads))
            + _NAMED * named.get(place, 0.0)
            for place, entry in self._entries.items()
            if place in scores or place in named
        }
        order = sorted(fit, key=lambda place: (-fit[place], place))
        # What harms nothing leads a request that may read; the likeliest of the others is next.
        harmless = next((place for place in order if self._entries[place].effect not in _HARMS), None)
        if harmless is not None and not named:
            clearly = fit[order[0]] >= _CLEARLY * fit[harmless] and is_order(query, self._index.reading)
            if reads > (_ORDER_MAY_READ if clearly else _MAY_READ):
                order.sort(key=lambda place: place != harmless)
        found = [Found(self._entries[place], fit[place]) for place in order[:limit]]
        if named:
            return Matches(found, False)
        ours = max((scores[place] for place in fit), default=0.0)
        others = {id: scores.get(place, 0.0) for place, id in self._elsewhere.items()}
        foreign = max((others[id] for id in others if id.startswith(OTHER_SUBJECT)), default=0.0)
        job = max((id for id in others if not id.startswith(OTHER_SUBJECT)), key=others.__getitem__, default=None)
        elsewhere = job.partition(".")[0] if job and _ELSEWHERE * others[job] > max(ours, foreign) else None
        least = _KNOWN_NAME if asks_for_a_name(query) else _KNOWN
        return Matches(found, share + ours - foreign < least, elsewhere)

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
        return known, held / whole if whole else 0.0

    def _is_known(self, word: str) -> bool:
        return stem(word) in self._index.words or self._vectors.find(word) is not None

    def _is_ours(self, word: str) -> bool:
        """Whether an entry's texts, or a request that it serves, have the word."""
        return any(place in self._entries for place, _ in self._postings(stem(word)))

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
        """The cosine with each entry's center, where it is above zero."""
        vector = self._vectors.vector(words)
        likeness = {place: sum(map(mul, vector, center)) / SCALE**2 for place, center in self._centers.items()}
        return {place: value for place, value in likeness.items() if value > 0}

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
        return [(place, weight / 100) for place, weight in pairs if place in self._centers]

    def _rarity(self, word: str) -> float:
        count = len(self._index.words.get(word, "").split()) / 2
        return math.log(1 + (len(self._index.ids) - count + 0.5) / (count + 0.5))


def _fused(*orders: Mapping[int, float]) -> dict[int, float]:
    """The sum of scores, each as a share of the best of its kind."""
    fused: dict[int, float] = {}
    for scores in orders:
        best = max(scores.values(), default=0.0)
        for place, score in scores.items():
            fused[place] = fused.get(place, 0.0) + score / best
    return fused


def _one_edit_away(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in letters)
        if after:
            yield before + after[1:]
            yield before + after[1:2] + after[:1] + after[2:]
            yield from (before + letter + after[1:] for letter in letters)

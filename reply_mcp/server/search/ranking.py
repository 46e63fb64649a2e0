"""The tools that fit a query best, by its words and by its meaning."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from operator import mul
from string import ascii_lowercase
from typing import NamedTuple

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.index import OTHER_SUBJECT, Index, read_index
from reply_mcp.server.search.reading import reading
from reply_mcp.server.search.vectors import decode, read_vectors
from reply_mcp.server.search.words import ANY_NAME, MOST_LETTERS, in_english, requests_in, small_words, stem

_READS = 0.2
"""How much likelier a tool is that reads, or not, as the request probably does."""
_CAUTION = 6.0
"""How much better a tool that sends, spends, shares or deletes must fit than those that do not, to lead a request that
surely reads; one that surely does not read needs to fit no better."""
_UNRELEASED = 0.85
"""What the fit of an operation counts that Reply has not released."""
_NAMED = 4.0
"""What a tool gains that the query names; without it no score passes 3."""
_KNOWN = 1.5
"""What is doubtful has less: the share of a query's rarity that stands in the catalog, plus how much better tools fit
than other subjects do."""
_ELSEWHERE = 1.05
"""How much nearer a job counts that no tool does, since few requests for it are known."""
_LONGEST_TYPO = 16
"""How long a word may be to be mended."""
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
        self._people = frozenset(self._index.people)
        places = {id: place for place, id in enumerate(self._index.ids)}
        self._entries = {places[entry.id]: entry for entry in entries if entry.id in places}
        self._elsewhere = {place: id for id, place in places.items() if id.startswith("no:")}
        self._centers = {place: decode(self._index.centers[place]) for place in (*self._entries, *self._elsewhere)}
        self._postings = cache(self._read_postings)

    def matches(self, query: str) -> Matches:
        """All matches, best first, none where no word fits; and whether anything at all does what was asked for."""
        words, share = self._read(query)
        scores = self._scores(words)
        named = Counter(place for place in self._named(query) if place in self._entries)
        reads = reading(words, self._index.reading)
        prior = {True: 1 + _READS * reads, False: 1 + _READS * (1 - reads)}
        fit = {
            place: scores.get(place, 0.0) * prior[entry.effect is Effect.READ] * (1 if entry.tool else _UNRELEASED)
            + _NAMED * named[place]
            for place, entry in self._entries.items()
            if place in scores or place in named
        }
        order = sorted(fit, key=lambda place: (-fit[place], place))
        # The likeliest that harms nothing leads a request that may read.
        harmless = next((place for place in order if self._entries[place].effect not in _HARMS), None)
        if harmless is not None and not named and fit[order[0]] < (1 + _CAUTION * reads) * fit[harmless]:
            order.sort(key=lambda place: place != harmless)
        found = [Found(self._entries[place], fit[place]) for place in order]
        if named:
            return Matches(found, False)
        ours = max((scores[place] for place in fit), default=0.0)
        others = {id: scores.get(place, 0.0) for place, id in self._elsewhere.items()}
        foreign = max((others[id] for id in others if id.startswith(OTHER_SUBJECT)), default=0.0)
        job = max((id for id in others if not id.startswith(OTHER_SUBJECT)), key=others.__getitem__, default=None)
        elsewhere = job.partition(".")[0] if job and _ELSEWHERE * others[job] > max(ours, foreign) else None
        telling = any(len(word) > 2 and word not in small_words() for word in words)
        return Matches(found, telling and share + ours - foreign < _KNOWN, elsewhere)

    def _named(self, query: str) -> Iterator[int]:
        """What the query names, or whose request it is: twice where the request has its method too."""
        for name in (*re.findall(r"\w+", query[:MOST_LETTERS]), *requests_in(query)):
            yield from map(int, self._index.names.get(name, "").split())

    def _read(self, query: str) -> tuple[list[str], float]:
        """The query's words as the index has them, and what share of their rarity stands in the catalog."""
        words, foreign = in_english(query, self._index.words, self._people)
        words = words if foreign else list(map(self._mended, words))
        rarities = [(word, self._rarity(stem(word))) for word in words if not word.isdigit() and word != ANY_NAME]
        held = sum(
            rarity for word, rarity in rarities if not self._elsewhere.keys() >= self._postings(stem(word)).keys()
        )
        return words, held / sum(rarity for _, rarity in rarities) if rarities else 0.0

    def _mended(self, word: str) -> str:
        """The word, or the commonest one of the catalog and the requests that a typing error makes an unknown word."""
        is_known = stem(word) in self._index.words or self._vectors.find(word) is not None
        if is_known or not 4 <= len(word) <= _LONGEST_TYPO or not word.isalpha():
            return word
        best = min(self._vectors.places.get(near, self._vectors.own) for near in _one_edit_away(word))
        return word if best >= self._vectors.own else self._vectors.words[best]

    def _scores(self, words: Sequence[str]) -> dict[int, float]:
        """By words and by meaning, each as a share of the best; what meaning takes away does not count."""
        by_words: Counter[int] = Counter()
        for word in sorted(set(map(stem, words))):
            rarity = self._rarity(word)
            for place, weight in self._postings(word).items():
                by_words[place] += rarity * weight  # type: ignore[assignment]
        vector = self._vectors.vector(words)
        by_meaning = {place: sum(map(mul, vector, center)) for place, center in self._centers.items()}
        most, nearest = max(by_words.values(), default=0) or 1, max(by_meaning.values(), default=0) or 1
        scores = {place: by_words[place] / most + max(0, likeness) / nearest for place, likeness in by_meaning.items()}
        return {place: score for place, score in scores.items() if score > 0}

    def _read_postings(self, word: str) -> dict[int, int]:
        numbers = list(map(int, self._index.words.get(word, "").split()))
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return {place: weight for place, weight in pairs if place in self._centers}

    def _rarity(self, word: str) -> float:
        count = len(self._index.words.get(word, "").split()) / 2
        return math.log(1 + (len(self._index.ids) - count + 0.5) / (count + 0.5))


def _one_edit_away(word: str) -> Iterator[str]:
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (
        before + new + after[cut:] for before, after in parts for new in ("", *ascii_lowercase) for cut in (0, 1)
    )
    yield from (before + after[1:2] + after[:1] + after[2:] for before, after in parts)

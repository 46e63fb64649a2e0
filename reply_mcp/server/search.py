"""Finding the right tool by the words that people use. No network; the index is the corpus."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search_words import (
    CHANGING_STEMS,
    SYNONYMS,
    is_proper_name,
    is_question,
    own_words,
    plain,
    spaced,
    stem,
    words,
)

_WEIGHTS = (("name", 3.0), ("also", 3.0), ("path", 1.0), ("about", 1.0), ("arguments", 0.5))
_UNKNOWN = 3.0
"""What a word that the index lacks counts for in how much of the query is covered."""


def _phrases(entry: Entry) -> list[str]:
    """What names this very entry when it stands in a query: names, old paths, sayings of two words and more."""
    sayings = [saying for saying in entry.also if len(spaced(saying).split()) > 1]
    return [spaced(one) for one in (*sayings, *entry.aliases, entry.tool, entry.id) if one]


def _sayings(entry: Entry) -> set[frozenset[str]]:
    """The name and the sayings of an entry as what they mean, in any order and form; one word is a word like others."""
    found = {frozenset(words(saying)) for saying in entry.also if "/" not in saying}
    found.add(frozenset(own_words(entry.tool)) - {stem("list"), stem("search")})
    return {saying for saying in found if len(saying) > 1}


def _likely(entry: Entry, asked: set[str], writes: bool, question: bool) -> float:
    """How likely such a tool is meant at all, other things being equal."""
    likely = 1.15 if entry.core else 1.0
    if entry.effect is Effect.READ:
        likely *= 0.85 if writes else 1.25
    elif question:
        likely *= 0.7
    if entry.effect is Effect.DELETE and not asked & _DELETING:
        likely *= 0.6
    if entry.tool.startswith(("reply_list_", "reply_search_")):
        likely *= 1.1
    if entry.id.startswith(("Bulk", "Batch")):
        likely *= 1.15 if asked & _SEVERAL else 0.85
    return likely if entry.tool else likely * 0.8


_SEVERAL = {stem("several"), stem("bulk")}
_DELETING = {stem("delete"), stem("remove"), stem("cancel")}


@dataclass(frozen=True, slots=True)
class Found:
    """One match and how well it fits; scores compare only within one search."""

    entry: Entry
    score: float


class Search:
    """An index of entries by weighted words, rare ones counting more, with phrases, typos and what is asked for."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._weights = [self._document(entry) for entry in self._entries]
        self._names = [set(own_words(entry.tool or entry.id)) for entry in self._entries]
        self._places_of: dict[str, list[int]] = {}
        for place, document in enumerate(self._weights):
            for word in document:
                self._places_of.setdefault(word, []).append(place)
        total = len(self._entries) or 1
        self._rarity = {word: math.log(1 + total / len(places)) for word, places in self._places_of.items()}
        self._by_letter: dict[str, list[str]] = {}
        for word in {**self._rarity, **SYNONYMS}:
            self._by_letter.setdefault(word[0], []).append(word)
        self._phrases = [_phrases(entry) for entry in self._entries]
        self._sayings = [_sayings(entry) for entry in self._entries]
        self._things = {word for entry in self._entries for word in own_words(entry.tool)[1:]}

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        asked = self._asked(query)
        text = spaced(query)
        question = is_question(query)
        writes = bool(asked & CHANGING_STEMS) and not question
        scores = {place: self._score(place, asked) for place in self._places(asked)}
        for place, phrases in enumerate(self._phrases):
            for phrase in phrases:
                if phrase in text:
                    scores[place] = scores.get(place, 0.0) + 8.0 + len(phrase) / 5
        found = [
            Found(entry, score * _likely(entry, asked, writes, question))
            for entry, score in ((self._entries[place], score) for place, score in scores.items())
        ]
        found.sort(key=lambda one: (-one.score, not one.entry.core, one.entry.tool))
        return found[:limit]

    def _asked(self, query: str) -> set[str]:
        """The words of a query as the index has them: typos mended, proper names left out. Somebody's or something's
        name without a word for what it is stands for a contact."""
        known: set[str] = set()
        names = False
        for given in plain(query).split():
            proper = is_proper_name(given)
            for word in words(given.lower()):
                if word in self._rarity:
                    known.add(word)
                elif proper:
                    names = True
                elif not word.isdigit():
                    known.add(self._nearest(word))
        if names and not known & self._things:
            known.add(stem("contact"))
        return known

    def _places(self, asked: set[str]) -> set[int]:
        return {place for word in asked for place in self._places_of.get(word, ())}

    def _score(self, place: int, asked: set[str]) -> float:
        """How much of what is asked stands in the entry, and how much of the entry's name is asked for."""
        document, name = self._weights[place], self._names[place]
        hits = asked & document.keys()
        weight = sum(self._rarity[word] * document[word] for word in hits)
        weight += max((self._said(saying) for saying in self._sayings[place] if saying <= hits), default=0.0)
        covered = sum(self._rarity[word] for word in hits) / sum(self._rarity.get(word, _UNKNOWN) for word in asked)
        named = len(asked & name) / len(name) if name else 0.0
        return weight * (0.3 + 0.7 * covered) * (0.6 + 0.4 * named)

    def _said(self, saying: frozenset[str]) -> float:
        """What a saying that stands whole in the query is worth."""
        return 2.0 * sum(self._rarity[word] for word in saying)

    def _nearest(self, word: str) -> str:
        """For a typo: the known word most like it that begins with the same letter and is about as long."""
        if len(word) < 4:
            return word
        letters = Counter(word)
        near = [
            one
            for one in self._by_letter.get(word[0], ())
            if abs(len(one) - len(word)) <= 2 and (letters & Counter(one)).total() >= len(word) - 2
        ]
        swapped = next((one for one in near if len(one) == len(word) and Counter(one) == letters), None)
        close = swapped or next(iter(difflib.get_close_matches(word, near, n=1, cutoff=0.78)), word)
        return SYNONYMS.get(close, close)

    @staticmethod
    def _document(entry: Entry) -> dict[str, float]:
        texts: dict[str, Iterable[str]] = {
            "name": own_words(f"{entry.tool} {entry.id}"),
            "also": words(" ".join((*entry.also, *entry.aliases))),
            "path": words(f"{entry.path} {entry.area}"),
            "about": own_words(entry.about),
            "arguments": words(" ".join(entry.schema.get("properties", {}))),
        }
        document: dict[str, float] = {}
        for part, weight in _WEIGHTS:
            for word in set(texts[part]):
                document[word] = max(document.get(word, 0.0), weight) + (0.3 if word in document else 0.0)
        return document

"""Finding the right tool by the words that people use. No network; the index is the corpus."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search_examples import Examples, read_examples, requests
from reply_mcp.server.search_query import QueryReader
from reply_mcp.server.search_routes import route_in, served
from reply_mcp.server.search_words import CHANGING_STEMS, is_question, own_words, spaced, stem, words

_WEIGHTS = (("name", 3.0), ("also", 3.0), ("path", 1.0), ("about", 1.0), ("arguments", 0.5))
_UNKNOWN = 3.0
"""What a word that the index lacks counts for in how much of the query is covered."""
_EXAMPLES = 0.3
"""What the requests most like the query are worth, in parts of the best score that words alone give."""
_ROUTE = 200.0
"""What the very request of an entry is worth: more than any words."""


def _phrases(entry: Entry) -> list[str]:
    """What names this very entry when it stands in a query: names and sayings of two words and more."""
    sayings = [saying for saying in entry.also if " " in saying and "/" not in saying]
    return [spaced(one) for one in (*sayings, *entry.aliases, entry.tool, entry.id) if one]


def _routes(entry: Entry) -> list[tuple[str, str]]:
    """The requests, present and past, that an entry answers for."""
    said = [saying for saying in entry.also if "/v" in saying]
    return [route for text in (f"{entry.method} {entry.path}", *said) if (route := route_in(text))]


def _sayings(entry: Entry) -> set[frozenset[str]]:
    """The name and the sayings of an entry as what they mean, in any order and form; one word is a word like others."""
    found = {frozenset(words(saying)) for saying in entry.also if "/" not in saying}
    found.add(frozenset(own_words(entry.tool)) - {stem("list"), stem("search")})
    return {saying for saying in found if len(saying) > 1}


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


@dataclass(frozen=True, slots=True)
class Found:
    """One match and how well it fits; scores compare only within one search."""

    entry: Entry
    score: float


class Search:
    """An index of entries by weighted words, rare ones counting more, with phrases, typos and what is asked for."""

    def __init__(self, entries: Sequence[Entry], examples: Examples | None = None) -> None:
        self._examples = read_examples() if examples is None else examples
        self._entries = list(entries)
        self._names = [set(own_words(entry.tool or entry.id)) for entry in self._entries]
        self._places_of: dict[str, list[tuple[int, float]]] = {}
        for place, entry in enumerate(self._entries):
            for word, weight in self._document(entry).items():
                self._places_of.setdefault(word, []).append((place, weight))
        total = len(self._entries) or 1
        self._rarity = {word: math.log(1 + total / len(places)) for word, places in self._places_of.items()}
        self._phrases: dict[str, list[tuple[str, int]]] = {}
        for place, entry in enumerate(self._entries):
            for phrase in _phrases(entry):
                self._phrases.setdefault(phrase.split()[0], []).append((phrase, place))
        self._routes = [_routes(entry) for entry in self._entries]
        self._sayings: dict[str, list[tuple[frozenset[str], int]]] = {}
        for place, entry in enumerate(self._entries):
            for saying in _sayings(entry):
                self._sayings.setdefault(max(saying, key=lambda word: self._rarity[word]), []).append((saying, place))
        self._usual = [_usual(entry) for entry in self._entries]
        self._kinds = [_kind(entry) for entry in self._entries]
        self._order = [(not entry.core, entry.tool) for entry in self._entries]
        self._place_of = {entry.id: place for place, entry in enumerate(self._entries)}
        self._reader = QueryReader(self._entries, self._rarity)

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        asked = self._reader.asked(query)
        question = is_question(query)
        writes = bool(asked & CHANGING_STEMS) and not question
        scores = self._scores(asked)
        for place, more in (*self._named(query), *self._requested(query)):
            scores[place] = scores.get(place, 0.0) + more
        likely_of = _likely(asked, writes, question)
        fits = {place: score * self._usual[place] * likely_of[self._kinds[place]] for place, score in scores.items()}
        best = max(fits.values(), default=1.0)
        for id, likely in self._examples.likely(asked).items():
            if id in self._place_of:
                place = self._place_of[id]
                fits[place] = fits.get(place, 0.0) + _EXAMPLES * best * likely
        best_first = nsmallest(limit, fits.items(), key=lambda one: (-one[1], *self._order[one[0]]))
        return [Found(self._entries[place], fit) for place, fit in best_first]

    def words_of(self, query: str) -> set[str]:
        """The words of a query as the index has them."""
        return self._reader.asked(query)

    def _named(self, query: str) -> Iterable[tuple[int, float]]:
        """The entries whose names or sayings stand in the query, with what that is worth."""
        text = spaced(query)
        for word in set(text.split()):
            for phrase, place in self._phrases.get(word, ()):
                if phrase in text:
                    yield place, 8.0 + len(phrase) / 5

    def _requested(self, query: str) -> Iterable[tuple[int, float]]:
        """The entries that do what a request in the query did or does."""
        route = route_in(query)
        if route is not None:
            for place, routes in enumerate(self._routes):
                fit = served(route, routes)
                if fit:
                    yield place, _ROUTE * fit

    def _scores(self, asked: set[str]) -> dict[int, float]:
        """For each entry with a word of those asked: how much of it stands there, and how much of the name is asked."""
        weights: dict[int, float] = {}
        covered: dict[int, float] = {}
        said: dict[int, float] = {}
        for word in asked & self._rarity.keys():
            rarity = self._rarity[word]
            for place, weight in self._places_of[word]:
                weights[place] = weights.get(place, 0.0) + rarity * weight
                covered[place] = covered.get(place, 0.0) + rarity
            for saying, place in self._sayings.get(word, ()):
                if saying <= asked:
                    said[place] = max(said.get(place, 0.0), self._said(saying))
        whole = sum(self._rarity.get(word, _UNKNOWN) for word in asked)
        scores = {}
        for place, weight in weights.items():
            name = self._names[place]
            named = len(asked & name) / len(name) if name else 0.0
            share = covered[place] / whole
            scores[place] = (weight + said.get(place, 0.0)) * (0.3 + 0.7 * share) * (0.6 + 0.4 * named)
        return scores

    def _said(self, saying: frozenset[str]) -> float:
        """What a saying that stands whole in the query is worth."""
        return 2.0 * sum(self._rarity[word] for word in saying)

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


def examples_text(entries: Sequence[Entry]) -> str:
    """The requests by their words as an index of these entries has them, as JSON, a request a line."""
    search = Search(entries, Examples([]))
    rows = ([sorted(search.words_of(words)), ids] for words, ids in requests())
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"

"""Finding the right tool by the words that people use. No network; the index is the corpus."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect

_WEIGHTS = (("name", 3.0), ("also", 3.0), ("path", 1.0), ("about", 1.0), ("arguments", 0.5))
_STOP = frozenset(
    """a an and are as at be by can do does for from get give has have how i in into is it its me my of on or our that
    the their them there these they this to us was we what when where which who whom whose why will with you your
    all any please show tell want need doing going reply v1 v2 v3 api""".split()
)
_SAME = {
    "people": "contact",
    "person": "contact",
    "prospect": "contact",
    "lead": "contact",
    "campaign": "sequence",
    "cadence": "sequence",
    "teammate": "user",
    "colleague": "user",
    "remove": "delete",
    "erase": "delete",
    "stat": "statistic",
    "number": "statistic",
    "analytic": "statistic",
    "metric": "statistic",
    "enrol": "enroll",
    "resume": "start",
    "launch": "start",
    "activate": "start",
    "stop": "pause",
    "halt": "pause",
    "todo": "task",
    "conversation": "thread",
    "mail": "email",
    "e-mail": "email",
    "answer": "reply",
    "respond": "reply",
}


def words(text: str) -> list[str]:
    """Stems of the words that carry meaning, synonyms made one."""
    split = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    found = []
    for word in re.findall(r"[^\W_]+(?:-[^\W_]+)?", split.lower()):
        for piece in (word, *word.split("-")) if "-" in word else (word,):
            if piece not in _STOP:
                stem = _stem(piece)
                found.append(_SAME_STEMS.get(stem, stem))
    return found


def _stem(word: str) -> str:
    for ending, instead, least in (("ies", "y", 5), ("ing", "", 6), ("ed", "", 5), ("es", "", 5), ("s", "", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


_CHANGING = frozenset(
    """add approve archive assign attach cancel change clear clone complete connect copy create delete disable draft
    duplicate edit enable enroll execute finish give import insert label make mark move new opt pause post put rename
    reply reset resume save schedule send set share start submit tag take test toggle unarchive unassign unshare update
    upload write""".split()
)
"""Words of a request that changes something; without one, what only reads is meant more often."""


def _plain(query: str) -> str:
    """Addresses and links become words for what they are."""
    query = re.sub(r"^\s*(list|show|see)\b", " ", query)
    query = re.sub(r"https?://\S*linkedin\S*", " linkedin contact ", query)
    query = re.sub(r"\S+@\S+", " contact email ", query)
    return re.sub(r"\b[\w-]+\.(com|io|org|net|co|de|eu|ai)\b", " domain ", query)


def _spaced(text: str) -> str:
    """The bare words in order, each with a space on both sides: for finding phrases as substrings."""
    return f" {' '.join(re.findall(r'[a-z0-9@_]+', text.lower()))} "


def _phrases(entry: Entry) -> list[str]:
    """What names this very entry when it stands in a query: names, old paths, sayings of two words and more."""
    sayings = [saying for saying in entry.also if len(_spaced(saying).split()) > 1]
    return [_spaced(one) for one in (*sayings, *entry.aliases, entry.tool, entry.id) if one]


def _likely(entry: Entry, asked: set[str], writes: bool) -> float:
    """How likely such a tool is meant at all, other things being equal."""
    likely = 1.15 if entry.core else 1.0
    if entry.effect is Effect.READ:
        likely *= 0.85 if writes else 1.25
    if entry.effect is Effect.DELETE and _stem("delete") not in asked:
        likely *= 0.6
    if entry.tool.startswith(("reply_list_", "reply_search_")):
        likely *= 1.1
    if ("bulk" in entry.tool or "batch" in entry.tool) and not asked & {"bulk", "many", "several"}:
        likely *= 0.85
    return likely if entry.tool else likely * 0.8


_SAME_STEMS = {_stem(word): _stem(meant) for word, meant in _SAME.items()}
_QUESTION = re.compile(r"\s*(who|whose|which|what|when|where|how|is|are|does|did|has|have)\b", re.IGNORECASE)
_CHANGING_STEMS = frozenset(_stem(word) for word in _CHANGING)


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
        self._names = [set(words(entry.tool or entry.id)) for entry in self._entries]
        counts = Counter(word for document in self._weights for word in document)
        total = len(self._entries) or 1
        self._rarity = {word: math.log(1 + total / count) for word, count in counts.items()}
        self._phrases = [_phrases(entry) for entry in self._entries]

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        asked = set(self._known(words(_plain(query.lower()))))
        spaced = _spaced(query)
        writes = bool(asked & _CHANGING_STEMS) and not _QUESTION.match(query)
        found = []
        for place, entry in enumerate(self._entries):
            score = self._score(place, asked) + sum(
                8.0 + len(phrase) / 5 for phrase in self._phrases[place] if phrase in spaced
            )
            if score > 0:
                found.append(Found(entry, score * _likely(entry, asked, writes)))
        found.sort(key=lambda one: (-one.score, not one.entry.core, one.entry.tool))
        return found[:limit]

    def _score(self, place: int, asked: set[str]) -> float:
        """How much of what is asked stands in the entry, and how much of the entry's name is asked for."""
        document, name = self._weights[place], self._names[place]
        hits = asked & document.keys()
        if not hits:
            return 0.0
        weight = sum(self._rarity[word] * document[word] for word in hits)
        covered = sum(self._rarity[word] for word in hits) / sum(self._rarity.get(word, 3.0) for word in asked)
        named = len(asked & name) / len(name) if name else 0.0
        return weight * (0.3 + 0.7 * covered) * (0.6 + 0.4 * named)

    def _known(self, asked: Iterable[str]) -> list[str]:
        """The words of the query as the index has them: a word it lacks becomes its nearest."""
        return [word if word in self._rarity or len(word) < 4 else self._nearest(word) for word in asked]

    def _nearest(self, word: str) -> str:
        """For a typo: the known word most like it that begins with the same letter and is about as long."""
        near = [one for one in self._rarity if one[0] == word[0] and abs(len(one) - len(word)) <= 2]
        return next(iter(difflib.get_close_matches(word, near, n=1, cutoff=0.78)), word)

    @staticmethod
    def _document(entry: Entry) -> dict[str, float]:
        texts = {
            "name": f"{entry.tool} {entry.id}",
            "also": " ".join((*entry.also, *entry.aliases)),
            "path": f"{entry.path} {entry.area}",
            "about": entry.about,
            "arguments": " ".join(entry.schema.get("properties", {})),
        }
        document: dict[str, float] = {}
        for part, weight in _WEIGHTS:
            for word in set(words(texts[part])):
                document[word] = max(document.get(word, 0.0), weight) + (0.3 if word in document else 0.0)
        return document

"""Finding the right tool by the words that people use. No network; the index is the corpus."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reply_mcp.catalog.index import Entry

_WEIGHTS = (("name", 3.0), ("also", 3.0), ("path", 1.0), ("about", 1.0), ("arguments", 0.5))
_STOP = frozenset(
    """a an and are as at be by can do does for from get give has have how i in into is it its me my of on or our that
    the their them there these they this to us was we what when where which who whom whose why will with you your
    all any please show tell want need reply v1 v2 v3 api""".split()
)
_SAME = {
    "people": "contact",
    "person": "contact",
    "prospect": "contact",
    "lead": "contact",
    "campaign": "sequence",
    "cadence": "sequence",
    "mailbox": "inbox",
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
                found.append(_SAME.get(stem, stem))
    return found


def _stem(word: str) -> str:
    for ending, instead, least in (("ies", "y", 5), ("ing", "", 6), ("ed", "", 5), ("es", "e", 5), ("s", "", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


@dataclass(frozen=True, slots=True)
class Found:
    """One match and how well it fits; scores compare only within one search."""

    entry: Entry
    score: float


class Search:
    """An index of entries by weighted words (BM25-like), with phrases and typos."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._weights = [self._document(entry) for entry in self._entries]
        counts = Counter(word for document in self._weights for word in document)
        total = len(self._entries) or 1
        self._rarity = {word: math.log(1 + total / count) for word, count in counts.items()}
        self._phrases = [
            [phrase.lower() for phrase in (*entry.also, *entry.aliases, entry.tool, entry.id)] for entry in entries
        ]

    def find(self, query: str, limit: int = 8) -> list[Found]:
        """The best matches, best first; none where no word fits."""
        asked = Counter(self._known(words(query)))
        lowered = query.strip().lower()
        found = []
        for entry, document, phrases in zip(self._entries, self._weights, self._phrases, strict=True):
            score = sum(self._rarity[word] * document[word] for word in asked if word in document)
            covered = sum(1 for word in asked if word in document)
            score *= 0.4 + 0.6 * covered / max(1, len(asked))
            score += sum(6.0 + len(phrase) / 10 for phrase in phrases if phrase in lowered and len(phrase) > 3)
            if score > 0:
                found.append(Found(entry, score))
        found.sort(key=lambda one: (-one.score, not one.entry.core, one.entry.tool))
        return found[:limit]

    def _known(self, asked: Iterable[str]) -> list[str]:
        """The words of the query as the index has them: a word it lacks becomes its nearest."""
        known = []
        for word in asked:
            if word not in self._rarity and len(word) > 3:
                word = next(iter(difflib.get_close_matches(word, self._rarity, n=1, cutoff=0.78)), word)
            known.append(word)
        return known

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

"""The words that people use for each tool, for hosts that search the list of tools themselves.

Hosts rank by the words of names, descriptions and arguments (BM25). Here sayings and known requests are asked of such a
search: a tool that should lead and does not gains the word of the request that tells it best, until no room is left.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.building import Request, english_stems, requests, sayings_of
from reply_mcp.server.search.words import NAMES, in_english, stem, tokens

_ROOM = 42_000
"""Letters of the keywords of all tools together, with the blanks between them."""
_LEADS = (0.6, 0.8, 1.0, 1.2, 1.5)
"""How much better than any other the tool should fit that a request asks for: the worst are helped first."""
_FEWEST = 2
"""In how many sayings and requests of a tool a word must stand, so that no chance word is chosen."""
_SATURATION, _BY_LENGTH = 1.2, 0.75
_UNTELLING = re.compile(rf"{NAMES.pattern}|\b\w+['’]\w+")
"""Names and addresses, and contractions, whose parts are no words."""


@cache
def read_keywords() -> dict[str, str]:
    """The keywords by operation, as they were chosen when the catalog was built."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("keywords.json").read_text(encoding="utf-8"))
    return found


def keywords_text(entries: Sequence[Entry]) -> str:
    """The keywords of these entries as JSON, an entry a line."""
    return json.dumps(keywords_by_id(entries, requests()), indent=0, sort_keys=True) + "\n"


def keywords_by_id(entries: Sequence[Entry], known: Sequence[Request]) -> dict[str, str]:
    """By the id of each entry the words that it lacks most: `"halt drip hold campaign"`."""
    tools = [entry for entry in entries if entry.tool]
    places = {entry.id: place for place, entry in enumerate(tools)}
    english = english_stems(entries)
    texts = [(saying, [entry.id]) for entry in tools for saying in sayings_of(entry)]
    texts += [(_UNTELLING.sub("", words), ids) for words, ids in known if "/v" not in words]
    asked = [(_telling(words, english), [places[id] for id in ids if id in places]) for words, ids in texts]
    asked = [(words, owners) for words, owners in asked if words and owners]
    said = Counter((owner, word) for words, owners in asked for owner in owners for word in words)
    search = _HostSearch(map(_definition, tools))
    chosen: dict[str, list[str]] = {}
    room = _ROOM
    for round, lead in enumerate(_LEADS):
        for number, (words, owners) in enumerate(asked):
            # Half of the words at first, so that a request does not depend on one of them.
            words = words[(round + number) % 2 :: 2] or words if round < len(_LEADS) - 1 else words
            owner, mine = owners[0], chosen.setdefault(tools[owners[0]].id, [])
            new = [word for word in words if word not in mine and said[owner, word] >= _FEWEST]
            if room > 0 and new and not search.leads(owners, words, lead):
                best = max(new, key=lambda word: search.worth(word) * math.log(1 + said[owner, word]))
                mine.append(best)
                search.add(owner, best)
                room -= len(best) + 1
    return {id: " ".join(words) for id, words in chosen.items() if words}


class _HostSearch:
    """BM25 over bags of words that grow."""

    def __init__(self, bags: Iterable[Counter[str]]) -> None:
        self._postings: dict[str, dict[int, int]] = {}
        self._lengths = []
        for place, bag in enumerate(bags):
            self._lengths.append(bag.total())
            for word, count in bag.items():
                self._postings.setdefault(word, {})[place] = count

    def add(self, place: int, word: str) -> None:
        counts = self._postings.setdefault(stem(word), {})
        counts[place] = counts.get(place, 0) + 1
        self._lengths[place] += 1

    def worth(self, word: str) -> float:
        """How rare a word is for the room that it takes."""
        return self.rarity(word) / (4 + len(word))

    def rarity(self, word: str) -> float:
        count = len(self._postings.get(stem(word), ()))
        return math.log(1 + (len(self._lengths) - count + 0.5) / (count + 0.5))

    def leads(self, owners: Sequence[int], words: Iterable[str], lead: float) -> bool:
        """Whether one of these fits the words this much better than any other."""
        scores: dict[int, float] = {}
        usual = sum(self._lengths) / len(self._lengths)
        for word in set(words):
            rarity = self.rarity(word)
            for place, count in self._postings.get(stem(word), {}).items():
                base = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * self._lengths[place] / usual)
                scores[place] = scores.get(place, 0.0) + rarity * count / (count + base)
        ours = max((scores.pop(owner, 0.0) for owner in owners), default=0.0)
        return ours > lead * max(scores.values(), default=0.0)


def _telling(text: str, english: Container[str]) -> list[str]:
    words, small = in_english(tokens(text), english)[0], _small_words()
    return [word for word in words if 2 < len(word) < 15 and word.isascii() and word.isalpha() and word not in small]


@cache
def _small_words() -> frozenset[str]:
    text = files(__package__).joinpath("small_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _definition(entry: Entry) -> Counter[str]:
    fields: Mapping[str, Mapping[str, str]] = entry.schema.get("properties", {})
    texts = (entry.tool, entry.about, *fields, *(one.get("description", "") for one in fields.values()))
    return Counter(stem(word) for text in texts for word in tokens(text))

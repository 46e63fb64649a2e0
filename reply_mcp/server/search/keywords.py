"""The words that people use for each tool, for hosts that search the list of tools themselves.

Hosts rank by the words of names, descriptions and arguments (BM25). A tool gains the words that its sayings and known
requests have most often and those of other tools least, until no room is left.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Container, Sequence
from functools import cache
from importlib.resources import files

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.building import Request, english_stems, requests, sayings_of
from reply_mcp.server.search.words import NAMES, in_english, small_words, stem, tokens

_ROOM = 36_000
"""Letters of the keywords of all tools together, with the blanks between them."""
_SECOND = 0.5
"""How much of a request counts for a tool that is not the first answer to it."""
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
    """By the id of each entry the words that tell it from others, best first: `"halt drip hold campaign"`."""
    english = english_stems(entries)
    said: dict[str, Counter[str]] = {entry.id: Counter() for entry in entries if entry.tool}
    texts = [(saying, [entry.id]) for entry in entries for saying in sayings_of(entry)]
    texts += [(_UNTELLING.sub("", words), ids) for words, ids in known if "/v" not in words]
    for text, ids in texts:
        for place, id in enumerate(ids):
            for word in _telling(text, english) if id in said else ():
                said[id][word] += _SECOND if place else 1  # type: ignore[assignment]
    spread = Counter(word for words in said.values() for word in words)
    worth = {
        (id, word): count * math.log(len(said) / spread[word]) / (4 + len(word))
        for id, words in said.items()
        for word, count in words.items()
        # A word that was used once is there by chance.
        if count >= 2 or spread[word] >= 2
    }
    chosen: dict[str, dict[str, str]] = {}
    room = _ROOM
    for id, word in sorted(worth, key=lambda one: (-worth[one], one)):
        if room > 0 and stem(word) not in chosen.setdefault(id, {}):
            chosen[id][stem(word)] = word
            room -= len(word) + 1
    return {id: " ".join(words.values()) for id, words in chosen.items() if words}


def _telling(text: str, english: Container[str]) -> set[str]:
    words, small = in_english(tokens(text), english)[0], small_words()
    return {word for word in words if 2 < len(word) < 15 and word.isascii() and word.isalpha() and word not in small}

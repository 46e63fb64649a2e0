"""The words that people use for each tool, for hosts that search the list of tools themselves.

Hosts rank by the words of names, descriptions and arguments (BM25). A tool gains the words that its sayings and known
requests have most often and those of other tools least, until no room is left.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.words import small_words, stem, tokens

_ROOM = 39_700
"""Letters of the keywords of all tools together, with the blanks between them."""
_SECOND = 0.4
"""How much of a request counts for a tool that is not the first answer to it."""
_SAID = 0.5
"""How much a word counts that the tool's definition has already."""


def keywords_of(entries: Sequence[Entry], sentences: Iterable[tuple[list[str], list[int]]]) -> dict[str, str]:
    """By the id of each entry the words that tell it from others, best first: `"halt drip hold campaign"`.

    Args:
        sentences: what people say for entries: its words, and the places of those that do it.
    """
    used = {place: Counter[str]() for place, entry in enumerate(entries) if entry.tool}
    for words, owners in sentences:
        for rank, place in enumerate(owners):
            for word in set(words) - small_words() if place in used else ():
                used[place][word] += _SECOND if rank else 1  # type: ignore[assignment]
    spread = Counter(word for words in used.values() for word in words)
    worth: dict[tuple[int, str], float] = {}
    for place, counted in used.items():
        said = set(
            map(
                stem,
                tokens(" ".join([entries[place].tool, entries[place].about, *entries[place].schema["properties"]])),
            )
        )
        for word, count in counted.items():
            # A word that was used once is there by chance.
            if max(count, spread[word]) >= 2 and 2 < len(word) < 15 and word.isascii() and word.isalpha():
                rarity = math.log(len(used) / spread[word]) * (_SAID if stem(word) in said else 1)
                worth[place, word] = count * rarity / (4 + len(word))
    chosen: dict[int, dict[str, str]] = {}
    room = _ROOM
    for place, word in sorted(worth, key=lambda one: (-worth[one], one)):
        if room > 0 and stem(word) not in chosen.setdefault(place, {}):
            chosen[place][stem(word)] = word
            room -= len(word) + 1
    return {entries[place].id: " ".join(words.values()) for place, words in sorted(chosen.items()) if words}

"""What people call each tool, in a few phrases, for hosts that search the list of tools themselves."""

from __future__ import annotations

import heapq
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.building import Request, english_stems, requests
from reply_mcp.server.search.words import in_english, tokens

_ROOM = 6_750
"""How many words and commas the phrases of all tools may take together: about as many tokens."""
_LONGEST = 6
"""Words of a phrase."""
_REPEATED, _DEFINED = 0.2, 0.7
"""What a word is worth that a phrase, or the definition itself, has already. It is worth something: hosts count how
often a word stands in a text."""
_OWNERS = 3
"""How many of the tools that do what a request asks for get its words."""
_PROPER = re.compile(r"\S+@\S+|(?<=[\w,] )[A-Z]\w+(?:'s)?|^[A-Z]\w+'s")
"""Addresses, and words written like names."""
_SMALL = frozenset(
    """a about after again all also am an and another any are as at be because been before being between both but by can
    could did do does doing during each every few for from get got had has have having he her here hers him his how i if
    in into is it its just let like made make many me more most much must my need no not now of off on once one only or
    other our out own please put said same say she should so some still such take than that the their them then there
    these they thing things this those through to too two under until up us use very want was we were what when where
    which while who whom whose why will with would yes yet you your""".split()
)


@cache
def read_phrases() -> dict[str, str]:
    """The phrases as they were chosen when the catalog was built."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("phrases.json").read_text(encoding="utf-8"))
    return found


def phrases_text(entries: Sequence[Entry]) -> str:
    """The phrases of these entries as JSON, an entry a line."""
    return json.dumps(phrases_by_id(entries, requests()), indent=0, sort_keys=True) + "\n"


def phrases_by_id(entries: Sequence[Entry], known: Sequence[Request]) -> dict[str, str]:
    """By the id of each entry the phrases of sayings and requests that tell it best: `"halt drip, hold campaign, …"`.

    A phrase is worth what its words say of the entry, for the room that it takes. The best of all entries' phrases
    are taken one by one, until no room is left; each lowers the worth of the words that it has.
    """
    said, candidates = _words_and_phrases(entries, known)
    spread = Counter(word for bag in said for word in bag)
    defined = [_definition(entry) for entry in entries]
    taken: list[Counter[str]] = [Counter() for _ in entries]

    def worth(place: int, phrase: tuple[str, ...]) -> float:
        bag = taken[place].copy()
        total = 0.0
        for word in map(_singular, phrase):
            value = said[place][word] * math.log(1 + len(entries) / spread[word])
            total += value * _REPEATED ** bag[word] * _DEFINED ** defined[place][word]
            bag[word] += 1
        return total / (len(phrase) + 1)

    queue = [(-worth(place, one), place, one) for place, some in enumerate(candidates) for one in some]
    heapq.heapify(queue)
    room = _ROOM
    chosen: list[list[str]] = [[] for _ in entries]
    while queue and room > 0:
        _, place, phrase = heapq.heappop(queue)
        now = -worth(place, phrase)
        if queue and now > queue[0][0]:
            heapq.heappush(queue, (now, place, phrase))
            continue
        text = " ".join(phrase).replace("linkedin", "LinkedIn")
        chosen[place].append(text)
        taken[place].update(map(_singular, phrase))
        room -= len(phrase) + 1
    return {entry.id: ", ".join(some) for entry, some in zip(entries, chosen, strict=True) if some}


def _words_and_phrases(
    entries: Sequence[Entry], known: Sequence[Request]
) -> tuple[list[Counter[str]], list[set[tuple[str, ...]]]]:
    """How often each word is said of each entry, and the phrases to choose from."""
    english = english_stems(entries)
    places = {entry.id: place for place, entry in enumerate(entries) if entry.tool}
    texts = [(saying, [entry.id]) for entry in entries for saying in entry.also]
    said: list[Counter[str]] = [Counter() for _ in entries]
    phrases: list[set[tuple[str, ...]]] = [set() for _ in entries]
    for text, ids in ((text, ids) for text, ids in [*texts, *known] if "/v" not in text):
        words = in_english(tokens(_PROPER.sub("", text)), english)[0]
        telling = tuple(
            word for word in words if word not in _SMALL and word.isascii() and word.isalpha() and len(word) > 2
        )
        for rank, place in enumerate(places[id] for id in ids if id in places):
            for word in telling:
                said[place][_singular(word)] += 1 / (1 + rank)  # type: ignore[assignment]
            if 0 < len(telling) <= _LONGEST and rank < _OWNERS:
                phrases[place].add(telling)
    return said, phrases


def _tells(word: str) -> bool:
    return word not in _SMALL and word.isascii() and word.isalpha() and len(word) > 2


def _definition(entry: Entry) -> Counter[str]:
    fields = entry.schema.get("properties", {})
    texts: Iterable[str] = (entry.tool, entry.about, *fields, *(one.get("description", "") for one in fields.values()))
    return Counter(_singular(word) for text in texts for word in tokens(text))


def _singular(word: str) -> str:
    return word.removesuffix("s")

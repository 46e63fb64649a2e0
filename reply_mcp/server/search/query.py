"""Reading a query: its words as the index has them, whatever the language, the spelling and the names in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from reply_mcp.server.search.index import Index
from reply_mcp.server.search.languages import in_english
from reply_mcp.server.search.phrases import rewordings
from reply_mcp.server.search.plain import is_proper_name, plain
from reply_mcp.server.search.typos import Typos
from reply_mcp.server.search.words import meanings, stem, tokens, words

_CONTACT, _SEQUENCE = stem("contact"), stem("sequence")
_MOVING = {stem(word) for word in ("move", "delete", "add", "switch", "put", "transfer")}
_FROM = {"from", "of", "into", "to"}
_PRONOUNS = frozenset(("she", "he", "her", "his", "him"))
_TO_A_PERSON = frozenset("get move put have has is was sure let tell keep make take for with add".split())
"""Words that a person's name follows more often than a thing's."""


class Reading(NamedTuple):
    """What a query asks for.

    Attributes:
        words: its words as the index has them.
        known: those that stand in the query as the index has them, not guessed from another spelling or language.
        guessed: whether it has words that are not known.
    """

    words: set[str]
    known: set[str]
    guessed: bool


class QueryReader:
    """Reads queries for an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known = index.words
        self._phrases = rewordings(index.phrases)

    def read(self, query: str) -> Reading:
        """The words of a query as the index has them: foreign ones in English, typos mended, proper names left out or
        in their place what they stand for."""
        known: set[str] = set()
        guessed: set[str] = set()
        names: list[str] = []
        before = ""
        begins_large = query.strip()[:1].isupper()
        for given in plain(query, self._phrases).split():
            for token in tokens(given):
                found = [word for word in meanings(token) if word in self._known]
                if found or not meanings(token) or token.isdigit():
                    known.update(found)
                elif (english := in_english(token)) is not None:
                    guessed.update(words(english) or ("",))
                elif is_proper_name(given):
                    names.append(before.lower())
                elif (mended := self._typos.mended(token)) is not None:
                    guessed.update(meanings(mended))
                elif begins_large and not before:
                    names.append("")
                else:
                    guessed.update(meanings(token))
            before = given
        if not names and not _PRONOUNS.isdisjoint(re.findall(r"\w+", query.lower())):
            names.append("")
        asked = known | guessed - {""}
        return Reading(asked | self._meant_by_names(asked, names), known, bool(guessed))

    def _meant_by_names(self, asked: set[str], names: Sequence[str]) -> set[str]:
        """What proper names stand for, by the words before them: who is moved or taken somewhere is a contact, and
        what from or to is a sequence; a name alone is a contact's."""
        if not names:
            return set()
        places = [word for word in names if word in _FROM]
        if places and len(places) < len(names) and asked & _MOVING:
            return {_CONTACT, _SEQUENCE}
        person = any(word in _TO_A_PERSON for word in names)
        return {_CONTACT} if person or not asked.intersection(self._index.things.split()) else set()

    @cached_property
    def _typos(self) -> Typos:
        # Made when the first unknown word is met: most searches need none.
        spoken = self._index.spoken.items()
        return Typos({word: float(count) for count, words in spoken for word in words.split()})

"""Reading a query: its words as the index has them, whatever the language, the spelling and the names in it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search_languages import in_english
from reply_mcp.server.search_typos import Typos
from reply_mcp.server.search_words import SPOKEN, is_proper_name, meanings, own_words, plain, stem, tokens, words

_CONTACT, _SEQUENCE = stem("contact"), stem("sequence")
_MOVING = {stem(word) for word in ("move", "delete", "add", "switch", "put", "transfer")}
_FROM = {"from", "of", "into", "to"}
_PRONOUN = re.compile(r"\b(she|he|her|his|him)\b", re.IGNORECASE)
_TO_A_PERSON = frozenset("get move put have has is was sure let tell keep make take for with add".split())
"""Words that a person's name follows more often than a thing's."""


class QueryReader:
    """Reads queries for an index of these entries, which has `known` words."""

    def __init__(self, entries: Sequence[Entry], known: Container[str]) -> None:
        self._entries = entries
        self._known = known
        self._things = {word for entry in entries for word in own_words(entry.tool)[1:]}
        self._typos: Typos | None = None

    def asked(self, query: str) -> set[str]:
        """The words of a query as the index has them: foreign ones in English, typos mended, proper names left out or
        in their place what they stand for."""
        asked: set[str] = set()
        names: list[str] = []
        before = ""
        begins_large = query.strip()[:1].isupper()
        for given in plain(query).split():
            for token in tokens(given):
                found = [word for word in meanings(token) if word in self._known]
                if found or not meanings(token) or token.isdigit():
                    asked.update(found)
                elif (english := in_english(token)) is not None:
                    asked.update(words(english))
                elif is_proper_name(given):
                    names.append(before.lower())
                elif (mended := self._mended(token)) is not None:
                    asked.update(meanings(mended))
                elif begins_large and not before:
                    names.append("")
                else:
                    asked.update(meanings(token))
            before = given
        if not names and _PRONOUN.search(query):
            names.append("")
        return asked | self._meant_by_names(asked, names)

    def _meant_by_names(self, asked: set[str], names: Sequence[str]) -> set[str]:
        """What proper names stand for, by the words before them: who is moved or taken somewhere is a contact, and
        what from or to is a sequence; a name alone is a contact's."""
        if not names:
            return set()
        places = [word for word in names if word in _FROM]
        if places and len(places) < len(names) and asked & _MOVING:
            return {_CONTACT, _SEQUENCE}
        person = any(word in _TO_A_PERSON for word in names)
        return {_CONTACT} if person or not asked & self._things else set()

    def _mended(self, token: str) -> str | None:
        if self._typos is None:
            # Built when the first unknown word is met: most searches need none.
            self._typos = Typos(self._vocabulary())
        return self._typos.mended(token)

    def _vocabulary(self) -> dict[str, float]:
        """Every word of the index as written, with how common it is."""
        spoken = dict.fromkeys(SPOKEN, 1.0)
        for entry in self._entries:
            for token in tokens(" ".join((entry.tool, entry.id, entry.about, entry.path, *entry.also))):
                spoken[token] = spoken.get(token, 0.0) + 1.0
        return spoken

"""Names as they are compared, however they are written, and as they are shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reply_mcp.text.cleaning import inline

_SEPARATORS = re.compile(r"[\W_]+")
_LONGEST_KEPT = 200
_LONGEST_NAME = 500
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def fold_name(name: str) -> str:
    """The letters and digits of a name, without regard to case: `First Name`, `first_name` and `firstName` are one, and
    so are `E-mail` and `email`."""
    # Columns of an import are compared for each of its rows; a text of any length is not kept.
    return _fold_kept(name) if len(name) <= _LONGEST_KEPT else _fold(name)


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


_fold_kept = lru_cache(maxsize=4096)(_fold)

_WITHOUT_MARKS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})
"""Letters that Unicode does not take apart into one with a mark."""


def plain_words(text: str) -> str:
    """A name as people type it: without accents, in lower case, one blank between words; `Stefan  García` and
    `stefan garcia` are one."""
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST_NAME].casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_WITHOUT_MARKS).split())


_SPECIAL = re.compile(r"[<>\[\]:;@\\,]")
"""Signs that make a name look like several, or like an address."""
_LONG_NAME = 40


def name_and_address(name: str, email: Any, width: int = 80) -> str:
    """Somebody from outside as mail programs show them: `Jane Doe <jane@acme.com>`. A name that could be read as an
    address, as several people or as a sentence stands in quotation marks: `"Ann <ceo@acme.com>, Bob" <ann@x.com>`."""
    shown = inline(name, width)
    if _SPECIAL.search(shown) or len(shown) > _LONG_NAME:
        shown = f'"{shown}"'
    address = inline(str(email), 100).translate(_ANGLES) if email else ""
    return " ".join(filter(None, [shown, f"<{address}>" if address else ""]))


_ANGLES = str.maketrans("<>", "‹›")

_SPELLINGS = {
    "linked in": "LinkedIn",
    "linkedin": "LinkedIn",
    "whats app": "WhatsApp",
    "whatsapp": "WhatsApp",
    "in mail": "InMail",
    "to do": "to-do",
    "sms": "SMS",
    "ai": "AI",
}
"""Words of v3's that people spell otherwise."""
_SPELLED = re.compile(rf"\b(?:{'|'.join(_SPELLINGS)})\b")


def spell_out(word: str) -> str:
    """v3's `camelCase` or `PascalCase` as words in lower case: `viewProfile` as `view profile`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", word).lower()
    return _SPELLED.sub(lambda match: _SPELLINGS[match.group()], spaced)


class NamedId(str):
    """An id that was given by name, as texts show it: `Jonas Berg (70402)`; `id` where a call needs it."""

    __slots__ = ("id",)
    id: int | str

    def __new__(cls, name: str, id: int | str) -> NamedId:
        """`name` alone where it is the id itself."""
        label = super().__new__(cls, name if name.strip() == str(id) else f"{name} ({id})")
        label.id = id
        return label


class Meaning(str):
    """A note of what a name was taken for, which a title that shows it makes needless."""

    __slots__ = ("_id", "_words")
    _id: str
    _words: frozenset[str]

    def __new__(cls, note: str, given: str, id: Any) -> Meaning:
        """The note on a name as it was given, and the id of the thing."""
        meaning = super().__new__(cls, note)
        meaning._id, meaning._words = str(id), _words(given)
        return meaning

    def stands_in(self, title: str) -> bool:
        """Whether a title has the thing's id and, with it, all words of the name."""
        return {self._id, *self._words} <= _words(title)


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, _SEPARATORS.split(plain_words(text))))


def named_ids(given: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as given, with its id beside each name that has become one."""
    return {name: _beside_id(value, sent.get(name)) for name, value in given.items()}


def _beside_id(value: Any, sent: Any) -> Any:
    if not isinstance(value, str):
        return value
    return NamedId(value, sent) if isinstance(sent, int) or _became_id(value, sent) else value


def _became_id(value: str, sent: Any) -> bool:
    return isinstance(sent, str) and sent != value and _UUID.fullmatch(sent) is not None

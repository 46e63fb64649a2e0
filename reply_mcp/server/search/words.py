"""The words of a text: English stems, with foreign words translated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache
from importlib.resources import files

MOST_LETTERS, MOST_WORDS = 1_000, 60
"""How much of a text is read at all: what a caller gives has no bound of its own."""
NAMES = re.compile(r"\S+@\S+|(?<=[\w,] )[A-Z][a-z]+\b|^[A-Z][a-z]+(?='s)")
"""Addresses, and words written like names of people and companies."""
_ENDINGS = ("ing", "ies", "ied", "es", "ed", "ly", "s")


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, those of `GetLinkedInList` and `snake_case` apart."""
    text = text[:MOST_LETTERS].replace("LinkedIn", "Linkedin")
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower())[:MOST_WORDS]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without the ending of a plural or of a verb's form."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def in_english(words: list[str], english: Container[str]) -> tuple[list[str], bool]:
    """The words with foreign ones in English, and whether there were any; `english` are stems known as such."""
    found: list[str] = []
    foreign = False
    for word in words:
        translated = None if stem(word) in english else _translated(word)
        foreign = foreign or bool(translated)
        found += [word] if translated is None else translated.split()
    # A foreign query's own small words say nothing, and some of them look like English ones.
    return [word for word in found if not (foreign and _translated(word) == "")], foreign


def asks_for_a_name(text: str) -> bool:
    """Whether a text has a name and, beside it, only words that do not tell what is asked for (`Who is Maria?`)."""
    others, count = NAMES.subn("", text[:MOST_LETTERS])
    return count > 0 and all(len(word) < 3 or word in small_words() for word in tokens(others))


@cache
def small_words() -> frozenset[str]:
    """English words that tell nothing of what is asked for."""
    text = files(__package__).joinpath("small_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def _dictionary() -> dict[str, str]:
    lines = files(__package__).joinpath("foreign.txt").read_text("utf-8").splitlines()
    rows = (line.partition(":") for line in lines if not line.startswith("#"))
    return {word: meant for meant, _, words in reversed(list(rows)) for word in words.split()}


@lru_cache(maxsize=4096)
def _translated(word: str) -> str | None:
    """English words for a foreign one, "" for one that says nothing, None for an unknown one."""
    parts = unicodedata.normalize("NFD", word.replace("ß", "ss"))
    word = "".join(part for part in parts if not unicodedata.combining(part))
    known = _dictionary()
    beginnings = (word[:length] + "*" for length in range(len(word), 3, -1))
    return next((known[one] for one in (word, *beginnings) if one in known), None)

"""The words of a text: English stems, with foreign words translated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache
from importlib.resources import files

MOST_LETTERS, MOST_WORDS = 1_000, 60
"""How much of a text is read at all: what a caller gives has no bound of its own."""
_NAME = "[A-ZÀ-Þ][a-zß-ÿ]+"
NAMES = re.compile(rf"\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,3}}\b|(?<=[\w,] ){_NAME}\b|^{_NAME}(?='s| {_NAME}|$)")
"""Addresses, domains, and words written like names of people, companies and places."""
ANY_NAME, ANY_DOMAIN = "anyname", "anydomain"
"""The words that stand for each of them: which one it is does not tell what is asked for."""
_ROUTE = r"(?:\b(get|post|put|patch|delete)\s+)?(?:https?://)?(?:[\w.-]+/)?/?\b(v[123]/[^\s?#]+)"
_VARIABLE = r"/(?:\{[^/}]*\}|:\w+|\d[\w-]*|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)"
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


def in_english(text: str, english: Container[str]) -> tuple[list[str], bool]:
    """The words of a text with foreign ones in English and one word for all names, and whether there were foreign ones;
    `english` are stems that are neither."""

    def mask(found: re.Match[str]) -> str:
        if "@" in found[0]:
            return ANY_NAME
        first = tokens(found[0])[0]
        if stem(first) in english or _translated(first):
            return found[0]
        is_domain = "." in found[0] and "@" not in found[0]  # an address names somebody
        return ANY_DOMAIN if is_domain else ANY_NAME

    words = [(word, stem(word) in english, _translated(word)) for word in tokens(NAMES.sub(mask, text[:MOST_LETTERS]))]
    foreign = any(meant and not is_english for _, is_english, meant in words)
    found: list[str] = []
    for word, is_english, meant in words:
        # A foreign query's own small words say nothing, and some of them look like English ones.
        found += [word] if meant is None or (is_english and (meant or not foreign)) else meant.split()
    return found, foreign


def requests_in(text: str) -> list[str]:
    """The path of a request in a text in small letters, alone and with its method, so that it is equal for all ids:
    `["v2/campaigns/*/steps", "patch v2/campaigns/*/steps"]`."""
    found = re.search(_ROUTE, text[:MOST_LETTERS].lower()) if "/" in text else None
    path = re.sub(_VARIABLE, "/*", found[2].rstrip("/.,;")) if found else ""
    return [path, f"{found[1]} {path}"] if found else []


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

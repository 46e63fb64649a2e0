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
_SINGULAR = ("ss", "us")
"""Endings of words that are no plurals, though they end in s."""
_FORMS = {"ing": 3, "ied": 3, "ed": 3, "ly": 4}
"""Endings of other forms of a word, each with the letters that it must leave: `reply` is no form of another."""
_SHORTENED = re.compile(r"[^aeiou][aeiou][^aeiouwxy]")
"""What is left of `dated` or `naming`, of a short word that ends in e: that of `logged` has its last letter twice."""


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, those of `GetLinkedInList` and `snake_case` apart."""
    text = text[:MOST_LETTERS].replace("LinkedIn", "Linkedin")
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower())[:MOST_WORDS]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without the endings of a plural and of a verb's form."""
    if word.endswith("ies") and len(word) > 5:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(_SINGULAR) and len(word) > 3:
        word = word[:-1]
    ending = next((one for one, least in _FORMS.items() if word.endswith(one) and len(word) - len(one) >= least), "")
    word = word.removesuffix(ending)
    if ending == "ied":
        word += "y"
    elif ending in ("ing", "ed") and _SHORTENED.fullmatch(word):
        word += "e"
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def in_english(text: str, english: Container[str], names: Container[str] = frozenset()) -> tuple[list[str], bool]:
    """The words of a text with foreign ones in English and one word for all names, and whether there were foreign ones.

    Args:
        english: stems that are neither.
        names: words in small letters that are names however they are written.
    """
    masked = tokens(NAMES.sub(lambda found: _masked(found[0], english), text[:MOST_LETTERS]))
    words = [
        (word, stem(word) in english, _translated(word))
        for word in (ANY_NAME if word in names else word for word in masked)
    ]
    foreign = any(meant and not is_english for _, is_english, meant in words)
    found: list[str] = []
    for word, is_english, meant in words:
        # A foreign query's own small words say nothing, and some of them look like English ones.
        found += [word] if meant is None or (is_english and (meant or not foreign)) else meant.split()
    return found, foreign


def names_in(text: str, english: Container[str]) -> set[str]:
    """The words of a text, in small letters, for which `in_english` takes one that stands for all names."""
    found = (one[0] for one in NAMES.finditer(text) if "@" not in one[0])
    return {tokens(one)[0] for one in found if _masked(one, english) == ANY_NAME}


def _masked(name: str, english: Container[str]) -> str:
    """The word that stands for what is written like a name, or the text itself where it is no name."""
    if "@" in name:
        return ANY_NAME
    first = tokens(name)[0]
    if stem(first) in english or _translated(first):
        return name
    return ANY_DOMAIN if "." in name else ANY_NAME


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

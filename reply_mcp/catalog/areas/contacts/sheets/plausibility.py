"""Whether a reading of bytes can be what a person wrote: one script in a word, signs where signs stand."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = frozenset("’‘")
_QUOTES = frozenset("“”„«»")
_MARKS = frozenset("…§、。・ー々（）")
_APART = frozenset("´·€£–—")
"""Signs that touch no letter."""
_AFTER_WORDS = frozenset("™®©°")
_ONLY_LAST = frozenset("ςםןץףך")
"""Letters that stand at the end of a word alone."""
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "FULLWIDTH"}


def is_plausible(text: str) -> bool:
    """Whether each word, between blanks, is one."""
    if text.count("«") != text.count("»"):
        return False
    scripts: set[str] = set()
    for word in text.split(" "):
        found = _scripts_of_word(word)
        if found is None:
            return False
        scripts |= found
    return not ("HANGUL" in scripts and scripts & (_EAST_ASIAN - {"HANGUL"}))


def _scripts_of_word(word: str) -> set[str] | None:
    """The scripts of a word; None where it cannot be one."""
    scripts: set[str] = set()
    for i, letter in enumerate(word):
        if letter.isascii() and not letter.isalpha():
            continue
        before, after = word[i - 1 : i], word[i + 1 : i + 2]
        if (allowed := _sign_may_stand(letter, before, after)) is not None:
            if not allowed:
                return None
        elif unicodedata.category(letter)[0] in "LM" and not _is_form(letter):
            scripts.add(script_of(letter))
            if not _letter_may_stand(letter, before, after):
                return None
        else:
            return None
    others = scripts - _EAST_ASIAN
    if len(others) > 1 or (others and scripts & _EAST_ASIAN and not _is_abbreviation(word)):
        return None
    return scripts


def _letter_may_stand(letter: str, before: str, after: str) -> bool:
    if letter in _ONLY_LAST and after.isalpha():
        return False
    if unicodedata.category(letter)[0] == "M":
        return before.isalpha() or unicodedata.category(before or " ")[0] == "M"
    return not (before.isalpha() and before.islower() and letter.isupper() and not letter.isascii())


def _is_abbreviation(word: str) -> bool:
    """Whether the Latin letters in an East Asian word are capitals that stand together: `株式会社ABC`."""
    return re.fullmatch(r"[^A-Za-z]*[A-Z]{2,}[^A-Za-z]*", word) is not None


def _sign_may_stand(sign: str, before: str, after: str) -> bool | None:
    """Whether a sign may stand between these two; None where it is none."""
    if sign in _APOSTROPHES or sign in _MARKS:
        return True
    if sign in _QUOTES:
        return not (before.isalpha() and after.isalpha())
    if sign in "ºª":
        return (before.isdigit() or before.isupper() or before == ".") and not after.isalpha()
    if sign in _AFTER_WORDS:
        return not after.isalpha()
    if sign in _APART:
        return not before.isalpha() and not after.isalpha()
    if sign == "\xa0":
        return not (before.isalpha() and after.islower())
    return None


def _is_form(letter: str) -> bool:
    """A presentation form (of Arabic, of halfwidth katakana): what old code pages give by mistake."""
    return "\ufb1d" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefe" or "\uff61" <= letter <= "\uff9f"


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of a letter: `LATIN`, `CYRILLIC`, `CJK`."""
    return unicodedata.name(letter, "NONE").split()[0]

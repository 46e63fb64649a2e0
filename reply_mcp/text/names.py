"""Names as they are compared, however they are written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")
_LONGEST_KEPT = 200
_LONGEST_NAME = 500


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

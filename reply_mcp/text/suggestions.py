"""The word that a misspelled one was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like this one, in any case of the letters; None where none is near enough.

    Args:
        cutoff: from 0 (anything) to 1 (the word itself).
    """
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=cutoff)
    return by_folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """` (did you mean warning?)`, or nothing; see `nearest`."""
    near = nearest(word, known, cutoff=cutoff)
    return f" (did you mean {near}?)" if near else ""

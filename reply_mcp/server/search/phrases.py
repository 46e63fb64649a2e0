"""Ways of speaking that single words do not carry: `throw away` is deleting, `hold off` is pausing.

They stand in `phrases.txt`, a regular expression for each meaning. A hundred of them take longer to compile than a
search may take, and most fit no query: so each is kept with its signs, of which one must stand in a text for it to fit
(`phrasebook`), and is compiled when a query first has one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

Phrase = tuple[str, str, Sequence[str]]
"""What is meant, the pattern of how people say it, and its signs."""


class Rewording:
    """What to say instead of what a pattern fits.

    Args:
        signs: texts in small letters, of which one stands wherever the pattern fits.
        instead: as `re.sub` takes it.
        exactly: whether large letters and small ones differ.
    """

    def __init__(
        self, signs: Iterable[str], pattern: str, instead: str | Callable[[re.Match[str]], str], exactly: bool = False
    ) -> None:
        self.signs = tuple(signs)
        self._pattern = pattern
        self._instead = instead
        self._flags = re.RegexFlag(0) if exactly else re.IGNORECASE

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def said(self, text: str) -> str:
        """The text with that in its place."""
        return self._compiled.sub(self._instead, text)


def reworded(text: str, rewordings: Iterable[Rewording]) -> str:
    """The text with each of these done to it, one after the other."""
    small = text.lower()
    for rewording in rewordings:
        for sign in rewording.signs:
            if sign in small:
                text = rewording.said(text)
                small = text.lower()
                break
    return text


def rewordings(phrases: Iterable[Phrase]) -> list[Rewording]:
    """Phrases by what they mean, with the words that stay in their gaps."""
    return [Rewording(signs, pattern, _meaning(meant)) for meant, pattern, signs in phrases]


def _meaning(meant: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{meant} {' '.join(filter(None, found.groups()))}"

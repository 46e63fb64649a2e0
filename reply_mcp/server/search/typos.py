"""Mending of typing errors: the known word that a mistyped one stands for.

Two words are near where leaving out a letter of each makes them the same: that covers a letter too many, too few,
another one, and two swapped. Long words may have two such errors. The words with a letter left out are kept in tables,
so that looking one up compares nothing; a table for each length, made when a word of about that length is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SHORTEST = 4
LONG = 8
"""From how many letters on a word is mended at all, and with two errors."""


class Typos:
    """The words that may be meant, with how common each is; the commoner one wins among equally near ones."""

    def __init__(self, words: Mapping[str, float]) -> None:
        self._words = words
        self._of_length: dict[int, list[str]] = {}
        for word in words:
            if len(word) >= SHORTEST:
                self._of_length.setdefault(len(word), []).append(word)
        self._tables: dict[int, dict[str, list[str]]] = {}

    def mended(self, word: str) -> str | None:
        """The known word most like this one; None where none is near."""
        if len(word) < SHORTEST:
            return None
        ways = {word, *_shorter(word)}
        found = self._best(word, ways)
        if found is None and len(word) >= LONG:
            found = self._best(word, {short for way in ways for short in _shorter(way)})
        return found

    def _best(self, word: str, ways: Iterable[str]) -> str | None:
        near = {one for way in ways for length in (len(way), len(way) + 1) for one in self._table(length).get(way, ())}
        return max(near, key=lambda one: (_alike(word, one), self._words[one], one), default=None)

    def _table(self, length: int) -> dict[str, list[str]]:
        """The known words of that length, by themselves and by what they are without one letter."""
        if length not in self._tables:
            table: dict[str, list[str]] = {}
            for word in self._of_length.get(length, ()):
                for short in {word, *_shorter(word)}:
                    table.setdefault(short, []).append(word)
            self._tables[length] = table
        return self._tables[length]


def _shorter(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _alike(word: str, other: str) -> float:
    """The same letters in another order are nearest; then the same first letter, then the same length."""
    return 4.0 * (sorted(word) == sorted(other)) + 2.0 * (word[0] == other[0]) + (len(word) == len(other))

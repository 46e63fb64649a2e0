"""Static vectors of words and texts, by the standard library alone."""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import mul
from struct import unpack

from reply_mcp.server.search.words import ANY_DOMAIN

_ENDINGS = ("s", "es", "ed", "d", "ing", "ly")
_SCALE = 200.0
"""Steps of a component from 0 to 1; those of a unit vector of 64 components seldom pass a half."""


class WordVectors:
    """The words that have vectors, commonest first.

    `vectors.bin` is a line of JSON, the words a line each, an empty line, a float32 scale for each word (which holds
    how much the word weighs), and an int8 for each component of each word.

    Attributes:
        own: how many of the words are the catalog's and the requests'; everyday words stand behind them.
    """

    def __init__(self, data: bytes) -> None:
        head, _, rest = data.partition(b"\n")
        words, _, rest = rest.partition(b"\n\n")
        about = json.loads(head)
        count: int = about["words"]
        self.size: int = about["dim"]
        self.own: int = about["own"]
        self.words = words.decode().split("\n")
        self.places = {word: place for place, word in enumerate(self.words)}
        self._scales = unpack(f"<{count}f", rest[: 4 * count])
        self._rows = memoryview(rest)[4 * count :].cast("b")

    def find(self, word: str) -> int | None:
        """The place of a word, or of the word without an ending."""
        word = "company" if word == ANY_DOMAIN else word  # whose name it is
        shorter = (word.removesuffix(ending) for ending in ("", *_ENDINGS) if word.endswith(ending))
        return next((self.places[one] for one in shorter if one in self.places), None)

    def vector(self, words: Iterable[str]) -> list[int]:
        """The direction of the sum of the words' vectors, in whole steps; zeros where none has one."""
        total = [0.0] * self.size
        for place in map(self.find, words):
            if place is not None:
                scale, row = self._scales[place], self._rows[place * self.size : (place + 1) * self.size]
                total = [value + scale * component for value, component in zip(total, row, strict=True)]
        return direction(total)


def direction(total: Sequence[float]) -> list[int]:
    """A vector at unit length, in whole steps of `1 / _SCALE`; zeros stay zeros."""
    length = math.sqrt(sum(map(mul, total, total))) or 1.0
    return [max(-127, min(127, round(_SCALE * value / length))) for value in total]


def encode(vector: Iterable[int]) -> str:
    """A vector of whole steps as text."""
    return b64encode(bytes(component + 128 for component in vector)).decode()


def decode(text: str) -> tuple[int, ...]:
    """The vector of a text that `encode` made."""
    return tuple(component - 128 for component in b64decode(text))


@cache
def read_vectors() -> WordVectors:
    """The word vectors of this package."""
    return WordVectors(files(__package__).joinpath("vectors.bin").read_bytes())

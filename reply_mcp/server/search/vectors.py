"""Static vectors of words, and the likeness of a text to many sentences at once, by the standard library alone."""

from __future__ import annotations

import json
import math
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import mul
from struct import unpack

_ENDINGS = ("s", "es", "ed", "d", "ing", "ly")
_FINE = 200.0
"""Steps of a component from 0 to 1; those of a unit vector of 64 components seldom pass a half."""
_LANE = 4
"""Bytes of a lane, which holds one sentence's sum of products."""


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
        shorter = (word.removesuffix(ending) for ending in ("", *_ENDINGS) if word.endswith(ending))
        return next((self.places[one] for one in shorter if one in self.places), None)

    def vector(self, words: Iterable[str]) -> list[int]:
        """The direction of the sum of the words' vectors, in whole steps; zeros where none has one."""
        total = [0.0] * self.size
        for place in map(self.find, words):
            if place is not None:
                scale, row = self._scales[place], self._rows[place * self.size : (place + 1) * self.size]
                total = [value + scale * component for value, component in zip(total, row, strict=True)]
        length = math.sqrt(sum(map(mul, total, total))) or 1.0
        return [max(-127, min(127, round(_FINE * value / length))) for value in total]


class Sentences:
    """Many vectors, compared with one at once.

    A column, one component of every sentence, is a single large integer with a lane of 32 bits for each sentence. A
    multiplication by a component of the query and a sum then do for all sentences what a loop would do for one: a
    query takes less than a millisecond where a loop takes twenty.
    """

    def __init__(self, rows: Sequence[str], size: int) -> None:
        self._count = len(rows)
        data = b"".join(map(b64decode, rows))
        self._columns = []
        for component in range(size):
            lanes = bytearray(_LANE * self._count)
            lanes[::_LANE] = data[component::size]
            self._columns.append(int.from_bytes(lanes, "little"))
        # Sums may be below zero; lanes may not. This keeps them above it.
        self._raised = int.from_bytes(array("B", (0, 0, 128, 0)).tobytes() * self._count, "little")

    def likeness(self, vector: Sequence[int]) -> list[float]:
        """The cosine of each sentence with this vector."""
        total = self._raised + sum(map(mul, vector, self._columns))
        lanes = unpack(f"<{self._count}I", total.to_bytes(_LANE * self._count, "little"))
        # Components are stored from 0 to 255.
        lifted = (128 << 16) + 128 * sum(vector)
        return [(lane - lifted) / _FINE**2 for lane in lanes]


def encode(vector: Sequence[int]) -> str:
    """A vector as a row of `Sentences`."""
    return b64encode(bytes(component + 128 for component in vector)).decode()


@cache
def read_vectors() -> WordVectors:
    """The word vectors of this package."""
    return WordVectors(files(__package__).joinpath("vectors.bin").read_bytes())

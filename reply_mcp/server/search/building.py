"""Making the index of the search from the catalog's entries and from requests that people made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from operator import add

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.index import Index
from reply_mcp.server.search.reading import weights_of
from reply_mcp.server.search.routes import route_in
from reply_mcp.server.search.vectors import direction, encode, read_vectors
from reply_mcp.server.search.words import in_english, stem, tokens

MOST_SAID = 115
"""Characters of a description that stand as a sentence of their own; what follows is often about something else."""

Request = tuple[str, list[str]]
"""What somebody asked for, and the ids of what does it, best first."""

Sentence = tuple[list[str], list[int]]
"""The words of something that says what an entry does, and the places of the entries that do it."""

_SATURATION, _BY_LENGTH = 2.0, 0.4
"""The constants of BM25: how soon a word repeated counts no more, and how much long texts count less."""


def requests() -> list[Request]:
    """The known requests, of `requests.txt`: `words -> ids`, a line each."""
    text = files(__package__).joinpath("requests.txt").read_text(encoding="utf-8")
    pairs = (line.partition(" -> ") for line in text.splitlines() if " -> " in line and not line.startswith("#"))
    return [(words, ids.split()) for words, _, ids in pairs]


def index_of(entries: Sequence[Entry], known: Sequence[Request] | None = None) -> Index:
    """The index of these entries, with these known requests (those of `requests.txt` unless given)."""
    known = requests() if known is None else known
    ids = _ids(entries, known)
    sentences = sentences_of(entries, known)
    return Index(
        ids,
        _postings(len(ids), sentences),
        _routes(entries),
        _centers(len(ids), sentences),
        _reading(entries, known),
    )


def sentences_of(entries: Sequence[Entry], known: Sequence[Request] | None = None) -> list[Sentence]:
    """The sentences that say what an entry does: its name, its description, its sayings and known requests."""
    known = requests() if known is None else known
    places = {id: place for place, id in enumerate(_ids(entries, known))}
    english = english_stems(entries)
    rows: list[Sentence] = []
    for place, entry in enumerate(entries):
        name = tokens(entry.tool.removeprefix("reply_") or entry.id)
        texts = [name, name + tokens(entry.about[:MOST_SAID]), *map(tokens, sayings_of(entry))]
        rows += [(words, [place]) for words in texts]
    for asked, ids in known:
        rows.append((in_english(tokens(asked), english)[0], [places[id] for id in ids if id in places]))
    return [(words, owners) for words, owners in rows if words and owners]


def sayings_of(entry: Entry) -> list[str]:
    """What else people call it; the requests that it once answered are no sayings."""
    return [saying for saying in entry.also if "/v" not in saying]


def english_stems(entries: Iterable[Entry]) -> set[str]:
    """Stems of the entries' own texts, which are never taken for foreign words."""
    texts = (f"{entry.tool} {entry.id} {entry.about} {' . '.join(sayings_of(entry))}" for entry in entries)
    return {stem(word) for text in texts for word in tokens(text)}


def _ids(entries: Iterable[Entry], known: Iterable[Request]) -> list[str]:
    elsewhere = {id for _, ids in known for id in ids if id.startswith("no:")}
    return [*(entry.id for entry in entries), *sorted(elsewhere)]


def _postings(count: int, sentences: Iterable[Sentence]) -> dict[str, str]:
    """BM25 of each word in each place, without how rare the word is."""
    bags: list[Counter[str]] = [Counter() for _ in range(count)]
    for words, owners in sentences:
        for place in owners:
            bags[place].update(map(stem, words))
    usual = sum(bag.total() for bag in bags) / count
    found: dict[str, list[str]] = {}
    for place, bag in enumerate(bags):
        base = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * bag.total() / usual)
        for word, times in bag.items():
            found.setdefault(word, []).append(f"{place} {round(100 * times * (_SATURATION + 1) / (times + base))}")
    return {word: " ".join(rows) for word, rows in found.items()}


def _centers(count: int, sentences: Iterable[Sentence]) -> list[str]:
    """For each place the direction of the sum of its sentences' vectors."""
    vectors = read_vectors()
    sums = [[0] * vectors.size for _ in range(count)]
    for words, owners in sentences:
        vector = vectors.vector(words)
        for place in owners:
            sums[place] = list(map(add, sums[place], vector))
    return [encode(direction(total)) for total in sums]


def _reading(entries: Iterable[Entry], known: Iterable[Request]) -> dict[str, int]:
    reads = {entry.id: entry.effect is Effect.READ for entry in entries}
    asked = ((words, [reads[id] for id in ids if id in reads]) for words, ids in known if "/v" not in words)
    return weights_of((words, all(kinds)) for words, kinds in asked if kinds)


def _routes(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """The requests, present and past, that entries answer for."""
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        for text in (f"{entry.method} {entry.path}", *(saying for saying in entry.also if "/v" in saying)):
            if route := route_in(text):
                found.setdefault(route[1], []).append(f"{place} {route[0]}")
    return found

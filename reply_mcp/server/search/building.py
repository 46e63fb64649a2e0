"""Making the index of the search from the catalog's entries and from requests that people made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.index import Index
from reply_mcp.server.search.routes import route_in
from reply_mcp.server.search.vectors import encode, read_vectors
from reply_mcp.server.search.words import in_english, stem, tokens

MOST_SAID = 115
"""Characters of a description that stand as a sentence of their own; what follows is often about something else."""

Request = tuple[str, list[str]]
"""What somebody asked for, and the ids of what does it, best first."""

_WEIGHTS = {"name": 3.0, "about": 1.2, "also": 2.0, "request": 1.0, "arguments": 0.3}
_SATURATION, _BY_LENGTH = 1.2, 0.4
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
    english = english_stems(entries)
    vectors = read_vectors()
    rows = [
        f"{encode(vectors.vector(words))} {' '.join(map(str, owners))}"
        for words, owners in sentences_of(entries, known)
    ]
    postings = _postings(entries, known, ids, english)
    return Index(ids, postings, _routes(entries), rows)


def sentences_of(entries: Sequence[Entry], known: Sequence[Request] | None = None) -> list[tuple[list[str], list[int]]]:
    """The words of each sentence that says what an entry does, with the places of those that do it."""
    known = requests() if known is None else known
    places = {id: place for place, id in enumerate(_ids(entries, known))}
    english = english_stems(entries)
    rows: list[tuple[list[str], list[int]]] = []
    for place, entry in enumerate(entries):
        name = tokens(_name(entry))
        texts = [name, name + tokens(entry.about[:MOST_SAID]), *map(tokens, sayings_of(entry))]
        rows += [(words, [place]) for words in texts]
    for asked, ids in known:
        rows.append((in_english(tokens(asked), english)[0], [places[id] for id in ids if id in places]))
    return [(words, owners) for words, owners in rows if words and owners]


def _ids(entries: Iterable[Entry], known: Iterable[Request]) -> list[str]:
    elsewhere = {id for _, ids in known for id in ids if id.startswith("no:")}
    return [*(entry.id for entry in entries), *sorted(elsewhere)]


def _name(entry: Entry) -> str:
    return entry.tool.removeprefix("reply_") or entry.id


def sayings_of(entry: Entry) -> list[str]:
    """What else people call it; the requests that it once answered are no sayings."""
    return [saying for saying in entry.also if "/v" not in saying]


def english_stems(entries: Iterable[Entry]) -> set[str]:
    """Stems of the entries' own texts, which are never taken for foreign words."""
    texts = (f"{entry.tool} {entry.id} {entry.about} {' . '.join(sayings_of(entry))}" for entry in entries)
    return {stem(word) for text in texts for word in tokens(text)}


def _postings(entries: Sequence[Entry], known: Sequence[Request], ids: list[str], english: set[str]) -> dict[str, str]:
    """BM25 of each word in each entry, without how rare the word is."""
    places = {id: place for place, id in enumerate(ids)}
    bags: list[Counter[str]] = [Counter() for _ in ids]
    for bag, entry in zip(bags, entries, strict=False):
        texts = {
            "name": [_name(entry), entry.id],
            "about": [entry.about],
            "also": [*sayings_of(entry), *entry.aliases],
            "arguments": list(entry.schema.get("properties", {})),
        }
        for part, some in texts.items():
            for word in (word for text in some for word in tokens(text)):
                bag[stem(word)] += _WEIGHTS[part]  # type: ignore[assignment]
    for asked, owners in known:
        words = in_english(tokens(asked), english)[0]
        for place in (places[id] for id in owners if id in places):
            for word in words:
                bags[place][stem(word)] += _WEIGHTS["request"]  # type: ignore[assignment]
    usual = sum(bag.total() for bag in bags) / len(bags)
    found: dict[str, list[str]] = {}
    for place, bag in enumerate(bags):
        base = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * bag.total() / usual)
        for word, count in bag.items():
            found.setdefault(word, []).append(f"{place} {round(100 * count * (_SATURATION + 1) / (count + base))}")
    return {word: " ".join(rows) for word, rows in found.items()}


def _routes(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """The requests, present and past, that entries answer for."""
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        for text in (f"{entry.method} {entry.path}", *(saying for saying in entry.also if "/v" in saying)):
            if route := route_in(text):
                found.setdefault(route[1], []).append(f"{place} {route[0]}")
    return found

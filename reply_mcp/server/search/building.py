"""Making the index of a search from the catalog's entries, the phrases and the known requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reply_mcp.catalog.index import Entry
from reply_mcp.server.search.examples import requests
from reply_mcp.server.search.index import Index
from reply_mcp.server.search.phrasebook import phrase_rows
from reply_mcp.server.search.plain import bare
from reply_mcp.server.search.query import QueryReader
from reply_mcp.server.search.routes import route_in
from reply_mcp.server.search.words import SPOKEN, own_words, stem, tokens, words

_WEIGHTS = (("name", 3.0), ("also", 3.0), ("path", 1.0), ("about", 1.0), ("arguments", 0.5))
_AGAIN = 0.3
"""What a word weighs more that stands in a further part of an entry."""


def index_of(entries: Sequence[Entry]) -> Index:
    """The index of these entries."""
    found = _words(entries)
    index = Index(
        ids=[entry.id for entry in entries],
        names=[" ".join(sorted(set(own_words(entry.tool or entry.id)))) for entry in entries],
        words=found,
        things=" ".join(sorted({word for entry in entries for word in own_words(entry.tool)[1:]})),
        titles=_titles(entries),
        sayings=_sayings(entries, found),
        routes=_routes(entries),
        spoken=_spoken(entries),
        phrases=phrase_rows(),
        requests=[],
    )
    reader = QueryReader(index)
    rows = [(sorted(reader.read(asked).words), ids) for asked, ids in requests()]
    return index._replace(requests=[f"{' '.join(asked)} -> {' '.join(ids)}" for asked, ids in rows])


def _words(entries: Iterable[Entry]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, list[str]]] = {}
    for place, entry in enumerate(entries):
        for word, weight in sorted(_document(entry).items()):
            found.setdefault(word, {}).setdefault(f"{weight:.1f}", []).append(str(place))
    return {word: {weight: " ".join(places) for weight, places in where.items()} for word, where in found.items()}


def _document(entry: Entry) -> dict[str, float]:
    """The words of an entry, with what they weigh."""
    texts: dict[str, Iterable[str]] = {
        "name": own_words(f"{entry.tool} {entry.id}"),
        "also": words(" ".join((*entry.also, *entry.aliases))),
        "path": words(f"{entry.path} {entry.area}"),
        "about": own_words(entry.about),
        "arguments": words(" ".join(entry.schema.get("properties", {}))),
    }
    document: dict[str, float] = {}
    for part, weight in _WEIGHTS:
        for word in set(texts[part]):
            document[word] = max(document.get(word, 0.0), weight) + (_AGAIN if word in document else 0.0)
    return document


def _titles(entries: Iterable[Entry]) -> dict[str, str]:
    """What names an entry when it stands in a query: its names, and its sayings of two words and more."""
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        sayings = [saying for saying in entry.also if " " in saying and "/" not in saying]
        for title in (*sayings, *entry.aliases, entry.tool, entry.id):
            if title:
                found.setdefault(" ".join(bare(title)), []).append(str(place))
    return {title: " ".join(places) for title, places in found.items()}


def _sayings(entries: Iterable[Entry], known: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """The name and the sayings of an entry as what they mean; one word is a word like others."""
    common = {word: sum(len(places.split()) for places in where.values()) for word, where in known.items()}
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        meant = {frozenset(words(saying)) for saying in entry.also if "/" not in saying}
        meant.add(frozenset(own_words(entry.tool)) - {stem("list"), stem("search")})
        for saying in sorted(sorted(saying) for saying in meant if len(saying) > 1):
            found.setdefault(min(saying, key=common.__getitem__), []).append(f"{place} {' '.join(saying)}")
    return found


def _routes(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """The requests, present and past, that entries answer for."""
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        said = [saying for saying in entry.also if "/v" in saying]
        for text in (f"{entry.method} {entry.path}", *said):
            if route := route_in(text):
                found.setdefault(route[1], []).append(f"{place} {route[0]}")
    return found


def _spoken(entries: Iterable[Entry]) -> dict[str, str]:
    """Every word as written, by how often."""
    counted = dict.fromkeys(SPOKEN, 1)
    for entry in entries:
        for token in tokens(" ".join((entry.tool, entry.id, entry.about, entry.path, *entry.also))):
            counted[token] = counted.get(token, 0) + 1
    found: dict[str, list[str]] = {}
    for token, count in sorted(counted.items()):
        found.setdefault(str(count), []).append(token)
    return {count: " ".join(spoken) for count, spoken in found.items()}

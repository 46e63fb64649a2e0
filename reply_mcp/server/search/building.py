"""Making the index of the search from the catalog's entries and from requests that people made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from operator import add

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.search.index import OTHER_SUBJECT, Index
from reply_mcp.server.search.keywords import keywords_of
from reply_mcp.server.search.reading import weights_of
from reply_mcp.server.search.vectors import direction, encode, read_vectors
from reply_mcp.server.search.words import ANY_DOMAIN, ANY_NAME, in_english, names_in, requests_in, stem, tokens

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
    own, said = sentences_of(entries, known)
    reads = [
        (words, [entries[one].effect is Effect.READ for one in owners if one < len(entries)])
        for words, owners in said
        if owners[0] < len(entries)  # else those that follow are what comes nearest
    ]
    words = _postings(len(ids), [*own, *said])
    english = _own_stems(entries)
    names = Counter(name for text, ids in known if not ids[0].startswith("no:") for name in names_in(text, english))
    return Index(
        ids,
        words,
        _names(entries),
        _centers(len(ids), [*own, *said]),
        weights_of((words, all(each)) for words, each in reads if each),
        sorted(name for name, times in names.items() if times > 1 and stem(name) not in words),
        keywords_of(entries, said),
    )


def sentences_of(entries: Sequence[Entry], known: Sequence[Request]) -> tuple[list[Sentence], list[Sentence]]:
    """What entries say of themselves, their names and descriptions, and what people say: sayings and known requests."""
    places = {id: place for place, id in enumerate(_ids(entries, known))}
    english = _own_stems(entries)
    own: list[Sentence] = []
    said: list[Sentence] = []
    for place, entry in enumerate(entries):
        name = tokens(entry.tool.removeprefix("reply_") or entry.id)
        own += [(words, [place]) for words in (name, name + tokens(entry.about[:MOST_SAID]))]
        said += [(tokens(saying), [place]) for saying in entry.also]
    for text, ids in known:
        words = in_english(text, english)[0]
        if ids[0].startswith(OTHER_SUBJECT):
            words = [word for word in words if word not in (ANY_NAME, ANY_DOMAIN)]
        said.append((words, [places[id] for id in ids if id in places]))
    return own, [(words, owners) for words, owners in said if words and owners]


def _own_stems(entries: Iterable[Entry]) -> set[str]:
    """The stems that are never taken for a foreign word or a name."""
    texts = (text for entry in entries for text in (entry.tool, entry.id, entry.about, *entry.also))
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


def _names(entries: Iterable[Entry]) -> dict[str, str]:
    """The names, and the requests, present and past, by which entries go."""
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        names = {entry.tool, *entry.aliases, *([entry.id] if entry.method else [])} - {""}
        requested = (name for text in (f"{entry.method} {entry.path}", *entry.also) for name in requests_in(text))
        for name in {*names, *requested}:
            found.setdefault(name, []).append(str(place))
    return {name: " ".join(places) for name, places in found.items()}

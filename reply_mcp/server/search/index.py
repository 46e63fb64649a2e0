"""The index of a search: all that the catalog and the known requests are by words, made before anybody asks."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from reply_mcp.server.search.examples import Example
from reply_mcp.server.search.phrases import Phrase


class Index(NamedTuple):
    """Entries by their words. A *place* is that of an entry in `ids`.

    What holds many small things holds them as text, parted by spaces, since that is read several times faster and only
    the few that a query needs are taken apart.

    Attributes:
        ids: the operation's or workflow's id of each entry.
        names: the words of the name of each entry.
        words: for each word its places, by what the word weighs there.
        things: the words of names that are not the first, the verb.
        titles: each name or saying that may stand in a query as it is, with its places.
        sayings: by its rarest word each saying that may stand in a query in any order and form: its place, its words.
        routes: for each path of a request, present or past: the place that serves it, the method.
        spoken: every word as written, by how common it is, for typing errors.
        phrases: ways of speaking, by what they mean.
        requests: the words of each known request, ` -> `, and the ids that do the job.
    """

    ids: list[str]
    names: list[str]
    words: dict[str, dict[str, str]]
    things: str
    titles: dict[str, str]
    sayings: dict[str, list[str]]
    routes: dict[str, list[str]]
    spoken: dict[str, str]
    phrases: list[Phrase]
    requests: list[str]

    def places(self, word: str) -> list[tuple[float, list[int]]]:
        """Where a word stands, by what it weighs there."""
        found = self.words.get(word, {})
        return [(float(weight), [int(place) for place in places.split()]) for weight, places in found.items()]

    def examples(self) -> list[Example]:
        """The known requests by their words."""
        pairs = (row.partition(" -> ") for row in self.requests)
        return [(words.split(), ids.split()) for words, _, ids in pairs]

    def text(self) -> str:
        """The index as JSON, an item a line."""
        parts = []
        for name, items in self._asdict().items():
            if isinstance(items, dict):
                lines = (f"{_json(key)}: {_json(items[key])}" for key in sorted(items))
                parts.append(f"{_json(name)}: {{\n" + ",\n".join(lines) + "\n}")
            elif isinstance(items, str):
                parts.append(f"{_json(name)}: {_json(items)}")
            else:
                parts.append(f"{_json(name)}: [\n" + ",\n".join(map(_json, items)) + "\n]")
        return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def read_index() -> Index:
    """The index as it was written when the catalog was built."""
    kept = json.loads(files(__package__).joinpath("index.json").read_text(encoding="utf-8"))
    return Index(**kept)

"""The index of the search: all that does not depend on a query, made when the catalog is built."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

OTHER_SUBJECT = "no:other_"
"""How the ids of subjects begin that have nothing to do with Reply."""


class Index(NamedTuple):
    """What is found, by words and by meaning. A *place* is that of an id in `ids`.

    Attributes:
        ids: the operation's or workflow's id of each entry; `no:…` for a job that cannot be done here.
        words: for each stem the places where it stands, each with what it is worth there (BM25, in hundredths):
            `"12 340 57 81"`.
        names: the places of what a tool's name, an operation's id or a request of any version of the API names.
        centers: for each id the mean of the vectors of its name, sayings and known requests.
        reading: for each stem, and pair of stems, how much likelier a request with it only reads.
        people: words that several requests have as names, and nothing has as another word.
        keywords: by id the words that people use for a tool, for hosts that search the list of tools themselves.
    """

    ids: list[str]
    words: dict[str, str]
    names: dict[str, str]
    centers: list[str]
    reading: dict[str, int]
    people: list[str]
    keywords: dict[str, str]

    def text(self) -> str:
        """The index as JSON, an item a line."""
        return json.dumps(self._asdict(), ensure_ascii=False, indent=0, sort_keys=True) + "\n"


@cache
def read_index() -> Index:
    """The index as it was written when the catalog was built."""
    return Index(**json.loads(files(__package__).joinpath("index.json").read_text(encoding="utf-8")))

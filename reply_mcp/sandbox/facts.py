"""What the sandbox needs to know of each operation, by Reply's operation id."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reply_mcp.catalog.index import read_index


@dataclass(frozen=True, slots=True)
class Fact:
    """Where an operation is (`path` with `{parameters}`), the scope it asks for, and whether Reply has released it."""

    method: str
    path: str
    scope: str | None
    released: bool


_ANNOUNCED = {"SetContactsOptedOut": "contacts:operate", "CountSequenceContacts": "sequences:read"}
"""The scopes of the coming-soon operations that answer on the wire."""


@cache
def facts() -> dict[str, Fact]:
    """The facts of every operation of the catalog.

    `REPLY_SANDBOX_FACTS` may name a JSON file (`{id: {method, path, scope, released}}`) with operations that the
    catalog does not have yet.
    """
    found: dict[str, Fact] = {}
    extra = os.environ.get("REPLY_SANDBOX_FACTS")
    if extra:
        found.update({name: Fact(**fact) for name, fact in json.loads(Path(extra).read_text()).items()})
    for entry in read_index("reply_mcp.catalog"):
        # An entry without a tool is a coming-soon operation; the index keeps no scope for it.
        scope = entry.scope or _ANNOUNCED.get(entry.id)
        found[entry.id] = Fact(entry.method, entry.path, scope, bool(entry.tool))
    return found

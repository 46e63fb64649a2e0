"""What the sandbox needs to know of each operation, by Reply's operation id."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reply_mcp.catalog.index import read_index


@dataclass(frozen=True, slots=True)
class OperationFact:
    """Where an operation is (`path` with `{parameters}`), the scope it asks for, and whether Reply has released it."""

    method: str
    path: str
    scope: str | None
    released: bool


_ANSWERING_COMING_SOON = {"SetContactsOptedOut": "contacts:operate", "CountSequenceContacts": "sequences:read"}
"""The coming-soon operations that answer on the wire all the same, with their scopes."""


@cache
def facts() -> dict[str, OperationFact]:
    """The facts of every operation of the catalog.

    `REPLY_SANDBOX_FACTS` may name a JSON file (`{id: {method, path, scope, released}}`) with operations that the
    catalog does not have yet.
    """
    found: dict[str, OperationFact] = {}
    extra = os.environ.get("REPLY_SANDBOX_FACTS")
    if extra:
        for name, fact in json.loads(Path(extra).read_text()).items():
            found[name] = OperationFact(**{**fact, "path": _snake(fact["path"])})
    for entry in read_index("reply_mcp.catalog.generated"):
        scope = entry.scope or _ANSWERING_COMING_SOON.get(entry.id)
        # An entry without a tool is a coming-soon operation too.
        released = bool(entry.tool) and entry.id not in _ANSWERING_COMING_SOON
        found[entry.id] = OperationFact(entry.method, _snake(entry.path), scope, released)
    return found


def _snake(path: str) -> str:
    """The path with its parameters in snake_case, as most of them are: `{jobId}` is `{job_id}`."""
    return re.sub(r"\{\w+\}", lambda name: re.sub(r"([A-Z])", r"_\1", name[0]).lower(), path)

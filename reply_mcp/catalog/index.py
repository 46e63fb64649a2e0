"""The index: what listing, filtering and searching tools need, read without importing an area.

It is built from the areas by `reply-mcp catalog build` and kept in the package, so that starting the server costs the
reading of one file. A test compares it with the areas, and its changes show in review what agents will see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Effect, Operation
from reply_mcp.catalog.schema import is_cut, listed_schema, shown_schema
from reply_mcp.catalog.views import Brief


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool, or one coming-soon operation (then `tool` is empty and only the facts are there)."""

    tool: str
    id: str
    area: str
    method: str
    path: str
    effect: Effect
    about: str
    scope: str | None = None
    schema: dict[str, Any] = field(default_factory=dict)
    core: bool = False
    idempotent: bool = False
    secret: bool = False
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    effect_varies: bool = False
    """Whether a call may have another effect than `effect`, depending on its arguments or on Reply's state."""
    starts_job: bool = False
    """Whether it always starts a background job."""
    cut: bool = False
    """Whether the schema here leaves out a part of the full one."""
    fixed_form: bool = False
    """Whether its answer has one form, so that it takes neither `detail` nor `fields`."""


def entry_of(operation: Operation) -> Entry:
    """The index entry of an operation."""
    shown = shown_schema(operation.arguments)
    return Entry(
        tool=operation.tool,
        id=operation.id,
        area=operation.area.name,
        method=operation.method,
        path=operation.path,
        effect=operation.effect,
        about=operation.about,
        scope=operation.scope,
        schema=listed_schema(shown),
        core=operation.core,
        idempotent=operation.idempotent,
        secret=operation.secret,
        also=operation.also,
        aliases=operation.aliases,
        operations=operation.operations,
        effect_varies=operation.effect_for is not None,
        starts_job=operation.starts_job,
        cut=is_cut(shown),
        fixed_form=isinstance(operation.view, Brief),
    )


def entries_of(areas: Iterable[Area]) -> list[Entry]:
    """The entries of these areas in order, those that are coming soon behind the others of their area."""
    entries: list[Entry] = []
    for area in areas:
        entries += [entry_of(operation) for operation in area.operations]
        entries += [
            Entry("", soon.id, area.name, soon.method, soon.path, Effect.READ, soon.about) for soon in area.coming
        ]
    return entries


def index_text(entries: Iterable[Entry]) -> str:
    """The index of these entries as JSON, an entry a line."""
    lines = [json.dumps({k: v for k, v in asdict(entry).items() if v}, ensure_ascii=False) for entry in entries]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def read_index(package: str) -> tuple[Entry, ...]:
    """The entries of the index kept in `package`."""
    rows = json.loads(files(package).joinpath("index.json").read_text(encoding="utf-8"))
    return tuple(_entry(row) for row in rows)


def _entry(row: dict[str, Any]) -> Entry:
    for name in ("also", "aliases", "operations"):
        row[name] = tuple(row.get(name, ()))
    row["effect"] = Effect(row["effect"])
    return Entry(**{"tool": "", "method": "", "path": "", **row})

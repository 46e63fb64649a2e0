"""What v3 can do: every operation described once, one module per area.

Importing this package imports no area. `operation("GetContactById")` imports the one it needs, and `entries()` reads
the index, which holds what listing and searching need.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.index import Entry, read_index
from reply_mcp.catalog.operation import Operation

AREAS = (
    "contacts",
    "sequences",
    "steps",
    "enrollment",
    "inbox",
    "tasks",
    "reports",
    "schedules",
    "channels",
    "companies",
    "blacklist",
    "templates",
    "prospecting",
    "ai_sdr",
    "webhooks",
    "account",
)
"""The areas in the order in which people meet them; each is a module here and a toolset."""


def area(name: str) -> Area:
    """The area of that name, imported if need be."""
    found: Area = import_module(f"{__name__}.areas.{name}").area
    return found


@cache
def entries() -> tuple[Entry, ...]:
    """The index: one entry for each operation, in the order of the areas."""
    return read_index("reply_mcp.catalog.generated")


@cache
def _areas_by_operation() -> dict[str, str]:
    return {entry.id: entry.area for entry in entries()}


@cache
def operation(id: str) -> Operation:
    """The operation with that id of Reply's; KeyError where there is none."""
    for candidate in area(_areas_by_operation()[id]).operations:
        if candidate.id == id:
            return candidate
    raise KeyError(id)

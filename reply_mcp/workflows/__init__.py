"""Tools made of several operations, described like operations: one module per theme, read through an index."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from reply_mcp.catalog.index import Entry, read_index
from reply_mcp.catalog.operation import Area, Operation

MODULES = ("threads", "overview", "diagnosis", "contact_brief", "triage", "blocking", "report", "mailbox_settings")


def area(module: str) -> Area:
    """The tools of that module; the area's name is the toolset that they belong to."""
    found: Area = import_module(f"{__name__}.{module}").area
    return found


@cache
def entries() -> tuple[Entry, ...]:
    """The index: one entry for each workflow."""
    return read_index(__name__)


@cache
def operation(id: str) -> Operation:
    """The workflow with that id (its class's name); KeyError where there is none."""
    for module in MODULES:
        for candidate in area(module).operations:
            if candidate.id == id:
                return candidate
    raise KeyError(id)

"""What v3 can do: every operation described once.

operation        what an operation is, and the vocabulary of its description, handed on from:
area             an area, on which operations register
fields           fields of arguments, and where each goes on the request
effect           what a call does to the world
call             what a hook is given, and the slots that hooks have
views            what of an answer the agent sees, as data
schema           JSON Schemas of arguments
index            what listing and searching need, read from `generated` without importing an area

areas            the operations, a package for each area
arguments        how what an agent gives becomes a validated model
bodies           request bodies that several areas take
hooks, lookups   what the hooks of several areas share, and what they read of the account
undo             how each write is put back; `changes` is what is kept for that
spec             the catalog against an OpenAPI document

request          the HTTP request for an operation's arguments
batching         bulk calls beyond what v3 takes at a time
request_caps     "at most 10 requests", enforced
answers          what each operation answers with, and whether an answer is one
background_jobs  calls that are accepted and done later
concurrently     several reads at once
rows             the rows of a page, and whether more follow
own_answers      Reply's own answer beside what hooks make of it

Importing this package imports no area. `operation("GetContactById")` imports the one it needs, and `entries()` reads
the index.
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

"""Tools made of several operations, described like operations: a module of `MODULES` for each theme.

overview          what needs the user now
diagnosis         why a sequence does not send
contact_brief     one person at a glance
threads           one conversation
triage            the unread threads that wait for an answer
blocking          blocking a person, or everyone at their domain
report            the numbers of a period
mailbox_settings  a mailbox's settings without its connection
undo              putting back what an agent changed
pieces            what they are made of
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from reply_mcp.catalog.index import Entry, read_index
from reply_mcp.catalog.operation import Operation

MODULES = (
    "threads",
    "overview",
    "diagnosis",
    "contact_brief",
    "triage",
    "blocking",
    "report",
    "mailbox_settings",
    "undo",
)


@cache
def operations_in(module: str) -> tuple[Operation, ...]:
    """The workflows that a module describes, as they are written."""
    found = import_module(f"{__name__}.{module}")
    own = [value for value in vars(found).values() if getattr(value, "__module__", None) == found.__name__]
    return tuple(vars(value)["operation"] for value in own if isinstance(value, type) and "operation" in vars(value))


@cache
def entries() -> tuple[Entry, ...]:
    """The index: one entry for each workflow."""
    return read_index(__name__)


@cache
def operation(id: str) -> Operation:
    """The workflow with that id (its class's name); KeyError where there is none."""
    for module in MODULES:
        for candidate in operations_in(module):
            if candidate.id == id:
                return candidate
    raise KeyError(id)

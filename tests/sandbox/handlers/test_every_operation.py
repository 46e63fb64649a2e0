"""The sandbox answers every operation of the catalog, and each has a view of its answer."""

from __future__ import annotations

from reply_mcp import catalog
from reply_mcp.sandbox.handlers import load_handlers
from reply_mcp.sandbox.http.handler import registered_handlers

OPERATIONS = {one.id: one for name in catalog.AREAS for one in catalog.area(name).operations}


def test_every_operation_has_a_handler() -> None:
    load_handlers()
    assert registered_handlers().keys() == OPERATIONS.keys()


def test_every_operation_has_a_view() -> None:
    assert [id for id, one in OPERATIONS.items() if one.view is None] == []

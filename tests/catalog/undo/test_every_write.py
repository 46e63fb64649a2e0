"""Every tool that may change something says how it is undone, or why it cannot be."""

from __future__ import annotations

import re
from pathlib import Path

from reply_mcp import catalog
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.inventory import every_entry
from reply_mcp.server.tool_calls import operation_of
from tests.conftest import check_each

CHANGING = [one for one in every_entry() if one.tool and one.effect is not Effect.READ and one.tool != "reply_undo"]


def test_it_has_an_inverse_or_a_reason() -> None:
    def check(entry: Entry) -> None:
        undo = operation_of(entry).undo
        assert undo is not None, "say in its header how it is undone, or why it cannot be (catalog.undo)"
        assert (undo.inverse is None) == bool(undo.why_not or not undo.changes)
        assert not undo.why_not or re.fullmatch(r"[A-Z].{10,200}\.", undo.why_not), "a sentence that people read"

    check_each(CHANGING, check, lambda entry: entry.tool)


def test_what_cannot_be_undone_says_so_beforehand() -> None:
    """A write that nothing puts back, in its description; the page has each with its reason."""
    page = (Path(__file__).parents[3] / "docs/undo.md").read_text(encoding="utf-8")
    for entry in CHANGING:
        operation = operation_of(entry)
        final = operation.effect is Effect.WRITE and bool(operation.undo and operation.undo.why_not)
        assert entry.about.endswith(" Cannot be undone.") == final, entry.tool
        assert not final or f"`{entry.tool}`" in page, entry.tool


def test_a_read_has_none() -> None:
    reads = [catalog.operation(one.id) for one in catalog.entries() if one.tool and one.effect is Effect.READ]
    assert [one.id for one in reads if one.undo is not None] == []

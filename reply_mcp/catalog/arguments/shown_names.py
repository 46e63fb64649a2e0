"""Fields by the words that answers head them with: whoever reads `size: 11-50` changes `size`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from reply_mcp.catalog.views import Card, Column
from reply_mcp.text.names import fold_name

if TYPE_CHECKING:
    from reply_mcp.catalog.operation import Operation


def sources_shown(model: type[BaseModel], name: str) -> set[str]:
    """The fields behind what the answers on the thing that a change is about show under this name."""
    change: Operation | None = getattr(model, "operation", None)
    if change is None or change.method not in ("PUT", "PATCH"):
        return set()
    view = next((one.view for one in change.area.operations if one.path == change.path and one.method == "GET"), None)
    shown = [column for line in view.lines for column in line] if isinstance(view, Card) else []
    columns = [Column(one) if isinstance(one, str) else one for one in shown]
    return {
        source.partition(".")[0]
        for one in columns
        if fold_name(name) in map(fold_name, (one.name, *(source.partition(".")[0] for source in one.sources)))
        for source in one.sources
    }

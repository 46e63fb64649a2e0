"""The `prospecting` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "prospecting",
    title="Prospecting",
    about="Find new people in Live Data; validate and enrich contacts.",
    modules=("operations", "filter_values", "validations"),
)

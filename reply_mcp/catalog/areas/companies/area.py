"""The `companies` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "companies",
    title="Companies",
    about='Companies (Reply\'s "accounts"), their people, lists and owners.',
    modules=("operations", "members", "lists"),
)

"""The `tasks` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "tasks",
    title="Tasks",
    about="Calls, manual emails and other to-dos: list, create, do, complete.",
    modules=("operations",),
)

"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "reports",
    title="Reports",
    about="Numbers of a period: emails, calls, tasks, LinkedIn, team, channels.",
    modules=("operations", "lists"),
)

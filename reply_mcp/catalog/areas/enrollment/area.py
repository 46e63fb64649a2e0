"""The `enrollment` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "enrollment",
    title="Enrollment",
    about="People in sequences: who is in, at which step; add, pause, remove.",
    modules=("operations", "statuses", "previews"),
)

"""The `inbox` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "inbox",
    title="Inbox",
    about="Conversations by email and LinkedIn: read, answer, file.",
    modules=("operations", "categories", "direct_outreach"),
)

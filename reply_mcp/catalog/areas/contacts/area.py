"""The `contacts` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "contacts",
    title="Contacts",
    about="The people you reach out to: find, create, update, import; their lists, statuses and custom fields.",
    modules=("operations", "history", "statuses", "actions", "lists", "custom_fields"),
)

"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "sequences",
    title="Sequences",
    about="Outreach sequences: find, create, start, pause, senders, statistics.",
    modules=("operations", "lifecycle", "bulk", "templates", "stats", "senders", "folders"),
)

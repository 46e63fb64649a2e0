"""The `blacklist` area, on which its modules register their operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "blacklist",
    title="Blacklist",
    about="Domains and addresses that are never contacted, and exceptions.",
    modules=("domains", "emails", "exceptions"),
)

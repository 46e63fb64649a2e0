from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "blacklist",
    title="Blacklist",
    about="Domains and addresses that are never contacted, and exceptions.",
    modules=("operations",),
)

"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "webhooks",
    title="Webhooks",
    about="Tell another system what happens: replies, opens, bounces and more.",
    modules=("operations",),
)

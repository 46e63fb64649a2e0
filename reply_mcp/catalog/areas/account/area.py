"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "account",
    title="Account and background jobs",
    about="Whom the key acts as, the teammates, and long work that runs in the background.",
    modules=("operations", "settings"),
)

"""How webhooks read."""

from __future__ import annotations

from reply_mcp.catalog.views import Column

FACTS = (
    Column("event", "eventType"),
    "url",
    Column("scope", "scope", "enum"),
    Column("on", "enabled", "flag"),
    Column("adds", "_adds", "list"),
    Column("created", "createdAt", "date"),
)
"""One webhook, in a list and by itself."""

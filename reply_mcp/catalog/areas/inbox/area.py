from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "inbox",
    title="Inbox",
    about="Conversations by e-mail and LinkedIn: read, answer, file.",
    modules=("operations", "direct_outreach"),
)

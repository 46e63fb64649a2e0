from __future__ import annotations

from reply_mcp.catalog.operation import Area

area = Area(
    "inbox",
    title="Inbox",
    about="Conversations by e-mail and LinkedIn: read, answer, file.",
    modules=("operations", "direct_outreach"),
)

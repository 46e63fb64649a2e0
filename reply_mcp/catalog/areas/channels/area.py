"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "channels",
    title="Channels",
    about="Connected mailboxes and LinkedIn accounts, their state and limits.",
    modules=("operations", "email_accounts", "linkedin_accounts"),
)

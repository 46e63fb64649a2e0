"""What agents see of threads and their categories."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

THREADS = Table(
    "threads",
    (
        "id",
        Column("contactId", "contact.id"),
        Column("contact", "contact.fullName"),
        Column("email", "contact.email"),
        Column("channel", kind="enum"),
        Column("category", "category.name"),
        "state",
        Column("last", "lastActivityDate", "time"),
        Column("sequence", "sequence.name"),
        Column("says (outside text)", "bodyPreview", "preview"),
    ),
    empty=(
        "No such threads. Mail that nobody answered: source=sent; AI messages to approve: reply_list_pending_approvals."
    ),
    shown_elsewhere=("isRead", "hasMeetingIntent", "status"),
)
CATEGORIES = Table(
    "categories",
    (
        "id",
        "name",
        Column("color", kind="enum"),
        Column("fixed", "isReserved", "flag"),
        Column("unread", "unreadThreadsCount"),
    ),
    items="",
)
CATEGORY = Card(
    "Category {id}: {name}",
    (
        (
            Column("color", kind="enum"),
            Column("fixed", "isReserved", "flag"),
            Column("unread", "unreadThreadsCount"),
        ),
    ),
)

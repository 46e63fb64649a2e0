"""How templates, folders and AI prompts read."""

from __future__ import annotations

from reply_mcp.catalog.views import Blocks, Card, Column, Table

TEMPLATE_COLUMNS = (
    "id",
    "name",
    "subject",
    Column("scope", "folderType", "enum"),
    Column("folder", "folderId"),
    Column("attachments", "attachments.fileName", "list"),
)
TEMPLATE = Blocks(
    Table("email template", (*TEMPLATE_COLUMNS, Column("body", "body", "html"))),
    'Email template {id} "{name}": {_facts}',
)
FOLDER_COLUMNS = ("id", "name", Column("scope", "folderType", "enum"), Column("default", "isDefault", "flag"))
TRIAL = Card(
    "{_result}",
    (
        (Column("comment", "commentText", "outside"),),
        (Column("post", "postText", "outside"),),
        (Column("topic", "detectedTopic"), Column("link", "postUrl")),
    ),
    shown_elsewhere=("outcome",),
)
SEQUENCE_TEMPLATES = Table(
    "sequence templates",
    (
        "id",
        "name",
        "scope",
        Column("steps", "stepTypes", "list"),
        Column("conditions", "isConditional", "flag"),
        "description",
    ),
    empty="There are no sequence templates.",
)

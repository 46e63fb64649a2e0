"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "templates",
    title="Templates",
    about="Email and sequence templates, variables, AI prompts, attachments.",
    modules=("operations", "folders", "template_attachments", "sequence_templates", "ai_prompts", "attachments"),
)

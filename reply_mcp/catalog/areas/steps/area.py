"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "steps",
    title="Sequence steps",
    about="What a sequence does, in order: emails, LinkedIn, calls, conditions.",
    modules=("operations", "variants", "conditions"),
)

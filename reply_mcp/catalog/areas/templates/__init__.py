"""What is written once and used again.

`operations` describes email templates, `folders` and `template_attachments` what belongs to them, `sequence_templates`
templates of whole sequences, `ai_prompts` the prompts for LinkedIn comments, `attachments` files for everything else.
The modules named `…_hooks` are their hooks, `bodies` is what several calls take, `views` how answers read.
"""

from reply_mcp.catalog.areas.templates import (
    ai_prompts,
    attachments,
    folders,
    operations,
    sequence_templates,
    template_attachments,
)
from reply_mcp.catalog.areas.templates.area import area

__all__ = [
    "ai_prompts",
    "area",
    "attachments",
    "folders",
    "operations",
    "sequence_templates",
    "template_attachments",
]

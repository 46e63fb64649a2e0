"""The operations of the `templates` area.

`operations` describes email templates, `folders` and `template_attachments` what belongs to them, `sequence_templates`
templates of whole sequences, `ai_prompts` the prompts for LinkedIn comments, `attachments` files for everything else.
`hooks` and the modules named `…_hooks` are their hooks, `bodies` is what several calls take, `views` how answers read.
"""

from reply_mcp.catalog.areas.templates.area import area

__all__ = ["area"]

area.import_modules(__name__)

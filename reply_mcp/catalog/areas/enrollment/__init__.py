"""The operations of the `enrollment` area; importing the package registers them on its `area`.

- `operations`: who is in a sequence, putting people in (`enroll`, after `checks` of those who were named) and
  taking them out (`hooks`)
- `statuses`: status, replied and bounced in one sequence (`status_hooks`)
- `previews`: the messages that one contact gets (`preview_hooks`)
- `views`: what agents see
"""

from reply_mcp.catalog.areas.enrollment.area import area

__all__ = ["area"]

area.import_modules(__name__)

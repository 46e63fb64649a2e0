"""Webhooks: what Reply sends to another system as it happens.

`operations` describes the calls, `hooks` are their hooks, `bodies` is what requests hold, `views` how webhooks read.
"""

from reply_mcp.catalog.areas.webhooks.area import area

__all__ = ["area"]

area.import_modules(__name__)

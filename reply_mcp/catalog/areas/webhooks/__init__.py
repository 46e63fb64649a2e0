"""The operations of the `webhooks` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.webhooks import operations
from reply_mcp.catalog.areas.webhooks.area import area

__all__ = ["area", "operations"]

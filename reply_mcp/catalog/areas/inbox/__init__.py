"""The operations of the `inbox` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.inbox import direct_outreach, operations
from reply_mcp.catalog.areas.inbox.area import area

__all__ = ["area", "direct_outreach", "operations"]

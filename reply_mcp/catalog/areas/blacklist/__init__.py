"""The operations of the `blacklist` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.blacklist import operations
from reply_mcp.catalog.areas.blacklist.area import area

__all__ = ["area", "operations"]

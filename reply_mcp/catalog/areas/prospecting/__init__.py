"""The operations of the `prospecting` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.prospecting import operations
from reply_mcp.catalog.areas.prospecting.area import area

__all__ = ["area", "operations"]

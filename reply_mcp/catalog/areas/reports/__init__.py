"""The operations of the `reports` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.reports import operations
from reply_mcp.catalog.areas.reports.area import area

__all__ = ["area", "operations"]

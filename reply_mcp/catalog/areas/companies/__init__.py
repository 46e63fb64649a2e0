"""The operations of the `companies` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.companies import operations
from reply_mcp.catalog.areas.companies.area import area

__all__ = ["area", "operations"]

"""The operations of the `enrollment` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.enrollment import operations
from reply_mcp.catalog.areas.enrollment.area import area

__all__ = ["area", "operations"]

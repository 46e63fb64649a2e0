"""The operations of the `steps` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.steps import operations
from reply_mcp.catalog.areas.steps.area import area

__all__ = ["area", "operations"]

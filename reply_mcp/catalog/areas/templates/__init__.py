"""The operations of the `templates` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.templates import operations
from reply_mcp.catalog.areas.templates.area import area

__all__ = ["area", "operations"]

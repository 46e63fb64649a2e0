"""The operations of the `contacts` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.contacts import operations
from reply_mcp.catalog.areas.contacts.area import area

__all__ = ["area", "operations"]

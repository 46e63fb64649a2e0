"""The operations of the `sequences` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.sequences import folders, operations
from reply_mcp.catalog.areas.sequences.area import area

__all__ = ["area", "folders", "operations"]

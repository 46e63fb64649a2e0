"""The operations of the `tasks` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.tasks import operations
from reply_mcp.catalog.areas.tasks.area import area

__all__ = ["area", "operations"]

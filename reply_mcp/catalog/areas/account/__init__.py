"""The operations of the `account` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.account import operations, settings
from reply_mcp.catalog.areas.account.area import area

__all__ = ["area", "operations", "settings"]

"""The operations of the `schedules` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.schedules import holiday_calendars, operations
from reply_mcp.catalog.areas.schedules.area import area

__all__ = ["area", "holiday_calendars", "operations"]

"""The area, which the operations of its modules register on."""

from __future__ import annotations

from reply_mcp.catalog.area import Area

area = Area(
    "schedules",
    title="Schedules",
    about="The hours in which sequences may send, and holidays.",
    modules=("operations", "holiday_calendars"),
)

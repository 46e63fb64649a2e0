"""Schedules, the hours in which sequences may send, and holiday calendars.

`operations` describes the calls on schedules, `holiday_calendars` those on calendars; `hooks` and
`holiday_calendar_hooks` are their hooks, `bodies` is what requests hold, `views` how answers read.
"""

from reply_mcp.catalog.areas.schedules.area import area

__all__ = ["area"]

area.import_modules(__name__)

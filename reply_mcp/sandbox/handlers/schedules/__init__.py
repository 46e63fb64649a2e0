"""`schedules` and `holiday_calendars`."""

"""The user that the key acts as, the team, background jobs, and settings.

`operations` describes users and jobs with `hooks`, `settings` the settings with `settings_hooks`, `bodies` and `views`.
"""

from reply_mcp.catalog.areas.account.area import area

__all__ = ["area"]

area.import_modules(__name__)

"""The user that the key acts as, the team, background jobs, and settings.

`operations` describes users and jobs with `hooks`, `settings` the settings with `settings_hooks` and
`settings_effects` (what a change leads to). `bodies` is what requests hold, `views` how answers read.
"""

from reply_mcp.catalog.areas.account.area import area

__all__ = ["area"]

area.import_modules(__name__)

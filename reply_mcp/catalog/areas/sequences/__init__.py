"""Sequences of outreach.

`operations` describes finding, reading, creating, changing and deleting them, `lifecycle` starting, pausing, archiving
and handing over, `bulk` the same for several, `templates` their templates, `stats` their statistics, `senders` the
accounts they send from, `folders` where they are filed. The modules named `…_hooks` are their hooks, `bodies` is what
requests hold, `views` how answers read. Settings and steps, which other areas take too, are in `catalog.bodies`.
"""

from reply_mcp.catalog.areas.sequences.area import area

__all__ = ["area"]

area.import_modules(__name__)

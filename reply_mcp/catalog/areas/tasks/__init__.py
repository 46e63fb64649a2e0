"""The operations of the `tasks` area; importing the package registers them on its `area`.

- `operations`: tasks: list, create, read, change, assign, complete, execute, delete
- `hooks`: whom a call reaches and who moves on
- `bulk_hooks`: the same for several at once
- `scheduled_hooks`: changes to those that Reply carries out by itself
- `listing_hooks`: whose the tasks of a list are, and which are late
- `bodies` and `views`: ids and texts of tasks, and what agents see
"""

from reply_mcp.catalog.areas.tasks.area import area

__all__ = ["area"]

area.import_modules(__name__)

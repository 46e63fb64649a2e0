"""The operations of the `blacklist` area; importing the package registers them on its `area`.

- `domains`, `emails`, `exceptions`: the operations of each kind of rule
- `kinds`: what the operations of a kind have in common, and the hooks around them
- `bodies`: arguments that they share
"""

from reply_mcp.catalog.areas.blacklist.area import area

__all__ = ["area"]

area.import_modules(__name__)

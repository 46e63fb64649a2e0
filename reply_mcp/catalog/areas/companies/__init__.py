"""The operations of the `companies` area; importing the package registers them on its `area`.

- `operations`: companies themselves
- `members`: the people in them
- `lists`: lists of companies
- `hooks`, `bodies` and `views`: what surrounds the calls, parts of request bodies, what agents see
"""

from reply_mcp.catalog.areas.companies.area import area

__all__ = ["area"]

area.import_modules(__name__)

"""The operations of the `prospecting` area; importing the package registers them on its `area`.

- `operations`: searches for new people in Live Data (hooks in `hooks`)
- `filter_values`: the words that their filters take
- `validations`: checking addresses (hooks in `validation_hooks`)
- `bodies` and `views`: filters, and what agents see
"""

from reply_mcp.catalog.areas.prospecting.area import area

__all__ = ["area"]

area.import_modules(__name__)

"""Reports on a period.

`operations` describes the overviews, `lists` what stands behind them one by one; `filters` is what both take, `hooks`
are their hooks, `outcomes` tells what came of each email, `views` how answers read.
"""

from reply_mcp.catalog.areas.reports.area import area

__all__ = ["area"]

area.import_modules(__name__)

"""Lists that change between two of their pages: each row once."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call


async def drop_repeated_rows(call: Call, answer: Any) -> Any:
    """Drops doubles: rows repeat where the list changed between two pages."""
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        return answer
    seen: set[str] = set()
    kept = []
    for row in answer["items"]:
        id = row.get("id") if isinstance(row, dict) else None
        # As text: an id that is no id, such as a list, must not fail here.
        if id is None or str(id) not in seen:
            kept.append(row)
            seen.add(str(id))
    return {**answer, "items": kept}

"""Bulk answers that give the reason of a failure as a number: the word in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.operation import After, Call


def reasons_in_words(meanings: Mapping[int, str]) -> After:
    """Puts `meanings` in the place of numeric errors in a failures-only answer, `{"12": {"error": 3}}`. Words stay."""
    known = {str(number): meaning for number, meaning in meanings.items()}

    async def said(call: Call, answer: Any) -> Any:
        if isinstance(answer, dict):
            for failure in answer.values():
                if isinstance(failure, dict):
                    error = failure.get("error")
                    failure["error"] = known.get(str(error), error)
        return answer

    return said

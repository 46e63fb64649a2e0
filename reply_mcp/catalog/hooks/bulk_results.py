"""Bulk calls: each id sent once, and answers per item in words. Reply numbers its reasons differently for each
resource, and answers creations by position alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reply_mcp.catalog.operation import After, Call


def named_by(argument: str, label: Callable[[Any], str], reasons: Mapping[str, str]) -> After:
    """Turns results by position into failures by what the caller calls each item; notes the new ids.

    Args:
        argument: the Python name of the argument that holds the items.
        label: what an item is called.
        reasons: words for Reply's numbers.
    """

    async def named(call: Call, answer: Any) -> Any:
        if not isinstance(answer, list):
            return answer
        given = [label(one) for one in getattr(call.arguments, argument)]
        failed: dict[str, Any] = {}
        created = []
        for position, result in enumerate(answer):
            row = result if isinstance(result, dict) else {}
            name = given[position] if position < len(given) else f"item {position + 1}"
            if row.get("id") is not None and not row.get("error"):
                created.append(f"{name} ({row['id']})")
            else:
                reason = reasons.get(str(row.get("error")), row.get("error") or "Reply gave no id")
                failed[name] = {"error": reason, "errorDetails": row.get("errorDetails")}
        failed |= {name: {"error": "Reply did not say what came of it"} for name in given[len(answer) :]}
        if created:
            call.notes.append(f"Ids: {', '.join(created)}.")
        return failed

    return named


def in_words(reasons: Mapping[str, str]) -> After:
    """Puts words in the place of numbers in a failures-only answer."""

    async def worded(call: Call, answer: Any) -> Any:
        for failure in answer.values() if isinstance(answer, dict) else ():
            if isinstance(failure, dict) and "error" in failure:
                failure["error"] = reasons.get(str(failure["error"]), failure["error"])
        return answer

    return worded


async def each_id_once(call: Call) -> None:
    """Sends each id once, so that the counts are right."""
    for name in ("ids", "contact_ids", "account_ids", "sequence_ids"):
        ids = getattr(call.arguments, name, None)
        if ids and len(set(ids)) < len(ids):
            setattr(call.arguments, name, list(dict.fromkeys(ids)))

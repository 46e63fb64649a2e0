"""Bulk calls: each id is sent once, and each failure is named and explained.

Reply numbers its reasons differently for each resource, and answers creations by position alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reply_mcp.catalog.batching import NO_OUTCOME
from reply_mcp.catalog.operation import After, Call
from reply_mcp.text.lists import join, plural


def key_by_label(argument: str, label: Callable[[Any], str], reasons: Mapping[int, str]) -> After:
    """Turns results by position into a failures-only answer keyed by what the caller calls each item; notes the new
    ids.

    Args:
        argument: the Python name of the argument that holds the items.
        label: gives what an item is called.
        reasons: words for Reply's numbers.
    """
    words = {str(number): reason for number, reason in reasons.items()}

    async def key(call: Call, answer: Any) -> Any:
        if not isinstance(answer, list):
            return answer
        given = [label(one) for one in getattr(call.arguments, argument)]
        failed: dict[str, Any] = {}
        created = []
        if len(answer) != len(given):
            call.notes.append(
                f"Reply answered {plural(len(answer), 'result')} for {plural(len(given), 'item')}: which result "
                "belongs to which item is not certain."
            )
        for name, result in zip(given, [*answer, *[None] * len(given)], strict=False):
            row = result if isinstance(result, dict) else {}
            if row.get("id") is not None and not row.get("error"):
                created.append(f"{name} ({row['id']})")
            else:
                reason = words.get(str(row.get("error")), row.get("error") or NO_OUTCOME)
                failed[name] = {"error": reason, "errorDetails": row.get("errorDetails")}
        if created:
            call.notes.append(f"Ids: {join(created)}.")
        return failed

    return key


def translate_reasons(reasons: Mapping[int, str]) -> After:
    """Puts words in the place of Reply's numbers in a failures-only answer, `{"12": {"error": 3}}`; a number that is
    not in `reasons` stays, and so does a word."""
    words = {str(number): reason for number, reason in reasons.items()}

    async def translate(call: Call, answer: Any) -> Any:
        for failure in answer.values() if isinstance(answer, dict) else ():
            if isinstance(failure, dict) and "error" in failure:
                failure["error"] = words.get(str(failure["error"]), failure["error"])
        return answer

    return translate


async def drop_duplicate_ids(call: Call) -> None:
    """Leaves each id in the arguments once: Reply counts a duplicate as one more, or refuses the whole call for it."""
    for name in type(call.arguments).model_fields:
        ids = getattr(call.arguments, name) if name == "ids" or name.endswith("_ids") else None
        if ids and len(set(ids)) < len(ids):
            setattr(call.arguments, name, list(dict.fromkeys(ids)))

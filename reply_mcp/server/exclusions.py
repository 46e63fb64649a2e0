"""What the settings switch off, by operation: an excluded tool takes along what does the same under another name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from reply_mcp.catalog.index import Entry

NOT_CHANGED_HERE = "Tell the person; only they can change it"


def excluded_tools(entries: Iterable[Entry], named: Collection[str]) -> dict[str, str]:
    """The tools that are off where these are excluded, and why each is.

    Beside the named tools these are their bulk twins, which do to one thing of a list what was excluded, and the
    workflows that are made of their operations. The single tool stays where the bulk one is excluded.
    """
    rows = list(entries)
    off = dict.fromkeys(named, "excluded")
    for entry in rows:
        if _is_bulk(entry):
            single = next((one for one in rows if one.tool in named and _same_job(one, entry)), None)
            if single is not None:
                off.setdefault(entry.tool, f"excluded, since it does for many what {single.tool} does for one")
    operations = {entry.id: entry.tool for entry in rows if entry.tool in off}
    for entry in rows:
        for operation in entry.operations:
            if operation in operations:
                off.setdefault(entry.tool, f"excluded, since it is made of {operations[operation]}")
    return off


def _same_job(single: Entry, bulk: Entry) -> bool:
    return single.area == bulk.area and not _is_bulk(single) and _job(single.tool) == _job(bulk.tool)


def _is_bulk(entry: Entry) -> bool:
    """Reply calls it bulk or batch."""
    return "Bulk" in entry.id or "Batch" in entry.id


def _job(tool: str) -> list[str]:
    """The words of a tool's name in the singular, without what says that it takes many."""
    return [_singular(word) for word in tool.split("_") if word not in ("reply", "bulk")]


def _singular(word: str) -> str:
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<!s)s$", "", word)

"""Counts with their rates beside them, on one line, always with their period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.arguments.times import PRESETS, describe_preset
from reply_mcp.catalog.views import Column, Numbers
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.columns import aligned
from reply_mcp.condense.tables import (
    CELL_WIDTH,
    WIDE_CELL,
    asked_columns,
    columns_of,
    grid,
    left_out,
    list_in,
    named_in,
)
from reply_mcp.condense.token_limits import Draft
from reply_mcp.condense.values import lookup, nothing, read, show, template
from reply_mcp.text.cleaning import one_line

UNREAD = "Reply's answer holds none of these numbers and could not be read: nothing is known of this period."


def has_numbers(answer: Any, view: Numbers) -> bool:
    """Whether the answer is one with such numbers at all, be they empty."""
    keys = {str(key).casefold() for key in answer} if isinstance(answer, Mapping) else set()
    sources = [source for column in columns_of(view.counts) for source in column.sources]
    return bool(keys & {path.partition(".")[0].casefold() for path in [*sources, view.groups] if path})


def draft_numbers(answer: Any, view: Numbers, asked: Asked) -> Draft | None:
    """The line of counts, and a table of groups where there are some; None where the answer is no object."""
    groups = list_in(answer, view.groups) if view.groups else None
    if not isinstance(answer, Mapping) and groups is None:
        return None
    columns = columns_of(view.counts)
    missing: list[str] = []
    if asked.fields:
        columns, missing = asked_columns([answer], columns, asked.fields)
    width = WIDE_CELL if asked.fields else CELL_WIDTH
    counts = {column.name: _count(answer, column, view.rates or {}, width) for column in columns}
    counts = {name: shown for name, shown in counts.items() if shown}
    title, when = template(view.title, answer, asked.arguments), period(asked.arguments)
    head = [", ".join(filter(None, [title, "" if "{period}" in view.title else when]))]
    head.append(" · ".join(f"{name} {shown}" for name, shown in counts.items()))
    draft = Draft(head, [], missing, {"title": title, "period": when, "counts": counts}, "groups")
    if groups:
        names, cells, _ = grid(groups, columns_of(view.group_columns), CELL_WIDTH)
        lines = aligned(names, cells)
        draft.head.append(lines[0])
        draft.units = lines[1:]
        draft.unit_data = [dict(zip(names, row, strict=True)) for row in cells]
        draft.more = lambda kept, total: f"… {total - kept} more rows did not fit (ask for a smaller part)"
    elif not counts:
        draft.head.append("No numbers for this period." if has_numbers(answer, view) else UNREAD)
    rates = [Column(rate, rate) for rate in (view.rates or {}).values()]
    covered = [*columns, *rates, *named_in(view.title), Column("groups", view.groups or "groups")]
    if isinstance(answer, Mapping) and not asked.fields:
        draft.tail.append(left_out([answer], covered))
    return draft


def period(arguments: Mapping[str, Any]) -> str:
    """The period that was asked for, from `from`/`to` or the preset, also inside `filters`."""
    for place in (arguments, lookup(arguments, "filters")):
        if not isinstance(place, Mapping):
            continue
        start, end = show(lookup(place, "from"), "date"), show(lookup(place, "to"), "date")
        if start and end:
            return start if start == end else f"{start} to {end}"
        if start or end:
            return f"since {start}" if start else f"until {end}"
        if preset := lookup(place, "dateRangePreset"):
            return describe_preset(str(preset)) if str(preset) in PRESETS else show(preset, "enum")
    return ""


def _count(answer: Any, column: Column, rates: Mapping[str, str], width: int) -> str:
    """A number with its rate in brackets; "" where there is none."""
    value = read(answer, column)
    shown = one_line(show(value, column.kind, column.name), width)
    source = next((rates[key] for key in (*column.sources, column.name) if key in rates), None)
    rate = lookup(answer, source) if source else None
    if not shown or nothing(rate) or (value == 0 and rate == 0):
        return shown
    return f"{shown} ({show(rate, 'percent')})"

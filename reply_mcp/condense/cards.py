"""One thing: a title, its facts with related ones on a line, the lists inside of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reply_mcp.catalog.views import Card, Column, Table
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.columns import aligned
from reply_mcp.condense.tables import (
    CELL_WIDTH,
    WHOLE_WIDTH,
    WIDE_CELL,
    asked_columns,
    columns_of,
    draft_table,
    grid,
    left_out,
    list_in,
    named_in,
    shared_by_all,
)
from reply_mcp.condense.token_limits import Draft
from reply_mcp.condense.values import lookup, nothing, read, show, show_whole, template
from reply_mcp.text.cleaning import clean, fence, one_line
from reply_mcp.text.html import html_to_text

_FACT_WIDTH = 300


def draft_card(answer: Any, view: Card, asked: Asked) -> Draft | None:
    """The card of an object; None where the answer is none."""
    if not isinstance(answer, Mapping):
        return None
    title, whole = template(view.title, answer, asked.arguments), bool(asked.fields)
    lines = [columns_of(line) for line in view.lines]
    columns = [column for line in lines for column in line]
    missing: list[str] = []
    if asked.fields:
        picked, missing = asked_columns([answer], columns, asked.fields)
        lines = [picked]
    head = [title] if title else []
    id = show(lookup(answer, "id"))
    if id and not re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", title):
        head.append(f"id: {id}")
    data: dict[str, Any] = {"title": title, "id": lookup(answer, "id")}
    units = [unit for line in lines if (unit := fact_line(answer, line, data, whole=whole))]
    out = ""
    if whole:
        empty = [column.name for column in lines[0] if column.name not in data]
        units += [f"empty: {', '.join(empty)}"] if empty else []
    else:
        for table in view.tables:
            units += _inner_table(answer, table, data)
        covered = [*columns, *(Column(table.items) for table in view.tables), *named_in(view.title)]
        out = left_out([answer], covered, view.shown_elsewhere)
    return Draft(head, units, [*missing, out], {k: v for k, v in data.items() if v is not None}, key="")


def fact_line(item: Any, columns: Sequence[Column], data: dict[str, Any], *, whole: bool = False) -> str:
    """`name: value` of each fact that says something, long outside text fenced below; with `whole`, objects are shown
    with all that is in them."""
    facts: list[str] = []
    fenced: list[str] = []
    for column in columns:
        value = read(item, column)
        if column.kind == "outside" and isinstance(value, str):
            text = html_to_text(value).strip()
            if "\n" in text or len(text) > 80:
                data[column.name] = clean(text)
                fenced.append(f"{column.name} (outside text):\n{fence(text)}")
                continue
        text = show_whole(value, column.kind, column.name) if whole else show(value, column.kind, column.name)
        if not text:
            continue
        width = WHOLE_WIDTH if whole else _FACT_WIDTH
        if len(text) > width:
            text = f"{text[:width]}… [{len(text) - width} more characters: detail=full]"
        data[column.name] = text
        facts.append(text if text == column.name else f"{column.name}: {text}")
    return "\n".join(filter(None, ["; ".join(facts), *fenced]))


def _inner_table(answer: Any, table: Table, data: dict[str, Any]) -> list[str]:
    items = list_in(answer, table.items)
    if not items:
        if table.empty and items is not None:
            return [table.empty]
        return []
    names, cells, constants = grid(items, columns_of(table.columns), CELL_WIDTH)
    data[table.items] = [dict(zip(names, row, strict=True)) for row in cells]
    return [f"{table.noun}: {len(items)}{shared_by_all(constants)}", *aligned(names, cells)]


def generic(answer: Any, noun: str, asked: Asked) -> Draft:
    """Any answer without a view of its own: a list as a table, an object as its facts, anything else as words."""
    if answer is None:
        return Draft(["Done."], key="")
    draft = _generic_table(answer, noun, asked) or _generic_card(answer, noun, asked)
    if draft is not None:
        return draft
    text = html_to_text(answer) if isinstance(answer, str) else show(answer)
    return Draft([], [one_line(text, WIDE_CELL * 20) or "Done."], data={"value": answer}, key="")


def _generic_table(answer: Any, noun: str, asked: Asked) -> Draft | None:
    """The list that an answer is, or that is nearly all of it; None where there is none."""
    key = "items"
    if isinstance(answer, Mapping) and list_in(answer, key) is None:
        lists = [name for name, value in answer.items() if isinstance(value, list)]
        key = lists[0] if len(lists) == 1 and len(answer) <= 2 else key
    names: dict[str, None] = {}
    for item in list_in(answer, key) or ():
        if isinstance(item, Mapping):
            names |= {str(k): None for k, v in item.items() if not isinstance(v, list | Mapping) and not nothing(v)}
    order = sorted(names, key=lambda name: name.lower() != "id")[:12]
    return draft_table(answer, Table(noun or "items", tuple(map(Column, order)), key), asked)


def _generic_card(answer: Any, noun: str, asked: Asked) -> Draft | None:
    if not isinstance(answer, Mapping):
        return None
    columns = [Column(str(key)) for key in answer if str(key)]
    if asked.fields:
        return draft_card(answer, Card(noun, (tuple(columns),)), asked)
    data: dict[str, Any] = {}
    units = [line for column in columns if (line := fact_line(answer, [column], data, whole=True))]
    return Draft([noun] if noun and units else [], units or ["Nothing in the answer."], data=data, key="")

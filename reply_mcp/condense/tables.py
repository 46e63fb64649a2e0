"""A list as a table: a header that says which part this is and how to go on, then a row for each item."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reply_mcp.catalog.rows import places_of
from reply_mcp.catalog.views import Column, Table
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.columns import EMPTY, aligned, fold_repeated_columns, part_words
from reply_mcp.condense.token_limits import Draft
from reply_mcp.condense.values import lookup, nothing, read, show, show_whole, writer
from reply_mcp.text.cleaning import cut, one_line
from reply_mcp.text.lists import plural

CELL_WIDTH = 60
"""Characters of a cell before it is cut; asked for by `fields`, a cell may be `WIDE_CELL`."""
WIDE_CELL = 400
WHOLE_WIDTH = 4000
"""Characters of an object, or of a fact of a card, that was asked for by name."""
BARE = "value"
"""The column of items that are no objects."""
_NAMED_LEFT_OUT = 8
_NARROWING = {"search", "name", "status", "ownerUserId", "isArchived", "assignedUserId", "taskType"}
"""Arguments without which a list has more."""
_SAYS_NOTHING = (False, 0)
_SAYS_NO_KIND = ("none", "empty")
"""Values not worth naming among what is left out: they say that there is nothing to see. The words say so only where
v3 has a word of its own choice; a thing that somebody called "None" has that name."""
_OF_A_KIND = re.compile(r"(?:status|state|type|kind|mode|size|level|resolution|priority|gender|tenure)$", re.IGNORECASE)


def columns_of(columns: Sequence[Column | str]) -> list[Column]:
    """The columns, those given by a field's name alone included."""
    return [Column(column) if isinstance(column, str) else column for column in columns]


def list_in(answer: Any, key: str) -> list[Any] | None:
    """The list in an answer, or None where there is none."""
    if isinstance(answer, list):
        return answer
    found = lookup(answer, key) if isinstance(answer, Mapping) else None
    return found if isinstance(found, list) else None


def draft_table(answer: Any, view: Table, asked: Asked) -> Draft | None:
    """The table of a whole answer; None where the answer is no list."""
    items = list_in(answer, view.items)
    if items is None:
        return None
    fields, skip, noun = asked.fields, asked.skip, view.noun or "items"
    has_more = isinstance(answer, Mapping) and lookup(answer, "hasMore") is True
    places = places_of(answer, len(items))
    if not items:
        page = {"noun": view.noun, "from": skip + 1, "to": skip, "hasMore": has_more}
        return Draft([_describe_empty(view, asked, noun, places[-1])], data=page)
    columns, missing = choose_columns(items, view, fields)
    names, cells, constants = grid(items, columns, WIDE_CELL if fields else CELL_WIDTH, whole=bool(fields))
    said = {*names, *dict(constants)}
    if fields and (empty := [c.name for c in columns if one_line(c.name, CELL_WIDTH) not in said and names != [BARE]]):
        missing.append(f"empty: {', '.join(empty)}")
    bare = names == [BARE]
    heads, rows, once = fold_repeated_columns(names, cells)
    lines = ["", *(row[0] for row in cells)] if bare else aligned(heads, rows)
    facts = shared_by_all(constants) + "".join(f"; {fact}" for fact in once)

    def heading(kept: int) -> tuple[str, dict[str, Any]]:
        end, goes_on = skip + places[kept], has_more or kept < len(items)
        if asked.paged or has_more:
            title = f"{noun} {skip + 1}–{end}"
            title += f", {kept} of them shown" if places[kept] > kept else ""
            title += f", more: skip={end}" if goes_on else ""
        else:
            title = f"{noun}: {len(items)}"
        return title + facts, {"to": end, "hasMore": goes_on}

    out = "" if fields else left_out(items, columns, view.shown_elsewhere)

    def more(kept: int, total: int) -> str:
        if asked.paged or has_more:
            return f"… {total - kept} more rows did not fit: skip={skip + places[kept]}"
        return f"… {total - kept} more rows did not fit; fewer fields show more"

    data = [dict(zip(names, row, strict=True)) for row in cells]
    header, page = heading(len(items))
    page = {"noun": view.noun, "from": skip + 1, **page}
    draft = Draft([header, lines[0]], lines[1:], [*missing, out], page, "rows", data, more, heading=heading)
    draft.between = part_words(lines) if bare else "\n"
    if constants:
        draft.data["all"] = dict(constants)
    return draft


def _describe_empty(view: Table, asked: Asked, noun: str, left_out: int) -> str:
    """That there are no rows, and what may show some; `left_out` is how many of Reply's page are not shown."""
    if left_out:
        return f"No {noun} among {asked.skip + 1}–{asked.skip + left_out}, more: skip={asked.skip + left_out}"
    if asked.skip:
        return f"No more {noun} from skip={asked.skip}."
    given = {name for name, value in asked.arguments.items() if not nothing(value)} - {"top", "skip"}
    without = f" Without {' and '.join(sorted(given))}, all are listed." if given and given <= _NARROWING else ""
    return (view.empty or f"No {noun}.") + without


def shared_by_all(constants: Sequence[tuple[str, str]]) -> str:
    """`; all overdue; all sequence: Trade fair leads 1208436`: what the rows share, an id beside its name."""
    known = dict(constants)
    ids = {base: name for name in known if (base := name.removesuffix("Id")) != name and base in known}
    facts = [
        (name, f"{value} {known[ids[name]]}" if name in ids else value)
        for name, value in constants
        if name not in ids.values()
    ]
    return "".join(f"; all {name}: {value}" if name != value else f"; all {name}" for name, value in facts)


def choose_columns(items: Sequence[Any], view: Table, fields: Sequence[str] | None) -> tuple[list[Column], list[str]]:
    """The columns to show, ids always among them, and a line for asked fields that do not exist."""
    columns = columns_of(view.columns)
    ids = [column for column in columns if column.name.lower() == "id"]
    if not ids and any(isinstance(item, Mapping) and not nothing(lookup(item, "id")) for item in items):
        ids = [Column("id")]
        columns = [*ids, *columns]
    if not fields:
        return columns, []
    asked, missing = asked_columns(items, columns, fields)
    shown = {source for column in ids for source in column.sources}
    return ids + [column for column in asked if not shown & {*column.sources, column.name.lower()}], missing


def asked_columns(
    items: Sequence[Any], columns: Sequence[Column], fields: Sequence[str]
) -> tuple[list[Column], list[str]]:
    """A column for each asked field that exists, by API name, custom field's title or the view's word for it."""
    known = field_paths(items)
    lower = {name.lower(): name for name in known}
    found: list[Column] = []
    faults: list[str] = []
    for asked in fields:
        shown = next((c for c in columns if asked.lower() in (c.name.lower(), *(s.lower() for s in c.sources))), None)
        if shown is not None and (asked.lower() not in lower or any(read(item, shown) is not None for item in items)):
            found.append(shown if shown.name.lower() == asked.lower() else Column(asked, asked, shown.kind))
        elif asked.lower() in lower:
            path = known[lower[asked.lower()]]
            # The `name` of a contact's owner must not pass for the contact's; a custom field's title is its own.
            inner = any(isinstance(lookup(item, path.partition(".")[0]), Mapping) for item in items)
            found.append(Column(path if inner else asked, path))
        elif asked.lower() == "flags":
            found += [column for column in columns if column.kind == "flag"]
        elif "." in asked and any(not nothing(lookup(item, asked)) for item in items):
            found.append(Column(asked, asked))
        else:
            near = difflib.get_close_matches(asked.lower(), list(lower), 3, 0.6)
            hint = f"; did you mean {', '.join(lower[name] for name in near)}?" if near else ""
            faults.append(f"No field {one_line(asked, 60)!r} here{hint}")
    return list({column.name: column for column in found}.values()), faults


def field_paths(items: Sequence[Any]) -> dict[str, str]:
    """Where every field of the items is, by its dotted name, and by the last part where only one field has it."""
    paths: dict[str, str] = {}
    for item in items:
        for key, value in item.items() if isinstance(item, Mapping) else ():
            paths[str(key)] = str(key)
            paths.update({path: path for path in (f"{key}.{name}" for name in _names_within(value))})
    short: dict[str, set[str]] = {}
    for name, path in paths.items():
        label = name.partition(".")[2]
        if label:
            short.setdefault(label, set()).add(path)
    for label, found in short.items():
        if len(found) == 1:
            paths.setdefault(label, *found)
    return paths


def _names_within(value: Any) -> Iterable[Any]:
    """The keys of an object, or what the parts of a list that have a value (custom fields) are called."""
    if isinstance(value, Mapping):
        return value
    parts = [part for part in value if isinstance(part, Mapping) and "value" in part] if isinstance(value, list) else ()
    labels = (next((part[k] for k in ("name", "key", "title") if not nothing(part.get(k))), None) for part in parts)
    return filter(lambda label: label is not None, labels)


def grid(
    items: Sequence[Any], columns: Sequence[Column], width: int, *, whole: bool = False
) -> tuple[list[str], list[list[str]], list[tuple[str, str]]]:
    """Names and cells of the columns that say something, and the columns that say the same in every row.

    With `whole`, objects are shown with all that is in them.
    """
    write = show_whole if whole else show
    if not any(isinstance(item, Mapping) for item in items):
        return [BARE], [[one_line(show(item), width) or EMPTY] for item in items], []
    shown: list[tuple[str, list[str]]] = []
    flags: list[str] = []
    constants: list[tuple[str, str]] = []
    for column in columns:
        is_id = column.name.lower() == "id" or column.name.endswith(" id")
        cell_width = (
            WIDE_CELL if column.kind in {"html", "preview"} else width
        )  # texts are what such a list is read for
        uncut = is_id or column.kind == "link"
        cells = list(map(writer(column, write), items))
        if not uncut:
            most = WHOLE_WIDTH if whole and _holds_objects(column, items) else cell_width
            if max(map(len, cells)) > most:
                cells = [cut(cell, most) for cell in cells]
        if not any(cells):
            continue
        name = one_line(column.name, CELL_WIDTH)
        if len(items) > 2 and name.lower() != "id" and cells[0] and len(set(cells)) == 1:
            constants.append((name, cells[0]))
        else:
            shown.append((name, cells))
            flags += [name] if column.kind == "flag" else []
    if flags and width == CELL_WIDTH:
        shown = _flags_together(shown, flags)
    if not shown and constants:
        shown = [(name, [value] * len(items)) for name, value in constants]
        constants = []
    if not shown:
        return [BARE], [[one_line(show(item), width) or EMPTY] for item in items], []
    rows = [[cell or EMPTY for cell in row] for row in zip(*(cells for _, cells in shown), strict=True)]
    return [name for name, _ in shown], rows, constants


def _holds_objects(column: Column, items: Sequence[Any]) -> bool:
    return any(isinstance(read(item, column), Mapping | list) for item in items)


def _flags_together(shown: list[tuple[str, list[str]]], flags: list[str]) -> list[tuple[str, list[str]]]:
    """One column for all flags, each of which is a word that says itself; last where it mostly says nothing."""
    columns = [cells for name, cells in shown if name in flags]
    together = [", ".join(filter(None, cells)) for cells in zip(*columns, strict=True)]
    rest = [(name, cells) for name, cells in shown if name not in flags]
    place = next(index for index, (name, _) in enumerate(shown) if name in flags)
    if together.count("") * 2 >= len(together):
        place = len(rest)
    return [*rest[:place], ("flags" if len(flags) > 1 else flags[0], together), *rest[place:]]


def left_out(items: Sequence[Any], columns: Sequence[Column], shown_elsewhere: Sequence[str] = ()) -> str:
    """The line that names what has values and is not shown, and how to see it."""
    rows = [item for item in items if isinstance(item, dict)]
    keys: dict[Any, Any] = {}
    for row in rows:
        keys.update(row)
    shown = {source.lower() for column in columns for source in column.sources}
    shown |= {source.partition(".")[0] for source in shown} | {key.lower() for key in shown_elsewhere}
    unseen: list[Any] = []
    # By their beginnings, as `ownerId` beside `ownerUserId`.
    near: dict[str, list[Any]] = {}
    for key in keys:
        lower = str(key).lower()
        if lower in shown:
            near.setdefault(lower[:5], []).append(key)
        else:
            unseen.append(key)
    with_custom_fields = [key for key in unseen if str(key).lower() == "customfields"]
    names: list[Any] = []
    for key in unseen:
        if key in with_custom_fields or str(key).startswith("_"):
            continue
        if any((value := row.get(key)) and _says_something(key, value) for row in rows):
            beside = near.get(str(key)[:5].lower(), ())
            if not any(all(row.get(key) == _identity(row.get(other)) for row in rows) for other in beside):
                names.append(key)
    custom = sorted(_custom_labels(row.get(key) for row in rows for key in with_custom_fields))
    if not names and not custom:
        return ""
    listed = [one_line(str(key), 30) for key in names[:_NAMED_LEFT_OUT]]
    example, more = (listed or ["customFields"])[0], ",…" if len(names) + len(custom) > 1 else ""
    if len(names) > _NAMED_LEFT_OUT:
        listed.append(f"{len(names) - _NAMED_LEFT_OUT} more")
    if custom:
        listed.append(plural(len(custom), "custom field"))
    return f'Left out: {", ".join(listed)} (detail=full, or fields=["{example}"{more}])'


def _identity(value: Any) -> Any:
    """A value as an id beside it repeats it: of `{"id": 70411, "name": "Maria Silva"}` the id."""
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _says_something(key: Any, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in _SAYS_NO_KIND:
        return not _OF_A_KIND.search(str(key))
    return not nothing(value) and value not in _SAYS_NOTHING


def _custom_labels(lists: Iterable[Any]) -> set[str]:
    """The custom fields that say something in any of these lists."""
    parts = (part for parts in lists if isinstance(parts, list) for part in parts if isinstance(part, dict))
    filled = (part for part in parts if not nothing(part.get("value")))
    labels = {str(part.get("name") or part.get("key") or part.get("id")) for part in filled}
    return {one_line(label, 30) for label in labels}


def named_in(pattern: str) -> list[Column]:
    """The fields that a title's format string shows."""
    return [Column(name, name) for name in re.findall(r"\{([^{}:]+)", pattern)]

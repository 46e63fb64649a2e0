"""Values that were replaced: what stood there before is read, kept and set again, nothing as null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from reply_mcp.catalog.answers import has_value, held_value
from reply_mcp.catalog.changes import Inverse, Step
from reply_mcp.catalog.fields import NullClears, Where
from reply_mcp.catalog.hooks.read_modify_write import Reader, documented, shape_of
from reply_mcp.catalog.operation import Arguments, Call, Undo
from reply_mcp.catalog.undo.reading import listed_by, shown_by
from reply_mcp.catalog.undo.values import describe_value, differences, entries, same
from reply_mcp.text.lists import join, list_some

_MOST_SHOWN = 6
_IDS = ("Id", "Ids")
_LONG = 60
"""Letters of a text that is not shown beside the one in its place."""


def replaced(
    reader: Reader,
    *,
    noun: str,
    by: str = "",
    look: Mapping[str, str] | None = None,
    shown_as: Mapping[str, str] | None = None,
    only: tuple[str, ...] = (),
    in_entries: tuple[str, ...] = (),
    together: bool = False,
) -> Undo:
    """The values that the call replaced are set again by the same operation.

    Args:
        reader: what shows the values: the id of the operation that reads the thing by its `id`, or a function.
        noun: what is changed.
        by: the operation that sets them, where it is another one.
        look: the arguments of `reader` where they are other ones, each from an argument of the call.
        shown_as: the names under which `reader` shows fields of the body that have another name there; dotted.
        only: the fields that are put back; all that were given by default.
        in_entries: the fields that are lists of entries with an id and a value, of which a call sets those that it
            gives and leaves the others.
        together: whether all that were given are set again where one of them was changed.
    """
    wanted = {"id": "id"} if look is None else look
    read = reader if callable(reader) else shown_by(reader, **wanted) if wanted else listed_by(reader)

    def inverse(call: Call, held: Any, answer: Any, only: tuple[str, ...] = only) -> Inverse | None:
        operation, wire = call.arguments.operation, call.arguments.wire()
        places, ids = body_and_ids(call.arguments)
        given = {key: value for key, value in _given(call, places).items() if not only or key in only}
        paths = {key: (shown_as or {}).get(key, key) for key in given}
        for key in given.keys() & set(in_entries):
            given[key] = entries(given[key]) or {}
            held = _with_entries(held, paths[key], given[key])
        nullable = {key for key in given if key not in in_entries and _takes_null(call, places[key])}
        old, lost = _old_values(places, given, held, paths, nullable, together)
        # The last id is the thing's own; those before it are of what it is in.
        thing = f"{noun} {next((wire[key] for key in reversed(ids) if key in wire), '')}".rstrip()
        remains = f"{join(lost)} of {thing} {'stays' if len(lost) == 1 else 'stay'} as set." if lost else ""
        if not old:
            return Inverse((), remains) if lost else None
        back = {key: _as_entries(value) if key in in_entries else value for key, value in old.items()}
        step = Step(
            by or operation.id,
            {**{key: wire[key] for key in ids if key in wire}, **back},
            _describe_back(thing, old, places),
            left=_by_path({key: _left(given[key], answer, key) for key in old}, paths),
            aims=_by_path(old, paths),
            look=("", {}) if callable(reader) else (reader, {name: wire.get(of) for name, of in wanted.items()}),
            whole=operation.method == "PUT" and not by,
        )
        return Inverse((step,), remains)

    def unchanged(call: Call, held: Any) -> bool:
        return inverse(call, held, None, only=()) is None

    return Undo(inverse, read, describe=describe_replaced, named=True, unchanged=unchanged)


def _given(call: Call, places: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """What the caller gave for the body, as the call sends it."""
    wire = call.arguments.wire()
    return {key: picked(wire[key], call.given[key]) for key in call.given if key in wire and key in places}


def _takes_null(call: Call, info: FieldInfo) -> bool:
    """Whether null sets a field to nothing."""
    return call.arguments.operation.method == "PUT" or any(isinstance(mark, NullClears) for mark in info.metadata)


def _describe_back(thing: str, old: Mapping[str, Any], places: Mapping[str, FieldInfo]) -> str:
    """`contact 5 has title "CEO" and no phone again`; of a field that is the whole body, what is in it."""
    body = next((key for key in old if Where.WHOLE_BODY in places[key].metadata), None)
    shown = list(flat(old if body is None else old[body]))
    return f"{thing} has {join([_describe(*one) for one in shown[:_MOST_SHOWN]])} again"


def _by_path(values: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """Values of the body by the names under which the reader shows them."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        _set(found, paths[key], value)
    return found


def _old_values(
    places: Mapping[str, FieldInfo],
    given: Mapping[str, Any],
    held: Any,
    paths: Mapping[str, str],
    nullable: set[str],
    together: bool,
) -> tuple[dict[str, Any], list[str]]:
    """What is sent to put back what stood there, for each field that the call changed, and what cannot be."""
    old: dict[str, Any] = {}
    lost = [key for key, path in paths.items() if not _has(held, path)]
    there = {key: _at(held, path) for key, path in paths.items() if key not in lost}
    differ = {key for key, before in there.items() if changed(given[key], before)}
    for key, before in there.items():
        if key not in differ and not (together and differ):
            continue
        value = was(places[key], given[key], before)
        if value is None and key not in nullable:
            lost.append(key)
        else:
            old[key] = value
    return old, lost


def _with_entries(held: Any, path: str, given: Mapping[str, Any]) -> Any:
    """What was read, with the given entries as an object; null for one that there was not. Nothing where Reply names
    its entries otherwise, so that nothing is known of any."""
    there = entries(held_value(held, path))
    known = there is not None and all(map(str.isdigit, there))
    before = {id: there.get(id) for id in given} if there is not None and known else None
    return {**held, path: before} if isinstance(held, Mapping) else held


def _as_entries(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"id": int(id), "value": value} for id, value in values.items()]


def describe_replaced(inverse: Inverse) -> str:
    """What a change replaced, place by place: `title "Founder" → "CTO"; phone nothing → "555"`; of long texts, of lists
    of things and of ids their places alone. Nothing where ids are all there is: what an answer says of a thing, it says
    by its name."""
    found = [
        (place, now, before)
        for step in inverse.steps
        for place, now, before in differences(step.left, step.aims, exact=True)
        if not {f"{place}Id", f"{place}Ids"} & step.arguments.keys()
    ]
    if all(place.endswith(_IDS) for place, _, _ in found):
        return ""
    shown = [
        place
        if _is_long(now) or _is_long(before) or place.endswith(_IDS)
        else f"{place} {describe_value(before)} → {describe_value(now)}"
        for place, now, before in found
    ]
    return list_some(shown, _MOST_SHOWN, between="; ")


def _is_long(value: Any) -> bool:
    """Whether a value is better looked at by itself."""
    return len(value) > _LONG if isinstance(value, str) else isinstance(value, list | Mapping) and bool(value)


def body_and_ids(part: Arguments) -> tuple[dict[str, FieldInfo], list[str]]:
    """The fields of the body by their names on the wire, and the names of the others: those of the path and query, and
    a workflow's id."""
    body: dict[str, FieldInfo] = {}
    ids: list[str] = []
    for name, where in type(part).fields_by_place().items():
        info = type(part).model_fields[name]
        alias = info.alias or name
        if where in (None, Where.WHOLE_BODY) and not (alias == "id" and part.operation.method == ""):
            body[alias] = info
        elif where in (Where.PATH, Where.QUERY) or alias == "id":
            ids.append(alias)
    return body, ids


def picked(value: Any, given: Any) -> Any:
    """Of a value, what stands where the caller gave something."""
    if isinstance(value, Mapping) and isinstance(given, Mapping):
        return {key: picked(one, given[key]) for key, one in value.items() if key in given}
    return value


def changed(value: Any, before: Any) -> bool:
    """Whether setting `value` changes what stood there."""
    if isinstance(value, list) and isinstance(before, list) and _by_id(value) and _by_id(before):
        rows = {str(row.get("id")): row for row in before}
        return any(not same(row, rows.get(str(row.get("id")), {})) for row in value) or len(value) != len(before)
    return not same(value, before)


def was(info: FieldInfo | None, value: Any, before: Any) -> Any:
    """What is sent to set again what stood there; of an object, in the places alone that the call set."""
    if isinstance(value, Mapping) and isinstance(before, Mapping):
        inner = _fields_of(info, before)
        return {
            key: was(inner.get(key), one, held_value(before, key))
            for key, one in value.items()
            if has_value(before, key) and not same(one, held_value(before, key))
        }
    if before is None or info is None:
        return before
    if isinstance(before, list) and _plain_list(value) and not _fields_of(info):
        # A list of ids, or of names, where Reply shows the things themselves.
        return [one.get("id", one.get("name")) if isinstance(one, Mapping) else one for one in before]
    if isinstance(before, Mapping) and isinstance(value, int | str) and "id" in before:
        return before["id"]
    return documented(info.annotation, before)


def flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value by its dotted place."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _describe(key: str, value: Any) -> str:
    return f"no {key}" if value in (None, "", [], {}) else f"{key} {describe_value(value)}"


def _plain_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, int | str) for one in value)


def _by_id(rows: list[Any]) -> bool:
    return all(isinstance(row, Mapping) and row.get("id") is not None for row in rows)


def _left(value: Any, answer: Any, key: str) -> Any:
    """What the call left: as Reply answered it where it did, else as it was sent."""
    there = held_value(answer, key)
    if isinstance(value, Mapping) and isinstance(there, Mapping):
        return {name: _left(one, there, name) for name, one in value.items()}
    alike = all(isinstance(there, kind) == isinstance(value, kind) for kind in (Mapping, list))
    return there if has_value(answer, key) and alike else value


def _fields_of(info: FieldInfo | None, value: Any = None) -> dict[str, FieldInfo]:
    shape = None if info is None else shape_of(info.annotation, value)
    return {} if shape is None else {one.alias or name: one for name, one in shape.model_fields.items()}


def _at(held: Any, path: str) -> Any:
    for name in path.split("."):
        held = held_value(held, name)
    return held


def _has(held: Any, path: str) -> bool:
    *way, last = path.split(".")
    for name in way:
        held = held_value(held, name)
    return has_value(held, last)


def _set(into: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for name in way:
        into = into.setdefault(name, {})
    into[last] = value

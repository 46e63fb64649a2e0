"""Changes that replace a thing whole: what the caller leaves out is read first and sent again, so that nothing is
cleared that nobody meant to clear.

What was read goes back as it was: documented bounds, formats and choices are for what a caller gives.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Before, Call, Part, Where
from reply_mcp.errors import NotDone
from reply_mcp.text.lists import join

Reader = str | Callable[[Call], Awaitable[Any]]
"""The id of the operation that reads the thing by its `id`, or a function that gives it."""


def keep_unset_fields(reader: Reader, *needed: str) -> Before:
    """Fills in what was left out of the body with what holds now, also inside its objects. One request, unless all was
    given. `needed` are the arguments (Python names) without which v3 takes no change.

    The piece raises `NotDone` where nothing is asked to change, and where what holds now cannot be read: sending
    without it would clear it.
    """

    async def keep(call: Call) -> None:
        arguments = call.arguments
        left = [name for name in _body(arguments) if name not in arguments.model_fields_set]
        if len(left) == len(_body(arguments)):
            raise NotDone(f"Nothing was changed: give what is to change of {join(_wire(arguments, left))}.")
        if is_whole(arguments):
            return
        held = await (read_once(call, reader, id=arguments.id) if isinstance(reader, str) else reader(call))
        if not isinstance(held, Mapping):
            raise NotDone(
                f"Nothing was changed: what holds now could not be read, and a change clears what is left out. Give "
                f"{join(_wire(arguments, left or _body(arguments)))} too."
            )
        fill_unset(arguments, held)
        lacking = [name for name in needed if getattr(arguments, name) is None]
        if lacking:
            raise NotDone(
                f"Nothing was changed: Reply does not say what {join(_wire(arguments, lacking))} is now, and takes no "
                "change without it. Give it too."
            )

    return keep


def _body(part: Part) -> list[str]:
    """The fields (Python names) that go into the body."""
    fields = type(part).model_fields.items()
    return [name for name, info in fields if not any(isinstance(mark, Where) for mark in info.metadata)]


def _wire(part: Part, names: list[str]) -> list[str]:
    fields = type(part).model_fields
    return [fields[name].alias or name for name in names]


def is_whole(part: Part) -> bool:
    """Whether every field of the body was given, also in the objects inside."""
    inner = [getattr(part, name) for name in _body(part)]
    parts = [one for value in inner for one in (value if isinstance(value, list) else [value]) if isinstance(one, Part)]
    return set(_body(part)) <= part.model_fields_set and all(map(is_whole, parts))


def fill_unset(part: Part, held: Mapping[str, Any]) -> None:
    """Fills in every field that was left out of `part` with what `held` has under its key, whatever the key's case;
    also in objects inside, and in lists whose rows have an id, row by row.

    Nulls, and keys that no request documents, are left out; a documented word is sent in its documented case.
    """
    found = {str(key).casefold(): value for key, value in held.items()}
    for name in _body(part):
        info = type(part).model_fields[name]
        there = found.get((info.alias or name).casefold())
        if there is None:
            continue
        if name in part.model_fields_set:
            _fill_inside(getattr(part, name), there)
        else:
            setattr(part, name, documented(info.annotation, there))


def _fill_inside(given: Any, there: Any) -> None:
    if isinstance(given, Part) and isinstance(there, Mapping):
        fill_unset(given, there)
    elif isinstance(given, list) and isinstance(there, list):
        rows = {str(row["id"]): row for row in there if isinstance(row, Mapping) and row.get("id") is not None}
        for one in given:
            _fill_inside(one, rows.get(str(getattr(one, "id", None))))


def documented(annotation: Any, value: Any) -> Any:
    """`value` with the documented keys alone, where the annotation is about one kind of object, and with documented
    words in their documented case."""
    if isinstance(value, list):
        return [documented(annotation, one) for one in value]
    if isinstance(value, str):
        return _word(annotation, value)
    models = set(_parts_in(annotation))
    if not isinstance(value, Mapping) or len(models) != 1:
        return value
    fields = {
        (info.alias or name).casefold(): (info.alias or name, info) for name, info in models.pop().model_fields.items()
    }
    known = ((fields[str(key).casefold()], inner) for key, inner in value.items() if str(key).casefold() in fields)
    return {alias: documented(info.annotation, inner) for (alias, info), inner in known if inner is not None}


def _word(annotation: Any, value: str) -> str:
    """The documented word for `value` where the annotation is a choice of words and understands it as one."""
    words = {word.casefold(): word for word in _words_in(annotation)}
    if not words or value.casefold() in words:
        return words.get(value.casefold(), value)
    try:
        return str(TypeAdapter(annotation).validate_python(value))
    except ValidationError:
        return value


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)


def shape_of(annotation: Any, value: Any) -> type[Part] | None:
    """The one kind of object of an annotation that a value is: the only one, or that whose fixed words (`type`,
    `actionType`) it has. None where that is not certain."""
    found = [one for one in set(_parts_in(annotation)) if _has_words_of(one, value)]
    return found[0] if len(found) == 1 else None


def _has_words_of(part: type[Part], value: Any) -> bool:
    held = (
        {str(key).casefold(): str(one).casefold() for key, one in value.items()} if isinstance(value, Mapping) else {}
    )
    fixed = {
        info.alias or name: get_args(info.annotation)
        for name, info in part.model_fields.items()
        if get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1
    }
    return all(held.get(name.casefold()) == str(words[0]).casefold() for name, words in fixed.items())


def _words_in(annotation: Any) -> Iterator[str]:
    """The words of the choices in an annotation."""
    for inner in get_args(annotation):
        if get_origin(annotation) is Literal:
            if isinstance(inner, str):
                yield inner
        else:
            yield from _words_in(inner)

"""Values written otherwise than the operation takes them, and meaning the same: one value where a list is meant, `25`
as text, `Active` for `active`, `first_name` inside an object.

Only values that were refused are touched, each at its own place, and only into what holds the same; the rest stays.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from reply_mcp.catalog.arguments.aliases import apply_aliases
from reply_mcp.catalog.arguments.validation import (
    M,
    models_at,
    parse_json_strings,
    validate_with_repair,
)
from reply_mcp.text.names import fold_name

_SINGLE = {"int_type", "int_parsing", "string_type", "float_type", "bool_type", "uuid_type", "literal_error", "enum"}
_NOTHING = object()


def parse_arguments(model: type[M], arguments: Mapping[str, Any]) -> tuple[M, dict[str, Any]]:
    """What an agent's arguments mean: an instance of the operation's class, and the arguments by Reply's names.

    Raises:
        WrongArguments: with a line for every fault.
    """
    return validate_with_repair(model, apply_aliases(model, arguments), repair)


def repair(model: type[BaseModel], arguments: Mapping[str, Any], errors: list[ErrorDetails]) -> dict[str, Any] | None:
    """The arguments with every refused value that plainly means another one put right; None where none does."""
    read = parse_json_strings(model, arguments, errors)
    if read is not None:
        return read
    changed = copy.deepcopy(dict(arguments))
    some = False
    for place in {_place(changed, error["loc"]): error for error in errors}.values():
        path = _place(changed, place["loc"])
        if path:
            some = _repair_one(model, changed, path, place) or some
    return changed if some else None


def _place(arguments: Any, loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The way to the value, without the tags that pydantic adds for the members of a union."""
    path: list[int | str] = []
    here = arguments
    for part in loc:
        known: Any = here if isinstance(here, dict) else dict(enumerate(here)) if isinstance(here, list) else {}
        if part in known:
            path.append(part)
            here = known[part]
    return tuple(path)


def _repair_one(
    model: type[BaseModel], arguments: dict[str, Any], path: tuple[int | str, ...], error: ErrorDetails
) -> bool:
    """Puts one value right in place; gives whether it did."""
    holder: Any = arguments
    for part in path[:-1]:
        holder = holder[part]
    last, kind = path[-1], error["type"]
    value = holder[last]
    if kind == "extra_forbidden":
        return len(path) > 1 and isinstance(last, str) and _rename(model, holder, last, error["loc"])
    if error["input"] is not value and error["input"] != value:
        return False
    instead = _replacement(kind, value, error)
    if instead is _NOTHING:
        return False
    holder[last] = instead
    return True


def _replacement(kind: str, value: Any, error: ErrorDetails) -> Any:
    if kind == "list_type" and value is not None and not isinstance(value, set | tuple):
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
        return parts if len(parts) > 1 and all(part.isdigit() for part in parts) else [value]
    if kind in _SINGLE and isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        return value[0]
    if kind in ("literal_error", "enum") and isinstance(value, str):
        choices = [one.strip("' ") for one in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
        same = [one for one in choices if fold_name(one) == fold_name(value)]
        return same[0] if len(same) == 1 and same[0] != value else _NOTHING
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _NOTHING


def _rename(model: type[BaseModel], holder: dict[str, Any], name: str, loc: tuple[int | str, ...]) -> bool:
    """Gives a key inside an object the name that differs only in how it is written."""
    known = {info.alias or own for each in models_at(model, loc[:-1])[1] for own, info in each.model_fields.items()}
    same = [one for one in known if fold_name(one) == fold_name(name)]
    if len(same) != 1 or same[0] in holder or sum(fold_name(key) == fold_name(name) for key in holder) > 1:
        return False
    items = [(same[0] if key == name else key, value) for key, value in holder.items()]
    holder.clear()
    holder.update(items)
    return True

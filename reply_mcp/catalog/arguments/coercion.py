"""Values written otherwise than the operation takes them, and meaning the same: one value where a list is meant, `25`
as text, `Active` for `active`, `first_name` inside an object.

Only values that were refused are touched, each at its own place, and only into what holds the same; the rest stays.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from reply_mcp.catalog.arguments.model_fields import Loc, models_at, names_of
from reply_mcp.catalog.arguments.validation import errors_in
from reply_mcp.catalog.operation import Arguments
from reply_mcp.text.digits import is_digits
from reply_mcp.text.names import fold_name

ROUNDS = 10
"""Times that values are put right: a list in a list in an object takes one for each."""

_CONTAINERS = {"list_type", "dict_type", "model_type", "model_attributes_type", "list_attributes_type"}
_SINGLE = {"int_type", "int_parsing", "string_type", "float_type", "bool_type", "uuid_type", "literal_error", "enum"}
_NOTHING = object()
_QUOTING = ("[", "{", '"')


def parse_json_strings(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, of which lists and objects that were given as JSON text are read: models often quote them. A text
    that the operation takes as text stays."""
    quoted = {name for name, value in arguments.items() if isinstance(value, str) and value.lstrip()[:1] in _QUOTING}
    if not quoted:
        return arguments
    refused = {str(one["loc"][0]) for one in errors_in(model, arguments) if one["loc"] and one["type"] in _CONTAINERS}
    return {name: _read(value) if name in quoted & refused else value for name, value in arguments.items()}


def _read(text: str) -> Any:
    """The value of a JSON text, also of one that was quoted twice; the text itself where it is none."""
    value: Any = text
    try:
        for _ in range(3):
            value = json.loads(value)
            if not isinstance(value, str):
                return value
    except (ValueError, RecursionError):
        pass
    return text


def coerce_values(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, of which every refused value that plainly means another one is put right."""
    errors = errors_in(model, arguments)
    if not errors:
        return arguments
    changed = copy.deepcopy(arguments)
    for _ in range(ROUNDS):
        if not _put_right(model, changed, errors):
            break
        errors = errors_in(model, changed)
    return changed


def _put_right(model: type[Arguments], arguments: dict[str, Any], errors: list[ErrorDetails]) -> bool:
    """Changes values and keys in place; gives whether any was changed."""
    changed = False
    by_path = {_path(arguments, error["loc"]): error for error in errors}
    misnamed: dict[Loc, list[str]] = {}
    for path, error in by_path.items():
        if error["type"] == "extra_forbidden" and len(path) > 1:
            misnamed.setdefault(path[:-1], []).append(str(path[-1]))
    for path, names in misnamed.items():
        known = [name for each in models_at(model, by_path[(*path, names[0])]["loc"][:-1]) for name in names_of(each)]
        changed = _rename(_value_at(arguments, path), names, known) or changed
    # What is inside comes before what holds it: a value that is wrapped moves.
    for path in sorted(by_path, key=len, reverse=True):
        if path and by_path[path]["type"] != "extra_forbidden":
            changed = _replace(arguments, path, by_path[path]) or changed
    return changed


def _path(arguments: Any, loc: Loc) -> Loc:
    """The way to the value, without the tags that pydantic adds for the members of a union."""
    path: list[int | str] = []
    here = arguments
    for part in loc:
        if isinstance(here, dict):
            held = part in here
        else:
            held = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if held:
            path.append(part)
            here = here[part]
    return tuple(path)


def _value_at(arguments: Any, path: Loc) -> Any:
    for part in path:
        arguments = arguments[part]
    return arguments


def _replace(arguments: dict[str, Any], path: Loc, error: ErrorDetails) -> bool:
    holder = _value_at(arguments, path[:-1])
    value = holder[path[-1]]
    if error["input"] is not value and error["input"] != value:
        return False
    replacement = _replacement(error["type"], value, error)
    if replacement is _NOTHING:
        return False
    holder[path[-1]] = replacement
    return True


def _replacement(kind: str, value: Any, error: ErrorDetails) -> Any:
    if kind in _CONTAINERS and isinstance(value, str) and value.lstrip()[:1] in _QUOTING:
        read = _read(value)
        if read is not value:
            return read
    if kind == "list_type" and value is not None and not isinstance(value, set | tuple):
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
        return parts if len(parts) > 1 and all(is_digits(part) for part in parts) else [value]
    if kind in _SINGLE and isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        return value[0]
    if kind in ("literal_error", "enum") and isinstance(value, str):
        choices = [one.strip("' ") for one in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
        same = [one for one in choices if fold_name(one) == fold_name(value)]
        same = same or [one for one in choices if _singular(one) == _singular(value)]
        return same[0] if len(same) == 1 and same[0] != value else _NOTHING
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _NOTHING


def _singular(word: str) -> str:
    """`email` for both `email` and `emails`."""
    return fold_name(word).removesuffix("s")


def _rename(holder: dict[str, Any], names: Iterable[str], known: Iterable[str]) -> bool:
    """Gives keys of an object the names that differ only in how they are written; gives whether it did."""
    by_fold: dict[str, set[str]] = {}
    for name in known:
        by_fold.setdefault(fold_name(name), set()).add(name)
    given = Counter(map(fold_name, holder))
    meant = {
        name: min(found)
        for name in names
        if len(found := by_fold.get(fold_name(name), set())) == 1 and given[fold_name(name)] == 1
    }
    items = [(meant.get(key, key), value) for key, value in holder.items()]
    holder.clear()
    holder.update(items)
    return bool(meant)

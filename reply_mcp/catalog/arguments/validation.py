"""Arguments that do not fit, told in one message: each with what would be right, in the words of the argument."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from reply_mcp.catalog.operation import Arguments
from reply_mcp.errors import WrongArguments

M = TypeVar("M", bound=Arguments)

CONTAINERS = {"list_type", "dict_type", "model_type", "model_attributes_type", "list_attributes_type"}
_WORDS = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "text",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "datetime_parsing": "a time such as 2026-11-01T09:00:00Z",
    "datetime_from_date_parsing": "a time such as 2026-11-01T09:00:00Z",
    "datetime_type": "a time such as 2026-11-01T09:00:00Z",
    "date_parsing": "a date such as 2026-11-01",
    "date_from_datetime_parsing": "a date such as 2026-11-01",
    "date_type": "a date such as 2026-11-01",
    "time_parsing": "a time of day such as 09:30",
    "uuid_parsing": "an id such as 32b382ce-1735-471a-a151-dd69a5420d6a",
    "uuid_type": "an id such as 32b382ce-1735-471a-a151-dd69a5420d6a",
    "string_unicode": "text of whole characters",
    "url_parsing": "a link such as https://example.com",
}


def validate(model: type[M], arguments: Mapping[str, Any]) -> M:
    """The arguments as an instance of the operation's class.

    A list or an object given as JSON text is read, since models often quote them.

    Raises:
        WrongArguments: with a line for every fault.
    """
    return validate_with_repair(model, arguments, parse_json_strings)[0]


Repair = Callable[[type[BaseModel], Mapping[str, Any], list[ErrorDetails]], dict[str, Any] | None]


def validate_with_repair(model: type[M], arguments: Mapping[str, Any], mending: Repair) -> tuple[M, dict[str, Any]]:
    """The arguments as an instance of the operation's class, and as they were understood: where they do not fit,
    `mending` may give others that mean the same.

    Raises:
        WrongArguments: with a line for every fault of the arguments as they were understood.
    """
    given = dict(arguments)
    while True:
        try:
            return model.model_validate(given), given
        except ValidationError as error:
            mended = mending(model, given, error.errors())
            if mended is None or mended == given:
                raise WrongArguments(_faults(error, model, given)) from None
            given = mended


def parse_json_strings(
    model: type[BaseModel], arguments: Mapping[str, Any], errors: list[ErrorDetails]
) -> dict[str, Any] | None:
    changed = dict(arguments)
    for error in errors:
        value = changed.get(str(error["loc"][0])) if error["loc"] else None
        if error["type"] in CONTAINERS and isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
            try:
                changed[str(error["loc"][0])] = json.loads(value)
            except ValueError:
                continue
    return changed if any(changed[name] is not arguments[name] for name in arguments) else None


def _faults(error: ValidationError, model: type[BaseModel], arguments: Mapping[str, Any]) -> list[str]:
    by_path: dict[str, list[str]] = {}
    for one in error.errors():
        loc = one["loc"]
        while one["type"].startswith("union_tag") and len(loc) > 1 and isinstance(loc[-1], str):
            loc = loc[:-1]  # the tag of an outer union, which is no place in the arguments
        path = _path(loc, arguments)
        said = by_path.setdefault(path, [])
        text = _sentence(one, path, model)
        if text not in said:
            said.append(text)
    return [f"{path}: {_joined(said)}" if path else _joined(said) for path, said in by_path.items()]


def _joined(said: list[str]) -> str:
    """Several faults of one argument are the choices of a union: `a whole number or text, got [1]`."""
    if len(said) == 1:
        return said[0]
    pairs = [text.partition(", got ") for text in said]
    got = {tail for _, _, tail in pairs}
    if len(got) == 1 and "" not in got:
        return " or ".join(head for head, _, _ in pairs) + ", got " + got.pop()
    return "; ".join(said)


def _path(loc: tuple[int | str, ...], arguments: Any) -> str:
    """`customFields[1].value`, without the tags that pydantic adds for the members of a union."""
    path, here = "", arguments
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if isinstance(part, int):
            path += f"[{part}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and (part in here or last):
            path += f".{part}" if path else part
            here = here.get(part)
    return path


def _sentence(error: ErrorDetails, path: str, model: type[BaseModel]) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "missing":
        return _required(model, error["loc"])
    if kind == "extra_forbidden":
        return _unknown(str(error["loc"][-1]), model, error["loc"])
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return f"{_shown(value)} is not one of {choices}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tag = str(context["discriminator"]).rpartition(" | ")[2].strip("'")
        choices = ", ".join(_kinds_at(model, error["loc"], tag))
        return f"its {tag} must be one of {choices}" if choices else f"{tag}: required"
    shape = _object_at(model, error["loc"]) if kind in ("model_type", "model_attributes_type") else ""
    return f"{_wanted(kind, context, error['msg'])}{shape}, got {_shown(value)}"


def _wanted(kind: str, context: Mapping[str, Any], message: str) -> str:
    match kind:
        case "greater_than_equal":
            return f"at least {context['ge']}"
        case "greater_than":
            return f"more than {context['gt']}"
        case "less_than_equal":
            return f"at most {context['le']}"
        case "less_than":
            return f"less than {context['lt']}"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case "string_too_short":
            return "text that is not empty" if context["min_length"] == 1 else f"{context['min_length']} characters"
        case "too_long":
            return f"at most {context['max_length']} items"
        case "too_short":
            return f"at least {context['min_length']} item{'' if context['min_length'] == 1 else 's'}"
        case "string_pattern_mismatch":
            return "an e-mail address" if "@" in context["pattern"] else f"text that matches {context['pattern']}"
    return _WORDS.get(kind, message[:1].lower() + message[1:])


def _unknown(name: str, model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    """An unknown argument, with the nearest known one, or all of them where they are few."""
    known = _names_at(model, loc[:-1])
    outer = next((one for one in known if name in _names_at(model, (*loc[:-1], one))), None)
    if outer is not None:
        return f'no such argument; it goes inside {outer}: {{"{outer}": {{"{name}": …}}}}'
    near = difflib.get_close_matches(name.lower(), [n.lower() for n in known], n=1, cutoff=0.6)
    if near:
        return f"no such argument; did you mean {next(n for n in known if n.lower() == near[0])}?"
    if 0 < len(known) <= 15:
        return f"no such argument; there are {', '.join(known)}"
    return "no such argument"


def _required(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    """`required`, with the choices or the shape of what is missing where that is an object or a list of such."""
    info, _ = models_at(model, loc)
    if info is None:
        return "required"
    choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    if choices:
        return f"required, {'one of ' if len(choices) > 1 else ''}{', '.join(str(one) for one in choices)}"
    shape = _shape(info.annotation)
    return f"required: {shape}" if shape else "required"


def _object_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    """` {value, type?}` for an object of one kind."""
    models = models_at(model, loc)[1]
    return f" {_shape(models[0])}" if len(models) == 1 and models[0] is not model else ""


def _shape(annotation: Any) -> str:
    """`[{property, rules: [{operator, value?}]}]`; nothing for plain values and for what may be of several kinds."""
    models = list(dict.fromkeys(_models_in(annotation)))
    if len(models) != 1:
        return ""
    parts = []
    for name, info in models[0].model_fields.items():
        inner = _shape(info.annotation) if info.is_required() else ""
        parts.append(f"{info.alias or name}{'' if info.is_required() else '?'}{': ' + inner if inner else ''}")
    text = "{" + ", ".join(parts) + "}"
    return f"[{text}]" if get_origin(annotation) is list else text


def models_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[FieldInfo | None, list[type[BaseModel]]]:
    """The field at this place and the objects it may hold; the tags that pydantic puts there for the kinds of a union
    are followed."""
    models: list[type[BaseModel]] = [model]
    info: FieldInfo | None = None
    for part in loc:
        if isinstance(part, int):
            continue
        found = [one for each in models for name, one in each.model_fields.items() if part in (name, one.alias)]
        if found:
            info = found[0]
            models = list(dict.fromkeys(_models_in(info.annotation)))
        else:
            models = [each for each in models if _is_kind(each, part)]
    return info, models


def _kinds_at(model: type[BaseModel], loc: tuple[int | str, ...], tag: str) -> list[str]:
    """The values that the tag of a union at this place may have."""
    kinds: dict[str, None] = {}
    for each in models_at(model, loc)[1]:
        info = next((one for name, one in each.model_fields.items() if tag in (name, one.alias)), None)
        kinds.update(dict.fromkeys(str(one) for one in get_args(info.annotation)) if info else {})
    return list(kinds)


def _is_kind(model: type[BaseModel], tag: str) -> bool:
    """Whether this is the member of a union that the tag names."""
    annotations = [info.annotation for info in model.model_fields.values()]
    return any(tag in get_args(one) for one in annotations if get_origin(one) is Literal)


def _names_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The names that the object at this place takes; none where it may be one of several kinds."""
    for part in loc:
        if isinstance(part, int):
            continue
        info = next((one for name, one in model.model_fields.items() if part in (name, one.alias)), None)
        inner = list(dict.fromkeys(_models_in(info.annotation))) if info else []
        if len(inner) != 1:
            return []
        model = inner[0]
    return [info.alias or name for name, info in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 60 else text[:57] + "…"

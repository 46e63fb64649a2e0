"""What is wrong with arguments, in words: a line for each fault, with what would be right, named as the argument is."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from reply_mcp.catalog.arguments.days_in_words import nearest_days
from reply_mcp.catalog.arguments.model_fields import (
    Loc,
    field_at,
    is_list,
    models_at,
    models_in,
    names_at,
    names_inside,
    names_of,
)
from reply_mcp.catalog.arguments.named_ids import named_in
from reply_mcp.catalog.arguments.shown_names import sources_shown
from reply_mcp.catalog.fields import ID_OR_NAME
from reply_mcp.text.cleaning import inline
from reply_mcp.text.digits import MOST_DIGITS, is_digits
from reply_mcp.text.lists import plural, plural_of
from reply_mcp.text.times import current_zone, zone_name

MOST_UNKNOWN = 20
"""Unknown names that are listed, each with the name that it may stand for; the others are counted."""

_LONGEST_NAME = 60
_MOST_KNOWN = 15
_MOST_MEANT = 3
_LONGEST_VALUE = 60
_MOMENTS = ("datetime_parsing", "datetime_from_date_parsing", "datetime_type")
_FOUND_BY = {
    "stepId": "reply_get_sequence_steps",
    "variantId": "reply_get_sequence_step_variants",
    "jobId": "reply_list_background_jobs",
    "change": "reply_list_changes",
}
"""The tools that show the ids of what has no name."""
_WORDS = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_parsing_size": f"a whole number of at most {MOST_DIGITS} digits",
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
    "time_parsing": "a time of day such as 09:30",
    "uuid_parsing": "an id such as 32b382ce-1735-471a-a151-dd69a5420d6a",
    "uuid_type": "an id such as 32b382ce-1735-471a-a151-dd69a5420d6a",
    "string_unicode": "text of whole characters",
    "url_parsing": "a link such as https://example.com",
}


def describe_faults(model: type[BaseModel], arguments: Mapping[str, Any], errors: Sequence[ErrorDetails]) -> list[str]:
    """A line for each argument that is wrong: `customFields[1].value: a whole number, got "x"`.

    Args:
        model: what the arguments should be.
        arguments: as they were validated.
        errors: what pydantic found.
    """
    by_path: dict[str, list[str]] = {}
    unknown = 0
    for error in errors:
        if error["type"] == "extra_forbidden":
            unknown += 1
            if unknown > MOST_UNKNOWN:
                continue
        loc = error["loc"]
        while error["type"].startswith("union_tag") and len(loc) > 1 and isinstance(loc[-1], str):
            loc = loc[:-1]  # the tag of an outer union, which is no place in the arguments
        sentences = by_path.setdefault(_path(loc, arguments), [])
        sentence = _sentence(error, model)
        if error["type"] in ("int_parsing", "int_type") and (finder := _FOUND_BY.get(str(loc[-1]))):
            sentence += f" ({finder} shows it)"
        if sentence not in sentences:
            sentences.append(sentence)
    lines = [
        f"{inline(path)}: {_joined(sentences)}" if path else _joined(sentences) for path, sentences in by_path.items()
    ]
    return lines + _others(unknown)


def describe_unknown_names(model: type[BaseModel], names: Sequence[str]) -> list[str]:
    """A line for each of the first of these names, which the arguments do not have, and one for the others."""
    lines = [f"{_short(name)}: {_unknown(model, (name,))}" for name in names[:MOST_UNKNOWN]]
    return lines + _others(len(names))


def _others(unknown: int) -> list[str]:
    rest = unknown - MOST_UNKNOWN
    return [f"{plural(rest, 'more name')} that no argument has"] if rest > 0 else []


def _joined(sentences: list[str]) -> str:
    """Several faults of one argument are the choices of a union: `a whole number or text, got [1]`."""
    if len(sentences) == 1:
        return sentences[0]
    pairs = [text.partition(", got ") for text in sentences]
    got = {tail for _, _, tail in pairs}
    if len(got) == 1 and "" not in got:
        return " or ".join(head for head, _, _ in pairs) + ", got " + got.pop()
    return "; ".join(sentences)


def _path(loc: Loc, arguments: Any) -> str:
    """`customFields[1].value`, without the tags that pydantic adds for the members of a union."""
    path, here = "", arguments
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if isinstance(part, int):
            if here is None or isinstance(here, list):  # else a list that was made of what is there
                path += f"[{part}]"
                here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and (part in here or last):
            path += f".{_short(part)}" if path else _short(part)
            here = here.get(part)
    return path


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "missing":
        return _required(model, error["loc"])
    if kind == "extra_forbidden":
        return _unknown(model, error["loc"])
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        info = field_at(model, error["loc"]) if is_digits(choices[:1]) else None
        meaning = f" ({_in_a_sentence(info.description)})" if info and info.description else ""
        return f"{_shown(value)} is not one of {choices}{meaning}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tag = str(context["discriminator"]).rpartition(" | ")[2].strip("'")
        choices = ", ".join(_tags_at(model, error["loc"], tag))
        return f"its {tag} must be one of {choices}" if choices else f"{tag}: required"
    shape = _object_at(model, error["loc"]) if kind in ("model_type", "model_attributes_type") else ""
    days = nearest_days(value) if kind in _MOMENTS else ""
    which = f", which may be {days}" if days else ""
    return f"{_wanted(kind, context, error['msg'])}{shape}, got {_shown(value)}{which}"


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
            least = context["min_length"]
            return "text that is not empty" if least == 1 else f"at least {least} characters"
        case "too_long":
            return f"at most {context['max_length']} items"
        case "too_short":
            return f"at least {plural(context['min_length'], 'item')}"
        case "string_pattern_mismatch":
            return "an email address" if "@" in context["pattern"] else f"text that matches {context['pattern']}"
        case _ if kind in _MOMENTS:
            return f"a date or time such as {_now():%Y-%m-%dT%H:%M} (now, {_now():%A}, {zone_name()})"
        case "date_parsing" | "date_from_datetime_parsing" | "date_type":
            return f"a date such as {_now():%Y-%m-%d} (today, {_now():%A})"
    return _WORDS.get(kind, message[:1].lower() + message[1:])


def _now() -> datetime:
    """What a model knows no other way, and needs to write a date."""
    return datetime.now(current_zone())


def _unknown(model: type[BaseModel], loc: Loc) -> str:
    """An unknown argument, with the nearest known one, or all of them where they are few."""
    name, known = str(loc[-1]), names_at(model, loc[:-1]) or _names_of_member(model, loc[:-1])
    outer = next((one for one in known if name in names_inside(model, (*loc[:-1], one))), None)
    if outer is not None:
        return f"no such argument; it goes inside {outer}: {_call_with(model, (*loc[:-1], outer), name)}"
    if len(loc) == 1 and (sources := sources_shown(model, name)):
        meant = [one for one in known if one in sources]
        return (
            f"no such argument; did you mean {' or '.join(meant)}?" if meant else "shown, but not changed by this tool"
        )
    short = name[:_LONGEST_NAME].lower()
    near = difflib.get_close_matches(short, [n.lower() for n in known], n=1, cutoff=0.7)
    near = near or [n.lower() for n in known if len(short) > 2 and (short in n.lower() or n.lower() in short)]
    if 0 < len(near) <= _MOST_MEANT:
        return f"no such argument; did you mean {' or '.join(n for n in known if n.lower() in near)}?"
    if len(known) > _MOST_KNOWN:
        return "no such argument"
    there = f"there {'is only' if len(known) == 1 else 'are'}" if known else "it takes none"
    return f"no such argument; {' '.join([there, ', '.join(sorted(known, key=_is_paging))])}".rstrip()


def _is_paging(name: str) -> bool:
    return name in ("top", "skip")


def _call_with(model: type[BaseModel], loc: Loc, name: str) -> str:
    """`{"steps": [{"message": …}]}`."""
    info = field_at(model, loc)
    inner = f'{{"{name}": …}}'
    return f'{{"{loc[-1]}": {f"[{inner}]" if info and is_list(info.annotation) else inner}}}'


def _names_of_member(model: type[BaseModel], loc: Loc) -> list[str]:
    """The names of the one kind of object that the tag of a union says is at this place."""
    members = models_at(model, loc)
    return names_of(members[0]) if len(members) == 1 else []


def _required(model: type[BaseModel], loc: Loc) -> str:
    """`required`, with the choices or the shape of what is missing where that is an object or a list of such."""
    info = field_at(model, loc)
    if info is None:
        return "required"
    choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    if choices:
        return f"required, {'one of ' if len(choices) > 1 else ''}{', '.join(str(one) for one in choices)}"
    what = _shape(info.annotation) or _id_of(info) or _in_a_sentence(info.description or "")
    return f"required: {what}" if what else "required"


def _id_of(info: FieldInfo) -> str:
    """`sequence's id or name (reply_search_sequences finds it)`, for the id of what has a name."""
    named = named_in(info)
    if named is None:
        finder = _FOUND_BY.get((info.alias or "").removesuffix("s"))
        return f"{finder} shows {'them' if is_list(info.annotation) else 'it'}" if finder else ""
    many = is_list(info.annotation)
    own = "" if info.description in (None, ID_OR_NAME) else _in_a_sentence(info.description or "")
    what = own or (f"ids or names of {plural_of(named.noun)}" if many else f"{named.noun}'s id or name")
    return f"{what} ({named.finder} finds {'them' if many else 'it'})"


def _in_a_sentence(description: str) -> str:
    """`minutes after the step before`, of a description that begins with a capital letter; `HTML` stays."""
    begins = description[:1].lower() if description[1:2].islower() else description[:1]
    return f"{begins}{description[1:]}".rstrip(".")


def _object_at(model: type[BaseModel], loc: Loc) -> str:
    """` {value, type?}` for an object of one kind."""
    models = models_at(model, loc)
    return f" {_shape(models[0])}" if len(models) == 1 and models[0] is not model else ""


def _shape(annotation: Any) -> str:
    """`[{property, rules: [{operator, value?}]}]`; nothing for plain values and for what may be of several kinds."""
    models = list(dict.fromkeys(models_in(annotation)))
    if len(models) != 1:
        return ""
    parts = []
    for name, info in models[0].model_fields.items():
        inner = _shape(info.annotation) if info.is_required() else ""
        parts.append(f"{info.alias or name}{'' if info.is_required() else '?'}{': ' + inner if inner else ''}")
    text = "{" + ", ".join(parts) + "}"
    return f"[{text}]" if get_origin(annotation) is list else text


def _tags_at(model: type[BaseModel], loc: Loc, tag: str) -> list[str]:
    """The values that the tag of a union at this place may have."""
    values: dict[str, None] = {}
    for each in models_at(model, loc):
        info = next((one for name, one in each.model_fields.items() if tag in (name, one.alias)), None)
        values.update(dict.fromkeys(str(one) for one in get_args(info.annotation)) if info else {})
    return list(values)


def _shown(value: Any) -> str:
    """The beginning of a value as JSON; encoded no further than it is shown."""
    try:
        pieces = json.JSONEncoder(ensure_ascii=False, default=str).iterencode(_beginning(value))
        text = "".join(islice(pieces, _LONGEST_VALUE + 1))
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "…"


def _beginning(value: Any) -> Any:
    return value[: _LONGEST_VALUE + 1] if isinstance(value, str | list) else value

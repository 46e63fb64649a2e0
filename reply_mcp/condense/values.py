"""Values of an answer as words: where they are, whether they are anything, and how each kind reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from reply_mcp.catalog.views import Column, Kind
from reply_mcp.text.cleaning import clean, decode_entities, disarm, one_line
from reply_mcp.text.company_sizes import format_company_size
from reply_mcp.text.html import html_to_text
from reply_mcp.text.names import NamedId, spell_out
from reply_mcp.text.previews import own_beginning
from reply_mcp.text.times import current_zone, format_day, format_minute, note_shown

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$")
_ACCENTED = "À-ÖØ-öø-įĴ-ňŊ-ž"
"""Latin letters with marks, none of which reads as a letter of ASCII."""
_TINY = re.compile(r"(?<=\.\d{6})\d+")
"""Digits of a second beyond its microseconds."""
_PLAIN = re.compile(rf"[A-Za-z{_ACCENTED}][!-%'-;=?-~{_ACCENTED}]*(?: [!-%'-;=?-~{_ACCENTED}]+)*\Z")
_DAY = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T\d\d:\d\d")
_NO_WORDS = {"empty", "none", "null", ""}
_NAMES = ("name", "title", "fullName", "email", "key", "subject", "id")


def nothing(value: Any) -> bool:
    """Whether a value says nothing: missing, null, blank, an empty list or object."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    return isinstance(value, list | dict) and not value


def lookup(item: Any, path: str) -> Any:
    """The value at a dotted path, keys in any case; in lists of named parts (custom fields), the part's value."""
    if not path:
        return item
    if isinstance(item, dict) and path in item:
        return item[path]
    if isinstance(item, Mapping):
        key = _key_in(item, path)
        if key is not None:
            return item[key]
        head, _, rest = path.partition(".")
        key = _key_in(item, head) if rest else None
        return None if key is None else lookup(item[key], rest)
    if isinstance(item, list):
        for part in item:
            if isinstance(part, Mapping) and "value" in part and _is_called(part, path):
                return part["value"]
        return [value for value in (lookup(part, path) for part in item) if not nothing(value)]
    return None


def _key_in(item: Mapping[Any, Any], name: str) -> Any:
    """The key that is this name, else the first that is so in another case; None where there is none."""
    return name if name in item else next((key for key in item if str(key).lower() == name.lower()), None)


def _is_called(part: Mapping[str, Any], name: str) -> bool:
    return any(part.get(key) and str(part[key]).lower() == name.lower() for key in ("name", "key", "title", "id"))


def read(item: Any, column: Column) -> Any:
    """The value of a column in an item; of several sources, those that say something."""
    return reader(column)(item)


@lru_cache(maxsize=2048)
def reader(column: Column) -> Callable[[Any], Any]:
    """The function that reads a column's value of an item, made once for all the items of all lists."""
    readers = [_reader_of(path) for path in column.sources]
    if len(readers) == 1:
        return readers[0]

    def read_several(item: Any) -> Any:
        values = [value for value in [read_one(item) for read_one in readers] if value is not None]
        if len(values) < 2:
            return values[0] if values else None
        between = ", " if column.kind == "list" else " "
        return between.join([text for value in values if (text := show(value, column.kind, column.name))])

    return read_several


def _reader_of(path: str) -> Callable[[Any], Any]:
    def read_path(item: Any) -> Any:
        # Nearly every path is a key of its item, spelled as v3 spells it.
        value = item[path] if type(item) is dict and path in item else lookup(item, path)
        return None if nothing(value) else value

    return read_path


@lru_cache(maxsize=2048)
def writer(column: Column, write: Callable[[Any, Kind, str], str]) -> Callable[[Any], str]:
    """The function that reads and shows (by `write`) a column's value of an item, made once as `reader` is."""
    read_value, kind, name = reader(column), column.kind, column.name
    if len(column.sources) > 1:
        return _writer_of_several(column, write)
    path, at_once = column.sources[0], _AT_ONCE.get(kind)

    def cell(item: Any) -> str:
        # Nearly every path is a key of its item, spelled as v3 spells it.
        value = item[path] if type(item) is dict and path in item else read_value(item)
        if value is None or value == "":
            return ""
        if at_once is not None and (text := at_once(value)) is not None:
            return text
        return write(value, kind, name)

    return cell


def _writer_of_several(column: Column, write: Callable[[Any, Kind, str], str]) -> Callable[[Any], str]:
    """As `writer`, for a column of several sources, such as a first and a last name."""
    read_value, kind, name, paths = reader(column), column.kind, column.name, column.sources

    def cell(item: Any) -> str:
        # Most names.
        if kind == "text" and type(item) is dict:
            texts = [text for path in paths if (text := _text_at_once(item.get(path)))]
            if len(texts) == len(paths):
                return " ".join(texts)
        return write(read_value(item), kind, name)

    return cell


def _text_at_once(value: Any) -> str | None:
    """Most values of most tables: plain words and ids, which need no cleaning. None for any other."""
    if type(value) is str:
        return value if _PLAIN.match(value) else None
    return str(value) if type(value) is int else None


def _day_at_once(value: Any) -> str | None:
    return value[:10] if type(value) is str and _DAY.match(value) and current_zone() is UTC else None


_AT_ONCE: dict[Kind, Callable[[Any], str | None]] = {"text": _text_at_once, "date": _day_at_once}


def show(value: Any, kind: Kind = "text", name: str = "") -> str:  # noqa: C901 - one case after the other
    """A value on one line of cleaned text; nothing is `""`."""
    if value is None or value == "":
        return ""
    if kind == "flag":
        return name if value is True or (value is not False and str(value).lower() == "true") else ""
    if (at_once := _AT_ONCE.get(kind)) is not None and (plain := at_once(value)) is not None:
        return plain
    if nothing(value):
        return ""
    if isinstance(value, list):
        parts = (
            part for part in value if not (isinstance(part, Mapping) and "value" in part and nothing(part["value"]))
        )
        return ", ".join(filter(None, (show(part, kind, name) for part in parts)))
    if isinstance(value, Mapping):
        return _named(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in {"date", "time"}:
        return _moment(value, kind)
    if kind == "percent":
        return f"{number(value)} %" if _numeric(value) else disarm(one_line(str(value)))
    if kind == "duration":
        return _duration(value) if _numeric(value) else disarm(one_line(str(value)))
    if kind == "enum":
        return words(str(value))
    if kind == "size":
        return disarm(one_line(format_company_size(value)))
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str) and value[:1].isdigit() and _ISO_TIME.match(value):
        return _moment(value, "time")
    if kind == "preview" and (own := own_beginning(str(value))):
        return disarm(one_line(own))
    text = html_to_text(str(value)) if kind in {"html", "outside", "preview"} else decode_entities(str(value))
    return disarm(one_line(text))


def show_whole(value: Any, kind: Kind = "text", name: str = "") -> str:
    """Like `show`, for what is asked for by name: a flag that is off is `no`, an object is there with all that is in
    it, as JSON where its name does not say it all."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and value and all(map(_is_named_value, value)):
        return "; ".join(map(_show_named_value, value))
    text = show(value, kind, name)
    if isinstance(value, Mapping | list) and any(leaf not in text for leaf in _leaves(value)):
        return disarm(one_line(compact(_without_made_up(value))))
    return text


def _is_named_value(part: Any) -> bool:
    """Whether it is a name with a value and no more, as custom fields are."""
    return isinstance(part, Mapping) and {"name", "value"} <= set(part) <= {"id", "key", "name", "value"}


def _show_named_value(part: Mapping[str, Any]) -> str:
    """`Budget (2137): 40000`."""
    id = part.get("id") or part.get("key")
    return f"{show(part['name'])}{'' if id is None else f' ({show(id)})'}: {show(part['value']) or '-'}"


def _leaves(value: Any) -> Iterator[str]:
    """The values in an object, as they read."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not str(key).startswith("_"):
                yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif not nothing(value):
        yield show(value)


def _without_made_up(value: Any) -> Any:
    """The value without keys that begin with `_`: those are made for reading."""
    if isinstance(value, Mapping):
        return {key: _without_made_up(part) for key, part in value.items() if not str(key).startswith("_")}
    return [_without_made_up(part) for part in value] if isinstance(value, list) else value


def _duration(seconds: float) -> str:
    """Its two largest units: `15 h 56 min`, `5 min 20 s`; a round one alone."""
    left = round(seconds)
    if left <= 0:
        return number(seconds) + (" s" if seconds else "")
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    first = next(index for index, (_, size) in enumerate(units) if left >= size)
    parts = []
    for name, size in units[first : first + 2]:
        count, left = divmod(left, size)
        parts += [f"{count} {name}"] if count else []
    return " ".join(parts)


def words(value: str) -> str:
    """v3's `camelCase` or `PascalCase` as words in lower case; its words for nothing are `""`."""
    value = one_line(decode_entities(value))
    if value.lower() in _NO_WORDS:
        return ""
    if value.isupper():
        return disarm(value)
    return disarm(spell_out(value))


def number(value: Any) -> str:
    """A number without needless digits: at most two decimals."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else str(value)
    return str(value)


_IN_A_CALL = ('": ', '": "', "[")
"""What stands before the place of an id in a call that a template spells out."""
_NOT_GIVEN = re.compile(r""",?\s*"\w+":\s*(?:"")?\s*(?=[,}])""")
"""An argument of a call that a template spells out, where there is no value to give it."""


def template(pattern: str, *places: Any) -> str:
    """Fills `{path}` from the first of `places` that has it; a piece without a value leaves no empty marks behind.

    A yes or no chooses between two wordings, and so does a number, which stands before them:
    `{isOptedOut:opted out|opted in again}`, `{count:contact|contacts}`; v3's word is spelled as people do by
    `{taskType:enum}`.
    """

    def fill(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()[0]
        path, _, wordings = match.group(1).strip().partition(":")
        value = next((one for place in places if path and not nothing(one := lookup(place, path))), None)
        if (worded := _in_words(value, wordings)) is not None:
            return worded
        if isinstance(value, NamedId) and pattern.endswith(_IN_A_CALL, 0, match.start()):
            value = value.id
        text = show(value)
        if pattern.count('"', 0, match.start()) % 2:
            text = text.replace('"', "'")  # as `inline` does: marks within quotation marks of ours end them
        return text if len(text) <= 300 else text[:299] + "…"

    text = _PLACE.sub(fill, pattern)
    text = _NOT_GIVEN.sub("", text).replace("{, ", "{")
    text = re.sub(r"""\s*(?:<>|\(\s*\)|""|«»)""", "", text)
    text = re.sub(r"[ \t]+", " ", text).strip()
    return re.sub(r"\s*[:,]+(?=\s*(?:[.;]|$))|\s+(?=[.,;](?:\s|$))", "", text)


def _in_words(value: Any, wordings: str) -> str | None:
    """What a template's place has for this value; None where it has the value itself."""
    one, _, other = wordings.partition("|")
    if isinstance(value, bool) and "|" in wordings:
        return one if value else other
    if _numeric(value) and "|" in wordings:
        return f"{show(value)} {one if value == 1 else other}"
    return words(value) if isinstance(value, str) and wordings == "enum" else None


def compact(value: Any) -> str:
    """JSON in its shortest form, without invisible characters."""
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _named(value: Mapping[str, Any]) -> str:
    name = next((lookup(value, key) for key in _NAMES if not nothing(lookup(value, key))), None)
    if name is None:
        scalars = [f"{key} {show(part)}" for key, part in value.items() if not isinstance(part, Mapping | list)]
        return disarm(one_line(", ".join(scalars), 200))
    part = value.get("value", value.get("id"))
    text = show(name)
    return text if nothing(part) or show(part) == text else f"{text} ({show(part)})"


def _moment(value: Any, kind: Kind) -> str:
    text = value if type(value) is str and _ISO_TIME.match(value) else one_line(str(value))
    plain = _TINY.sub("", text)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return disarm(text)
    if moment.year == 1:
        return ""
    if kind == "date" or len(plain) == len("2026-11-19"):
        return format_day(moment)
    note_shown()
    return format_minute(moment)

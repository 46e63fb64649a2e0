"""What each operation answers with when it succeeds, and whether an answer is one at all.

A 2xx alone says little: proxies, maintenance pages and faults at Reply come with it too. An answer counts only where it
is of the kind that v3 documents: a list is a list, a record has its id, an empty success is one that is documented as
empty. Keys are read without regard to case, keys that nobody documents may stand beside the others, and values may be
null: what is checked is whether the question was answered.

`answers.json` holds the kinds, as `reply-mcp catalog answers SPEC` takes them from Reply's OpenAPI document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["rows", "values", "record", "count", "number", "text", "empty", "failures", "object"] | list[str]
"""- `rows`: objects, in a bare array or in a page's `items`; `values`: plain values in the same places
- `record`: an object with an `id`
- `count`: an object with a number as its `count`; `number`: a bare number; `text`: no JSON, such as CSV
- `empty`: nothing at all
- `failures`: the items that failed, by their ids; `{}` where none did
- `object`: an object whose keys are not documented; a list of keys: an object with at least one of them
"""

WORDS: Mapping[str, str] = {
    "rows": "a list",
    "values": "a list",
    "record": "a record with its id",
    "count": "a count",
    "number": "a number",
    "text": "a text",
    "empty": "the empty answer that this call has",
    "failures": "the outcome of each item",
    "object": "the object that was asked for",
}
"""What an answer is said to lack."""

_PROBLEM = frozenset("type title status detail instance code error errors message traceid reasons teams".split())
"""The keys of a problem body, and of what proxies and frameworks answer in its place."""


@cache
def _kinds() -> Mapping[str, Kind]:
    kinds: Mapping[str, Kind] = json.loads(
        files("reply_mcp.catalog").joinpath("answers.json").read_text(encoding="utf-8")
    )
    return kinds


def kind_of(operation: str) -> Kind | None:
    """The kind of an operation's success, by its id; None where it is not known."""
    return _kinds().get(operation)


def held_value(held: Any, name: str) -> Any:
    """The value under a key of an object, whatever its case; None where there is none."""
    items = held.items() if isinstance(held, Mapping) else ()
    return next((value for key, value in items if str(key).casefold() == name.casefold()), None)


def has_value(held: Any, name: str) -> bool:
    """Whether an object has such a key, whatever its case."""
    return isinstance(held, Mapping) and any(str(key).casefold() == name.casefold() for key in held)


def is_problem(answer: Any) -> bool:
    """Whether an object is an error's body, whatever status it came with."""
    if not isinstance(answer, Mapping) or not answer:
        return False
    keys = {str(key).casefold() for key in answer}
    says = keys & {"error", "errors", "title", "detail", "message", "code"}
    return bool(says) and keys <= _PROBLEM


def fits(answer: Any, kind: Kind) -> bool:
    """Whether the parsed body of a success is an answer of this kind; a body that is empty parses to None."""
    if isinstance(kind, list):
        # Reports come as a list of one as well.
        one = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        return _has_one_of(one, kind)
    match kind:
        case "rows":
            return _is_list(answer, lambda row: isinstance(row, Mapping))
        case "values":
            return _is_list(answer, lambda row: row is not None)
        case "record":
            return held_value(answer, "id") is not None
        case "count":
            return _is_number(held_value(answer, "count"))
        case "number":
            return _is_number(answer)
        case "text":
            return isinstance(answer, str)
        case "empty":
            return answer is None
        case "failures":
            return isinstance(answer, Mapping) and all(_is_failure(str(key), one) for key, one in answer.items())
    return isinstance(answer, Mapping) and not is_problem(answer)


def _is_failure(key: str, value: Any) -> bool:
    """Whether an entry tells of an item by its id, and is no part of another body: `{"data": …}` and
    `{"success": true}` tell of none."""
    if key.casefold() in _PROBLEM:
        return False
    return any(sign.isdigit() for sign in key) or held_value(value, "error") is not None


def other_id(answer: Any, id: str) -> str:
    """The id of a record, where it is surely of another thing than the one with this id; else "". Ids that are spelled
    otherwise, such as a playbook's with and without its kind, are not compared."""
    held = str(held_value(answer, "id")).strip()
    one, other = (_plain_id(text) for text in (held, id))
    return held if one and other and len(one) == len(other) and one != other else ""


def _plain_id(text: str) -> str:
    """A number without leading zeros, to a length that no UUID has, or a UUID's digits; "" for another kind of id."""
    if text.isascii() and text.isdigit():
        return text.lstrip("0").zfill(20)
    digits = text.replace("-", "").casefold()
    return digits if len(digits) == 32 and all(digit in "0123456789abcdef" for digit in digits) else ""


def _is_list(answer: Any, is_row: Any) -> bool:
    rows = held_value(answer, "items") if isinstance(answer, Mapping) else answer
    return isinstance(rows, list) and (not rows or any(map(is_row, rows)))


def _has_one_of(answer: Any, keys: list[str]) -> bool:
    if not isinstance(answer, Mapping) or is_problem(answer):
        return False
    held = {str(key).casefold() for key in answer}
    return any(key.casefold() in held for key in keys)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

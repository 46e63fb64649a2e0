"""What makes two calls the same: their arguments in one form, whatever the agent's way of writing them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from reply_mcp.catalog.arguments.model_fields import Loc, field_at, marks_in
from reply_mcp.catalog.fields import Ordered
from reply_mcp.text.canonical import canonical_text


def canonical_arguments(model: type[BaseModel], given: Any, loc: Loc = ()) -> Any:
    """What was given, names as ids, in one form.

    A call that is made again may have its texts as HTML or plain, its numbers as text, its lists in another order
    where that means nothing (`catalog.fields.Ordered` marks those where it does), and null or an empty list for what
    it left out.
    """
    if isinstance(given, Mapping):
        return {
            name: canonical_arguments(model, value, (*loc, name))
            for name, value in given.items()
            if value is not None and value != []
        }
    if isinstance(given, list | tuple):
        return _canonical_list(model, given, loc)
    if isinstance(given, bool):
        return json.dumps(given)
    if isinstance(given, int | float):
        return _canonical_number(given)
    return canonical_text(given) if isinstance(given, str) else given


def _canonical_list(model: type[BaseModel], given: list[Any] | tuple[Any, ...], loc: Loc) -> list[Any]:
    values = [canonical_arguments(model, value, loc) for value in given]
    if _is_ordered(model, loc):
        return values
    if any(isinstance(value, list | dict) for value in values):
        return sorted(values, key=lambda value: json.dumps(value, sort_keys=True, default=str))
    # Ids, addresses, tags: each once, in whichever case.
    return sorted({str(value).casefold() for value in values})


def _canonical_number(number: float) -> str:
    return str(int(number)) if isinstance(number, int) or number.is_integer() else repr(number)


def _is_ordered(model: type[BaseModel], loc: Loc) -> bool:
    info = field_at(model, loc)
    return info is not None and any(isinstance(mark, Ordered) for mark in marks_in(info))

"""Fields to sort by, where v3 has no list of them: those that are known, also by the words that answers head them with.
An unknown one Reply refuses without saying which there are, or ignores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import join
from reply_mcp.text.names import fold_name
from reply_mcp.text.suggestions import did_you_mean

_WIDTH = 60


def field_named(name: str, fields: Collection[str], also: Mapping[str, str]) -> str | None:
    """The field that a name means, however it is written; None for that of none.

    Args:
        also: what else people call a field, as `fold_name` gives it.
    """
    bare = fold_name(name)
    return next((one for one in fields if fold_name(one) == bare), also.get(bare))


def sort_field_in(
    fields: Collection[str], also: Mapping[str, str], empty: Mapping[str, str] | None = None
) -> Callable[[Any], Any]:
    """What gives of a name the field to sort by that it means; any other value as it is.

    Args:
        empty: fields that nothing has, each with one to sort by in its place.
    """
    instead = {fold_name(name): field for name, field in (empty or {}).items()}

    def translate(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if field := field_named(value, fields, also):
            return field
        if field := instead.get(fold_name(value)):
            raise ValueError(f"{inline(value, _WIDTH)} is always empty; sort by {field}")
        raise ValueError(f'"{inline(value, _WIDTH)}"{did_you_mean(value, fields)} is not one of {join(fields)}')

    return translate

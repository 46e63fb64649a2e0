"""Null, where v3 takes none, counts as left out: agents fill in what they do not mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.operation import Call, Part


@dataclass(frozen=True, slots=True)
class NullClears:
    """Marks a field of a change in which null clears what is held."""


def clears(part: Part, name: str) -> bool:
    """Whether null in that field (by its Python name) clears what is held."""
    return any(isinstance(mark, NullClears) for mark in type(part).model_fields[name].metadata)


async def drop_nulls(call: Call) -> None:
    """Forgets every null in the arguments, at any depth, except in fields marked `NullClears`."""
    _forget(call.arguments)


def _forget(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _forget(one)
    elif isinstance(value, Part):
        for name in list(value.model_fields_set):
            inner = getattr(value, name)
            if inner is None:
                if clears(value, name):
                    continue
                value.model_fields_set.discard(name)
            else:
                _forget(inner)

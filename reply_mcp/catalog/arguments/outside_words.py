"""The words in a call's arguments, marked as from outside for the texts that hooks make of them."""

from __future__ import annotations

from reply_mcp.catalog.operation import Part
from reply_mcp.text.outside import mark_outside


def mark_arguments(part: Part) -> None:
    """Marks the strings of the arguments, at any depth; see `text.outside`."""
    for name, value in vars(part).items():
        vars(part)[name] = mark_outside(value)
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Part):
                mark_arguments(inner)

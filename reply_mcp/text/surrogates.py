"""Halves of surrogate pairs: JSON may hold one, UTF-8 cannot, so no transport can send it on."""

from __future__ import annotations

from typing import Any


def replace_lone_surrogates(value: Any) -> Any:
    """`value` (text, or lists and objects that hold text) with a replacement character for each half."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {replace_lone_surrogates(key): replace_lone_surrogates(inner) for key, inner in value.items()}
    return [replace_lone_surrogates(inner) for inner in value] if isinstance(value, list | tuple) else value

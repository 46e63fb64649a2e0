"""Custom fields: their registry, and how values are named when they are written."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.store import Doc, Store

TYPES = ("text", "number")


def team_fields(store: Store, team_id: int) -> list[Doc]:
    """The fields that a team sees: its own and those of the whole organization."""
    return [field for field in store.all("customField") if field["_teamId"] == team_id or field["orgWide"]]


def field_named(store: Store, team_id: int, *, id: Any = None, name: Any = None) -> Doc | None:
    """The registered field with this id, or this title whatever its case."""
    for field in team_fields(store, team_id):
        if id is not None:
            if str(field["id"]) == str(id):
                return field
        elif isinstance(name, str) and field["title"].lower() == name.strip().lower():
            return field
    return None


def value_fits(field: Doc, value: str | None) -> bool:
    """Whether the value can be kept in the field: numbers in number fields."""
    if field["fieldType"] != "number" or not value:
        return True
    try:
        float(value)
    except ValueError:
        return False
    return True

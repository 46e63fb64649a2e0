"""Custom fields: their registry, and how values are named when they are written."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.handler import (
    Call,
    Problem,
    Reply,
    invalid,
    operation,
)
from reply_mcp.sandbox.store import Doc, Store, public

LIMIT = 50
TYPES = ("text", "number")


def registry(store: Store, team_id: int) -> list[Doc]:
    """The fields that a team sees: its own and those of the whole organization."""
    return [field for field in store.all("customField") if field["_teamId"] == team_id or field["orgWide"]]


def field_named(store: Store, team_id: int, *, id: Any = None, name: Any = None) -> Doc | None:
    """The registered field with this id, or this title whatever its case."""
    for field in registry(store, team_id):
        if id is not None:
            if str(field["id"]) == str(id):
                return field
        elif isinstance(name, str) and field["title"].lower() == name.strip().lower():
            return field
    return None


def fits(field: Doc, value: str | None) -> bool:
    """Whether the value can be kept in the field: numbers in number fields."""
    if field["fieldType"] != "number" or not value:
        return True
    try:
        float(value)
    except ValueError:
        return False
    return True


@operation("GetCustomFields")
def get_custom_fields(call: Call) -> list[Doc]:
    """A bare array of every field."""
    return [public(field) for field in registry(call.store, call.key.team_id)]


@operation("GetCustomFieldById")
def get_custom_field_by_id(call: Call) -> Doc:
    """One field."""
    return public(_field(call))


@operation("CreateCustomField")
def create_custom_field(call: Call) -> Reply:
    """Register a field; its title is unique whatever the case."""
    definition = _definition(call)
    if len(registry(call.store, call.key.team_id)) >= LIMIT:
        raise Problem(409, "customField.limitExceeded", f"A team can have {LIMIT} custom fields.")
    org_wide = call.object().get("orgWide") is True
    field = call.store.put("customField", {**definition, "orgWide": org_wide, "_teamId": call.key.team_id})
    return Reply(201, public(field))


@operation("UpdateCustomField")
def update_custom_field(call: Call) -> Doc:
    """Replace a field's definition."""
    field = _field(call)
    return public(call.store.put("customField", {**field, **_definition(call, field["id"]), "id": field["id"]}))


@operation("DeleteCustomField")
def delete_custom_field(call: Call) -> Reply:
    """Delete a field that no contact has a value in."""
    field = _field(call)
    if any(contact["_customFields"].get(str(field["id"])) for contact in call.store.all("contact")):
        raise Problem(409, "customField.hasValues", "The custom field has values and cannot be deleted.")
    call.store.delete("customField", field["id"])
    return Reply(204)


def _field(call: Call) -> Doc:
    field = field_named(call.store, call.key.team_id, id=call.id)
    if field is None:
        raise Problem(404, "customField.notFound", f"Custom field {call.id} was not found.")
    return field


def _definition(call: Call, own: int | None = None) -> Doc:
    body = call.object()
    title, kind = body.get("title"), body.get("fieldType")
    errors = []
    if not isinstance(title, str) or not title.strip() or len(title) > 90:
        errors.append(("/title", "A title of 1 to 90 characters is required."))
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        errors.append(("/fieldType", f"One of {', '.join(TYPES)} is required."))
    if errors:
        raise invalid(*errors)
    assert isinstance(title, str)
    assert isinstance(kind, str)
    taken = field_named(call.store, call.key.team_id, name=title)
    if taken and taken["id"] != own:
        raise Problem(409, "customField.duplicateName", f"A custom field named '{title}' already exists.")
    return {"title": title.strip(), "fieldType": kind.lower(), "metadata": body.get("metadata")}

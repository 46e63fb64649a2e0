"""Custom fields of contacts: creating, changing and deleting them."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.custom_fields import TYPES, field_named, team_fields
from reply_mcp.sandbox.store import Doc, public_fields

LIMIT = 50


@operation("GetCustomFields")
def get_custom_fields(call: HandlerCall) -> list[Doc]:
    """A bare array of every field."""
    return [public_fields(field) for field in team_fields(call.store, call.key.team_id)]


@operation("GetCustomFieldById")
def get_custom_field_by_id(call: HandlerCall) -> Doc:
    """One field."""
    return public_fields(_field(call))


@operation("CreateCustomField")
def create_custom_field(call: HandlerCall) -> HandlerResponse:
    """Register a field; its title is unique whatever the case."""
    definition = _definition(call)
    if len(team_fields(call.store, call.key.team_id)) >= LIMIT:
        raise Problem(409, "customField.limitExceeded", f"A team can have {LIMIT} custom fields.")
    org_wide = call.json_object().get("orgWide") is True
    field = call.store.put("customField", {**definition, "orgWide": org_wide, "_teamId": call.key.team_id})
    return HandlerResponse(201, public_fields(field))


@operation("UpdateCustomField")
def update_custom_field(call: HandlerCall) -> Doc:
    """Replace a field's definition."""
    field = _field(call)
    return public_fields(call.store.put("customField", {**field, **_definition(call, field["id"]), "id": field["id"]}))


@operation("DeleteCustomField")
def delete_custom_field(call: HandlerCall) -> HandlerResponse:
    """Delete a field that no contact has a value in."""
    field = _field(call)
    if any(contact["_customFields"].get(str(field["id"])) for contact in call.store.all("contact")):
        raise Problem(409, "customField.hasValues", "The custom field has values and cannot be deleted.")
    call.store.delete("customField", field["id"])
    return HandlerResponse(204)


def _field(call: HandlerCall) -> Doc:
    field = field_named(call.store, call.key.team_id, id=call.id)
    if field is None:
        raise Problem(404, "customField.notFound", f"Custom field {call.id} was not found.")
    return field


def _definition(call: HandlerCall, own: int | None = None) -> Doc:
    body = call.json_object()
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

"""The definitions of custom fields that contacts carry."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.custom_field_hooks import (
    explain_taken_title,
    preview_field_deletion,
)
from reply_mcp.catalog.areas.contacts.views import FIELD, FIELD_ROWS
from reply_mcp.catalog.arguments.named_ids import CustomFieldId
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.lookups.running import preview_where_any_runs, send_where_any_runs
from reply_mcp.catalog.operation import Arguments, Nullable, Path
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/custom-fields",
    scope="contacts:read",
    tool="reply_list_custom_fields",
    view=FIELD_ROWS,
    also=["variables", "GET /v1/internal/variables", "merge fields", "attributes", "columns"],
)
class GetCustomFields(Arguments):
    """Every custom field of the team and organization."""


@area.post(
    "/v3/custom-fields",
    scope="contacts:write",
    tool="reply_create_custom_field",
    undo=created("DeleteCustomField", "GetCustomFieldById", noun="custom field"),
    view=Done('Created custom field {id} "{title}".', "reply_update_contact with customFields fills it."),
    also=["new variable", "add attribute", "merge field", "column"],
    explain=[explain_taken_title],
    verify_with="reply_list_custom_fields {{}}",
    one_at_a_time=["title"],
)
class CreateCustomField(Arguments):
    """Register a custom field. Titles are unique regardless of case, and their number is limited."""

    title: str = Field(max_length=90)
    field_type: Literal["text", "number"]
    metadata: Nullable[str] = Field(None, description="Such as dropdown options")
    org_wide: bool = False


@area.get(
    "/v3/custom-fields/{id}",
    scope="contacts:read",
    tool="reply_get_custom_field",
    view=FIELD,
    also=["variable details", "attribute", "field type"],
)
class GetCustomFieldById(Arguments):
    """One custom field's definition."""

    id: Path[CustomFieldId]


@area.put(
    "/v3/custom-fields/{id}",
    scope="contacts:write",
    tool="reply_update_custom_field",
    undo=replaced("GetCustomFieldById", noun="custom field"),
    effect_for=send_where_any_runs(),
    preview=preview_where_any_runs(
        'This redefines custom field {id} as "{title}" ({fieldType}): messages that name it change.'
    ),
    view=Done('Custom field {id} is now "{title}" ({fieldType}).'),
    also=["rename variable", "edit attribute", "change field type", "dropdown options"],
    before=[keep_unset_fields("GetCustomFieldById", "title", "field_type")],
    explain=[explain_taken_title],
    verify_with='reply_get_custom_field {{"id": {id}}}',
)
class UpdateCustomField(Arguments):
    """Redefine a custom field; what is left out stays (one more request), and null clears metadata."""

    id: Path[CustomFieldId]
    title: str | None = Field(None, max_length=90)
    field_type: Literal["text", "number"] | None = None
    metadata: Nullable[str] = Field(None, description="Such as dropdown options")


@area.delete(
    "/v3/custom-fields/{id}",
    scope="contacts:write",
    tool="reply_delete_custom_field",
    undo=cannot("Its values are gone from every contact."),
    view=Done("Deleted custom field {id}."),
    also=["remove variable", "drop attribute", "merge field"],
    preview=preview_field_deletion,
    verify_with="reply_list_custom_fields {{}}",
)
class DeleteCustomField(Arguments):
    """Delete a custom field for everyone; Reply may refuse one that holds values."""

    id: Path[CustomFieldId]

"""Definitions of custom fields: what a replacing update keeps, whom a deletion concerns, which field holds a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.custom_fields import CreateCustomField, DeleteCustomField, UpdateCustomField


async def explain_taken_title(call: Call[CreateCustomField | UpdateCustomField], refusal: ApiError) -> str | None:
    """Finds the field that has the title already, in whatever case; says when the team's limit is reached."""
    if refusal.code == "customField.limitExceeded":
        return (
            f"409 customField.limitExceeded: {refusal.detail} The team has all the fields it may have; do not repeat."
        )
    if refusal.code != "customField.duplicateName":
        return None
    wanted = str(call.arguments.title).strip().casefold()
    for row in rows_of(await call.ask("GetCustomFields")):
        if str(row.get("title") or "").strip().casefold() == wanted:
            return (
                f'409: "{row["title"]}" is custom field {row.get("id")} ({row.get("fieldType")}) already; use that '
                "one. Nothing was changed."
            )
    return "409 customField.duplicateName: a field with this title exists that this key cannot see. Choose another."


async def preview_field_deletion(call: Call[DeleteCustomField]) -> str:
    held = await call.ask("GetCustomFieldById", id=call.arguments.id)
    return f'This deletes the custom field "{held.get("title", "?")}" ({call.arguments.id}) for everyone in the team.'

"""Creating never overwrites, an update says what Reply really holds, a deletion names whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.contacts.custom_field_values import FieldValue, read_back, resolve_fields
from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.contacts import contact_label, find_contacts, find_contacts_by_id
from reply_mcp.catalog.lookups.reengagement import find_reengaged
from reply_mcp.catalog.lookups.running import changes_only
from reply_mcp.catalog.lookups.scheduled_tasks import describe_scheduled, read_scheduled
from reply_mcp.catalog.lookups.sequences import may_be_written_to
from reply_mcp.catalog.lookups.titles import title_of
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.undo.values import describe_value
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.company_sizes import format_company_size
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import (
        BulkDeleteContacts,
        CreateContact,
        DeleteContact,
        UpdateContact,
    )


async def check_contact_is_new(call: Call[CreateContact]) -> None:
    """Raises `NotDone` where a contact holds the address: Reply may overwrite it and blank every field not sent. Up to
    four requests."""
    found = await find_contacts(call, email=call.arguments.email, profile=call.arguments.linked_in_url)
    if not found:
        return
    who = ", ".join(contact_label(contact) for contact in found)
    raise NotDone(
        f"Nothing was created: {who} has this address already. "
        f'reply_update_contact {{"id": {found[0].get("id")}, …}} changes it; creating again could blank its fields.'
    )


async def create_with_custom_fields(call: Call[CreateContact]) -> Any:
    """Creates the contact, then writes its custom fields by a second request, since creation drops them, and reads them
    back."""
    arguments = call.arguments
    for name in list(arguments.model_fields_set):
        if getattr(arguments, name) is None:  # null means nothing on a contact that is new
            arguments.model_fields_set.discard(name)
    fields = await resolve_fields(call)
    arguments.model_fields_set.discard("custom_fields")
    created: dict[str, Any] = await call.send()
    if not fields:
        return created
    id = created.get("id")
    if id is None:
        found = await find_contacts(call, email=arguments.email, profile=arguments.linked_in_url)
        id = found[0].get("id") if found else None
    if id is None:
        call.notes.append("Reply gave no id for the new contact, so its custom fields were not written.")
        return created
    return await _write_fields(call, id, fields, created)


async def _write_fields(call: Call[CreateContact], id: Any, fields: list[FieldValue], created: Any) -> Any:
    try:
        await call.ask("UpdateContact", id=id, customFields=[{"id": one.id, "value": one.value} for one in fields])
    except ReplyError as error:
        titles = ", ".join(f'"{one.title}"' for one in fields)
        call.notes.append(
            f"The contact was created, but its custom fields ({titles}) may not have been written: {error} "
            f'Try reply_update_contact {{"id": {id}, "customFields": …}}; do not create again.'
        )
        return created
    return await read_back(call, id, fields, created)


async def explain_hidden_duplicate(call: Call[CreateContact], refusal: ApiError) -> str | None:
    """Explains a refusal as a duplicate where the lookup found nobody: a deleted or a teammate's contact."""
    words = f"{refusal.code or ''} {refusal.detail}".casefold()
    if refusal.status not in (400, 409) or not ("exist" in words or "duplicate" in words):
        return None
    return (
        f"{refusal.status} {refusal.code or ''}: {refusal.detail} Nothing was created. No contact that this key sees "
        "has the address, so a teammate's or a deleted contact holds it: reply_import_contacts with this one item "
        "names its id and the reason; options.restoreDeleted=true brings a deleted one back."
    )


_NOT_SENT = ("notes", "is_opted_out", "call_status", "owner_user_id", "phone2")
"""Fields that no message names and none is addressed by."""


_ADDRESSES = ("email", "phone", "linked_in_url")
"""Fields at which somebody is addressed."""


async def effect_of_update(call: Call[UpdateContact]) -> Effect:
    """SEND where it lifts an opt-out, and where it changes what a sequence still writes to them, or where it writes to:
    their address, or what its messages say of them. The requests of `_sequences_under_way`, unless it only adds notes
    and the like."""
    if call.arguments.is_opted_out is False:
        return Effect.SEND
    if changes_only(call.arguments, _NOT_SENT):
        return Effect.WRITE
    if await _sequences_under_way(call):
        return Effect.SEND
    scheduled, complete = await _read_scheduled(call)
    return Effect.SEND if scheduled or not complete else Effect.WRITE


async def _read_scheduled(call: Call[UpdateContact]) -> tuple[list[dict[str, Any]], bool]:
    """The tasks that Reply carries out by itself at an address that changes, and whether all are known; one request in
    a call where one changes."""
    if call.arguments.model_fields_set.isdisjoint(_ADDRESSES):
        return [], True
    return await read_scheduled(call, [call.arguments.id])


async def _sequences_under_way(call: Call[UpdateContact]) -> list[str]:
    """The sequences that go on writing to the contact, by name and id, also where the AI does so after they have ended;
    one request in a call, and those of `find_reengaged`."""
    if "under way" not in call.seen:
        rows = rows_of(await read_once(call, "GetContactSequences", id=call.arguments.id))
        going = [row for row in rows if may_be_written_to(row) or _is_away(row)]
        again = await find_reengaged(call, call.arguments.id, [row for row in rows if row not in going])
        call.seen["under way"] = [
            f'"{row.get("sequenceName") or "?"}" ({row.get("sequenceId")})' for row in [*going, *again]
        ]
    names: list[str] = call.seen["under way"]
    return names


def _is_away(place: dict[str, Any]) -> bool:
    """Whether a sequence waits until somebody is back."""
    return str(place.get("statusInSequence")).casefold() == "outofoffice"


async def preview_update(call: Call[UpdateContact]) -> str:
    """Whose opt-out is lifted, or what changes of whom in which sequences; up to two requests, and one each for the
    names of an owner and a company."""
    who = (await find_contacts_by_id(call, [call.arguments.id])).listed
    if call.arguments.is_opted_out is False:
        return f"This lifts the opt-out of {who}, who can then be contacted again."
    given = {key: value for key, value in call.arguments.wire().items() if key != "id"}
    set_to = join(
        [f"{key} to {await _name_value(call, key, value)}" for key, value in given.items() if value is not None]
    )
    cleared = join(key for key, value in given.items() if value is None)
    changes = " and ".join([*([f"sets {set_to}"] if set_to else []), *([f"clears {cleared}"] if cleared else [])])
    text = f"This {changes} of {who}."
    if names := await _sequences_under_way(call):
        text += f" They are in {join(names)}: what is still sent to them from there uses it."
    scheduled, complete = await _read_scheduled(call)
    if scheduled:
        text += f" Tasks that Reply carries out by itself use it too: {describe_scheduled(scheduled)}."
    return text if complete else f"{text} They have more open tasks than were read."


async def _name_value(call: Call, key: str, value: Any) -> str:
    """A value as people read it; a teammate and a company by name."""
    if key == "ownerUserId":
        return await describe_teammate(call, value)
    if key == "accountId":
        return await title_of(call, "contact-accounts", value)
    return format_company_size(value) if key == "companySize" else describe_value(value)


async def describe_changes(call: Call[UpdateContact], answer: dict[str, Any]) -> Any:
    """Adds `changed`, the fields that were written; notes those that Reply holds otherwise."""
    given = {key: value for key, value in call.arguments.wire().items() if key != "id"}
    for key, value in given.items():
        held = answer.get(key)
        if key != "customFields" and key in answer and str(held or "").casefold() != str(value or "").casefold():
            call.notes.append(f"Reply holds {key} as {held or 'nothing'}.")
    return {**answer, "changed": ", ".join(given)}


async def preview_deletion(call: Call[DeleteContact]) -> str:
    """Names the contact and the sequences they are in; two requests."""
    id = call.arguments.id
    who = (await find_contacts_by_id(call, [id])).listed
    try:
        rows = rows_of(await call.ask("GetContactSequences", id=id))
    except ApiError:
        rows = []
    inside = ", ".join(f'"{row.get("sequenceName")}" ({row.get("statusInSequence")})' for row in rows)
    return f"This deletes {who}" + (f", who is in {inside}." if inside else ".")


async def preview_bulk_deletion(call: Call[BulkDeleteContacts]) -> str:
    """The number of contacts and the names of the first three; up to three requests."""
    who = await find_contacts_by_id(call, call.arguments.ids)
    return f"This deletes {who.count}: {who.listed}.{who.missing}"

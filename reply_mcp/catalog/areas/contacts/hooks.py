"""What the contact calls really do: creating never overwrites, opting out works on every account, refusals say what
they mean."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.contacts.custom_field_values import FieldValue, read_back, wanted_fields
from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.lookups.contacts import PAGE, contact_label, describe_contacts, find_contacts
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, RateLimited, ReplyError, Unreachable

_MOST_LISTED = 20


async def not_there_yet(call: Call) -> None:
    """Looks before creating: Reply may overwrite the contact that holds the address and blank every field not sent."""
    found = await find_contacts(call, email=call.arguments.email, profile=call.arguments.linked_in_url)
    if not found:
        return
    who = ", ".join(contact_label(contact) for contact in found)
    raise NotDone(
        f"Nothing was created: {who} has this address already. "
        f'reply_update_contact {{"id": {found[0].get("id")}, …}} changes it; creating again could blank its fields.'
    )


async def create_then_fill(call: Call) -> Any:
    """Creates, then writes the custom fields by a second call, since creation drops them, and reads them back."""
    arguments = call.arguments
    for name in list(arguments.model_fields_set):
        if getattr(arguments, name) is None:  # null means nothing on a contact that is new
            arguments.model_fields_set.discard(name)
    fields = await wanted_fields(call)
    arguments.model_fields_set.discard("custom_fields")
    created = await call.send()
    if not fields:
        return created
    id = created.get("id") if isinstance(created, dict) else None
    if id is None:
        found = await find_contacts(call, email=arguments.email, profile=arguments.linked_in_url)
        id = found[0].get("id") if found else None
    if id is None:
        call.notes.append("Reply gave no id for the new contact, so its custom fields were not written.")
        return created
    return await _fill(call, id, fields, created)


async def _fill(call: Call, id: Any, fields: list[FieldValue], created: Any) -> Any:
    try:
        await call.ask("UpdateContact", id=id, customFields=[{"id": one.id, "value": one.value} for one in fields])
    except ReplyError as error:
        titles = ", ".join(f'"{one.title}"' for one in fields)
        call.notes.append(
            f"The contact was created, its custom fields ({titles}) may not have been written: {error} "
            f'Try reply_update_contact {{"id": {id}, "customFields": …}}; do not create again.'
        )
        return created
    return await read_back(call, id, fields, created)


async def explain_hidden_duplicate(call: Call, refusal: ApiError) -> str | None:
    """A refusal as a double where the look-up found nobody: a deleted contact, or one of a teammate's."""
    words = f"{refusal.code or ''} {refusal.detail}".casefold()
    if refusal.status not in (400, 409) or not ("exist" in words or "duplicate" in words):
        return None
    return (
        f"{refusal.status} {refusal.code or ''}: {refusal.detail} Nothing was created. No contact that this key sees "
        "has the address, so a teammate or a deleted contact holds it: reply_import_contacts with this one item names "
        "its id and the reason; options.restoreDeleted=true brings a deleted one back."
    )


async def not_in_team(call: Call, refusal: ApiError) -> str | None:
    """Tells a missing teammate from a missing contact, which have one code when the owner is changed."""
    if refusal.status != 404:
        return None
    user = call.arguments.user_id
    members = rows_of(await call.ask("WhoamiTeamUsers"))
    if members and not any(str(member.get("userId")) == str(user) for member in members):
        known = ", ".join(f"{member.get('userName')} ({member.get('userId')})" for member in members[:5])
        return (
            f"404: user {user} is not in this team; nothing was changed. There are {known}: reply_search_team_members."
        )
    return (
        "404 contact.notFound: one or more of these contacts are not there (or not visible to this key). Nothing is "
        "known to have changed: check them with reply_get_contact, leave the missing ones out and call again."
    )


async def owner_changed(call: Call, answer: Any) -> Any:
    """Counts who really changed hands; gives `outcome`, a sentence."""
    asked = [str(id) for id in call.arguments.contact_ids]
    affected = answer.get("affectedIds") if isinstance(answer, dict) else None
    if background_job(answer) is not None:
        return answer  # the view says so
    if not isinstance(affected, list):
        return {"outcome": "Reply answered without saying who changed hands: reply_get_contact shows each owner."}
    done = {str(id) for id in affected}
    left = [id for id in asked if id not in done]
    new = await describe_teammate(call, call.arguments.user_id)
    outcome = f"{len(asked) - len(left)} of {len(asked)} contacts now belong to {new}."
    if left:
        outcome += f" Unchanged (theirs already, or not found): {_listed(left)}."
    return {"outcome": outcome, "affectedIds": affected}


async def opt_out_either_way(call: Call) -> Any:
    """Uses the bulk call where the account has it; otherwise changes each contact, and tells those that failed.

    A contact that already is in the state asked for answers the same as one that was changed.
    """
    try:
        return await call.send()
    except ApiError as refusal:
        if refusal.status not in (404, 405) or refusal.code is not None:
            raise
    failed: dict[str, dict[str, str]] = {}
    ids = list(call.arguments.contact_ids)
    for position, id in enumerate(ids):
        try:
            await call.ask("UpdateContact", id=id, isOptedOut=call.arguments.is_opted_out)
        except ApiError as refusal:
            failed[str(id)] = {"error": "notFound" if refusal.status == 404 else refusal.code or str(refusal.status)}
        except OutcomeUnknown:
            failed[str(id)] = {"error": "outcome unknown: look with reply_get_contact_statuses"}
        except (RateLimited, Unreachable) as error:
            failed |= {str(left): {"error": f"not tried: {error}"} for left in ids[position:]}
            break
    call.notes.append("This account has no bulk call for it; each contact was changed by a request of its own.")
    return failed


async def opt_out_effect(call: Call) -> Effect:
    """Lifting an opt-out makes people contactable again."""
    return Effect.WRITE if call.arguments.is_opted_out else Effect.SEND


async def update_effect(call: Call) -> Effect:
    return Effect.SEND if call.arguments.is_opted_out is False else Effect.WRITE


async def update_preview(call: Call) -> str:
    who = await describe_contacts(call, [call.arguments.id])
    return f"This lifts the opt-out of {who}, who can then be contacted again."


async def opt_out_preview(call: Call) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This lifts the opt-out of {who}: they can be contacted again."


async def replied_effect(call: Call) -> Effect:
    return Effect.WRITE if call.arguments.is_replied else Effect.SEND


async def replied_preview(call: Call) -> str:
    return (
        f"This clears the reply of {await describe_contacts(call, call.arguments.contact_ids)} in every sequence: "
        "sending to them may go on."
    )


async def bounced_effect(call: Call) -> Effect:
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def bounced_preview(call: Call) -> str:
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This sends the bounced step again to {who}, in every sequence."


async def status_effect(call: Call) -> Effect:
    return Effect.SEND if call.arguments.status_in_sequence == "active" else Effect.WRITE


async def status_preview(call: Call) -> str:
    return (
        f"This sets {await describe_contacts(call, call.arguments.contact_ids)} active in every sequence they are in: "
        "active sequences go on sending to them."
    )


async def delete_preview(call: Call) -> str:
    """Who goes, and the sequences they are in."""
    id = call.arguments.id
    who = await describe_contacts(call, [id])
    try:
        rows = rows_of(await call.ask("GetContactSequences", id=id))
    except ApiError:
        rows = []
    inside = ", ".join(f'"{row.get("sequenceName")}" ({row.get("statusInSequence")})' for row in rows)
    return f"This deletes {who}" + (f", who is in {inside}." if inside else ".")


async def bulk_delete_preview(call: Call) -> str:
    ids = call.arguments.ids
    noun = "contact" if len(ids) == 1 else "contacts"
    return f"This deletes {len(ids)} {noun}: {await describe_contacts(call, ids)}."


async def move_list_preview(call: Call) -> str:
    name = await list_name(call)
    who = await describe_contacts(call, call.arguments.contact_ids)
    return f"This puts {who} on list {name} and takes them off every other list; those memberships cannot be restored."


async def list_preview(call: Call) -> str:
    return f"This deletes the list {await list_name(call)}."


async def list_name(call: Call) -> str:
    """`"Webinar October" (412, shared with the team)`."""
    found = await call.ask("GetContactListById", id=call.arguments.id)
    row = found if isinstance(found, dict) else {}
    shared = ", shared with the team" if row.get("isShared") else ""
    return f'"{row.get("name", "?")}" ({call.arguments.id}{shared})'


async def opted_out_among(call: Call, answer: Any) -> Any:
    """Says who of those just put on a list has opted out: Reply takes them, and sends them nothing. One request, for
    the first rows of the list; says for how many that is not known."""
    if background_job(answer) is not None:
        return answer
    try:
        page = await call.ask("FilterContacts", listId=call.arguments.id, top=PAGE)
    except ReplyError:
        return answer
    rows = rows_of(page)
    asked = {str(id) for id in call.arguments.contact_ids}
    out = [str(row.get("id")) for row in rows if str(row.get("id")) in asked and row.get("isOptedOut")]
    if out:
        call.notes.append(f"Opted out, so no sequence will reach them: {_listed(out)}.")
    failed = {str(id) for id in answer} if isinstance(answer, dict) else set()
    unseen = asked - failed - {str(row.get("id")) for row in rows}
    if unseen and more_after(page):
        call.notes.append(
            f"Whether {len(unseen)} of them opted out was not seen, as the list is long: reply_get_contact_statuses."
        )
    return answer


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - _MOST_LISTED} more" if len(ids) > _MOST_LISTED else ""
    return ", ".join(ids[:_MOST_LISTED]) + more


async def list_held(call: Call, refusal: ApiError) -> str | None:
    """Finds the list that has the name already."""
    if refusal.code != "contactsList.duplicateName" or not getattr(call.arguments, "name", None):
        return None
    wanted = call.arguments.name.strip().casefold()
    for row in rows_of(await call.ask("GetContactLists", search=call.arguments.name, top=PAGE)):
        if str(row.get("name") or "").strip().casefold() == wanted:
            return f'409: "{row["name"]}" is list {row.get("id")} already; use that id. Nothing was changed.'
    return None


async def field_held(call: Call, refusal: ApiError) -> str | None:
    """Finds the field that has the title already, in whatever case; says when the team's limit is reached."""
    if refusal.code == "customField.limitExceeded":
        return (
            f"409 customField.limitExceeded: {refusal.detail} The team has all the fields it may have; do not repeat."
        )
    if refusal.code != "customField.duplicateName":
        return None
    wanted = call.arguments.title.strip().casefold()
    for row in rows_of(await call.ask("GetCustomFields")):
        if str(row.get("title") or "").strip().casefold() == wanted:
            return (
                f'409: "{row["title"]}" is custom field {row.get("id")} ({row.get("fieldType")}) already; use that '
                "one. Nothing was changed."
            )
    return "409 customField.duplicateName: a field of this title exists, unseen by this key. Choose another title."


async def keep_metadata(call: Call) -> None:
    """An update replaces the whole definition: takes over the metadata where the caller leaves it out."""
    if "metadata" in call.arguments.model_fields_set:
        return
    held = await call.ask("GetCustomFieldById", id=call.arguments.id)
    if isinstance(held, dict) and held.get("metadata"):
        call.arguments.metadata = held["metadata"]


async def field_preview(call: Call) -> str:
    held = await call.ask("GetCustomFieldById", id=call.arguments.id)
    title = held.get("title", "?") if isinstance(held, dict) else "?"
    return f'This deletes the custom field "{title}" ({call.arguments.id}) for everyone in the team.'


async def no_such_contact(call: Call, refusal: ApiError) -> str | None:
    """The inbox's word for a missing thread means a missing contact here."""
    if refusal.status == 404 and refusal.code == "inboxThread.notFound":
        return f"404: there is no contact {call.arguments.id} that this key can see. reply_search_contacts finds ids."
    return None


async def what_changed(call: Call, answer: Any) -> Any:
    """Names the fields that were written as `changed`, and those that Reply holds otherwise in a note."""
    if not isinstance(answer, dict):
        return answer
    given = {key: value for key, value in call.arguments.wire().items() if key != "id"}
    for key, value in given.items():
        held = answer.get(key)
        if key != "customFields" and key in answer and str(held or "").casefold() != str(value or "").casefold():
            call.notes.append(f"Reply holds {key} as {held or 'nothing'}.")
    return {**answer, "changed": ", ".join(given)}


async def with_summaries(call: Call, answer: Any) -> Any:
    """Adds `summary` to each activity: the plain values of its `content`, whose shape differs by type.

    The sequence, which most have, is apart from it: `_sequence` and `_sequenceId`.
    """
    for row in rows_of(answer):
        content = row.get("content")
        if isinstance(content, dict):
            row["_sequence"], row["_sequenceId"] = content.get("sequenceName"), content.get("sequenceId")
            row["summary"] = _summary({k: v for k, v in content.items() if k not in ("sequenceName", "sequenceId")})
        elif content:
            row["summary"] = str(content)
    return answer


def _summary(content: dict[str, Any]) -> str:
    """`category: Interested (3); url: …`: the plain values, an id beside its name."""
    plain: dict[str, Any] = {
        key: value
        for key, value in content.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }
    for key in [key for key in plain if key.endswith("Name") and f"{key[:-4]}Id" in plain]:
        noun = key[:-4]
        plain = {noun: f"{plain[key]} ({plain[f'{noun}Id']})"} | plain
        del plain[key], plain[f"{noun}Id"]
    return "; ".join(f"{key}: {value}" for key, value in plain.items())

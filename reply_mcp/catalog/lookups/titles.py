"""What things are called in a question: an id stands beside a name, since nobody knows things by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.hooks.read_once import first_words, read_once, read_record
from reply_mcp.catalog.hooks.step_rows import describe_steps
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.lookups.sequences import find_sequences, mailbox_address, read_sequence, sequence_title
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.lists import join, list_some

_WIDTH = 60
_MOST = 5
_READ = {
    "contactId": ("GetContactById", ""),
    "knowledgeBaseId": ("GetKnowledgeBase", "name"),
    "knowledge-bases": ("GetKnowledgeBase", "name"),
    "offers": ("GetOffer", "name"),
    "playbookId": ("GetPlaybook", "name"),
    "playbooks": ("GetPlaybook", "name"),
    "custom-fields": ("GetCustomFieldById", "title"),
    "schedules": ("GetSchedule", "name"),
    "contact-accounts": ("GetContactAccountById", "name"),
    "calendarId": ("GetHolidayCalendar", "name"),
    "holiday-calendars": ("GetHolidayCalendar", "name"),
}
"""The operation that reads a thing, and the field with its name, by the argument of its id, or by the part of the path
before an argument `id`."""
_LISTED = {
    "emailAccounts": ("ListEmailAccounts", {"top": 1000}),
    "linkedInAccounts": ("ListLinkedInAccounts", {}),
    "scheduleId": ("ListSchedules", {}),
}
"""The list that names the ids in a field of a sequence."""


async def read_titles(call: Call, text: str, sequence: dict[str, Any] | None = None) -> dict[str, str]:
    """What stands for the ids that a question names as `{stepId}`: `"Facts" (501)`, `step 2 (email) "Hi" (7730057)`. A
    request for each of them that is not a part of `sequence`; the id alone where it cannot be read.

    Args:
        text: of the question, with the call's arguments by their wire names.
        sequence: the sequence that the call is about, with its steps.
    """
    given = call.arguments.wire() | _path_values(call)
    found: dict[str, str] = {}
    for name in {field for _, field, _, _ in Formatter().parse(text) if field}:
        id = given.get(name)
        if id is None:
            continue
        kind = _before_id(call) if name == "id" else name
        if sequence is not None and name in ("stepId", "variantId", "variantIds"):
            found[name] = _title_of_part(sequence, name, given)
        elif name == "userId":
            found[name] = await describe_teammate(call, id)
        elif name == "ids" and _before_id(call) == "sequences":
            found[name] = (await find_sequences(call, id)).listed
        elif kind in _READ:
            found[name] = await title_of(call, kind, id)
    return found


async def title_of(call: Call, kind: str, id: Any) -> str:
    """`"Facts" (501)`; the id alone where it cannot be read. One request in a call.

    Raises:
        ApiError: where there is no such thing.
    """
    operation, key = _READ[kind]
    try:
        row = await read_record(call, operation, id=id)
    except ApiError as refusal:
        if refusal.status == 404:
            raise
        return str(id)
    if not key:
        return contact_label({**row, "id": id})
    return f"{quote(str(row[key]), _WIDTH)} ({id})" if row.get(key) else str(id)


async def label_fields(call: Call, body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The names of mailboxes, LinkedIn accounts and schedules, by field and id, as far as `body` sets them; a request
    for each field."""
    labels: dict[str, dict[str, str]] = {}
    for field, (operation, arguments) in _LISTED.items():
        if field not in body:
            continue
        try:
            rows = rows_of(await read_once(call, operation, **arguments))
        except ApiError:
            continue
        names = {str(row.get("id")): mailbox_address(row) or row.get("name") for row in rows}
        labels[field] = {id: f"{inline(str(name), _WIDTH)} ({id})" for id, name in names.items() if name}
    return labels


def _path_values(call: Call) -> dict[str, Any]:
    fields = type(call.arguments).model_fields
    return {info.alias or name: getattr(call.arguments, name) for name, info in fields.items()}


def _before_id(call: Call) -> str:
    """The part of the path before the id, or before what is done to many: `offers`."""
    parts: list[str] = [part for part in call.arguments.operation.path.split("/") if part]
    at = parts.index("{id}") if "{id}" in parts else 2
    return parts[at - 1]


def _title_of_part(sequence: dict[str, Any], name: str, given: Mapping[str, Any]) -> str:
    steps = describe_steps(rows_of(sequence.get("steps")))[0]
    step = next((row for row in steps if str(row.get("id")) == str(given.get("stepId"))), None)
    if step is None and isinstance(sequence.get("steps"), list):
        title = sequence_title(sequence, sequence.get("id"))
        raise NotDone(
            f"Nothing was changed: {title} has no step {given.get('stepId')}. reply_get_sequence_steps lists its steps."
        )
    if name == "stepId":
        if step is None:
            return str(given["stepId"])
        gist = f" {quote(step['_gist'])}" if step["_gist"] else ""
        return f"{step['_number']} ({step['_what']}){gist} ({step['id']})"
    texts = {
        str(one.get("id")): first_words(one.get("subject") or one.get("message"), _WIDTH)
        for one in rows_of((step or {}).get("variants"))
    }
    ids = given[name] if isinstance(given[name], list) else [given[name]]
    check_variants_exist(ids, step)
    named = (f"{quote(texts[str(id)])} ({id})" if texts.get(str(id)) else str(id) for id in ids)
    return f"{'variant' if len(ids) == 1 else 'variants'} {list_some(named, _MOST)}"


def check_variants_exist(ids: Iterable[Any], step: Mapping[str, Any] | None) -> None:
    """Raises `NotDone` where one of these is no variant of a step, as far as the step shows its variants."""
    variants = rows_of((step or {}).get("variants"))
    held = {str(one.get("id")) for one in variants}
    gone = [id for id in ids if id is not None and str(id) not in held]
    if held and gone:
        there = list_some((f"{one.get('id')}" for one in variants), _MOST)
        raise NotDone(
            f"Nothing was changed: step {(step or {}).get('id')} has no variant {join(gone)}; its variants are {there}."
        )


async def preview_titled(call: Call, text: str) -> str:
    """A question of the call's arguments with the names of what they stand for; `{sequence}` is the sequence of
    `sequenceId`."""
    title = sequence_title(await read_sequence(call, call.arguments.sequence_id), call.arguments.sequence_id)
    return text.format_map({**_path_values(call), **await read_titles(call, text), "sequence": title})

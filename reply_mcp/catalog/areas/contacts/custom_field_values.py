"""Values of contacts' custom fields: named by title, checked before they are written, read back after.

Reply silently drops a field that is not registered, keeps none of the fields given on creation, and answers with
definition ids where people expect titles.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import NotDone, ReplyError
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.bodies import FieldPatch, NewValue
    from reply_mcp.catalog.areas.contacts.operations import CreateContact, UpdateContact

_MOST_TITLES = 12


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A registered field and what it is to hold; None clears it."""

    id: int
    title: str
    value: str | None


async def definitions(call: Call) -> list[dict[str, Any]]:
    """The registered fields: `id`, `title`, `fieldType`, …; the client keeps them for a minute."""
    return rows_of(await call.ask("GetCustomFields"))


class Registry:
    """The registered fields, found by id or by title in any case. Collects what does not fit in `faults`."""

    def __init__(self, registered: Sequence[Mapping[str, Any]], also: Sequence[str] = ()) -> None:
        """`also` holds other names that may have been meant, which `nearest` offers too."""
        self._registered = registered
        self._titles = [str(one.get("title") or "") for one in registered]
        self._also = list(also)
        self.faults: list[str] = []

    def value_of(self, asked: int | str | None, value: str | None, where: str) -> FieldValue | None:
        """The field asked for, with its value; None and a line in `faults` where it does not exist or cannot hold it.

        Args:
            asked: the field's id or title.
            where: the argument, for messages (`customFields[1]`).
        """
        if asked is None or not str(asked).strip():
            self.faults.append(f"{where}: name the field by its title or id")
            return None
        matches = self._matching(asked)
        if len(matches) > 1:
            ids = ", ".join(str(one.get("id")) for one in matches)
            self.faults.append(f'{where}: {len(matches)} fields are called "{asked}" (ids {ids}); give the id')
            return None
        if not matches:
            self.faults.append(f'{where}: no custom field "{asked}"{self.nearest(str(asked))}')
            return None
        field = matches[0]
        if str(field.get("fieldType")).casefold() == "number" and value and not _is_number(value):
            self.faults.append(f'{where}.value: "{value}" is not a number (field "{field.get("title")}")')
            return None
        return FieldValue(int(field["id"]), str(field.get("title") or field["id"]), value)

    def has(self, asked: int | str) -> bool:
        """Whether any field has this id or title."""
        return bool(self._matching(asked))

    def _matching(self, asked: int | str) -> list[Mapping[str, Any]]:
        text = str(asked).strip().casefold()
        usable = [one for one in self._registered if one.get("id") is not None]
        if isinstance(asked, str):
            titled = [one for one in usable if str(one.get("title") or "").strip().casefold() == text]
            if titled:
                return titled
        return [one for one in usable if str(one["id"]) == text]

    def nearest(self, asked: str) -> str:
        """The fields that may have been meant, as the end of a sentence."""
        by_folded = {name.casefold(): name for name in (*self._also, *self._titles)}
        near = difflib.get_close_matches(asked.casefold(), list(by_folded), n=3, cutoff=0.5)
        if near:
            return "; did you mean " + " or ".join(f'"{by_folded[one]}"' for one in near) + "?"
        if self._also:
            return ""  # too many to list after each
        if 0 < len(self._titles) <= 12:
            return "; the fields are " + ", ".join(f'"{title}"' for title in self._titles)
        return "; reply_list_custom_fields shows the registered ones, reply_create_custom_field adds one"

    @property
    def titles(self) -> str:
        """The titles of the registered fields, the first ones where they are many."""
        return list_some(self._titles, _MOST_TITLES)

    def stop_on_faults(self) -> None:
        """Raises `NotDone` with every fault found so far."""
        if self.faults:
            lines = "\n".join(f"- {fault}" for fault in self.faults)
            raise NotDone(f"Nothing was sent; Reply would drop or refuse these:\n{lines}")


def _is_number(text: str) -> bool:
    try:
        float(text.strip().replace(",", "."))
    except ValueError:
        return False
    return True


async def resolve_fields(call: Call[CreateContact] | Call[UpdateContact]) -> list[FieldValue]:
    """The `customFields` of the arguments as registered fields; `NotDone` where one is unknown."""
    given: Sequence[NewValue | FieldPatch] | None = call.arguments.custom_fields
    if not given:
        return []
    registry = Registry(await definitions(call))
    found = [registry.value_of(one.which(), one.value, f"customFields[{i}]") for i, one in enumerate(given)]
    registry.stop_on_faults()
    return [one for one in found if one is not None]


async def check_custom_fields(call: Call[CreateContact]) -> None:
    """Raises `NotDone` where a custom field given is not registered."""
    await resolve_fields(call)


async def identify_custom_fields(call: Call[UpdateContact]) -> None:
    """Names each custom field by its id; `NotDone` where one is not registered."""
    fields = await resolve_fields(call)
    for given, field in zip(call.arguments.custom_fields or (), fields, strict=True):
        given.id, given.name = field.id, None
        given.model_fields_set.discard("name")


async def check_custom_fields_were_kept(call: Call[UpdateContact], answer: Any) -> Any:
    """Reads the contact back when custom fields were written, and notes which of them Reply did not keep."""
    fields = await resolve_fields(call)
    return await read_back(call, call.arguments.id, fields, answer) if fields else answer


async def read_back(call: Call, id: Any, fields: Sequence[FieldValue], answer: Any) -> Any:
    """The contact as it is now; a note for each field that does not hold what was written."""
    try:
        contact: dict[str, Any] = await call.ask("GetContactById", id=id)
    except ReplyError:
        call.notes.append(f'The custom fields were sent but could not be read back: reply_get_contact {{"id": {id}}}.')
        return answer
    lost = [field for field in fields if not _same(_held(contact, field), field.value)]
    if lost:
        wrong = "; ".join(f'"{one.title}" holds {_quoted(_held(contact, one))}' for one in lost)
        call.notes.append(f"Not kept by Reply, though it answered success: {wrong}. The other fields are written.")
    return contact


def _held(contact: dict[str, Any], field: FieldValue) -> str | None:
    """What a contact holds in a field, whether its key is the definition's id or title."""
    for entry in rows_of(contact.get("customFields")):
        key = str(entry.get("key") or entry.get("id") or entry.get("name") or "").strip().casefold()
        if key in (str(field.id), field.title.casefold()):
            return None if entry.get("value") is None else str(entry["value"])
    return None


def _same(held: str | None, wanted: str | None) -> bool:
    left, right = (held or "").strip(), (wanted or "").strip()
    if left == right:
        return True
    return _is_number(left) and _is_number(right) and float(left.replace(",", ".")) == float(right.replace(",", "."))


def _quoted(value: str | None) -> str:
    return "nothing" if not value else f'"{value}"'


def _shows_custom_fields(call: Call, rows: list[dict[str, Any]]) -> bool:
    """Whether the answer may show custom fields: a list does where one of the fields that were asked for is none of
    Reply's own, since it may be a title."""
    if not rows or not call.fields:
        return not rows
    own = {key.casefold() for row in rows for key in row if key.casefold() != "customfields"}
    return any(field.casefold() not in own for field in call.fields)


async def add_custom_field_titles(call: Call, answer: Any) -> Any:
    """Adds the title, which Reply leaves out, to each custom field of the contacts as `name`; one request, at most one
    a minute, and none where no contact has a custom field, or none is shown."""
    contacts = records_of(answer)
    if not any(contact.get("customFields") for contact in contacts) or not _shows_custom_fields(call, rows_of(answer)):
        return answer
    try:
        titles = {str(one.get("id")): str(one.get("title") or "") for one in await definitions(call)}
    except ReplyError:
        titles = {}  # a contact is worth reading without its titles
        call.notes.append("The titles of custom fields could not be read; their ids are shown instead.")
    for contact in contacts:
        for entry in rows_of(contact.get("customFields")):
            key = str(entry.get("key") or "")
            entry["name"] = titles.get(key) or key
    return answer

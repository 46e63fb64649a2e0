"""Whom an enrollment is about: ids, addresses, profiles, names or a list, as contacts with what Reply knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.contacts import (
    PAGE,
    contact_label,
    find_contacts_by_text,
    matches_email,
    matches_name,
    matches_profile,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.errors import ApiError, NotDone, RequestCapReached
from reply_mcp.text.digits import whole_number
from reply_mcp.text.lists import list_some

FEW = 10
"""People who are looked up one by one; for more, pages cost fewer requests."""
MOST_NAMES = 200
"""Names and profiles among more than ten people, since each is compared with each contact; ids and addresses have no
such limit."""
MOST = 10_000
"""People a call may enroll; v3 takes as many at a time."""


@dataclass(slots=True)
class Person:
    """Somebody who was named.

    Attributes:
        given: as the caller named them.
        also: what else the caller named them by.
        id: the id of their contact; None where there is none.
        row: the contact as Reply answered it; {} where it was not read.
        why: why they are not to be enrolled, as `{"error", "errorDetails"}`; {} where nothing is against it.
    """

    given: str
    id: Any = None
    row: dict[str, Any] = field(default_factory=dict)
    why: dict[str, Any] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Their id, with what the caller called them where that was something else."""
        if self.id is None:
            return self.given
        return str(self.id) if self.given == str(self.id) else f"{self.given} ({self.id})"

    @property
    def name(self) -> str:
        return contact_label(self.row) if self.row else self.label

    def leave_out(self, error: str, details: str | None = None) -> None:
        """Gives the reason why they are not to be enrolled, unless there is one."""
        self.why = self.why or {"error": error, "errorDetails": details}


async def find_people(call: Call, given: Sequence[int | str], list_id: Any, cap: RequestCap) -> list[Person]:
    """Everybody who was named, each contact once.

    A list costs a request for each 200 people on it. Up to ten people named one by one cost a request each, up to four
    where a name must be searched. More than ten cost the pages of the account's contacts, or a request each where that
    is less, as far as `cap` allows.

    Raises:
        NotDone: for a list that is not there, and for more people than a call takes.
    """
    found = [] if list_id is None else await _read_list(call, list_id)
    found += [_person(one) for one in given]
    found = _once(found)
    if len(found) > MOST:
        raise NotDone(f"{len(found):,} people at once are too many, at most {MOST:,}; nothing was changed.")
    unknown = [one for one in found if not one.row]
    if len(unknown) > FEW:
        unknown = await _find_in_pages(call, unknown, cap)
    await _read_each(call, unknown, cap)
    return _once(found)


async def _read_each(call: Call, unknown: list[Person], cap: RequestCap) -> None:
    """Reads one after the other; more than ten as far as the cap allows."""
    for one in unknown:
        if len(unknown) <= FEW:
            await _read_one(call, one)
        elif cap.left:
            with cap:
                await _read_one(call, one)
        elif one.id is None:
            one.leave_out("not looked up", "too many names for one call: give ids, or listId")


def _person(one: int | str) -> Person:
    text = str(one).strip()
    return Person(text, whole_number(text))


def _once(people: Iterable[Person]) -> list[Person]:
    """Each contact once, however often and however they were named."""
    kept: dict[str, Person] = {}
    for one in people:
        key = one.given.casefold() if one.id is None else str(one.id)
        if (held := kept.setdefault(key, one)) is not one:
            held.also += [one.given, *one.also]
    return list(kept.values())


async def _read_list(call: Call, list_id: Any) -> list[Person]:
    pages = Pages(call, "FilterContacts", "the list", {"listId": list_id}, size=PAGE)
    while pages.more and len(pages.rows) <= MOST:
        await pages.read()
    if not pages.joined:
        raise NotDone(f"List {list_id} changes while it is read; nothing was changed. Call again in a moment.")
    people = [Person(str(row["id"]), row["id"], row) for row in pages.rows if row.get("id") is not None]
    if people:
        return people
    try:
        await call.ask("GetContactListById", id=list_id)
    except ApiError as refusal:
        if refusal.status in (400, 404) and refusal.code:
            raise NotDone(f"There is no list {list_id} that this key can see. reply_search_lists finds them.") from None
        raise
    raise NotDone(f"Nobody is on list {list_id}: nothing was changed.")


async def _find_in_pages(call: Call, unknown: list[Person], cap: RequestCap) -> list[Person]:
    """Fills in those who are found in the pages of all contacts; gives those who remain to be read one by one."""
    ids = {str(one.id): one for one in unknown if one.id is not None}
    names = [one for one in unknown if one.id is None and not _is_address(one.given)]
    for one in names[MOST_NAMES:]:
        one.leave_out("not looked up", f"more than {MOST_NAMES} names: give ids, addresses or listId")
    unknown = [one for one in unknown if not one.why]
    texts = [one for one in unknown if one.id is None]
    by_text: dict[str, list[dict[str, Any]]] = {one.given: [] for one in texts}
    tests = {one.given: _matcher(one.given) for one in texts if not _is_address(one.given)}
    addresses = {one.given.casefold(): one.given for one in texts if _is_address(one.given)}
    pages = Pages(call, "GetContacts", "the contacts", size=PAGE)
    for _ in range(len(unknown)):
        if not cap.left or not pages.more:
            break
        with cap:
            rows = await pages.read()
        for row in rows:
            if (known := ids.get(str(row.get("id")))) is not None:
                known.row = row
            email = str(row.get("email") or "").strip().casefold()
            hits = [addresses[email]] if email in addresses else []
            for text in [*hits, *(text for text, test in tests.items() if test(row))]:
                by_text[text].append(row)
        if not texts and all(one.row for one in unknown):
            break
    complete = pages.complete
    for one in texts:
        _settle(one, by_text[one.given], complete)
    rest = [one for one in unknown if not one.row and not one.why]
    if complete and len(rest) > FEW:
        await _read_each(call, rest[:FEW], cap)
        if all(one.why for one in rest[:FEW]):  # then the pages showed all that the key can see
            for one in rest:
                one.leave_out("not found", "no such contact")
    return [one for one in rest if not one.row and not one.why]


def _is_address(text: str) -> bool:
    return "@" in text and " " not in text


def _matcher(text: str) -> Any:
    if _is_address(text):
        return matches_email(text)
    return matches_profile(text) if "linkedin.com/" in text.casefold() else matches_name(text)


def _settle(one: Person, rows: list[dict[str, Any]], complete: bool) -> None:
    """Takes over what a lookup by text found. Unless it is complete, a match by name may not be the only one."""
    distinct = {row.get("id"): row for row in rows}
    if len(distinct) > 1:
        ids = list_some(distinct, 5)
        one.leave_out("not clear", f"{len(distinct)} contacts have this name ({ids}): give the id")
    elif distinct and (complete or _is_address(one.given)):
        one.id, one.row = next(iter(distinct.items()))
    elif complete:
        one.leave_out("not found", "no such contact")


async def _read_one(call: Call, one: Person) -> None:
    """Reads one person by id, or finds them by address, profile or name."""
    if one.id is None:
        try:
            _settle(one, await find_contacts_by_text(call, one.given), complete=True)
        except RequestCapReached:
            one.leave_out("not looked up", "too many names for one call: give ids, or listId")
        except NotDone:
            one.leave_out("not clear", "Reply finds too many contacts like that: give the id")
        return
    try:
        one.row = await read_record(call, "GetContactById", id=one.id)
    except ApiError as refusal:
        if refusal.status == 404 and refusal.code:
            one.leave_out("not found", "no such contact")
        elif (
            refusal.status != 403
        ):  # a key without contacts:read may enroll them anyway, with a note on what was not checked
            raise

"""Whom an enrolment is about: ids, addresses, profiles, names or a list, as contacts with what Reply knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.lookups.contacts import (
    PAGE,
    contact_label,
    find_contacts_by_text,
    matches_email,
    matches_name,
    matches_profile,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, read_rows
from reply_mcp.errors import ApiError, NotDone

FEW = 10
"""People who are asked about one by one; for more, pages cost fewer requests."""
MOST_NAMES = 200
"""Names and profiles among more than ten people; ids and addresses have no such limit, since they are looked up at
once, while each name is compared with each contact."""
MOST = 10_000
"""People a call may enrol; v3 takes as many at a time."""


@dataclass(slots=True)
class Allowance:
    """The requests that looking at many people may still make, so that a call leaves room for others."""

    left: int

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


@dataclass(slots=True)
class Person:
    """One who was named.

    Attributes:
        given: as the caller said it.
        id: their contact's id; None where there is none.
        row: the contact as Reply answered it; {} where it was not read.
        why: why they are not to be enrolled, as `{"error", "errorDetails"}`; {} where nothing is in the way.
    """

    given: str
    id: Any = None
    row: dict[str, Any] = field(default_factory=dict)
    why: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Their id, with what the caller called them where that was something else."""
        if self.id is None:
            return self.given
        return str(self.id) if self.given == str(self.id) else f"{self.given} ({self.id})"

    @property
    def name(self) -> str:
        return contact_label(self.row) if self.row else self.label

    def left_out(self, error: str, details: str | None = None) -> None:
        self.why = self.why or {"error": error, "errorDetails": details}


async def people_of(call: Call, given: Sequence[int | str], list_id: Any, allowance: Allowance) -> list[Person]:
    """Everybody who was named, each contact once.

    A list costs a request for each 200 people on it; up to ten people named one by one a request each, up to four
    where a name must be searched; more than ten the pages of the account's contacts, or a request each where that is
    less.

    Raises:
        NotDone: for a list that is not there, and for more people than a call takes.
    """
    found = [] if list_id is None else await _of_list(call, list_id)
    found += [_named(one) for one in given]
    found = _once(found)
    if len(found) > MOST:
        raise NotDone(f"{len(found)} people at once are too many, at most {MOST}; nothing was changed.")
    unknown = [one for one in found if not one.row]
    if len(unknown) > FEW:
        unknown = await _in_the_pages(call, unknown, allowance)
    await _each(call, unknown, allowance)
    return _once(found)


async def _each(call: Call, unknown: list[Person], allowance: Allowance) -> None:
    """Asks for one after the other; for more than ten as far as the allowance goes."""
    for one in unknown:
        if len(unknown) <= FEW or allowance.take():
            await _alone(call, one)
        elif one.id is None:
            one.left_out("not looked up", "too many names for one call: give ids, or listId")


def _named(one: int | str) -> Person:
    text = str(one).strip()
    return Person(text, int(text) if text.isdecimal() else None)


def _once(people: Iterable[Person]) -> list[Person]:
    """Each contact once, however often and however they were named."""
    kept: dict[str, Person] = {}
    for one in people:
        key = one.given.casefold() if one.id is None else str(one.id)
        kept.setdefault(key, one)
    return list(kept.values())


async def _of_list(call: Call, list_id: Any) -> list[Person]:
    people: list[Person] = []
    seen = 0
    while len(people) <= MOST:
        page = await call.ask("FilterContacts", listId=list_id, top=PAGE, skip=seen)
        rows = read_rows(page, "the list")
        seen += len(rows)
        people += [Person(str(row["id"]), row["id"], row) for row in rows if row.get("id") is not None]
        if not more_after(page):
            break
    if people:
        return people
    try:
        await call.ask("GetContactListById", id=list_id)
    except ApiError as refusal:
        if refusal.status in (400, 404) and refusal.code:
            raise NotDone(f"There is no list {list_id} that this key can see. reply_search_lists finds them.") from None
        raise
    raise NotDone(f"Nobody is on list {list_id}: nothing was changed.")


async def _in_the_pages(call: Call, unknown: list[Person], allowance: Allowance) -> list[Person]:
    """Fills in those who are found in pages of all contacts; gives the others, of whom those without an id are known
    not to be there where the pages came to their end."""
    ids = {str(one.id): one for one in unknown if one.id is not None}
    names = [one for one in unknown if one.id is None and not _is_address(one.given)]
    for one in names[MOST_NAMES:]:
        one.left_out("not looked up", f"more than {MOST_NAMES} names: give ids, addresses or listId")
    unknown = [one for one in unknown if not one.why]
    texts = [one for one in unknown if one.id is None]
    by_text: dict[str, list[dict[str, Any]]] = {one.given: [] for one in texts}
    tests = {one.given: _test(one.given) for one in texts if not _is_address(one.given)}
    addresses = {one.given.casefold(): one.given for one in texts if _is_address(one.given)}
    seen, whole = 0, False
    for _ in range(len(unknown)):
        if not allowance.take():
            break
        page = await call.ask("GetContacts", top=PAGE, skip=seen)
        rows = read_rows(page, "the contacts")
        seen += len(rows)
        for row in rows:
            if (known := ids.get(str(row.get("id")))) is not None:
                known.row = row
            email = str(row.get("email") or "").strip().casefold()
            hits = [addresses[email]] if email in addresses else []
            for text in [*hits, *(text for text, test in tests.items() if test(row))]:
                by_text[text].append(row)
        if not more_after(page):
            whole = True
            break
        if not texts and all(one.row for one in unknown):
            break
    for one in texts:
        _settled(one, by_text[one.given], whole)
    rest = [one for one in unknown if not one.row and not one.why]
    if whole and len(rest) > FEW:
        await _each(call, rest[:FEW], allowance)
        if all(one.why for one in rest[:FEW]):  # then the pages did show all that the key can see
            for one in rest:
                one.left_out("not found", "no such contact")
    return [one for one in rest if not one.row and not one.why]


def _is_address(text: str) -> bool:
    return "@" in text and " " not in text


def _test(text: str) -> Any:
    if _is_address(text):
        return matches_email(text)
    return matches_profile(text) if "linkedin.com/" in text.casefold() else matches_name(text)


def _settled(one: Person, rows: list[dict[str, Any]], whole: bool) -> None:
    """What a look-up by a text came to. While pages are missing, one hit of a name may not be the only one."""
    distinct = {row.get("id"): row for row in rows}
    if len(distinct) > 1:
        ids = ", ".join(str(id) for id in list(distinct)[:5])
        one.left_out("not clear", f"{len(distinct)} contacts are called so ({ids}): give the id")
    elif distinct and (whole or _is_address(one.given)):
        one.id, one.row = next(iter(distinct.items()))
    elif whole:
        one.left_out("not found", "no such contact")


async def _alone(call: Call, one: Person) -> None:
    """Reads one person by id, or looks them up by what they are called."""
    if one.id is None:
        try:
            _settled(one, await find_contacts_by_text(call, one.given), whole=True)
        except NotDone:
            one.left_out("not clear", "Reply finds too many contacts like that: give the id")
        return
    try:
        row = await call.ask("GetContactById", id=one.id)
    except ApiError as refusal:
        if refusal.status == 404 and refusal.code:
            one.left_out("not found", "no such contact")
        elif refusal.status != 403:  # a key without contacts:read may enrol all the same; what is not seen is said
            raise
        return
    one.row = row if isinstance(row, dict) else {}

"""Finding contacts for certain: every row is compared here, since Reply's own lookups match too much or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from reply_mcp.catalog.hooks.existing import Existing, find_existing
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import NotDone
from reply_mcp.text.cleaning import inline
from reply_mcp.text.names import name_and_address, plain_words

PAGE = 200
"""Contacts a request; Reply stalls for a minute on a page of 1000."""
FEW_ROWS = 10
"""Rows of a lookup by address, which has one at most where Reply heeds the address."""
MOST_WORDS = 3
"""Words of a name that are searched for one by one."""
MOST_NEAR = 5
MOST_PAGES = 3
"""Pages of a free-text search that a lookup reads before it gives up."""

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


def matches_email(email: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of this very address."""
    wanted = email.strip().casefold()
    return lambda row: str(row.get("email") or "").strip().casefold() == wanted


def matches_profile(url: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of this very LinkedIn profile, however the link is spelled."""
    wanted = _profile(url)
    keys = ("linkedInUrl", "linkedInSalesNavigatorUrl", "linkedInRecruiterUrl")
    return lambda row: any(_profile(str(row.get(key) or "")) == wanted for key in keys)


def _profile(url: str) -> str:
    bare = re.sub(r"^https?://([a-z]{2,3}\.)?", "", url.strip().casefold())
    return re.split(r"[?#]", bare)[0].rstrip("/")


def matches_name(name: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of a person with this full name, whatever the case and the accents."""
    wanted = plain_words(name)
    return lambda row: plain_words(_full_name(row)) == wanted


def _full_name(row: dict[str, Any]) -> str:
    return f"{row.get('firstName') or ''} {row.get('lastName') or ''}"


async def find_contacts_by_text(call: Call, text: str) -> list[dict[str, Any]]:
    """Every contact with this address, LinkedIn profile or full name, whichever the text is. One request for an
    address that Reply finds, up to four otherwise.

    Raises:
        NotDone: where the search did not come to an end, so that the answer is not known.
    """
    if _ADDRESS.fullmatch(text):
        return await find_contacts(call, email=text)
    if "linkedin.com/" in text.casefold():
        return await find_contacts(call, profile=text)
    return (await find_contacts_by_name(call, text))[0]


async def look_up_contact(call: Call, text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """As `find_contacts_by_text`, and those who may be meant where nobody is found by a name."""
    if _ADDRESS.fullmatch(text) or "linkedin.com/" in text.casefold():
        return await find_contacts_by_text(call, text), []
    return await find_contacts_by_name(call, text)


async def find_contacts_by_name(call: Call, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Everybody of this full name, whatever the case and the accents; and where there is nobody, those whose names have
    most of its words. One request, or up to four: Reply compares accents, and the name as a whole, so that its longest
    words are searched for too.

    Raises:
        NotDone: where the search did not come to an end, so that the answer is not known.
    """
    fits = matches_name(name)
    seen: dict[Any, dict[str, Any]] = {}
    if found := await search_contacts(call, name, fits, seen):
        return found, []
    words = sorted(dict.fromkeys(name.split()), key=len, reverse=True)
    terms = words if len(words) > 1 else [plain_words(name)]
    for term in terms[:MOST_WORDS]:
        if term == name:
            continue
        answer = await call.ask("FilterContacts", searchTerm=term, top=PAGE)
        rows = rows_of(answer)
        seen.update((row.get("id"), row) for row in rows)
        found = [row for row in rows if fits(row)]
        if found and not more_after(answer):
            return found, []
    return [], sorted(seen.values(), key=_distance_from(name))[:MOST_NEAR]


def _distance_from(name: str) -> Callable[[dict[str, Any]], tuple[int, int]]:
    """How far a row's name is from this one: words that it lacks, and of those, which it does not even begin with."""
    wanted = plain_words(name).split()

    def distance(row: dict[str, Any]) -> tuple[int, int]:
        has = plain_words(_full_name(row)).split()
        lacking = [word for word in wanted if word not in has]
        return len(lacking), sum(not any(one.startswith(word) for one in has) for word in lacking)

    return distance


async def find_contacts(call: Call, *, email: str | None = None, profile: str | None = None) -> list[dict[str, Any]]:
    """Every contact with exactly this address, or else with this LinkedIn profile.

    An address takes one request where it is found. Reply's search finds it; the lookup by address, which Reply may
    answer with others, is asked too before it is said that nobody has it. A profile takes one request, or up to four
    where Reply's lookup answers with others or with nobody, since its link may be spelled otherwise there.

    Raises:
        NotDone: where the search did not come to an end, so that the answer is not known.
    """
    if email is not None:
        fits = matches_email(email)
        if found := await search_contacts(call, email, fits):
            return found
        return [row for row in rows_of(await call.ask("GetContacts", email=email, top=FEW_ROWS)) if fits(row)]
    if profile is None:
        return []
    fits = matches_profile(profile)
    answer = await call.ask("GetContacts", linkedIn=profile, top=PAGE)
    return [row for row in rows_of(answer) if fits(row)] or await search_contacts(call, profile_name(profile), fits)


def profile_name(profile: str) -> str:
    """The last part of a LinkedIn profile's link, in lower case: the person's own."""
    return _profile(profile).rsplit("/", 1)[-1]


async def search_contacts(
    call: Call,
    term: str,
    fits: Callable[[dict[str, Any]], bool],
    seen: dict[Any, dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """The contacts that fit among those of a free-text search: up to `MOST_PAGES` requests, none after the page on
    which one is found. All that are read go into `seen`, by their ids.

    Raises:
        NotDone: where none fits on those pages and there are more.
    """
    pages = Pages(call, "FilterContacts", "the contacts", {"searchTerm": term}, size=PAGE)
    for _ in range(MOST_PAGES):
        rows = await pages.read()
        if seen is not None:
            seen.update((row.get("id"), row) for row in rows)
        found = [row for row in rows if fits(row)]
        if found or pages.complete:
            return found
        if not pages.more:
            raise NotDone(f"Nothing was done: whether {term} exists is not known. {pages.moved}")
    raise NotDone(
        f"Nothing was done: Reply finds more than {MOST_PAGES * PAGE} contacts for {term} and does not compare "
        "exactly, so whether that one exists is not known. reply_filter_contacts with searchTerm and skip reads on."
    )


def contact_label(contact: Any) -> str:
    """A contact as people know it: `Jane Doe <jane@acme.com> (90514382)`."""
    row = contact if isinstance(contact, dict) else {}
    name = " ".join(str(row[key]) for key in ("firstName", "lastName") if row.get(key))
    return f"{name_and_address(name, row.get('email')) or 'contact'} ({row.get('id', '?')})"


def describe_contact(contact: dict[str, Any]) -> str:
    """A contact with what tells them from another of the same name: `Jane Doe <jane@acme.com> (90514382), Acme`."""
    return ", ".join(filter(None, [contact_label(contact), inline(str(contact.get("company") or ""), 60)]))


async def find_contacts_by_id(call: Call, ids: Iterable[Any], most: int = 3) -> Existing:
    """These contacts, the first few by name; at most `most` requests. Raises `NotDone` where none of them exists."""

    async def read(id: Any) -> str:
        return contact_label(await read_once(call, "GetContactById", id=id))

    return await find_existing(ids, "contact", read, most=most, finder="reply_search_contacts")

"""Finding contacts for certain: every row is compared here, since Reply's own look-ups match too much or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

PAGE = 200
"""Contacts a request; Reply stalls for a minute on a page of 1000."""
MOST_PAGES = 3
"""Pages of a free-text search that a look-up reads before it gives up."""

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_DATED = re.compile(r"date$|^(created|modified|added|lastmodified)|[a-z]At$")
_DATING = re.compile(r"before|after|older|newer|within|days|date|since", re.IGNORECASE)


def has_email(email: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of this very address."""
    wanted = email.strip().casefold()
    return lambda row: str(row.get("email") or "").strip().casefold() == wanted


def has_profile(url: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of this very LinkedIn profile, however the link is spelled."""
    wanted = _profile(url)
    keys = ("linkedInUrl", "linkedInSalesNavigatorUrl", "linkedInRecruiterUrl")
    return lambda row: any(_profile(str(row.get(key) or "")) == wanted for key in keys)


def _profile(url: str) -> str:
    bare = re.sub(r"^https?://([a-z]{2,3}\.)?", "", url.strip().casefold())
    return re.split(r"[?#]", bare)[0].rstrip("/")


def is_called(name: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row is of a person with this very full name."""
    wanted = " ".join(name.casefold().split())
    return lambda row: (
        " ".join(f"{row.get('firstName') or ''} {row.get('lastName') or ''}".casefold().split()) == wanted
    )


async def contacts_called(call: Call, text: str) -> list[dict[str, Any]]:
    """Every contact with this address, LinkedIn profile or full name, whichever the text is. One request for an
    address that Reply finds, up to four otherwise.

    Raises:
        NotDone: where it cannot be told, since the search did not come to an end.
    """
    if _ADDRESS.fullmatch(text):
        return await find_contacts(call, email=text)
    if "linkedin.com/" in text.casefold():
        return await find_contacts(call, profile=text)
    return await _search(call, text, is_called(text))


async def find_contacts(call: Call, *, email: str | None = None, profile: str | None = None) -> list[dict[str, Any]]:
    """Every contact with exactly this address, or else with this LinkedIn profile.

    Takes one request, or up to four where Reply's exact look-up answers with others, or with nobody for a profile,
    whose link may be spelled otherwise there.

    Raises:
        NotDone: where it cannot be told, since the search did not come to an end.
    """
    if email is not None:
        fits, term = has_email(email), email
        answer = await call.ask("GetContacts", email=email, top=PAGE)
    elif profile is not None:
        fits, term = has_profile(profile), _last_part(profile)
        answer = await call.ask("GetContacts", linkedIn=profile, top=PAGE)
    else:
        return []
    found = [row for row in rows_of(answer) if fits(row)]
    if found or (email is not None and not rows_of(answer)):
        return found
    return await _search(call, term, fits)


def _last_part(profile: str) -> str:
    return _profile(profile).rsplit("/", 1)[-1]


async def _search(call: Call, term: str, fits: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    for page in range(MOST_PAGES):
        answer = await call.ask("FilterContacts", searchTerm=term, top=PAGE, skip=page * PAGE)
        found = [row for row in rows_of(answer) if fits(row)]
        if found or not more_after(answer):
            return found
    raise NotDone(
        f"Nothing was done: Reply finds more than {MOST_PAGES * PAGE} contacts for {term} and does not compare "
        "exactly, so whether that one exists is not known. reply_filter_contacts with searchTerm and skip reads on."
    )


async def in_small_pages(call: Call) -> Any:
    """Reads a big page as several that Reply answers in time."""
    top, skip = call.arguments.top, call.arguments.skip or 0
    if top is None or top <= PAGE:
        return await call.send()
    given = {key: value for key, value in call.arguments.wire().items() if key not in ("top", "skip")}
    rows: list[dict[str, Any]] = []
    more = True
    while more and len(rows) < top:
        page = {"top": min(PAGE, top - len(rows)), "skip": skip + len(rows)}
        try:
            answer = await call.ask(call.arguments.operation.id, **given, **page)
        except ReplyError as error:
            if not rows:
                raise
            call.notes.append(f"Only a part was read: {error}")
            break
        rows += rows_of(answer)
        more = more_after(answer)
    return {"items": rows, "hasMore": more}


async def once_each(call: Call, answer: Any) -> Any:
    """Drops doubles: rows repeat where the list changed between two pages."""
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        return answer
    seen: set[str] = set()
    kept = []
    for row in answer["items"]:
        id = row.get("id") if isinstance(row, dict) else None
        # As text: an id that is no id, such as a list, must not fail here.
        if id is None or str(id) not in seen:
            kept.append(row)
            seen.add(str(id))
    return {**answer, "items": kept}


async def only_exact_matches(call: Call, answer: Any) -> Any:
    """Keeps the rows that are of the address or profile asked for, and searches again where Reply sent only others."""
    email, profile = call.arguments.email, call.arguments.linked_in
    tests: list[Callable[[dict[str, Any]], bool]] = []
    if email:
        tests.append(has_email(email))
    if profile:
        tests.append(has_profile(profile))
    rows = rows_of(answer)
    if not tests or not (rows or profile):
        return answer
    exact = [row for row in rows if all(test(row) for test in tests)]
    if not exact and profile and not rows:
        exact = await _search(call, _last_part(profile), lambda row: all(test(row) for test in tests))
    elif not exact:
        found = await find_contacts(call, email=email or None, profile=profile or None)
        exact = [row for row in found if all(test(row) for test in tests)]
    return {"items": exact, "hasMore": False}


async def without_false_memberships(call: Call, answer: Any) -> Any:
    """Drops `sequences` and `lists` from rows: Reply sends them undocumented and does not fill them, so that people in
    a sequence would read as in none."""
    for row in rows_of(answer):
        row.pop("sequences", None)
        row.pop("lists", None)
    return answer


async def no_time_rules(call: Call) -> None:
    """Refuses rules and sorting by date, which Reply takes and ignores."""
    for rule in call.arguments.rules or ():
        if _DATED.search(rule.property) or rule.property.casefold().endswith("date"):
            raise NotDone(
                f"Nothing was sent: Reply ignores rules on dates ({rule.property}) and would answer with everyone. "
                'Leave the rule out and compare the column "added".'
            )
        if _DATING.search(rule.condition):
            call.notes.append(f"Reply is known to ignore conditions on time ({rule.condition}): check the rows.")
    if (call.arguments.sort_by or "").casefold() in ("createdat", "lastmodifiedat"):
        raise NotDone(f"Nothing was sent: {call.arguments.sort_by} is empty on every contact; sort by addingDate.")


async def check_filter_target_exists(call: Call, answer: Any) -> Any:
    """Nobody is also what Reply answers for a list or a sequence that is not there: reads these then."""
    places = (
        ("list", "list_id", "GetContactListById", "reply_search_lists"),
        ("sequence", "sequence_id", "GetSequenceById", "reply_search_sequences"),
    )
    for noun, argument, operation, finder in places:
        id = getattr(call.arguments, argument)
        if rows_of(answer) or id is None:
            continue
        try:
            await call.ask(operation, id=id)
        except ApiError as refusal:
            if refusal.status in (400, 404) and refusal.code:
                raise NotDone(f"There is no {noun} {id} that this key can see. {finder} finds ids by name.") from None
        except ReplyError:
            continue  # whether it is there stays open; that nobody was found does not
    return answer


def named(contact: Any) -> str:
    """A contact as people know it: `Jane Doe <jane@acme.com> (90514382)`."""
    row = contact if isinstance(contact, dict) else {}
    name = " ".join(str(row[key]) for key in ("firstName", "lastName") if row.get(key))
    email = f"<{row['email']}>" if row.get("email") else ""
    label = " ".join(part for part in (name, email) if part) or "contact"
    return f"{label} ({row.get('id', '?')})"


async def people(call: Call, ids: Iterable[Any], most: int = 3) -> str:
    """The first few of these contacts by name and the number of the others; at most `most` requests."""
    all_ids = list(ids)
    known = []
    for id in all_ids[:most]:
        try:
            known.append(named(await call.ask("GetContactById", id=id)))
        except ApiError as refusal:
            known.append(f"{id} (not found)" if refusal.status == 404 else str(id))
    rest = len(all_ids) - len(known)
    return ", ".join(known) + (f" and {rest} more" if rest else "")

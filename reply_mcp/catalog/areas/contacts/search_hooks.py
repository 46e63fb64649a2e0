"""Searching for contacts: exact matches alone, in pages that Reply answers in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.lookups.contacts import (
    PAGE,
    matches_email,
    matches_profile,
    profile_name,
    search_contacts,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.own_answers import leave_out
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import FilterContacts, GetContacts


async def read_in_small_pages(call: Call[GetContacts] | Call[FilterContacts]) -> Any:
    """Reads a big page as several of 200, which Reply answers in time."""
    top, skip = call.arguments.top, call.arguments.skip or 0
    if top is None or top <= PAGE + 1:  # with the last row of the page before
        return await call.send()
    given = {key: value for key, value in call.arguments.wire().items() if key not in ("top", "skip")}
    pages = Pages(call, call.arguments.operation.id, "the contacts", given, size=PAGE, begin=skip)
    while pages.more and len(pages.rows) < top:
        try:
            await pages.read(top - len(pages.rows))
        except ReplyError as error:
            if not pages.rows:
                raise
            call.notes.append(f"Only a part was read: {error}")
            break
    if not pages.joined:
        call.notes.append(pages.moved)
    return {"items": pages.rows, "hasMore": pages.more}


async def keep_exact_matches(call: Call[GetContacts], answer: Any) -> Any:
    """Keeps the rows with the given address or profile, and searches for it where Reply sent only others, or nobody for
    a profile; up to three more requests."""
    email, profile = call.arguments.email, call.arguments.linked_in
    tests: list[Callable[[dict[str, Any]], bool]] = []
    if email:
        tests.append(matches_email(email))
    if profile:
        tests.append(matches_profile(profile))
    rows = rows_of(answer)
    if not tests or not (rows or profile):
        return answer
    exact = [row for row in rows if all(test(row) for test in tests)]
    if not exact:
        term = email or profile_name(profile or "")
        exact = await search_contacts(call, term, lambda row: all(test(row) for test in tests))
    return {"items": exact, "hasMore": False}


async def drop_false_memberships(call: Call[GetContacts] | Call[FilterContacts], answer: Any) -> Any:
    """Drops `sequences` and `lists` from rows: Reply sends them undocumented and does not fill them, so that people in
    a sequence would read as in none."""
    for row in rows_of(answer):
        leave_out(row, "sequences", "lists")
    return answer


async def check_filter_target_exists(call: Call[FilterContacts], answer: Any) -> Any:
    """Reads the list or the sequence where nobody was found, which is also what Reply answers for a missing one.

    Raises:
        NotDone: where it does not exist.
    """
    places = (
        ("list", "list_id", "GetContactListById", "reply_search_lists"),
        ("sequence", "sequence_id", "GetSequenceById", "reply_search_sequences"),
    )
    if rows_of(answer):
        return answer
    if call.arguments.search_term:
        call.notes.append("searchTerm matches parts of names and addresses; country, title and other fields: rules.")
    for noun, argument, operation, finder in places:
        id = getattr(call.arguments, argument)
        if id is None:
            continue
        try:
            await call.ask(operation, id=id)
        except ApiError as refusal:
            if refusal.status in (400, 404) and refusal.code:
                raise NotDone(f"There is no {noun} {id} that this key can see. {finder} finds ids by name.") from None
        except ReplyError:
            continue  # nobody was found, whether or not it exists
    return answer

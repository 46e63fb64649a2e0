"""Threads and open tasks by the person they are with: "answer Maria's mail", "complete the call with Kenji"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.contacts import find_contacts_by_text
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.errors import NotDone
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import join
from reply_mcp.text.names import plain_words, spell_out
from reply_mcp.text.times import format_day, instant

_PAGE = 200
_MOST_CONTACTS = 20

Found = tuple[list[dict[str, Any]], list[dict[str, Any]]]


async def find_threads(call: Call, text: str) -> Found:
    """The inbox's threads with the person of this name, address or profile; a first or last name is enough where one
    thread alone is with such a person. One request where the search of the inbox finds them, else up to six more.

    Raises:
        NotDone: where more threads match than are read, so that the one that is meant is not known.
    """
    answer = await call.ask("FilterInboxThreads", search=text, top=_PAGE)
    found = _with_person(rows_of(answer), text)
    if found and not more_after(answer):
        return found, []
    ids = await _contacts(call, text)
    if ids:
        theirs = await call.ask("FilterInboxThreads", contactIds=ids, top=_PAGE)
        return [row for row in rows_of(theirs) if object_at(row, "contact").get("id") in ids], []
    if more_after(answer):
        _raise_too_many("threads", text, "reply_get_inbox_emails with search")
    return [], []


async def find_open_tasks(call: Call, text: str) -> Found:
    """The open tasks for the person of this name, address or profile; a first or last name is enough where one task
    alone is for such a person. One request for up to 200 open tasks, else up to five more and one for each contact
    of this name.

    Raises:
        NotDone: where there are more open tasks, and no contact has exactly this name.
    """
    answer = await read_once(call, "FilterTasks", status="new", top=_PAGE)
    if not more_after(answer):
        return _with_person(rows_of(answer), text), []
    ids = await _contacts(call, text)
    if not ids:
        _raise_too_many("open tasks", text, "reply_list_my_tasks")
    found = []
    for id in ids:
        found += rows_of(await call.ask("FilterTasks", status="new", contactId=id, top=_PAGE))
    return found, []


def describe_thread(thread: dict[str, Any]) -> str:
    """A thread with what tells it from another: `412600353 Dana Fox <dana@initech.com>, email, Q4 Outbound, unread,
    last active 2026-03-02`."""
    day = instant(thread.get("lastActivityDate"))
    facts = [
        f"{thread.get('id')} {_person(thread)}",
        spell_out(str(thread.get("channel") or "")),
        inline(str(object_at(thread, "sequence").get("name") or ""), 60),
        "unread" if thread.get("isRead") is False else "",
        f"last active {format_day(day)}" if day else "",
    ]
    return join(filter(None, facts))


def describe_task(task: dict[str, Any]) -> str:
    """A task with what tells it from another: `3310079 Kenji Sato, call, due 2026-03-04`."""
    day = instant(task.get("dueTo"))
    facts = [
        f"{task.get('id')} {_person(task)}",
        spell_out(str(task.get("taskType") or "")),
        f"due {format_day(day)}" if day else "",
    ]
    return join(filter(None, facts))


def _person(row: dict[str, Any]) -> str:
    contact = object_at(row, "contact")
    name, address = inline(str(contact.get("fullName") or ""), 80), inline(str(contact.get("email") or ""), 100)
    return f"{name} <{address}>" if name and address else name or address


def _with_person(rows: Sequence[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The rows whose contact has exactly this name, address or profile; where there are none, those whose name has all
    of its words but for one that says what kind of task it is: `Kenji call`."""
    wanted = plain_words(text)
    exactly = [row for row in rows if wanted in _identities(object_at(row, "contact"))]
    return exactly or [row for row in rows if _is_named(row, set(wanted.split()))]


def _is_named(row: dict[str, Any], words: set[str]) -> bool:
    name = set(plain_words(str(object_at(row, "contact").get("fullName") or "")).split())
    kind = set(spell_out(str(row.get("taskType") or "")).casefold().split())
    return bool(words & name) and words <= name | kind


def _identities(contact: dict[str, Any]) -> list[str]:
    keys = ("fullName", "email", "linkedInUrl", "linkedInProfileUrl")
    return [plain_words(str(contact[key])) for key in keys if contact.get(key)]


async def _contacts(call: Call, text: str) -> list[Any]:
    """The ids of the contacts with exactly this name, address or profile."""
    found = await find_contacts_by_text(call, text)
    return [row["id"] for row in found if row.get("id") is not None][:_MOST_CONTACTS]


def _raise_too_many(what: str, text: str, finder: str) -> None:
    raise NotDone(
        f'Nothing was done: there are more than {_PAGE} {what} to look through for "{inline(text)}", so which one is '
        f"meant is not known. Give the person's full name or address, or the id: {finder} finds it."
    )

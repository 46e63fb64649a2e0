"""One person at a glance: who, lists, sequences, last activity, last message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.blacklist import read_blacklist_for
from reply_mcp.catalog.lookups.sequences import NOT_RUNNING, THERE, may_be_written_to, status_of
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.catalog.views import Brief
from reply_mcp.condense.values import show, words
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import join, list_some, plural
from reply_mcp.text.times import format_day, format_minute, format_time, instant, zone_name
from reply_mcp.workflows.pieces.last_inbound_message import last_inbound_message
from reply_mcp.workflows.pieces.partial_reads import (
    PartialReads,
    brief,
    short_name,
)

MOST_REQUESTS = 13
_CHARACTERS = 900
_ACTIVITIES = 30
_MOST_LISTS = 6
_MOST_SEQUENCES = 5
_MOST_THREADS = 3
_THREADS = 25
_MOST_KINDS = 5
_DULL = ("emaildelivered",)
_FLAGS = {"tocall": "to call", "called": "called", "meetingbooked": "meeting booked"}


async def read_person(call: Call) -> dict[str, Any]:
    """Reads the person, then at once what belongs to them, then their latest threads."""
    with call.at_most(MOST_REQUESTS):
        return await _read_person(call)


async def _read_person(call: Call) -> dict[str, Any]:
    id = call.arguments.contact
    contact = await read_record(call, "GetContactById", id=id)
    parts = PartialReads(call)
    address = str(contact.get("email") or "")
    _, blocked, lists, sequences, activities, threads = await concurrently(
        add_names_of("owner")(call, contact),
        _blocked(call, parts, address),
        parts.rows("lists", "GetContactListsForContact", id=id),
        parts.rows("sequences", "GetContactSequences", id=id),
        parts.page("activities", "GetContactActivities", id=id, top=_ACTIVITIES),
        parts.page("threads", "GetContactInboxThreads", id=id, top=_THREADS),
    )
    latest, thread = await _latest_thread(parts, rows_of(threads))
    stopped = await _read_stopped(parts, sequences or [])
    return brief(
        _format_person(contact),
        _format_standing(contact, blocked),
        "".join(f"{line}. " for line in (_format_lists(lists), _format_custom_fields(contact)) if line),
        {"text": "Notes:", "outside": html_to_text(str(contact["notes"]))} if contact.get("notes") else "",
        format_sequences(sequences, stopped),
        format_activities(activities),
        _format_thread(threads, latest, thread),
        parts.describe_missing(),
    )


async def _read_stopped(parts: PartialReads, places: list[dict[str, Any]]) -> dict[str, str]:
    """Why nothing is sent from a sequence, `new`, `paused` or `archived`, by its id; one request where the person is
    active in any."""
    ids = {str(row.get("sequenceId")) for row in places if may_be_written_to(row)}
    page = await parts.page("whether their sequences run", "GetSequences", **THERE) if ids else None
    if page is None:
        return {}
    states = {str(row.get("id")): status_of(row) for row in rows_of(page)}
    found = {id: state for id, state in states.items() if id in ids and state in NOT_RUNNING}
    return found if more_after(page) else {**dict.fromkeys(ids - states.keys(), "archived"), **found}


def _format_person(contact: dict[str, Any]) -> str:
    name = " ".join(short_name(contact[key]) for key in ("firstName", "lastName") if contact.get(key))
    address = short_name(contact.get("email") or contact.get("linkedInUrl"), 100)
    company = short_name(contact.get("company"))
    place = ", ".join(short_name(contact[key]) for key in ("city", "state", "country") if contact.get(key))
    people = show(contact.get("companySize"), "size")
    size = people and f"{people} {'person' if people == '1' else 'people'}"
    about = ", ".join(filter(None, [size, short_name(contact.get("industry")), place]))
    job = " at ".join(filter(None, [short_name(contact.get("title"), 60), company]))
    owner = contact.get("owner")
    texts = [f"{name or 'No name'} <{address}>" if address else name, job]
    owned = f", owner {short_name(owner.get('name'))} ({owner.get('id')})" if isinstance(owner, dict) else ""
    return f"{join(filter(None, texts))}{f' ({about})' if about else ''}. Contact {contact.get('id')}{owned}."


async def _latest_thread(parts: PartialReads, threads: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, Any]:
    """The latest thread in which they have written, and what was read of it; the very latest where they have written in
    none of the first three. The list does not say who wrote in a thread."""
    rows = sorted(threads, key=lambda row: str(row.get("lastActivityDate") or ""), reverse=True)
    first: tuple[dict[str, Any] | None, Any] = (None, None)
    for row in rows[:_MOST_THREADS]:
        thread = await parts.read(f"thread {row.get('id')}", "GetInboxThread", id=row.get("id"))
        if first[0] is None:
            first = row, thread
        if last_inbound_message(thread, _CHARACTERS) is not None:
            return row, thread
    return first


async def _blocked(call: Call, parts: PartialReads, address: str) -> str:
    """The blacklist rule for their address, `domain rival.com (rule 12)`; three requests."""
    if "@" not in address:
        return ""
    try:
        rules = await read_blacklist_for(call, address)
    except ReplyError as error:
        parts.add_missing("the blacklist", error)
        return ""
    if not rules.complete:
        parts.missing["the whole blacklist"] = "too many rules alike"
    return rules.rule_for(address)


def _format_standing(contact: dict[str, Any], blocked: str) -> str:
    """Opt-out, blacklist, call and meeting status, phone, time zone."""
    texts = ["OPTED OUT: no outreach is sent"] if contact.get("isOptedOut") else []
    texts += [f"BLACKLISTED by {blocked}"] if blocked else []
    flags = (_FLAGS.get(str(contact.get(key) or "").casefold()) for key in ("callStatus", "meetingStatus"))
    texts += [flag for flag in flags if flag]
    texts += [f"phone {short_name(contact['phone'])}"] if contact.get("phone") else []
    texts += [f"their time zone {short_name(contact['timeZoneId'])}"] if contact.get("timeZoneId") else []
    text = "; ".join(texts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _format_lists(lists: list[dict[str, Any]] | None) -> str:
    if lists is None:
        return ""
    named = list_some((f"{short_name(row.get('name'))} ({row.get('id')})" for row in lists), _MOST_LISTS)
    return f"Lists: {named}" if named else "On no list"


def _format_custom_fields(contact: dict[str, Any]) -> str:
    fields = [one for one in rows_of(contact.get("customFields")) if one.get("value")]
    return f"{plural(len(fields), 'custom field')} (reply_get_contact)" if fields else ""


def format_sequences(sequences: list[dict[str, Any]] | None, stopped: Mapping[str, str] | None = None) -> str:
    """Their status in each sequence, active ones first, then the latest; where they are active in one that sends
    nothing, as `stopped` has it, that."""
    if sequences is None:
        return ""
    if not sequences:
        return "In no sequence."
    rows = sorted(sequences, key=lambda row: str(row.get("addingDate") or ""), reverse=True)
    rows.sort(key=lambda row: str(row.get("statusInSequence") or "").casefold() != "active")
    texts = []
    for row in rows:
        step = short_name(object_at(row, "currentStep").get("displayName"))
        status = words(str(row.get("statusInSequence") or "state unknown"))
        at = f" at step {step}" if step and step.casefold() != "finished" else ""
        since = instant(row.get("addingDate"))
        added = f", added {format_day(since)}" if since else ""
        state = (stopped or {}).get(str(row.get("sequenceId"))) if may_be_written_to(row) else None
        but = f", but it is {state}: nothing is sent" if state else ""
        texts.append(f"{short_name(row.get('sequenceName'))} ({row.get('sequenceId')}) {status}{at}{added}{but}")
    return f"Sequences: {list_some(texts, _MOST_SEQUENCES, between='; ')}."


def format_activities(answer: Any) -> str:
    """The latest activity of each kind: what, when, in which sequence."""
    if answer is None:
        return ""
    latest: dict[str, dict[str, Any]] = {}
    rows = rows_of(answer)
    for row in sorted(rows, key=lambda row: str(row.get("date") or ""), reverse=True):
        kind = str(row.get("activityType") or "")
        if kind and kind.casefold() not in _DULL:
            latest.setdefault(kind, row)
    more = more_after(answer)
    if not latest and (rows or more):
        return "Nothing but deliveries of emails so far: reply_get_contact_activity."
    if not latest:
        return "Nothing has happened with them yet."
    texts = []
    for kind, row in latest.items():
        where = short_name(object_at(row, "content").get("sequenceName"))
        when = format_minute(at) if (at := instant(row.get("date"))) else ""
        texts.append(" ".join(filter(None, [words(kind), when, f"({where})" if where else ""])))
    of_which = f" among the latest {len(rows)}" if more else ""
    listed = list_some(texts, _MOST_KINDS, between="; ")
    return f"Last of each kind{of_which} ({zone_name()}): {listed}. All: reply_get_contact_activity."


def _format_thread(answer: Any, latest: dict[str, Any] | None, thread: Any) -> Any:
    if answer is None:
        return ""
    threads = rows_of(answer)
    if latest is None:
        return "No conversation yet."
    channel = "LinkedIn" if str(latest.get("channel") or "").casefold() == "linkedin" else "email"
    category = short_name(object_at(latest, "category").get("name"))
    facts = [channel, category, "unread" if latest.get("isRead") is False else ""]
    subject = f' "{inline(str(latest["subject"]), 80)}"' if latest.get("subject") else ""
    older = " and older ones" if more_after(answer) else ""
    others = f" Other threads: {', '.join(str(row.get('id')) for row in threads if row is not latest)}{older}."
    head = f"Latest thread {latest.get('id')} ({join(filter(None, facts))}){subject}"
    rest = others if len(threads) > 1 else ""
    found = last_inbound_message(thread, _CHARACTERS)
    if found is None:
        return f"{head}: they have not written in it.{rest}" if thread is not None else f"{head}.{rest}"
    when = f" on {format_time(found.at)}" if found.at else ""
    answered = f", {plural(found.after, 'message')} of ours since" if found.after else ", not answered yet"
    more = f", {found.left_out} more characters in reply_get_thread" if found.left_out else ""
    more += f", cut: {found.cut}" if found.cut else ""
    return {"text": f"{head}.{rest} Their last message{when}{answered}{more}:", "outside": found.text}


async def _no_contact(call: Call, refusal: ApiError) -> str | None:
    if refusal.status != 404 or not refusal.code:
        return None
    return (
        f"404 {refusal.code}: there is no contact {call.arguments.contact} that this key can see. "
        "reply_search_contacts finds ids by email."
    )


@workflow(
    area,
    "GetContactById",
    "WhoamiTeamUsers",
    "GetBlacklistDomainRules",
    "GetBlacklistEmailRules",
    "GetBlacklistEmailExceptionRules",
    "GetContactListsForContact",
    "GetContactSequences",
    "GetSequences",
    "GetContactActivities",
    "GetContactInboxThreads",
    "GetInboxThread",
    scope="contacts:read",
    tool="reply_contact_brief",
    core=True,
    effect=Effect.READ,
    view=Brief(),
    run=read_person,
    explain=[_no_contact],
    also=[
        "who is",
        "everything about a lead",
        "prospect summary",
        "prepare for a call",
        "person",
        "profile",
        "dossier",
    ],
)
class ContactBrief(Arguments):
    """One person: who, blacklist, lists, sequences, last activity, last message. At most 13 requests; by name 1 to 4
    more."""

    contact: Local[ContactId]

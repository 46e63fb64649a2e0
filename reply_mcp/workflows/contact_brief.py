"""One person at a glance: who, lists, sequences, what happened last, and what they said."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Any

from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.arguments.times import instant
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.lookups.blacklist import read_blacklist_for
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local, workflow
from reply_mcp.catalog.views import Brief
from reply_mcp.condense.values import words
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.cleaning import one_line
from reply_mcp.workflows.last_inbound_message import last_words
from reply_mcp.workflows.partial_reads import (
    Parts,
    brief,
    called,
    counted,
    moment,
    object_at,
)

_CHARACTERS = 900
_ACTIVITIES = 30
_MOST_LISTS = 6
_MOST_SEQUENCES = 5
_MOST_THREADS = 3
_DULL = ("emaildelivered",)
_SIZES = {
    "selfemployed": "one person",
    "ten": "up to 10 people",
    "fifty": "up to 50 people",
    "twohundred": "up to 200 people",
    "fivehundred": "up to 500 people",
    "onethousand": "up to 1,000 people",
    "fivethousand": "up to 5,000 people",
    "tenthousand": "up to 10,000 people",
    "overtenthousand": "over 10,000 people",
}
_FLAGS = {"tocall": "to call", "called": "called", "meetingbooked": "meeting booked"}


async def person(call: Call) -> dict[str, Any]:
    """Reads the person, then what is around them at once, then their latest threads: at most twelve requests."""
    id = call.arguments.contact
    contact = await call.ask("GetContactById", id=id)
    contact = contact if isinstance(contact, dict) else {}
    parts = Parts(call)
    address = str(contact.get("email") or "")
    _, blocked, lists, sequences, activities, threads = await asyncio.gather(
        add_names_of("owner")(call, contact),
        _blocked(call, parts, address),
        parts.rows("lists", "GetContactListsForContact", id=id),
        parts.rows("sequences", "GetContactSequences", id=id),
        parts.rows("activities", "GetContactActivities", id=id, top=_ACTIVITIES),
        parts.rows("threads", "GetContactInboxThreads", id=id, top=25),
    )
    latest, thread = await _latest_words(parts, threads or [])
    return brief(
        _who(contact),
        _standing(contact, blocked),
        "".join(f"{said}. " for said in (_lists_said(lists), _fields_said(contact)) if said),
        {"text": "Notes:", "outside": contact["notes"]} if contact.get("notes") else "",
        sequences_said(sequences),
        activities_said(activities),
        _thread_said(threads, latest, thread),
        parts.told(),
    )


def _who(contact: dict[str, Any]) -> str:
    name = " ".join(called(contact[key]) for key in ("firstName", "lastName") if contact.get(key))
    address = called(contact.get("email") or contact.get("linkedInUrl"), 100)
    company = called(contact.get("company"))
    place = ", ".join(called(contact[key]) for key in ("city", "state", "country") if contact.get(key))
    size = _SIZES.get(str(contact.get("companySize") or "").casefold(), "")
    about = ", ".join(filter(None, [size, called(contact.get("industry")), place]))
    job = " at ".join(filter(None, [called(contact.get("title"), 60), company]))
    owner = contact.get("owner")
    said = [f"{name or 'No name'} <{address}>" if address else name, job]
    theirs = f", owner {called(owner.get('name'))} ({owner.get('id')})" if isinstance(owner, dict) else ""
    return f"{', '.join(filter(None, said))}{f' ({about})' if about else ''}. Contact {contact.get('id')}{theirs}."


async def _latest_words(parts: Parts, threads: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, Any]:
    """The latest thread in which they have written, and what was read of it; the very latest where they have in none
    of the first three. The list does not tell who wrote in a thread, and several may have moved at once."""
    rows = sorted(threads, key=lambda row: str(row.get("lastActivityDate") or ""), reverse=True)
    first: tuple[dict[str, Any] | None, Any] = (None, None)
    for row in rows[:_MOST_THREADS]:
        thread = await parts.read(f"thread {row.get('id')}", "GetInboxThread", id=row.get("id"))
        if first[0] is None:
            first = row, thread
        if last_words(thread, _CHARACTERS) is not None:
            return row, thread
    return first


async def _blocked(call: Call, parts: Parts, address: str) -> str:
    """The blacklist's rule over their address, `domain rival.com (rule 12)`; three requests."""
    if "@" not in address:
        return ""
    try:
        rules = await read_blacklist_for(call, address)
    except ReplyError as error:
        parts.miss("the blacklist", error)
        return ""
    if not rules.complete:
        parts.missing["the whole blacklist"] = "too many rules alike"
    return rules.rule_for(address)


def _standing(contact: dict[str, Any], blocked: str) -> str:
    """What forbids or asks for something: opt-out, blacklist, call and meeting; and the phone."""
    said = ["OPTED OUT: no outreach is sent"] if contact.get("isOptedOut") else []
    said += [f"BLACKLISTED by {blocked}"] if blocked else []
    flags = (_FLAGS.get(str(contact.get(key) or "").casefold()) for key in ("callStatus", "meetingStatus"))
    said += [flag for flag in flags if flag]
    said += [f"phone {called(contact['phone'])}"] if contact.get("phone") else []
    said += [f"their time zone {called(contact['timeZoneId'])}"] if contact.get("timeZoneId") else []
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _lists_said(lists: list[dict[str, Any]] | None) -> str:
    if lists is None:
        return ""
    named = ", ".join(f"{called(row.get('name'))} ({row.get('id')})" for row in lists[:_MOST_LISTS])
    rest = f" and {len(lists) - _MOST_LISTS} more" if len(lists) > _MOST_LISTS else ""
    return f"Lists: {named}{rest}" if named else "On no list"


def _fields_said(contact: dict[str, Any]) -> str:
    fields = [one for one in contact.get("customFields") or () if isinstance(one, dict) and one.get("value")]
    return f"{counted(len(fields), 'custom field')} (reply_get_contact)" if fields else ""


def sequences_said(sequences: list[dict[str, Any]] | None) -> str:
    """Where they stand in each sequence, active ones first, then the latest."""
    if sequences is None:
        return ""
    if not sequences:
        return "In no sequence."
    rows = sorted(sequences, key=lambda row: str(row.get("addingDate") or ""), reverse=True)
    rows.sort(key=lambda row: str(row.get("statusInSequence") or "").casefold() != "active")
    said = []
    for row in rows[:_MOST_SEQUENCES]:
        step = called(object_at(row, "currentStep").get("displayName"))
        status = words(str(row.get("statusInSequence") or "state unknown"))
        at = f" at step {step}" if step and step.casefold() != "finished" else ""
        since = instant(row.get("addingDate"))
        added = f", added {since.astimezone(UTC):%Y-%m-%d}" if since else ""
        said.append(f"{called(row.get('sequenceName'))} ({row.get('sequenceId')}) {status}{at}{added}")
    rest = f"; {len(rows) - _MOST_SEQUENCES} more" if len(rows) > _MOST_SEQUENCES else ""
    return f"Sequences: {'; '.join(said)}{rest}."


def activities_said(activities: list[dict[str, Any]] | None) -> str:
    """The latest happenings, one of each kind: when, what, in which sequence."""
    if activities is None:
        return ""
    latest: dict[str, dict[str, Any]] = {}
    for row in sorted(activities, key=lambda row: str(row.get("date") or ""), reverse=True):
        kind = str(row.get("activityType") or "")
        if kind and kind.casefold() not in _DULL:
            latest.setdefault(kind, row)
    if not latest:
        return "Nothing has happened with them yet."
    said = []
    for kind, row in list(latest.items())[:5]:
        content = row.get("content")
        where = called(content.get("sequenceName")) if isinstance(content, dict) else ""
        when = moment(instant(row.get("date"))).removesuffix(" UTC")
        said.append(" ".join(filter(None, [words(kind), when, f"({where})" if where else ""])))
    return f"Last of each kind (UTC): {'; '.join(said)}. All: reply_get_contact_activity."


def _thread_said(threads: list[dict[str, Any]] | None, latest: dict[str, Any] | None, thread: Any) -> Any:
    if threads is None:
        return ""
    if latest is None:
        return "No conversation yet."
    channel = "LinkedIn" if str(latest.get("channel") or "").casefold() == "linkedin" else "e-mail"
    category = called(object_at(latest, "category").get("name"))
    facts = [channel, category, "unread" if latest.get("isRead") is False else ""]
    subject = f' "{one_line(str(latest["subject"]), 80)}"' if latest.get("subject") else ""
    others = f" Other threads: {', '.join(str(row.get('id')) for row in threads if row is not latest)}."
    head = f"Latest thread {latest.get('id')} ({', '.join(filter(None, facts))}){subject}"
    rest = others if len(threads) > 1 else ""
    found = last_words(thread, _CHARACTERS)
    if found is None:
        return f"{head}: they have not written in it.{rest}" if thread is not None else f"{head}.{rest}"
    when = f" on {moment(found.at)}" if found.at else ""
    answered = f", {counted(found.after, 'message')} of ours since" if found.after else ", not answered yet"
    more = f", {found.left_out} more characters in reply_get_thread" if found.left_out else ""
    more += f", cut: {found.cut}" if found.cut else ""
    return {"text": f"{head}.{rest} They wrote last{when}{answered}{more}:", "outside": found.text}


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
    "GetContactActivities",
    "GetContactInboxThreads",
    "GetInboxThread",
    scope="contacts:read",
    tool="reply_contact_brief",
    core=True,
    effect=Effect.READ,
    view=Brief(),
    run=person,
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
    """One person: who, blacklist, lists, sequences, last activity, what they wrote last. At most 12 requests; by name
    or email 1 to 4 more."""

    contact: Local[ContactId]

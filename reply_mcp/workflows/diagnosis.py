"""Why a sequence isn't sending, the likeliest cause first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.schedules.hooks import hours_in_words
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.lookups.blacklist import read_blacklist
from reply_mcp.catalog.lookups.sending_hours import Holiday, holidays_of, next_opening
from reply_mcp.catalog.lookups.sequences import (
    NOT_RUNNING,
    PAGE,
    daily_limit,
    mailbox_address,
    read_sequence,
    sequence_not_found,
    status_of,
)
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.catalog.views import Brief
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.lists import join, plural
from reply_mcp.workflows.pieces.accounts_state import mailbox_trouble
from reply_mcp.workflows.pieces.diagnosis_rules import (
    SequenceSnapshot,
    find_causes,
    format_local_time,
    format_people,
)
from reply_mcp.workflows.pieces.partial_reads import (
    PartialReads,
    brief,
    short_name,
)

MOST_REQUESTS = 12
_CALENDARS = 2
_MAILBOXES_READ_WHOLE = 3


async def diagnose(call: Call) -> dict[str, Any]:
    """Reads the sequence, its senders, people, hours, days off and the blacklist, and lists what keeps it from
    sending."""
    with call.at_most(MOST_REQUESTS) as cap:
        return await _diagnose(call, cap)


async def _diagnose(call: Call, cap: RequestCap) -> dict[str, Any]:
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    parts = PartialReads(call)
    seen = SequenceSnapshot(id, sequence, datetime.now(UTC))
    seen.mailboxes, seen.linked_in, people, hours = await concurrently(
        _mailboxes(parts, seen),
        _linked_in(parts, seen),
        parts.page("its people", "GetSequenceContacts", id=id, top=PAGE),
        _schedule(parts, sequence),
    )
    seen.people = None if people is None else rows_of(people)
    seen.more_people = more_after(people)
    seen.schedule, seen.holidays = hours
    if addresses := [row["email"] for row in seen.active if row.get("email")]:
        try:
            seen.blacklist = await read_blacklist(call, addresses, most_pages=1)
        except ReplyError as error:
            parts.add_missing("the blacklist", error)
        else:
            if not seen.blacklist.complete:
                parts.missing["the rest of a long blacklist"] = "rules beyond the first thousand of a kind"
    await _read_locks(parts, seen, cap.left)
    return format_diagnosis(seen, parts)


async def _mailboxes(parts: PartialReads, seen: SequenceSnapshot) -> list[dict[str, Any]] | None:
    """Its mailboxes: a few of them each whole, since their list does not say whether a provider has locked one; else,
    and where one cannot be read, that list, which is one request; none where the sequence says that it has none."""
    if seen.sequence.get("emailAccounts") == []:
        return []
    own = rows_of(seen.sequence.get("emailAccounts"))
    if _sends_email(seen) and 0 < len(own) <= _MAILBOXES_READ_WHOLE:
        whole = await concurrently(*(_mailbox(parts, row.get("id")) for row in own))
        if all(whole):
            return whole
    return await parts.rows("its mailboxes", "GetSequenceEmailAccounts", id=seen.id)


async def _mailbox(parts: PartialReads, id: Any) -> dict[str, Any]:
    """A mailbox as lists have them, with whether its provider has locked it; {} where it cannot be read."""
    account = await PartialReads(parts.call).read("mailbox", "GetEmailAccount", id=id)
    if account is None:
        return {}
    return {**account, "email": mailbox_address(account), "dailyLimit": daily_limit(account)}


async def _linked_in(parts: PartialReads, seen: SequenceSnapshot) -> list[dict[str, Any]] | None:
    """Its LinkedIn accounts, which the sequence itself has with their states; else one request."""
    own = seen.sequence.get("linkedInAccounts")
    if isinstance(own, list) and all(row.get("status") for row in rows_of(own)):
        return rows_of(own)
    return await parts.rows("its LinkedIn accounts", "GetSequenceLinkedInAccounts", id=seen.id)


def _sends_email(seen: SequenceSnapshot) -> bool:
    return status_of(seen.sequence) == "active" and seen.on_channel("email")


async def _read_locks(parts: PartialReads, seen: SequenceSnapshot, most: int) -> None:
    """Adds whether its provider has locked a mailbox, where that is not known; a request each for the first `most`."""
    boxes = [row for row in seen.mailboxes or () if not mailbox_trouble(row) and "sendingLockedByProvider" not in row]
    if not _sends_email(seen):
        return
    whole = await concurrently(
        *(parts.read(f"mailbox {row.get('id')}", "GetEmailAccount", id=row.get("id")) for row in boxes[:most])
    )
    for row, account in zip(boxes, whole, strict=False):
        if account is not None:
            row["sendingLockedByProvider"] = account.get("sendingLockedByProvider")
    if len(boxes) > most:
        parts.missing["locks by providers"] = f"of {len(boxes) - most} mailboxes: reply_get_email_account"


async def _schedule(parts: PartialReads, sequence: dict[str, Any]) -> tuple[dict[str, Any] | None, list[Holiday]]:
    """The schedule and, where the sequence runs and it observes holidays, the days off of its first two calendars; at
    most four requests."""
    id = sequence.get("scheduleId")
    if id is None:
        return None, []
    schedule = await parts.read("its schedule", "GetSchedule", id=id)
    if schedule is None:
        return None, []
    if not schedule.get("excludeHolidays") or status_of(sequence) in NOT_RUNNING:
        return schedule, []
    links = await parts.rows("its holidays", "ListScheduleHolidayCalendars", id=id) or []
    if len(links) > _CALENDARS:
        parts.missing["its other holidays"] = f"{len(links) - _CALENDARS} of {len(links)} calendars"
    calendars = await concurrently(
        *(
            parts.read(f"holiday calendar {link.get('id')}", "GetHolidayCalendar", id=link.get("id"))
            for link in links[:_CALENDARS]
        )
    )
    return schedule, [day for calendar in calendars for day in holidays_of(calendar)]


def format_diagnosis(seen: SequenceSnapshot, parts: PartialReads) -> dict[str, Any]:
    """The causes, then the facts that were checked."""
    found = find_causes(seen)
    sequence = seen.sequence
    health = str(sequence.get("health") or "").casefold()
    status = status_of(sequence)
    name = f'"{short_name(sequence.get("name"), 80)}" ({seen.id}) is {status or "in a state that Reply does not give"}'
    name += f" (health in Reply: {health})" if health else ""
    if not found:
        least = " in what could be read" if parts.missing else ""
        title = f"{name}. Nothing is wrong{least}."
        unexplained = health not in ("", "healthy") and "Nothing here shows why its health is not better."
        return brief(title, unexplained, _patience(seen), _format_checked(seen, []), parts.describe_missing())
    several = f"{len(found)} things hold it up, the likeliest cause first:"
    title = f"{name}. {several if len(found) > 1 else 'One thing holds it up:'}"
    numbered = [f"{place}. {cause}" for place, cause in enumerate(found, 1)]
    return brief(title, *numbered, _format_checked(seen, found), parts.describe_missing())


def _patience(seen: SequenceSnapshot) -> str:
    """What delays single emails although nothing is wrong."""
    delays = [step.get("delayInMinutes") for step in seen.steps]
    longest = max((delay for delay in delays if isinstance(delay, int | float)), default=0)
    days = f"up to {longest / 1440:.3g} days pass between steps" if longest >= 1440 else "steps follow soon"
    active = f"{plural(len(seen.active), 'person', 'people')} still active" if seen.people is not None else ""
    return f"It sends as people's steps fall due: {join(filter(None, [active, days]))}."


def _format_checked(seen: SequenceSnapshot, causes: list[str]) -> str:
    """The facts that were checked, on one line, but for those that a cause says already."""
    said = " ".join(causes).casefold()
    facts = [plural(len(seen.steps), "step")]
    if seen.people is not None and (people := format_people(seen)).casefold() not in said:
        facts.append(people)
    if seen.mailboxes:
        boxes = ", ".join(
            f"{short_name(row.get('email'), 60)} {row['dailyLimit']} a day"
            if row.get("dailyLimit") is not None
            else short_name(row.get("email"), 60)
            for row in seen.mailboxes[:3]
        )
        facts.append(f"{plural(len(seen.mailboxes), 'mailbox', 'mailboxes')} ({boxes})")
    settings = sequence_settings(seen.sequence)
    if settings:
        facts.append(settings)
    if seen.linked_in:
        facts.append(plural(len(seen.linked_in), "LinkedIn account"))
    if seen.schedule is not None:
        facts.append(_format_schedule(seen, seen.schedule, said))
    return f"Checked: {join(facts, '; ')}."


def sequence_settings(sequence: dict[str, Any]) -> str:
    """The sequence's own limits: `150 emails a day, 75 new people a day`."""
    settings = object_at(sequence, "settings")
    texts = [f"{settings['emailsCountPerDay']} emails a day"] if settings.get("emailsCountPerDay") is not None else []
    if settings.get("useDailyThrottling") and settings.get("dailyThrottling") is not None:
        texts.append(f"{settings['dailyThrottling']} new people a day")
    return ", ".join(texts)


def _format_schedule(seen: SequenceSnapshot, schedule: dict[str, Any], said: str) -> str:
    name = f'schedule "{short_name(schedule.get("name"))}", {hours_in_words(schedule.get("mainTimings")) or "no hours"}'
    if status_of(seen.sequence) in NOT_RUNNING:
        return f"{name} {short_name(schedule.get('timezoneId'))}"
    if schedule.get("useProspectTimezone"):
        return f"{name} in each contact's own time zone"
    stand = next_opening(schedule, seen.now, seen.holidays)
    unknown = "" if stand.zone_known else f" (zone {short_name(schedule.get('timezoneId'))} read as UTC)"
    state = "open now" if stand.open else f"opens {format_local_time(stand.next)}" if stand.next else "never open"
    state = "" if state.casefold() in said else f", {state}"
    return f"{name} {short_name(schedule.get('timezoneId'))}{state}{unknown}"


async def _missing(call: Call, refusal: ApiError) -> str | None:
    if refusal.status == 404 and refusal.code:
        return f"404 {refusal.code}: {sequence_not_found(call.arguments.id)}"
    return None


@workflow(
    area,
    "GetSequenceById",
    "GetSequenceEmailAccounts",
    "GetSequenceLinkedInAccounts",
    "GetSequenceContacts",
    "GetEmailAccount",
    "GetSchedule",
    "ListScheduleHolidayCalendars",
    "GetHolidayCalendar",
    "GetBlacklistDomainRules",
    "GetBlacklistEmailRules",
    "GetBlacklistEmailExceptionRules",
    scope="sequences:read",
    tool="reply_diagnose",
    core=True,
    effect=Effect.READ,
    view=Brief(),
    run=diagnose,
    explain=[_missing],
    also=["not sending", "stuck", "stalled", "blocked", "why no emails", "troubleshoot", "campaign health", "debug"],
)
class Diagnose(Arguments):
    """Why a sequence isn't sending: state, steps, senders, people, blacklist, hours; likeliest cause and fix first.
    At most 12 requests."""

    id: Local[SequenceId]

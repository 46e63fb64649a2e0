"""What a sequence sends once it runs, as the question before it says: to whom and how many today, from where, when, and
the first message in the words of its first reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.audience import Audience, count_of, due_by, name_people
from reply_mcp.catalog.lookups.first_message import describe_first_message, message_steps, sends
from reply_mcp.catalog.lookups.sending_hours import Opening, next_opening
from reply_mcp.catalog.lookups.sequences import daily_limit, describe_senders, mailbox_address
from reply_mcp.catalog.lookups.time_zones import iana_zone
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import read_rows, rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import quote
from reply_mcp.text.lists import list_some


@dataclass(slots=True)
class Forecast:
    """What the question says beside the people.

    Attributes:
        odd: what stands first, since it is not as one would expect.
        today: how many get something today at most.
        senders: `maria@ourco.com (60 a day), at most 150 a day`.
        when: `first at Monday 2026-11-30 09:00 Berlin time`.
        message: the first message, or "".
        needs_mailbox: whether it has email steps and no mailbox at all.
        facts: the texts, senders, limits and hours that consent is bound to.
    """

    odd: list[str] = field(default_factory=list)
    today: int = 0
    senders: str = ""
    when: str = ""
    message: str = ""
    needs_mailbox: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def lines(self, people: str) -> list[str]:
        """The lines of the question, `people` first."""
        rest = [f"from {self.senders}; {self.when}" if self.senders else self.when, self.message]
        return [f"- {line}" for line in filter(None, [people, *rest])]


def describe_audience(audience: Audience, forecast: Forecast) -> str:
    """`to 409 people, up to 6 of them today: Jane Doe <jane@acme.com>, … (all: …); not to 3 bounced`."""
    today = f"up to {forecast.today:,} of them today" if forecast.today else "nobody today"
    rest = " (all: reply_list_sequence_contacts)" if len(audience.going) > 3 or not audience.complete else ""
    left_out = audience.describe_left_out()
    return f"to {count_of(audience)}, {today}: {name_people(audience.going)}{rest}" + (
        f"; not to {left_out}" if left_out else ""
    )


def describe_nobody(title: str, audience: Audience) -> str:
    """Why a sequence of this title would send to nobody."""
    left_out = audience.describe_left_out()
    why = f"of its people none is left to write to ({left_out})" if left_out else "nobody is in it"
    return (
        f"Nothing was changed: {title} would send to nobody: {why}. reply_add_contact_to_sequence enrolls people; "
        "reply_change_status_in_sequence sets those who are in it active again."
    )


async def read_forecast(
    call: Call,
    sequence: dict[str, Any],
    people: Sequence[dict[str, Any]],
    *,
    enrolled: bool = True,
    start_step: Any = None,
    start_from: datetime | None = None,
) -> Forecast:
    """What the sequence sends to these people once it runs; up to three requests.

    Args:
        people: as `GetSequenceContacts` has them, or contacts who are to be enrolled.
        enrolled: whether they are in the sequence already.
        start_step: the step at which contacts begin who are to be enrolled.
        start_from: the earliest moment for these.
    """
    id, now = sequence.get("id"), datetime.now(UTC)
    forecast = Forecast()
    accounts = await _read_accounts(call, id)
    schedule = await read_schedule(call, sequence)
    steps = message_steps(sequence)
    kinds = {str(one.get("type")).casefold() for one in steps}
    forecast.senders = await _describe_senders(call, sequence, kinds)
    forecast.needs_mailbox = "email" in kinds and accounts == []
    if "email" in kinds and accounts is not None and all(_disconnected(one) for one in accounts):
        forecast.odd.append(
            "None of its mailboxes is connected: no email goes out until one is."
            if accounts
            else "It has no mailbox: no email goes out until it has one."
        )
    opening = _opening(schedule, max(now, start_from) if start_from else now)
    forecast.when = describe_opening(schedule, opening, now)
    if schedule and opening.next is None:
        forecast.odd.append("Its schedule has no hours in which it sends: nothing goes out.")
    if people:
        first = steps[0] if steps else {}
        end_of_day = _today_until(schedule, opening, now)
        due = [row for row in people if end_of_day and (due_by(row, first, end_of_day) if enrolled else True)]
        forecast.today = most_today(due, sequence, accounts, start_step)
        forecast.message, words = await describe_first_message(
            call, sequence, people[0], enrolled=enrolled, start_step=start_step
        )
        forecast.facts["first message"] = words
    forecast.facts |= sequence_facts(sequence, accounts, schedule)
    return forecast


def sequence_facts(sequence: dict[str, Any], accounts: Any, schedule: Any) -> dict[str, Any]:
    """Everything of a sequence that decides what is sent, when, and by whom: consent is bound to it."""
    hours = {key: value for key, value in schedule.items() if key not in ("isDefault", "name")} if schedule else None
    return {
        "sequence": sequence.get("id"),
        "texts": sorted(rows_of(sequence.get("steps")), key=lambda step: str(step.get("id"))),
        "settings": sequence.get("settings"),
        "senders": [
            [one.get("id"), mailbox_address(one), one.get("senderName"), daily_limit(one), one.get("connectionStatus")]
            for one in sorted(accounts or (), key=lambda one: str(one.get("id")))
        ],
        "linkedin": sorted(str(one.get("id")) for one in rows_of(sequence.get("linkedInAccounts"))),
        "schedule": [sequence.get("scheduleId"), hours],
    }


def most_today(
    due: Sequence[dict[str, Any]], sequence: dict[str, Any], accounts: list[dict[str, Any]] | None, start_step: Any
) -> int:
    """How many of these people get something today at most, by the limits of the mailboxes and of the sequence."""
    steps = message_steps(sequence)
    by_id = {str(step.get("id")): step for step in steps}
    mails = others = 0
    for row in due:
        at = row.get("currentStep")
        id = at.get("stepId") if isinstance(at, dict) else start_step
        step = by_id.get(str(id)) or (steps[0] if steps else {})
        kind = str(step.get("type") or "").casefold()
        mails += kind == "condition" or (kind == "email" and sends(step))
        others += kind != "email" and sends(step)
    return min(mails, *_email_limits(sequence, accounts)) + others if mails else others


def _email_limits(sequence: dict[str, Any], accounts: list[dict[str, Any]] | None) -> list[int]:
    limits = []
    if accounts is not None:
        each = [daily_limit(one) for one in accounts if not _disconnected(one)]
        if all(isinstance(limit, int) for limit in each):
            limits.append(sum(limit for limit in each if isinstance(limit, int)))
    settings = sequence.get("settings")
    own = settings.get("emailsCountPerDay") if isinstance(settings, dict) else None
    return [*limits, own] if isinstance(own, int) else limits or [10**9]


async def _read_accounts(call: Call, id: Any) -> list[dict[str, Any]] | None:
    """The linked mailboxes; None where the key may not read them."""
    try:
        return read_rows(await read_once(call, "GetSequenceEmailAccounts", id=id), "the mailboxes of the sequence")
    except ApiError:
        return None


async def read_schedule(call: Call, sequence: dict[str, Any]) -> dict[str, Any]:
    """The sequence's schedule, read once in a call; {} where it has none or it cannot be read."""
    id = sequence.get("scheduleId")
    if id is None:
        return {}
    try:
        schedule = await read_once(call, "GetSchedule", id=id)
    except ApiError:
        return {}
    return schedule if isinstance(schedule, dict) else {}


async def _describe_senders(call: Call, sequence: dict[str, Any], kinds: set[str]) -> str:
    """`maria@ourco.com (60 a day), at most 150 a day, and LinkedIn account Maria`: those that its
    kinds of steps need."""
    senders = []
    if "email" in kinds:
        senders.append(await describe_senders(call, sequence.get("id")) + _limit(sequence))
    if "linkedin" in kinds:
        names = [quote(str(one.get("name") or one.get("id")), 60) for one in rows_of(sequence.get("linkedInAccounts"))]
        senders.append(f"LinkedIn account {list_some(names, 3)}" if names else "no LinkedIn account")
    return ", and ".join(senders)


def _disconnected(account: dict[str, Any]) -> bool:
    return str(account.get("connectionStatus") or "").casefold() == "disconnected"


def _limit(sequence: dict[str, Any]) -> str:
    settings = sequence.get("settings")
    most = settings.get("emailsCountPerDay") if isinstance(settings, dict) else None
    return f", at most {most:,} a day" if isinstance(most, int) else ""


def _opening(schedule: dict[str, Any], moment: datetime) -> Opening:
    return next_opening(schedule, moment) if schedule else Opening(moment, True)


def _today_until(schedule: dict[str, Any], opening: Opening, now: datetime) -> datetime | None:
    """The end of today in the schedule's zone; None where nothing goes out today."""
    if opening.next is None:
        return None
    midnight = now.astimezone(opening.next.tzinfo).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1)
    return end if opening.next < end else None


def describe_opening(schedule: dict[str, Any], opening: Opening, now: datetime) -> str:
    """`first at Monday 2026-11-30 09:00 Berlin time`, or `from now on, within its hours (Berlin time)`."""
    if not schedule:
        return "when, its schedule decides, which could not be read"
    zone = zone_label(schedule)
    name = quote(str(schedule.get("name") or schedule.get("id")), 60)
    if opening.next is None:
        return f"schedule {name} has no open hours"
    theirs = ", in each person's own time zone where it is known" if schedule.get("useProspectTimezone") else ""
    holidays = ", holidays aside" if schedule.get("excludeHolidays") else ""
    if opening.open and opening.next <= now.astimezone(opening.next.tzinfo):
        return f"from now on, within its hours ({zone}){theirs}{holidays}"
    return f"first at {opening.next:%A %Y-%m-%d %H:%M} {zone}{theirs}{holidays}"


def zone_label(schedule: dict[str, Any]) -> str:
    """`Berlin time`, or `UTC`."""
    name = str(schedule.get("timezoneId") or "")
    try:
        iana = ZoneInfo(iana_zone(name) or name).key if name else "UTC"
    except (ValueError, OSError, KeyError):
        return f"UTC, since zone {quote(name, 40)} is not known"
    return "UTC" if iana.endswith("UTC") else f"{iana.rpartition('/')[2].replace('_', ' ')} time"

"""What a sequence sends once it runs, as the question before it says: to whom and how many today, from where, when, and
the first message in the words of its first reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.audience import Audience, count_of, name_people, short_name
from reply_mcp.catalog.lookups.due_times import (
    Openings,
    Start,
    delay_of,
    describe_hours,
    end_of_today,
    place_of,
    start_of,
)
from reply_mcp.catalog.lookups.first_message import (
    describe_first_message,
    message_steps,
    needs_beside_email,
    out_of_reach,
    reaches,
    sends,
    steps_from,
)
from reply_mcp.catalog.lookups.senders import (
    describe_copies,
    describe_profiles,
    mailbox_facts,
    read_linked_mailboxes,
)
from reply_mcp.catalog.lookups.sequences import daily_limit, describe_senders
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import join, list_some, plural, plural_of

Senders = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@dataclass(slots=True)
class Forecast:
    """What the question says beside the people.

    Attributes:
        odd: what stands first, since it is not as one would expect.
        today: how many get something today at most.
        in_own_zones: whether today's hours are those of each person's own time zone.
        senders: `maria@ourco.com (60 a day), at most 150 a day`.
        when: `first at Monday 2026-11-30 09:00 Berlin time`.
        message: the first message, or "".
        needs_mailbox: whether it has email steps and no mailbox at all.
        facts: the texts, senders, limits and hours that consent is bound to.
    """

    odd: list[str] = field(default_factory=list)
    today: int = 0
    in_own_zones: bool = False
    senders: str = ""
    when: str = ""
    message: str = ""
    needs_mailbox: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def lines(self, people: str) -> list[str]:
        """The lines of the question, `people` first."""
        return [f"- {line}" for line in filter(None, [people, self.describe_sending(), self.message])]

    def describe_sending(self) -> str:
        """`from maria@ourco.com (60 a day); first at Monday 2026-11-30 09:00 Berlin time`."""
        return f"from {self.senders}; {self.when}" if self.senders else self.when


def describe_audience(audience: Audience, forecast: Forecast) -> str:
    """`to 409 people, up to 6 of them today: Jane Doe <jane@acme.com>, … (all: …); not to 3 bounced`, and that more are
    in the sequence than were read."""
    today = describe_bound(forecast, " of them")
    rest = " (all: reply_list_sequence_contacts)" if len(audience.going) > 3 or not audience.complete else ""
    left_out = audience.describe_left_out()
    looked_at = len(audience.going) + sum(map(len, audience.left_out.values()))
    beyond = "" if audience.complete else f"; beyond these {looked_at:,}, added last, more are in it and not looked at"
    return (
        f"to {count_of(audience)}, {today}: {name_people(audience.going)}{rest}"
        f"{f'; not to {left_out}' if left_out else ''}{beyond}"
    )


def describe_bound(forecast: Forecast, whom: str = "") -> str:
    """`up to 6 of them today`, or `nobody today`; with whose hours that goes by where it is not the schedule's zone."""
    if not forecast.today:
        return "nobody today"
    return f"up to {forecast.today:,}{whom} today{_zones(forecast)}"


def _zones(forecast: Forecast) -> str:
    return " (by the hours in their own time zones)" if forecast.in_own_zones else ""


def describe_today(forecast: Forecast, people: int) -> str:
    """`up to 6 of them get something today`, or `nobody today`; of one person `today at the earliest`."""
    if people == 1 and forecast.today:
        return f"today at the earliest{_zones(forecast)}"
    return describe_bound(forecast, " of them get something")


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
    ignore_step_delay: bool = False,
    senders: Senders | None = None,
    copies: bool = True,
    message: bool = True,
) -> Forecast:
    """What the sequence sends to these people once it runs; up to four requests.

    Args:
        people: as `GetSequenceContacts` has them, or contacts who are to be enrolled.
        enrolled: whether they are in the sequence already.
        start_step: the step at which contacts begin who are to be enrolled.
        start_from: the earliest moment for these.
        ignore_step_delay: whether these get the first step without its delay.
        senders: gives the mailboxes that it is about to send from, of those that it has now.
        copies: whether the settings are read, which may copy all mail to somebody; not where one person goes on.
        message: whether the first message is read as the first of the people will read it; a request.
    """
    now = datetime.now(UTC)
    forecast = Forecast()
    accounts = await read_linked_mailboxes(call, sequence)
    schedule = await read_schedule(call, sequence)
    steps = message_steps(sequence)
    kinds = {str(one.get("type")).casefold() for one in steps}
    may_mail = "email" in kinds or not isinstance(sequence.get("steps"), list)
    forecast.senders = await _describe_senders(call, sequence, {*kinds, "email"} if may_mail else kinds)
    forecast.facts |= sequence_facts(sequence, accounts, schedule)
    accounts = accounts if senders is None or accounts is None else senders(accounts)
    forecast.needs_mailbox = "email" in kinds and accounts == []
    forecast.odd = _describe_missing_senders(sequence, kinds, accounts)
    if copies and may_mail and not forecast.needs_mailbox:
        copied, forecast.facts["account settings"] = await describe_copies(call)
        forecast.odd += copied
    starts = [start_of(row, steps, now) for row in people]
    if not enrolled:
        delay = 0 if ignore_step_delay else delay_of(steps_from(steps, start_step)[:1])
        starts = [Start(max(now, start_from or now) + timedelta(minutes=delay))] * len(people)
    forecast.when = describe_hours(sequence, schedule, now, starts)
    openings = Openings(schedule, now)
    if schedule and not any(map(openings.after, [*starts, Start(now)])):
        forecast.odd.append("Its schedule has no hours in which it sends: nothing goes out.")
    if people:
        forecast.in_own_zones = bool(schedule.get("useProspectTimezone"))
        end = end_of_today(schedule, now)
        due = [row for row, start in zip(people, starts, strict=True) if openings.begin_by(start, end)]
        forecast.today = most_today(due, sequence, accounts, start_step)
    if people and message:
        first = next((one for one in people if reaches(one, steps, place_of(one, start_step))), people[0])
        forecast.message, words = await describe_first_message(
            call, sequence, first, enrolled=enrolled, start_step=start_step
        )
        forecast.facts["first message"] = words
    return forecast


def leave_out_unreachable(audience: Audience, sequence: dict[str, Any]) -> None:
    """Moves those whom no message of the sequence can reach, such as people without an address where it sends emails
    alone, to the others of its people."""
    audience.going, unreached = part_by_reach(audience.going, sequence)
    for reason, rows in unreached.items():
        audience.left_out.setdefault(reason, []).extend(rows)


Rows = list[dict[str, Any]]


def part_by_reach(
    people: Iterable[dict[str, Any]], sequence: dict[str, Any], start_step: Any = None
) -> tuple[Rows, dict[str, Rows]]:
    """Those whom a message of the sequence can reach, and the others by the reason, `without an email address`."""
    steps = message_steps(sequence)
    reached: Rows = []
    others: dict[str, Rows] = {}
    for row in people:
        reason = out_of_reach(row, steps, place_of(row, start_step))
        (others.setdefault(reason, []) if reason else reached).append(row)
    return reached, others


def describe_unreached(unreached: dict[str, Rows]) -> list[str]:
    """`No message reaches 2 of them: without an email address (Ann Lee, Bob Ray).`, as lines of a question."""
    return [
        f"No message reaches {plural(len(rows), 'person', 'people')} {reason}: {list_some(map(short_name, rows), 3)}."
        for reason, rows in unreached.items()
    ]


def describe_unread(sequences: Iterable[dict[str, Any]]) -> str:
    """The last line of a question about everybody in sequences: what of these people it does not know."""
    needs = needs_beside_email(step for sequence in sequences for step in message_steps(sequence))
    return f"Unknown: {join(['other sequences', *(plural_of(need.removeprefix('a ')) for need in needs)])}."


def _describe_missing_senders(
    sequence: dict[str, Any], kinds: set[str], accounts: list[dict[str, Any]] | None
) -> list[str]:
    odd = []
    if "email" in kinds and accounts is not None and all(_disconnected(one) for one in accounts):
        odd.append(
            "None of its mailboxes is connected: no email goes out until one is."
            if accounts
            else "It has no mailbox: no email goes out until it has one."
        )
    if "linkedin" in kinds and sequence.get("linkedInAccounts") == []:
        odd.append("It has no LinkedIn account: its LinkedIn steps wait until it has one.")
    return odd


def sequence_facts(sequence: dict[str, Any], accounts: Any, schedule: Any) -> dict[str, Any]:
    """Everything of a sequence that decides what is sent, when, and by whom: consent is bound to it."""
    hours = {key: value for key, value in schedule.items() if key not in ("isDefault", "name")} if schedule else None
    return {
        "sequence": sequence.get("id"),
        "texts": sorted(rows_of(sequence.get("steps")), key=lambda step: str(step.get("id"))),
        "settings": sequence.get("settings"),
        "senders": [mailbox_facts(one) for one in sorted(accounts or (), key=lambda one: str(one.get("id")))],
        "linkedin": sorted(str(one.get("id")) for one in rows_of(sequence.get("linkedInAccounts"))),
        "schedule": [sequence.get("scheduleId"), hours],
    }


def most_today(
    due: Sequence[dict[str, Any]], sequence: dict[str, Any], accounts: list[dict[str, Any]] | None, start_step: Any
) -> int:
    """How many of these people get something today at most, by the limits of the mailboxes and of the sequence."""
    steps = message_steps(sequence)
    beside = any(sends(one) and not _is(one, "email") and not _waits_for_linkedin(one, sequence) for one in steps)
    mails = others = 0
    for row in due:
        place = place_of(row, start_step)
        step = next(iter(steps_from(steps, place)), {})
        if not reaches(row, steps, place):
            others += beside  # whether Reply passes the step over for them is not known
        elif _is(step, "email") or (_is(step, "condition") and not beside):
            mails += sends(step) or _is(step, "condition")
        elif not _waits_for_linkedin(step, sequence):
            others += sends(step) or not _is(step, *_SILENT)
    return min(mails, *_email_limits(sequence, accounts)) + others if mails else others


_SILENT = ("email", "linkedin", "sms", "whatsapp", "task", "call")
"""Kinds of steps by which nothing leaves where they do not send by themselves; another kind may lead on at once."""


def _is(step: dict[str, Any], *kinds: str) -> bool:
    return str(step.get("type") or "").casefold() in kinds


def _waits_for_linkedin(step: dict[str, Any], sequence: dict[str, Any]) -> bool:
    return _is(step, "linkedin") and sequence.get("linkedInAccounts") == []


def _email_limits(sequence: dict[str, Any], accounts: list[dict[str, Any]] | None) -> list[int]:
    limits = []
    if accounts is not None:
        each = [daily_limit(one) for one in accounts if not _disconnected(one)]
        if all(isinstance(limit, int) for limit in each):
            limits.append(sum(limit for limit in each if isinstance(limit, int)))
    own = object_at(sequence, "settings").get("emailsCountPerDay")
    return [*limits, own] if isinstance(own, int) else limits or [10**9]


async def read_schedule(call: Call, sequence: dict[str, Any]) -> dict[str, Any]:
    """The sequence's schedule, read once in a call; {} where it has none, or its hours cannot be read."""
    id = sequence.get("scheduleId")
    if id is None:
        return {}
    try:
        schedule = await read_record(call, "GetSchedule", id=id)
    except ApiError:
        return {}
    return schedule if isinstance(schedule.get("mainTimings"), list) else {}


async def _describe_senders(call: Call, sequence: dict[str, Any], kinds: set[str]) -> str:
    """`maria@ourco.com (60 a day), at most 150 a day, and LinkedIn account Maria`: those that its
    kinds of steps need."""
    senders = []
    if "email" in kinds:
        senders.append(await describe_senders(call, sequence.get("id")) + _limit(sequence))
    if "linkedin" in kinds:
        senders.append(describe_profiles(sequence))
    return ", and ".join(senders)


def _disconnected(account: dict[str, Any]) -> bool:
    return str(account.get("connectionStatus") or "").casefold() == "disconnected"


def _limit(sequence: dict[str, Any]) -> str:
    most = object_at(sequence, "settings").get("emailsCountPerDay")
    return f", at most {most:,} a day" if isinstance(most, int) else ""

"""The numbers of a period, of one kind, beside those of the equally long period before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.reports import views
from reply_mcp.catalog.areas.reports.area import area
from reply_mcp.catalog.areas.reports.hooks import add_member_names
from reply_mcp.catalog.arguments.named_ids import SequenceId, UserId
from reply_mcp.catalog.arguments.times import Moment, Until, check_period
from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.views import Brief, Column, Numbers
from reply_mcp.condense.numbers import UNREAD, has_numbers
from reply_mcp.condense.values import lookup, nothing, read, show
from reply_mcp.text.lists import join, plural
from reply_mcp.text.times import current_zone, format_days, local, zone_name
from reply_mcp.workflows.pieces.partial_reads import brief, short_name

_KINDS: dict[str, tuple[str, str, Numbers]] = {
    "emails": ("Emails", "GetEmailsOverview", views.EMAILS),
    "calls": ("Calls", "GetCallsOverview", views.CALLS),
    "tasks": ("Tasks", "GetTasksOverview", views.TASKS),
    "linkedIn": ("LinkedIn", "GetLinkedInOverview", views.LINKEDIN),
    "team": ("Team", "GetTeamPerformanceOverview", views.TEAM),
    "channels": ("All channels", "GetChannelEfficiencyOverview", views.CHANNELS),
}
_OTHER = {"emails": "linkedIn", "linkedIn": "emails"}
MOST_REQUESTS = 3
_MOST_MEMBERS = 25
_MIDNIGHT = datetime.min.time()
_WEEK = timedelta(days=7)


async def report(call: Call) -> dict[str, Any]:
    """One overview, or two with `compare`; and the names of the members, where there are any."""
    with call.at_most(MOST_REQUESTS):
        return await _report(call)


async def _report(call: Call) -> dict[str, Any]:
    given = call.arguments
    title, operation, view = _KINDS[given.what]
    now = datetime.now(current_zone()).replace(microsecond=0)
    end = given.to or now
    start = given.from_ or end - _WEEK
    narrowed = {"sequenceIds": given.sequence_ids, "userIds": given.user_ids}
    filters = {key: ids for key, ids in narrowed.items() if ids}

    async def numbers(since: datetime, until: datetime) -> Any:
        period = {"from": since.astimezone(UTC).isoformat(), "to": until.astimezone(UTC).isoformat()}
        return await call.ask(operation, filters={**filters, **period})

    earlier = preceding_period(start, end)
    asked = [numbers(start, end)] + ([numbers(*earlier)] if given.compare else [])
    answers = await concurrently(*asked)
    current = await add_member_names(call, answers[0])
    previous = answers[1] if given.compare else None
    of = "".join([f", {part}" for part in await _describe_narrowed(call)])
    if not has_numbers(current, view):
        return brief(f"{title}, {format_days(start, end)} {zone_name()}{of}", UNREAD)
    if given.compare and not has_numbers(previous, view):
        call.notes.append(f"Reply's answer for {format_days(*earlier)} could not be read, so nothing is compared.")
        previous = None
    compared = f", against {format_days(*earlier)}" if previous is not None else ""
    counts = format_counts(current, previous, view)
    if filters.get("sequenceIds") and given.what in _OTHER:
        call.notes.append(f"Only this channel; steps on the other: what={_OTHER[given.what]}.")
    return brief(
        f"{title}, {format_days(start, end)} {zone_name()}{of}{compared}",
        counts or "No numbers for this period.",
        *format_members(current, view),
    )


def preceding_period(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The equally long period that ends a second before this one begins: before whole months of the person's calendar
    as many whole months, else as many seconds."""
    last = start - timedelta(seconds=1)
    first, after = local(start), local(end + timedelta(seconds=1))
    if all(one.day == 1 and one.time() == _MIDNIGHT for one in (first, after)) and after > first:
        months = (after.year - first.year) * 12 + after.month - first.month
        year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
        return first.replace(year=year, month=month + 1), last
    return last - (end - start), last


async def _describe_narrowed(call: Call) -> list[str]:
    """`sequence 1704210`, `Maria Silva (70411), Tom Okafor (70418)`: whose numbers these are; one request for the
    names of users, at most one in ten minutes."""
    sequences, users = call.arguments.sequence_ids or [], call.arguments.user_ids or []
    parts = [f"{'sequence' if len(sequences) == 1 else 'sequences'} {join(sequences)}"] if sequences else []
    names = [await describe_teammate(call, id) for id in users]
    return [*parts, join(names)] if names else parts


def format_counts(current: Any, previous: Any, view: Numbers) -> str:
    """`replied 29 (7.1 %, before 20, 5 %) · …`: each count with its rate, and what both were before; where all are
    zero, that alone."""
    kinds = [column if isinstance(column, Column) else Column(column) for column in view.counts]
    held = [read(answer, column) for answer in (current, previous) if answer is not None for column in kinds]
    if 0 in held and all(value in (None, 0) for value in held):
        return "All numbers are 0" + (", and were before." if previous is not None else ".")
    texts = []
    for one in kinds:
        now = _count(current, one)
        if not now:
            continue
        facts = [_rate(current, one, view)]
        if previous is not None:
            was = ", ".join(filter(None, [_count(previous, one) or "0", _rate(previous, one, view)]))
            facts.append(f"before {was}")
        details = ", ".join(filter(None, facts))
        texts.append(f"{one.name} {now}" + (f" ({details})" if details else ""))
    return " · ".join(texts)


def _count(answer: Any, column: Column) -> str:
    return show(read(answer, column), column.kind, column.name)


def _rate(answer: Any, column: Column, view: Numbers) -> str:
    """Reply's own rate of a count; "" where there is none, or nothing to rate."""
    source = next((rate for key in column.sources if (rate := (view.rates or {}).get(key))), None)
    rate = lookup(answer, source) if source else None
    return "" if nothing(rate) or rate == 0 else show(rate, "percent")


def format_members(answer: Any, view: Numbers) -> list[str]:
    """A line for each member who did anything: `Maria Silva (70411): calls 12, answered 5`."""
    rows = rows_of(lookup(answer, view.groups)) if view.groups and isinstance(answer, Mapping) else []
    columns = [one if isinstance(one, Column) else Column(one) for one in view.group_columns]
    lines = []
    for row in rows:
        facts = [
            f"{one.name} {value}"
            for one in columns
            if one.name not in ("userId", "user") and (value := _count(row, one)) not in ("", "0", "0 %")
        ]
        id = lookup(row, "userId")
        if facts:
            lines.append(f"{short_name(row.get('user') or 'user')} ({id}): {join(facts)}")
    rest = len(lines) - _MOST_MEMBERS
    return [*lines[:_MOST_MEMBERS], *([f"{plural(rest, 'more member')}: userIds narrows."] if rest > 0 else [])]


@workflow(
    area,
    *(operation for _, operation, _ in _KINDS.values()),
    "WhoamiTeamUsers",
    scope="reporting:read",
    tool="reply_report",
    core=True,
    effect=Effect.READ,
    view=Brief(),
    run=report,
    also=[
        "statistics",
        "reply rate",
        "open rate",
        "how are we doing",
        "numbers",
        "performance",
        "weekly",
        "leaderboard",
    ],
)
class Report(Arguments):
    """Numbers of a period with rates, the last 7 days unless given. compare adds the equally long period before. 1 to
    3 requests."""

    what: Local[Literal["emails", "calls", "tasks", "linkedIn", "team", "channels"]] = "emails"
    from_: Local[Moment | None] = Field(None, alias="from")
    to: Local[Until | None] = None
    sequence_ids: Local[list[SequenceId] | None] = None
    user_ids: Local[list[UserId] | None] = None
    compare: Local[bool] = False

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        if self.to is not None and self.from_ is None:
            raise ValueError("to needs a from")
        if self.from_ is not None:
            check_period(self.from_, self.to or datetime.now(UTC))
        return self

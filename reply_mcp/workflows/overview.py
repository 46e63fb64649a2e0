"""What needs the user now: replies, tasks, accounts and sequences in trouble, and the numbers of the week."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.areas.account.hooks import add_names, describe_jobs, explain_team_needed
from reply_mcp.catalog.areas.inbox.thread_hooks import add_state, describe_person
from reply_mcp.catalog.areas.reports.views import EMAILS
from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.lookups.sequences import status_of
from reply_mcp.catalog.operation import Arguments, Call, Effect
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.catalog.views import Brief
from reply_mcp.condense.numbers import has_numbers
from reply_mcp.text.lists import join, list_some, plural
from reply_mcp.text.times import current_zone, format_time, instant, local
from reply_mcp.workflows.pieces.accounts_state import linked_in_trouble, mailbox_trouble
from reply_mcp.workflows.pieces.inbox_urgency import deadline_of, group_of, urgency, urgency_of, waits_for_us
from reply_mcp.workflows.pieces.partial_reads import (
    UNREADABLE,
    PartialReads,
    brief,
    short_name,
)

_THREADS = 100
_TASKS = 200
_SEQUENCES = 200
_NAMED = 3
_MOST_NAMED = 6
MOST_REQUESTS = 10
_UNDER_WAY = ("scheduled", "processing")
_DATED = "with a deadline"
_TASK_WORDS = {"todo": "to-do", "manualemail": "email", "linkedin": "LinkedIn", "sms": "SMS", "whatsapp": "WhatsApp"}


async def read_overview(call: Call) -> dict[str, Any]:
    """Reads at once what may need the user; a part that fails is named as missing.

    Requests that are left go to the mailboxes of active sequences in trouble, the worst first; where none is in
    trouble, to the user's name and team.
    """
    with call.at_most(MOST_REQUESTS) as cap:
        return await _read_overview(call, cap)


async def _read_overview(call: Call, cap: RequestCap) -> dict[str, Any]:
    now = datetime.now(current_zone())
    me = await call.ask("Whoami")
    parts = PartialReads(call)
    tonight = now.replace(hour=23, minute=59, second=59, microsecond=0)
    mine = {"assignedUserId": me["userId"]} if me.get("userId") is not None else {}
    threads, tasks, mailboxes, linked, sequences, mails, jobs = await concurrently(
        _unread(call, parts),
        parts.page("tasks", "FilterTasks", status="new", to=tonight.astimezone(UTC).isoformat(), top=_TASKS, **mine),
        parts.rows("mailboxes", "ListEmailAccounts", top=1000),
        parts.rows("LinkedIn accounts", "ListLinkedInAccounts"),
        parts.page("sequences", "GetSequences", isArchived=False, top=_SEQUENCES),
        _week(parts),
        parts.page("background jobs", "GetBackgroundJobs", top=50),
    )
    waiting = await check_senders(parts, mailboxes, sequences, cap.left)
    if not waiting:
        me = await add_names(call, me)
    return brief(
        _format_user(me, now),
        format_replies(threads),
        format_tasks(tasks, now),
        *(_format_accounts(mailboxes, linked)),
        format_sequences(sequences),
        waiting,
        format_week(mails),
        format_jobs(await describe_jobs(call, jobs), now),
        format_requests_left(await call.requests_left()),
        parts.describe_missing(),
    )


async def _unread(call: Call, parts: PartialReads) -> Any:
    threads = await parts.page("replies", "FilterInboxThreads", source="unread", top=_THREADS)
    if not rows_of(threads):
        return threads
    return await add_state(call, threads)


async def _week(parts: PartialReads) -> Any:
    part = "emails of the week"
    answer = await parts.read(part, "GetEmailsOverview", filters={"dateRangePreset": "lastWeek"})
    row = answer[0] if isinstance(answer, list) and answer else answer
    if part not in parts.missing and not has_numbers(row, EMAILS):
        parts.missing[part] = UNREADABLE
    return None if part in parts.missing else row


def _format_user(me: dict[str, Any], now: datetime) -> str:
    name = short_name(me.get("userName") or me.get("username") or f"user {me.get('userId', '?')}")
    team = f", team {short_name(me['teamName'])}" if me.get("teamName") else ""
    return f"For {name} ({me.get('userId', '?')}){team}, {format_time(now)}."


def format_replies(answer: Any) -> str:
    """Unread threads whose last message is theirs: those with a deadline first, then by category, interested ones
    first; by id and name."""
    if answer is None:
        return ""
    rows = sorted(filter(waits_for_us, rows_of(answer)), key=urgency_of)
    if not rows and more_after(answer):
        return f"Replies: none of the latest {_THREADS} unread ones waits for an answer; more are unread."
    if not rows:
        return "Replies: no unread one is waiting for an answer."
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        group = group_of(row)
        groups[_DATED if deadline_of(row) else group or "without category"].append(row)
    named_groups, idle, left = [], [], _MOST_NAMED
    for name in sorted(groups, key=lambda one: (one != _DATED, urgency(one), -len(groups[one]))):
        threads = groups[name]
        if urgency(name) > 1:
            idle.append(f"{len(threads)} {name}")
            continue
        shown = threads[: left if name == _DATED else min(_NAMED, left)]
        left -= len(shown)
        named = ", ".join(f"{row.get('id')} {short_name(_person(row))}" for row in shown)
        rest = " …" if shown and len(threads) > len(shown) else ""
        named_groups.append(f"{len(threads)} {name}" + (f" ({named}{rest})" if named else ""))
    least = "at least " if more_after(answer) else ""
    first = ""
    if named_groups:
        first = f"Unread replies to answer: {least}{join(named_groups, '; ')}. reply_triage_inbox shows their messages."
    rest = f"Unread, probably without need of an answer: {least}{join(idle)}." if idle else ""
    return f"{first} {rest}".strip()


def _person(row: dict[str, Any]) -> str:
    contact = object_at(row, "contact")
    return str(contact.get("fullName") or describe_person(contact))


def format_tasks(answer: Any, now: datetime) -> str:
    """The user's open tasks that are overdue or due by tonight."""
    if answer is None:
        return ""
    overdue: list[dict[str, Any]] = []
    today: list[dict[str, Any]] = []
    for row in rows_of(answer):
        due = instant(row.get("dueTo"))
        if due is not None and local(due).date() <= local(now).date():
            (overdue if due < now else today).append(row)
    if not overdue and not today:
        of_which = f", of the first {len(rows_of(answer))}; reply_list_my_tasks lists all" if more_after(answer) else ""
        return f"Your tasks: none due today or overdue{of_which}."
    more = "at least " if more_after(answer) else ""
    texts = []
    silent = False
    for rows, word in ((today, "due today"), (sorted(overdue, key=_due, reverse=True), "overdue")):
        if rows:
            silent = silent or not all(object_at(row, "contact") for row in rows[:_NAMED])
            named = ", ".join(f"{row.get('id')} {_task(row)}" for row in rows[:_NAMED])
            texts.append(f"{more}{len(rows)} {word} ({named}{' …' if len(rows) > _NAMED else ''})")
    text = "; reply_get_task says what is to do where nobody is named" if silent else ""
    return f"Your tasks: {join(texts, '; ')}. reply_list_my_tasks lists all{text}."


def _due(row: dict[str, Any]) -> str:
    return str(row.get("dueTo") or "")


def _task(row: dict[str, Any]) -> str:
    kind = str(row.get("taskType") or "task")
    person = short_name(object_at(row, "contact").get("fullName"))
    return f"{_TASK_WORDS.get(kind.casefold(), kind)} {person}".rstrip()


def _format_accounts(mailboxes: list[dict[str, Any]] | None, linked: list[dict[str, Any]] | None) -> list[str]:
    broken = [trouble for row in mailboxes or () if (trouble := mailbox_trouble(row))]
    broken += [trouble for row in linked or () if (trouble := linked_in_trouble(row))]
    if broken:
        return [f"Accounts in trouble: {list_some(broken, _MOST_NAMED, between='; ')}."]
    if mailboxes is None or linked is None:
        return []
    both = f"{plural(len(mailboxes), 'mailbox', 'mailboxes')}, {plural(len(linked), 'LinkedIn account')}"
    return [f"Accounts: all fine ({both})."]


def format_sequences(answer: Any) -> str:
    """How many sequences are in which state; the active ones in bad health by name."""
    if answer is None:
        return ""
    rows = rows_of(answer)
    if not rows:
        return "Sequences: none yet."
    states: dict[str, int] = defaultdict(int)
    for row in rows:
        states[status_of(row) or "state unknown"] += 1
    order = ("active", "paused", "new")
    counts = ", ".join(f"{states[name]} {name}" for name in sorted(states, key=lambda n: (n not in order, n)))
    ill = _in_trouble(rows)
    named = [f'"{short_name(row.get("name"))}" {row.get("id")} {row.get("health")}' for row in ill]
    trouble = (
        f". In trouble: {list_some(named, _MOST_NAMED)}; reply_diagnose says why"
        if ill
        else ", the active ones healthy"
    )
    return f"Sequences: {f'of the first {len(rows)}, ' if more_after(answer) else ''}{counts}{trouble}."


_WORST_FIRST = ("blocked", "stalled", "degraded")


def _in_trouble(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The active sequences in bad health, the worst first."""
    found = [
        row
        for row in rows
        if status_of(row) == "active" and str(row.get("health") or "healthy").casefold() != "healthy"
    ]
    rank = {word: place for place, word in enumerate(_WORST_FIRST)}
    return sorted(found, key=lambda row: rank.get(str(row["health"]).casefold(), len(rank)))


async def check_senders(parts: PartialReads, mailboxes: list[dict[str, Any]] | None, sequences: Any, most: int) -> str:
    """Which sequences in trouble have mailboxes that cannot send, a request each for the first `most`; "" where all
    mailboxes can."""
    ill = _in_trouble(rows_of(sequences))
    if not ill or most < 1 or not any(mailbox_trouble(row) for row in mailboxes or ()):
        return ""
    chosen = ill[:most]
    answers = await concurrently(
        *(parts.rows(f"mailboxes of {row.get('id')}", "GetSequenceEmailAccounts", id=row.get("id")) for row in chosen)
    )
    broken = {str(row.get("id")) for row in mailboxes or () if mailbox_trouble(row)}
    waiting, checked = [], 0
    for row, own in zip(chosen, answers, strict=True):
        if own is None:
            continue
        checked += 1
        out = sum(str(one.get("id")) in broken or bool(mailbox_trouble(one)) for one in own)
        if out or not own:
            how = (
                "it has none" if not own else "none can send" if out == len(own) else f"{out} of {len(own)} cannot send"
            )
            waiting.append(f"{row.get('id')}: {how}")
    skipped = len(ill) - checked
    others = f"; {skipped} not checked, reply_diagnose checks one" if skipped > 0 else ""
    return f"Waiting for a mailbox: {', '.join(waiting) or f'none of {checked} checked'}{others}."


def format_week(row: Any) -> str:
    """Emails of the last seven days, with Reply's rates: the team's, or those alone that the user's role may see."""
    if not isinstance(row, dict):
        return ""
    texts = [f"{row.get('delivered') or 0} people emailed"]
    for key, word in (("replied", "replied"), ("interested", "interested"), ("bounced", "bounced")):
        rate = row.get(f"{key}Percentage")
        rated = f" ({round(rate, 1):g} %)" if isinstance(rate, int | float) and row.get(key) else ""
        texts.append(f"{row.get(key) or 0} {word}{rated}")
    if row.get("optedOut"):
        texts.append(f"{row['optedOut']} opted out")
    return f"Last 7 days, all that you may see: {join(texts)}."


def format_jobs(answer: Any, now: datetime) -> str:
    """Background jobs that are running, and how many failed in the last 24 hours."""
    running, failed = [], 0
    for job in rows_of(answer):
        status = str(job.get("status") or "").casefold()
        if status in _UNDER_WAY:
            done = job.get("percentDone")
            share = f" {done:g} %" if isinstance(done, int | float) else " waiting" if status == "scheduled" else ""
            running.append(f"{short_name(job.get('categoryName')) or 'job'}{share}")
        ended = instant(job.get("finishedAt"))
        failed += status == "failed" and ended is not None and now - ended < timedelta(days=1)
    texts = [f"{len(running)} running: {join(running[:_NAMED])}"] if running else []
    texts += [f"{failed} failed since yesterday, reply_list_background_jobs"] if failed else []
    return f"Jobs: {join(texts, '; ')}." if texts else ""


def format_requests_left(left: list[tuple[str, int, int]]) -> str:
    """The requests left in each window of Reply's limits."""
    texts = ", ".join(f"{left_:,} of {limit:,} this {window}" for window, left_, limit in left)
    return f"Requests left: {texts}." if texts else ""


@workflow(
    area,
    "Whoami",
    "WhoamiTeamUsers",
    "FilterInboxThreads",
    "FilterTasks",
    "ListEmailAccounts",
    "ListLinkedInAccounts",
    "GetSequences",
    "GetSequenceEmailAccounts",
    "GetEmailsOverview",
    "GetBackgroundJobs",
    tool="reply_overview",
    core=True,
    effect=Effect.READ,
    view=Brief(),
    run=read_overview,
    explain=[explain_team_needed],
    also=["what needs me", "morning briefing", "dashboard", "status", "today", "summary", "what's up", "home"],
)
class Overview(Arguments):
    """What needs me now: replies, tasks, troubled accounts and sequences, the week, jobs, requests left. At most 10
    requests."""

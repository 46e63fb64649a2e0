"""Overviews: what a team or one sequence achieved in a window of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.handlers.reports.figures import (
    contact_count,
    email_figures,
    event_count,
    linkedin_figures,
    percentage,
    reply_figures,
    touch_figures,
)
from reply_mcp.sandbox.handlers.reports.tasks import reported_tasks
from reply_mcp.sandbox.handlers.reports.window import check_not_empty, report_filters, report_window, reported_events
from reply_mcp.sandbox.http.handler import HandlerCall, invalid, operation
from reply_mcp.sandbox.http.problems import server_error
from reply_mcp.sandbox.records.sequence import sequence_or_404
from reply_mcp.sandbox.store import Doc

LONGEST_LIST = timedelta(days=31)
TASK_FIGURES = {
    "call": "callTasks",
    "manualEmail": "emailTasks",
    "linkedIn": "linkedInTasks",
    "meeting": "meetingsBooked",
    "sms": "smsTasks",
    "toDo": "toDoTasks",
    "whatsApp": "whatsAppTasks",
}


@operation("GetSequenceStats")
def get_sequence_stats(call: HandlerCall) -> Doc:
    """Email and LinkedIn figures of one sequence; on the wire an upside-down window is a 500."""
    filters = _optional_filters(call)
    begin, end = report_window(call, filters)
    if begin >= end and not call.documented:
        raise server_error()
    check_not_empty(begin, end)
    sequence = sequence_or_404(call, "sequenceStats.notFound")
    return _both(_between(call.store.all("event", _sequenceId=sequence["id"]), iso(begin), iso(end)))


@operation("GetSequenceStatsList")
def get_sequence_stats_list(call: HandlerCall) -> list[Doc]:
    """A bare array of the figures of every sequence; at most 31 days, of the last 31."""
    filters = _optional_filters(call)
    begin, end = report_window(call, filters, ("lastWeek", "lastMonth"))
    check_not_empty(begin, end)
    if end - begin > LONGEST_LIST or begin < call.clock.now() - LONGEST_LIST - timedelta(days=1):
        raise invalid(("/filters", "The window must be at most 31 days, within the last 31 days."))
    users = filters.get("userIds") or []
    found = []
    for sequence in call.store.all("sequence", _teamId=call.key.team_id):
        own = _between(call.store.all("event", _sequenceId=sequence["id"]), iso(begin), iso(end))
        own = [one for one in own if not users or one["_userId"] in users]
        status = "archived" if sequence["isArchived"] else sequence["status"]
        found.append({"sequenceId": sequence["id"], "name": sequence["name"], "status": status, **_both(own)})
    return found


def _optional_filters(call: HandlerCall) -> Doc:
    filters = call.json_object().get("filters") or {}
    if not isinstance(filters, dict):
        raise invalid(("/filters", "A JSON object is required."))
    if filters.get("userIds") is not None and not isinstance(filters["userIds"], list):
        raise invalid(("/filters/userIds", "An array is required."))
    return filters


def _between(found: Sequence[Doc], low: str, high: str) -> list[Doc]:
    return [one for one in found if low <= one["at"] < high]


def _both(found: Sequence[Doc]) -> Doc:
    return {"emailOverview": email_figures(found), "linkedInOverview": linkedin_figures(found)}


@operation("GetEmailsOverview")
def get_emails_overview(call: HandlerCall) -> Doc:
    """The team's email, in different contacts, each with its rate."""
    return {**email_figures(reported_events(call, report_filters(call))), "accounts": None}


@operation("GetLinkedInOverview")
def get_linkedin_overview(call: HandlerCall) -> Doc:
    """The team's LinkedIn actions."""
    return linkedin_figures(reported_events(call, report_filters(call)))


@operation("GetCallsOverview")
def get_calls_overview(call: HandlerCall) -> Doc:
    """The team's calls, altogether and by member."""
    calls = [one for one in reported_events(call, report_filters(call)) if one["type"] == "called"]
    own = _calls(calls)
    return {
        **{name: value for name, value in own.items() if name != "totalDuration"},
        "callsToContactCount": round(len(calls) / contact_count(calls, "called"), 2) if calls else 0.0,
        "memberStatistics": _by_member(calls, _calls),
    }


def _calls(calls: Sequence[Doc]) -> Doc:
    seconds = sum(one["duration"] for one in calls)
    positive = sum(one["resolution"] == "positive" for one in calls)
    return {
        "callsCount": len(calls),
        "totalDuration": seconds,
        "averageDuration": round(seconds / len(calls)) if calls else 0,
        "positiveCallsCount": positive,
        "positiveCallsPercentage": percentage(positive, len(calls)),
        "answeredCallsCount": len(calls),
        "inboundMissingCallsCount": 0,
    }


@operation("GetTasksOverview")
def get_tasks_overview(call: HandlerCall) -> Doc:
    """The team's tasks by type, altogether and by member."""
    tasks = reported_tasks(call, report_filters(call))
    counts = {figure: sum(one["taskType"] == kind for one in tasks) for kind, figure in TASK_FIGURES.items()}
    return {
        "totalTasks": len(tasks),
        **{name: {"count": value, "percentage": percentage(value, len(tasks))} for name, value in counts.items()},
        "memberStatistics": [
            {
                "userId": user,
                "totalTasks": sum(one["assignedUserId"] == user for one in tasks),
                **{
                    figure: sum(one["assignedUserId"] == user and one["taskType"] == kind for one in tasks)
                    for kind, figure in TASK_FIGURES.items()
                },
            }
            for user in sorted({one["assignedUserId"] for one in tasks})
        ],
    }


@operation("GetTeamPerformanceOverview")
def get_team_performance_overview(call: HandlerCall) -> Doc:
    """Meetings, touches and answering times, altogether and by member."""
    found = reported_events(call, report_filters(call))
    own = _performance(found)
    return {
        "meetings": own["meetings"],
        "contacted": own["contacted"],
        "meetingConversionPercentage": own["conversionPercentage"],
        "touchesPerContact": own["touches"],
        "autoTouchesPerContact": own["autoTouches"],
        "manualTouchesPerContact": own["manualTouches"],
        "averageResponseTimePerContact": own["responseTime"],
        "memberStatistics": _by_member(found, _performance),
    }


def _performance(found: Sequence[Doc]) -> Doc:
    reached = len({one["_contactId"] for one in touch_figures(found)})
    meetings = event_count(found, "meetingBooked")
    waited = _response_seconds(found)
    share = {name: len(touch_figures(found, kind)) for name, kind in (("touches", None), ("autoTouches", False))}
    share["manualTouches"] = share["touches"] - share["autoTouches"]
    return {
        "meetings": meetings,
        "contacted": reached,
        "conversionPercentage": percentage(meetings, reached),
        **{name: round(value / reached, 2) if reached else 0.0 for name, value in share.items()},
        "responseTime": waited,
        "responseRate": "fast" if waited < 43_200 else "average" if waited < 129_600 else "slow",
    }


def _response_seconds(found: Sequence[Doc]) -> int:
    """The mean of how long after the last touch contacts answered."""
    last: dict[int, str] = {}
    spans = []
    reaching = {one["id"] for one in touch_figures(found)}
    for one in found:
        if one["id"] in reaching:
            last[one["_contactId"]] = one["at"]
        elif one["type"].startswith("replied") and one["_contactId"] in last:
            spans.append((instant(one["at"]) - instant(last[one["_contactId"]])).total_seconds())
    return round(sum(spans) / len(spans)) if spans else 0


@operation("GetChannelEfficiencyOverview")
def get_channel_efficiency_overview(call: HandlerCall) -> Doc:
    """People reached over all channels, and what came of it."""
    found = reported_events(call, report_filters(call))
    reached = len({one["_contactId"] for one in touch_figures(found)})
    answered = len({one["_contactId"] for one in reply_figures(found)})
    meetings = event_count(found, "meetingBooked")
    return {
        "totalPeopleContacted": reached,
        "totalTouches": len(touch_figures(found)),
        "replies": answered,
        "repliesPercentage": percentage(answered, reached),
        "meetingsBooked": meetings,
        "meetingsBookedPercentage": percentage(meetings, reached),
    }


def _by_member(found: Sequence[Doc], figures: Callable[[Sequence[Doc]], Doc]) -> list[Doc]:
    users = sorted({one["_userId"] for one in found})
    return [{"userId": user, **figures([one for one in found if one["_userId"] == user])} for user in users]

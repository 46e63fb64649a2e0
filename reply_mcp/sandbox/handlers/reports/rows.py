"""The rows behind the reports: emails, LinkedIn actions, calls, tasks, meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.sandbox.handlers.reports.tasks import reported_tasks
from reply_mcp.sandbox.handlers.reports.window import report_filters, reported_events
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, operation, paginate
from reply_mcp.sandbox.records.step import display_names, full_name, order_steps
from reply_mcp.sandbox.records.task import task_content
from reply_mcp.sandbox.records.thread import body_to_text
from reply_mcp.sandbox.store import Doc

_UNLISTED = ("interested", "meetingBooked", "replied", "optedOut", "sent")


@operation("GetEmailsList")
def get_emails_list(call: HandlerCall) -> Doc:
    """One row per email sent, with what became of it."""
    filters = report_filters(call)
    found = reported_events(call, filters)
    outcomes: dict[tuple[Any, Any], set[str]] = {}
    for one in found:
        outcomes.setdefault((one["_contactId"], one["_stepId"]), set()).add(one["type"])
    sent = [one for one in found if one["type"] == "sent" and one["channel"] == "email"]
    if filters.get("bounceTypes"):
        bounced = {
            (one["_contactId"], one["_stepId"])
            for one in found
            if one["type"] == "bounced" and one.get("bounceType", "unknown") in filters["bounceTypes"]
        }
        sent = [one for one in sent if (one["_contactId"], one["_stepId"]) in bounced]
    return _page(call, sent, lambda one: _email(call, one, outcomes[(one["_contactId"], one["_stepId"])]))


def _email(call: HandlerCall, event: Doc, became: set[str]) -> Doc:
    contact = _contact(call, event)
    account = call.store.get("emailAccount", event["_emailAccountId"] or 0)
    return {
        "contactId": event["_contactId"],
        **{name: contact.get(name) for name in ("firstName", "lastName", "email", "company")},
        "emailAccountId": event["_emailAccountId"],
        "emailAccountEmail": account["connection"]["email"] if account else None,
        "sequenceId": event["_sequenceId"],
        **_where(call, event),
        "deliveryDate": event["at"],
        "isDelivered": "delivered" in became,
        "isOpened": "opened" in became,
        "isReplied": "replied" in became,
        "isInterested": "interested" in became,
        "isBounced": "bounced" in became,
        "isClicked": "clicked" in became,
        "isOptedOut": "optedOut" in became,
    }


@operation("GetLinkedInList")
def get_linkedin_list(call: HandlerCall) -> Doc:
    """One row per LinkedIn action, oldest first."""
    found = [
        one
        for one in reported_events(call, report_filters(call))
        if one["channel"] == "linkedIn" and one["type"] not in _UNLISTED
    ]
    return _page(call, found, lambda one: _linkedin(call, one))


def _linkedin(call: HandlerCall, event: Doc) -> Doc:
    contact = _contact(call, event)
    profile = call.store.get("linkedInAccount", event["_linkedInAccountId"] or 0)
    return {
        "contactId": event["_contactId"],
        "contactFirstName": contact.get("firstName"),
        "contactLastName": contact.get("lastName"),
        "contactEmail": contact.get("email"),
        "contactLinkedInUrl": contact.get("linkedInUrl"),
        "senderLinkedInAccountName": profile["name"] if profile else None,
        **_where(call, event),
        "actionDate": event["at"],
        "actionType": event["type"],
    }


@operation("GetCallsList")
def get_calls_list(call: HandlerCall) -> Doc:
    """One row per call, oldest first."""
    filters = report_filters(call)
    found = [one for one in reported_events(call, filters) if one["type"] == "called"]
    if filters.get("callResolutions"):
        found = [one for one in found if one["resolution"] in filters["callResolutions"]]
    return _page(call, found, lambda one: _call(call, one))


def _call(call: HandlerCall, event: Doc) -> Doc:
    contact, user = _contact(call, event), call.store.get("user", event["_userId"]) or {}
    return {
        "id": str(event["id"]),
        "userId": event["_userId"],
        "userFullName": user.get("userName"),
        "contactId": event["_contactId"],
        "contactFullName": full_name(contact) if contact else None,
        "contactPhoneNumber": contact.get("phone"),
        "startDate": event["at"],
        "durationSeconds": event["duration"],
        "resolution": event["resolution"],
        "disposition": "loggedManually" if event["manual"] else "answered",
        "type": "outbound",
        "callRecordUrl": None,
        "customResolution": None,
    }


@operation("GetTasksList")
def get_tasks_list(call: HandlerCall) -> Doc:
    """One row per task, by due date."""
    return _page(call, reported_tasks(call, report_filters(call)), lambda one: _task(call, one))


def _task(call: HandlerCall, task: Doc) -> Doc:
    contact = call.store.get("contact", task["_contactId"] or 0)
    return {
        "id": str(task["id"]),
        "userId": task["assignedUserId"],
        "taskType": task["taskType"],
        "linkedInTaskType": task["linkedInTaskType"],
        "description": body_to_text(task_content(call.store, task)["body"]),
        "contactFullName": full_name(contact) if contact else None,
        "taskStatus": "completed" if task["finishedAt"] else "created",
        "dueDate": task["dueTo"],
    }


@operation("GetMeetingsList")
def get_meetings_list(call: HandlerCall) -> Doc:
    """One row per meeting booked, oldest first."""
    found = [one for one in reported_events(call, report_filters(call)) if one["type"] == "meetingBooked"]
    return _page(call, found, lambda one: _meeting(call, one))


def _meeting(call: HandlerCall, event: Doc) -> Doc:
    sources = {"email": "manualEmail" if event["manual"] else "automatedEmail", "linkedIn": "linkedIn", "call": "call"}
    contact = _contact(call, event)
    return {
        "userId": event["_userId"],
        "source": sources.get(event["channel"], "unspecified"),
        "contactFullName": full_name(contact) if contact else None,
        "sequenceName": _where(call, event)["sequenceName"],
        "bookedAt": event["at"],
    }


def _page(call: HandlerCall, found: list[Doc], row: Callable[[Doc], Doc]) -> Doc:
    try:
        shown = paginate(call, found, code="pagination")
    except Problem:
        raise Problem(400, None, "Parameter 'top' must be between 1 and 1000.") from None
    return {**shown, "items": [row(one) for one in shown["items"]]}


def _contact(call: HandlerCall, event: Doc) -> Doc:
    number = event["_contactId"]
    return call.store.get("contact", number) or call.store.get("deletedContact", number) or {}


def _where(call: HandlerCall, event: Doc) -> Doc:
    sequence = call.store.get("sequence", event["_sequenceId"] or 0)
    steps = call.store.all("step", _sequenceId=event["_sequenceId"]) if sequence else []
    numbers = [step["id"] for step in order_steps(steps)]
    at = numbers.index(event["_stepId"]) + 1 if event["_stepId"] in numbers else None
    return {
        "sequenceName": sequence["name"] if sequence else None,
        "sequenceStepNumber": at,
        "sequenceStepDisplayName": display_names(steps).get(event["_stepId"] or 0),
    }

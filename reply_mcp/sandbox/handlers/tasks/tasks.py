"""Tasks: listing, creating, changing, assigning, completing and carrying out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.http.body_types import read_moment
from reply_mcp.sandbox.http.bulk import failures_of_each, id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.ownership import find_in_team, is_teammate
from reply_mcp.sandbox.records.task import (
    INACTIVE,
    LINKEDIN_TYPES,
    STATUSES,
    TYPES,
    put_task,
    task_doc,
    task_row,
    task_view,
)
from reply_mcp.sandbox.simulation.task_completion import finish_task, schedule_task, send_task_message
from reply_mcp.sandbox.store import Doc

MOST = 100


@operation("GetTasks")
def get_tasks(call: HandlerCall) -> Doc:
    """A page of the team's tasks, by start; deleted ones are not there."""
    return _page(call, _tasks(call), "task.invalidPagination")


@operation("FilterTasks")
def filter_tasks(call: HandlerCall) -> Doc:
    """A page of the tasks that match all that is asked; `from` and `to` are about the start."""
    body = call.json_object()
    wrong = [
        (f"/{name}", f"One of {', '.join(allowed)} is required.")
        for name, allowed in (("taskType", TYPES), ("status", STATUSES))
        if body.get(name) is not None and body[name] not in allowed
    ]
    wrong += [
        (f"/{name}", "An array is required.")
        for name in ("sequenceIds", "sequenceStepIds", "timeZoneIds")
        if body.get(name) is not None and not isinstance(body[name], list)
    ]
    begin = read_moment(body, "from", wrong) or instant("2000-01-01T00:00:00Z")
    end = read_moment(body, "to", wrong) or call.clock.now() + timedelta(days=365)
    if not wrong and end < begin:
        wrong.append(("/to", "'to' must be greater than or equal to 'from'."))
    if wrong:
        raise invalid(*wrong)
    gone = body.get("status") in INACTIVE
    found = [one for one in _tasks(call, gone=gone) if _matches(call, one, body, begin, end)]
    return _page(call, found, None)


def _matches(call: HandlerCall, task: Doc, body: Doc, begin: datetime, end: datetime) -> bool:
    equal = {"taskType": "taskType", "status": "status", "contactId": "_contactId", "assignedUserId": "assignedUserId"}
    if any(body.get(name) is not None and task[own] != body[name] for name, own in equal.items()):
        return False
    if body.get("sequenceIds") and task["sequenceId"] not in body["sequenceIds"]:
        return False
    if body.get("sequenceStepIds") and task["sequenceStepId"] not in body["sequenceStepIds"]:
        return False
    if body.get("overdue") is not None:
        overdue = task["status"] == "new" and instant(task["dueTo"]) < call.clock.now()
        if overdue != body["overdue"]:
            return False
    if body.get("timeZoneIds"):
        contact = call.store.get("contact", task["_contactId"] or 0)
        if not contact or contact["timeZoneId"] not in body["timeZoneIds"]:
            return False
    return begin <= instant(task["startAt"]) <= end


@operation("CreateTask")
def create_task(call: HandlerCall) -> HandlerResponse:
    """Create an open task of the caller's own."""
    body = call.json_object()
    start, due = _checked(call, body)
    task = task_doc(call.key.team_id, call.key.user_id, body["taskType"], call.clock.now(), start, due)
    return HandlerResponse(201, task_view(call.store, put_task(call.store, task | _given(body))))


@operation("GetTaskById")
def get_task_by_id(call: HandlerCall) -> Doc:
    """One task, with its words for the contact when asked."""
    return task_view(call.store, _task(call, call.id), content=call.boolean("includeContent"))


@operation("UpdateTask")
def update_task(call: HandlerCall) -> Doc:
    """Replace an open task."""
    task, body = _task(call, call.id), call.json_object()
    start, due = _checked(call, body)
    if task["status"] != "new":
        raise Problem(400, "task.unknown", "Only tasks with status new can be edited.")
    if task["creationSource"] == "sequence":
        if body["taskType"] != task["taskType"]:
            raise Problem(400, "task.unknown", "The type of a task made by a sequence cannot be changed.")
        if body.get("contactId") not in (None, task["_contactId"]):
            raise Problem(400, "task.unknown", "The contact of a task made by a sequence cannot be changed.")
        body = {**body, "contactId": task["_contactId"]}
    changed = {**task, "taskType": body["taskType"], "startAt": iso(start), "dueTo": iso(due)}
    kept = call.store.put("task", changed | _given(body))
    if kept["isScheduled"] and kept["startAt"] != task["startAt"]:
        schedule_task(call.store, kept)
    return task_view(call.store, kept)


@operation("DeleteTask")
def delete_task(call: HandlerCall) -> HandlerResponse:
    """Cancel an open task, archive a completed one."""
    _remove(call, _task(call, call.id))
    return HandlerResponse(204)


@operation("AssignTask")
def assign_task(call: HandlerCall) -> Doc:
    """Hand the task to a teammate."""
    task = _task(call, call.id)
    return task_view(call.store, call.store.put("task", {**task, "assignedUserId": _teammate(call)}))


@operation("CompleteTask")
def complete_task(call: HandlerCall) -> Doc:
    """Mark the task done without carrying it out; the contact moves on in its sequence."""
    body, task = call.json_object(), _task(call, call.id)
    finishing = body.get("finishProspectInSequence") is True
    resolution = body.get("callResolution")
    if resolution is not None and (not isinstance(resolution, int) or isinstance(resolution, bool)):
        raise invalid(("/callResolution", "An integer is required."))
    done = finish_task(call.store, task, call.clock.now(), resolution=resolution, finish_contact=finishing)
    return task_view(call.store, done)


@operation("ExecuteTask")
def execute_task(call: HandlerCall) -> Doc:
    """Send the email or SMS of the task and complete it; an empty body sends the template from the default mailbox."""
    body, task = call.json_object(), _task(call, call.id)
    return task_view(call.store, send_task_message(call, task, body), content=True)


@operation("BulkDeleteTasks")
def bulk_delete_tasks(call: HandlerCall) -> Doc:
    """Delete each; the answer holds the failures only."""
    return _each(call, lambda task: _remove(call, task))


@operation("BatchAssignTasks")
def batch_assign_tasks(call: HandlerCall) -> Doc:
    """Hand each to one teammate; the answer holds the failures only."""
    user = _teammate(call)
    return _each(call, lambda task: call.store.put("task", {**task, "assignedUserId": user}))


@operation("BatchCompleteTasks")
def batch_complete_tasks(call: HandlerCall) -> Doc:
    """Complete each; the answer holds the failures only."""
    return _each(call, lambda task: finish_task(call.store, task, call.clock.now()))


def _each(call: HandlerCall, act: Any) -> Doc:
    ids = id_list(call, "ids", f"'ids' must contain between 1 and {MOST} items.")
    if len(ids) > MOST:
        raise invalid(("/ids", f"'ids' must contain between 1 and {MOST} items."))
    return failures_of_each(ids, lambda number: act(_task(call, number)))


def _tasks(call: HandlerCall, *, gone: bool = False) -> list[Doc]:
    tasks = [one for one in call.store.all("task", _teamId=call.key.team_id) if (one["status"] in INACTIVE) == gone]
    return sorted(tasks, key=lambda one: (one["startAt"], one["id"]))


def _page(call: HandlerCall, tasks: list[Doc], code: str | None) -> Doc:
    found = paginate(call, tasks, code=code)
    return {**found, "items": [task_row(call.store, one) for one in found["items"]]}


def _task(call: HandlerCall, number: int) -> Doc:
    task = find_in_team(call, "task", number)
    if task is None or task["status"] in INACTIVE:
        raise Problem(404, "task.notFound", f"Task {number} was not found.")
    return task


def _remove(call: HandlerCall, task: Doc) -> None:
    call.store.put("task", {**task, "status": "archived" if task["status"] == "finished" else "cancelled"})


def _teammate(call: HandlerCall) -> int:
    number = call.json_object().get("userId")
    if not isinstance(number, int) or number < 1:
        raise invalid(("/userId", "'userId' must be a positive integer."))
    if not is_teammate(call, number):
        raise Problem(403, "task.forbidden", "The user is not a member of the team.")
    return number


def _checked(call: HandlerCall, body: Doc) -> tuple[datetime, datetime]:
    wrong: list[tuple[str, str]] = []
    if body.get("taskType") not in TYPES:
        wrong.append(("/taskType", f"One of {', '.join(TYPES)} is required."))
    if body.get("linkedInTaskType") is not None and body["linkedInTaskType"] not in LINKEDIN_TYPES:
        wrong.append(("/linkedInTaskType", f"One of {', '.join(LINKEDIN_TYPES)} is required."))
    start, due = read_moment(body, "startAt", wrong, needed=True), read_moment(body, "dueTo", wrong, needed=True)
    if start and start < instant("2015-01-01T00:00:00Z"):
        wrong.append(("/startAt", "'startAt' must be on or after 2015-01-01."))
    if start and due and due <= start:
        wrong.append(("/dueTo", "'dueTo' must be after 'startAt'."))
    template = body.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("body"), str):
        wrong.append(("/template/body", "A template with a body is required."))
    elif template.get("subject") is not None and not isinstance(template["subject"], str):
        wrong.append(("/template/subject", "A text is required."))
    contact = body.get("contactId")
    if contact is None and body.get("taskType") not in ("toDo", None):
        wrong.append(("/contactId", "A contact is required for tasks of this type."))
    if contact is not None and find_in_team(call, "contact", contact) is None:
        wrong.append(("/contactId", "'contactId' must be the id of a contact."))
    if wrong or start is None or due is None:
        raise invalid(*wrong)
    return start, due


def _given(body: Doc) -> Doc:
    template = body["template"]
    names = ("body", "subject", "attachmentIdList")
    return {
        "linkedInTaskType": body.get("linkedInTaskType"),
        "_contactId": body.get("contactId"),
        "template": {name: template.get(name) for name in names},
    }

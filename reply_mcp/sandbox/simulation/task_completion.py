"""What completing and carrying out a task does: to the task, to the contact's place in its sequence, to the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.records.membership import find_membership
from reply_mcp.sandbox.records.outbox import record_sms
from reply_mcp.sandbox.records.task import task_content
from reply_mcp.sandbox.simulation.conversations import add_message, find_or_create_thread
from reply_mcp.sandbox.simulation.engine import advance_membership, finish_membership
from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

_LINKEDIN = {
    "message": "sentManualMessage",
    "connect": "sentManualConnection",
    "inMail": "sentManualInMail",
    "viewProfile": "manualProfileView",
}
_RESOLUTIONS = {1: "positive", 2: "toCall", 3: "negative"}


def finish_task(store: Store, task: Doc, now: datetime, *, resolution: Any = None, finish_contact: bool = False) -> Doc:
    """Finish an open task and let its contact move on; a 409 where the task is not open."""
    if task["status"] not in ("new", "sequenceDetached"):
        raise Problem(409, "task.cannotComplete", f"The task is already {task['status']}.")
    done = store.put("task", {**task, "status": "finished", "finishedAt": iso(now), "_resolution": resolution})
    contact = store.get("contact", task["_contactId"]) if task["_contactId"] else None
    if contact is None:
        return done
    where = {
        "manual": True,
        "channel": task["taskType"],
        "_userId": task["assignedUserId"],
        "_sequenceId": task["sequenceId"],
        "_stepId": task["sequenceStepId"],
    }
    if task["taskType"] == "call":
        outcome = _RESOLUTIONS.get(resolution, "toCall")
        record_event(store, "called", now, contact, **where, duration=90 + contact["id"] % 300, resolution=outcome)
        store.put("contact", {**contact, "callStatus": "called"})
    elif task["taskType"] == "linkedIn":
        record_event(
            store, _LINKEDIN[task["linkedInTaskType"] or "message"], now, contact, **{**where, "channel": "linkedIn"}
        )
    elif task["taskType"] == "meeting":
        record_event(store, "meetingBooked", now, contact, **where)
    _advance_contact(store, task, now, finish_contact)
    return done


def _advance_contact(store: Store, task: Doc, now: datetime, finish_contact: bool) -> None:
    membership = find_membership(store, task["sequenceId"] or 0, task["_contactId"])
    step = store.get("step", task["sequenceStepId"] or 0)
    if membership is None or step is None or task["status"] != "new":
        return
    if finish_contact:
        finish_membership(store, membership, now)
    elif membership["_stepId"] == step["id"] and membership["status"] == "active":
        advance_membership(store, membership, step, now)


def send_task_message(call: HandlerCall, task: Doc, body: Doc) -> Doc:
    """Send the task's email or SMS, then complete it."""
    sent = body.get("content")
    given: Doc = sent if isinstance(sent, dict) else {}
    words = {name: given[name] for name in ("body", "subject") if isinstance(given.get(name), str) and given[name]}
    account = None
    if task["taskType"] == "manualEmail" and task["status"] == "new":
        account = _mailbox(call.store, call.key.team_id, call.key.user_id, body.get("emailAccountId"))
    return _send(call.store, task, call.clock.now(), account, words)


def schedule_task(store: Store, task: Doc) -> Doc:
    """Have Reply carry out an open email or SMS task by itself when it starts, as it is then."""
    scheduled = store.put("task", {**task, "isScheduled": True})
    schedule_work(store, instant(task["startAt"]), "task starts", taskId=task["id"], startAt=task["startAt"])
    return scheduled


@scheduled_work("task starts")
def _start_task(store: Store, at: datetime, given: Doc) -> None:
    """Carry it out, unless it was done, put off or cancelled meanwhile; in the name of whoever it is assigned to."""
    task = store.get("task", given["taskId"])
    if task is None or task["status"] != "new" or not task["isScheduled"] or task["startAt"] != given["startAt"]:
        return
    try:
        account = None
        if task["taskType"] == "manualEmail":
            account = _mailbox(store, task["_teamId"], task["assignedUserId"], None)
        _send(store, task, at, account, {})
    except Problem:
        store.put("task", {**task, "isFailed": True})


def _send(store: Store, task: Doc, now: datetime, account: Doc | None, words: Doc) -> Doc:
    if task["taskType"] not in ("manualEmail", "sms"):
        raise invalid(("", "Task type does not support execution."))
    if task["status"] != "new":
        raise Problem(409, "task.cannotComplete", f"The task is already {task['status']}.")
    contact = store.get("contact", task["_contactId"] or 0)
    if contact is None or not contact["email" if task["taskType"] == "manualEmail" else "phone"]:
        raise Problem(409, "task.renderError", "The contact has no address to send to.")
    if contact["isOptedOut"]:
        raise Problem(409, "task.cannotComplete", "The contact has opted out.")
    content = task_content(store, task) | words
    where = {"manual": True, "_userId": task["assignedUserId"], "_sequenceId": task["sequenceId"]}
    where |= {"_stepId": task["sequenceStepId"]}
    if account is not None:
        sequence = store.get("sequence", task["sequenceId"] or 0)
        thread = find_or_create_thread(store, contact, sequence, "email", account["id"])
        add_message(
            store,
            thread,
            now,
            content["body"],
            outbound=True,
            subject=content["subject"],
            step_id=task["sequenceStepId"],
            purpose="task",
        )
        for kind in ("sent", "delivered"):
            record_event(store, kind, now, contact, **where, _emailAccountId=account["id"])
    else:
        record_sms(store, now, contact, content["body"], task["sequenceId"], task["sequenceStepId"])
        record_event(store, "sent", now, contact, **where, channel="sms")
    return finish_task(store, task, now)


def _mailbox(store: Store, team_id: int, user_id: int, number: Any) -> Doc:
    accounts = store.all("emailAccount", _teamId=team_id)
    if number is None:
        accounts = sorted(accounts, key=lambda one: (one["ownerUserId"] != user_id, not one["isDefault"]))
    else:
        accounts = [one for one in accounts if one["id"] == number]
    if not accounts:
        raise Problem(404, "task.notFound", "The email account was not found.")
    return accounts[0]

"""What completing and carrying out a task does: to the task, to the contact's place in its sequence, to the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.records.membership import find_membership
from reply_mcp.sandbox.records.outbox import record_sms
from reply_mcp.sandbox.records.task import task_content
from reply_mcp.sandbox.simulation.conversations import add_message, find_or_create_thread
from reply_mcp.sandbox.simulation.engine import advance_membership, finish_membership
from reply_mcp.sandbox.simulation.events import record_event
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
    if task["taskType"] not in ("manualEmail", "sms"):
        raise invalid(("", "Task type does not support execution."))
    if task["status"] != "new":
        raise Problem(409, "task.cannotComplete", f"The task is already {task['status']}.")
    contact = call.store.get("contact", task["_contactId"] or 0)
    if contact is None or not contact["email" if task["taskType"] == "manualEmail" else "phone"]:
        raise Problem(409, "task.renderError", "The contact has no address to send to.")
    if contact["isOptedOut"]:
        raise Problem(409, "task.cannotComplete", "The contact has opted out.")
    sent = body.get("content")
    given: Doc = sent if isinstance(sent, dict) else {}
    content = task_content(call.store, task)
    content |= {name: given[name] for name in ("body", "subject") if isinstance(given.get(name), str) and given[name]}
    now = call.clock.now()
    where = {"manual": True, "_userId": task["assignedUserId"], "_sequenceId": task["sequenceId"]}
    where |= {"_stepId": task["sequenceStepId"]}
    if task["taskType"] == "manualEmail":
        account = _mailbox(call, body.get("emailAccountId"))
        sequence = call.store.get("sequence", task["sequenceId"] or 0)
        thread = find_or_create_thread(call.store, contact, sequence, "email", account["id"])
        step = task["sequenceStepId"]
        add_message(
            call.store,
            thread,
            now,
            content["body"],
            outbound=True,
            subject=content["subject"],
            step_id=step,
            purpose="task",
        )
        for kind in ("sent", "delivered"):
            record_event(call.store, kind, now, contact, **where, _emailAccountId=account["id"])
    else:
        record_sms(call.store, now, contact, content["body"], task["sequenceId"], task["sequenceStepId"])
        record_event(call.store, "sent", now, contact, **where, channel="sms")
    return finish_task(call.store, task, now)


def _mailbox(call: HandlerCall, number: Any) -> Doc:
    accounts = call.store.all("emailAccount", _teamId=call.key.team_id)
    if number is None:
        accounts = sorted(accounts, key=lambda one: (one["ownerUserId"] != call.key.user_id, not one["isDefault"]))
    else:
        accounts = [one for one in accounts if one["id"] == number]
    if not accounts:
        raise Problem(404, "task.notFound", "The email account was not found.")
    return accounts[0]

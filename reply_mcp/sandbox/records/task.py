"""A task as it is kept and shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records.step import display_names, full_name, render_variables, variable_values
from reply_mcp.sandbox.store import Doc, Store

TYPES = ("toDo", "call", "meeting", "linkedIn", "manualEmail", "sms", "whatsApp")
LINKEDIN_TYPES = ("message", "connect", "inMail", "viewProfile")
STATUSES = ("new", "finished", "cancelled", "archived", "sequenceDetached")
INACTIVE = ("cancelled", "archived")
FIRST_TASK = 3_310_001
_STEP_TYPES = {"email": "manualEmail", "linkedIn": "linkedIn", "call": "call", "sms": "sms", "whatsApp": "whatsApp"}


def task_doc(team_id: int, user_id: int, task_type: str, created: datetime, start: datetime, due: datetime) -> Doc:
    """An open task without contact, sequence or words."""
    return {
        "taskType": task_type,
        "status": "new",
        "linkedInTaskType": None,
        "sequenceId": None,
        "sequenceStepId": None,
        "assignedUserId": user_id,
        "creationSource": "user",
        "createdAt": iso(created),
        "startAt": iso(start),
        "dueTo": iso(due),
        "finishedAt": None,
        "isFailed": False,
        "isScheduled": False,
        "template": {"body": "", "subject": None, "attachmentIdList": None},
        "_contactId": None,
        "_teamId": team_id,
        "_resolution": None,
    }


def put_task(store: Store, task: Doc) -> Doc:
    """Store the task; ids begin where Reply's look like."""
    if "id" not in task and store.get("task", FIRST_TASK) is None:
        task["id"] = FIRST_TASK
    return store.put("task", task)


def task_for_step(store: Store, sequence: Doc, step: Doc, contact: Doc, at: datetime) -> Doc:
    """The task that a manual step asks of the sequence's owner."""
    kind = step["actionType"] if step["type"] == "task" else _STEP_TYPES[step["type"]]
    owner = sequence["ownerUserId"]
    if sequence["settings"].get("generatedTaskOwner") == "contact":
        owner = contact["ownerUserId"]
    task = task_doc(sequence["_teamId"], owner, kind, at, at, at + timedelta(days=1))
    words = step["variants"][0] if step.get("variants") else {}
    task |= {
        "sequenceId": sequence["id"],
        "sequenceStepId": step["id"],
        "creationSource": "sequence",
        "_contactId": contact["id"],
        "template": {
            "body": words.get("message") or step.get("message") or step.get("description") or "",
            "subject": words.get("subject"),
            "attachmentIdList": None,
        },
    }
    if kind == "linkedIn":
        task["linkedInTaskType"] = step["actionType"] if step["actionType"] in LINKEDIN_TYPES else "viewProfile"
    return put_task(store, task)


def task_row(store: Store, task: Doc) -> Doc:
    """The task as lists show it."""
    contact = store.get("contact", task["_contactId"]) if task["_contactId"] else None
    names = ("id", "taskType", "status", "linkedInTaskType", "assignedUserId", "startAt", "dueTo", "finishedAt")
    row = {name: task[name] for name in names}
    row["contact"] = {"id": contact["id"], "fullName": full_name(contact) or None} if contact else None
    return row | {name: task[name] for name in ("isScheduled", "sequenceId", "sequenceStepId")}


def task_view(store: Store, task: Doc, *, content: bool = False) -> Doc:
    """The task in full; `content` adds the template with the contact's data put in."""
    contact = store.get("contact", task["_contactId"]) if task["_contactId"] else None
    steps = store.all("step", _sequenceId=task["sequenceId"]) if task["sequenceId"] else []
    shown = {name: value for name, value in task.items() if not name.startswith("_")}
    return {
        "id": task["id"],
        "contactId": task["_contactId"],
        **shown,
        "sequenceStepDisplayName": display_names(steps).get(task["sequenceStepId"] or 0),
        "content": task_content(store, task) if content else None,
        "deliveryInfo": {
            "email": contact["email"],
            "phoneNumber": contact["phone"],
            "linkedInUrl": contact["linkedInUrl"],
        }
        if contact
        else None,
    }


def task_content(store: Store, task: Doc) -> Doc:
    """The task's words for its contact."""
    contact = store.get("contact", task["_contactId"]) if task["_contactId"] else None
    user = store.get("user", task["assignedUserId"]) or {}
    values = variable_values(store, contact, str(user.get("userName") or "")) if contact else {}
    template = task["template"]
    return {
        "body": render_variables(template["body"], values),
        "subject": render_variables(template["subject"], values) if template["subject"] else None,
    }

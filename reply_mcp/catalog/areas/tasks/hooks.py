"""What doing, completing and changing tasks really does: who is reached, who moves on, what a change would clear."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reply_mcp.catalog.arguments.times import instant
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.html import text_to_html

_MOST_NAMED = 5
_DOABLE = {"manualemail", "sms"}
_OUTCOMES = {0: "positive", 1: "call later", 2: "negative"}


async def mark_overdue(call: Call, answer: Any) -> Any:
    """Marks open tasks whose time is over; a row does not say so."""
    now = datetime.now(UTC)
    for row in rows_of(answer):
        due = instant(row.get("dueTo"))
        row["isOverdue"] = bool(due and due < now and _is(row, "status", "new"))
    return answer


async def task_of(call: Call, *, content: bool = False) -> dict[str, Any]:
    """The task at hand, with its rendered text where `content` is needed; one request in a call."""
    more = {"includeContent": True} if content else {}
    task = await read_once(call, "GetTaskById", id=call.arguments.id, **more)
    task = task[0] if isinstance(task, list) and task else task
    return task if isinstance(task, dict) else {}


async def text_once(call: Call, answer: Any) -> Any:
    """Leaves out the template where its text with the variables filled in is there too."""
    if not isinstance(answer, dict) or not (answer.get("content") or {}).get("body") or not answer.get("template"):
        return answer
    if answer["content"]["body"] != answer["template"].get("body"):
        call.notes.append("The text is as it is sent; without includeContent it has its variables.")
    return {key: value for key, value in answer.items() if key != "template"}


async def who_moves_on(call: Call, answer: Any) -> Any:
    """Says what completing did to the contact in its sequence."""
    if isinstance(answer, dict) and answer.get("sequenceId"):
        finished = getattr(call.arguments, "finish_prospect_in_sequence", None)
        does = "is taken out of" if finished else "moves on in"
        call.notes.append(f"Its contact {does} sequence {answer['sequenceId']}.")
    return answer


async def completing_effect(call: Call) -> Effect:
    """Completing a task of a sequence moves its contact on to the next step, which may send; others only close."""
    task = await task_of(call)
    if not task.get("sequenceId") or call.arguments.finish_prospect_in_sequence:
        return Effect.WRITE
    return Effect.SEND


async def completing_preview(call: Call) -> str:
    """Names the task, the person and what follows in the sequence; up to three requests."""
    task = await task_of(call)
    text = f"This completes {_kind(task)} {call.arguments.id} for {await _person(call, task)}"
    if call.arguments.call_resolution is not None:
        text += f", the call's result {_OUTCOMES[call.arguments.call_resolution]}"
    if not task.get("sequenceId"):
        return f"{text}, without carrying it out."
    sequence = await _sequence(call, task)
    if call.arguments.finish_prospect_in_sequence:
        return f"{text}, without carrying it out, and takes them out of {sequence}."
    return f"{text}, without carrying it out; they move on to the next step of {sequence}, which may send to them."


async def can_be_done(call: Call) -> None:
    """Looks first: only open e-mail and SMS tasks can be sent, and those of a sequence use its own mailbox."""
    task, arguments = await task_of(call, content=True), call.arguments
    if str(task.get("taskType") or "").casefold() not in _DOABLE:
        raise NotDone(
            f"Nothing was sent: task {arguments.id} is a {_kind(task)}, and only e-mail and SMS tasks can be sent from "
            f'here. When it is done: reply_complete_task {{"id": {arguments.id}}}.'
        )
    _must_be_open(task, arguments.id, "sent")
    if arguments.content and arguments.content.body and _is(task, "taskType", "manualEmail"):
        arguments.content.body = text_to_html(arguments.content.body)
    if arguments.email_account_id is not None and (task.get("sequenceId") or _is(task, "taskType", "sms")):
        raise NotDone(
            f"Nothing was sent: Reply ignores emailAccountId for task {arguments.id}, which is "
            f"{'an SMS' if _is(task, 'taskType', 'sms') else 'part of a sequence and sends from its mailbox'}. "
            "Leave it out."
        )


async def executing_preview(call: Call) -> str:
    """Names the person, the address and the first words; up to two requests."""
    task = await task_of(call, content=True)
    given = call.arguments.content
    held = task.get("content") or task.get("template") or {}
    body = (given.body if given else None) or held.get("body")
    subject = (given.subject if given else None) or held.get("subject")
    to = task.get("deliveryInfo") or {}
    address = to.get("email") or to.get("phoneNumber") or "an address that Reply did not say"
    what = "SMS" if _is(task, "taskType", "sms") else "e-mail"
    person = await _person(call, task)
    where = "" if address in person else f" at {address}"
    text = f"This sends a real {what} to {person}{where} and completes task {call.arguments.id}"
    return f"{text}:{f' {subject}:' if subject else ''}{quote_message(body)}" if body else f"{text}."


async def settled_already(call: Call, refusal: ApiError) -> str | None:
    """A refusal to complete, told from a task that is done already."""
    if refusal.code != "task.cannotComplete":
        return None
    try:
        task = await call.ask("GetTaskById", id=call.arguments.id)
    except ReplyError:
        return None
    if _is(task, "status", "finished"):
        when = str(task.get("finishedAt") or "")[:16].replace("T", " ")
        return f"Task {call.arguments.id} was finished already{f' ({when})' if when else ''}; nothing was changed."
    return (
        f"409 task.cannotComplete: task {call.arguments.id} is {task.get('status') or 'in a state'} and cannot be "
        "completed; nothing was changed."
    )


async def keep_the_rest(call: Call) -> None:
    """Fills in what was left out from the task: the change replaces all of it. One request."""
    arguments = call.arguments
    task = await call.ask("GetTaskById", id=arguments.id)
    task = task[0] if isinstance(task, list) and task else task
    _must_be_open(task, arguments.id, "changed")
    type_changes = arguments.task_type is not None and not _is(task, "taskType", arguments.task_type)
    contact_changes = "contact_id" in arguments.model_fields_set and arguments.contact_id != task.get("contactId")
    if task.get("sequenceId") and (type_changes or contact_changes):
        raise NotDone(
            f"Nothing was changed: task {arguments.id} is of a sequence, so its type and its contact stay as they are."
        )
    kind = arguments.task_type or task.get("taskType")
    if arguments.template and arguments.template.body and str(kind).casefold() == "manualemail":
        arguments.template.body = text_to_html(arguments.template.body)
    given = arguments.model_dump(mode="json", by_alias=True, exclude_unset=True)
    held = {key: task.get(key) for key in ("taskType", "startAt", "dueTo", "contactId", "linkedInTaskType")}
    template = {key: (task.get("template") or {}).get(key) for key in ("body", "subject")}
    template = {key: value for key, value in template.items() if value}
    merged = {key: value for key, value in held.items() if value is not None}
    if type_changes:
        merged.pop("linkedInTaskType", None)
    merged |= {**given, "template": template | given.get("template", {}), "id": arguments.id}
    whole = validate(type(arguments), merged)
    for name in whole.model_fields_set:
        setattr(arguments, name, getattr(whole, name))
    if not arguments.template.body:
        raise NotDone(f"Nothing was changed: task {arguments.id} has no text yet; give template.body.")


async def deletion_preview(call: Call) -> str:
    """Names the task and its person; up to two requests."""
    task = await task_of(call)
    ends = "archives" if _is(task, "status", "finished") else "cancels"
    return (
        f"This {ends} {_kind(task)} {call.arguments.id} for {await _person(call, task)}; it leaves the lists for good."
    )


async def bulk_deletion_preview(call: Call) -> str:
    """The number, and names of those that are open; one request."""
    known = await _open_tasks(call)
    return f"This deletes {_count(call)} for good{_names(call, known)}."


async def bulk_completing_effect(call: Call) -> Effect:
    """Sends unless every task is known to be of no sequence; one request."""
    known = await _open_tasks(call)
    ids = set(call.arguments.ids)
    free = {id for id, task in known.items() if not task.get("sequenceId")}
    return Effect.WRITE if ids <= free else Effect.SEND


async def bulk_completing_preview(call: Call) -> str:
    """The number, names, and how many contacts move on in sequences; one request."""
    known = await _open_tasks(call)
    ids = set(call.arguments.ids)
    moving = sum(1 for id in ids if (known.get(id) or {}).get("sequenceId"))
    unknown = len(ids - known.keys())
    text = f"This completes {_count(call)} without carrying them out{_names(call, known)}."
    if moving:
        text += f" {moving} of them are of sequences: their contacts move on to the next step, which may send."
    if unknown:
        text += f" {unknown} of them were not found among the open ones; they may be of sequences too."
    return text


async def _open_tasks(call: Call) -> dict[Any, dict[str, Any]]:
    """Those of the tasks in `ids` that are among the first 200 open ones, by id."""
    try:
        rows = rows_of(await read_once(call, "FilterTasks", status="new", top=200))
    except ReplyError:
        return {}
    ids = set(call.arguments.ids)
    return {row["id"]: row for row in rows if row.get("id") in ids}


def _count(call: Call) -> str:
    count = len(set(call.arguments.ids))
    return f"{count} task{'' if count == 1 else 's'}"


def _names(call: Call, known: dict[Any, dict[str, Any]]) -> str:
    named = [
        f"{id} {(task.get('contact') or {}).get('fullName') or 'no contact'}"
        for id, task in list(known.items())[:_MOST_NAMED]
    ]
    left = len(set(call.arguments.ids)) - len(named)
    return f" ({', '.join(named)}{f' and {left} more' if left else ''})" if named else ""


async def _person(call: Call, task: dict[str, Any]) -> str:
    id = task.get("contactId")
    if not id:
        return "nobody in particular"
    try:
        contact = await read_once(call, "GetContactById", id=id)
    except ReplyError:
        return f"contact {id}"
    contact = contact if isinstance(contact, dict) else {}
    name = " ".join(part for part in (contact.get("firstName"), contact.get("lastName")) if part)
    email = contact.get("email")
    return f"{name or 'contact'} ({id}{f', {email}' if email else ''})"


async def _sequence(call: Call, task: dict[str, Any]) -> str:
    try:
        sequence = await read_once(call, "GetSequenceById", id=task["sequenceId"])
    except ReplyError:
        return f"sequence {task['sequenceId']}"
    sequence = sequence if isinstance(sequence, dict) else {}
    return f'"{sequence.get("name")}" ({task["sequenceId"]}, {sequence.get("status") or "state unknown"})'


def _must_be_open(task: Any, id: Any, done: str) -> None:
    if not isinstance(task, dict) or not _is(task, "status", "new"):
        state = task.get("status") if isinstance(task, dict) else None
        raise NotDone(f"Nothing was {done}: task {id} is {state or 'unreadable'}, and only open ones can be {done}.")


def _kind(task: dict[str, Any]) -> str:
    words = {"manualemail": "e-mail", "todo": "to-do", "linkedin": "LinkedIn", "sms": "SMS", "whatsapp": "WhatsApp"}
    kind = str(task.get("taskType") or "").casefold()
    return f"{words.get(kind, kind) or 'unknown'} task"


def _is(row: dict[str, Any], key: str, value: str) -> bool:
    return str(row.get(key) or "").casefold() == value.casefold()

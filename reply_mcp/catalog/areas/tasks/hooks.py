"""What executing, completing and changing tasks really does: who is reached, who moves on, what a change clears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_modify_write import fill_unset
from reply_mcp.catalog.hooks.read_once import first_words, has_read, read_record
from reply_mcp.catalog.lookups.contactable import (
    check_contactable,
    describe_against,
    note_if_denied,
)
from reply_mcp.catalog.lookups.senders import describe_account, describe_default_mailbox
from reply_mcp.catalog.lookups.sequences import describe_senders, read_sequence
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import ApiError, NotDone, ReplyError, WrongArguments
from reply_mcp.text.cleaning import quote
from reply_mcp.text.html import text_to_html
from reply_mcp.text.names import name_and_address
from reply_mcp.text.times import format_minute, format_time, instant

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.tasks.operations import (
        CompleteTask,
        CreateTask,
        DeleteTask,
        ExecuteTask,
        GetTaskById,
        UpdateTask,
    )

_WIDTH = 60
_DOABLE = {"manualemail", "sms"}
_TIMES = {"startAt": "start_at", "dueTo": "due_to"}
_OUTCOMES = {0: "positive", 1: "call later", 2: "negative"}


async def add_whom_for(call: Call[CreateTask] | Call[UpdateTask], answer: dict[str, Any]) -> Any:
    """Adds for whom a task is, as far as the answer says so."""
    if not answer.get("contactId"):
        return answer
    return {**answer, "_for": f"for {_describe_address(answer)}"}


async def read_task(call: Call, *, content: bool = False) -> dict[str, Any]:
    """The task that the call is about, with its rendered text where `content` is needed; one request in a call."""
    more = {"includeContent": True} if content else {}
    return await read_record(call, "GetTaskById", id=call.arguments.id, **more)


async def drop_shown_template(call: Call[GetTaskById], answer: dict[str, Any]) -> Any:
    """Leaves out the template where the answer also has its text with the variables filled in."""
    if not (answer.get("content") or {}).get("body") or not answer.get("template"):
        return answer
    if answer["content"]["body"] != answer["template"].get("body"):
        call.notes.append("The text is as it will be sent; without includeContent it has its variables.")
    return {key: value for key, value in answer.items() if key != "template"}


async def describe_completed(call: Call[CompleteTask] | Call[ExecuteTask], answer: Any) -> Any:
    """Says which task it was, and what completing it did to the contact in its sequence; no request."""
    if answer is None:
        answer = {}
    elif not isinstance(answer, dict) or "taskType" not in answer:
        return answer
    held = await read_task(call) if has_read(call, "GetTaskById", id=call.arguments.id) else {}
    task = {**held, **{key: value for key, value in answer.items() if value is not None}}
    if task.get("sequenceId"):
        finished = getattr(call.arguments, "finish_prospect_in_sequence", None)
        does = "is taken out of" if finished else "moves on in"
        call.notes.append(f"Its contact {does} sequence {task['sequenceId']}.")
    return {**answer, "_which": await _describe_completed(call, task)}


async def _describe_completed(call: Call, task: dict[str, Any]) -> str:
    """`call task 8812 "Ask for the order form" for Ann Lee (90, ann@acme.com)`, the person as far as they were read."""
    template = object_at(task, "template")
    words = first_words(template.get("subject") or template.get("body"), _WIDTH)
    whom = ""
    if id := task.get("contactId"):
        known = has_read(call, "GetContactById", id=id)
        whom = f" for {await describe_person(call, task) if known else _describe_address(task)}"
    return f"{describe_type(task)} {call.arguments.id}{f' {quote(words)}' if words else ''}{whom}"


def _describe_address(task: dict[str, Any]) -> str:
    """`contact 90 (ann@acme.com)`, as far as the task itself says whom it is for."""
    email = object_at(task, "deliveryInfo").get("email")
    return f"contact {task['contactId']}{f' ({email})' if email else ''}"


async def effect_of_completing(call: Call[CompleteTask]) -> Effect:
    """SEND for a task of a sequence, whose contact moves on to the next step, which may send; one request in a call."""
    return Effect.SEND if _moves_on(call, await read_task(call)) else Effect.WRITE


async def check_may_move_on(call: Call[CompleteTask]) -> None:
    """Refuses to have a sequence go on writing to somebody who opted out or is on the blacklist; up to five requests
    for a task of a sequence.

    Raises:
        NotDone: names them, the reason and what can be done in place of it.
    """
    task = await read_task(call)
    if _moves_on(call, task):
        id = call.arguments.id
        instead = f'reply_complete_task {{"id": {id}, "finishProspectInSequence": true}} takes them out instead.'
        await check_contactable(call, await read_person(call, task), "changed", instead)


def _moves_on(call: Call[CompleteTask], task: dict[str, Any]) -> bool:
    """Whether its contact goes on in a sequence, which may send."""
    return bool(task.get("sequenceId")) and not call.arguments.finish_prospect_in_sequence


async def preview_completing(call: Call[CompleteTask]) -> str | Question:
    """Names the task, the person, what speaks against writing to them and what follows in the sequence; up to five
    requests."""
    task = await read_task(call)
    text = f"This completes {describe_type(task)} {call.arguments.id} for {await describe_person(call, task)}"
    if call.arguments.call_resolution is not None:
        text += f", the call's result {_OUTCOMES[call.arguments.call_resolution]}"
    if not task.get("sequenceId"):
        return f"{text}, without carrying it out."
    sequence = await _describe_sequence(call, task)
    if call.arguments.finish_prospect_in_sequence:
        return f"{text}, without carrying it out, and takes them out of {sequence}."
    against, talks = await describe_against(call, [await read_person(call, task)], task["sequenceId"])
    text += f", without carrying it out; they move on to the next step of {sequence}, which may send to them."
    return Question("\n".join([*against, text]), {"threads": talks})


async def check_executable(call: Call[ExecuteTask]) -> None:
    """Raises `NotDone` for what cannot be sent: only open email and SMS tasks can be, and those of a sequence only from
    its own mailbox; and a message to somebody who opted out or is on the blacklist. Up to five requests in a call."""
    task, arguments = await read_task(call, content=True), call.arguments
    if str(task.get("taskType") or "").casefold() not in _DOABLE:
        raise NotDone(
            f"Nothing was sent: task {arguments.id} is a {describe_type(task)}, and only email and SMS tasks can be "
            f'sent from here. Once it is done: reply_complete_task {{"id": {arguments.id}}}.'
        )
    _check_open(task, arguments.id, "sent")
    if arguments.content and arguments.content.body and _is(task, "taskType", "manualEmail"):
        arguments.content.body = text_to_html(arguments.content.body)
    if arguments.email_account_id is not None and (task.get("sequenceId") or _is(task, "taskType", "sms")):
        raise NotDone(
            f"Nothing was sent: Reply ignores emailAccountId for task {arguments.id}, which is "
            f"{'an SMS' if _is(task, 'taskType', 'sms') else 'part of a sequence and sends from its mailbox'}. "
            "Leave it out."
        )
    await check_contactable(call, await read_person(call, task))


async def preview_executing(call: Call[ExecuteTask]) -> Question:
    """Names the person, the address, the mailbox, the text and what speaks against writing to them; up to five
    requests."""
    task = await read_task(call, content=True)
    given = call.arguments.content
    held = task.get("content") or task.get("template") or {}
    body = (given.body if given else None) or held.get("body")
    subject = (given.subject if given else None) or held.get("subject")
    to = task.get("deliveryInfo") or {}
    address = to.get("email") or to.get("phoneNumber") or "an address that Reply does not give"
    what = "SMS" if _is(task, "taskType", "sms") else "email"
    person = await describe_person(call, task)
    where = "" if address in person else f" at {address}"
    sender = await _describe_sender(call, task)
    text = f"This sends a real {what} to {person}{where}{sender}, and completes task {call.arguments.id}"
    text += f". Subject {quote(str(subject))}" if subject else ""
    text += f":{quote_message(body)}" if body else "."
    against, talks = await describe_against(call, [await read_person(call, task)], task.get("sequenceId"))
    return Question("\n".join([*against, text]), {"threads": talks, "sender": sender})


async def _describe_sender(call: Call[ExecuteTask], task: dict[str, Any]) -> str:
    """`, from maria@ourco.com (60 a day)`, of several mailboxes `, from one of …`; "" for an SMS, whose number Reply
    does not give. One request."""
    if _is(task, "taskType", "sms"):
        return ""
    if call.arguments.email_account_id is not None:
        return f", from {await describe_account(call, 'GetEmailAccount', call.arguments.email_account_id, 'mailbox')}"
    if task.get("sequenceId"):
        senders = await describe_senders(call, task["sequenceId"])
        return f", from {'one of ' if ', ' in senders else ''}{senders}"
    return f", from {await describe_default_mailbox(call)}"


async def explain_already_done(call: Call[CompleteTask] | Call[ExecuteTask], refusal: ApiError) -> str | None:
    """Tells a task that is done already from one that cannot be completed; one request."""
    if refusal.code != "task.cannotComplete":
        return None
    try:
        task = await call.ask("GetTaskById", id=call.arguments.id)
    except ReplyError:
        return None
    if _is(task, "status", "finished"):
        when = format_time(instant(task.get("finishedAt")))
        return f"Task {call.arguments.id} was finished already{f', {when}' if when else ''}; nothing was changed."
    return (
        f"409 task.cannotComplete: task {call.arguments.id} is {task.get('status') or 'in a state'} and cannot be "
        "completed; nothing was changed."
    )


async def fill_in_task(call: Call[UpdateTask]) -> None:
    """Fills in what was left out, since an update replaces the whole task; one request.

    Raises:
        NotDone: for a task that is not open, and for what a task of a sequence does not let change.
    """
    arguments = call.arguments
    task = await read_task(call)
    _check_open(task, arguments.id, "changed")
    type_changes = arguments.task_type is not None and not _is(task, "taskType", arguments.task_type)
    contact_changes = "contact_id" in arguments.model_fields_set and arguments.contact_id != task.get("contactId")
    if task.get("sequenceId") and (type_changes or contact_changes):
        raise NotDone(
            f"Nothing was changed: task {arguments.id} belongs to a sequence, so its type and its contact are fixed."
        )
    kind = arguments.task_type or task.get("taskType")
    if arguments.template and arguments.template.body and str(kind).casefold() == "manualemail":
        arguments.template.body = text_to_html(arguments.template.body)
    held = {key: task.get(key) for key in ("taskType", "startAt", "dueTo", "contactId", "linkedInTaskType")}
    if type_changes:
        del held["linkedInTaskType"]
    given = arguments.model_fields_set & set(_TIMES.values())
    fill_unset(arguments, {**held, "template": task.get("template")})
    start, due = instant(arguments.wire().get("startAt")), instant(arguments.wire().get("dueTo"))
    if given and start is not None and due is not None and start >= due:
        stays = next((name for name, field in _TIMES.items() if field not in given), "")
        both = f"; {stays} stays as it is unless it is given too" if stays else ""
        raise WrongArguments(
            [f"dueTo must be later than startAt, got {format_minute(due)} and {format_minute(start)}{both}"]
        )
    template = arguments.template
    if not (template.get("body") if isinstance(template, dict) else template and template.body):
        raise NotDone(f"Nothing was changed: task {arguments.id} has no text yet; give template.body.")


async def preview_deletion(call: Call[DeleteTask]) -> str:
    """Names the task and its person; up to two requests."""
    task = await read_task(call)
    ends = "archives" if _is(task, "status", "finished") else "cancels"
    who = await describe_person(call, task)
    return f"This {ends} {describe_type(task)} {call.arguments.id} for {who}; it leaves the lists for good."


async def read_person(call: Call, task: dict[str, Any]) -> dict[str, Any]:
    """The task's contact, with the address that the task goes to where it cannot be read; {} where there is none."""
    id = task.get("contactId")
    if not id:
        return {}
    try:
        return await read_record(call, "GetContactById", id=id)
    except ReplyError as error:
        note_if_denied(call, error, "who the person is now")
        return {"id": id, "email": object_at(task, "deliveryInfo").get("email")}


async def describe_person(call: Call, task: dict[str, Any]) -> str:
    id = task.get("contactId")
    if not id:
        return "nobody in particular"
    contact = await read_person(call, task)
    name = " ".join(f"{part}" for part in (contact.get("firstName"), contact.get("lastName")) if part)
    email = contact.get("email")
    if not name and not email:
        return f"contact {id}"
    return f"{name_and_address(name, None) or 'contact'} ({id}{f', {email}' if email else ''})"


async def _describe_sequence(call: Call, task: dict[str, Any]) -> str:
    try:
        sequence = await read_sequence(call, task["sequenceId"])
    except ReplyError:
        return f"sequence {task['sequenceId']}"
    return f'"{sequence.get("name")}" ({task["sequenceId"]}, {sequence.get("status") or "state unknown"})'


def _check_open(task: dict[str, Any], id: Any, done: str) -> None:
    if not _is(task, "status", "new"):
        raise NotDone(
            f"Nothing was {done}: task {id} is {task.get('status') or 'unreadable'}, and only open ones can be {done}."
        )


def describe_type(task: dict[str, Any]) -> str:
    words = {"manualemail": "email", "todo": "to-do", "linkedin": "LinkedIn", "sms": "SMS", "whatsapp": "WhatsApp"}
    kind = str(task.get("taskType") or "").casefold()
    return f"{words.get(kind, kind) or 'unknown'} task"


def is_finished(task: Any) -> bool:
    return isinstance(task, dict) and _is(task, "status", "finished")


def _is(row: dict[str, Any], key: str, value: str) -> bool:
    return str(row.get(key) or "").casefold() == value.casefold()

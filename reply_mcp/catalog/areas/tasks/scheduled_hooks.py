"""Tasks that Reply carries out by itself when they start: what changes one of them changes what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.tasks.hooks import describe_person, describe_type, read_person, read_task
from reply_mcp.catalog.hooks.id_labels import describe_teammate
from reply_mcp.catalog.hooks.replaced_texts import describe_texts
from reply_mcp.catalog.lookups.contactable import check_contactable, describe_against
from reply_mcp.catalog.lookups.scheduled_tasks import describe_scheduled, describe_start, is_sent_by_itself
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import more_after, records_of
from reply_mcp.catalog.undo import one_or_page
from reply_mcp.text.lists import plural
from reply_mcp.text.times import instant

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.tasks.operations import AssignTask, BatchAssignTasks, UpdateTask

_FACTS = ("status", "isScheduled", "contactId", "startAt", "assignedUserId", "template")

read_tasks = one_or_page("GetTaskById", "GetTasks", "ids", top=1000)
"""The tasks of a bulk call."""


async def effect_of_change(call: Call[UpdateTask] | Call[AssignTask]) -> Effect:
    """SEND for a task that Reply carries out by itself; one request in a call."""
    return Effect.SEND if is_sent_by_itself(await read_task(call)) else Effect.WRITE


async def check_person(call: Call[UpdateTask]) -> None:
    """Refuses to have a message sent by itself to somebody who opted out or is on the blacklist; up to four requests,
    none for a task that waits for a person.

    Raises:
        NotDone: names them and the reason.
    """
    task = await read_task(call)
    if is_sent_by_itself(task):
        await check_contactable(call, await read_person(call, _changed(call, task)), "changed")


def _changed(call: Call[UpdateTask], task: dict[str, Any]) -> dict[str, Any]:
    """The task as it is after the call."""
    return {**task, **{key: value for key, value in call.arguments.wire().items() if key in _FACTS}}


async def preview_update(call: Call[UpdateTask]) -> Question:
    """What is sent to whom, when, what of it changes, and what speaks against it; three requests beside those of the
    checks."""
    task, arguments = await read_task(call), call.arguments
    after = _changed(call, task)
    sends = f"This changes {describe_type(task)} {arguments.id}, which Reply carries out by itself"
    lines = [f"{sends}: for {await describe_person(call, after)}, {describe_start(after)}."]
    before = await describe_person(call, task)
    if after.get("contactId") != task.get("contactId"):
        lines.append(f"- for them in place of {before}")
    if instant(after.get("startAt")) != instant(task.get("startAt")):
        lines.append(f"- {describe_start(after)} in place of {describe_start(task)}")
    person = await read_person(call, after)
    against, talks = await describe_against(call, [person] if person else [], task.get("sequenceId"))
    return Question("\n".join([*against, *lines, *describe_texts(call)[0]]), {**_facts(task), "threads": talks})


def _facts(task: dict[str, Any]) -> dict[str, Any]:
    return {key: task.get(key) for key in _FACTS}


async def preview_assignment(call: Call[AssignTask]) -> Question:
    """Who sends what to whom from now on; up to two requests beside the task's own."""
    task = await read_task(call)
    who = await describe_teammate(call, call.arguments.user_id)
    text = (
        f"This hands {describe_type(task)} {call.arguments.id} for {await describe_person(call, task)}, which Reply "
        f"carries out by itself, {describe_start(task)}, to {who}: then it goes out in their name."
    )
    return Question(text, _facts(task))


async def effect_of_assignments(call: Call[BatchAssignTasks]) -> Effect:
    """SEND where one of the tasks is carried out by itself, or may be; one request in a call."""
    scheduled, unknown = await _scheduled(call)
    return Effect.SEND if scheduled or unknown else Effect.WRITE


async def _scheduled(call: Call[BatchAssignTasks]) -> tuple[list[dict[str, Any]], int]:
    """Those of the tasks that Reply carries out by itself, and of how many that is not known."""
    held = await read_tasks(call)
    wanted = {str(id) for id in call.arguments.ids}
    known = {str(row.get("id")): row for row in records_of(held) if str(row.get("id")) in wanted}
    unknown = len(wanted - known.keys()) if more_after(held) else 0
    return [row for row in known.values() if is_sent_by_itself(row)], unknown


async def preview_assignments(call: Call[BatchAssignTasks]) -> Question:
    """Which of the tasks go out by themselves, in whose name from now on; one request beside the tasks' own."""
    scheduled, unknown = await _scheduled(call)
    who = await describe_teammate(call, call.arguments.user_id)
    lines = [f"This hands {plural(len(set(call.arguments.ids)), 'task')} to {who}."]
    if scheduled:
        lines.append(
            f"Reply carries out {len(scheduled)} by itself, in their name then: {describe_scheduled(scheduled)}."
        )
    if unknown:
        lines.append(f"Of {unknown} it is not known whether Reply carries them out by itself.")
    return Question("\n".join(lines), {"tasks": sorted(str(row.get("id")) for row in scheduled), "unknown": unknown})

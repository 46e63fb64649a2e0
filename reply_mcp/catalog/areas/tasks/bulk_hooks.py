"""What completing and deleting several tasks does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.lookups.audience import person_name
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted, describe_against, note_if_denied
from reply_mcp.catalog.lookups.people import find_people
from reply_mcp.catalog.lookups.reach import MOST_LOOKS
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import NotDone, ReplyError
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.tasks.operations import BatchCompleteTasks, BulkDeleteTasks

_MOST_NAMED = 5


async def preview_bulk_deletion(call: Call[BulkDeleteTasks]) -> str:
    """The tasks and their people; one request for those that are open, and one for each of the first few others."""

    async def read(id: Any) -> str:
        return _name_task(await read_record(call, "GetTaskById", id=id), id)

    known = {str(id): _name_task(task, id) for id, task in (await _read_open_tasks(call)).items()}
    found = await find_existing(
        call.arguments.ids, "task", read, known=known, most=_MOST_NAMED, finder="reply_list_tasks"
    )
    return f"This deletes {found.count} for good ({found.listed}).{found.missing}"


def _name_task(task: dict[str, Any], id: Any) -> str:
    return f"{id} {(task.get('contact') or {}).get('fullName') or 'no contact'}"


async def check_may_all_move_on(call: Call[BatchCompleteTasks]) -> None:
    """As `hooks.check_may_move_on`, for each of the tasks that is among the open ones: the requests of `find_people`
    for their contacts, and up to three.

    Raises:
        NotDone: names them and the reason.
    """
    rows = await _read_those_who_move_on(call)
    gone = [person_name(row) for row in rows if row.get("isOptedOut")]
    if gone:
        raise NotDone(
            f"Nothing was changed: {list_some(gone, _MOST_NAMED)} opted out and asked not to be contacted. Leave their "
            "tasks out; reply_complete_task with finishProspectInSequence takes them out of the sequence instead."
        )
    await check_none_blacklisted(call, rows)


async def _read_those_who_move_on(call: Call[BatchCompleteTasks]) -> list[dict[str, Any]]:
    """The contacts whose sequences go on with them; once in a call."""
    if "moving" not in call.seen:
        held = (await _read_open_tasks(call)).values()
        ids = [(task.get("contact") or {}).get("id") for task in held if task.get("sequenceId")]
        people = await find_people(call, [id for id in ids if id is not None], None, call.at_most(MOST_LOOKS))
        call.seen["moving"] = [one.row or {"id": one.id} for one in people]
    rows: list[dict[str, Any]] = call.seen["moving"]
    return rows


async def effect_of_bulk_completing(call: Call[BatchCompleteTasks]) -> Effect:
    """SEND unless every task is known to belong to no sequence; one request."""
    known = await _read_open_tasks(call)
    ids = set(call.arguments.ids)
    free = {id for id, task in known.items() if not task.get("sequenceId")}
    return Effect.WRITE if ids <= free else Effect.SEND


async def preview_bulk_completing(call: Call[BatchCompleteTasks]) -> Question:
    """The number of tasks, their people, how many contacts move on in sequences, and what speaks against writing to
    them; the requests of `describe_against` beside those of the checks."""
    known = await _read_open_tasks(call)
    ids = set(call.arguments.ids)
    moving = sum(1 for id in ids if (known.get(id) or {}).get("sequenceId"))
    unknown = len(ids - known.keys())
    text = f"This completes {_describe_count(call)} without carrying them out{_list_tasks(call, known)}."
    if moving:
        text += f" The contacts of {moving} move on to the next step of their sequences, which may send."
    if unknown:
        text += f" Not found among the open ones: {unknown}, which may belong to sequences too."
    people = await _read_those_who_move_on(call)
    against, talks = await describe_against(call, people) if people else ([], [])
    return Question("\n".join([*against, text]), {"threads": talks})


async def _read_open_tasks(call: Call[BatchCompleteTasks] | Call[BulkDeleteTasks]) -> dict[Any, dict[str, Any]]:
    """Those of the tasks that are among the first 200 open ones, by id; one request in a call."""
    try:
        rows = rows_of(await read_once(call, "FilterTasks", status="new", top=200))
    except ReplyError as error:
        note_if_denied(call, error, "whose tasks these are")
        return {}
    ids = set(call.arguments.ids)
    return {row["id"]: row for row in rows if row.get("id") in ids}


def _describe_count(call: Call[BatchCompleteTasks] | Call[BulkDeleteTasks]) -> str:
    return plural(len(set(call.arguments.ids)), "task")


def _list_tasks(call: Call[BatchCompleteTasks] | Call[BulkDeleteTasks], known: dict[Any, dict[str, Any]]) -> str:
    """` (8812 Ann Lee, 8813 no contact and 2 more)`; "" where none of them is known."""
    named = [_name_task(task, id) for id, task in known.items()]
    if not named:
        return ""
    unknown = set(call.arguments.ids) - known.keys()
    return f" ({list_some([*named, *unknown], min(len(named), _MOST_NAMED))})"

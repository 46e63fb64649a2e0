"""Lists of tasks: whose they are, which are late, and which say nothing of what is to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call, Paged
from reply_mcp.catalog.rows import rows_of
from reply_mcp.text.lists import list_some
from reply_mcp.text.times import instant

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.tasks.operations import FilterTasks, GetTasks

_MOST_NAMED = 5
_OWN_AND_OPEN = "own and open"


async def find_tasks(call: Call[FilterTasks]) -> Any:
    """Reads the tasks that match; without any filter the caller's own open ones, which is what the tool's name
    promises: a request more, at most one in ten minutes."""
    arguments = call.arguments
    filters = type(arguments).model_fields.keys() - Paged.model_fields.keys()
    if all(getattr(arguments, name) is None for name in filters):
        arguments.status, arguments.assigned_user_id = "new", "me"
        await call.resolve_names()
        call.seen[_OWN_AND_OPEN] = True
    return await call.send()


async def note_whose_tasks(call: Call[FilterTasks], answer: Any) -> Any:
    """Notes that only the caller's own open tasks were asked for, or that teammates' are among those found."""
    if call.seen.get(_OWN_AND_OPEN):
        call.notes.append('Only your own open tasks. Everybody\'s: status="new"; finished ones: status="finished".')
    elif not rows_of(answer):
        call.notes.append("Other users' tasks show only to roles that may see them.")
    elif len({row.get("assignedUserId") for row in rows_of(answer)}) > 1:
        call.notes.append('Of everybody; yours alone: assignedUserId="me".')
    return answer


async def mark_overdue(call: Call[GetTasks] | Call[FilterTasks], answer: Any) -> Any:
    """Adds `isOverdue`, which rows do not carry, for open tasks past their due time."""
    now = datetime.now(UTC)
    for row in rows_of(answer):
        due = instant(row.get("dueTo"))
        row["isOverdue"] = bool(due and due < now and _is_open(row))
    return answer


async def note_tasks_for_nobody(call: Call, answer: Any) -> Any:
    """Names the open tasks of a list that are for no contact, of which it shows nothing else: only one by one does
    Reply give their texts."""
    ids = [row.get("id") for row in rows_of(answer) if row.get("contact", 0) is None and _is_open(row)]
    if ids:
        call.notes.append(f"For no contact: {list_some(ids, _MOST_NAMED)}; reply_get_task shows what is to do.")
    return answer


def _is_open(row: dict[str, Any]) -> bool:
    return str(row.get("status")).casefold() == "new"

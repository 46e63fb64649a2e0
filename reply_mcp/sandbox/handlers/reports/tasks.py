"""Which tasks a report is about."""

from __future__ import annotations

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.handlers.reports.window import check_not_empty, contact_passes, report_window
from reply_mcp.sandbox.http.handler import HandlerCall
from reply_mcp.sandbox.store import Doc


def reported_tasks(call: HandlerCall, filters: Doc) -> list[Doc]:
    """The team's tasks made in the window, or completed in it where completed ones are asked for; by due date."""
    begin, end = report_window(call, filters)
    check_not_empty(begin, end)
    low, high = iso(begin), iso(end)
    statuses, kinds = filters.get("taskStatuses") or [], filters.get("taskTypes") or []
    field = "finishedAt" if "completed" in statuses else "createdAt"
    found = []
    for task in call.store.all("task", _teamId=call.key.team_id):
        if not low <= str(task[field] or "") < high:
            continue
        if (kinds and task["taskType"] not in kinds) or not contact_passes(call, task["_contactId"], filters):
            continue
        if statuses and ("completed" if task["finishedAt"] else "created") not in statuses:
            continue
        among = {"userIds": "assignedUserId", "sequenceIds": "sequenceId"}
        if all(not filters.get(name) or task[own] in filters[name] for name, own in among.items()):
            found.append(task)
    return sorted(found, key=lambda task: (task["dueTo"], task["id"]))

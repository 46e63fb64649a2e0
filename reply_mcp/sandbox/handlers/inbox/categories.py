"""The categories that threads are filed under."""

from __future__ import annotations

from reply_mcp.sandbox.handlers.inbox.thread_changes import change_each_thread
from reply_mcp.sandbox.http.bulk import item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.ownership import find_in_team, is_teammate, name_taken
from reply_mcp.sandbox.store import Doc

COLORS = ("gray", "green", "blue", "red", "yellow", "purple", "orange", "lightBlue", "olive")
LONGEST = 100


@operation("ListInboxCategories")
def list_inbox_categories(call: HandlerCall) -> list[Doc]:
    """A bare array; with `ownerUserId`, unread threads are counted of that owner only."""
    owner = call.integer("ownerUserId", 0, 1) or None
    if owner is not None and not is_teammate(call, owner):
        raise Problem(400, "inboxCategory.invalidInput", "The owner is not in the team.")
    return [_shown(call, one, owner) for one in call.store.all("category", _teamId=call.key.team_id)]


@operation("GetInboxCategory")
def get_inbox_category(call: HandlerCall) -> Doc:
    """One category."""
    return _shown(call, _category(call))


@operation("CreateInboxCategory")
def create_inbox_category(call: HandlerCall) -> HandlerResponse:
    """Create a category; its name is unique whatever the case."""
    category = call.store.put("category", {**_definition(call), "isReserved": False, "_teamId": call.key.team_id})
    return HandlerResponse(201, _shown(call, category))


@operation("UpdateInboxCategory")
def update_inbox_category(call: HandlerCall) -> Doc:
    """Replace name and color of an own category."""
    category = _own(call)
    return _shown(call, call.store.put("category", {**category, **_definition(call, category)}))


@operation("DeleteInboxCategory")
def delete_inbox_category(call: HandlerCall) -> HandlerResponse:
    """Delete an own category; its threads stay."""
    category = _own(call)
    for thread in call.store.all("thread", _categoryId=category["id"]):
        call.store.put("thread", {**thread, "_categoryId": None})
    call.store.delete("category", category["id"])
    return HandlerResponse(204)


@operation("AssignThreadsToInboxCategory")
def assign_threads_to_inbox_category(call: HandlerCall) -> Doc:
    """File each thread here; the answer holds the failures only, also when the category is missing."""
    category = _found(call)
    if category is None:
        return _all_missing(call)
    return change_each_thread(call, lambda thread: call.store.put("thread", {**thread, "_categoryId": category["id"]}))


@operation("UnassignThreadsFromInboxCategory")
def unassign_threads_from_inbox_category(call: HandlerCall) -> Doc:
    """Take each thread out of here; those filed elsewhere are left alone."""
    category = _found(call)
    if category is None:
        return _all_missing(call)

    def take_out(thread: Doc) -> None:
        if thread["_categoryId"] == category["id"]:
            call.store.put("thread", {**thread, "_categoryId": None})

    return change_each_thread(call, take_out)


def _all_missing(call: HandlerCall) -> Doc:
    failed = change_each_thread(call, lambda thread: None)
    missing = item_failure("notFound", "Inbox category not found.")
    return {**{str(number): missing for number in call.json_object()["threadIds"]}, **failed}


def _found(call: HandlerCall) -> Doc | None:
    return find_in_team(call, "category", call.id)


def _category(call: HandlerCall) -> Doc:
    category = _found(call)
    if category is None:
        raise Problem(404, "inboxCategory.notFound", f"Inbox category {call.id} was not found.")
    return category


def _own(call: HandlerCall) -> Doc:
    category = _category(call)
    if category["isReserved"]:
        raise Problem(403, "inboxCategory.cannotModifyDefault", "A reserved category cannot be changed.")
    return category


def _definition(call: HandlerCall, own: Doc | None = None) -> Doc:
    body, wrong = call.json_object(), []
    name = body.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST:
        wrong.append(("/name", f"A name of at most {LONGEST} characters is required."))
    if body.get("color") not in COLORS:
        wrong.append(("/color", f"One of {', '.join(COLORS)} is required."))
    if wrong:
        raise invalid(*wrong)
    if name_taken(call.store.all("category", _teamId=call.key.team_id), str(name), own["id"] if own else None):
        raise Problem(409, "inboxCategory.duplicateName", "A category with this name exists.")
    return {"name": str(name).strip(), "color": body["color"]}


def _shown(call: HandlerCall, category: Doc, owner: int | None = None) -> Doc:
    threads = call.store.all("thread", _categoryId=category["id"])
    unread = [one for one in threads if not one["isRead"] and owner in (None, one["_ownerId"])]
    shown = {name: category[name] for name in ("id", "name", "color", "isReserved")}
    return {**shown, "unreadThreadsCount": len(unread)}

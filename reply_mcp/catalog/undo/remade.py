"""What was deleted, as far as it can be had back: made again from what it was, or restored by Reply."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.answers import held_value
from reply_mcp.catalog.changes import Inverse, Step
from reply_mcp.catalog.hooks.read_modify_write import documented
from reply_mcp.catalog.operation import Arguments, Call, Operation, Undo
from reply_mcp.catalog.rows import records_of
from reply_mcp.catalog.undo.pieces import name_ids, not_failed, rows_by_id
from reply_mcp.catalog.undo.reading import Read
from reply_mcp.text.addresses import hide_userinfo
from reply_mcp.text.lists import plural

NEW_ID = "It has another id."
_PLACES = "They are not on their lists, nor in their sequences."


def made_again(create: str, read: Read, noun: str, remains: str = "", *, ids: str = "", into: str = "") -> Undo:
    """What was deleted is made again from what it was, under another id.

    Args:
        create: the operation of the same area that makes one, or several.
        read: reads it before it is deleted.
        ids: of a bulk call, the argument (by its name on the wire) that names them.
        into: the argument of `create` that takes several.
    """

    def inverse(call: Call, held: Any, answer: Any) -> Inverse | None:
        model = _model_of(create, call)
        if not ids:
            body = _body_of(model, held)
            if not body:
                return Inverse((), f"What the {noun} was could not be read.")
            name = next((body[key] for key in ("name", "pattern", "url") if body.get(key)), "")
            says = f'there is {noun} "{hide_userinfo(name)}" again'
            return Inverse((Step(create, body, says),), " ".join(filter(None, [NEW_ID, remains])))
        found, missing = found_among(call, held, answer, ids)
        if not found:
            return Inverse((), f"What the {noun}s were could not be read.")
        rows = [{"pattern": row["pattern"]} for row in found if row.get("pattern")]
        lost = f" {plural(missing, noun)} could not be read, and stay deleted." if missing else ""
        says = f"there {'is' if len(rows) == 1 else 'are'} {plural(len(rows), noun)} again"
        return Inverse((Step(create, {into: rows}, says),), f"They have other ids. {remains}{lost}".rstrip())

    return Undo(inverse, read)


def restored(read: Read, ids: str = "") -> Undo:
    """Deleted contacts are restored by an import of their addresses, as Reply offers it.

    Args:
        read: reads them before they are deleted.
        ids: of a bulk call, the argument (by its name on the wire) that names them.
    """

    def inverse(call: Call, held: Any, answer: Any) -> Inverse | None:
        found, missing = found_among(call, held, answer, ids) if ids else (records_of(held), 0)
        named = [row for row in found if row.get("email") and row.get("firstName")]
        missing += len(found) - len(named)
        if not named:
            return Inverse((), "Reply restores contacts by address and first name, which are not both known.")
        items = [{"email": row["email"], "firstName": row["firstName"]} for row in named]
        who = name_ids([row.get("id") for row in named], "contact")
        lost = f" {plural(missing, 'contact')} without a known address or first name stay deleted." if missing else ""
        step = Step("ImportContacts", {"items": items, "options": {"restoreDeleted": True}}, f"{who} restored")
        return Inverse((step,), _PLACES + lost)

    return Undo(inverse, read)


def found_among(call: Call, held: Any, answer: Any, ids: str) -> tuple[list[dict[str, Any]], int]:
    """Those of the things that a bulk call named and that were read, and how many were not."""
    asked = not_failed(call.arguments.wire().get(ids) or [], answer)
    rows = rows_by_id(held)
    found = [rows[str(id)] for id in asked if str(id) in rows]
    return found, len(asked) - len(found)


def _model_of(operation: str, call: Call) -> type[Arguments]:
    found: Operation = next(one for one in call.arguments.operation.area.operations if one.id == operation)
    return found.arguments


def _body_of(model: type[Arguments], held: Any) -> dict[str, Any]:
    """What a creation takes, from the thing as it was."""
    body = {}
    for name, where in model.fields_by_place().items():
        info = model.model_fields[name]
        value = held_value(held, info.alias or name)
        if where is None and value is not None:
            body[info.alias or name] = documented(info.annotation, value)
    return body

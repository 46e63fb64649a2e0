"""Changes of AI SDR things: null where it clears nothing counts as left out, an empty change is none, and a creation
whose answer was lost is looked for."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import After, Arguments, Before, Call, Run
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import OutcomeUnknown, ReplyError


def nulls_left_out_but(*clearing: str) -> Before:
    """Forgets nulls in the arguments, except in the fields (by their Python names) where null clears."""

    async def forget(call: Call) -> None:
        given: set[str] = call.arguments.model_fields_set
        for name in [name for name in given if name not in clearing and getattr(call.arguments, name) is None]:
            given.discard(name)

    return forget


def gives_a_change(arguments: Arguments, clearing: tuple[str, ...] = ()) -> None:
    """Checks that a partial update changes something.

    Raises:
        ValueError: where nothing of the body is given.
    """
    places = arguments.fields_by_place()
    body = [name for name, place in places.items() if place is None]
    given = [name for name in body if name in arguments.model_fields_set]
    if not any(name in clearing or getattr(arguments, name) is not None for name in given):
        names = ", ".join(type(arguments).model_fields[name].alias or name for name in body)
        raise ValueError(f"nothing to change: give at least one of {names}")


def copied(noun: str, original: str, finder: str, step: str = "") -> After:
    """Gives `outcome`: the copy by its own id; `original` is the argument (by its Python name) that was copied."""

    async def told(call: Call, answer: Any) -> Any:
        row = answer if isinstance(answer, dict) else {}
        source = getattr(call.arguments, original)
        if row.get("id") is None:
            return {"outcome": f"Reply copied {noun} {source} without saying the copy's id: {finder} shows it."}
        name = f' "{row["name"]}"' if row.get("name") else ""
        return {"outcome": f"Created {noun} {row['id']}{name}, a copy of {source}. {step}".strip()}

    return told


def created_or_found(lister: str, finder: str, noun: str, **narrow: Any) -> Run:
    """Creates; where Reply's answer is lost (its 502 may follow a creation), looks for the name in one more request
    and tells what is there. Never goes on with it by itself: it may be an older one of that name."""

    async def create(call: Call) -> Any:
        try:
            return await call.send()
        except OutcomeUnknown as lost:
            name = str(call.arguments.name)
            raise OutcomeUnknown(f"{lost} {await _held(call, name)}") from None

    async def _held(call: Call, name: str) -> str:
        query = {"name" if lister == "GetSequences" else "search": name, "top": 100, **narrow}
        try:
            rows = rows_of(await call.ask(lister, **query))
        except ReplyError as error:
            return f"Looking for it failed too: {error}"
        same = [row for row in rows if str(row.get("name") or "").strip().casefold() == name.strip().casefold()]
        if not same:
            return f'Looked: there is no {noun} "{name}" yet; look once more ({finder}) before creating again.'
        ids = ", ".join(str(row.get("id")) for row in same)
        return (
            f'Looked: a {noun} "{name}" is there, id {ids}. If there was none of that name before, it is this one: go '
            "on with it, do not create again."
        )

    return create

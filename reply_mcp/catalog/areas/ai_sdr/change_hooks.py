"""Changes that must change something, copies, and creations whose answer was lost."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.arguments.nulls import clears
from reply_mcp.catalog.operation import After, Arguments, Call, Run
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import OutcomeUnknown, ReplyError


def check_change(arguments: Arguments) -> None:
    """Checks that a partial update changes something. Null counts only in fields marked `NullClears`.

    Raises:
        ValueError: names the fields of which one must be given.
    """
    places = arguments.fields_by_place()
    body = [name for name, place in places.items() if place is None]
    given = [name for name in body if name in arguments.model_fields_set]
    if not any(getattr(arguments, name) is not None or clears(arguments, name) for name in given):
        names = ", ".join(type(arguments).model_fields[name].alias or name for name in body)
        raise ValueError(f"nothing to change: give at least one of {names}")


def describe_copy(noun: str, original: str, finder: str, step: str = "") -> After:
    """Gives `outcome`, a sentence with the copy's own id.

    Args:
        noun: what was copied.
        original: the Python name of the argument with the id of the original.
        finder: the tool that lists copies.
        step: what to do next.
    """

    async def describe(call: Call, row: dict[str, Any]) -> Any:
        source = getattr(call.arguments, original)
        if row.get("id") is None:
            return {"outcome": f"Reply copied {noun} {source} without saying the copy's id: {finder} shows it."}
        name = f' "{row["name"]}"' if row.get("name") else ""
        return {"outcome": f"Created {noun} {row['id']}{name}, a copy of {source}. {step}".strip()}

    return describe


def create_or_find(lister: str, finder: str, noun: str, **narrow: Any) -> Run:
    """Creates; where the answer is lost (Reply's 502 may follow a creation), searches for the name and raises
    `OutcomeUnknown` with what is there. It does not continue with what it finds, which may be older. One more request.

    Args:
        lister: the id of the operation that lists them.
        finder: the tool that does.
        noun: what is created.
        narrow: further arguments of the list.
    """

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
            return f"Searching for it failed too: {error}"
        same = [row for row in rows if str(row.get("name") or "").strip().casefold() == name.strip().casefold()]
        if not same:
            return f'There is no {noun} "{name}" yet; check once more with {finder} before creating it again.'
        ids = ", ".join(str(row.get("id")) for row in same)
        return (
            f'{noun.capitalize()} "{name}" exists now, id {ids}. If none of that name existed before, it is this one: '
            "continue with it, do not create it again."
        )

    return create

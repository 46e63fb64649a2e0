"""Effects of changes to what sends by itself: in a sequence that runs they are a send, elsewhere a write.

`send_in_running` looks at the sequence of the call, `send_where_any_runs` at whether any sequence runs, where the thing
changed says nothing of who uses it. What cannot be read counts as running. Each has a question that goes with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.hooks.replaced_texts import describe_texts, describe_values
from reply_mcp.catalog.lookups.sequences import NOT_RUNNING, THERE, read_sequence, sequence_title, status_of
from reply_mcp.catalog.lookups.titles import label_fields, read_titles
from reply_mcp.catalog.operation import Arguments, Call, Effect, EffectOf, Preview, Question
from reply_mcp.catalog.rows import more_after, read_rows, rows_of
from reply_mcp.text.lists import list_some, plural

_MOST_NAMED = 3


def changes_only(arguments: Arguments, harmless: Iterable[str]) -> bool:
    """Whether the call gives nothing in its body but these fields (Python names)."""
    places = arguments.fields_by_place()
    body = {name for name, place in places.items() if place is None and name in arguments.model_fields_set}
    return body <= set(harmless)


def send_in_running(*harmless: str, sequence: str = "id") -> EffectOf:
    """SEND where the sequence of the call runs, else WRITE; one request.

    Args:
        harmless: arguments (Python names) that change nothing of what is sent; a call with these alone asks nothing.
        sequence: the argument that names the sequence.
    """

    async def effect(call: Call) -> Effect:
        if harmless and changes_only(call.arguments, harmless):
            return Effect.WRITE
        held = await read_sequence(call, getattr(call.arguments, sequence))
        return Effect.WRITE if status_of(held) in NOT_RUNNING else Effect.SEND

    return effect


def preview_in_running(
    text: str, sequence: str = "id", more: Callable[[Call], Awaitable[list[str]]] | None = None
) -> Callable[[Call], Awaitable[Question]]:
    """A question about a change to a sequence, with its name and state; one request in a call,
    and those of `read_titles`.

    Args:
        text: the question, with `{sequence}` and the call's arguments by their wire names, ids as `read_titles` has
            them, and `{given}`: the names of
            the arguments in its body.
        sequence: the argument that names the sequence.
        more: gives lines on what changes besides the words.
    """

    async def preview(call: Call) -> Question:
        id = getattr(call.arguments, sequence)
        held = await read_sequence(call, id)
        status, name = status_of(held), sequence_title(held, id)
        title = f"the {status} sequence {name}" if status else f"sequence {name}, whose state is not known"
        lines, replaced = describe_texts(call)
        lines = [*(await more(call) if more else ()), *lines]
        if "{given}" in text:
            body = _body(call)
            lines += describe_values(body, held, labels=await label_fields(call, body))
        facts = {"replaced": replaced, **sequence_facts_of(held)}
        names = {**await read_titles(call, text, held), **_name_senders(call, held)}
        return Question("\n".join([_filled(call, text, sequence=title, **names), *lines]), facts)

    return preview


def _name_senders(call: Call, sequence: dict[str, Any]) -> dict[str, str]:
    """The mailbox and the LinkedIn account that a call names, as the sequence that sends from them has them:
    `maria@ourco.com (31)`."""
    found = {}
    for argument, key, name in (
        ("emailAccountId", "emailAccounts", "email"),
        ("linkedInAccountId", "linkedInAccounts", "name"),
    ):
        id = call.arguments.wire().get(argument)
        held = next((row for row in rows_of(sequence.get(key)) if row.get("id") == id and row.get(name)), None)
        if held is not None:
            found[argument] = f"{held[name]} ({id})"
    return found


async def running_sequences(call: Call) -> list[dict[str, Any]]:
    """The sequences that run, as far as `read_running` gives them, at its cost."""
    return (await read_running(call))[0]


async def read_running(call: Call) -> tuple[list[dict[str, Any]], bool]:
    """The sequences that run, and whether there are no more; one request in a call, two where there are more than a
    thousand that are not archived.

    They are told by their states and not by Reply's filter, which leaves out those in a state that is not known.
    """
    answer = await read_once(call, "GetSequences", **THERE)
    rows = {_id(row): row for row in read_rows(answer, "which sequences run")}
    if more_after(answer):
        answer = await read_once(call, "GetSequences", **THERE, status="active")
        rows |= {_id(row): row for row in read_rows(answer, "which sequences run")}
    running = [row for row in rows.values() if not row.get("isArchived") and status_of(row) not in NOT_RUNNING]
    return running, not more_after(answer)


def send_where_any_runs(*harmless: str) -> EffectOf:
    """SEND where any sequence runs, else WRITE; one request. `harmless` as for `send_in_running`."""

    async def effect(call: Call) -> Effect:
        if harmless and changes_only(call.arguments, harmless):
            return Effect.WRITE
        return Effect.SEND if await running_sequences(call) else Effect.WRITE

    return effect


def send_where_one_runs(sequences: str) -> EffectOf:
    """SEND where one of the sequences named by this argument runs, else WRITE; one request."""

    async def effect(call: Call) -> Effect:
        running, all_of_them = await read_running(call)
        named = {str(id) for id in getattr(call.arguments, sequences)}
        runs = any(str(row.get("id")) in named for row in running)
        return Effect.SEND if runs or not all_of_them else Effect.WRITE

    return effect


def preview_where_any_runs(text: str) -> Preview:
    """A question about a change to what sequences share, with the sequences that run; one request in a call, and
    those of `read_titles`. `text` as for `preview_in_running`, without `{sequence}`."""

    async def preview(call: Call) -> Question:
        running = await running_sequences(call)
        lines, replaced = describe_texts(call)
        first = f"{_filled(call, text, **await read_titles(call, text))} {describe_running(running)}"
        return Question("\n".join([first, *lines]), {"replaced": replaced, "running": sorted(map(_id, running))})

    return preview


def preview_titles(text: str) -> Preview:
    """A question of the call's arguments, with the names and states of what they stand for; the requests of
    `read_titles`."""

    async def preview(call: Call) -> Question:
        return Question(_filled(call, text, **await read_titles(call, text)))

    return preview


def _id(row: dict[str, Any]) -> str:
    return str(row.get("id"))


def sequence_facts_of(sequence: dict[str, Any]) -> dict[str, Any]:
    """What of a sequence decides what is sent, when and by whom, as far as its own record says."""
    return {key: sequence.get(key) for key in ("steps", "settings", "scheduleId", "emailAccounts", "linkedInAccounts")}


def describe_running(rows: list[dict[str, Any]]) -> str:
    """Which sequences run, as a sentence: `2 sequences run, and may use it: "Q4" (77), "Spring" (78).`."""
    named = list_some((sequence_title(row, row.get("id")) for row in rows), _MOST_NAMED)
    verb = "runs, and may use it" if len(rows) == 1 else "run, and may use it"
    return f"{plural(len(rows), 'sequence')} {verb}: {named}." if rows else "No sequence runs now."


def _body(call: Call) -> dict[str, Any]:
    """What the call gives in its body, by names on the wire."""
    arguments = call.arguments
    places = arguments.fields_by_place()
    outside = {info.alias or name for name, info in type(arguments).model_fields.items() if places[name] is not None}
    return {key: value for key, value in arguments.wire().items() if key not in outside}


def _filled(call: Call, text: str, **more: str) -> str:
    arguments = call.arguments
    fields = type(arguments).model_fields
    places = arguments.fields_by_place()
    values = {info.alias or name: getattr(arguments, name) for name, info in fields.items()}
    given = [
        info.alias or name
        for name, info in fields.items()
        if name in arguments.model_fields_set and places[name] is None
    ]
    return text.format_map({**values, "given": ", ".join(given), **more})

"""Names to ids: an argument that takes the id of something with a name takes its exact name too."""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin

from reply_mcp import catalog
from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.operation import Call, Part
from reply_mcp.errors import NotDone, WrongArguments
from reply_mcp.text.cleaning import inline

MOST_CANDIDATES = 5
MOST_LOOKED_UP = 50
"""Names in one list that are looked up by a request each."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LONGEST_NAME = 500
LONGEST_ID = 20


async def resolve_names(call: Call) -> None:
    """Puts ids in the place of names, throughout the arguments.

    Raises:
        NotDone: for a name that nothing has, with the nearest; or that several have, with their ids.
        WrongArguments: for a text that is no name.
    """
    await _resolve_part(call, call.arguments)


async def _resolve_part(call: Call, part: Part) -> None:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if value is None:
            continue
        named = _named(cast(Hashable, info.annotation), tuple(info.metadata))
        if named is not None:
            resolved = await _resolve(call, named, value)
            if resolved != value or type(resolved) is not type(value):
                setattr(part, name, resolved)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Part):
                await _resolve_part(call, inner)


@cache
def _named(annotation: Hashable, metadata: tuple[Any, ...] = ()) -> Named | None:
    """The mark on a type such as `ListId`, `ListId | None` or `list[ListId]`."""
    for mark in metadata:
        if isinstance(mark, Named):
            return mark
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return _named(inner, tuple(mark for mark in marks if isinstance(mark, Named)))
    for argument in get_args(annotation):
        found = _named(argument)
        if found is not None:
            return found
    return None


async def _resolve(call: Call, named: Named, value: Any) -> Any:
    if isinstance(value, list):
        _few_enough(named, [one for one in value if isinstance(one, str) and isinstance(_as_id(one), Name)])
        return [await _resolve(call, named, one) for one in value]
    if not isinstance(value, str):
        return value
    text = _as_id(value)
    if not isinstance(text, Name):
        return text
    if len(text) > LONGEST_NAME:
        raise WrongArguments([f"{named.noun}: an id or a name of at most {LONGEST_NAME} characters, got {len(text)}"])
    if named.find is not None:
        items = found = await named.find(call, text)
    else:
        items = await _candidates(call, named, text)
        found = [item for item in items if _is_called(item, named, text)]
    matches = {item[named.id_key]: item for item in found if isinstance(item.get(named.id_key), int | str)}
    if len(matches) == 1:
        return next(iter(matches))
    if matches:
        ids = ", ".join(str(id) for id in list(matches)[:MOST_CANDIDATES])
        raise NotDone(
            f'{len(matches)} {named.noun}s are called "{inline(text)}" ({ids}): give the id. Nothing was changed.'
        )
    raise NotDone(_unknown(named, text, items))


class Name(str):
    """A text that is no id."""

    __slots__ = ()


def _as_id(value: str) -> int | str:
    """The id in a text, or the text as a `Name`."""
    text = value.strip()
    if text.isdecimal() and len(text) < LONGEST_ID:
        return int(text)
    return text if _UUID.fullmatch(text) else Name(text)


def _few_enough(named: Named, names: list[str]) -> None:
    """Refuses more names than may be looked up in a call, where each takes a request of its own."""
    if len(names) <= MOST_LOOKED_UP or not (named.find or named.query):
        return
    raise NotDone(
        f"Nothing was changed: {len(names)} {named.noun}s are given by name or address ({inline(names[0])} …). Each "
        f"takes a request to look up, so at most {MOST_LOOKED_UP} a call may; ids have no such limit. "
        f"{named.finder.split()[0]} lists ids many at a time; or call this several times."
    )


def _is_called(item: dict[str, Any], named: Named, text: str) -> bool:
    """Whether this is the item's name, as Reply has it or as texts of ours show it."""
    names = [str(item.get(title) or "").strip() for title in named.titles]
    return any(text.casefold() in (name.casefold(), inline(name).casefold()) for name in names)


async def _candidates(call: Call, named: Named, text: str) -> list[dict[str, Any]]:
    takes = catalog.operation(named.operation).arguments.model_fields
    arguments: dict[str, Any] = {named.query: text} if named.query else {}
    if "top" in takes:
        arguments["top"] = 100 if named.query else 1000
    answer = await call.ask(named.operation, **arguments)
    items = answer.get("items", []) if isinstance(answer, dict) else answer
    return [item for item in items or [] if isinstance(item, dict)]


def _unknown(named: Named, text: str, items: list[dict[str, Any]]) -> str:
    titles = {str(item[title]): item.get(named.id_key) for item in items for title in named.titles if item.get(title)}
    near = difflib.get_close_matches(text, titles, n=MOST_CANDIDATES, cutoff=0.4) or list(titles)[:MOST_CANDIDATES]
    shown = ", ".join(f"{inline(title)} ({titles[title]})" for title in near)
    hint = f" Nearest: {shown}." if shown else ""
    return f'There is no {named.noun} called "{inline(text)}".{hint} {named.finder} finds them. Nothing was changed.'

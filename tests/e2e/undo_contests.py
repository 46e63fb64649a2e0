"""Somebody else's change between a call and its undo: of the same value, and of another one of the same thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.changes import Change
from reply_mcp.client.changes import KeptChanges
from reply_mcp.client.credentials import Credential
from reply_mcp.client.stores import open_stores
from tests.conftest import KEY
from tests.e2e.effect_cases import World
from tests.e2e.undo_rounds import BOOKKEEPING, FAR_INEXACT, INEXACT, TIMES, Caller, arguments_of, left_behind
from tests.undo import changes_undone, recorded

THEIRS = "Theirs"
UNCONTESTED = {
    "reply_set_meeting_intent": "it is on or off: where it is not as the call left it, it is as before",
    "reply_set_sequence_reply_mode": "the same",
    "reply_toggle_linkedin_account": "the same",
    "reply_set_default_email_account": "two mailboxes hold it; reply_set_default_schedule shows the same piece",
    "reply_update_holiday_calendar": "its days are documents of their own",
    "reply_set_default_reengagement_flow": "the same",
    "reply_detach_knowledge_base_from_sequence": "reply_attach_knowledge_base_to_sequence shows the same piece",
    "reply_duplicate_offer": "what is compared is its id alone",
    "reply_duplicate_playbook": "the same",
    "reply_duplicate_knowledge_base": "the same",
    "reply_clone_email_template": "the same",
}
"""Tools whose undo compares, and of which nobody else can change what it compares to a third value here."""
THIRD: Mapping[str, Callable[[World], Any]] = {
    "_categoryId": lambda w: next(one["id"] for one in w.store.all("category") if one["id"] != w.category),
    "playbookId": lambda w: next(f"t-{one['id']}" for one in w.store.all("playbook") if one["name"] == THEIRS),
    "status": lambda w: None,  # a LinkedIn account is switched on or off
}
"""Values that have to be of a thing that is there."""
STAYS = {
    "reply_update_email_account_tag": ("emailAccount",),  # in the store alone, their name of the tag is on no mailbox
    "reply_create_ai_sdr_sequence": ("aiSdr",),  # the sandbox's record of what was set up
    "reply_assign_threads_to_category": (
        "thread",
    ),  # taken out of the call's category; filed elsewhere, it stays there
}
"""Documents that are not as before the call after an undo that finds somebody else's value."""
NOT_SHOWN = {"userLimitValues"}
"""Fields of documents that follow from others."""
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_NOT_THINGS = {"dueStep", "event", "membership", *BOOKKEEPING} - {"userSettings"}
_WORDS = ("name", "description", "title", "city", "company", "notes", "firstName", "instructions", "subject")
Way = tuple[str | int, ...]
Leaf = tuple[tuple[str, int], Way]
"""A value of a document: its kind and number, and the way to it."""


@dataclass
class Contest:
    """What came of an undo after somebody else's change.

    Attributes:
        asked: what the undo said before anybody agreed to it.
        stayed: whether what they had set stood there until then; of another value: in the end.
        undone: what it said once that was agreed to.
        left: what is not as before the call, but for another value that they set.
    """

    asked: str
    stayed: bool
    undone: str
    left: dict[str, Any]


class Kept:
    """The changes that the server under test keeps."""

    def __init__(self, url: str, base_url: str) -> None:
        self.url = url
        self._changes = KeptChanges(open_stores(url).state(), Credential(KEY, base_url=base_url), 86_400.0)

    async def last(self) -> Change:
        return await anext(self._changes.newest())  # type: ignore[arg-type]

    async def is_compared(self) -> bool:
        """Whether the undo of the last change looks whether what it left still stands there."""
        return any(step.look is not None and step.left for step in (await self.last()).inverse.steps)


async def same_value(tool: str, world: World, call: Caller, kept: Kept) -> tuple[bool, Contest | None]:
    """Somebody else sets what the call had set. Gives whether the undo compares anything, and what came of it; None
    where the call set nothing that has a third value."""
    with changes_undone(world.sandbox.app.state.kernel):
        arguments = arguments_of(tool, world)
        with recorded(world.store) as changes:
            await call(tool, arguments)
            compared = await kept.is_compared()
            found = next(_set_by_it(changes(), arguments, world), None)
            if found is None or not compared:
                return compared, None
            leaf, theirs = found
            _put(world, leaf, theirs)
            given = {"change": (await kept.last()).id}
            asked = await call.once("reply_undo", given)
            stayed = _at(_held(world, leaf), leaf[1]) == theirs
            undone = await call("reply_undo", given)
        return True, Contest(asked, stayed, undone, _left(tool, changes()))


async def other_value(tool: str, world: World, call: Caller, kept: Kept) -> Contest | None:
    """Somebody else sets another value of the thing; None where it has none that is words."""
    with changes_undone(world.sandbox.app.state.kernel):
        arguments = arguments_of(tool, world)
        with recorded(world.store) as changes:
            await call(tool, arguments)
            leaf = next(_not_set_by_it(changes()), None)
            if leaf is None:
                return None
            _put(world, leaf, THEIRS)
            given = {"change": (await kept.last()).id}
            asked = await call.once("reply_undo", given)
            undone = asked if "Undone, " in asked else await call("reply_undo", given)
            stayed = _at(_held(world, leaf), leaf[1]) == THEIRS
        left = _left(tool, changes())
        (kind, number), (field,) = leaf
        left[kind] = [one for one in left.get(kind, []) if one != (number, [field])]
        return Contest(asked, stayed, undone, {kind: rest for kind, rest in left.items() if rest})


def _left(tool: str, changes: Any) -> dict[str, Any]:
    inexact = {kind for table in (INEXACT, FAR_INEXACT, STAYS) for kind in table.get(tool, ())}
    return {kind: rest for kind, rest in left_behind(changes).items() if kind not in inexact}


def _set_by_it(changes: Any, arguments: Mapping[str, Any], world: World) -> Iterator[tuple[Leaf, Any]]:
    """The values that a call set, each with a third one."""
    given = {repr(value) for _, value in _leaves(arguments)}
    for key, (before, after) in changes.items():
        if after is None or key[0] in _NOT_THINGS:
            continue
        for way, value in _leaves(after):
            field = str(way[-1])
            new = repr(value) in given if before is None else _at(before, way) != value and not TIMES.search(field)
            if not new or NOT_SHOWN & set(way):
                continue
            theirs = THIRD[field](world) if field in THIRD else _third(_at(before, way), value)
            if theirs is not None:
                yield (key, way), theirs


def _not_set_by_it(changes: Any) -> Iterator[Leaf]:
    """Values in words of a thing that a call changed, which it did not set."""
    for key, (before, after) in changes.items():
        if before is None or after is None or key[0] in _NOT_THINGS:
            continue
        for name in _WORDS:
            if isinstance(after.get(name), str) and before.get(name) == after[name]:
                yield key, (name,)


def _leaves(held: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    inner = held.items() if isinstance(held, dict) else enumerate(held) if _of_things(held) else None
    if inner is None:
        yield way, held
    else:
        for name, value in inner:
            yield from _leaves(value, (*way, name))


def _of_things(held: Any) -> bool:
    return isinstance(held, list) and bool(held) and all(isinstance(one, dict) for one in held)


def _third(before: Any, after: Any) -> Any:
    """A value that is neither; None where there is none."""
    if isinstance(after, bool):
        return None
    if isinstance(after, int):
        return max(after, before or 0) + 1
    if isinstance(after, str):
        return _DAY.sub("2031-07-01", after) if _DAY.search(after) else THEIRS
    if isinstance(after, list) and all(isinstance(one, str) for one in after):
        return [*after, THEIRS]
    if isinstance(after, list):
        return [] if before else None
    return THEIRS if after is None and isinstance(before, str) else None


def _held(world: World, leaf: Leaf) -> Any:
    (kind, number), _ = leaf
    return world.store.get(kind, number) or {}


def _at(held: Any, way: Way) -> Any:
    for name in way:
        try:
            held = held[name]
        except (KeyError, IndexError, TypeError):
            return None
    return held


def _put(world: World, leaf: Leaf, value: Any) -> None:
    (kind, _), way = leaf
    world.store.put(kind, _with(_held(world, leaf), way, value))


def _with(held: Any, way: Way, value: Any) -> Any:
    name, *rest = way
    inner = _with(held[name], tuple(rest), value) if rest else value
    return (
        [inner if place == name else one for place, one in enumerate(held)]
        if isinstance(held, list)
        else {
            **held,
            name: inner,
        }
    )

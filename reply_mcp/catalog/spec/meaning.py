"""What a change of Reply's document means for the tools, in one sentence, and whether it matters.

It matters where a call would be refused, do something else than it says, or keep from agents what Reply offers or
answers. What a reader of answers takes in its stride (a further field, a null, a further word of an enumeration) does
not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.operation import Operation
from reply_mcp.catalog.spec.drift import GONE, NEW, RENAMED, Change
from reply_mcp.catalog.spec.view_fields import shows
from reply_mcp.text.lists import join

_MOST_NAMED = 4
_NUMBERS = "no one two three four five six seven eight nine ten".split()


@dataclass(frozen=True, slots=True)
class Finding:
    """One change, or the same change of several operations.

    Attributes:
        operations: their ids; empty for what concerns all of them.
        change: the place and what changed there: `body phone maxLength: none → 20`.
        meaning: what comes of it here.
        matters: whether somebody has to do something about it.
    """

    operations: tuple[str, ...]
    change: str
    meaning: str
    matters: bool


def findings(changes: list[Change], operations: Mapping[str, Operation]) -> list[Finding]:
    """What these changes mean, the same change of several operations in one; `operations` are the catalog's, by id."""
    groups: dict[tuple[str, str, str, str], list[Change]] = {}
    for change in changes:
        # An operation that comes, goes or is renamed is a finding of its own.
        alone = change.operation if change.place == "operation" and change.aspect in _SINGLE else ""
        key = (f"{change.place} {alone}", change.aspect, _shown(change.before), _shown(change.now))
        groups.setdefault(key, []).append(change)
    return [_finding(group, operations) for group in groups.values()]


_SINGLE = (NEW, GONE, "operationId", "path", "method")


def _finding(group: list[Change], operations: Mapping[str, Operation]) -> Finding:
    change = group[0]
    ids = tuple(dict.fromkeys(one.operation for one in group if one.operation))
    known = [operations[id] for id in ids if id in operations]
    meaning, matters = _meaning(change, known)
    return Finding(ids, describe(change), meaning, matters)


def describe(change: Change) -> str:
    """The place and what changed there: `query top maximum: 1000 → 500`."""
    match change.aspect:
        case "gone" | "new" if change.place == "operation":
            whole = change.before or change.now
            return f"{change.aspect}: {whole['method']} {whole['path']}"
        case "gone":
            return f"{change.place}: gone"
        case "new":
            return f"{change.place}: new{', required' if change.now.get('required') else ''}"
        case "renamed":
            return f"{change.place}: now called {change.now}"
    place = "" if change.place in ("operation", "document") else f"{change.place} "
    yes, no = _SWITCHES.get(change.aspect, ("yes", "no"))
    sides = (
        (yes if value else no) if isinstance(value or False, bool) and change.aspect in _SWITCHES else _shown(value)
        for value in (change.before, change.now)
    )
    return f"{place}{change.aspect}: {' → '.join(sides)}"


_SWITCHES = {
    "required": ("required", "optional"),
    "null": ("allowed", "not allowed"),
    "deprecated": ("yes", "no"),
    "uniqueItems": ("yes", "no"),
    "readOnly": ("yes", "no"),
    "writeOnly": ("yes", "no"),
}
"""Aspects that are so or not, and how both read."""


def _meaning(change: Change, known: list[Operation]) -> tuple[str, bool]:
    if change.place == "document":
        return _DOCUMENT.get(change.aspect, "Every call is made in the old way."), True
    if change.place == "operation":
        return _of_operation(change, known)
    if change.place.split(" ")[0] == "answer" or change.place.startswith("answer[") or "of the answer" in change.place:
        return _of_answer(change, known)
    return _of_request(change, _tools(known)), True


_DOCUMENT = {
    "servers": "Calls go to the address of REPLY_BASE_URL, which by default is the old one.",
    "security": "Every call signs in in the old way: with the key as a bearer token.",
}


def _tools(known: list[Operation]) -> str:
    """The tools by name, or how many they are."""
    names = [one.tool for one in known if one.tool]
    if not names:
        return "the catalog"
    return join(names) if len(names) <= _MOST_NAMED else f"{len(names)} tools"


def _of_operation(change: Change, known: list[Operation]) -> tuple[str, bool]:
    tools = _tools(known)
    if change.aspect == GONE:
        return (f"Calls of {tools} fail once Reply takes it away." if known else "It was announced, and no more."), True
    if change.aspect == NEW:
        coming = (change.now or {}).get("stage") == "coming-soon"
        return ("Announced: no tool names it yet." if coming else "No tool does this yet."), True
    words = _OPERATION.get(change.aspect)
    if words is None:
        return f"{tools} works by what was said before.", True
    return words(change, tools), change.aspect not in ("errors",)


_OPERATION: Mapping[str, Callable[[Change, str], str]] = {
    "operationId": lambda change, tools: f"{tools} works on; its class and what is listed about it have the old name.",
    "method": lambda change, tools: f"{tools} calls the old one and gets 404 or 405.",
    "path": lambda change, tools: f"{tools} calls the old one and gets 404.",
    "scope": lambda change, tools: f"A 403 of {tools} names the wrong scope.",
    "stage": lambda change, tools: (
        f"{tools} is described as {change.before or 'released'}."
        if change.before != "coming-soon"
        else "Asking for it says that Reply has not released it."
    ),
    "deprecated": lambda change, tools: (
        f"Reply will take it away: {tools} needs another way." if change.now else f"{tools} stays after all."
    ),
    "body": lambda change, tools: (
        f"Reply takes the call without a body too; {tools} sends one."
        if change.now == "optional"
        else f"Reply refuses {tools} without a body."
        if change.now
        else f"Reply ignores the body that {tools} sends."
    ),
    "body type": lambda change, tools: f"{tools} sends the body as {_shown(change.before)}, which Reply may refuse.",
    "status": lambda change, tools: _of_status(change, tools),
    "answer type": lambda change, tools: f"What {tools} reads comes in another form, and counts as unreadable.",
    "codes": lambda change, tools: f"Explanations of {tools} that go by the old codes do not apply to the new ones.",
    "errors": lambda change, tools: "Errors are read by their status and body, whichever is documented.",
    "security": lambda change, tools: f"{tools} signs in in the old way.",
}


def _of_status(change: Change, tools: str) -> str:
    now = change.now or []
    if "204" in now and "204" not in (change.before or []):
        return f"The answer is empty now; {tools} expects one with content and calls it unknown or unreadable."
    if "202" in now and "202" not in (change.before or []):
        return f"It is done in the background now; {tools} must wait for the job."
    return f"{tools} may read another success than the one it expects."


def _of_answer(change: Change, known: list[Operation]) -> tuple[str, bool]:
    path = change.place.removeprefix("answer").strip()
    views = [one for one in known if one.view is not None and path and shows(one.view, path)]
    shown = _views(views)
    name = path.replace("[]", "") or "their content"
    if change.aspect == GONE:
        if path.rpartition(".")[2].casefold() == "hasmore":
            return "Answers no longer say whether there is more: lists end after their first page.", True
        return f"Answers lose {name}, which {shown}.", True
    if change.aspect == RENAMED:
        return f"Answers call {name} {change.now} now: {_views(views, 'reads')} under the old name.", True
    if change.aspect == NEW:
        return f"Answers gain {name}: detail=full has it, no view shows it.", False
    if change.aspect in ("type", "items", "choices"):
        return f"Answers hold {name} in another form, which {shown}.", True
    if change.aspect == "format":
        return f"Answers write {name} in another way, which {shown}.", bool(views)
    return f"Readers take {name} either way ({shown}).", False


def _views(views: list[Operation], verb: str = "shows") -> str:
    """`three views show (A, B, C)`."""
    count = len(views)
    if not count:
        return f"no view {verb}"
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    words = f"{number} view {verb}" if count == 1 else f"{number} views {verb.removesuffix('s')}"
    named = [one.id for one in views]
    return f"{words} ({join(named)})" if count <= _MOST_NAMED else words


def _of_request(change: Change, tools: str) -> str:
    place, before, now = change.place.split(" ", 1)[-1], change.before, change.now
    if change.aspect == "enum":
        return _of_values(place, set(before or ()), set(now or ()), tools)
    if change.aspect in _LEAST:
        stricter = now is not None and (before is None or now > before)
    elif change.aspect in _MOST:
        stricter = now is not None and (before is None or now < before)
    elif change.aspect in _REQUEST:
        came = now.get("required") if change.aspect == NEW else now
        return _REQUEST[change.aspect][0 if came else -1].format(place=place, tools=tools)
    else:
        stricter = before is None
    if stricter:
        return f"Reply may refuse a value of {place} that {tools} lets through."
    return f"{tools} may refuse a value of {place} that Reply takes."


_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_OLD_FORM = ("{tools} sends {place} in the old form, which Reply may refuse.",)
_REQUEST: Mapping[str, tuple[str, ...]] = {
    GONE: ("Reply ignores {place} without a word: what an agent gives {tools} for it does nothing.",),
    NEW: (
        "Reply refuses calls without {place}, which {tools} cannot send.",
        "Agents cannot give {place}: {tools} refuses it as unknown.",
    ),
    RENAMED: ("Reply ignores {place} without a word: {tools} sends it under the old name.",),
    "required": (
        "Reply refuses {tools} without {place}.",
        "{tools} may ask for {place}, which Reply does not need.",
    ),
    "null": (
        "Null clears {place} now; {tools} may not take it.",
        "Reply refuses null for {place}, which {tools} may send.",
    ),
    "default": ("A call of {tools} that leaves {place} out means something else now.",),
    "deprecated": ("Reply will ignore {place} one day; {tools} still offers it.", "{place} stays after all."),
    "readOnly": (
        "Reply ignores {place} in requests; {tools} may send it.",
        "{place} can be set; {tools} may not take it.",
    ),
    **dict.fromkeys(("type", "choices", "encoding", "discriminator", "style", "explode"), _OLD_FORM),
}
"""What a change of these aspects means: where it holds now, and where it no longer does."""


def _of_values(place: str, before: set[str], now: set[str], tools: str) -> str:
    if not before:
        return f"Reply refuses what is not listed for {place}; {tools} takes any value."
    if not now:
        return f"Reply takes any {place}; {tools} refuses what was not listed."
    parts = []
    if added := sorted(now - before):
        parts.append(f"agents cannot give {join(added)} for {place}")
    if gone := sorted(before - now):
        parts.append(f"Reply refuses {join(gone)}, which {tools} still offers for {place}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return " | ".join(str(one) for one in value) or "none"
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str) if not isinstance(value, str) else value

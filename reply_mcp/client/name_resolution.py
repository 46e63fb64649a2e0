"""Names to ids: an argument that takes the id of something with a name takes its exact name too."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Container, Hashable, Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, cast, get_args, get_origin

from reply_mcp import catalog
from reply_mcp.catalog.arguments.named_ids import Found, Named
from reply_mcp.catalog.hooks.read_once import remember
from reply_mcp.catalog.operation import Call, Effect, Part
from reply_mcp.client.kept_names import KnownNames
from reply_mcp.client.reference_cache import REFERENCE, resource_of
from reply_mcp.errors import ApiError, NotDone, WrongArguments
from reply_mcp.text.cleaning import inline
from reply_mcp.text.digits import whole_number
from reply_mcp.text.lists import join, plural
from reply_mcp.text.names import Meaning, plain_words

SHORTEST_PART = 3
"""Letters that a text needs to count as part of a name; a shorter one must be a word of it."""
MOST_CANDIDATES = 5
MOST_NAMED = 8
"""Things of a kind that are all named where a name is of none and near to none; of more, the finder tells."""
MOST_LOOKED_UP = 50
"""Names in one list that are looked up by a request each."""
_ME = ("me", "myself", "i", "mine", "self")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MARKED_ID = re.compile(r"#\d{4,}")
_LABEL = re.compile(r'"?(.+?)"? \((?P<id>[\w-]+)\)')
_WORD = re.compile(r"\w+")
LONGEST_NAME = 500


class Unresolved(NotDone):
    """A name that nothing has, or several have. `str` is this with the things that it may mean.

    Attributes:
        bare: the same without them.
    """

    def __init__(self, text: str, bare: str) -> None:
        super().__init__(text)
        self.bare = bare


async def resolve_names(call: Call, known: KnownNames | None = None) -> None:
    """Puts ids in the place of names, throughout the arguments.

    Args:
        known: ids that need not be looked up.

    Raises:
        Unresolved: for a name that nothing has, with the nearest; or that several have, with their ids.
        WrongArguments: for a text that is no name.
    """
    await _resolve_part(call, call.arguments, known or KnownNames())


async def _resolve_part(call: Call, part: Part, known: KnownNames) -> None:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if value is None:
            continue
        named = _named(cast(Hashable, info.annotation), tuple(info.metadata))
        if named is not None:
            resolved = await _resolve(call, named, value, known)
            if resolved != value or type(resolved) is not type(value):
                setattr(part, name, resolved)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Part):
                await _resolve_part(call, inner, known)


def named_ids(part: Part, without: Container[str] = ()) -> Iterator[tuple[Named, list[Any]]]:
    """The ids in arguments that take names, throughout, each with what it is of; without the fields of these names."""
    for name, info in type(part).model_fields.items():
        value = None if name in without else getattr(part, name)
        inside = value if isinstance(value, list) else [] if value is None else [value]
        named = _named(cast(Hashable, info.annotation), tuple(info.metadata))
        if named is not None and inside:
            yield named, inside
        for inner in inside:
            if isinstance(inner, Part):
                yield from named_ids(inner)


async def describe_unknown_id(call: Call, named: Named, id: Any) -> Unresolved:
    """That nothing has this id, with what there is."""
    try:
        items = _with_ids(named, await _candidates(call, named, ""))
    except ApiError:
        items = []
    none = f"There is no {named.noun} {inline(str(id))} that this key can see."
    return Unresolved(_unknown(named, none, str(id), items), f"{none} Nothing was changed.")


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


async def _resolve(call: Call, named: Named, value: Any, known: KnownNames) -> Any:
    if isinstance(value, list):
        _few_enough(named, [one for one in value if isinstance(one, str) and isinstance(_as_id(one), Name)])
        return [await _resolve(call, named, one, known) for one in value]
    if not isinstance(value, str):
        return value
    text = _as_id(value)
    if not isinstance(text, Name):
        return text
    if len(text) > LONGEST_NAME:
        raise WrongArguments([f"{named.noun}: an id or a name of at most {LONGEST_NAME} characters, got {len(text)}"])
    key = (named.operation, named.given, named.id_key, text)
    if (kept := known.get(key)) is not None:
        return _meant(call, text, kept)
    if named.me and text.casefold() in _ME:
        me = await _own_id(call, named)
        known.keep(key, resource_of(catalog.operation(named.me).path), me)
        return _meant(call, text, me)
    takes_part = named.in_part or call.arguments.operation.effect is Effect.READ
    in_part = (*key, "in part")  # apart: a write must not take it for the name
    if takes_part and (part := known.get(in_part)) is not None:
        return _meant_by_part(call, named, text, part)
    found, items = await _find(call, named, text, in_part=takes_part)
    found = found or _labelled(named, text, items)
    if takes_part and not found and (part := _only_one_with(named, text, items)):
        known.keep(in_part, resource_of(catalog.operation(named.operation).path), part)
        return _meant_by_part(call, named, text, part)
    matches = {item[named.id_key]: item for item in _with_ids(named, found)}
    if len(matches) == 1:
        id, item = next(iter(matches.items()))
        if named.one:
            remember(call, item, named.one, id=id)
        if not named.titles and named.label:  # it has no name of its own: which it is must be seen
            _note_meaning(call, named, text, item)
        thing = Thing(id, "" if named.find else _title(named, item))
        known.keep(key, resource_of(catalog.operation(named.operation).path), thing)
        return _meant(call, text, thing)
    if matches:
        what = f"{plural(len(matches), named.noun)} are {named.called}"
        raise Unresolved(
            _ambiguous(named, text, list(matches.values())),
            f'{what} "{inline(text)}": give the id. Nothing was changed.',
        )
    none = f'There is no {named.noun} {named.called} "{inline(text)}"{" of which Reply gives the id" if found else ""}.'
    raise Unresolved(_unknown(named, none, text, _with_ids(named, items)), f"{none} Nothing was changed.")


class Thing(NamedTuple):
    """What a name stands for: its id, and its name in full; "" where answers show it as it was given."""

    id: Any
    name: str


def _meant(call: Call, text: str, thing: Thing) -> Any:
    """The id of the thing that a text names, which answers show by its name in full, be it given as "me"."""
    if thing.name:
        call.full_names[text] = thing.name
    return thing.id


def _meant_by_part(call: Call, named: Named, text: str, item: dict[str, Any]) -> Any:
    """The id of the thing that a part of its name was taken for, which the answer says."""
    _note_meaning(call, named, text, item)
    return _meant(call, text, Thing(item[named.id_key], _title(named, item)))


def _note_meaning(call: Call, named: Named, text: str, item: dict[str, Any]) -> None:
    """Notes which thing a text was taken for, once in a call."""
    label = named.label(item) if named.label else f"{_title(named, item)} ({item.get(named.id_key)})"
    note = Meaning(f'"{inline(text)}" meant {named.noun} {label}.', text, item.get(named.id_key))
    call.notes.extend([] if note in call.notes else [note])


def _with_ids(named: Named, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The things that can be named: Reply may list some without their ids."""
    return [item for item in items if isinstance(item.get(named.id_key), int | str)]


def _title(named: Named, item: dict[str, Any]) -> str:
    return inline(str(next((item[title] for title in named.titles if item.get(title)), "")))


def _labelled(named: Named, text: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that a text means which is written as texts of ours name things: `"Q4 Outbound" (1704210)`."""
    label = _LABEL.fullmatch(text)
    if label is None:
        return []
    return [item for item in items if str(item.get(named.id_key)) == label["id"] and _called([item], named, label[1])]


def _only_one_with(named: Named, text: str, items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one thing whose name has all the words of a text, as "Jonas Berg" has those of "Jonas"; None where several
    have, or none. A thing that is found in another way has no name of its own."""
    wanted = _words(text)
    having = {
        item.get(named.id_key): item
        for item in _with_ids(named, items)
        if any(wanted <= _words(str(item.get(title) or "")) for title in named.titles)
    }
    return next(iter(having.values())) if wanted and len(having) == 1 and named.find is None else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(plain_words(text)))


async def _find(call: Call, named: Named, text: str, *, in_part: bool = False) -> Found:
    """The items of this name, and those that it was looked for among.

    Args:
        in_part: whether the only one that Reply's search finds by the text will do, where it has all its words.
    """
    if named.find is not None:
        return await named.find(call, text)
    items = await _candidates(call, named, text)
    found = _called(items, named, text)
    if not found and named.operation in REFERENCE:
        call.read_anew()  # it may be newer than what is kept; no request where this call has read it
        items = await _candidates(call, named, text)
        found = _called(items, named, text)
    if in_part and not found and len(items) == 1 and _only_one_with(named, text, items):
        return [], items
    if not found and named.query:
        # Reply's search is particular about accents; and near names are worth a request.
        items = await _candidates(call, named, "")
        found = _called(items, named, text)
    return found, items


async def _own_id(call: Call, named: Named) -> Thing:
    """The caller's own id, and name where Reply says it.

    Raises:
        NotDone: where Reply does not say who calls.
    """
    answer = await call.ask(named.me)
    id = answer.get(named.id_key) if isinstance(answer, dict) else None
    if not isinstance(id, int | str):
        raise NotDone(f"Reply does not say which {named.noun} this key acts as: give an id or a name.")
    names = {key.casefold(): value for key, value in answer.items() if value}
    return Thing(id, inline(str(next((names[one.casefold()] for one in named.titles if one.casefold() in names), ""))))


class Name(str):
    """A text that is no id."""

    __slots__ = ()


def _as_id(value: str) -> int | str:
    """The id in a text, or the text as a `Name`."""
    text = value.strip()
    if (number := whole_number(text.removeprefix("#") if _MARKED_ID.fullmatch(text) else text)) is not None:
        return number
    return text if _UUID.fullmatch(text) else Name(text)


def _few_enough(named: Named, names: list[str]) -> None:
    """Refuses more names than may be looked up in a call, where each takes a request of its own."""
    if len(names) <= MOST_LOOKED_UP or not (named.find or named.query):
        return
    raise NotDone(
        f"Nothing was changed: {plural(len(names), named.noun)} are given by name or address ({inline(names[0])} …). "
        f"Each takes a request to look up, so at most {MOST_LOOKED_UP} a call may; ids have no such limit. "
        f"{named.finder.split()[0]} lists ids many at a time; or call this several times."
    )


def _called(items: list[dict[str, Any]], named: Named, text: str) -> list[dict[str, Any]]:
    """The items of this name, as Reply has it or as texts of ours show it; where none has exactly that one, those that
    have it but for accents."""
    exactly = [item for item in items if _is_called(item, named, text.casefold(), str.casefold)]
    return exactly or [item for item in items if _is_called(item, named, plain_words(text), plain_words)]


def _is_called(item: dict[str, Any], named: Named, text: str, fold: Callable[[str], str]) -> bool:
    names = [str(item.get(title) or "").strip() for title in named.titles]
    return any(text in (fold(name), fold(inline(name))) for name in names if name)


async def _candidates(call: Call, named: Named, text: str) -> list[dict[str, Any]]:
    takes = catalog.operation(named.operation).arguments.model_fields
    narrowed = bool(named.query and text)
    arguments: dict[str, Any] = {**dict(named.given), **({named.query: text} if narrowed else {})}
    if "top" in takes:
        arguments["top"] = 100 if narrowed else 1000
    answer = await call.ask(named.operation, **arguments)
    items = answer.get("items", []) if isinstance(answer, dict) else answer
    return [item for item in items or [] if isinstance(item, dict)]


def _ambiguous(named: Named, text: str, matches: list[dict[str, Any]]) -> str:
    """The ids of all that have this name, each with what tells it from the others."""
    shown = matches[:MOST_CANDIDATES]
    if named.label:
        each = "; ".join(named.label(one) for one in shown)
    else:
        apart = _telling(shown, named)
        each = "; ".join(
            ", ".join(
                [str(one[named.id_key]), *(f"{key}: {inline(str(one[key]), 60)}" for key in apart if one.get(key))]
            )
            for one in shown
        )
    of_it = f'{plural(len(matches), named.noun)} are {named.called} "{inline(text)}"'
    return f"{of_it} ({each}): give the id. Nothing was changed."


def _telling(items: list[dict[str, Any]], named: Named) -> list[str]:
    """Up to two keys whose values differ between things of one name."""
    keys = [key for key in items[0] if key not in (named.id_key, named.titles[0])]
    simple = [key for key in keys if all(isinstance(item.get(key), str | int | None) for item in items)]
    return [key for key in simple if len({str(item.get(key)) for item in items}) == len(items)][:2]


def _unknown(named: Named, none: str, text: str, items: list[dict[str, Any]]) -> str:
    if named.label:
        near = [named.label(item) for item in items[:MOST_CANDIDATES]]
    else:
        near = [f"{name} ({item.get(named.id_key)})" for name, item in _nearest(named, text, items)]
    hint = f" Nearest: {'; '.join(near) if named.label else ', '.join(near)}." if near else _all_named(named, items)
    return f"{none}{hint} {named.finder} finds them. Nothing was changed."


def _all_named(named: Named, items: list[dict[str, Any]]) -> str:
    """` There are Jonas Berg (70402) and Maria Silva (70411).`, of a list that is whole and short."""
    names = {item[named.id_key]: f"{_title(named, item)} ({item[named.id_key]})" for item in items}
    return f" There are {join(names.values())}." if 0 < len(names) <= MOST_NAMED and named.find is None else ""


def _nearest(named: Named, text: str, items: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """The things with the nearest names, each once, by the name that is near; none where no name is near."""
    known = [
        (plain_words(str(item[title])), inline(str(item[title])), item)
        for item in items
        for title in named.titles
        if item.get(title)
    ]
    folded = list(dict.fromkeys(name for name, _, _ in known))
    wanted = plain_words(text)
    within = [name for name in folded if wanted in (name if len(wanted) >= SHORTEST_PART else name.split())]
    close = dict.fromkeys([*within, *difflib.get_close_matches(wanted, folded, n=MOST_CANDIDATES, cutoff=0.4)])
    chosen: dict[Any, tuple[str, dict[str, Any]]] = {}
    for name in close:
        shown, item = next((title, item) for plain, title, item in known if plain == name)
        chosen.setdefault(item.get(named.id_key), (shown, item))
    return list(chosen.values())[:MOST_CANDIDATES]

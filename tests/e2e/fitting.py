"""Arguments that fit a tool's whole schema, with ids that the sandbox has, and ways to spoil them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Arguments
from reply_mcp.catalog.schema import full_schema
from reply_mcp.server.tool_calls import operation_of
from tests.conftest import Sandbox

Json = Any
Spoil = Callable[[dict[str, Any]], dict[str, Any]]

KINDS = {
    "contact": "contact",
    "sequence": "sequence",
    "contactlist": "contactList",
    "list": "contactList",
    "customfield": "customField",
    "schedule": "schedule",
    "emailaccount": "emailAccount",
    "linkedinaccount": "linkedInAccount",
    "thread": "thread",
    "category": "category",
    "user": "user",
    "owneruser": "user",
    "assigneduser": "user",
    "step": "step",
    "startstep": "step",
    "sequencestep": "step",
    "variant": "variantNumber",
    "calendar": "holidayCalendar",
    "task": "task",
    "team": "team",
}
"""The sandbox's kind of thing for an argument such as `contactIds`."""
PLACES = {
    "contacts": "contact",
    "contact-lists": "contactList",
    "custom-fields": "customField",
    "sequences": "sequence",
    "threads": "thread",
    "categories": "category",
    "tasks": "task",
    "schedules": "schedule",
    "email-accounts": "emailAccount",
    "linkedin-accounts": "linkedInAccount",
}
"""The kind that `id` means in a path."""
MOMENTS = ("2026-11-01T00:00:00Z", "2026-11-20T10:30:00+01:00", "2026-10-05", "2019-02-28T23:59:59Z")
WORDS = ("Anna", "Q4 Outbound", "<p>Hello {{FirstName}}</p>", "a", "09:00", "Interested", "Zoë 😀", "x" * 300)


@cache
def _schema(arguments: type[Arguments]) -> dict[str, Any]:
    return full_schema(arguments)


def schema_of(entry: Entry) -> dict[str, Any]:
    """The whole schema of a tool's arguments."""
    return _schema(operation_of(entry).arguments)


def kind_of(entry: Entry, name: str) -> str | None:
    """What an argument is the id of, by its name and by the tool's path."""
    if name in ("id", "ids"):
        parts = entry.path.split("/")
        before = parts[parts.index("{id}") - 1] if "{id}" in parts else parts[2] if len(parts) > 2 else ""
        return PLACES.get(before, "thread" if entry.area == "inbox" else None)
    noun = re.sub(r"(Ids?|_ids?)$", "", name)
    return KINDS.get(noun.replace("_", "").lower()) if noun != name else None


def fitting(entry: Entry, sandbox: Sandbox) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments that the tool's schema takes."""
    return _values(schema_of(entry), "", entry, sandbox)


def _values(schema: dict[str, Any], name: str, entry: Entry, sandbox: Sandbox) -> st.SearchStrategy[Any]:
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return st.one_of([_values(choice, name, entry, sandbox) for choice in choices])
    types = schema.get("type", "string")
    kind = types if isinstance(types, str) else types[0]
    match kind:
        case "object":
            return _objects(schema, entry, sandbox)
        case "array":
            inner = _values(schema.get("items", {}), name, entry, sandbox)
            least = schema.get("minItems", 0)
            return st.lists(inner, min_size=least, max_size=min(schema.get("maxItems", 3), max(3, least)))
        case "integer" | "number":
            return _numbers(schema, name, entry, sandbox)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return _texts(schema)


def _objects(schema: dict[str, Any], entry: Entry, sandbox: Sandbox) -> st.SearchStrategy[dict[str, Any]]:
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    given = {name: _values(one, name, entry, sandbox) for name, one in properties.items()}
    must = {name: one for name, one in given.items() if name in required}
    may = {name: one for name, one in given.items() if name not in required}
    return st.fixed_dictionaries(must, optional=may) if given else st.just({})


def _numbers(schema: dict[str, Any], name: str, entry: Entry, sandbox: Sandbox) -> st.SearchStrategy[int]:
    kind = kind_of(entry, name)
    ids = [doc["id"] for doc in sandbox.store.all(kind)[:40]] if kind else []
    if ids:
        return st.sampled_from(ids)
    low = schema.get("minimum", 0)
    return st.integers(low, schema.get("maximum", low + 50))


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    match schema.get("format"):
        case "email":
            return st.integers(1, 10**6).map(lambda number: f"fit{number}@fitting-company.com")
        case "date-time" | "date":
            return st.sampled_from(MOMENTS)
        case "uuid":
            return st.uuids().map(str)
    most, least = schema.get("maxLength", 300), schema.get("minLength", 0)
    return st.sampled_from([one[:most] for one in WORDS if len(one) >= least])


JUNK: tuple[Json, ...] = (
    None,
    "",
    " \t\n",
    "\x00\x1b[31m\u202e\u2066",
    "half \ud800 of a sign",
    "é" * 60_000,
    "../../v3/whoami?x=1#y",
    "%2e%2e%2f",
    '{"a": [1',
    "[[[",
    '["a", {"b": null}]',
    "{0.__class__} %s {id}",
    -1,
    0,
    2**63,
    10**4000,
    1e308,
    0.5,
    True,
    [],
    {},
    [[]] * 50,
    {"": ""},
    {"a": "\udfff"},
    {"$ref": "#"},
)


def nested(depth: int) -> Json:
    """A list in a list, and so on."""
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=())),
        st.sampled_from((*JUNK, nested(150))),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value, odd ones more often than not."""


def spoils(entry: Entry) -> list[Spoil]:
    """The ways to spoil arguments of this tool so that they surely no longer fit."""
    schema = schema_of(entry)
    ways: list[Spoil] = [lambda given: {**given, "noSuchArgument": 1}]
    ways += [lambda given, name=name: _without(given, name) for name in schema.get("required", ())]  # type: ignore[misc]
    for name, one in schema["properties"].items():
        ways += [lambda given, name=name, bad=bad: {**given, name: bad} for bad in _wrong(one)]  # type: ignore[misc]
    return ways


def _wrong(schema: dict[str, Any]) -> list[Json]:
    """Values that a property never takes."""
    types = schema.get("type")
    if types == "object":
        return [7, "no JSON at all"]
    if types == "array":
        inner = schema.get("items", {})
        # One value stands for a list of it, so what is wrong is an item.
        kinds = inner.get("type", [])
        plain = not kinds or {"string", "integer"} & set(kinds if isinstance(kinds, list) else [kinds])
        wrong: list[Json] = [[{"junk": [1]}]] if plain else [[7], ["no JSON at all"]]
        if "minItems" in schema:
            wrong.append([])
        if inner.get("type") == "integer":
            wrong.append(["x", {}])
        if "enum" in inner:
            wrong.append(["no-such-value"])
        return wrong
    wrong = [] if types is None else [{"junk": [1]}, [[1]]]
    if "enum" in schema:
        wrong.append("no-such-value")
    if types in ("integer", "number"):
        wrong += ["many", 1.5]
    if "minimum" in schema:
        wrong.append(schema["minimum"] - 1)
    if "maximum" in schema:
        wrong.append(schema["maximum"] + 1)
    if "maxLength" in schema:
        wrong.append("x" * (schema["maxLength"] + 1))
    if schema.get("format") in ("email", "date-time", "uuid"):
        wrong.append("neither this nor that")
    return wrong


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def replaced(value: Json, place: int, junk: Json) -> Json:
    """The value with its `place`th part (counted depth first, modulo their number) replaced by junk."""
    count = _count(value)
    return _replace(value, [place % count], junk)


def _count(value: Json) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_count(part) for part in parts)


def _replace(value: Json, left: list[int], junk: Json) -> Json:
    left[0] -= 1
    if left[0] < 0 and left[0] > -2:
        return junk
    if isinstance(value, dict):
        return {key: _replace(part, left, junk) for key, part in value.items()}
    if isinstance(value, list):
        return [_replace(part, left, junk) for part in value]
    return value

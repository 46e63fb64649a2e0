"""Every field that the document has in the answer of a read is reachable: `detail=full` is Reply's own answer, no more
and no less, and `fields` shows each field of an item by its name, with Reply's value."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from reply_mcp import catalog, workflows
from reply_mcp.catalog.answers import kind_of
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from reply_mcp.condense.values import show, words
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.context import Caller
from reply_mcp.server.tool_calls import CallSettings, call_tool
from reply_mcp.text.company_sizes import format_company_size
from tests.catalog.requests.documented import ID, Made
from tests.catalog.requests.stub import Stub, stubbed
from tests.catalog.spec.test_against_openapi import DOCUMENTED, OPERATIONS
from tests.consent import consent_for

Json = dict[str, Any]
READS = {
    entry.id: entry
    for entry in catalog.entries()
    if entry.effect is Effect.READ and entry.id in DOCUMENTED.keys() & OPERATIONS
}
ASKED: Mapping[str, Json] = {"GetPlaybook": {"id": "t-7"}, "FilterTasks": {"assignedUserId": 7}}
"""Arguments in place of those that fit the schema alone."""
NO_JSON = {id for id in READS if kind_of(id) in ("text", "empty")}
Line = tuple[Stub, Client]


class Answers:
    """Makes answers with every documented field, no two values of which are the same where the schema leaves a choice.
    Of several shapes that a row may have, each is a row."""

    def __init__(self) -> None:
        self.number = count(4000)

    def value(self, schema: Mapping[str, Any], name: str = "") -> Any:
        for key in ("oneOf", "anyOf"):
            if choices := [one for one in schema.get(key, ()) if one.get("type") != "null"]:
                return self.value(choices[0], name)
        if "allOf" in schema:
            parts = [self.value(part, name) for part in schema["allOf"]]
            if not isinstance(parts[0], dict):
                return parts[0]
            return {key: one for part in parts for key, one in part.items()} | self._object(schema)
        if values := [one for one in schema.get("enum", ()) if one is not None]:
            return values[-1]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = kind if isinstance(kind, str) else next(one for one in kind if one != "null")
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                items = schema.get("items", {})
                shapes = items.get("oneOf") or items.get("anyOf") or [items]
                return [self.value(shape, name) for shape in shapes if shape.get("type") != "null"]
            case "boolean":
                return name != "hasMore"
            case "integer":
                return next(self.number)
            case "number":
                return next(self.number) + 0.5
        return self._text(schema.get("format", ""), name)

    def _object(self, schema: Mapping[str, Any]) -> Json:
        made = {name: self.value(inner, name) for name, inner in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping) and not made:
            made = {f"key{next(self.number)}": self.value(more) for _ in range(2)}
        return made

    def _text(self, format: str, name: str) -> str:
        number = next(self.number)
        day = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        return {
            "date-time": f"{day}T09:{number % 60:02}:00Z",
            "date": day,
            "time": f"09:{number % 60:02}:00",
            "uuid": str(UUID(int=number)),
            "email": f"a{number}@acme.com",
            "uri": f"https://acme.com/{number}",
        }.get(format, f"{name} {number}")


def documented_answer(id: str) -> Any:
    """An answer of the operation with all that the document has in it; the thing itself has the id that is asked."""
    responses = DOCUMENTED[id]["responses"]
    status = next(one for one in sorted(responses) if one.startswith("2"))
    schema = next(iter(responses[status]["content"].values()))["schema"]
    made = Answers().value(schema)
    if isinstance(made, dict) and "id" in made and "items" not in made:
        texts = [one for one in Made(OPERATIONS[id], "").arguments.values() if isinstance(one, str)]
        made["id"] = ID if isinstance(made["id"], int) else [made["id"], *texts][-1]
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line() -> AsyncIterator[Line]:
    async with stubbed() as (stub, _, client):
        yield stub, client


async def said(line: Line, entry: Entry, **options: Any) -> tuple[str, Any]:
    caller = Caller(Session(line[1]), "owner")  # of its own: nothing is remembered of other answers
    needed = Made(OPERATIONS[entry.id], "").arguments if entry.id in OPERATIONS else {}
    arguments = {**needed, **ASKED.get(entry.id, {}), **options}
    result = await call_tool(entry, arguments, caller, CallConsent(consent_for()), CallSettings(20_000))
    assert not result.is_error, result.text
    return result.text, result.data


def json_lines(text: str) -> list[Any]:
    """The JSON of a full answer, line by line, without the lines above and below it."""
    found = []
    for line in text.splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("id", sorted(set(READS) - NO_JSON))
async def test_a_full_answer_is_replys_own(id: str, line: Line) -> None:
    held = documented_answer(id)
    line[0].clear(**{id: held})
    text, _ = await said(line, READS[id], detail="full")
    shown = json_lines(text)
    assert shown in possible_lines(held)


def possible_lines(held: Any) -> Iterator[list[Any]]:
    """How an answer may stand on lines: as one, or one of its lists an item a line below the rest."""
    yield held if isinstance(held, list) else [held]
    for key, part in held.items() if isinstance(held, dict) else ():
        if isinstance(part, list):
            rest = {name: other for name, other in held.items() if name != key}
            yield ([rest] if rest else []) + part


def fields_of(held: Any) -> dict[str, Any]:
    """The fields of the items of an answer, or of the answer itself, with the values of the first item that has each.
    Values that are no objects have no fields."""
    items = held.get("items") if isinstance(held, dict) and isinstance(held.get("items"), list) else held
    rows = items if isinstance(items, list) else [items]
    found: dict[str, Any] = {}
    for row in rows:
        if isinstance(row, dict):
            found = {**row, **found}
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The values in an object, each with its dotted path; parts of a list go by the list's."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, path)
    else:
        yield path, value


def is_shown(path: str, value: Any, text: str) -> bool:
    """Whether a text shows a value in one of the ways that values are written. Of yes and no, the name is enough."""
    name = path.rpartition(".")[2]
    if isinstance(value, bool):
        return name in text or words(name) in text
    if not isinstance(value, str):
        return str(value) in text.replace(",", "") or show(value, "duration") in text
    if re.match(r"\d{4}-\d\d-\d\d", value):
        return value[5:10] in text
    return any(each in text for each in (value, words(value), format_company_size(value) or value))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("id", sorted(set(READS) - NO_JSON))
async def test_every_field_of_an_item_is_shown_by_its_name(id: str, line: Line) -> None:
    """An object by its own name, or what is in it by a dotted path."""
    held = documented_answer(id)
    wanted = fields_of(held)
    line[0].clear(**{id: held})
    paths, missing = [*wanted], list(leaves(wanted))
    for _ in range(2):
        for at in range(0, len(paths), 20):
            text, _ = await said(line, READS[id], fields=paths[at : at + 20])
            assert "No field" not in text
            missing = [(path, value) for path, value in missing if not is_shown(path, value, text)]
        paths = [path for path, _ in missing]
    assert not missing


def test_how_many_fields_there_are() -> None:
    answers = {id: documented_answer(id) for id in set(READS) - NO_JSON}
    fields = {(id, path) for id, held in answers.items() for path, _ in leaves(held)}
    assert (len(answers), len(fields)) == (124, 1589)


@pytest.mark.asyncio(loop_scope="module")
async def test_rows_that_are_left_out_stay_left_out(line: Line) -> None:
    row = documented_answer("GetContacts")["items"][0]
    other = {**row, "id": 2, "email": "other@acme.com"}
    line[0].clear(GetContacts={"items": [other, row, row], "hasMore": False})
    text, _ = await said(line, READS["GetContacts"], detail="full", email=row["email"])
    assert json_lines(text) == [{"hasMore": False}, row]


@pytest.mark.asyncio(loop_scope="module")
async def test_all_pages_are_replys_own_rows(line: Line) -> None:
    row = documented_answer("GetTasks")["items"][0]
    rows = [{**row, "id": id} for id in range(5)]

    def page(query: dict[str, str]) -> Json:
        skip, top = int(query.get("skip", 0)), int(query["top"])
        return {"items": rows[skip : skip + top], "hasMore": skip + top < len(rows)}

    line[0].clear(GetTasks=page)
    text, _ = await said(line, READS["GetTasks"], detail="full", all=True, top=2)
    assert json_lines(text) == [{"hasMore": False}, *rows]


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_made_of_several_answers_has_nothing_but_replys(line: Line) -> None:
    thread = documented_answer("GetInboxThread")
    page = documented_answer("ListInboxThreadMessages")
    long = {**thread, "messages": thread["messages"] * 20}
    entry = next(one for one in workflows.entries() if one.tool == "reply_get_thread")
    around = {name: part for name, part in thread.items() if name != "messages"}
    for held, messages in ((thread, thread["messages"]), (long, page["items"])):
        line[0].clear(GetInboxThread=held, ListInboxThreadMessages=page)
        text, _ = await said(line, entry, detail="full", id=ID)
        assert json_lines(text) == [{"thread": around}, *messages]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_bare_number_is_shown_by_its_word(line: Line) -> None:
    line[0].clear(GetReengagementFlowContactsCount=5)
    text, _ = await said(line, READS["GetReengagementFlowContactsCount"], fields=["count"])
    assert "count: 5" in text

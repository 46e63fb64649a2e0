"""The catalog against the facts of Reply's OpenAPI document, as `reply-mcp catalog facts` took them. No difference
is unexplained, and what the document takes is taken here and arrives at a real socket as it was given.

Where the document is silent and the catalog is not (bounds, formats, listed differences), values keep to the catalog.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import pytest_asyncio
from pydantic import ValidationError

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Arguments, Operation, Where
from reply_mcp.catalog.spec.compare import compare
from reply_mcp.catalog.spec.export import document
from reply_mcp.catalog.spec.request_fields import Facts, merge_unions, request_fields
from reply_mcp.client.http import Client
from reply_mcp.errors import WrongArguments
from tests.catalog.generated import Generated
from tests.catalog.sent import check_value, whole_field, wire_names
from tests.client.peer import Peer, answer, client_of, peer

SPEC = json.loads(Path(__file__).with_name("v3_facts.json").read_text("utf-8"))
REQUESTS = 6
"""Requests made for each operation."""

AREAS = [catalog.area(name) for name in catalog.AREAS]
OPERATIONS = {one.id: one for area in AREAS for one in area.operations if one.path}


def documented() -> dict[str, dict[str, Any]]:
    """Operation id → what the document says of it, with its method and path."""
    return {
        one["operationId"]: {**one, "method": method.upper(), "path": path}
        for path, item in SPEC["paths"].items()
        for method, one in item.items()
    }


DOCUMENTED = documented()


@cache
def exported() -> dict[str, dict[str, Any]]:
    """Operation id → what the catalog's own document says of it."""
    return {one["operationId"]: one for item in document(AREAS)["paths"].values() for one in item.values()}


def test_every_difference_is_listed_with_its_reason() -> None:
    found = compare(AREAS, SPEC)
    assert [f"{one.operation}: {one}" for one in found.unlisted] == []
    assert found.unused == ()
    assert found.compared == len(OPERATIONS) >= 356


@cache
def known_places(id: str) -> dict[str, Facts]:
    """What the catalog takes, by the places of the document."""
    ours, theirs = merge_unions(request_fields(exported()[id], {}), request_fields(DOCUMENTED[id], {}))
    known = {place: facts for place, facts in ours.items() if place in theirs}
    return {**known, **{place: facts for place, facts in request_fields(exported()[id], {}).items() if "<" in place}}


class Made:
    """A documented request with values: `path` filled in, `query`, and `body` as JSON, `FILE` or None."""

    FILE = object()

    def __init__(self, id: str, chance: Random) -> None:
        described = DOCUMENTED[id]
        known = known_places(id)
        values = Generated(chance, known)
        self.method: str = described["method"]
        self.path: str = described["path"]
        self.named: list[str] = []
        """The values of the path in order."""
        self.query: dict[str, Any] = {}
        self.body: Any = None
        for one in described["parameters"]:
            place = f"{one['in']} {one['name']}"
            wanted = one["required"] or known.get(place, Facts()).required or chance.random() < 0.5
            if one["in"] == "query" and wanted:
                self.query[one["name"]] = values.value(one["schema"], place)
        schemas = {one["name"]: one["schema"] for one in described["parameters"] if one["in"] == "path"}
        for name in re.findall(r"{(\w+)}", self.path):
            value = str(values.value({"minLength": 1, **schemas[name]}))
            value = re.sub(r"[^\w@. -]", "", value) or "x"  # what an id in a path may hold
            self.named.append(value)
            self.path = self.path.replace(f"{{{name}}}", value)
        for kind, media in described.get("requestBody", {}).get("content", {}).items():
            form = kind.startswith("multipart/")
            self.body = Made.FILE if form else values.value(media["schema"], "body")

    def arguments(self, operation: Operation) -> dict[str, Any]:
        """The same as arguments of the tool."""
        names = wire_names(operation.arguments)
        given = dict(self.query)
        for placeholder, value in zip(re.findall(r"{(\w+)}", operation.path), self.named, strict=True):
            given[names[placeholder][0]] = int(value) if value.isdecimal() else value
        for alias, where in names.values():
            if where is Where.WHOLE_BODY:
                given[alias] = self.body
            elif where is Where.FILE:
                given[alias] = {"name": "notes.txt", "base64": "QcOp"}
        if isinstance(self.body, dict) and not operation_is_whole(operation):
            assert not set(given) & set(self.body), "an argument stands for two places"
            given |= self.body
        return given


def operation_is_whole(operation: Operation) -> bool:
    return any(where is Where.WHOLE_BODY for _, where in wire_names(operation.arguments).values())


def accepted(operation: Operation, given: dict[str, Any]) -> Arguments | None:
    """The validated arguments; None where a rule between arguments, which no schema states, refuses them."""
    try:
        return validate(operation.arguments, given)
    except WrongArguments:
        try:
            operation.arguments.model_validate(given)
        except ValidationError as error:
            if all(one["type"] == "value_error" for one in error.errors()):
                return None
        raise


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line() -> AsyncIterator[tuple[Peer, Client]]:
    """A socket that records, and the client that sends to it."""
    async with peer(answer(200, "{}")) as socket, client_of(socket.url) as client:
        yield socket, client


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("id", sorted(set(DOCUMENTED) & set(OPERATIONS)))
async def test_a_documented_request_arrives_as_it_was_given(id: str, line: tuple[Peer, Client]) -> None:
    operation, arrived = OPERATIONS[id], 0
    socket, client = line
    for seed in range(REQUESTS * 5):
        made = Made(id, Random(f"{id} {seed}"))
        arguments = accepted(operation, made.arguments(operation))
        if arguments is None:
            continue
        # Whatever the socket answers is fine: what counts here is what was sent.
        await client.send(replace(operation.request(arguments), answer=None))
        check_arrival(socket, made, arguments)
        arrived += 1
        if arrived == REQUESTS:
            return
    assert arrived, "every documented request was refused"


def check_arrival(socket: Peer, made: Made, arguments: Arguments) -> None:
    """The last request of the socket is the one that was made."""
    head, _, content = socket.seen[-1].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    method, target, _ = line.split(" ")
    headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in rest)}
    url = urlsplit(target)
    assert method == made.method
    assert unquote(url.path) == made.path
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    assert len(query) == len(parse_qsl(url.query, keep_blank_values=True))
    check_value(query, {name: as_text(value) for name, value in made.query.items()}, arguments, Where.QUERY)
    if made.body is Made.FILE:
        check_upload(headers["content-type"], content)
    elif made.body is None:
        assert content == b""
    elif not made.body and not content:
        assert made.method in ("GET", "DELETE") or not DOCUMENTED[type(arguments).__name__]["requestBody"]["required"]
    else:
        assert headers["content-type"].startswith("application/json")
        operation = type(arguments).operation
        whole = operation_is_whole(operation)
        part = getattr(arguments, whole_field(operation)) if whole else arguments
        check_value(json.loads(content), made.body, part)


def check_upload(kind: str, content: bytes) -> None:
    parts = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content).get_payload()
    assert isinstance(parts, list)
    assert [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in parts
    ] == [("file", "Aé".encode())]


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""A server on a real socket whose answers are of the kind that each operation documents, and the session that talks to
it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from reply_mcp.catalog.answers import kind_of
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from tests.catalog.requests.documented import ID
from tests.catalog.spec.test_against_openapi import OPERATIONS
from tests.client.peer import answer, client_of, peer

_ROUTES = [
    (id, one.method, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one.path)))) for id, one in OPERATIONS.items()
]
_ROUTES.sort(key=lambda route: route[2].pattern.count("[^/]+"))
KINDS: Mapping[str, Any] = {
    "rows": [],
    "values": [],
    "count": {"count": 0},
    "number": 0,
    "failures": {},
    "object": {},
}


class Stub:
    """Answers every operation with the least that is an answer, or as `held` has it; `sent` is what came.

    Attributes:
        held: operation id → what it answers, or a function that gives it for the query.
        sent: operation id, query and body of each request since `clear`.
    """

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.sent: list[tuple[str, dict[str, str], Any]] = []

    def clear(self, **held: Any) -> None:
        self.held = held
        self.sent = []

    def of(self, id: str) -> list[tuple[dict[str, str], Any]]:
        """Query and body of each request of one operation."""
        return [(query, body) for operation, query, body in self.sent if operation == id]

    def answer(self, request: bytes) -> bytes:
        head, _, content = request.partition(b"\r\n\r\n")
        method, target, _ = head.decode().split("\r\n")[0].split(" ")
        url = urlsplit(target)
        path = unquote(url.path)
        id = next((id for id, verb, route in _ROUTES if verb == method and route.fullmatch(path)), "")
        is_json = b"application/json" in head
        body = json.loads(content) if content and is_json else content or None
        self.sent.append((id, dict(parse_qsl(url.query, keep_blank_values=True)), body))
        if id in self.held:
            held = self.held[id]
            return answer(200, json.dumps(held(self.sent[-1][1]) if callable(held) else held))
        kind = kind_of(id)
        if kind == "empty":
            return answer(204)
        if kind == "text":
            return answer(200, "a,b\r\n", kind="text/csv")
        if kind == "record":  # of the thing that was asked for
            last = path.rpartition("/")[2]
            return answer(200, json.dumps({"id": int(last) if last.isdecimal() else ID}))
        keys = dict.fromkeys(kind) if isinstance(kind, list) else KINDS[str(kind)]
        return answer(200, json.dumps(keys))


@asynccontextmanager
async def stubbed() -> AsyncIterator[tuple[Stub, Session, Client]]:
    """A stub, and a session and a client that reach it."""
    stub = Stub()
    async with peer(by=stub.answer) as socket, client_of(socket.url) as client:
        yield stub, Session(client), client

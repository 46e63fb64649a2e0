"""Whatever Reply answers, an agent reads text that it can act on: every tool, and a peer that spoils true answers."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from anyio import fail_after
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.client.budget import Budget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from reply_mcp.sandbox import running
from reply_mcp.server.context import Caller
from reply_mcp.server.server import build_server
from reply_mcp.settings import Settings, parse_policy
from tests.client.peer import RESET, answer, peer
from tests.conftest import KEY, Sandbox
from tests.e2e.fitting import JUNK, fitting
from tests.e2e.soundness import TOOLS, Errors, few_for, is_read, named, sound

Spoiler = Callable[[bytes], bytes]

SECONDS = 20
STATUSES = (
    200,
    201,
    202,
    204,
    206,
    301,
    400,
    401,
    402,
    403,
    404,
    405,
    408,
    409,
    413,
    415,
    422,
    425,
    429,
    500,
    502,
    503,
)
WAITS = ("0", "1", "-5", "99999999999", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "1.5", "nan")
CODES: tuple[Any, ...] = (
    None,
    "contact.notFound",
    "sequence.notFound",
    "TEAM_REQUIRED",
    "USER_REQUIRED",
    7,
    "",
    "x.y.zNotFound",
    {},
)
HTML = "<!DOCTYPE html><html><body><h1>Please wait…</h1></body></html>"
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"0",
    b"true",
    b'"done"',
    b"[[]]",
    b"[null]",
    b"[1,2]",
    b'{"items":null}',
    b'{"items":{},"hasMore":"yes"}',
    b'{"items":[null,1,"x",[],{}],"hasMore":true}',
    b'{"items":[{"id":null}],"hasMore":true}',
    b'{"id":1,"name":"cut',
    b'{"a":NaN,"b":Infinity}',
    b'{"1":{"2":{"3":[{"4":null}]}}}',
    b'["\\ud800"]',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"\x00\x01\x02\xff",
    b"[" * 5000 + b"]" * 5000,
    b"9" * 5000,
    HTML.encode(),
)


class Spoiling:
    """What the peer does: asks the sandbox, then spoils its answer as the script says; the last word is for ever."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._http = httpx.Client(base_url=sandbox.url, timeout=30)
        self.script: list[Spoiler] = []
        self.asked = 0
        self.line = ("", "")
        self.open: set[tuple[str, bytes]] = set()
        self.repeated: list[str] = []
        """The writes that were sent again after an answer that left it open whether they were done."""

    def begin(self, script: list[Spoiler]) -> None:
        self.script, self.asked, self.open, self.repeated = script, 0, set(), []

    def __call__(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
        self.asked += 1
        self.line = (method, target)
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        true = self._http.request(method, target, content=body, headers=headers)
        kind = true.headers.get("content-type", "application/json")
        spoil = self.script[min(self.asked, len(self.script)) - 1]
        said = spoil(answer(true.status_code, true.content, kind=kind))
        self._note(method, target, body, said)
        return said

    def _note(self, method: str, target: str, body: bytes, said: bytes) -> None:
        path = target.partition("?")[0]
        if is_read(method, path):
            return
        this = (f"{method} {target}", body)
        if this in self.open:
            self.repeated.append(this[0])
        if said == RESET or int(said.split()[1]) >= 500:
            self.open.add(this)


def as_it_is(true: bytes) -> bytes:
    return true


def lost(true: bytes) -> bytes:
    return RESET


def whole(status: int, body: bytes, kind: str, *headers: str) -> Spoiler:
    """Another answer in the place of the true one."""
    return lambda true: answer(status, b"" if status == 204 else body, *headers, kind=kind)


def cut(true: bytes) -> bytes:
    """Half of the body under the length of the whole."""
    head, _, body = true.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + body[: len(body) // 2] if body else true


def bent(seed: int, times: int) -> Spoiler:
    """The true answer with some of its parts changed."""

    def spoil(true: bytes) -> bytes:
        head, _, body = true.partition(b"\r\n\r\n")
        try:
            value = json.loads(body)
        except ValueError:
            return true
        chance = random.Random(seed)
        for _ in range(times):
            value = _bend(value, chance, chance.randrange(1, 6))
        return answer(int(head.split()[1]), json.dumps(value))

    return spoil


def _bend(value: Any, chance: random.Random, depth: int) -> Any:
    """Goes down to some part and changes it."""
    if depth and isinstance(value, dict) and value:
        name = chance.choice(list(value))
        if chance.random() < 0.2:
            return {key: inner for key, inner in value.items() if key != name}
        if chance.random() < 0.1:
            return {("X" if key == name else "") + key: inner for key, inner in value.items()}
        return {**value, name: _bend(value[name], chance, depth - 1)}
    if depth and isinstance(value, list) and value:
        place = chance.randrange(len(value))
        return [_bend(inner, chance, depth - 1) if at == place else inner for at, inner in enumerate(value)]
    match chance.randrange(6):
        case 0:
            return None
        case 1:
            return [value]
        case 2:
            return {"value": value}
        case 3 if isinstance(value, str):
            return value.swapcase()
        case 4 if isinstance(value, str | int):
            return str(value) if isinstance(value, int) else 7
    return chance.choice(JUNK)


problems = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Bad", None, 7, ["x"]]),
        "status": st.sampled_from([400, "400", None]),
        "detail": st.sampled_from(["No.", "", None, {"a": 1}, "x" * 5000, "{0} %s \ud800"]),
        "code": st.sampled_from(CODES),
        "Code": st.sampled_from(CODES),
        "errors": st.sampled_from(
            [None, [], {}, "x", [None], [{"pointer": None}], [{"pointer": "/items/0/email", "detail": 7}], {"a": ["b"]}]
        ),
        "teams": st.sampled_from([None, [], [1], [{"teamId": None}], {"teamId": 1}, [{"TeamId": 1, "teamName": []}]]),
        "reasons": st.sampled_from([None, [], ["plan"], "x", [{}]]),
    },
).map(lambda problem: json.dumps(problem).encode())
kinds = st.sampled_from(["application/json", "application/problem+json", "text/html", "text/csv", "x"])
headers = st.sampled_from(WAITS).map(lambda wait: f"Retry-After: {wait}")
spoilers = st.one_of(
    st.builds(bent, st.integers(0, 10**9), st.integers(1, 4)),
    st.builds(whole, st.sampled_from(STATUSES[:5]), st.sampled_from(BODIES), kinds),
    st.builds(whole, st.sampled_from(STATUSES), problems | st.sampled_from(BODIES), kinds, headers),
    st.sampled_from([as_it_is, as_it_is, cut, lost]),
)
scripts = st.lists(spoilers, min_size=1, max_size=4)


@asynccontextmanager
async def serving(spoiling: Spoiling, policy: str) -> AsyncIterator[Any]:
    from mcp import Client as Agent

    transport = httpx.AsyncHTTPTransport(verify=False)

    async with peer(by=spoiling) as one, transport:

        async def find_caller(context: Any) -> Caller:
            budget = Budget(())
            credential = Credential(KEY, base_url=one.url)
            client = Client(credential, budget=budget, timeout=10, patience=0.1, transport=transport)
            return Caller(Session(client), "self")

        given = Settings(api_key=KEY, policy=parse_policy(policy), structured=True)
        async with Agent(build_server(given, find_caller)) as agent:
            yield agent


class Stage:
    """A real client of a server whose Reply is the peer. Each call has an account of its own: nothing is kept."""

    def __init__(self, sandbox: Sandbox, spoiling: Spoiling, call: Callable[[str, dict[str, Any], bool], Any]) -> None:
        self.sandbox, self.spoiling, self.call = sandbox, spoiling, call


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with (
        running(rate_limits="none", stats_rate_limits="none") as one,
        pytest.MonkeyPatch.context() as patch,
        start_blocking_portal() as portal,
    ):
        patch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)
        sandbox = Sandbox(one)
        spoiling = Spoiling(sandbox)
        with (
            portal.wrap_async_context_manager(serving(spoiling, "all=allow")) as allowed,
            portal.wrap_async_context_manager(serving(spoiling, "")) as asked,
        ):

            async def call(tool: str, arguments: dict[str, Any], ask: bool) -> Any:
                with fail_after(SECONDS):
                    return await (asked if ask else allowed).call_tool(tool, arguments)

            yield Stage(sandbox, spoiling, lambda *given: portal.call(call, *given))


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_any_answer_is_told(stage: Stage, errors: Errors, entry: Entry) -> None:
    details = st.sampled_from([{}, {}, {"detail": "full"}, {"fields": ["id", "name", "email", "x"]}])

    @few_for(entry)
    @given(fitting(entry, stage.sandbox), details, scripts, st.integers(0, 3))
    def told(arguments: dict[str, Any], shape: dict[str, Any], script: list[Spoiler], ask: int) -> None:
        stage.spoiling.begin(script)
        given = arguments | (shape if entry.effect is Effect.READ else {})
        sound(stage.call(entry.tool, given, ask == 3), errors)
        assert stage.spoiling.repeated == []

    told()

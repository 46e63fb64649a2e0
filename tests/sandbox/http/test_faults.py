"""Every kind of trouble that the sandbox makes, as a plain HTTP client meets it."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import time_machine

from reply_mcp.sandbox import running
from reply_mcp.sandbox.serving import Sandbox

HEADERS = {"Authorization": "Bearer sandbox-full-access"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(rate_limits="none") as one:
        yield one


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, headers=HEADERS, timeout=30) as client:
        yield client
    sandbox.faults.clear()


def test_a_list_is_switched_on_as_a_whole_and_counted(api: httpx.Client) -> None:
    faults = [{"kind": "status", "status": 500, "match": "/v3/whoami"}, {"kind": "empty", "times": 2}]
    assert api.post("/sandbox/faults", json=[*faults, {"kind": "earthquake"}]).status_code == 400
    assert api.get("/sandbox/faults").json() == []
    assert api.post("/sandbox/faults", json=faults).status_code == 204
    answers = [api.get("/v3/whoami") for _ in range(4)]
    assert [(one.status_code, bool(one.content)) for one in answers] == [
        (500, True),
        (200, False),
        (200, False),
        (200, True),
    ]
    api.post("/sandbox/faults", json={"kind": "html", "times": None})
    api.get("/v3/whoami")
    (left,) = api.get("/sandbox/faults").json()
    assert (left["kind"], left["hits"]) == ("html", 1)


@pytest.mark.parametrize("kind", ["empty", "html", "malformed", "redirect", "status", "close", "reset", "bomb"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_each_comes_before_or_after_the_work(sandbox: Sandbox, api: httpx.Client, kind: str, when: str) -> None:
    name = f"{kind} {when}"
    sandbox.faults.add({"kind": kind, "when": when, "match": "POST /v3/contact-lists"})
    try:
        api.post("/v3/contact-lists", json={"name": name})
    except httpx.TransportError:
        assert kind in ("close", "reset")
    assert bool(api.get("/v3/contact-lists", params={"search": name}).json()["items"]) is (when == "after")


def test_a_bomb_is_small_on_the_wire_and_large_unpacked(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "bomb"})
    with api.stream("GET", "/v3/whoami") as answer:
        packed = b"".join(answer.iter_raw())
    assert len(packed) < 100_000
    assert len(zlib.decompress(packed, 31)) == 64 * 1024 * 1024


@pytest.mark.parametrize(("kind", "least"), [("endless", 10_000_000), ("trickle", 5)])
def test_some_bodies_never_end(sandbox: Sandbox, api: httpx.Client, kind: str, least: int) -> None:
    sandbox.faults.add({"kind": kind})
    got = 0
    with api.stream("GET", "/v3/whoami") as answer:
        for chunk in answer.iter_raw():
            got += len(chunk)
            if got >= least:
                break
    assert got >= least
    assert api.get("/v3/whoami").status_code == 200


def test_a_refused_connection_is_reset_before_a_word(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "refuse", "times": 2})
    mark = sandbox.log.last
    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            _listen_to(int(sandbox.url.rpartition(":")[2]))
    assert sandbox.log.last == mark
    assert api.get("/v3/whoami").status_code == 200


def _listen_to(port: int) -> bytes:
    """What is said on a new connection before anything is asked."""
    with socket.create_connection(("127.0.0.1", port), 5) as raw:
        return raw.recv(1)


def test_closing_is_polite_and_resetting_is_not(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add([{"kind": "close"}, {"kind": "reset"}])
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        api.get("/v3/whoami")
    with pytest.raises(httpx.NetworkError):
        api.get("/v3/whoami")


@pytest.mark.parametrize(
    ("described", "status", "header"),
    [
        ({"kind": "redirect"}, 302, ("location", "https://elsewhere.example/")),
        ({"kind": "redirect", "status": 307, "headers": {"Location": "/v3/x"}}, 307, ("location", "/v3/x")),
        ({"kind": "status", "status": 429, "retryAfter": 7}, 429, ("retry-after", "7")),
        ({"kind": "html", "status": 502}, 502, ("content-type", "text/html; charset=utf-8")),
    ],
)
def test_what_they_look_like(
    sandbox: Sandbox, api: httpx.Client, described: dict[str, Any], status: int, header: tuple[str, str]
) -> None:
    sandbox.faults.add(described)
    answer = api.get("/v3/whoami")
    assert (answer.status_code, answer.headers[header[0]]) == (status, header[1])


def test_a_date_to_come_back(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "status", "status": 429, "retryAfter": 60, "retryDate": True})
    with time_machine.travel("2026-03-04T05:00:00Z", tick=False):
        answer = api.get("/v3/whoami")
    assert answer.headers["Retry-After"] == "Wed, 04 Mar 2026 05:01:00 GMT"


def test_some_matching_requests_pass_first(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "status", "skip": 2, "match": "GET /v3/whoami"})
    assert [api.get("/v3/whoami").status_code for _ in range(4)] == [200, 200, 503, 200]


def test_null_is_an_answer(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "answer"})
    answer = api.get("/v3/whoami")
    assert (answer.status_code, answer.content) == (200, b"null")


def test_a_second_answer_follows_the_right_one(sandbox: Sandbox) -> None:
    sandbox.faults.add({"kind": "leftover"})
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as wire:
        wire.sendall(b"GET /v3/whoami HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-full-access\r\n\r\n")
        got = b""
        while got.count(b"HTTP/1.1 200") < 2 or not got.endswith(b"}"):
            got += wire.recv(65536)
    assert b'"userId"' in got.partition(b"\r\n\r\n")[2].partition(b"HTTP/1.1")[0]


def test_the_log_tells_what_was_done_from_what_was_answered(sandbox: Sandbox, api: httpx.Client) -> None:
    mark = sandbox.log.last
    for when in ("before", "after"):
        sandbox.faults.add({"kind": "status", "status": 502, "when": when})
        api.get("/v3/whoami")
    api.get("/v3/whoami")
    rows = [(one["status"], one["processed"]) for one in sandbox.log.since(mark)]
    assert rows == [(502, None), (502, 200), (200, 200)]


def test_a_status_may_be_one_that_nobody_has_registered(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add({"kind": "status", "status": 499})
    assert api.get("/v3/whoami").status_code == 499

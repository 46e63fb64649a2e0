"""The layers between a call and Reply: what counts as a request, what is kept, shared, tried again and given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Request
from reply_mcp.client import outcomes
from reply_mcp.client.budget import Budget
from reply_mcp.client.call_context import CallContext
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client
from reply_mcp.client.outcomes import Answer, RawResponse, Retry, classify
from reply_mcp.client.sending import FEW, Sender
from reply_mcp.errors import ApiError, RequestCapReached, Unreachable
from tests.client.simulated_time import in_simulated_time, now

FIELDS = [{"id": 1, "title": "Seats", "fieldType": "number"}]


class Reply(httpx.AsyncBaseTransport):
    """Answers every request in place of the network, after a moment; `seen` has method and path of each."""

    def __init__(self, answer: Callable[[httpx.Request], Any] = lambda request: {"items": []}) -> None:
        self.seen: list[str] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(f"{request.method} {request.url.path}")
        await anyio.sleep(0.1)
        answer = self._answer(request)
        if isinstance(answer, Exception):
            raise answer
        content = json.dumps(answer).encode()
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=_Body(content))


class _Body(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> Any:
        yield self._content


def _record(request: httpx.Request) -> dict[str, int]:
    """The record that the path asks for."""
    return {"id": int(request.url.path.rpartition("/")[2])}


def client_of(reply: Reply) -> Client:
    return Client(Credential("k"), budget=Budget(()), transport=reply)


def call_of(sender: Sender, operation: str = "GetContactById", **arguments: Any) -> CallContext:
    return CallContext(validate(catalog.operation(operation).arguments, arguments or {"id": 5}), sender)


@in_simulated_time
async def test_a_call_sends_no_more_than_its_cap() -> None:
    reply = Reply(_record)
    call = call_of(Sender(client_of(reply)))
    with call.at_most(2) as cap:
        await call.send()
        await call.ask("GetContactById", id=6)
        with pytest.raises(RequestCapReached):
            await call.ask("GetContactById", id=7)
        assert cap.left == 0
    assert len(reply.seen) == call.requests == 2
    await call.ask("GetContactById", id=7)
    assert call.requests == 3


@in_simulated_time
async def test_what_is_kept_or_shared_costs_no_request() -> None:
    reply = Reply(lambda request: FIELDS)
    sender = Sender(client_of(reply))
    first, second = call_of(sender), call_of(sender)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first.ask, "GetCustomFields")
        tasks.start_soon(second.ask, "GetCustomFields")
    with second.at_most(0):
        assert await second.ask("GetCustomFields") == FIELDS
    assert len(reply.seen) == 1
    assert (first.requests, second.requests) == (1, 0)


@in_simulated_time
async def test_a_write_to_its_area_has_reference_data_read_anew() -> None:
    reply = Reply(lambda request: FIELDS if request.method == "GET" else {"id": 9})
    call = call_of(Sender(client_of(reply)))
    await call.ask("GetCustomFields")
    await call.ask("CreateCustomField", title="Seats", fieldType="number")
    await call.ask("GetCustomFields")
    assert [one.partition(" ")[0] for one in reply.seen] == ["GET", "POST", "GET"]


@in_simulated_time
async def test_what_a_call_read_itself_serves_its_question_and_what_others_read_does_not() -> None:
    reply = Reply(lambda request: FIELDS)
    sender = Sender(client_of(reply))
    await call_of(sender).ask("GetCustomFields")
    await anyio.sleep(1)
    call = call_of(sender)
    await call.ask("GetCustomFields")
    assert len(reply.seen) == 1
    call.read_anew()
    for _ in range(2):
        await call.ask("GetCustomFields")
    assert len(reply.seen) == 2
    later = call_of(sender)
    await anyio.sleep(1)
    await call_of(sender).ask("ListSchedules")
    later.read_anew()
    await later.ask("ListSchedules")
    assert len(reply.seen) == 3


@in_simulated_time
async def test_many_requests_of_a_call_stand_behind_those_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Reply(_record)
    client = client_of(reply)
    bulk: list[bool] = []
    acquire = client.budget.acquire

    async def noting(*arguments: Any, **options: Any) -> Any:
        bulk.append(options["bulk"])
        return await acquire(*arguments, **options)

    monkeypatch.setattr(client.budget, "acquire", noting)
    call = call_of(Sender(client))
    for id in range(FEW + 2):
        await call.ask("GetContactById", id=id + 1)
    assert bulk == [False] * FEW + [True] * 2


@in_simulated_time
async def test_the_pauses_between_tries_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes.random, "uniform", lambda low, high: high)  # type: ignore[attr-defined]
    reply = Reply(lambda request: httpx.ConnectError("refused"))
    with pytest.raises(Unreachable):
        await client_of(reply).send(Request("GET", "/v3/contacts"))
    assert len(reply.seen) == 3
    assert now() == pytest.approx(3 * 0.1 + 0.5 + 1.0, abs=0.01)


@pytest.mark.parametrize("code", ["", "429", "TooManyRequests", "rateLimit.exceeded", "account.rateLimitReached"])
def test_a_429_of_the_api_is_waited_for(code: str) -> None:
    body = json.dumps({"code": code} if code else {}).encode()
    verdict = classify(Request("POST", "/v3/contacts", safe=False), RawResponse(429, {"retry-after": "7"}, body))
    assert isinstance(verdict, Retry)
    assert verdict.limited
    assert verdict.wait == 7


@pytest.mark.parametrize("code", ["directLinkedIn.dailyLimit", "credits.used", "contact.limit"])
def test_a_429_with_a_business_code_is_final(code: str) -> None:
    body = json.dumps({"code": code, "detail": "Used up"}).encode()
    with pytest.raises(ApiError, match="waiting a moment does not help"):
        classify(Request("GET", "/v3/contacts"), RawResponse(429, {}, body))


def test_an_answer_is_no_retry() -> None:
    assert isinstance(classify(Request("GET", "/v3/x"), RawResponse(200, {}, b"[]")), Answer)

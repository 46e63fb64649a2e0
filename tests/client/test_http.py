from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
import traceback
from email.utils import formatdate
from typing import Any

import pytest

from reply_mcp.catalog.operation import Request
from reply_mcp.client import outcomes as retries
from reply_mcp.client.budget import Budget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.errors import ApiError, OutcomeUnknown, RateLimited, ReplyError, Unreachable, Unreadable, WrongArguments
from tests.client.peer import KEY, RESET, SILENCE, answer, client_of, peer

READ = Request("GET", "/v3/contacts/5")
POST_READ = Request("POST", "/v3/contacts/filter", body={})
WRITE = Request("POST", "/v3/contacts", body={"email": "a@b.co"}, safe=False)
DELETE = Request("DELETE", "/v3/contacts/5", safe=False)
SETTLE = 'reply_search_contacts {"email": "a@b.co"}'
GOOD = answer(200, '{"id": 5}')


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.001 * attempt)


@pytest.mark.parametrize("request_", [READ, POST_READ], ids=["GET", "POST"])
@pytest.mark.parametrize("failure", [RESET, answer(503), answer(200, '{"id": ')], ids=["reset", "503", "half"])
async def test_a_read_that_failed_once_is_answered(request_: Request, failure: bytes) -> None:
    async with peer(failure, GOOD) as one, client_of(one.url) as client:
        assert (await client.send(request_)).data == {"id": 5}
        assert len(one.seen) == 2


@pytest.mark.parametrize("request_", [READ, WRITE])
async def test_connections_never_made_spend_nothing(request_: Request) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        budget = Budget(parse_rates("2/hour"))
        async with client_of(f"http://127.0.0.1:{taken.getsockname()[1]}", budget=budget) as client:
            with pytest.raises(Unreachable, match="Nothing was done"):
                await client.send(request_)
            assert client.requests == 0
            assert (await budget.left())[0].left == 2


@pytest.mark.parametrize("request_", [READ, WRITE])
@pytest.mark.parametrize("date", [False, True])
async def test_429_is_waited_for_even_by_writes(request_: Request, date: bool) -> None:
    value = formatdate(time.time() + 2, usegmt=True) if date else "1"
    waits: list[float] = []

    async def on_wait(seconds: float, why: str) -> None:
        waits.append(seconds)

    limited = answer(429, '{"title":"Too Many Requests","status":429}', f"Retry-After: {value}")
    async with peer(limited, GOOD) as one, client_of(one.url) as client:
        began = time.monotonic()
        assert (await client.send(request_, on_wait=on_wait)).data == {"id": 5}
        assert time.monotonic() - began >= 0.9
        assert len(waits) == 1


async def test_a_429_beyond_patience_closes_its_class_only() -> None:
    def script(request: bytes) -> bytes:
        return answer(429, "", "Retry-After: 600") if b"/reporting/" in request else GOOD

    async with peer(by=script) as one, client_of(one.url, patience=2) as client:
        report = Request("POST", "/v3/reporting/emails", body={}, limit_class="reporting")
        for _ in range(2):
            with pytest.raises(
                RateLimited, match=r"for reporting is used up for \d+ s\. .*retry after \d\d:\d\d:\d\d UTC"
            ) as e:
                await client.send(report)
            assert 590 < e.value.retry_after <= 600
        assert (await client.send(READ)).data == {"id": 5}
        assert len(one.seen) == 2


async def test_limits_of_linkedin_are_refusals() -> None:
    body = '{"code":"directLinkedIn.dailyLimit","detail":"Daily invites used up","status":429}'
    async with peer(answer(429, body)) as one, client_of(one.url) as client:
        with pytest.raises(ApiError, match=r"429 directLinkedIn\.dailyLimit: Daily invites used up\."):
            await client.send(WRITE)
        assert len(one.seen) == 1


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (answer(204), None),
        (answer(200, b"\xef\xbb\xbf[1]"), [1]),
        (answer(200, b'{"name": "\xff\xfe caf\xe9"}'), {"name": "\ufffd\ufffd caf\ufffd"}),
        (answer(200, '{"rate": NaN, "x": -Infinity}'), {"rate": None, "x": None}),
        (answer(200, "id,name\n1,x\n", kind="text/csv"), "id,name\n1,x\n"),
        (answer(202, "", "Location: /v3/background-jobs/9"), {"location": "/v3/background-jobs/9"}),
        (answer(202, "{}", "Location: /v3/background-jobs/9"), {"location": "/v3/background-jobs/9"}),
        (answer(202, ""), {"location": None}),
    ],
)
@pytest.mark.parametrize("request_", [READ, WRITE])
async def test_odd_successes(request_: Request, said: bytes, data: Any) -> None:
    async with peer(said) as one, client_of(one.url) as client:
        assert (await client.send(request_)).data == data


async def test_redirects_are_named_and_not_followed() -> None:
    async with peer(answer(302, "", "Location: https://login.example/x?state=s")) as one, client_of(one.url) as client:
        with pytest.raises(ApiError, match=r"302: a redirect to https://login\.example, which is not followed"):
            await client.send(READ)
        connect = await client.send(Request("GET", "/v3/email-accounts/connect/gmail"))
        assert connect.data == {"location": "https://login.example/x?state=s"}
        assert len(one.seen) == 2


async def test_what_goes_out() -> None:
    async with peer(GOOD) as one, client_of(one.url, user_id=7) as client:
        await client.send(Request("GET", "/v3/contacts", {"top": 5, "ids": [1, 2], "all": True, "none": None}))
        await client.send(WRITE)
    first, second = one.seen
    assert first.startswith(b"GET /v3/contacts?top=5&ids=1&ids=2&all=true HTTP/1.1\r\n")
    assert f"authorization: bearer {KEY}\r\n".encode() in first.lower()
    assert b"x-user-id: 7\r\n" in first.lower()
    assert json.loads(second.split(b"\r\n\r\n")[1]) == {"email": "a@b.co"}


@pytest.mark.parametrize(
    "bad",
    [
        Request("GET", "/v3/contacts/../users"),
        Request("GET", "/v3/contacts/%2e%2e/users"),
        Request("GET", "/v3/contacts/5?x=1"),
        Request("GET", "/v3/contacts//statuses"),
        Request("GET", "/other"),
        Request("GET", "/v3/contacts/5\r\nX-Y: 1"),
        Request("POST", "/v3/contacts", body={"x": float("nan")}),
        Request("POST", "/v3/contacts", body={"x": "\ud800"}),
        Request("GET", "/v3/contacts", {"email": "\ud800"}),
    ],
)
async def test_what_cannot_be_sent_is_not(bad: Request) -> None:
    async with peer(GOOD) as one, client_of(one.url) as client:
        with pytest.raises(WrongArguments):
            await client.send(bad)
        assert one.seen == []


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.client.transport.MOST_BYTES", 1000)
    async with peer(answer(200, "[" + "1," * 5000 + "1]")) as one, client_of(one.url) as client:
        with pytest.raises(Unreadable):
            await client.send(READ)
        with pytest.raises(OutcomeUnknown):
            await client.send(WRITE)


async def test_a_cancelled_call_still_counts() -> None:
    budget = Budget(parse_rates("5/hour"))
    async with peer(SILENCE) as one, client_of(one.url, budget=budget) as client:
        task = asyncio.create_task(client.send(READ))
        while not one.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await budget.left())[0].left == 4


async def test_300_calls_meet_no_429() -> None:
    """Against fixed windows that open with their first request, as Reply counts; a quick second each."""
    opened, used = 0.0, 0

    def script(request: bytes) -> bytes:
        nonlocal opened, used
        now = time.monotonic()
        if now >= opened + 1:
            opened, used = now, 0
        used += 1
        return GOOD if used <= 100 else answer(429, "", "Retry-After: 1")

    budget = Budget(parse_rates("100/second"))
    async with peer(by=script) as one, client_of(one.url, budget=budget) as client:
        began = time.monotonic()
        for _ in range(60):
            await client.send(READ)
        answers = await asyncio.gather(*(client.send(READ) for _ in range(240)))
        took = time.monotonic() - began
    assert len(answers) == 240
    assert len(one.seen) == client.requests == 300  # a 429 would have cost one more
    assert took < 60  # two seconds and the peer's own time; test_budget measures throughput


@pytest.mark.parametrize(
    "said", [RESET, answer(500), answer(401), answer(403, '{"reasons":[]}'), answer(200, "<p>"), b""]
)
async def test_the_key_is_nowhere(said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = [repr(Credential(KEY)), Credential(KEY).fingerprint()]
    async with peer(said or GOOD) as one, client_of(one.url if said else "http://127.0.0.1:1") as client:
        for request in (READ, WRITE, Request("POST", "/v3/x", body={"x": "\ud800"})):
            with pytest.raises(ReplyError) as caught:
                await client.send(request)
            error: BaseException | None = caught.value
            while error is not None:
                texts += [repr(error), "".join(traceback.format_exception(error))]
                error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        texts += [repr(client), caplog.text]
    assert KEY not in "".join(texts)


@pytest.mark.parametrize("email", ["", "two people@a.example", "a@b.co\nX-Y: 1"])
def test_an_address_to_act_for_that_fits_no_header(email: str) -> None:
    with pytest.raises(WrongArguments, match="the acting user's email"):
        Credential(KEY, user_email=email)


def test_whom_a_credential_acts_for() -> None:
    assert Credential(KEY, user_email="a@b.co", team_id=3).headers() == {
        "Authorization": f"Bearer {KEY}",
        "X-User-Email": "a@b.co",
        "X-Team-Id": "3",
    }


@pytest.mark.parametrize("location", ["http://[broken", ""])
async def test_redirects_to_nowhere(location: str) -> None:
    async with peer(answer(307, "", f"Location: {location}")) as one, client_of(one.url) as client:
        with pytest.raises(ApiError, match=r"307: a redirect to (elsewhere|another path)"):
            await client.send(READ)


def test_pauses_grow_and_stay_below_eight_seconds() -> None:
    for attempt, most in ((1, 0.5), (2, 1.0), (3, 2.0), (9, 8.0)):
        pauses = [retries.backoff(attempt) for _ in range(200)]
        assert most / 2 < max(pauses) <= most
        assert min(pauses) < most / 4


@pytest.mark.parametrize("key", ["", "with space", "schlüssel", "line\nbreak"])
def test_a_key_that_fits_no_header(key: str) -> None:
    with pytest.raises(WrongArguments) as caught:
        Credential(key)
    assert not key or key not in str(caught.value)


def test_fingerprints_tell_credentials_apart() -> None:
    many = [Credential("a"), Credential("b"), Credential("a", user_id=1), Credential("a", team_id=1)]
    assert len({one.fingerprint() for one in many}) == 4
    assert Credential("a").fingerprint() == Credential("a").fingerprint()

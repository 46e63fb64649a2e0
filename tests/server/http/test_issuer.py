"""What callers notice of an issuer that is slow, away, or asked about tokens that somebody made up."""

from __future__ import annotations

import json
import time
from typing import Any

import anyio
import httpx
import jwt
import pytest

from reply_mcp.server.http.auth import issuer as issuers
from reply_mcp.server.http.auth.identity import of_claims
from reply_mcp.server.http.auth.introspection import AT_ONCE, MOST_WAITING, Introspection
from reply_mcp.server.http.auth.issuer import IssuerDown, IssuerKeys
from reply_mcp.server.http.auth.verifier import KEPT_FOR, Verifier
from reply_mcp.settings import load
from tests.server.http.local_issuer import _KEY

ISSUER = "https://login.example.com"
AUDIENCE = "https://mcp.example.com/mcp"
KEYS = {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key(), as_dict=True), "kid": "one"}]}


class Asked:
    """An issuer that answers as `answer` says, and not before `open` is set."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.open = anyio.Event()
        self.bodies: list[bytes] = []
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answered))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        await self.open.wait()
        return httpx.Response(200, content=json.dumps(self.answer))


async def test_who_has_a_known_key_never_waits_for_an_issuer_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(KEYS)
    asked.open.set()
    keys = IssuerKeys(ISSUER, f"{ISSUER}/keys", asked.http)
    assert await keys.get("one", "RS256")
    asked.open = anyio.Event()
    monkeypatch.setattr(issuers, "FRESH_FOR", -1.0)
    monkeypatch.setattr(issuers, "PAUSE", -1.0)
    monkeypatch.setattr(issuers, "TEND_EVERY", 0.001)
    async with anyio.create_task_group() as group:
        group.start_soon(keys.tend)
        while len(asked.bodies) < 2:
            await anyio.sleep(0.001)
        with anyio.fail_after(5):
            assert await keys.get("one", "RS256")
        # A key that was changed meanwhile counts from the next reading on.
        asked.answer = {"keys": [{**KEYS["keys"][0], "kid": "two"}]}
        asked.open.set()
        while await keys.get("one", "RS256"):
            await anyio.sleep(0.001)
        assert await keys.get("two", "RS256")
        group.cancel_scope.cancel()


async def test_made_up_tokens_keep_nobody_waiting_who_has_signed_in() -> None:
    asked = Asked({"active": False})
    opaque = Introspection(ISSUER, AUDIENCE, "email", f"{ISSUER}/introspect", "us", "secret", asked.http)
    outcomes: list[object] = []

    async def made_up(number: int) -> None:
        try:
            outcomes.append(await opaque.verify(f"made-up-{number}", known=False))
        except IssuerDown:
            outcomes.append("refused")

    async with anyio.create_task_group() as group:
        for number in range(AT_ONCE + MOST_WAITING + 30):
            group.start_soon(made_up, number)
        await anyio.wait_all_tasks_blocked()
        assert outcomes == ["refused"] * 30
        group.start_soon(lambda: opaque.verify("honest", known=True))
        await anyio.wait_all_tasks_blocked()
        assert b"honest" in asked.bodies[-1]
        asked.open.set()


async def test_a_token_is_asked_about_once_at_a_time_and_first_where_it_was_valid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load(
        {},
        {
            "REPLY_ISSUER": ISSUER,
            "REPLY_PUBLIC_URL": AUDIENCE,
            "REPLY_API_KEY": "some-key",
            "REPLY_INTROSPECTION_URL": f"{ISSUER}/introspect",
            "REPLY_INTROSPECTION_CLIENT": "us",
            "REPLY_INTROSPECTION_SECRET": "secret",
        },
    )
    asked = Asked({"active": True, "aud": AUDIENCE, "sub": "u", "scope": "reply:read"})
    monkeypatch.setattr("reply_mcp.server.http.auth.verifier.http_client", lambda: asked.http)
    verifier = Verifier(settings)
    found: list[object] = []

    async def verify() -> None:
        found.append(await verifier.verify("opaque-1"))

    for times in (1, 2):
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(verify)
            await anyio.wait_all_tasks_blocked()
            asked.open.set()
        asked.open = anyio.Event()
        assert len(asked.bodies) == times
        assert len(found) == 10 * times
        assert None not in found
        later = time.time() + KEPT_FOR + 1
        monkeypatch.setattr(time, "time", lambda later=later: later)
    await verifier.aclose()


@pytest.mark.parametrize(
    ("claims", "taken"),
    [
        ({}, True),
        ({"aud": ["https://other.example.com", AUDIENCE], "iss": None, "token_type": None}, True),
        ({"token_type": "Bearer", "token_use": "access_token"}, True),
        ({"scope": None, "scp": ["reply:read"], "exp": "never"}, True),
        ({"token_use": "refresh_token"}, False),
        ({"token_type": 5}, False),
        ({"aud": None}, False),
        ({"aud": 5}, False),
        ({"aud": {AUDIENCE: 1}}, False),
        ({"iss": "https://other.example.com"}, False),
        ({"exp": 1}, False),
        ({"exp": "1"}, False),
        ({"exp": -5}, False),
        ({"exp": True}, False),
        ({"exp": 10**40}, True),
        ({"exp": float("nan")}, True),
        ({"nbf": 2**40}, False),
        ({"nbf": "1"}, True),
        ({"active": 1}, False),
        ({"active": None}, False),
        ({"aud": [5, None, {AUDIENCE: 1}]}, False),
        ({"iss": [ISSUER]}, False),
        ({"token_type": ["bearer"]}, False),
        ({"active": "true"}, False),
    ],
    ids=str,
)
async def test_what_an_issuer_says_of_an_opaque_token(claims: dict[str, Any], taken: bool) -> None:
    asked = Asked({"active": True, "aud": AUDIENCE, "sub": "u", "scope": "reply:read"} | claims)
    asked.open.set()
    opaque = Introspection(ISSUER, AUDIENCE, "email", f"{ISSUER}/introspect", "us", "secret", asked.http)
    found = await opaque.verify("opaque", known=False)
    assert (found is not None and "reply:read" in found.scopes) == taken


@pytest.mark.parametrize(
    ("email", "acts_as"),
    [
        ("KEVIN.Strass@acme.com ", "kevin.strass@acme.com"),
        ("kevin+x@acme.com", "kevin+x@acme.com"),
        ("\N{KELVIN SIGN}evin.strass@acme.com", ""),
        ("kevin.ſtrass@acme.com", ""),
        ("kevin.straß@acme.com", ""),
        ("\N{LATIN SMALL LIGATURE FI}ona@acme.com", ""),
        ("kevin.strass@acme.com\u200b", ""),
        ("kevin\x00@acme.com", ""),
        (["kevin.strass@acme.com"], ""),
    ],
    ids=ascii,
)
def test_an_address_with_letters_that_fold_into_others_is_nobodys(email: Any, acts_as: str) -> None:
    claims = {"email": email, "email_verified": True, "exp": 10**400}
    assert of_claims(claims, "email").email == acts_as
    assert of_claims({"upn": email}, "upn").email == acts_as

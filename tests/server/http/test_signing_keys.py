"""Keys that an issuer publishes, whatever else stands beside them, and the tokens that they have signed."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import logging
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from reply_mcp.server.http.auth import issuer as issuers
from reply_mcp.server.http.auth.identity import LEEWAY, Identity
from reply_mcp.server.http.auth.issuer import IssuerDown, IssuerKeys
from reply_mcp.server.http.auth.jwt_tokens import JwtTokens
from reply_mcp.server.http.auth.signing_keys import ALGORITHMS, signing_keys
from tests.server.http.local_issuer import _KEY, OTHER_KEY

ISSUER, AUDIENCE = "https://login.example.com", "https://mcp.example.com/mcp"
PUBLIC = jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key(), as_dict=True) | {"kid": "one"}
OTHER = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True) | {"kid": "two"}
SECRET = b"0" * 64
SHARED = {"kty": "oct", "kid": "one", "k": urlsafe_b64encode(SECRET).decode().rstrip("=")}
WITHOUT_ID = {name: value for name, value in PUBLIC.items() if name != "kid"}


class Published:
    """An issuer with this at its `jwks_uri`; each question is counted, and takes `seconds`."""

    def __init__(self, *keys: Any, seconds: float = 0.0) -> None:
        self.answer: Any = {"keys": list(keys)}
        self.asked = 0
        self.down = False
        self.seconds = seconds
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answered))
        self.keys = IssuerKeys(ISSUER, f"{ISSUER}/keys", http)
        self.tokens = JwtTokens(ISSUER, AUDIENCE, "email", self.keys)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await anyio.sleep(self.seconds)
        return httpx.Response(503 if self.down else 200, content=json.dumps(self.answer))


def token(key: Any = _KEY, algorithm: str = "RS256", kid: str | None = "one", **claims: Any) -> str:
    """A token with these claims in place of the usual ones; None leaves one out."""
    return _signed({"typ": "at+jwt", "alg": algorithm} | ({} if kid is None else {"kid": kid}), _usual(claims), key)


def _usual(claims: dict[str, Any]) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "iat": now, "exp": now + 600, "scope": "reply:read"}
    return {name: value for name, value in (usual | claims).items() if value is not None}


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """The library's own way refuses to make what an odd issuer makes."""
    signed = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    return f"{signed.decode()}.{_text(jwt.get_algorithm_by_name(header['alg']).sign(signed, key))}"


def _text(signature: bytes) -> str:
    return urlsafe_b64encode(signature).rstrip(b"=").decode()


ODD = [
    None,
    5,
    "key",
    [PUBLIC],
    {},
    PUBLIC | {"kid": ["one"]},
    PUBLIC | {"kid": {"a": 1}},
    PUBLIC | {"kid": 1},
    PUBLIC | {"alg": ["RS256"]},
    PUBLIC | {"alg": {"a": 1}},
    PUBLIC | {"alg": "none"},
    PUBLIC | {"alg": "ES256"},
    PUBLIC | {"kty": ["RSA"]},
    PUBLIC | {"kty": "EC", "crv": "P-256"},
    PUBLIC | {"use": ["sig"]},
    PUBLIC | {"use": "enc"},
    PUBLIC | {"key_ops": ["encrypt"]},
    PUBLIC | {"key_ops": 5},
    PUBLIC | {"n": 5},
    PUBLIC | {"n": ""},
    PUBLIC | {"n": "é!"},
    PUBLIC | {"e": ""},
    PUBLIC | {"e": "AA"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": ["P-256"], "x": 1, "y": None},
    {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
    {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
    SHARED,
    SHARED | {"alg": "RS256"},
    SHARED | {"k": 5},
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_what_is_no_key_for_signatures_is_left_out(odd: Any) -> None:
    assert signing_keys({"keys": [odd]}) == {}
    for keys in ([odd, PUBLIC], [PUBLIC, odd]):
        assert await Published(*keys).tokens.verify(token()) is not None


@pytest.mark.parametrize("answer", [{"keys": None}, {"keys": {"one": PUBLIC}}, {"keys": "one"}, {"keys": []}, {}])
async def test_what_is_no_set_is_told(answer: Any) -> None:
    published = Published()
    published.answer = answer
    with pytest.raises(IssuerDown, match="no keys"):
        await published.tokens.verify(token())


async def test_an_odd_set_ends_neither_the_reading_nor_what_is_known(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever leaves the task that reads the keys anew ends the server."""
    monkeypatch.setattr(issuers, "FRESH_FOR", -1.0)
    monkeypatch.setattr(issuers, "PAUSE", -1.0)
    monkeypatch.setattr(issuers, "TEND_EVERY", 0.001)
    published = Published(PUBLIC)
    assert await published.tokens.verify(token()) is not None
    with caplog.at_level(logging.WARNING):
        async with anyio.create_task_group() as group:
            group.start_soon(published.keys.tend)
            for answer in ({"keys": ODD}, {"keys": None}, [], None, "keys"):
                published.answer, asked = answer, published.asked
                while published.asked < asked + 3:
                    await anyio.sleep(0.001)
                assert await published.tokens.verify(token()) is not None
            published.answer = {"keys": [*ODD, OTHER]}
            while await published.keys.get("one", "RS256"):
                await anyio.sleep(0.001)
            assert await published.tokens.verify(token(OTHER_KEY, kid="two")) is not None
            group.cancel_scope.cancel()


async def test_a_private_key_that_is_published_checks_as_the_public_one() -> None:
    private = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY)) | {"kid": "one", "key_ops": ["sign", "verify"]}
    assert await Published(private).tokens.verify(token()) is not None


@pytest.mark.parametrize("first", [True, False])
async def test_several_keys_of_one_id_are_all_taken(first: bool) -> None:
    """RFC 7517 lets keys share an id; some issuers give none while they change theirs."""
    for kid in ("one", None):
        keys = [key | {"kid": kid} if kid else {n: v for n, v in key.items() if n != "kid"} for key in (PUBLIC, OTHER)]
        tokens = Published(*(keys if first else keys[::-1])).tokens
        assert await tokens.verify(token(_KEY, kid=kid)) is not None
        assert await tokens.verify(token(OTHER_KEY, kid=kid)) is not None


async def test_a_token_without_an_id_is_checked_with_the_only_key() -> None:
    assert await Published(PUBLIC).tokens.verify(token(kid=None)) is not None
    assert await Published(PUBLIC, OTHER).tokens.verify(token(kid=None)) is None
    assert await Published(WITHOUT_ID, OTHER).tokens.verify(token(kid=None)) is not None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_key_that_names_no_algorithm_is_for_all_of_its_type(algorithm: str) -> None:
    """RFC 7517 leaves `alg` to the issuer; what it names is the only one."""
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    if algorithm == "EdDSA":
        key: Any = ed25519.Ed25519PrivateKey.generate()
        public = jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    elif algorithm in curves:
        key = ec.generate_private_key(curves[algorithm])
        public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        key, public = _KEY, WITHOUT_ID
    public = {name: value for name, value in public.items() if name != "alg"}
    made = token(key, algorithm)
    assert await Published(public | {"kid": "one"}).tokens.verify(made) is not None
    assert await Published(public | {"kid": "one", "alg": algorithm}).tokens.verify(made) is not None
    with pytest.raises(IssuerDown) if algorithm != "RS256" and key is not _KEY else anyio.CancelScope():
        named = "RS256" if algorithm != "RS256" else "RS512"
        assert await Published(public | {"kid": "one", "alg": named}).tokens.verify(made) is None


PEM = _KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("algorithm", ["HS256", "hs256", "RS256", "none", "None", "nOnE", "", None, 5, ["RS256"]])
@pytest.mark.parametrize("secret", [PEM, SECRET, b""], ids=["public key", "shared key", "nothing"])
async def test_no_secret_that_anybody_knows_makes_a_token(algorithm: Any, secret: bytes) -> None:
    header = {"alg": algorithm, "typ": "at+jwt", "kid": "one"}
    parts = [
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, _usual({"scope": "reply:admin"}))
    ]
    signed = b".".join(parts)
    signature = _text(hmac.digest(secret, signed, hashlib.sha256)) if secret else ""
    for keys in ([PUBLIC], [SHARED, PUBLIC], [SHARED | {"alg": "RS256"}, PUBLIC]):
        assert await Published(*keys).tokens.verify(f"{signed.decode()}.{signature}") is None


@pytest.mark.parametrize(
    "kid", ["../../../etc/passwd", "one\0", "' or 1=1 --", "http://evil.example/keys", "one ", "ONE", "", "a" * 5000]
)
async def test_an_id_names_a_key_of_the_set_and_nothing_else(kid: str) -> None:
    published = Published(PUBLIC, OTHER)
    assert await published.tokens.verify(token(kid=kid)) is None
    assert published.asked == 1


def _now(seconds: float) -> int:
    return int(time.time() + seconds)


@pytest.mark.parametrize(
    ("claim", "taken"),
    [
        (lambda: {"exp": str(_now(600))}, True),
        (lambda: {"exp": _now(600) + 0.5}, True),
        (lambda: {"exp": 10**400}, True),
        (lambda: {"exp": _now(-LEEWAY / 2)}, True),
        (lambda: {"exp": _now(-LEEWAY - 5)}, False),
        (lambda: {"exp": str(_now(-LEEWAY - 5))}, False),
        (lambda: {"exp": -5}, False),
        (lambda: {"exp": True}, False),
        (lambda: {"exp": float("inf")}, False),
        (lambda: {"exp": float("nan")}, False),
        (lambda: {"exp": [1]}, False),
        (lambda: {"exp": None}, False),
        (lambda: {"nbf": _now(LEEWAY / 2)}, True),
        (lambda: {"nbf": _now(LEEWAY + 60)}, False),
        (lambda: {"nbf": [1]}, False),
        (lambda: {"iat": _now(LEEWAY / 2)}, True),
        (lambda: {"iat": _now(LEEWAY + 60)}, False),
        (lambda: {"iat": {"a": 1}}, False),
        (lambda: {"aud": [AUDIENCE, "https://other.example.com"]}, True),
        (lambda: {"aud": [5, None, {}]}, False),
        (lambda: {"aud": {AUDIENCE: 1}}, False),
        (lambda: {"aud": f"{AUDIENCE}/"}, False),
        (lambda: {"iss": [ISSUER]}, False),
        (lambda: {"iss": f"{ISSUER}/"}, False),
        (lambda: {"sub": 5}, False),
    ],
)
async def test_odd_claims(claim: Any, taken: bool) -> None:
    found = await Published(PUBLIC).tokens.verify(token(**claim()))
    assert (found is not None) == taken


async def scopes_of(**claims: Any) -> frozenset[str]:
    found = await Published(PUBLIC).tokens.verify(token(**claims))
    assert isinstance(found, Identity)
    return found.scopes


async def test_scopes_are_words_between_spaces_and_nothing_else() -> None:
    assert await scopes_of(scope="openid  reply:write") == {"reply:read", "reply:write"}
    assert await scopes_of(scope=["reply:read", None, ["reply:admin"], {"reply:admin": 1}]) == {"reply:read"}
    for none in (
        "reply:read\N{NO-BREAK SPACE}reply:admin",
        "openid\nreply:admin",
        "REPLY:ADMIN",
        5,
        {"reply:admin": 1},
    ):
        assert await scopes_of(scope=none) == frozenset(), none


async def test_who_a_token_is_of_is_one_line() -> None:
    found = await Published(PUBLIC).tokens.verify(token(sub="ann\n2026 somebody else\x1b[2K\N{RIGHT-TO-LEFT OVERRIDE}"))
    assert found is not None
    assert found.who == " (ann 2026 somebody else[2K)"


async def test_tokens_that_came_during_one_reading_wait_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuers, "PAUSE", 0.3)
    published = Published(PUBLIC, seconds=0.4)
    async with anyio.create_task_group() as group:
        for number in range(50):
            group.start_soon(published.tokens.verify, token(kid=f"made-up-{number}"))
    assert published.asked == 1


async def test_keys_that_go_away_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known ones are taken meanwhile, and made-up ids ask for them once in a while, however many there are."""
    published = Published(PUBLIC)
    assert await published.tokens.verify(token()) is not None
    published.down = True
    for _ in range(100):
        assert await published.tokens.verify(token(kid="made-up")) is None
        assert await published.tokens.verify(token()) is not None
    assert published.asked == 1
    monkeypatch.setattr(issuers, "PAUSE", -1.0)
    assert await published.tokens.verify(token(kid="made-up")) is None
    assert await published.tokens.verify(token()) is not None
    monkeypatch.setattr(issuers, "STALE_FOR", -1.0)
    with pytest.raises(IssuerDown):
        await published.tokens.verify(token(kid="made-up"))
    with pytest.raises(IssuerDown):
        await published.tokens.verify(token())
    published.down = False
    assert await published.tokens.verify(token()) is not None


@pytest.mark.parametrize(
    ("issuer", "jwks_uri", "taken"),
    [
        (ISSUER, "https://keys.example.net/keys?p=sign-in", True),
        (ISSUER, "http://keys.example.net/keys", False),
        (ISSUER, "http://127.0.0.1:9000/keys", False),
        (ISSUER, "file:///etc/keys", False),
        (ISSUER, "//keys.example.net/keys", False),
        (ISSUER, ["https://keys.example.net/keys"], False),
        (ISSUER, None, False),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/keys", True),
    ],
)
async def test_keys_come_over_https_as_the_issuer_does(issuer: str, jwks_uri: Any, taken: bool) -> None:
    asked: list[str] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if "well-known" in str(request.url):
            return httpx.Response(200, json={"issuer": issuer, "jwks_uri": jwks_uri})
        return httpx.Response(200, json={"keys": [PUBLIC]})

    keys = IssuerKeys(issuer, "", httpx.AsyncClient(transport=httpx.MockTransport(answered)))
    for _ in range(2):
        if taken:
            assert await keys.get("one", "RS256")
        else:
            with pytest.raises(IssuerDown):
                await keys.get("one", "RS256")
    assert (jwks_uri in asked) == taken


SET = json.dumps({"keys": [PUBLIC]}).encode()


class Endless(httpx.AsyncByteStream):
    """A body of 100 MB, a part each `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"keys": ['
        while self.sent < 100_000_000:
            await anyio.sleep(self.seconds)
            self.sent += 65_536
            yield b" " * 65_536


@pytest.mark.parametrize(("seconds", "told"), [(0.0, "more than"), (0.03, "cannot be reached")])
async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, seconds: float, told: str) -> None:
    monkeypatch.setattr(issuers, "SECONDS", 5.0 if seconds == 0 else 0.05)
    body = Endless(seconds)
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200, stream=body)))
    with pytest.raises(IssuerDown, match=told):
        await IssuerKeys(ISSUER, f"{ISSUER}/keys", http).read()
    assert body.sent <= 2 * issuers.MOST_BYTES


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip")),
        httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(SET))),
        httpx.Response(204),
        httpx.Response(500, json={"keys": [PUBLIC]}),
    ],
    ids=str,
)
async def test_what_is_no_answer_is_followed_nowhere_and_told(answer: httpx.Response) -> None:
    asked: list[httpx.URL] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(answered))
    with pytest.raises(IssuerDown):
        await IssuerKeys(ISSUER, f"{ISSUER}/keys", http).read()
    assert asked == [httpx.URL(f"{ISSUER}/keys")]

"""Whom we trust, through whom we go, and where the key never gets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reply_mcp.catalog.operation import Request
from reply_mcp.client import connection
from reply_mcp.client.transport import Unpacking
from reply_mcp.errors import ApiError, Unreachable
from tests.client.certificate import self_signed
from tests.client.peer import KEY, answer, client_of, peer

READ = Request("GET", "/v3/contacts/5")
WRITE = Request("POST", "/v3/contacts", body={"email": "a@b.co"}, safe=False)
GOOD = answer(200, '{"id": 5}')
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.lower, PROXIES), "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)


class Proxy:
    """A proxy that leads everything to one peer; `heads` holds what it was asked, before any tunnel."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heads: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            far_writer.write(head)
        await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    one = Proxy(int(url.rpartition(":")[2]))
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield one
    finally:
        server.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    return self_signed(tmp_path)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_certificates_of_the_environment_are_trusted(
    tls: tuple[ssl.SSLContext, Path], variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context, trusted = tls
    if variable == "SSL_CERT_DIR":
        # OpenSSL finds a certificate in a folder by the hash of its subject.
        (tmp_path / "trusted").mkdir()
        (tmp_path / "trusted" / f"{_subject_hash(trusted)}.0").write_bytes(trusted.read_bytes())
        monkeypatch.setenv(variable, str(tmp_path / "trusted"))
    else:
        monkeypatch.setenv(variable, str(trusted))
    async with peer(GOOD, tls=context) as one, client_of(one.url) as client:
        assert (await client.send(READ)).data == {"id": 5}


def _subject_hash(certificate: Path) -> str:
    from hashlib import sha1

    from cryptography import x509
    from cryptography.x509.oid import NameOID

    (name,) = x509.load_pem_x509_certificate(certificate.read_bytes()).subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    # OpenSSL's canonical form of a subject with a common name: lower case, as UTF-8, without the outer sequence.
    text = str(name.value).lower().encode()
    attribute = b"\x06\x03\x55\x04\x03\x0c" + bytes([len(text)]) + text
    pair = b"\x30" + bytes([len(attribute)]) + attribute
    digest = sha1(b"\x31" + bytes([len(pair)]) + pair, usedforsecurity=False).digest()
    return digest[3::-1].hex()


async def test_who_is_not_trusted_is_named_and_gets_nothing(tls: tuple[ssl.SSLContext, Path]) -> None:
    async with peer(GOOD, tls=tls[0]) as one, client_of(one.url) as client:
        with pytest.raises(Unreachable, match=r"its certificate is not trusted here \(self.signed certificate\)"):
            await client.send(WRITE)
        assert one.seen == []


async def test_certificates_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
    async with client_of("https://reply.invalid") as client:
        with pytest.raises(Unreachable, match=r"SSL_CERT_FILE or SSL_CERT_DIR cannot be used \(No such file"):
            await client.send(READ)


def test_the_systems_trust_is_read_once_and_only_for_https(monkeypatch: pytest.MonkeyPatch) -> None:
    connection._trust.cache_clear()
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: pytest.fail("was read"))
    connection.opened("http://127.0.0.1:1", {}, timeout=1)
    monkeypatch.undo()
    connection.opened("https://reply.invalid", {}, timeout=1)
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: pytest.fail("was read again"))
    connection.opened("https://reply.invalid", {}, timeout=1)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_where_openssl_knows_no_store_truststore_does(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import truststore

    connection._trust.cache_clear()
    monkeypatch.setattr("sys.platform", platform)
    # A system whose OpenSSL was built for other folders.
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        assert type(connection._trust(True, None, None)) is truststore.SSLContext
    finally:
        connection._trust.cache_clear()


async def test_https_goes_through_a_tunnel_that_never_sees_the_key(
    tls: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = tls
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setattr(connection, "is_loopback", lambda host: False)
    async with peer(GOOD, tls=context) as one, proxy_to(one.url) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:password@"))
        async with client_of(one.url) as client:
            assert (await client.send(READ)).data == {"id": 5}
        assert len(one.seen) == len(proxy.heads) == 1
        assert proxy.heads[0].startswith(b"CONNECT localhost:")
        assert b"proxy-authorization: basic " in proxy.heads[0].lower()
        assert KEY.encode() not in proxy.heads[0]
        assert b"\r\nauthorization:" not in proxy.heads[0].lower()
        assert b"proxy-authorization" not in one.seen[0].lower()
        monkeypatch.setenv("NO_PROXY", "localhost")
        async with client_of(one.url) as client:
            await client.send(READ)
        assert len(proxy.heads) == 1


async def test_plain_http_goes_through_the_proxy_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    async with peer(GOOD) as one, proxy_to(one.url) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with client_of("http://reply.example") as client:
            assert (await client.send(READ)).data == {"id": 5}
        assert proxy.heads[0].startswith(b"GET http://reply.example/v3/contacts/5 ")


async def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with peer(GOOD) as one, proxy_to(one.url) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        async with client_of(one.url) as client:
            await client.send(READ)
        assert proxy.heads == []
        assert len(one.seen) == 1


@pytest.mark.parametrize(
    "address", ["socks5://user:password@127.0.0.1:1", "gopher://127.0.0.1:1", "http://user:password@proxy:port"]
)
async def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    async with client_of("https://reply.invalid") as client:
        with pytest.raises(Unreachable, match=r"Nothing was sent: the proxy in HTTPS_PROXY") as caught:
            await client.send(WRITE)
    assert "password" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_carries_the_key_away(status: int) -> None:
    async with peer(GOOD) as elsewhere, peer(answer(status, "", f"Location: {elsewhere.url}/v3/contacts/5")) as one:
        async with client_of(one.url) as client:
            with pytest.raises(ApiError, match=r"a redirect to http://127\.0\.0\.1, which is not followed"):
                await client.send(READ)
        assert elsewhere.connections == 0


async def test_cookies_are_not_kept() -> None:
    async with peer(answer(200, "{}", "Set-Cookie: session=1; Path=/")) as one, client_of(one.url) as client:
        for _ in range(2):
            await client.send(READ)
        assert b"cookie" not in one.seen[1].lower()
        assert one.connections == 1, "and the connection is"


async def test_gzip_alone_is_asked_for_and_unpacked() -> None:
    packed = zlib.compress(b'{"id": ' + b"7" * 600, wbits=31) + zlib.compress(b"7}", wbits=31)
    async with peer(answer(200, packed, "Content-Encoding: gzip")) as one, client_of(one.url) as client:
        assert (await client.send(READ)).data["id"] == int("7" * 601)
        assert b"\r\naccept-encoding: gzip\r\n" in one.seen[0].lower()


@pytest.mark.parametrize("size", [0, 1, 262_143, 262_144, 262_145, 3 * 262_144, 1_000_000])
@pytest.mark.parametrize("step", [1000, 10**9])
@pytest.mark.parametrize("wbits", [31, 15])
def test_unpacking_loses_nothing_and_stays_small(size: int, step: int, wbits: int) -> None:
    packed = zlib.compress(bytes(size), wbits=wbits)
    unpacking = Unpacking("gzip")
    parts = [part for at in range(0, len(packed), step) for part in unpacking.parts(packed[at : at + step])]
    unpacking.end()
    assert b"".join(parts) == bytes(size)
    assert max(map(len, parts)) <= Unpacking.STEP


async def test_where_a_name_has_several_addresses_all_must_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{number}", 1)) for number in (1, 2)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with client_of("http://reply.invalid") as client:
        with pytest.raises(Unreachable, match="the connection was refused"):
            await client.send(READ)

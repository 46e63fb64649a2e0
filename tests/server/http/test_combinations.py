"""Settings of sign-in that do not go together stop the start with one line."""

from __future__ import annotations

import httpx
import pytest

from reply_mcp.server.http.app import http_app
from reply_mcp.settings import SettingError, load

ISSUER = {"REPLY_ISSUER": "https://login.example.com", "REPLY_PUBLIC_URL": "https://mcp.example.com/mcp"}
KEY = {"REPLY_API_KEY": "a-master-key-of-reply"}
ASKING = {"REPLY_INTROSPECTION_URL": "https://login.example.com/introspect"}


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (ISSUER, "REPLY_API_KEY"),
        ({"REPLY_TOKENS_FILE": "/nonexistent/tokens"}, "REPLY_API_KEY"),
        (KEY | {"REPLY_TOKENS_FILE": "/nonexistent/tokens"}, "REPLY_TOKENS_FILE: that file cannot be used"),
        (KEY | {"REPLY_ISSUER": "https://login.example.com"}, "REPLY_PUBLIC_URL"),
        (KEY | ISSUER | {"REPLY_USER_EMAIL": "a@b.example"}, "REPLY_USER_EMAIL"),
        (KEY | ISSUER | {"REPLY_USER_ID": "7"}, "REPLY_USER_ID"),
        (KEY | ISSUER | ASKING, "REPLY_INTROSPECTION_CLIENT"),
        (KEY | ISSUER | {"REPLY_INTROSPECTION_SECRET": "s"}, "REPLY_INTROSPECTION_URL"),
        (ISSUER | {"REPLY_API_KEY": "~/reply.key"}, "is no API key"),
        (KEY | {"REPLY_AUDIENCE": "https://mcp.example.com"}, "REPLY_ISSUER"),
        (KEY | {"REPLY_JWKS_URL": "https://login.example.com/keys"}, "REPLY_ISSUER"),
        (KEY | {"REPLY_EMAIL_CLAIM": "upn"}, "REPLY_ISSUER"),
        (KEY | ASKING, "REPLY_ISSUER"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_does_not_go_together_is_named(environ: dict[str, str], told: str) -> None:
    with pytest.raises(SettingError) as caught:
        http_app(load({}, environ), "127.0.0.1", 8000)
    message = str(caught.value)
    assert told in message
    assert "\n" not in message
    assert "a-master-key" not in message


@pytest.mark.parametrize(
    "url", ["http://login.example.com", "login.example.com", "https://a b", "https://u:p@x.example"]
)
def test_an_issuer_is_reached_over_https(url: str) -> None:
    with pytest.raises(SettingError, match="REPLY_ISSUER"):
        load({}, {"REPLY_ISSUER": url})


def test_good_combinations_start() -> None:
    http_app(load({}, {}), "127.0.0.1", 8000)
    http_app(load({}, KEY | ISSUER), "127.0.0.1", 8000)
    http_app(
        load({}, KEY | ISSUER | ASKING | {"REPLY_INTROSPECTION_CLIENT": "c", "REPLY_INTROSPECTION_SECRET": "s"}), "h", 1
    )


async def test_an_address_with_a_path_in_front_is_served_as_it_is_and_without() -> None:
    settings = load({}, KEY | ISSUER | {"REPLY_PUBLIC_URL": "https://example.com/reply/mcp", "REPLY_ACCESS_LOG": "off"})
    there = httpx.ASGITransport(http_app(settings, "127.0.0.1", 8000))
    async with httpx.AsyncClient(transport=there, base_url="https://example.com") as http:
        for path in ("/mcp", "/mcp/", "/reply/mcp", "/reply/mcp/"):
            answer = await http.post(path, json={})
            assert answer.status_code == 401, path
        found = answer.headers["WWW-Authenticate"].partition('resource_metadata="')[2].partition('"')[0]
        assert found == "https://example.com/.well-known/oauth-protected-resource/reply/mcp"
        assert (await http.get(found)).json()["resource"] == settings.public_url
        assert (await http.get("/other/mcp")).status_code == 404

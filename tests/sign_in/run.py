"""People sign in with a local issuer in Chromium, and the SDK's own client calls a real server in their name.

python tests/sign_in/run.py FOLDER      with the packages of package.json in the folder: `make signin`
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult

from reply_mcp.sandbox import running
from tests.conftest import text_of
from tests.server.http.browserless import signing_in
from tests.server.http.local_issuer import LocalIssuer, local_issuer
from tests.server.http.served import served

MARIA, JONAS, NOBODY = "maria.silva@northstar-sales.com", "jonas.berg@northstar-sales.com", "nobody@northstar-sales.com"


class Browser:
    """Chromium, and who sits at it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.sign_ins: list[dict[str, Any]] = []

    async def sign_in(self, url: str, email: str, agrees: bool = True) -> str:
        """The address at which a sign-in ends."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"url": url, "email": email, "agrees": agrees}).encode() + b"\n")
        await self._process.stdin.drain()
        done = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 60))
        self.sign_ins.append(done)
        return str(done["landed"])


def authentication(
    url: str, issuer: LocalIssuer, browser: Browser, email: str, agrees: bool = True
) -> OAuthClientProvider:
    """The client's authentication, whose person is at the browser."""
    landed: list[str] = []

    async def redirect(address: str) -> None:
        landed.append(await browser.sign_in(address, email, agrees))

    async def callback() -> AuthorizationCodeResult:
        query = {name: values[0] for name, values in parse_qs(urlsplit(landed[-1]).query).items()}
        if "code" not in query:
            raise PermissionError(query.get("error", ""))
        return AuthorizationCodeResult(code=query["code"], state=query.get("state"), iss=query.get("iss"))

    provider, _ = signing_in(url, issuer)
    provider.context.redirect_handler = redirect
    provider.context.callback_handler = callback
    return provider


async def check(url: str, issuer: LocalIssuer, browser: Browser) -> None:
    """The right people, for what they agreed to, and nobody else."""
    for mode in ("auto", "legacy"):
        for email in (MARIA, JONAS):
            browser.sign_ins.clear()
            async with (
                httpx2.AsyncClient(auth=authentication(url, issuer, browser, email), timeout=60) as http,
                Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
            ):
                assert email in text_of(await client.call_tool("reply_whoami", {}))
                assert [one["asked"] for one in browser.sign_ins] == [["reply:read"]]
                company = {"name": f"Browser {mode} {email}"}
                run = {"tool": "reply_create_company", "arguments": company}
                made = text_of(await client.call_tool("reply_run_write", run))
                assert "Created" in made, made
                assert [one["asked"] for one in browser.sign_ins][1:] == [["reply:read", "reply:write"]]
    async with (
        httpx2.AsyncClient(auth=authentication(url, issuer, browser, NOBODY), timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        told = await client.call_tool("reply_whoami", {})
        assert told.is_error
        assert NOBODY in text_of(told), text_of(told)
    refused = ""
    try:
        async with (
            httpx2.AsyncClient(auth=authentication(url, issuer, browser, MARIA, agrees=False), timeout=60) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            await client.call_tool("reply_whoami", {})
    except BaseExceptionGroup as group:
        refused = repr(group)
    except Exception as error:
        refused = repr(error)
    assert "access_denied" in refused, refused


async def main(folder: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (
        running(rate_limits="none") as sandbox,
        local_issuer(asks=True) as issuer,
        tempfile.TemporaryDirectory() as own,
    ):
        environment = {
            "REPLY_BASE_URL": sandbox.url,
            "REPLY_API_KEY": "sandbox-master",
            "REPLY_TEAM_ID": "31007",
            "REPLY_ISSUER": issuer.url,
            "REPLY_PUBLIC_URL": f"{url}/mcp",
        }
        process = await asyncio.create_subprocess_exec(
            "node", "browser.mjs", cwd=folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        browser = Browser(process)
        with served(Path(own), environment, "--port", str(port)) as server:
            await check(url, issuer, browser)
        assert not any(secret in server.log for secret in ("eyJ", "sandbox-master"))
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
    print("people sign in with a browser")


if __name__ == "__main__":
    # What the client's library says of a sign-in that is refused, on purpose here.
    logging.disable(logging.ERROR)
    asyncio.run(main(sys.argv[1]))

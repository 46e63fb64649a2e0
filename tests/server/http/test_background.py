"""What goes on beside the requests: whatever happens to it, requests are answered."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest

from reply_mcp.server.http import app as apps
from reply_mcp.server.http.app import http_app
from reply_mcp.server.http.auth.verifier import Verifier
from reply_mcp.server.sessions import Sessions
from reply_mcp.settings import load
from tests.conftest import KEY, Sandbox

SIGN_IN = {"REPLY_ISSUER": "https://login.example.com", "REPLY_PUBLIC_URL": "https://mcp.example.com/mcp"}


@pytest.mark.parametrize("owner", [Sessions, Verifier])
async def test_a_fault_beside_the_requests_ends_none(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, owner: Any
) -> None:
    begun = 0

    async def tend(self: Any) -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise TypeError("unhashable type")
        await anyio.sleep_forever()

    monkeypatch.setattr(owner, "tend", tend)
    monkeypatch.setattr(apps, "ANEW_AFTER_SECONDS", 0.001)
    signs_in = SIGN_IN | {"REPLY_API_KEY": KEY} if owner is Verifier else {}
    app = http_app(load({}, {"REPLY_BASE_URL": sandbox.url, **signs_in}), "127.0.0.1", 8000)
    headers = {"Authorization": f"Bearer {KEY}", "Accept": "application/json", "Host": "127.0.0.1:8000"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with app.router.lifespan_context(app):
        with anyio.fail_after(30):
            while begun < 3:
                await anyio.sleep(0.001)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as http:
            answer = await http.post("/mcp", json=body, headers=headers)
    if owner is Sessions:
        assert answer.json()["result"]["tools"], answer.text
    else:
        assert answer.status_code == 401
    assert caplog.text.count("it begins anew") == 2

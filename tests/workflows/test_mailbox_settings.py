"""A mailbox's settings without its passwords: on by default, and only what was given is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reply_mcp import workflows
from reply_mcp.errors import NotDone, WrongArguments
from reply_mcp.settings import Settings, parse_policy
from tests.catalog.fake_call import FakeCall
from tests.conftest import Sandbox
from tests.e2e.correspondence import said

SettingsFor = Callable[..., Settings]


def test_it_takes_no_connection() -> None:
    connection = {"email": "a@ourco.com", "smtpHost": "x", "smtpPort": 465, "smtpPassword": "s"}
    with pytest.raises(WrongArguments, match="connection: no such argument"):
        FakeCall(workflows.operation("UpdateMailboxSettings"), {"id": 31, "connection": connection})


async def test_nothing_to_change_is_said() -> None:
    with pytest.raises(NotDone, match="Nothing was changed: give safety"):
        await FakeCall(workflows.operation("UpdateMailboxSettings"), {"id": 31, "safety": None}).run()


async def test_a_limit_and_a_signature_are_changed_and_the_rest_stays(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    before = next(row for row in sandbox.get("/v3/email-accounts", top=100)["items"] if row["dailyLimit"])
    whole = sandbox.get(f"/v3/email-accounts/{before['id']}")
    change = {"id": before["email"], "safety": {"dailyLimit": 41}, "signature": {"signature": "Ann"}}
    arguments = {"tool": "reply_update_email_account", "arguments": change}
    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox, policy=parse_policy("all=allow")), "reply_run_write", arguments)
    assert not is_error, text
    assert "Changed safety, signature of" in text
    assert f"safety.dailyLimit {before['dailyLimit']} → 41" in text
    sent = [row["body"] for row in sandbox.since(mark) if row["method"] == "PATCH"]
    assert sent == [{"safety": {"dailyLimit": 41}, "signature": {"signature": "Ann"}}]
    after = sandbox.get(f"/v3/email-accounts/{before['id']}")
    assert after["safety"] == {**whole["safety"], "dailyLimit": 41}
    assert after["signature"]["signature"] == "Ann"
    assert {key: after[key] for key in ("connection", "optOut", "rampUp", "tags")} == {
        key: whole[key] for key in ("connection", "optOut", "rampUp", "tags")
    }


async def test_the_passwords_stay_off_unless_named(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    arguments = {"tool": "reply_update_email_account_connection", "arguments": {"id": 1, "safety": {"dailyLimit": 1}}}
    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_run_write", arguments)
    assert is_error
    assert "takes mailbox passwords" in text
    assert sandbox.since(mark) == []

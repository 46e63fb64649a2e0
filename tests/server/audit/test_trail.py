"""Each call that may change something leaves a line that says who, what, with whose consent, and what came of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reply_mcp.cli import main
from reply_mcp.server.audit.chain import read_rows, verify
from reply_mcp.settings import Settings, parse_caps, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.agent import agent_of, made
from tests.e2e.outreach import opted_out, sequence

pytestmark = pytest.mark.anyio
SECRET_WORDS = "Words that stand in a body alone"


def settings_of(sandbox: Sandbox, path: Path, policy: str = "", **more: Any) -> Settings:
    return Settings(
        api_key=KEY,
        base_url=sandbox.url,
        rate_limits="none",
        policy=parse_policy(policy),
        audit=str(path),
        **more,
    )


async def call(client: Any, tool: str, **arguments: Any) -> str:
    return text_of(await client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments}))


def rows(path: Path) -> list[dict[str, Any]]:
    return list(read_rows(path))


async def test_what_came_of_calls(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    contact = sandbox.store.all("contact")[0]["id"]
    async with connected(settings_of(sandbox, path, "spend=deny")) as client:
        made = await call(
            client, "reply_create_contact", email="of.the@audit.example", firstName="Au", notes=SECRET_WORDS
        )
        await call(client, "reply_create_contact", email="of.the@audit.example", firstName="Au")
        await call(client, "reply_create_contact", email="no address")
        asked = await call(client, "reply_delete_contact", id=contact)
        code = re.search(r'confirm="(\w+)"', asked)
        assert code, asked
        await call(client, "reply_delete_contact", id=contact, confirm=code[1])
        await call(client, "reply_update_contact", id=987654321, title="X")
        sandbox.fault(kind="status", status=500, match="POST /v3/contacts", times=1)
        await call(client, "reply_create_contact", email="lost@audit.example", firstName="Lo")
        sandbox.no_faults()
    found = rows(path)
    assert [(row["tool"], row["outcome"]) for row in found] == [
        ("reply_create_contact", "done"),
        ("reply_create_contact", "not done"),
        ("reply_create_contact", "not done"),
        ("reply_delete_contact", "asked"),
        ("reply_delete_contact", "done"),
        ("reply_update_contact", "not done"),
        ("reply_create_contact", "unknown"),
    ]
    created, deleted = found[0], found[4]
    assert created["effect"] == "write"
    assert created["consent"] == "policy"
    assert str(created["made"]["id"]) in made
    assert deleted["effect"] == "delete"
    assert deleted["consent"] == "code"
    assert deleted["question"] == found[3]["question"]
    assert "consent" not in found[3]
    assert deleted["ids"] == {"id": contact}
    assert len({row["caller"] for row in found}) == 1
    assert verify(path).faults == ()
    text = path.read_text()
    assert KEY not in text
    assert SECRET_WORDS not in text
    assert code[1] not in text


async def test_a_call_that_ended_and_changed_nothing_is_not_done_and_no_repeat(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    rests, ann, out = sequence(sandbox, "Rests")["id"], made(sandbox)["id"], opted_out(sandbox)
    links = f"/v3/sequences/{rests}/contact-links/bulk"
    refused = {"added": [], "notProcessed": {str(ann): {"error": "invalidInput"}}}
    async with agent_of(
        sandbox,
        audit=str(path),
        caps=parse_caps("delete=1/day"),
        tools=("reply_add_contact_to_sequence", "reply_bulk_remove_contacts_from_sequence"),
    ) as agent:
        await agent("reply_add_contact_to_sequence", id=rests, contactIds=[out])
        await agent("reply_bulk_remove_contacts_from_sequence", id=rests, contactIds=[ann])
        sandbox.fault(kind="answer", match=f"POST {links}", body=refused, times=1)
        await agent("reply_add_contact_to_sequence", id=rests, contactIds=[ann])
        again = await agent("reply_add_contact_to_sequence", id=rests, contactIds=[ann])
        removed = await agent("reply_bulk_remove_contacts_from_sequence", id=rests, contactIds=[ann])
    assert "enrolled" in again
    assert "The same call was made" not in again
    assert f"Contact {ann}: removed" in removed  # the ceiling did not count the one that removed nobody
    assert [row["outcome"] for row in rows(path)] == ["not done", "not done", "not done", "done", "done"]


async def test_an_undo_says_what_it_undid_and_what_was_written(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    contact = made(sandbox)["id"]
    async with connected(settings_of(sandbox, path)) as client:
        await call(client, "reply_create_list", name="Made by mistake")
        assert "Updated" in await call(client, "reply_update_contact", id=contact, title="Ours")
        assert "Undone" in await call(client, "reply_undo")
        asked = await call(client, "reply_undo", change=1)
        assert "Once the person agrees" in asked
    done, waits = rows(path)[2:]
    assert (done["change"], done["writes"]) == (2, [f"reply_update_contact, id {contact}"])
    assert (waits["change"], waits["outcome"]) == (1, "asked")
    assert "writes" not in waits
    monkeypatch.setenv("REPLY_AUDIT", str(path))
    assert main(["audit", "--tool", "reply_undo"]) == 0
    assert f"change 2; writes reply_update_contact, id {contact}" in capsys.readouterr().out


async def test_of_a_bulk_write_within_a_call_the_ids_are_named(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    people = [made(sandbox)["id"], made(sandbox)["id"]]
    async with connected(settings_of(sandbox, path)) as client:
        await call(client, "reply_set_contacts_opted_out", contactIds=people, isOptedOut=True)
        await call(client, "reply_change_contact_owner", contactIds=people, userId=70402)
        assert "Undone" in await call(client, "reply_undo")
    listed = ", ".join(map(str, people))
    assert rows(path)[-1]["writes"] == [f"reply_change_contact_owner, ids {listed}"]


async def test_reads_leave_no_line(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    async with connected(settings_of(sandbox, path)) as client:
        await client.call_tool("reply_search_contacts", {"top": 2})
        await client.call_tool("reply_find_tools", {"query": "delete a contact"})
        await client.call_tool("reply_overview", {})
        await client.read_resource("reply://me")
    assert not path.exists()


async def test_denied_calls_and_whom_they_act_for(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    async with connected(
        settings_of(sandbox, path, "write=deny", user_email="maria.silva@northstar-sales.com")
    ) as client:
        await call(client, "reply_create_contact", email="denied@audit.example", firstName="De")
    [row] = rows(path)
    assert (row["outcome"], row["user"]) == ("denied", "maria.silva@northstar-sales.com")


async def test_off_is_off(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with connected(Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", audit="off")) as client:
        await call(client, "reply_create_contact", email="off@audit.example", firstName="Of")
    assert not list(tmp_path.rglob("audit*"))
    async with connected(Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none")) as client:
        await call(client, "reply_create_contact", email="on@audit.example", firstName="On")
    assert [file.name for file in tmp_path.rglob("audit*.jsonl")] == ["audit.jsonl"]


async def test_a_strict_log_begins_before_the_write_and_stops_it(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    async with connected(settings_of(sandbox, path, audit_strict=True)) as client:
        await call(client, "reply_create_contact", email="strict@audit.example", firstName="St")
    assert [row["outcome"] for row in rows(path)] == ["begun", "done"]
    (tmp_path / "file").write_text("")
    unwritable = tmp_path / "file" / "audit.jsonl"
    mark = sandbox.seen()
    async with connected(settings_of(sandbox, unwritable, audit_strict=True)) as client:
        answer = await call(client, "reply_create_contact", email="stopped@audit.example", firstName="St")
    assert "audit log cannot be written" in answer
    assert not [row for row in sandbox.since(mark) if row["method"] == "POST" and row["path"] == "/v3/contacts"]
    async with connected(settings_of(sandbox, unwritable)) as client:
        assert "Created" in await call(client, "reply_create_contact", email="loose@audit.example", firstName="Lo")


async def test_the_command_shows_and_verifies(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "audit.jsonl"
    monkeypatch.setenv("REPLY_AUDIT", str(path))
    async with connected(settings_of(sandbox, path)) as client:
        await call(client, "reply_create_contact", email="cli@audit.example", firstName="Cl")
        await call(client, "reply_delete_contact", id=sandbox.store.all("contact")[0]["id"])
    assert main(["audit"]) == 0
    shown = capsys.readouterr().out
    assert "reply_create_contact  write" in shown
    assert "policy" in shown
    assert main(["audit", "--outcome", "asked", "--json"]) == 0
    [row] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert row["tool"] == "reply_delete_contact"
    assert main(["audit", "--tool", "reply_create_contact", "--last", "1", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["audit", "--outcome", "dun"]) == 2
    assert main(["audit", "--verify"]) == 0
    assert "2 lines in 1 file, unbroken" in capsys.readouterr().out
    path.write_text(path.read_text().replace('"write"', '"read"'))
    assert main(["audit", "--verify"]) == 1
    assert "was changed" in capsys.readouterr().err

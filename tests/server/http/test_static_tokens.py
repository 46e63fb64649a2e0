"""Static tokens: made by a command, each with a Reply user and a policy, valid from the moment they are in the file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from reply_mcp.cli import main
from reply_mcp.server.http.auth.static_tokens import StaticTokens, new_token, read_tokens
from tests.conftest import Sandbox, text_of
from tests.server.http.served import Served, call, served

MARIA, TOM = "maria.silva@northstar-sales.com", "tom.okafor@northstar-sales.com"


def add(capsys: pytest.CaptureFixture[str], file: Path, name: str, *arguments: str) -> str:
    assert main(["token", "add", name, "--tokens-file", str(file), *arguments]) == 0
    return capsys.readouterr().out.strip()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text("# who may call\n")
    return file


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    environment = {
        "REPLY_BASE_URL": _module_sandbox.url,
        "REPLY_API_KEY": "sandbox-master",
        "REPLY_TEAM_ID": "31007",
        "REPLY_TOKENS_FILE": str(file),
    }
    with served(tmp_path_factory.mktemp("static"), environment) as one:
        yield one
    assert "rmcp_" not in one.log
    assert "sandbox-master" not in one.log


async def test_each_token_has_a_user_and_a_policy(
    server: Served, file: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    maria = add(capsys, file, "maria-laptop", "--user", MARIA)
    tom = add(capsys, file, "tom-bot", "--user", TOM, "--policy", "delete=deny")
    assert maria.startswith("rmcp_")
    assert maria not in file.read_text()
    for token, email in ((maria, MARIA), (tom, TOM)):
        answer = await call(server.url, {"Authorization": f"Bearer {token}"}, "reply_whoami", {})
        assert email in text_of(answer)
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]["id"]
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact}}
    asked = await call(server.url, {"Authorization": f"Bearer {maria}"}, "reply_run_write", run)
    assert "confirm=" in text_of(asked)
    denied = await call(server.url, {"Authorization": f"Bearer {tom}"}, "reply_run_write", run)
    assert "forbid" in text_of(denied)


async def test_a_token_that_is_removed_is_refused_at_once(
    server: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = add(capsys, file, "short-lived", "--user", MARIA)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "MCP-Protocol-Version": "2025-11-25"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert httpx.post(f"{server.url}/mcp", json=body, headers=headers).status_code == 200
    assert main(["token", "remove", "short-lived", "--tokens-file", str(file)]) == 0
    answer = httpx.post(f"{server.url}/mcp", json=body, headers=headers)
    assert answer.status_code == 401
    assert "resource_metadata" not in answer.headers["WWW-Authenticate"]
    assert "# who may call" in file.read_text()


def test_a_file_that_becomes_unreadable_lets_nobody_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "tokens"
    token, sha256 = new_token()
    line = json.dumps({"name": "one", "sha256": sha256, "user": MARIA})
    file.write_text(line + "\n")
    tokens = StaticTokens(str(file))
    found = tokens.verify(token)
    assert found is not None
    assert found.email == MARIA
    file.write_text(line + "\n{broken\n")
    assert tokens.verify(token) is None
    assert "line 2" in caplog.text
    file.unlink()
    assert tokens.verify(token) is None
    file.write_text(line + "\n")
    assert tokens.verify(token) is not None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"name": "", "sha256": "0" * 64, "user": MARIA}, "name"),
        ({"name": "x", "sha256": "token", "user": MARIA}, "sha256"),
        ({"name": "x", "sha256": "0" * 64, "user": ""}, "user"),
        ({"name": "x", "sha256": "0" * 64, "user": MARIA, "policy": "send=perhaps"}, "policy"),
        ({"name": "x", "sha256": "0" * 64, "user": MARIA, "polcy": "send=deny"}, "polcy"),
        (["x"], "an object"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: object, told: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"\n{json.dumps(row)}\n")
    with pytest.raises(ValueError, match=f"line 2: .*{told}"):
        read_tokens(file)


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens"
    for arguments, told in (
        (["token", "list"], "REPLY_TOKENS_FILE"),
        (["token", "add", "--tokens-file", str(file)], "the token's name"),
        (["token", "add", "x", "--tokens-file", str(file)], "--user"),
        (["token", "remove", "x", "--tokens-file", str(file)], "no token 'x'"),
    ):
        assert main(arguments) == 2
        assert told in capsys.readouterr().err
    add(capsys, file, "x", "--user", MARIA)
    assert file.stat().st_mode & 0o077 == 0
    assert main(["token", "add", "x", "--user", MARIA, "--tokens-file", str(file)]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["token", "list", "--tokens-file", str(file)]) == 0
    assert capsys.readouterr().out == f"x  {MARIA}  policy of the server\n"


@pytest.mark.skipif(os.name != "posix", reason="files have no such bits there")
def test_the_command_keeps_who_may_read_the_file_and_lines_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens"
    add(capsys, file, "x", "--user", MARIA)
    file.write_text(file.read_text().rstrip("\n"))  # as some editors leave it
    add(capsys, file, "y", "--user", TOM)
    assert {token.name for token in read_tokens(file).values()} == {"x", "y"}
    file.chmod(0o640)
    assert main(["token", "remove", "x", "--tokens-file", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o646)
    assert main(["token", "list", "--tokens-file", str(file)]) == 2
    assert "chmod o-w" in capsys.readouterr().err
    with pytest.raises(ValueError, match="everybody on this machine"):
        StaticTokens(str(file))

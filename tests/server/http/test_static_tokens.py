"""Static tokens: made by a command, each with a Reply user and a policy, valid from the moment they are in the file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

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


def line_of(name: str = "one", **members: str) -> tuple[str, str]:
    """A token, and its line."""
    token, sha256 = new_token()
    return token, json.dumps({"name": name, "sha256": sha256, "user": MARIA, **members}) + "\n"


@pytest.mark.skipif(os.name != "posix", reason="files have no such bits there")
def test_a_file_that_everybody_may_write_to_from_now_on_lets_nobody_in(tmp_path: Path) -> None:
    token, line = line_of()
    file = tmp_path / "tokens"
    file.write_text(line)
    tokens = StaticTokens(str(file))
    for mode, taken in ((0o646, False), (0o640, True), (0o602, False), (0o600, True)):
        file.chmod(mode)
        assert (tokens.verify(token) is not None) == taken, oct(mode)


def test_a_file_that_is_half_written_lets_nobody_in_until_it_is_whole(tmp_path: Path) -> None:
    (one, first), (two, second) = line_of("one"), line_of("two", policy="send=deny")
    file = tmp_path / "tokens"
    file.write_text(first)
    tokens, whole = StaticTokens(str(file)), first + second
    for end in range(len(first) + 1, len(whole)):
        file.write_text(whole[:end])
        found = tokens.verify(two)
        assert found is None or end == len(whole) - 1, "never with a policy that is not whole"
        assert (tokens.verify(one) is not None) == (found is not None)
    file.write_text(whole)
    found = tokens.verify(two)
    assert found is not None
    assert found.policy is not None
    assert found.policy["send"] == "deny"


def test_a_file_that_could_not_be_opened_for_a_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token, line = line_of()
    file = tmp_path / "tokens"
    file.write_text(line)
    tokens = StaticTokens(str(file))
    file.write_text(f"{line}# changed\n")
    with monkeypatch.context() as away:
        away.setattr(Path, "read_text", Mock(side_effect=OSError(24, "Too many open files")))
        for _ in range(3):
            assert tokens.verify(token) is None
    assert caplog.text.count("Too many open files") == 1
    assert tokens.verify(token) is not None


@pytest.mark.parametrize(
    "second",
    [
        lambda line: line,
        lambda line: json.dumps({**json.loads(line), "name": "other"}) + "\n",
        lambda line: json.dumps({**json.loads(line), "sha256": "0" * 64}) + "\n",
        lambda line: (
            f'{{"name": "two", "sha256": "{"0" * 64}", "user": "{MARIA}", "policy": "send=deny", "policy": ""}}\n'
        ),
    ],
    ids=["line", "hash", "name", "member"],
)
def test_what_stands_there_twice_lets_nobody_in(tmp_path: Path, second: Any) -> None:
    token, line = line_of()
    file = tmp_path / "tokens"
    file.write_text(line)
    tokens = StaticTokens(str(file))
    file.write_text(line + second(line))
    assert tokens.verify(token) is None


def test_a_blank_policy_is_that_of_the_server(tmp_path: Path) -> None:
    token, line = line_of(policy=" ")
    file = tmp_path / "tokens"
    file.write_text(line)
    found = StaticTokens(str(file)).verify(token)
    assert found is not None
    assert found.policy is None


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

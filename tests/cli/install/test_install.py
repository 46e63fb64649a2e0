"""`reply-mcp install`: what it writes for each host, and that nothing else in a file changes."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reply_mcp.cli import main
from reply_mcp.cli.install import entry
from reply_mcp.cli.install.files import BACKUP
from reply_mcp.cli.install.hosts import HOSTS, Host, Machine, hosts_named

GOLDEN = Path(__file__).parent / "golden"
WRITES = tuple(host for host in HOSTS if host.file)
COMMAND = "/opt/reply/bin/reply-mcp"
SECRET = "rk4711-Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1"
Install = Callable[..., tuple[int, str, str]]
by_host = pytest.mark.parametrize("host", WRITES, ids=lambda host: host.id)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Install]:
    """`reply-mcp install` in an empty home, by a command that is installed elsewhere."""
    for name in [name for name in os.environ if name.startswith(("REPLY_", "CLAUDE_", "CODEX_", "CLINE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reply_mcp.cli.install.command.find_command", lambda *given, **how: (COMMAND, ("serve",)))

    def run(*arguments: str, **environ: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            try:
                status = main(["install", *arguments])
            except SystemExit as end:
                status = int(end.code or 0)
        return status, *capsys.readouterr()

    return run


def golden(host: Host, kind: str) -> Path:
    (found,) = GOLDEN.glob(f"{host.id}.before.*")
    return found.with_name(found.name.replace(".before.", f".{kind}."))


def file_of(host: Host) -> Path:
    path = host.path(Machine(), project=False)
    assert path is not None
    return path


def given(host: Host, content: bytes | None = None) -> Path:
    path = file_of(host)
    if host.id == "opencode":
        path = path.with_name("opencode.jsonc")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(golden(host, "before").read_bytes() if content is None else content)
    return path


@by_host
def test_other_servers_and_comments_stay_and_removing_gives_the_file_back(host: Host, install: Install) -> None:
    path = given(host)
    before = path.read_bytes()
    path.chmod(0o640)
    status, out, err = install(host.id)
    assert status == 0, err
    assert f"added reply in {path}" in out
    written, wanted = path.read_bytes(), golden(host, "after")
    if os.environ.get("SNAPSHOTS") == "write":
        wanted.write_bytes(written)
    assert written == wanted.read_bytes()
    assert path.with_name(path.name + BACKUP).read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "nothing was changed" in install(host.id)[1]
    assert path.read_bytes() == written
    assert install(host.id, "--remove")[0] == 0
    assert path.read_bytes() == before
    assert [one for one in path.parent.iterdir() if one.is_file()] == [path], "no copy and no half-written file is left"


@by_host
def test_without_the_kept_copy_the_file_is_given_back_too(host: Host, install: Install) -> None:
    path = given(host)
    before = path.read_bytes()
    install(host.id)
    path.with_name(path.name + BACKUP).unlink()
    assert install(host.id, "--remove")[0] == 0
    # Containers that were made for the entry stay: whose they are is not known any more.
    assert path.read_bytes() == before or host.id in ("claude-code", "zed")
    assert host.format.load(path.read_text()) == {
        **({"context_servers": {}} if host.id == "zed" else {}),
        **host.format.load(before.decode()),
    }


@by_host
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\n"], ids=["none", "empty", "braces", "blank"])
def test_where_there_is_nothing_yet(host: Host, content: bytes | None, install: Install) -> None:
    if content == b"{}" and host.id == "codex":
        pytest.skip("no TOML")
    path = file_of(host) if content is None else given(host, content)
    status, _out, err = install(host.id)
    assert status == 0, err
    data: Any = host.format.load(path.read_text())
    for name in host.container:
        data = data[name]
    assert entry.command_line(data["reply"]) == [COMMAND, "serve"]
    assert "REPLY_API_KEY" not in path.read_text()
    if content is None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert install(host.id, "--remove")[0] == 0
    assert (path.read_bytes() if path.exists() else None) == content


@by_host
def test_what_was_changed_meanwhile_stays_when_it_is_removed(host: Host, install: Install) -> None:
    path = given(host)
    install(host.id)
    lines = {"codex": '\n[mcp_servers.later]\ncommand = "x"\n', "goose": "LATER: 1\n"}
    if host.id in lines:
        path.write_text(path.read_text() + lines[host.id])
    else:
        text = path.read_bytes().decode()
        at = text.index("{")
        path.write_bytes((text[: at + 1] + ' "later": {"x": 1},' + text[at + 1 :]).encode())
    changed = host.format.load(path.read_bytes().decode())
    assert install(host.id, "--remove")[0] == 0
    left = host.format.load(path.read_bytes().decode())
    servers: Any = changed
    for name in host.container:
        servers = servers[name]
    del servers["reply"]
    assert left == changed


BROKEN = {"codex": ('model = "x"\nwrong line\n', "line 2"), "goose": ("a: 1\n  b: [\n", "line 2")}


@by_host
def test_a_file_that_cannot_be_read_is_left_and_named_with_the_place(host: Host, install: Install) -> None:
    text, where = BROKEN.get(
        host.id, ('{\n  "mcpServers": {\n    "a": 1 "b": ' + f'"{SECRET}"' + "\n  }\n}\n", "line 3, column 12")
    )
    path = given(host, text.encode())
    for arguments in ((host.id,), (host.id, "--remove"), (host.id, "--dry-run")):
        status, out, err = install(*arguments)
        assert (status, out) == (1, "")
        assert f"{path}: {where}" in err
        assert SECRET not in err
    assert path.read_bytes() == text.encode()
    assert "To paste by hand" in install(host.id)[2]


@by_host
def test_a_link_stays_one(host: Host, install: Install, tmp_path: Path) -> None:
    path = given(host)
    kept = tmp_path / "dotfiles" / "configuration"
    kept.parent.mkdir()
    path.rename(kept)
    path.symlink_to(kept)
    assert install(host.id)[0] == 0
    assert path.is_symlink()
    assert "reply-mcp" in kept.read_text()


@by_host
def test_a_server_of_the_name_that_is_not_ours_is_left(host: Host, install: Install) -> None:
    for other in (
        {"command": "npx", "args": ["-y", "mcp-remote", "https://mcp.reply.io/mcp"]},
        {"command": "node", "args": ["/x/reply-mcp"]},
    ):
        path = given(host, host.format.show((*host.container, "reply"), other).encode())
        before = path.read_bytes()
        for arguments in ((host.id,), (host.id, "--remove")):
            status, _, err = install(*arguments)
            assert status == 1
            assert "is left as it is" in err
        assert path.read_bytes() == before


@by_host
def test_replys_own_server_beside_it_is_warned_of(host: Host, install: Install) -> None:
    given(host, host.format.show((*host.container, "replyio"), {"url": "https://mcp.reply.io/mcp"}).encode())
    status, out, _ = install(host.id)
    assert status == 0
    assert "Reply's own server is there too, as replyio" in out


@by_host
def test_what_a_person_added_to_the_entry_stays(host: Host, install: Install) -> None:
    path = file_of(host)
    install(host.id, "--set", "REPLY_TOOLSETS=contacts")
    ours = host.format.load(path.read_text())
    servers: Any = ours
    for name in host.container:
        servers = servers[name]
    mine = servers["reply"]
    variables = next(name for name in ("env", "envs", "environment") if name in mine)
    mine[variables]["REPLY_READ_ONLY"] = "true"
    mine["description"] = "mine"
    words = mine["command"] if isinstance(mine.get("command"), list) else mine["args"]
    words.append("--read-only")
    path.write_text(host.format.show((*host.container, "reply"), mine))
    assert install(host.id, "--profile", "acme", "--name", "reply")[0] == 0
    servers = host.format.load(path.read_text())
    for name in host.container:
        servers = servers[name]
    now = servers["reply"]
    assert now["description"] == "mine"
    assert now[variables] == {"REPLY_TOOLSETS": "contacts", "REPLY_READ_ONLY": "true"}
    assert entry.command_line(now) == [COMMAND, "serve", "--profile", "acme", "--read-only"]


@by_host
def test_each_profile_has_an_entry_of_its_own(host: Host, install: Install) -> None:
    path = file_of(host)
    assert install(host.id)[0] == install(host.id, "--profile", "acme")[0] == 0
    servers: Any = host.format.load(path.read_text())
    for name in host.container:
        servers = servers[name]
    assert list(servers) == ["reply", "reply-acme"]
    assert entry.command_line(servers["reply-acme"])[1:] == ["serve", "--profile", "acme"]
    assert install(host.id, "--profile", "acme", "--remove")[0] == 0
    assert "acme" not in path.read_text()


HTTP: dict[str, dict[str, Any] | None] = {
    "claude-desktop": None,
    "claude-code": {"type": "http", "url": "https://mcp.example.com/mcp"},
    "cursor": {"url": "https://mcp.example.com/mcp"},
    "vscode": {"type": "http", "url": "https://mcp.example.com/mcp"},
    "windsurf": {"serverUrl": "https://mcp.example.com/mcp"},
    "codex": {"url": "https://mcp.example.com/mcp"},
    "gemini": {"httpUrl": "https://mcp.example.com/mcp"},
    "zed": {"url": "https://mcp.example.com/mcp"},
    "junie": None,
    "goose": {
        "name": "Reply",
        "type": "streamable_http",
        "enabled": True,
        "uri": "https://mcp.example.com/mcp",
        "timeout": 300,
    },
    "opencode": {"type": "remote", "enabled": True, "url": "https://mcp.example.com/mcp"},
    "lm-studio": {"url": "https://mcp.example.com/mcp"},
    "cline": {"type": "streamableHttp", "disabled": False, "autoApprove": [], "url": "https://mcp.example.com/mcp"},
    "cline-cli": {"type": "streamableHttp", "disabled": False, "autoApprove": [], "url": "https://mcp.example.com/mcp"},
}


@by_host
def test_a_server_at_an_address(host: Host, install: Install) -> None:
    path, wanted = given(host), HTTP[host.id]
    before = path.read_bytes()
    status, _, err = install(host.id, "--http", "https://mcp.example.com")
    if wanted is None:
        assert status == 1
        assert host.note in err
        assert path.read_bytes() == before
        return
    servers: Any = host.format.load(path.read_bytes().decode())
    for name in host.container:
        servers = servers[name]
    assert servers["reply"] == wanted
    assert install(host.id)[0] == 0, "in place of the address, the command"
    assert install(host.id, "--http", "https://mcp.example.com/mcp")[0] == 0
    assert install(host.id, "--remove")[0] == 0
    assert path.read_bytes() == before


@by_host
def test_the_key_is_written_only_where_it_is_asked_for_and_never_shown(host: Host, install: Install) -> None:
    path = given(host)
    status, out, err = install(host.id, "--key", "clear", "--dry-run", REPLY_API_KEY=SECRET)
    assert (status, SECRET in out + err) == (0, False)
    status, out, err = install(host.id, "--key", "clear", REPLY_API_KEY=SECRET)
    assert (status, SECRET in out + err) == (0, False)
    assert SECRET in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    status, out, err = install(host.id, REPLY_API_KEY=SECRET)
    assert (status, SECRET in out + err) == (0, False)
    assert SECRET not in path.read_text(), "the key goes once it is stored"


@by_host
def test_a_host_hands_the_key_over_by_its_own_means(host: Host, install: Install) -> None:
    path = given(host)
    before = path.read_bytes()
    status, _, err = install(host.id, "--key", "host")
    if not host.reference:
        assert (status, "reply-mcp login" in err, path.read_bytes()) == (1, True, before)
        return
    data: Any = host.format.load(path.read_bytes().decode())
    servers = data
    for name in host.container:
        servers = servers[name]
    ours = servers["reply"]
    named = (
        ours.get("env_vars") or ours.get("env_keys") or [(ours.get("env") or ours.get("environment"))["REPLY_API_KEY"]]
    )
    assert named == [host.reference]
    if host.inputs:
        assert data["inputs"][-1] == host.inputs.item
    assert "nothing was changed" in install(host.id, "--key", "host")[1]
    assert install(host.id, "--remove")[0] == 0
    assert path.read_bytes() == before


def test_every_host_has_a_golden_file() -> None:
    assert {path.name.partition(".")[0] for path in GOLDEN.iterdir()} == {host.id for host in WRITES}
    assert set(HTTP) == {host.id for host in WRITES}


def test_a_host_without_a_file_prints_what_to_paste(install: Install) -> None:
    status, out, _ = install("jetbrains")
    assert status == 0
    assert json.loads(out[out.index("{") :]) == {"mcpServers": {"reply": {"command": COMMAND, "args": ["serve"]}}}
    status, _, err = install("jetbrains", "--remove")
    assert (status, err) == (
        1,
        "JetBrains AI Assistant: has no file that others may write; remove the entry in its settings\n",
    )


def test_a_name_that_two_hosts_begin_with_is_the_one_that_is_here(install: Install, tmp_path: Path) -> None:
    status, out, err = install("claude")
    assert (status, out) == (2, "")
    assert "'claude' may be claude-desktop (Claude Desktop) or claude-code (Claude Code); name one" in err
    (tmp_path / ".config" / "Claude").mkdir(parents=True)
    assert install("Claude")[1].startswith("Claude Desktop: added reply")


def test_a_host_that_is_not_here_gets_its_entry_and_says_so(install: Install) -> None:
    assert "Cursor was not found on this machine" in install("cursor")[1]
    assert "was not found" not in install("cursor", "--set", "REPLY_READ_ONLY=true")[1], "its folder is there now"


def test_print_writes_nothing(install: Install, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    status, out, _ = install("vscode", "--print", "--key", "host")
    assert status == 0
    data = json.loads(out[out.index("{") :])
    assert data["servers"]["reply"]["env"] == {"REPLY_API_KEY": "${input:reply-api-key}"}
    assert data["inputs"][0]["password"] is True
    assert sorted(tmp_path.rglob("*")) == before


def test_without_a_host_it_lists_those_that_are_there(install: Install, tmp_path: Path) -> None:
    status, out, _ = install()
    assert status == 0
    assert out.count("not found") == len(WRITES)
    (tmp_path / ".cursor").mkdir()
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "config.toml").write_text("[")
    status, out, _ = install()
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert f"would add reply in {tmp_path / '.cursor' / 'mcp.json'}" in lines["cursor"]
    assert "line 1" in lines["codex"]
    assert not (tmp_path / ".cursor" / "mcp.json").exists()
    status, out, _err = install("all")
    assert status == 1, "one of the two could not be read"
    assert "Cursor: added reply" in out
    assert "reply is in" in install()[1]


def test_a_project_has_files_of_its_own(install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.cli.install.command.find_command", entry.find_command)
    for host in HOSTS:
        status, _, _err = install(host.id, "--project", "--key", "host")
        if not host.project or not host.reference:
            assert status == 1, host.id
            continue
        path = tmp_path / host.project
        text = path.read_text()
        assert "uvx" in text, "the others do not have this machine's paths"
        assert str(tmp_path) not in text
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_where_files_are_on_each_system(tmp_path: Path) -> None:
    def paths(system: str, **environ: str) -> dict[str, str]:
        machine = Machine(tmp_path, system, environ, tmp_path)
        return {
            host.id: str(host.path(machine, project=False)).replace(str(tmp_path), "~").replace(os.sep, "/")
            for host in WRITES
        }

    mac, windows, linux = paths("darwin"), paths("win32", APPDATA=str(tmp_path / "R")), paths("linux")
    assert mac["claude-desktop"] == "~/Library/Application Support/Claude/claude_desktop_config.json"
    assert windows["claude-desktop"] == "~/R/Claude/claude_desktop_config.json"
    assert linux["claude-desktop"] == "~/.config/Claude/claude_desktop_config.json"
    assert mac["vscode"] == "~/Library/Application Support/Code/User/mcp.json"
    assert windows["vscode"] == "~/R/Code/User/mcp.json"
    assert linux["vscode"] == "~/.config/Code/User/mcp.json"
    assert mac["zed"] == linux["zed"] == "~/.config/zed/settings.json"
    assert windows["zed"] == "~/R/Zed/settings.json"
    assert windows["goose"] == "~/R/Block/goose/config/config.yaml"
    assert mac["goose"] == linux["goose"] == "~/.config/goose/config.yaml"
    assert {one["windsurf"] for one in (mac, windows, linux)} == {"~/.codeium/windsurf/mcp_config.json"}
    other = paths(
        "linux", CLAUDE_CONFIG_DIR="/c", CODEX_HOME="/x", XDG_CONFIG_HOME="/g", CLINE_MCP_SETTINGS_PATH="/s.json"
    )
    assert (other["claude-code"], other["codex"], other["cline-cli"]) == (
        "/c/.claude.json",
        "/x/config.toml",
        "/s.json",
    )
    assert (other["vscode"], other["zed"], other["opencode"]) == (
        "/g/Code/User/mcp.json",
        "/g/zed/settings.json",
        "/g/opencode/opencode.json",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cursr",), "did you mean cursor?"),
        ((SECRET,), "is no host"),
        (("cursor", "--http", f"https://maria:{SECRET}@x.example"), "--http"),
        (("cursor", "--http", "http://mcp.example.com/mcp"), "--http"),
        (("cursor", "--set", "REPLY_READONLY=true"), "did you mean REPLY_READ_ONLY?"),
        (("cursor", "--set", "REPLY_READ_ONLY=perhaps"), "true or false"),
        (("cursor", "--set", f"REPLY_API_KEY={SECRET}"), "reply-mcp login"),
        (("cursor", "--set", f"REPLY_BUDGET_URL=redis://:{SECRET}@x/0"), "a secret"),
        (("cursor", "--profile", SECRET), "--profile"),
        (("cursor", "--key", "clear"), "no key is set"),
        (("cursor", "--http", "https://x.example/mcp", "--profile", "acme"), "--http names a server that runs"),
        (("cursor", "--from", "/nowhere"), "is no checkout"),
        (("all",), "no host was found"),
        (("--remove",), "name the hosts"),
        (("--print",), "name the hosts"),
    ],
)
def test_a_wrong_command_line_changes_nothing(
    arguments: tuple[str, ...], said: str, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reply_mcp.cli.install.command.find_command", entry.find_command)
    status, out, err = install(*arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert SECRET not in err
    assert list(tmp_path.rglob("*.json")) == []


def test_a_file_that_cannot_be_written_is_as_it_was(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    (host,) = hosts_named("cursor")
    assert host
    path = given(host)
    before = path.read_bytes()

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    status, _, err = install("cursor")
    assert status == 1
    assert "No space left on device" in err
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_command_has_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "venv" / "bin" / ("reply-mcp.exe" if os.name == "nt" else "reply-mcp")
    script.parent.mkdir(parents=True)
    script.write_text("")
    monkeypatch.setattr(sys, "executable", str(script.with_name("python")))
    assert entry.find_command(None) == (str(script), ("serve",))
    uvx = tmp_path / "bin" / "uvx"
    uvx.parent.mkdir()
    uvx.write_text("")
    uvx.chmod(0o755)
    monkeypatch.setenv("PATH", str(uvx.parent))
    temporary = tmp_path / "uv" / "archive-v0" / "abc" / "bin"
    temporary.mkdir(parents=True)
    (temporary / "reply-mcp").write_text("")
    monkeypatch.setattr(sys, "executable", str(temporary / "python"))
    assert entry.find_command(None) == (str(uvx), ("reply-mcp", "serve")), "what uvx unpacked is not there tomorrow"
    checkout = tmp_path / "checkout"
    (checkout / "reply_mcp").mkdir(parents=True)
    (checkout / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert entry.find_command("checkout") == (str(uvx), ("--from", str(checkout), "reply-mcp", "serve"))
    made = checkout / ".venv" / "bin" / "reply-mcp"
    made.parent.mkdir(parents=True)
    made.write_text("")
    assert entry.find_command("checkout") == (str(made), ("serve",))


def test_claude_code_is_asked_by_its_own_command(install: Install, tmp_path: Path) -> None:
    claude = tmp_path / "bin" / "claude"
    claude.parent.mkdir()
    claude.write_text(
        f"""#!{sys.executable}
import json, pathlib, sys
file = pathlib.Path({str(tmp_path / ".claude.json")!r})
data = json.loads(file.read_text()) if file.exists() else {{"mcpServers": {{}}}}
with open({str(tmp_path / "calls")!r}, "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[2] == "add-json":
    if sys.argv[3] in data["mcpServers"]:
        sys.exit("already exists")
    data["mcpServers"][sys.argv[3]] = json.loads(sys.argv[4])
else:
    del data["mcpServers"][sys.argv[3]]
file.write_text(json.dumps(data))
"""
    )
    claude.chmod(0o755)
    assert "by `claude mcp add-json`" in install("claude-code")[1]
    assert "updated" in install("claude-code", "--set", "REPLY_READ_ONLY=true")[1]
    assert install("claude-code", "--key", "clear", REPLY_API_KEY=SECRET)[0] == 0
    ours = json.loads((tmp_path / ".claude.json").read_text())["mcpServers"]["reply"]
    assert ours["env"] == {"REPLY_API_KEY": SECRET, "REPLY_READ_ONLY": "true"}
    assert install("claude-code", "--remove")[0] == 0
    calls = (tmp_path / "calls").read_text()
    assert [line.split(" {")[0] for line in calls.splitlines()] == [
        "mcp add-json reply",
        "mcp remove reply -s user",
        "mcp add-json reply",
        "mcp remove reply -s user",
    ]
    assert SECRET not in calls, "a command line is seen by every user of the machine"
    claude.write_text("#!/bin/sh\nexit 1\n")
    assert install("claude-code")[0] == 0, "where its command fails, the file is written"
    assert "reply" in json.loads((tmp_path / ".claude.json").read_text())["mcpServers"]

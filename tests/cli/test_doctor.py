"""`reply-mcp doctor` on broken set-ups: its first line names the cause, and no line shows a secret."""

from __future__ import annotations

import json
import os
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from reply_mcp.cli import main
from reply_mcp.cli.doctor.findings import Finding
from reply_mcp.settings import Settings, with_stored_key
from reply_mcp.settings.key_store import Profile, configuration_folder, store_key
from tests.client.certificate import self_signed
from tests.client.redis_server import redis_server
from tests.conftest import KEY, Sandbox

SECRET = "rk4711-Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1"
OURS = {"command": sys.executable, "args": ["-m", "reply_mcp", "serve"]}

TROUBLESHOOTING = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


@dataclass
class Home:
    """A home, and what the environment says in it."""

    path: Path
    sandbox: Sandbox
    patch: pytest.MonkeyPatch
    environ: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)

    def host(self, name: str, *entries: dict[str, Any], text: str | None = None, mode: int = 0o600) -> None:
        """A configuration of Cursor, with servers of these names."""
        file = self.path / ".cursor" / "mcp.json"
        file.parent.mkdir(exist_ok=True)
        servers = {f"{name}{number or ''}": entry for number, entry in enumerate(entries)}
        file.write_text(text if text is not None else json.dumps({"mcpServers": servers}))
        file.chmod(mode)

    def script(self, said: str) -> str:
        """A command `reply-mcp` that prints a text, or ends with an error."""
        file = self.path / "old" / "reply-mcp"
        file.parent.mkdir()
        file.write_text(f"#!/bin/sh\n{said}\n")
        file.chmod(0o755)
        return str(file)


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A set-up with which nothing is wrong."""
    for name in [name for name in os.environ if name.startswith("REPLY_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Home(tmp_path, sandbox, monkeypatch, {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url})


Doctor = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def doctor(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    def run(*arguments: str, server: bool = False) -> tuple[int, list[str], str]:
        for name, value in home.environ.items():
            monkeypatch.setenv(name, value)
        if not server:
            # It takes seconds, and has a test of its own.

            async def starts() -> Finding:
                return Finding("server", "ok", "starts")

            monkeypatch.setattr("reply_mcp.cli.doctor.server_checks.check_server", starts)
        status = main(["doctor", *arguments, *home.arguments])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err

    return run


def test_where_nothing_is_wrong_it_says_what_it_looked_at(home: Home, doctor: Doctor) -> None:
    home.host("reply", OURS)
    mark = home.sandbox.seen()
    status, lines, err = doctor(server=True)
    assert (status, err) == (0, "")
    assert lines[-1] == "0 faults, 0 warnings."
    said = "\n".join(lines)
    for part in (
        "✓ version: reply-mcp",
        "✓ key: 19 characters, from REPLY_API_KEY",
        "acts as Maria Silva",
        "contacts:read, sequences:read",
        "✓ clock:",
        "an hour left, counted for all processes",
        "`reply-mcp serve` lists 28 tools",
        "✓ hosts.cursor: Cursor has it as reply",
    ):
        assert part in said
    assert KEY not in said
    asked = [(row["method"], row["path"]) for row in home.sandbox.since(mark)]
    assert {path for method, path in asked if method != "GET"} <= {"/v3/inbox/threads/filter"}, "by reads alone"
    assert len(asked) == 12
    assert "sends Reply twelve requests" in TROUBLESHOOTING.read_text("utf-8")
    assert doctor("--strict")[0] == 0


def no_key(home: Home) -> None:
    del home.environ["REPLY_API_KEY"]


def key(value: str) -> Callable[[Home], None]:
    return lambda home: home.environ.update(REPLY_API_KEY=value)


def variable(**values: str) -> Callable[[Home], None]:
    return lambda home: home.environ.update(values)


def no_such_profile(home: Home) -> None:
    no_key(home)
    store_key(Profile("acme", ""), KEY)
    home.environ["REPLY_PROFILE"] = "acne"


def broken_profiles(home: Home) -> None:
    no_key(home)
    configuration_folder().mkdir(parents=True)
    (configuration_folder() / "profiles.json").write_text(SECRET)


def key_file_is_gone(home: Home) -> None:
    no_key(home)
    home.environ["REPLY_API_KEY_FILE"] = str(home.path / SECRET)


def key_file_for_all(home: Home) -> None:
    no_key(home)
    file = home.path / "key"
    file.write_text(KEY)
    file.chmod(0o644)
    home.environ["REPLY_API_KEY_FILE"] = str(file)


def clock_is_ahead(home: Home) -> None:
    home.patch.setattr("reply_mcp.cli.doctor.reply_checks.time", lambda: time.time() + 3600)


def budget_elsewhere(home: Home) -> None:
    (home.path / "file").write_text("")
    home.environ["REPLY_BUDGET_URL"] = f"sqlite://{home.path}/file/budget.sqlite3"


def nearly_used(home: Home) -> None:
    # One more than what the checks ask of Reply.
    home.environ["REPLY_RATE_LIMITS"] = "13/minute"


def untrusted(home: Home) -> None:
    context, _ = self_signed(home.path)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    # TLS fails before there is a request.
    threading.Thread(target=server.handle_request, daemon=True).start()
    home.environ["REPLY_BASE_URL"] = f"https://localhost:{server.server_port}"
    home.patch.setattr(ssl, "create_default_context", ssl._create_default_https_context)


def unreadable_host(home: Home) -> None:
    home.host("reply", text='{\n  "mcpServers": {"reply": {"env": "' + SECRET + '"}\n')


def hosts(*entries: dict[str, Any], mode: int = 0o600) -> Callable[[Home], None]:
    return lambda home: home.host("reply", *entries, mode=mode)


def with_key(value: str) -> dict[str, Any]:
    return {**OURS, "env": {"REPLY_API_KEY": value}}


def old_version(home: Home) -> None:
    home.host("reply", {"command": home.script("echo reply-mcp 0.0.1"), "args": ["serve"]})


def does_not_run(home: Home) -> None:
    home.host("reply", {"command": home.script("exit 1"), "args": ["serve"]})


def audit_in_the_way(home: Home) -> None:
    (home.path / "audit").mkdir()
    home.environ |= {"REPLY_AUDIT": str(home.path / "audit"), "REPLY_AUDIT_STRICT": "true"}


BROKEN: dict[str, tuple[Callable[[Home], None], int, str]] = {
    "no key": (no_key, 4, "✗ key: no API key is set, and none is stored → copy the key"),
    "a placeholder": (
        key("${user_config.api_key}"),
        4,
        "✗ key: What REPLY_API_KEY holds is no API key: it is a placeholder",
    ),
    "Bearer and nothing behind it": (
        key("Bearer "),
        4,
        "✗ key: What REPLY_API_KEY holds is no API key: it is the word Bearer alone; the key behind it is missing",
    ),
    "a path": (key(f"/home/maria/{SECRET}"), 4, "✗ key: What REPLY_API_KEY holds is no API key: it is a path"),
    "a key that is refused": (key("sandbox-expired"), 4, "✗ key: Reply does not accept the key"),
    "no such profile": (
        no_such_profile,
        4,
        "✗ key: REPLY_PROFILE: no key is stored as acne; there are acme. `reply-mcp profile add acne` stores one → "
        "copy the key from Reply (Settings, API key) and run `reply-mcp profile add acne`",
    ),
    "broken profiles": (broken_profiles, 4, "✗ key: The key stored as profile default cannot be used:"),
    "no key file": (key_file_is_gone, 4, "✗ settings: REPLY_API_KEY_FILE: that file cannot be used (No such file"),
    "a key file for all": (key_file_for_all, 0, "! key: others can read the file in REPLY_API_KEY_FILE → chmod 600"),
    "a key that needs a user": (key("sandbox-organization"), 1, "✗ user: 403 USER_REQUIRED"),
    "a key with few scopes": (
        key("sandbox-scopes:sequences:read,inbox:read,tasks:read,channels:read"),
        0,
        "! scopes: the key lacks contacts:read, which tools that are listed need",
    ),
    "a misspelled variable": (
        variable(REPLY_READONLY="true"),
        1,
        "✗ settings: REPLY_READONLY: there is no such setting; did you mean REPLY_READ_ONLY?",
    ),
    "a wrong value": (variable(REPLY_TIMEOUT="soon"), 1, "✗ settings: REPLY_TIMEOUT: 'soon' is not right"),
    "an unfilled setting": (
        variable(REPLY_READ_ONLY="${READ_ONLY}"),
        1,
        "✗ settings: REPLY_READ_ONLY: ${READ_ONLY} was not",
    ),
    "no such toolset": (
        variable(REPLY_TOOLSETS="contact"),
        1,
        "✗ settings: REPLY_TOOLSETS: there is no toolset 'contact'",
    ),
    "no such store": (variable(REPLY_BUDGET_URL=f"postgres://{SECRET}@x"), 1, "✗ settings: REPLY_BUDGET_URL: it takes"),
    "a password in the address": (
        variable(REPLY_BASE_URL=f"https://m:{SECRET}@x.example"),
        1,
        "✗ settings: REPLY_BASE_URL",
    ),
    "a name that is not known": (
        variable(REPLY_BASE_URL="https://reply.invalid"),
        1,
        "✗ network: reply.invalid cannot be reached: its name is not known to this network → check REPLY_BASE_URL",
    ),
    "a port where nothing listens": (
        variable(REPLY_BASE_URL="http://127.0.0.1:9"),
        1,
        "✗ network: 127.0.0.1 cannot be reached: the connection was refused",
    ),
    "a proxy that is not there": (
        variable(REPLY_BASE_URL="https://reply.invalid", HTTPS_PROXY=f"http://m:{SECRET}@127.0.0.1:9"),
        1,
        "✗ network: reply.invalid cannot be reached through the proxy 127.0.0.1",
    ),
    "certificates that are not there": (
        variable(REPLY_BASE_URL="https://reply.invalid", SSL_CERT_FILE="/nonexistent.pem"),
        1,
        "✗ network: Nothing was sent: the certificates of SSL_CERT_FILE",
    ),
    "a certificate of nobody": (untrusted, 1, "cannot be reached: its certificate is not trusted here"),
    "a clock that is off": (clock_is_ahead, 0, "! clock: this machine's clock is 3"),
    "a budget that cannot be shared": (budget_elsewhere, 0, "! budget: the store of the request budget cannot be used"),
    "a budget nearly used": (nearly_used, 0, "! budget: "),
    "an audit log in the way": (audit_in_the_way, 1, "✗ files: the audit log"),
    "a host's broken file": (unreadable_host, 1, "✗ hosts.cursor: Cursor cannot read its configuration:"),
    "a command that is gone": (
        hosts({"command": "/opt/gone/reply-mcp", "args": ["serve"]}),
        1,
        "✗ hosts.cursor: Cursor starts /opt/gone/reply-mcp, which is not there any more → `reply-mcp install cursor`",
    ),
    "a command not on PATH": (
        hosts({"command": "uvx-of-nobody", "args": ["reply-mcp", "serve"]}),
        1,
        "✗ hosts.cursor: Cursor starts uvx-of-nobody, which is not on PATH",
    ),
    "a command that does not run": (does_not_run, 1, "which does not run"),
    "an older version": (old_version, 0, "! hosts.cursor: Cursor starts version 0.0.1, and this is"),
    "a key in clear": (hosts(with_key(SECRET)), 0, "! hosts.cursor: the key stands in clear in"),
    "a key that others can read": (hosts(with_key(SECRET), mode=0o644), 0, "which others can read → `reply-mcp login`"),
    "an example as the key": (hosts(with_key("your-api-key")), 1, "is no key: it is an example"),
    "a placeholder of another host": (
        hosts(with_key("{{api_key}}")),
        1,
        "✗ hosts.cursor: Cursor passes a placeholder on",
    ),
    "two of us": (hosts(OURS, OURS), 0, "! hosts.cursor: Cursor starts this server twice for the same account"),
    "Reply's own beside us": (
        hosts(OURS, {"url": "https://mcp.reply.io/mcp"}),
        0,
        "! hosts.cursor: Cursor has Reply's own server too, as reply1",
    ),
    "switched off": (hosts({**OURS, "disabled": True}), 0, "! hosts.cursor: reply is switched off in Cursor"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_first_line_names_the_cause(name: str, home: Home, doctor: Doctor) -> None:
    breaks, status, cause = BROKEN[name]
    breaks(home)
    done, lines, err = doctor()
    assert cause in lines[0], "\n".join(lines)
    assert done == status
    assert err == ""
    assert SECRET not in "\n".join(lines)
    assert lines[0].startswith("✗") is (status != 0)
    assert doctor("--strict")[0] == (status or 1)


def test_each_line_that_matters_says_what_mends_it(home: Home, doctor: Doctor) -> None:
    home.environ |= {"REPLY_READONLY": "true"}
    home.host("reply", {"command": "/opt/gone/reply-mcp", "args": ["serve"]}, {"url": "https://mcp.reply.io/mcp"})
    no_key(home)
    status, lines, _ = doctor()
    assert status == 4
    marked = [line for line in lines if line.startswith(("✗", "!"))]
    assert len(marked) == 4
    assert all(" → " in line for line in marked)
    assert lines[-1] == "3 faults, 1 warning."


def test_a_redis_that_forgets_is_warned_of(home: Home, doctor: Doctor) -> None:
    import redis

    with redis_server() as server:
        home.environ["REPLY_BUDGET_URL"] = server.url
        assert "all machines that use this Redis" in "\n".join(doctor()[1])
        with redis.Redis(port=server.port) as client:
            client.config_set("maxmemory", "64mb")
            client.config_set("maxmemory-policy", "volatile-lru")
        _, lines, _ = doctor()
    assert lines[0].startswith("! budget: this Redis drops entries when its memory is full (volatile-lru)")


def test_what_is_configured_for_this_folder_alone_counts_too(home: Home, doctor: Doctor) -> None:
    folder = home.path / "work"
    (folder / ".cursor").mkdir(parents=True)
    home.patch.chdir(folder)
    gone = {"command": "/opt/gone/reply-mcp", "args": ["serve"]}
    home.host("other", {"command": "other"})
    (folder / ".cursor" / "mcp.json").write_text(json.dumps({"mcpServers": {"reply": gone}}))
    # What `claude mcp add` writes.
    local = {"projects": {str(folder): {"mcpServers": {"reply": OURS}}}}
    (home.path / ".claude.json").write_text(json.dumps(local))
    said = "\n".join(doctor()[1])
    assert "✗ hosts.cursor: Cursor starts /opt/gone/reply-mcp, which is not there any more" in said
    claude = home.path / ".claude.json"
    assert f"✓ hosts.claude-code: Claude Code has it as reply, in {claude}, for this folder" in said


def test_as_json(home: Home, doctor: Doctor) -> None:
    no_key(home)
    status, lines, _ = doctor("--json", "--offline")
    report = json.loads("\n".join(lines))
    assert report["status"] == status == 4
    first = report["findings"][0]
    assert (first["check"], first["level"]) == ("key", "fault")
    assert set(first) == {"check", "level", "text", "remedy"}
    assert {one["check"] for one in report["findings"]} >= {
        "version",
        "settings",
        "network",
        "budget",
        "server",
        "files",
    }


def test_a_stored_key_is_found_with_its_place(home: Home, doctor: Doctor) -> None:
    no_key(home)
    store_key(Profile("default", ""), KEY)
    assert with_stored_key(Settings()).api_key == KEY
    status, lines, _ = doctor()
    assert status == 0
    assert any("✓ key: 19 characters, from the file" in line and "stored as default" in line for line in lines)


def test_a_server_that_does_not_start_is_named_with_its_words(
    home: Home, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", home.script("echo the cause >&2; exit 3"))
    status, lines, _ = doctor(server=True)
    assert status == 1
    assert lines[0] == "✗ server: `reply-mcp serve` does not start: the cause"

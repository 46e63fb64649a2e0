"""`reply-mcp login`, `logout` and `profile`, and a server that finds what they stored."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from reply_mcp.cli import main
from reply_mcp.settings import Settings, key_store, load, with_stored_key
from reply_mcp.settings.key_store import KeyStoreError, Profile, configuration_folder, profiles, store_key
from tests.conftest import KEY, Sandbox

SECRET = "rk4711-Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1"


class Ring(KeyringBackend):
    """A keyring in memory; `waits` is how long it takes, `refuses` what it raises."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, waits: float = 0, refuses: Exception | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.waits = waits
        self.refuses = refuses

    def _answer(self) -> None:
        time.sleep(self.waits)
        if self.refuses:
            raise self.refuses

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class Terminal(io.StringIO):
    """Standard input where a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, one = keyring.get_keyring(), Ring()
    keyring.set_keyring(one)
    yield one
    keyring.set_keyring(before)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: str, given: str | bytes = "", stdin: Any = None, **environ: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("REPLY_")]:
                patch.delenv(name)
            for name, value in environ.items():
                patch.setenv(name, value)
            raw = given.encode() if isinstance(given, str) else given
            patch.setattr(sys, "stdin", stdin or io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
            try:
                status = main(arguments)
            except SystemExit as end:
                status = int(end.code or 0)
        return status, *capsys.readouterr()

    return command


def everything_written() -> bytes:
    folder = configuration_folder()
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()) if folder.exists() else b""


def test_a_key_is_checked_and_stored_in_the_keyring_and_nowhere_else(run: Any, ring: Ring, sandbox: Sandbox) -> None:
    status, out, err = run("login", "--base-url", sandbox.url, given=f"Bearer {KEY}\n")
    assert status == 0, err
    assert "Stored the key as default, in the system's keyring. It acts as Maria Silva" in out
    assert ring.kept == {("reply-mcp", "default"): KEY}
    assert KEY.encode() not in everything_written()
    assert KEY not in out + err
    status, out, err = run("call", "reply_whoami", REPLY_BASE_URL=sandbox.url, REPLY_RATE_LIMITS="none")
    assert (status, "You act as Maria Silva" in out) == (0, True), err


def test_without_a_keyring_it_is_in_a_file_that_nobody_else_can_read(run: Any, sandbox: Sandbox) -> None:
    status, out, _ = run("login", "--base-url", sandbox.url, given=KEY)
    file = configuration_folder() / "keys" / "default"
    assert status == 0
    assert f"in the file {file}, which only you can read" in out
    assert file.read_text().strip() == KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert with_stored_key(Settings()).api_key == KEY


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_key_from_a_pipe_may_be_in_any_encoding(run: Any, encoding: str) -> None:
    assert run("login", "--no-check", given=f"REPLY_API_KEY={SECRET}\r\n".encode(encoding))[0] == 0
    assert with_stored_key(Settings()).api_key == SECRET


def test_at_a_terminal_the_key_is_asked_for_without_echo(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or SECRET)
    assert run("login", "--no-check", stdin=Terminal())[0] == 0
    assert len(asked) == 1
    assert with_stored_key(Settings()).api_key == SECRET


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (f"https://api.reply.io/?key={SECRET}", 4, "an address"),
        (b"\xff\xfe" + SECRET.encode(), 4, "no API key"),
        ("", 4, "empty"),
        (f"{SECRET} {SECRET}", 4, "white space"),
        (SECRET, 4, "Reply does not accept this key"),
    ],
)
def test_what_is_no_key_is_not_stored_and_not_shown(
    run: Any, sandbox: Sandbox, given: str | bytes, status: int, said: str
) -> None:
    done, out, err = run("login", "--base-url", sandbox.url, given=given)
    assert (done, out) == (status, "")
    assert said in err
    assert SECRET not in err
    assert profiles() == []
    assert SECRET.encode() not in everything_written()


def test_a_key_that_cannot_be_checked_is_not_stored_unless_asked(run: Any) -> None:
    status, _, err = run("login", "--base-url", "http://127.0.0.1:9", given=SECRET)
    assert status == 1
    assert "--no-check" in err
    assert profiles() == []


def test_a_key_that_needs_a_user_is_stored_with_what_reply_says(run: Any, sandbox: Sandbox) -> None:
    status, out, _ = run("profile", "add", "acme", "--base-url", sandbox.url, given="sandbox-organization")
    assert status == 0
    assert "REPLY_USER_ID" in out
    assert [one.name for one in profiles()] == ["acme"]


def test_profiles_keep_keys_apart_and_are_listed_without_them(run: Any, ring: Ring) -> None:
    for name in ("acme", "globex"):
        assert run("profile", "add", name, "--no-check", given=f"{SECRET}-{name}")[0] == 0
    assert run("login", "--no-check", given=SECRET)[0] == 0
    status, out, err = run("profile", "list")
    assert [line.partition(":")[0] for line in out.splitlines()] == ["default", "acme", "globex"]
    assert status == 0
    assert SECRET not in out + err
    assert [one["name"] for one in json.loads(run("profile", "list", "--json")[1])] == ["default", "acme", "globex"]
    for name in ("acme", "globex"):
        assert with_stored_key(load({"profile": name}, {})).api_key == f"{SECRET}-{name}"
    assert with_stored_key(load({}, {"REPLY_PROFILE": "ACME"})).api_key == f"{SECRET}-acme"
    assert run("profile", "remove", "acme")[0] == 0
    assert run("logout")[0] == 0
    assert set(ring.kept) == {("reply-mcp", "globex")}
    assert run("logout")[:1] == (1,)


def test_a_key_that_is_given_wins_and_a_profile_beside_it_is_refused(run: Any) -> None:
    assert run("login", "--no-check", given=SECRET)[0] == 0
    assert with_stored_key(load({}, {"REPLY_API_KEY": "other-key"})).api_key == "other-key"
    status, _, err = run("call", "reply_whoami", "--profile", "acme", REPLY_API_KEY="other-key")
    assert status == 2
    assert err == "reply-mcp: REPLY_PROFILE and REPLY_API_KEY: set one of them, not both\n"


def test_a_profile_that_is_not_there_is_named_with_those_that_are(run: Any) -> None:
    run("profile", "add", "acme", "--no-check", given=SECRET)
    status, _, err = run("call", "reply_whoami", "--profile", "acne")
    assert status == 1
    assert "no key is stored as acne; there are acme" in err
    assert "reply-mcp profile add acne" in err


def test_a_key_as_the_name_of_a_profile_is_not_shown(run: Any) -> None:
    for arguments in (
        ("profile", "add", SECRET * 2),
        ("login", "--profile", SECRET * 2),
        ("logout", "--profile", "a b"),
    ):
        status, out, err = run(*arguments, given="x")
        assert status == 2
        assert SECRET not in out + err


def test_a_keyring_that_waits_or_refuses_is_answered_in_time(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    store_key(Profile("default", ""), SECRET)
    monkeypatch.setattr(key_store, "READ_SECONDS", 0.05)
    ring.waits = 1
    found = with_stored_key(Settings())
    assert (found.api_key, "unlock it" in found.key_problem) == ("", True)
    ring.waits, ring.refuses = 0, RuntimeError(SECRET)
    found = with_stored_key(Settings())
    assert "the keyring refused (RuntimeError)" in found.key_problem
    assert SECRET not in found.key_problem
    assert store_key(Profile("default", ""), SECRET).kept == "file"
    assert with_stored_key(Settings()).api_key == SECRET


def test_a_list_of_profiles_that_cannot_be_read_is_named_and_not_replaced(run: Any) -> None:
    index = configuration_folder() / "profiles.json"
    index.parent.mkdir(parents=True)
    index.write_text("[]")
    assert "not a list of profiles" in with_stored_key(Settings()).key_problem
    with pytest.raises(KeyStoreError):
        store_key(Profile("default", ""), SECRET)
    assert index.read_text() == "[]"
    assert run("profile", "list")[0] == 1


def test_where_nothing_can_be_written_nothing_is_stored(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(blocked))
    status, _, err = run("login", "--no-check", given=SECRET)
    assert status == 1
    assert err.count("\n") == 1
    assert SECRET not in err


async def test_a_server_that_runs_finds_a_key_that_is_stored_later(sandbox: Sandbox) -> None:
    from mcp import Client

    from reply_mcp.server.stdio import local_server

    server, sessions = local_server(Settings(base_url=sandbox.url, rate_limits="none"))
    try:
        async with Client(server) as client:
            before = await client.call_tool("reply_search_contacts", {"top": 1})
            store_key(Profile("default", ""), KEY)
            after = await client.call_tool("reply_search_contacts", {"top": 1})
    finally:
        await sessions.aclose()
    assert before.is_error
    assert "reply-mcp login" in before.content[0].text  # type: ignore[union-attr]
    assert not after.is_error


def test_no_keyring_is_opened_where_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_store, "_from_keyring", lambda work: pytest.fail("opened"))
    assert with_stored_key(Settings()) == Settings()

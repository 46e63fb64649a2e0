from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.cli import main
from reply_mcp.settings import EFFECTS, SettingError, all_settings, is_loopback, load, parse_caps, parse_policy

SECRET = "rk4711-Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1"


def test_defaults() -> None:
    settings = load({}, {})
    assert settings.base_url == "https://api.reply.io"
    assert settings.rate_limits == "100/minute,3000/hour"
    assert settings.toolsets == ("default",)
    assert dict(settings.policy) == {
        "read": "allow",
        "write": "allow",
        "send": "ask",
        "spend": "ask",
        "share": "ask",
        "delete": "ask",
    }


def test_a_flag_wins_over_the_environment() -> None:
    environ = {"REPLY_TOOLSETS": "contacts", "REPLY_TEAM_ID": "7"}
    settings = load({"toolsets": "inbox,tasks"}, environ)
    assert settings.toolsets == ("inbox", "tasks")
    assert settings.team_id == 7


def test_what_a_host_leaves_empty_is_not_set() -> None:
    environ = {"REPLY_TOOLSETS": "", "REPLY_API_KEY": "", "REPLY_READ_ONLY": " ", "REPLY_READONLY": ""}
    settings = load({}, environ)
    assert settings == load({}, {})


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"REPLY_BASE_URL": "api.reply.io"}, ["REPLY_BASE_URL", "https://api.reply.io"]),
        ({"REPLY_BASE_URL": "http://reply.example"}, ["https://reply.example", "REPLY_ALLOW_HTTP=true"]),
        ({"REPLY_BASE_URL": "http://127.0.0.1.example:80"}, ["unencrypted", "REPLY_ALLOW_HTTP=true"]),
        ({"REPLY_USER_ID": "maria"}, ["REPLY_USER_ID", "whole number"]),
        ({"REPLY_READ_ONLY": "maybe"}, ["REPLY_READ_ONLY", "true or false"]),
        ({"REPLY_POLICY": "send=perhaps"}, ["REPLY_POLICY", "allow, ask, person, deny"]),
        ({"REPLY_TIMEOUT": "-1"}, ["REPLY_TIMEOUT", "seconds"]),
        ({"REPLY_LOG_LEVEL": "loud"}, ["REPLY_LOG_LEVEL", "debug, info"]),
        ({"REPLY_MAX_TOKENS": "9000000"}, ["REPLY_MAX_TOKENS", "20000"]),
        ({"REPLY_API_KEY": "k", "REPLY_API_KEY_FILE": "f"}, ["REPLY_API_KEY_FILE", "one of them"]),
        (
            {"REPLY_API_KEY_FILE": "/nonexistent/key"},
            ["REPLY_API_KEY_FILE", "No such file", "text file that holds the key"],
        ),
        ({"REPLY_USER_ID": "1", "REPLY_USER_EMAIL": "a@b.c"}, ["REPLY_USER_EMAIL", "one of them"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(environ: dict[str, str], said: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        load({}, environ)
    message = str(caught.value)
    assert "\n" not in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    "url", ["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787", "https://a.example"]
)
def test_plain_http_is_for_this_machine_unless_allowed(url: str) -> None:
    assert load({}, {"REPLY_BASE_URL": url}).base_url == url
    other = {"REPLY_BASE_URL": "http://reply.example", "REPLY_ALLOW_HTTP": "true"}
    assert load({}, other).base_url == "http://reply.example"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("reply.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


WRONG: dict[str, list[str]] = {
    "base_url": [
        "api.reply.io",
        f"https://maria:{SECRET}@api.reply.io",
        f"https://api.reply.io?api_key={SECRET}",
        f"https://{SECRET}/x@api.reply.io:port",
        SECRET,
    ],
    "profile": ["two words", "caf\u00e9", "-x", "x" * 31, SECRET],
    "allow_http": ["maybe", "2", "yes please", "-", SECRET],
    "user_id": ["maria", "0", "-1", "²", SECRET],
    "user_email": ["maria", "maria@", "a@b.co, c@d.co", "Maria <maria@acme.com>", SECRET],
    "team_id": ["none", "1.5", "2147483648", "0x10", SECRET],
    "toolsets": ["contact", "default;inbox", "everything", "AI-SDR", SECRET],
    "tools": ["search_contacts", "reply_search_contact", "*", "contacts", SECRET],
    "exclude_tools": ["reply_delete", "reply_*", "delete", "send", SECRET],
    "read_only": ["maybe", "read-only", "ja", "tru", SECRET],
    "policy": ["send", "send=perhaps", "sned=deny", "deny", f"send={SECRET}"],
    "ask": ["always", "yes", "host", "auto,code", SECRET],
    "caps": ["send=200", "sned=200/day", "send=200/week", "send=-1/day,send=5/day", f"send={SECRET}/day"],
    "seal_keys": ["short", SECRET[:20], ",", f"{SECRET * 2},short", f"{SECRET * 2},{SECRET * 2}"],
    "rate_limits": ["100", "100/fortnight", "0/minute", "many", SECRET],
    "budget_url": [
        "postgres://x",
        f"redis+sentinel://user:{SECRET}@",
        f"redis://user:{SECRET}@host:port/0",
        "sqlite://relative",
        SECRET,
    ],
    "timeout": ["0", "-1", "nan", "1m", SECRET],
    "patience": ["0", "inf", "3601", "half a minute", SECRET],
    "max_tokens": ["199", "20001", "4k", "4.000", SECRET],
    "files": ["/nonexistent/folder", "~nobody-here/x", __file__, "/tmp,/usr", SECRET],
    "time_zone": ["Berlin", "CET+1", "../etc/passwd", "Pacific Standard Time", SECRET],
    "structured": ["maybe", "json", "10", "y e s", SECRET],
    "apps": ["maybe", "2", "page", "tru", SECRET],
    "audit": ["of", "fasle", "audit", "https://logs.example/audit", SECRET],
    "audit_strict": ["maybe", "2", "treu", "strict", SECRET],
    "log_level": ["loud", "warn", "3", "error!", SECRET],
    "public_url": [
        "login.example.com",
        "http://login.example.com",
        f"https://maria:{SECRET}@login.example.com",
        f"https://login.example.com?key={SECRET}",
        SECRET,
    ],
    "issuer": [
        "login.example.com",
        "http://login.example.com",
        f"https://maria:{SECRET}@login.example.com",
        f"https://login.example.com?key={SECRET}",
        SECRET,
    ],
    "jwks_url": [
        "login.example.com",
        "http://login.example.com",
        f"https://maria:{SECRET}@login.example.com",
        f"https://login.example.com?key={SECRET}",
        SECRET,
    ],
    "introspection_url": [
        "login.example.com",
        "http://login.example.com",
        f"https://maria:{SECRET}@login.example.com",
        f"https://login.example.com?key={SECRET}",
        SECRET,
    ],
    "audience": ["two words", "caf\u00e9", "tab\there", "x" * 501, f"{SECRET} {SECRET}"],
    "introspection_client": ["two words", "caf\u00e9", "tab\there", "x" * 501, f"{SECRET} {SECRET}"],
    "introspection_secret": ["two words", "caf\u00e9", "tab\there", "x" * 501, f"{SECRET} {SECRET}"],
    "email_claim": ["two words", "e-mail!", "caf\u00e9", "x" * 201, f"{SECRET} {SECRET}"],
    "allowed_origins": ["*", "app.example.com", "https://app.example.com/path", "https://*.example.com", SECRET],
    "undo": ["soon", "24", "-1h", "31d", SECRET],
    "access_log": ["maybe", "2", "json", "stdout", SECRET],
    "metrics_token": ["short", "x" * 15, "two words that are long", "x" * 501, f"{SECRET} {SECRET}"],
    "api_key_file": ["/nonexistent/key", "/", os.devnull, sys.executable, SECRET],
}
"""Five wrong values of each setting; the last is a key that was put in the wrong place."""


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_stops_the_start_with_one_line_and_shows_no_secret(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    variable = next(one.metadata["env"] for one in all_settings() if one.name == name)
    only_ours(monkeypatch, **{variable: value})
    if name not in ("api_key_file", "profile"):
        monkeypatch.setenv("REPLY_API_KEY", SECRET)
    assert main(["call", "reply_whoami"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(f"reply-mcp: {variable}: ")
    assert SECRET not in err
    folders = (Path(os.environ["XDG_STATE_HOME"]), Path(os.environ["XDG_CONFIG_HOME"]))
    assert not [path for folder in folders for path in folder.rglob("*")], "nothing is written"


def test_every_setting_has_five_wrong_values() -> None:
    # The key has tests of its own; a file of tokens may be made later, and is read when it is needed.
    assert set(WRONG) == {one.name for one in all_settings()} - {"api_key", "tokens_file"}
    assert {len(set(values)) for values in WRONG.values()} == {5}


def only_ours(monkeypatch: pytest.MonkeyPatch, **environ: str) -> None:
    for name in [name for name in os.environ if name.startswith("REPLY_")]:
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    "given",
    [
        SECRET,
        f"  {SECRET}\n",
        f'"{SECRET}"',
        f"\u201c{SECRET}\u201d",
        f"Bearer {SECRET}",
        f"bearer  '{SECRET}'",
        f"Authorization: Bearer {SECRET}",
        f"X-Api-Key: {SECRET}",
        f"REPLY_API_KEY={SECRET}",
        f"export REPLY_API_KEY = '{SECRET}'",
        f"\ufeff{SECRET}\u200b",
        f'{{"apiKey": "{SECRET}"}}',
        f"# Reply\nREPLY_TEAM_ID=7\nREPLY_API_KEY={SECRET}\n",
    ],
)
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_key_is_read_as_people_paste_it(given: str, encoding: str | None, tmp_path: Path) -> None:
    if encoding is None:
        assert load({}, {"REPLY_API_KEY": given}).api_key == SECRET
        return
    file = tmp_path / "key"
    file.write_bytes(given.encode(encoding))
    assert load({}, {"REPLY_API_KEY_FILE": str(file)}).api_key == SECRET


def test_a_key_may_end_with_an_equals_sign() -> None:
    for key in ("c2VjcmV0a2V5Cg==", "AbcKEYdefg==", "key=="):
        assert load({}, {"REPLY_API_KEY": key}).api_key == key


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ("${user_config.api_key}", "a placeholder"),
        ("${REPLY_API_KEY:-}", "a placeholder"),
        ("{{api_key}}", "a placeholder"),
        ("%REPLY_API_KEY%", "a placeholder"),
        ("your-api-key", "an example"),
        ("<your key>", "an example"),
        ("rk47…h1", "characters that no key has"),
        ("rk4711••••••••", "a shortened display"),
        ("rk4711***********", "a shortened display"),
        (f"https://api.reply.io/?key={SECRET}", "an address"),
        ("maria@acme.com", "an email address"),
        (f"/home/maria/{SECRET}", "a path"),
        (f"C:\\keys\\{SECRET}", "a path"),
        (f"{SECRET} {SECRET}", "white space"),
        (f"{SECRET}\n{SECRET}", "several lines"),
        (f'{{"a": "{SECRET}", "b": "{SECRET}"}}', "JSON"),
        (f"[{SECRET}]", "an example"),
        (f"ключ-{SECRET}", "characters that no key has"),
        ("''", "empty"),
        ("key " * 10_000, "too long"),
        ("key" * 1_000, "too long"),
    ],
)
def test_what_is_no_key_is_named_and_not_shown_and_the_server_starts(
    given: str, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load({}, {"REPLY_API_KEY": given})
    assert settings.api_key == ""
    assert what in settings.key_problem
    only_ours(monkeypatch, REPLY_API_KEY=given)
    assert main(["call", "reply_whoami"]) == 1
    out, err = capsys.readouterr()
    assert what in err
    assert "Reply (Settings, API key)" in err
    assert SECRET not in out + err + repr(settings)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (codecs.BOM_UTF16_LE + b"a", "not a text file"),
        (b"\xff\xfa\xf0abc", "not a text file"),
        (b"x" * 20_000, "too long"),
    ],
)
def test_a_file_without_a_key_is_named_for_what_it_is(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / SECRET
    file.write_bytes(content)
    with pytest.raises(SettingError, match=said) as caught:
        load({}, {"REPLY_API_KEY_FILE": str(file)})
    assert SECRET not in str(caught.value)


def test_secrets_have_no_flag_and_stand_in_no_repr() -> None:
    secret = {"REPLY_API_KEY": SECRET, "REPLY_BUDGET_URL": f"redis://:{SECRET}@host/0", "REPLY_SEAL_KEYS": SECRET * 2}
    settings = load({}, secret)
    assert (settings.api_key, settings.budget_url, *settings.seal_keys) == tuple(secret.values())
    assert SECRET not in repr(settings)
    assert {one.name for one in all_settings() if one.metadata["secret"]} == {
        "api_key",
        "budget_url",
        "seal_keys",
        "introspection_secret",
        "metrics_token",
    }
    assert all(one.metadata["flag"] is None for one in all_settings() if one.metadata["secret"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--api-key", SECRET],
        ["serve", f"--api-key={SECRET}"],
        ["tools", "--api", SECRET],
        ["tools", f"--budget-url=redis://:{SECRET}@host/0"],
        ["serve", "--port", SECRET],
        ["serve", f"--http={SECRET}"],
        ["call", "reply_whoami", "--key", SECRET],
        ["call", "reply_whoami", SECRET],
        ["tools", SECRET],
        [SECRET],
    ],
)
def test_a_key_on_the_command_line_is_refused_and_not_shown(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only_ours(monkeypatch)
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    assert status in (1, 2)
    assert SECRET not in out + err
    if any(one.startswith("--api-key") for one in arguments):
        assert "set the variable REPLY_API_KEY" in err


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("REPLY_READONLY", "REPLY_READ_ONLY"),
        ("REPLY_POLICIES", "REPLY_POLICY"),
        ("reply_read_only", "REPLY_READ_ONLY"),
        ("REPLY_MCP_READ_ONLY", "REPLY_READ_ONLY"),
        ("REPLYIO_API_KEY", "REPLY_API_KEY"),
        ("REPLY_TOOLSET", "REPLY_TOOLSETS"),
        ("REPLY_EXCLUDE_TOOL", "REPLY_EXCLUDE_TOOLS"),
        ("REPLY_FILE", "REPLY_FILES"),
    ],
)
def test_a_misspelled_variable_stops_the_start(name: str, meant: str) -> None:
    if os.name == "nt" and name.upper() == meant:
        pytest.skip("names have no case there")
    with pytest.raises(SettingError) as caught:
        load({}, {name: SECRET})
    assert str(caught.value) == f"{name}: there is no such setting; did you mean {meant}?"


@pytest.mark.parametrize("name", ["REPLY_TO", "REPLY_OPENAPI", "REPLY_WEBHOOK_SECRET", "REPLACE", "REPLY", "READ_ONLY"])
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert load({}, {name: "true"}) == load({}, {})


@pytest.mark.parametrize(
    "value", ["${user_config.read_only}", "${READ_ONLY:-}", "{{read_only}}", "$READ_ONLY", "%READ_ONLY%"]
)
def test_a_placeholder_that_was_not_filled_in_stops_the_start(value: str) -> None:
    for setting in all_settings():
        if setting.name == "api_key":
            continue
        with pytest.raises(SettingError, match="was not filled in") as caught:
            load({}, {setting.metadata["env"]: value})
        assert (value in str(caught.value)) is not setting.metadata["secret"]


def test_folders_are_separated_as_in_path(tmp_path: Path) -> None:
    one, two = tmp_path / "My Documents, all", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert load({}, {"REPLY_FILES": str(one)}).files == (str(one),)
    assert load({}, {"REPLY_FILES": f"{one}{os.pathsep}{two}{os.pathsep}"}).files == (str(one), str(two))
    assert load({}, {"REPLY_FILES": f'"{one}"'}).files == (str(one),)
    assert load({"files": str(two)}, {}).files == (str(two),)


def test_names_and_levels_are_taken_in_any_case() -> None:
    environ = {
        "REPLY_TOOLSETS": "Contacts, INBOX",
        "REPLY_LOG_LEVEL": "DEBUG",
        "REPLY_POLICY": "Send = Deny, ALL=ask",
        "REPLY_READ_ONLY": "TRUE",
    }
    settings = load({}, environ)
    assert settings.toolsets == ("contacts", "inbox")
    assert settings.log_level == "debug"
    assert set(settings.policy.values()) == {"ask"}
    assert settings.read_only


@pytest.mark.parametrize(
    ("variable", "value", "meant"),
    [
        ("REPLY_LOG_LEVEL", "warn", "warning"),
        ("REPLY_POLICY", "sned=deny", "send"),
        ("REPLY_POLICY", "send=alow", "allow"),
        ("REPLY_TOOLSETS", "contact", "contacts"),
        ("REPLY_TOOLS", "reply_search_contact", "reply_search_contacts"),
    ],
)
def test_a_misspelled_word_is_answered_with_the_one_that_was_meant(
    variable: str, value: str, meant: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only_ours(monkeypatch, **{variable: value})
    assert main(["tools"]) == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_every_setting_is_described() -> None:
    for setting in all_settings():
        assert setting.metadata["env"].startswith("REPLY_")
        assert setting.metadata["help"]
        assert setting.metadata["flag"] is None or setting.metadata["flag"].startswith("--")


@given(st.lists(st.tuples(st.sampled_from((*EFFECTS, "all")), st.sampled_from(("allow", "ask", "deny")))))
def test_the_last_word_on_an_effect_counts(pairs: list[tuple[str, str]]) -> None:
    policy = parse_policy(",".join(f"{effect}={decision}" for effect, decision in pairs))
    assert set(policy) == set(EFFECTS)
    for effect in EFFECTS:
        said = [decision for named, decision in pairs if named in (effect, "all")]
        if said:
            assert policy[effect] == said[-1]


def test_ceilings_are_read_by_effect() -> None:
    caps = parse_caps(" send = 200 / day, spend=100/hour")
    assert {effect: (cap.most, cap.seconds) for effect, cap in caps.items()} == {
        "send": (200, 86_400),
        "spend": (100, 3600),
    }
    assert parse_caps("") == {}


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{'n' * 32},{SECRET}\n")
    assert load({}, {"REPLY_SEAL_KEYS_FILE": str(file)}).seal_keys == ("n" * 32, SECRET)
    file.write_text(f"{SECRET}\n")
    assert load({}, {"REPLY_METRICS_TOKEN_FILE": str(file)}).metrics_token == SECRET
    assert load({}, {"REPLY_METRICS_TOKEN_FILE": " ", "REPLY_METRICS_TOKEN": SECRET}).metrics_token == SECRET


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b" ", "empty"), (b"\xff\xfe\x00", "not a text"), (b"x" * 20_000, "too long")],
)
def test_a_file_of_a_secret_that_cannot_be_used(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / SECRET
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=said) as caught:
        load({}, {"REPLY_SEAL_KEYS_FILE": str(file)})
    assert str(caught.value).startswith("REPLY_SEAL_KEYS_FILE")
    assert SECRET not in str(caught.value)


def test_a_secret_in_two_places_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="one of them, not both"):
        load({}, {"REPLY_BUDGET_URL": "memory:", "REPLY_BUDGET_URL_FILE": str(tmp_path / "url")})

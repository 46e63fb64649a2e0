from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.settings import EFFECTS, SettingError, all_settings, is_loopback, load, parse_policy


def test_defaults() -> None:
    settings = load({}, {})
    assert settings.base_url == "https://api.reply.io"
    assert settings.rate_limits == "100/minute,3000/hour"
    assert settings.toolsets == ("default",)
    assert dict(settings.policy) == {"read": "allow", "write": "allow", "send": "ask", "spend": "ask", "delete": "ask"}


def test_a_flag_wins_over_the_environment() -> None:
    environ = {"REPLY_TOOLSETS": "contacts", "REPLY_TEAM_ID": "7"}
    settings = load({"toolsets": "inbox,tasks"}, environ)
    assert settings.toolsets == ("inbox", "tasks")
    assert settings.team_id == 7


def test_what_a_host_leaves_empty_is_not_set() -> None:
    environ = {"REPLY_TOOLSETS": "", "REPLY_API_KEY": "${user_config.api_key}", "REPLY_READ_ONLY": " "}
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
        ({"REPLY_POLICY": "send=perhaps"}, ["REPLY_POLICY", "allow, ask, deny"]),
        ({"REPLY_TIMEOUT": "-1"}, ["REPLY_TIMEOUT", "seconds"]),
        ({"REPLY_LOG_LEVEL": "loud"}, ["REPLY_LOG_LEVEL", "debug, info"]),
        ({"REPLY_MAX_TOKENS": "9000000"}, ["REPLY_MAX_TOKENS", "20000"]),
        ({"REPLY_API_KEY": "has white space"}, ["REPLY_API_KEY", "copy it again"]),
        ({"REPLY_API_KEY": "k", "REPLY_API_KEY_FILE": "f"}, ["REPLY_API_KEY_FILE", "one of them"]),
        ({"REPLY_API_KEY_FILE": "/nonexistent/key"}, ["REPLY_API_KEY_FILE", "readable text file"]),
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


def test_the_key_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("secret-key\n")
    assert load({}, {"REPLY_API_KEY_FILE": str(file)}).api_key == "secret-key"
    file.write_text("\n")
    with pytest.raises(SettingError, match="is empty"):
        load({}, {"REPLY_API_KEY_FILE": str(file)})


def test_a_wrong_key_is_never_shown() -> None:
    with pytest.raises(SettingError) as caught:
        load({}, {"REPLY_API_KEY": "my secret"})
    assert "secret" not in str(caught.value)
    assert "hidden-key" not in repr(load({}, {"REPLY_API_KEY": "hidden-key"}))


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

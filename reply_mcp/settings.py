"""Every setting, once: its flag, its environment variable, its default, its help.

A flag wins over the environment, the environment over the default. A wrong value raises `SettingError`, whose one line
names the setting and shows what would be right.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EFFECTS = ("read", "write", "send", "spend", "delete")
DECISIONS = ("allow", "ask", "deny")
TOKENS_MOST = 20_000


class SettingError(ValueError):
    """A setting is wrong. The message is one line."""


def _text(value: str) -> str:
    return value.strip()


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.replace(" ", ",").split(",") if name)


def _switch(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.strip().lower() not in words | {"": False}:
        raise ValueError("true or false")
    return words.get(value.strip().lower(), False)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.strip().isdigit() or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if not 0 < seconds <= 3600:
        raise ValueError("seconds between 0 and 3600, such as 30")
    return seconds


def _url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://api.reply.io")
    if parts.username or parts.password:
        raise ValueError("an address without a user name or password")
    return value.strip().rstrip("/").removesuffix("/v3")


def _level(value: str) -> str:
    level = value.strip().lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise ValueError("one of debug, info, warning, error")
    return level


def parse_policy(value: str) -> dict[str, str]:
    """`send=ask,delete=deny` over the default: read and write are allowed; send, spend and delete ask."""
    policy = {"read": "allow", "write": "allow", "send": "ask", "spend": "ask", "delete": "ask"}
    for part in _names(value):
        effect, _, decision = part.partition("=")
        if decision not in DECISIONS or effect not in (*EFFECTS, "all"):
            raise ValueError(
                f"effect=decision pairs such as send=ask,delete=deny (effects {', '.join(EFFECTS)} or all; "
                f"decisions {', '.join(DECISIONS)})"
            )
        policy.update(dict.fromkeys(EFFECTS, decision) if effect == "all" else {effect: decision})
    return policy


def _setting(
    default: Any,
    env: str,
    help: str,
    parse: Callable[[str], Any] = _text,
    flag: str | None = "",
    metavar: str = "TEXT",
    *,
    secret: bool = False,
) -> Any:
    """One setting. A secret one has no flag, since a command line is visible to every user of the machine, and does not
    stand in the `repr` of the settings."""
    if secret:
        flag = None
    if flag == "":
        flag = "--" + env.removeprefix("REPLY_").lower().replace("_", "-")
    return field(
        default=default,
        metadata={"env": env, "help": help, "parse": parse, "flag": flag, "metavar": metavar},
        repr=not secret,
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run is set to. `repr` leaves the key out."""

    api_key: str = _setting("", "REPLY_API_KEY", "Reply API key (Reply: Settings, API key)", metavar="KEY", secret=True)
    api_key_file: str = _setting("", "REPLY_API_KEY_FILE", "file that holds the key, instead", metavar="FILE")
    base_url: str = _setting("https://api.reply.io", "REPLY_BASE_URL", "where Reply's API is", _url, metavar="URL")
    allow_http: bool = _setting(
        False,
        "REPLY_ALLOW_HTTP",
        "plain http to another machine, where others can read the key",
        _switch,
        metavar="BOOL",
    )
    user_id: int | None = _setting(
        None, "REPLY_USER_ID", "act for this user (Master and Organization keys)", _whole(1, 2**31 - 1), metavar="ID"
    )
    user_email: str = _setting("", "REPLY_USER_EMAIL", "act for the user with this e-mail, instead", metavar="EMAIL")
    team_id: int | None = _setting(
        None, "REPLY_TEAM_ID", "act in this team (keys that reach several)", _whole(1, 2**31 - 1), metavar="ID"
    )
    toolsets: tuple[str, ...] = _setting(
        ("default",), "REPLY_TOOLSETS", "toolsets to list: default, all, none, or areas by name", _names, metavar="LIST"
    )
    tools: tuple[str, ...] = _setting((), "REPLY_TOOLS", "single tools to list as well", _names, metavar="LIST")
    exclude_tools: tuple[str, ...] = _setting(
        (), "REPLY_EXCLUDE_TOOLS", "tools that must not be there at all", _names, metavar="LIST"
    )
    read_only: bool = _setting(
        False, "REPLY_READ_ONLY", "nothing but reads, whatever else is set", _switch, metavar="BOOL"
    )
    policy: Mapping[str, str] = field(
        default_factory=lambda: parse_policy(""),
        metadata={
            "env": "REPLY_POLICY",
            "help": "per effect (read, write, send, spend, delete): allow, ask or deny",
            "parse": parse_policy,
            "flag": "--policy",
            "metavar": "PAIRS",
        },
    )
    rate_limits: str = _setting(
        "100/minute,3000/hour", "REPLY_RATE_LIMITS", "requests that may be spent, or none", metavar="RATES"
    )
    # An address may hold a password.
    budget_url: str = _setting(
        "sqlite:",
        "REPLY_BUDGET_URL",
        "where requests are counted together: sqlite:, memory: or redis://…",
        metavar="URL",
        secret=True,
    )
    timeout: float = _setting(
        90.0, "REPLY_TIMEOUT", "seconds to wait for an answer of Reply", _seconds, metavar="SECONDS"
    )
    patience: float = _setting(
        30.0, "REPLY_PATIENCE", "seconds that a call may wait for its turn", _seconds, metavar="SECONDS"
    )
    max_tokens: int = _setting(
        4000, "REPLY_MAX_TOKENS", "tokens that one answer may take", _whole(200, TOKENS_MOST), metavar="N"
    )
    files: tuple[str, ...] = _setting(
        (), "REPLY_FILES", "folders to read files from and make new ones in (stdio only)", _names, metavar="FOLDERS"
    )
    structured: bool = _setting(
        False, "REPLY_STRUCTURED", "give structuredContent beside the text", _switch, metavar="BOOL"
    )
    log_level: str = _setting(
        "warning", "REPLY_LOG_LEVEL", "debug, info, warning or error (to stderr)", _level, metavar="LEVEL"
    )


def all_settings() -> tuple[Field[Any], ...]:
    """The settings in order; `metadata` has `env`, `flag` (None: no flag), `help`, `metavar`, `parse`."""
    return fields(Settings)


def load(flags: Mapping[str, str | None] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this run.

    Args:
        flags: values given on the command line by setting name; None or missing is not given.
        environ: the environment; the process's by default. An empty variable is as if not set, since hosts pass
            the fields that a user left empty.

    Raises:
        SettingError: naming the setting, as it was given, and what would be right.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for setting in all_settings():
        meta = setting.metadata
        flag = (flags or {}).get(setting.name)
        raw, name = (flag, meta["flag"]) if flag is not None else (environ.get(meta["env"], ""), meta["env"])
        # A host that knows no value for a placeholder of its configuration passes the placeholder itself.
        if not raw.strip() or raw.startswith("${"):
            continue
        try:
            values[setting.name] = meta["parse"](raw)
        except ValueError as error:
            shown = "" if setting.name == "api_key" else f" {raw!r} is not right;"
            raise SettingError(f"{name}:{shown} it takes {error}") from None
    settings = Settings(**values)
    if settings.base_url.startswith("http:") and not settings.allow_http:
        host = urlsplit(settings.base_url).hostname or ""
        if not is_loopback(host):
            raise SettingError(
                f"REPLY_BASE_URL: {settings.base_url!r} would send the key unencrypted; it takes https://{host}, or "
                "plain http with REPLY_ALLOW_HTTP=true"
            )
    return _with_key(settings)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine: `localhost`, names under it, 127.0.0.0/8 and ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _with_key(settings: Settings) -> Settings:
    key = settings.api_key
    if settings.api_key_file:
        if key:
            raise SettingError("REPLY_API_KEY and REPLY_API_KEY_FILE: set one of them, not both")
        try:
            key = Path(settings.api_key_file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            raise SettingError(
                f"REPLY_API_KEY_FILE: cannot read {settings.api_key_file!r} ({reason}); it takes a readable text file "
                "that holds the key"
            ) from None
        if not key:
            raise SettingError(f"REPLY_API_KEY_FILE: {settings.api_key_file!r} is empty; it takes a file with the key")
    source = "REPLY_API_KEY_FILE" if settings.api_key_file else "REPLY_API_KEY"
    if key and (not key.isascii() or not key.isprintable() or " " in key):
        raise SettingError(
            f"{source}: this is no API key (white space or characters that no key has); copy it again from Reply"
        )
    if settings.user_id and settings.user_email:
        raise SettingError("REPLY_USER_ID and REPLY_USER_EMAIL: set one of them, not both")
    return Settings(**{**{f.name: getattr(settings, f.name) for f in fields(settings)}, "api_key": key})

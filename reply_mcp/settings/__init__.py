"""Every setting, once: its flag, its environment variable, its default, its help.

A flag wins over the environment, the environment over the default. A wrong value raises `SettingError`, whose one line
names the setting and says what would be right. A secret is never shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit

from reply_mcp.settings import values
from reply_mcp.settings.api_key import ApiKey, read_key, read_key_file
from reply_mcp.settings.secret_files import SUFFIX, with_secret_files
from reply_mcp.settings.setting_error import SettingError
from reply_mcp.settings.values import DECISIONS, EFFECTS, Cap, is_loopback, parse_caps, parse_policy, shown
from reply_mcp.text.suggestions import nearest

__all__ = [
    "DECISIONS",
    "EFFECTS",
    "Cap",
    "SettingError",
    "Settings",
    "all_settings",
    "is_loopback",
    "load",
    "parse_caps",
    "parse_policy",
    "shown",
]

TOKENS_MOST = 20_000
_NEAR = 0.7
"""How alike the name of an unknown variable and that of a setting are where the one was meant to be the other."""


def _setting(
    default: Any,
    env: str,
    help: str,
    parse: Callable[[str], Any] = values.text,
    flag: str | None = "",
    metavar: str = "TEXT",
    *,
    secret: bool = False,
    http: bool = False,
) -> Any:
    """One setting. A secret one has no flag, since a command line is visible to every user of the machine, does not
    stand in the `repr` of the settings, and is not shown in an error. `http`: for `serve --http` alone."""
    if secret:
        flag = None
    if flag == "":
        flag = "--" + env.removeprefix("REPLY_").lower().replace("_", "-")
    return field(
        default=default,
        metadata={
            "env": env,
            "help": help,
            "parse": parse,
            "flag": flag,
            "metavar": metavar,
            "secret": secret,
            "http": http,
        },
        repr=not secret,
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run is set to. `repr` leaves secrets out.

    Attributes:
        key_problem: what is wrong with the API key that was given, without showing it; then `api_key` is empty.
    """

    api_key: str = _setting("", "REPLY_API_KEY", "Reply API key (Reply: Settings, API key)", metavar="KEY", secret=True)
    api_key_file: str = _setting("", "REPLY_API_KEY_FILE", "file that holds the key, instead", metavar="FILE")
    base_url: str = _setting(
        "https://api.reply.io", "REPLY_BASE_URL", "where Reply's API is", values.url, metavar="URL"
    )
    allow_http: bool = _setting(
        False,
        "REPLY_ALLOW_HTTP",
        "plain http to another machine, where others can read the key",
        values.switch,
        metavar="BOOL",
    )
    user_id: int | None = _setting(
        None,
        "REPLY_USER_ID",
        "act for this user (Master and Organization keys)",
        values.whole(1, 2**31 - 1),
        metavar="ID",
    )
    user_email: str = _setting(
        "", "REPLY_USER_EMAIL", "act for the user with this email, instead", values.email, metavar="EMAIL"
    )
    team_id: int | None = _setting(
        None, "REPLY_TEAM_ID", "act in this team (keys that reach several)", values.whole(1, 2**31 - 1), metavar="ID"
    )
    toolsets: tuple[str, ...] = _setting(
        ("default",),
        "REPLY_TOOLSETS",
        "toolsets to list: default, all, none, or areas by name",
        values.names,
        metavar="LIST",
    )
    tools: tuple[str, ...] = _setting((), "REPLY_TOOLS", "single tools to list as well", values.names, metavar="LIST")
    exclude_tools: tuple[str, ...] = _setting(
        (), "REPLY_EXCLUDE_TOOLS", "tools that must not be there at all", values.names, metavar="LIST"
    )
    read_only: bool = _setting(
        False, "REPLY_READ_ONLY", "nothing but reads, whatever else is set", values.switch, metavar="BOOL"
    )
    policy: Mapping[str, str] = field(
        default_factory=lambda: parse_policy(""),
        metadata={
            "env": "REPLY_POLICY",
            "help": "per effect (read, write, send, spend, share, delete): allow, ask, person or deny",
            "parse": parse_policy,
            "flag": "--policy",
            "metavar": "PAIRS",
            "secret": False,
        },
    )
    ask: str = _setting(
        "auto",
        "REPLY_ASK",
        "auto: the host asks the person where it can; form: it opens no page; code: never through the host",
        values.one_of(("auto", "form", "code")),
        metavar="HOW",
    )
    caps: Mapping[str, Cap] = field(
        default_factory=dict,
        metadata={
            "env": "REPLY_CAPS",
            "help": "ceilings by effect, such as send=200/day,spend=100/hour: beyond them, what is allowed asks",
            "parse": parse_caps,
            "flag": "--caps",
            "metavar": "PAIRS",
            "secret": False,
        },
    )
    seal_keys: tuple[str, ...] = _setting(
        (),
        "REPLY_SEAL_KEYS",
        "secrets behind codes and questions, newest first, the same on all servers that share callers; one of the "
        "process where none is set",
        values.keys,
        metavar="KEYS",
        secret=True,
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
        90.0, "REPLY_TIMEOUT", "seconds to wait for an answer of Reply", values.seconds, metavar="SECONDS"
    )
    patience: float = _setting(
        30.0, "REPLY_PATIENCE", "seconds that a call may wait for its turn", values.seconds, metavar="SECONDS"
    )
    max_tokens: int = _setting(
        4000, "REPLY_MAX_TOKENS", "tokens that one answer may take", values.whole(200, TOKENS_MOST), metavar="N"
    )
    files: tuple[str, ...] = _setting(
        (),
        "REPLY_FILES",
        "folders to read files from and make new ones in, separated as in PATH (stdio only)",
        values.folders,
        metavar="FOLDERS",
    )
    structured: bool = _setting(
        False, "REPLY_STRUCTURED", "give structuredContent beside the text", values.switch, metavar="BOOL"
    )
    audit: str = _setting(
        "",
        "REPLY_AUDIT",
        "file of the audit log of all that may change something, or off; by default in the user's state directory",
        values.audit,
        metavar="FILE",
    )
    audit_strict: bool = _setting(
        False,
        "REPLY_AUDIT_STRICT",
        "an audit log that cannot be written stops whatever it was to log",
        values.switch,
        metavar="BOOL",
    )
    log_level: str = _setting(
        "warning",
        "REPLY_LOG_LEVEL",
        "debug, info, warning or error (to stderr)",
        values.one_of(values.LEVELS),
        metavar="LEVEL",
    )
    public_url: str = _setting(
        "",
        "REPLY_PUBLIC_URL",
        "the address at which clients reach /mcp, such as https://mcp.example.com/mcp",
        values.https_url,
        metavar="URL",
        http=True,
    )
    issuer: str = _setting(
        "",
        "REPLY_ISSUER",
        "callers sign in with this OAuth 2.1 issuer, and the key acts for each by email",
        values.https_url,
        metavar="URL",
        http=True,
    )
    audience: str = _setting(
        "", "REPLY_AUDIENCE", "audience of its access tokens; by default REPLY_PUBLIC_URL", values.identifier, http=True
    )
    jwks_url: str = _setting(
        "",
        "REPLY_JWKS_URL",
        "where the issuer's keys are; by default as its metadata say",
        values.https_url,
        metavar="URL",
        http=True,
    )
    introspection_url: str = _setting(
        "",
        "REPLY_INTROSPECTION_URL",
        "where the issuer says whether an opaque token is valid (RFC 7662)",
        values.https_url,
        metavar="URL",
        http=True,
    )
    introspection_client: str = _setting(
        "", "REPLY_INTROSPECTION_CLIENT", "client id with which this server asks there", values.identifier, http=True
    )
    introspection_secret: str = _setting(
        "",
        "REPLY_INTROSPECTION_SECRET",
        "secret of that client",
        values.identifier,
        metavar="SECRET",
        secret=True,
        http=True,
    )
    email_claim: str = _setting(
        "email",
        "REPLY_EMAIL_CLAIM",
        "claim with the caller's email; email has to come with email_verified",
        values.word,
        metavar="NAME",
        http=True,
    )
    tokens_file: str = _setting(
        "",
        "REPLY_TOKENS_FILE",
        "file of static tokens (reply-mcp token), each with a Reply user and a policy",
        metavar="FILE",
        http=True,
    )
    allowed_origins: tuple[str, ...] = _setting(
        (),
        "REPLY_ALLOWED_ORIGINS",
        "web pages that may call, such as https://inspector.example.com",
        values.origins,
        metavar="LIST",
        http=True,
    )
    access_log: bool = _setting(
        True,
        "REPLY_ACCESS_LOG",
        "a line of JSON for each request on standard output, without content",
        values.switch,
        metavar="BOOL",
        http=True,
    )
    metrics_token: str = _setting(
        "",
        "REPLY_METRICS_TOKEN",
        "bearer token with which /metrics is read; without one it is not served",
        values.token,
        metavar="TOKEN",
        secret=True,
        http=True,
    )
    key_problem: str = ""


def all_settings() -> tuple[Field[Any], ...]:
    """The settings in order; `metadata` has `env`, `flag` (None: no flag), `help`, `metavar`, `parse`, `secret`, and
    `http` for those of `serve --http` alone."""
    return tuple(one for one in fields(Settings) if "env" in one.metadata)


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
    _check_names(environ)
    environ = with_secret_files(environ, _secrets_in_files())
    found: dict[str, Any] = {}
    for setting in all_settings():
        meta = setting.metadata
        flag = (flags or {}).get(setting.name)
        raw, name = (flag, meta["flag"]) if flag is not None else (environ.get(meta["env"], ""), meta["env"])
        if raw.strip():
            found[setting.name] = _parsed(name, raw, setting)
    settings = Settings(**found)
    if settings.base_url.startswith("http:") and not settings.allow_http:
        host = urlsplit(settings.base_url).hostname or ""
        if not is_loopback(host):
            raise SettingError(
                f"REPLY_BASE_URL: {shown(settings.base_url)} would send the key unencrypted; it takes https://{host}, "
                "or plain http with REPLY_ALLOW_HTTP=true"
            )
    if settings.user_id and settings.user_email:
        raise SettingError("REPLY_USER_ID and REPLY_USER_EMAIL: set one of them, not both")
    return _with_key(settings)


def _secrets_in_files() -> list[str]:
    """The variables of secrets that may stand in a file; the key has a setting for its own."""
    return [one.metadata["env"] for one in all_settings() if one.metadata["secret"] and one.name != "api_key"]


def _check_names(environ: Mapping[str, str]) -> None:
    """Raises SettingError for a variable that is none of ours and was meant to be one: what it was to forbid would be
    allowed."""
    known = [setting.metadata["env"] for setting in all_settings()]
    known += [name + SUFFIX for name in _secrets_in_files()]
    short = {_short(name): name for name in known}
    for name, value in environ.items():
        if name in known or not name.upper().startswith("REPLY") or not value.strip():
            continue
        near = nearest(_short(name), short, cutoff=_NEAR)
        if near is not None:
            raise SettingError(f"{name}: there is no such setting; did you mean {short[near]}?")


def _short(name: str) -> str:
    return name.upper().removeprefix("REPLY").replace("_", "")


def _parsed(name: str, raw: str, setting: Field[Any]) -> Any:
    secret = setting.metadata["secret"]
    placeholder = values.placeholder_in(raw)
    # A key that was not filled in lets nobody do anything, and every tool says so.
    if placeholder and setting.name != "api_key":
        what = "a placeholder" if secret else placeholder
        raise SettingError(
            f"{name}: {what} was not filled in by the host that starts this server; set it or leave it out"
        )
    try:
        return setting.metadata["parse"](raw)
    except ValueError as error:
        given = "" if secret else f" {shown(raw)} is not right;"
        raise SettingError(f"{name}:{given} it takes {error}") from None


def _with_key(settings: Settings) -> Settings:
    """The settings with the key read from where it is, or with what is wrong with it."""
    if not settings.api_key_file:
        found, source = (read_key(settings.api_key) if settings.api_key else ApiKey()), "REPLY_API_KEY"
    elif settings.api_key:
        raise SettingError("REPLY_API_KEY and REPLY_API_KEY_FILE: set one of them, not both")
    else:
        found, source = _key_of_file(settings.api_key_file), "the file in REPLY_API_KEY_FILE"
    problem = f"What {source} holds is no API key: {found.problem}." if found.problem else ""
    return replace(settings, api_key=found.key, key_problem=problem)


def _key_of_file(path: str) -> ApiKey:
    """The key in a file. Its path is not shown in an error: it may be the key itself."""
    try:
        return read_key_file(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingError(
            f"REPLY_API_KEY_FILE: that file cannot be used ({reason or type(error).__name__}); it takes the path of a "
            "text file that holds the key"
        ) from None

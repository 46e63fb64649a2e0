"""Every setting, once: its flag, its environment variable, its default, its help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from reply_mcp.settings import values
from reply_mcp.settings.key_store import profile_name
from reply_mcp.settings.values import Cap, parse_caps, parse_policy

TOKENS_MOST = 20_000


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
    profile: str = _setting(
        "",
        "REPLY_PROFILE",
        "name of a key that reply-mcp login stored, instead; where none is set, the one stored without a name",
        profile_name,
        metavar="NAME",
    )
    base_url: str = _setting(values.REPLY, "REPLY_BASE_URL", "where Reply's API is", values.url, metavar="URL")
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
        "secrets behind codes and questions, newest first, the same on all servers that share callers; without it one "
        "that is kept in the Redis of REPLY_BUDGET_URL, or one of the process",
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
    time_zone: str = _setting(
        "",
        "REPLY_TIME_ZONE",
        "zone in which times are read and shown, such as Europe/Berlin; this machine's, over HTTP UTC, unless given",
        values.time_zone,
    )
    structured: bool = _setting(
        False, "REPLY_STRUCTURED", "give structuredContent beside the text", values.switch, metavar="BOOL"
    )
    apps: bool = _setting(
        True, "REPLY_APPS", "a page beside the answer, in hosts that show one (MCP Apps)", values.switch, metavar="BOOL"
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
    undo: float = _setting(
        86_400.0,
        "REPLY_UNDO",
        "how long reply_undo can put a change back: what it replaced is kept so long, encrypted; 0: not at all",
        values.duration,
        metavar="TIME",
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


def default_text(setting: Field[Any]) -> str:
    """A setting's default as one would write it in the environment; empty where there is none."""
    default = setting.default
    if setting.metadata["metavar"] == "TIME" and isinstance(default, float):
        return f"{default / 3600:g}h"
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, float):
        return f"{default:g}"
    return str(default) if isinstance(default, (str, int)) else ""


def all_settings() -> tuple[Field[Any], ...]:
    """The settings in order; `metadata` has `env`, `flag` (None: no flag), `help`, `metavar`, `parse`, `secret`, and
    `http` for those of `serve --http` alone."""
    return tuple(one for one in fields(Settings) if "env" in one.metadata)

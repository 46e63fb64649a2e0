"""What can be seen without the network: version, settings, the key, the budget's store, files."""

from __future__ import annotations

import os
import platform
import re
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reply_mcp import __version__
from reply_mcp.cli.doctor.findings import Finding
from reply_mcp.settings import SettingError, Settings, all_settings, load, with_stored_key
from reply_mcp.settings.key_store import DEFAULT, KeyStoreError, place, profiles

if TYPE_CHECKING:
    from reply_mcp.client.budget import Left

_EACH = {"minute": "a minute", "hour": "an hour", "day": "a day"}
_COUNTED_FOR = {"sqlite": "all processes of this user on this machine", "memory": "this process alone"}


def check_version() -> Finding:
    """The version, and how it came here."""
    prefix = Path(sys.prefix)
    if re.search(r"archive-v\d+|environments-v\d+", str(prefix)):
        how = "by uvx"
    elif "pipx" in prefix.parts:
        how = "by pipx"
    else:
        how = "in a virtual environment" if sys.prefix != sys.base_prefix else "for the whole system"
    return Finding("version", "ok", f"reply-mcp {__version__}, {how}, Python {platform.python_version()}")


def check_settings(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings, without those that are wrong, and a line for each of these."""
    findings: list[Finding] = []
    given, left = dict(environ), dict(flags)
    for _ in range(len(all_settings()) + 1):
        try:
            settings = load(left, given)
            break
        except SettingError as error:
            text = str(error)
            findings.append(Finding("settings", "fault", text, "correct it, or leave it out"))
            named = re.findall(r"(?:REPLY|reply)\w*|--[\w-]+", text.partition(":")[0])
            if not named:
                return Settings(), findings
            given.pop(named[-1], None)
            for setting in all_settings():
                if named[-1] in (setting.metadata["flag"], setting.metadata["env"]):
                    left[setting.name] = None
    settings, of_values = _usable(settings)
    findings += of_values
    if not findings:
        made = [f"{name} {value}" for name, value in _given(left, given)]
        findings.append(Finding("settings", "ok", ", ".join(made) if made else "all at their defaults"))
    return settings, findings


def _usable(settings: Settings) -> tuple[Settings, list[Finding]]:
    """The settings without those that the server refuses when it starts, and a line for each."""
    from reply_mcp.server.inventory import Inventory
    from reply_mcp.server.sessions import Sessions

    findings: list[Finding] = []
    defaults = Settings()
    for names, check in (
        (("toolsets", "tools", "exclude_tools"), Inventory),
        (("rate_limits", "budget_url"), lambda settings: Sessions(settings, local=True)),
    ):
        for name in names:
            try:
                check(replace(defaults, **{name: getattr(settings, name)}))
            except SettingError as error:
                findings.append(Finding("settings", "fault", str(error), "correct it, or leave it out"))
                settings = replace(settings, **{name: getattr(defaults, name)})
    return settings, findings


def _given(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The settings that are not at their default: the name as it was given, and the value unless it is a secret."""
    for setting in all_settings():
        meta = setting.metadata
        flag = flags.get(setting.name)
        if flag is None and not environ.get(meta["env"], "").strip():
            continue
        hidden = meta["secret"] or setting.name in ("api_key_file",)
        value = "set" if hidden else (flag if flag is not None else environ[meta["env"]].strip())
        yield (meta["flag"] if flag is not None else meta["env"]), f"is {value}"


def check_key(settings: Settings, environ: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings with the key, and whether there is one that can be sent."""
    command = f"reply-mcp profile add {settings.profile}" if settings.profile else "reply-mcp login"
    login = f"copy the key from Reply (Settings, API key) and run `{command}`"
    source = _source(settings, environ)
    settings = with_stored_key(settings)
    if settings.key_problem:
        return settings, [Finding("key", "fault", settings.key_problem.rstrip("."), login)]
    if not settings.api_key:
        return settings, [Finding("key", "fault", "no API key is set, and none is stored", login)]
    found = [Finding("key", "ok", f"{len(settings.api_key)} characters, from {source}")]
    file = Path(os.path.expanduser(settings.api_key_file)) if settings.api_key_file else None  # noqa: PTH111
    if file and os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        found.append(Finding("key", "warning", "others can read the file in REPLY_API_KEY_FILE", "chmod 600 that file"))
    return settings, found


def _source(settings: Settings, environ: Mapping[str, str]) -> str:
    if settings.api_key_file:
        return "the file in REPLY_API_KEY_FILE"
    if settings.api_key or settings.key_problem:
        return "REPLY_API_KEY"
    name = settings.profile or DEFAULT
    try:
        profile = next((one for one in profiles() if one.name == name), None)
    except KeyStoreError:
        profile = None
    return f"{place(profile)}, stored as {name}" if profile else "nowhere"


async def check_budget(settings: Settings) -> list[Finding]:
    """Whether the store of the request budget can be used, and what is left in it."""
    from reply_mcp.client.budget import Budget
    from reply_mcp.client.rate_limits.rates import parse_rates
    from reply_mcp.client.stores import open_stores
    from reply_mcp.client.stores.redis import RedisStores
    from reply_mcp.server.sessions import credential_of

    rates, stores = parse_rates(settings.rate_limits), open_stores(settings.budget_url)
    credential = credential_of(settings)
    budget = Budget(rates, stores.of(credential.fingerprint() if credential is not None else "none"))
    try:
        left = await budget.left()
        shared = not budget.offline
        evicts = await stores.eviction_policy() if isinstance(stores, RedisStores) else ""
    finally:
        await budget.aclose()
        await stores.aclose()
    if not shared or getattr(stores, "impossible", False):
        return [
            Finding(
                "budget",
                "warning",
                "the store of the request budget cannot be used: each process counts for itself, and together they may "
                "pass Reply's limits",
                "make its place writable, or name another one in REPLY_BUDGET_URL",
            )
        ]
    if evicts:
        return [
            Finding(
                "budget",
                "warning",
                f"this Redis drops entries when its memory is full ({evicts}): ceilings begin anew then, and a "
                "repeated write may go unnoticed",
                "set its maxmemory-policy to noeviction",
            )
        ]
    return [
        _describe_left(
            left, _COUNTED_FOR.get(settings.budget_url.partition(":")[0], "all machines that use this Redis")
        )
    ]


def _describe_left(left: Sequence[Left], where: str) -> Finding:
    """What may be sent now, and whether that is little; `where` is for whom it is counted."""
    each = (f"{one.left} of {one.limit} requests {_EACH.get(one.window, one.window)} left" for one in left)
    counts = ", ".join(each) or "no limits"
    if any(one.left < one.limit / 10 for one in left):
        return Finding(
            "budget", "warning", f"{counts}: calls wait for their turn", "wait, or end what else uses the key"
        )
    return Finding("budget", "ok", f"{counts}, counted for {where}")


def check_files(settings: Settings) -> list[Finding]:
    """Whether what is to be written can be: folders of files, the audit log, the state directory."""
    from reply_mcp.server.audit.log import OFF, log_path

    findings = []
    for named in settings.files:
        path = Path(os.path.expanduser(named))  # noqa: PTH111
        if not _writable(path):
            findings.append(
                Finding(
                    "files",
                    "warning",
                    f"{path} of REPLY_FILES cannot be written: nothing is saved there",
                    f"chmod u+w {path}",
                )
            )
    if settings.audit != OFF:
        path = log_path(settings)
        folder = next((one for one in (path.parent, *path.parents) if one.exists()), path.parent)
        if (path.exists() and not os.access(path, os.W_OK)) or path.is_dir() or not _writable(folder):
            findings.append(
                Finding(
                    "files",
                    "fault" if settings.audit_strict else "warning",
                    f"the audit log {path} cannot be written",
                    "make it writable, or name another file in REPLY_AUDIT",
                )
            )
    return findings or [Finding("files", "ok", "what is to be written can be")]


def _writable(folder: Path) -> bool:
    """Whether a file can be made in a folder. Asked by making one: permissions alone do not say it everywhere."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

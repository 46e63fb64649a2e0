"""The settings of a run, from flags and the environment.

definitions    each setting: its flag, its variable, its default, its help
values         their texts as values
secret_files   secrets in files, as containers mount them
api_key        an API key as people paste it
key_store      keys that `reply-mcp login` stored
atomic_files   files that are written whole or not at all
setting_error  the one error

A flag wins over the environment, the environment over the default. A wrong value raises `SettingError`, whose one line
names the setting and says what would be right. A secret is never shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, replace
from typing import Any
from urllib.parse import urlsplit

from reply_mcp.settings import values
from reply_mcp.settings.api_key import ApiKey, read_key, read_key_file
from reply_mcp.settings.definitions import Settings, all_settings, default_text
from reply_mcp.settings.key_store import DEFAULT, KeyStoreError, profiles, stored_key
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
    "default_text",
    "is_loopback",
    "load",
    "parse_caps",
    "parse_policy",
    "shown",
    "with_stored_key",
]

_NEAR = 0.7
"""How alike the name of an unknown variable and that of a setting are where the one was meant to be the other."""


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


def with_stored_key(settings: Settings) -> Settings:
    """The settings with the key that is stored under their profile, where they have none; where that cannot be read,
    `key_problem` says why. A keyring may take as long as `key_store.READ_SECONDS`.
    """
    if settings.api_key or settings.key_problem:
        return settings
    name = settings.profile or DEFAULT
    try:
        given = stored_key(name)
        if given is None:
            return replace(settings, key_problem=_no_such_profile(name)) if settings.profile else settings
    except KeyStoreError as error:
        return replace(settings, key_problem=f"The key stored as profile {name} cannot be used: {error}.")
    found = read_key(given)
    problem = f"What is stored as profile {name} is no API key: {found.problem}." if found.problem else ""
    return replace(settings, api_key=found.key, key_problem=problem)


def _no_such_profile(name: str) -> str:
    names = [one.name for one in profiles()]
    there = f"; there are {', '.join(names)}" if names else ""
    return f"REPLY_PROFILE: no key is stored as {name}{there}. `reply-mcp profile add {name}` stores one."


def _with_key(settings: Settings) -> Settings:
    """The settings with the key read from where it is, or with what is wrong with it."""
    if settings.profile and (settings.api_key or settings.api_key_file):
        given = "REPLY_API_KEY" if settings.api_key else "REPLY_API_KEY_FILE"
        raise SettingError(f"REPLY_PROFILE and {given}: set one of them, not both")
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

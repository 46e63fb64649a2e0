"""`reply-mcp install`: our entry in the configuration of hosts, or out of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.install import claude_code, forms
from reply_mcp.cli.install.entry import (
    KEY,
    KEY_PLACEHOLDER,
    NAME,
    Launch,
    NoLaunch,
    find_command,
    is_ours,
    is_replys_own,
    kept_arguments,
    may_be_ours,
)
from reply_mcp.cli.install.files import ConfigurationFile, FileProblem
from reply_mcp.cli.install.formats import CannotEdit
from reply_mcp.cli.install.hosts import HOSTS, Host, Machine, hosts_named
from reply_mcp.settings import SettingError, Settings, all_settings, load, with_stored_key
from reply_mcp.settings.key_store import profile_name
from reply_mcp.settings.values import https_url, shown
from reply_mcp.text.suggestions import did_you_mean

_MANAGED = frozenset(
    "type command cmd args env envs environment env_keys env_vars url uri serverUrl httpUrl headers http_headers "
    "bearer_token_env_var source".split()
)
"""What of an entry says how the server is started or reached; the rest is the person's and stays."""
_ENVIRONMENTS = ("env", "envs", "environment")
_BY_HAND = "has no file that others may write; remove the entry in its settings"
_KEY_NAMES = (KEY, "REPLY_API_KEY_FILE", "REPLY_PROFILE")


class Refused(Exception):
    """A host is left as it is; the message says why and what to do."""


@dataclass(frozen=True)
class _Plan:
    """What the command line asks for, besides the hosts."""

    name: str
    launch: Launch
    machine: Machine
    project: bool
    remove: bool
    only_print: bool
    dry_run: bool


def run(options: argparse.Namespace) -> int:
    """Installs into each host, or lists the hosts; 1 where one could not be done."""
    try:
        hosts, plan = _hosts(options.hosts, Machine()), _plan_of(options)
    except (SettingError, NoLaunch, ValueError) as error:
        print(f"reply-mcp: {error}", file=sys.stderr)
        return USAGE_ERROR
    if not hosts:
        if plan.remove or plan.only_print:
            print("reply-mcp: name the hosts, or all; `reply-mcp install` lists them", file=sys.stderr)
            return USAGE_ERROR
        return _list(plan)
    failed = 0
    for host in hosts:
        try:
            print(_remove(host, plan) if plan.remove else _install(host, plan))
        except (FileProblem, Refused) as error:
            failed += 1
            print(f"{host.title}: {error}", file=sys.stderr)
            if not plan.remove and isinstance(error, FileProblem):
                print(f"To paste by hand:\n{_snippet(host, plan)}", file=sys.stderr)
    if not (plan.remove or plan.only_print or plan.launch.url or failed == len(hosts)):
        _hint_at_key(options.profile, plan.launch)
    return 1 if failed else 0


def _hosts(names: Sequence[str], machine: Machine) -> list[Host]:
    """The hosts of these names, each once.

    Raises:
        ValueError: for a name that is none.
    """
    found: list[Host] = []
    for name in names:
        if name.lower() == "all":
            found += [one for one in HOSTS if one.file and one.is_here(machine)]
        else:
            found.append(_host(name, machine))
    if names and not found:
        raise ValueError("no host was found on this machine; `reply-mcp install HOST` installs into one by name")
    return list(dict.fromkeys(found))


def _host(name: str, machine: Machine) -> Host:
    """The host of a name; of several that it may mean, the one that is here.

    Raises:
        ValueError: for a name that is none, or that may mean several.
    """
    meant = hosts_named(name)
    here = [one for one in meant if one.is_here(machine)]
    if len(meant) == 1 or len(here) == 1:
        return (here or meant)[0]
    ids = [one.id for one in HOSTS]
    if meant:
        raise ValueError(f"{shown(name)} may be {' or '.join(f'{one.id} ({one.title})' for one in meant)}; name one")
    raise ValueError(f"{shown(name)} is no host{did_you_mean(name, ids)}; there are {', '.join(ids)}, and all")


def _plan_of(options: argparse.Namespace) -> _Plan:
    """The command line, checked before anything is written.

    Raises:
        SettingError, NoLaunch, ValueError: for what cannot be written into a host.
    """
    try:
        profile = profile_name(options.profile) if options.profile else ""
    except ValueError as error:
        raise ValueError(f"--profile: it takes {error}") from None
    url = _checked_url(options.http) if options.http else ""
    if url and (options.from_checkout or profile or options.set):
        raise ValueError(
            "--http names a server that runs already: --from, --profile and --set are of one that is started"
        )
    environment = _environment(options.set)
    settings = load({}) if options.key == "clear" else Settings()
    api_key = _key_to_write(settings, profile) if options.key == "clear" and not options.remove else ""
    if options.key != "store" and profile:
        raise ValueError("--profile names a stored key: --key is of one that is not stored")
    launch = Launch(environment=environment, url=url, key=options.key, api_key=api_key)
    if not url and not options.remove:
        command, arguments = find_command(options.from_checkout, shared=options.project)
        launch = replace(launch, command=command, arguments=(*arguments, *(("--profile", profile) if profile else ())))
    return _Plan(
        options.entry_name or (f"{NAME}-{profile}" if profile else NAME),
        launch,
        Machine(),
        options.project,
        options.remove,
        options.print,
        options.dry_run,
    )


def _checked_url(given: str) -> str:
    try:
        url = https_url(given)
    except ValueError as error:
        raise ValueError(f"--http: {shown(given)} is not right; it takes {error}, with its path") from None
    return url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/mcp"


def _environment(pairs: Sequence[str]) -> dict[str, str]:
    """Settings for the server, as variables.

    Raises:
        SettingError, ValueError: for what is no setting, or a secret.
    """
    found: dict[str, str] = {}
    known = {one.metadata["env"]: one.metadata for one in all_settings()}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in known:
            raise ValueError(
                f"--set: it takes a setting, such as REPLY_READ_ONLY=true{did_you_mean(name, list(known))}"
            )
        if known[name]["secret"] or name in _KEY_NAMES:
            raise ValueError(f"--set {name}: a secret is not written this way; `reply-mcp login` stores the key")
        found[name] = value
    load({}, found)
    return found


def _key_to_write(settings: Settings, profile: str) -> str:
    with_key = with_stored_key(settings)
    if with_key.key_problem:
        raise ValueError(with_key.key_problem)
    if not with_key.api_key:
        raise ValueError(f"--key clear: no key is set; set {KEY}, or store one with `reply-mcp login`")
    return with_key.api_key


def _file(host: Host, plan: _Plan) -> ConfigurationFile:
    """The file of a host, read.

    Raises:
        FileProblem: where it cannot be read.
        Refused: where it has none.
    """
    path = host.path(plan.machine, project=plan.project)
    if path is None:
        raise Refused(f"has no project's file. {host.note}".strip() if plan.project else _BY_HAND)
    file = ConfigurationFile(path, host.format, host.container, plan.name)
    file.read()
    return file


def _install(host: Host, plan: _Plan) -> str:
    """Adds our entry, or brings it up to date; gives what was done.

    Raises:
        FileProblem: where it could not be done.
        Refused: where it must not.
    """
    if plan.only_print or (host.file is None and not plan.project):
        return f"{host.title}: {host.afterwards if host.file is None else ''}\n{_snippet(host, plan)}".replace(
            ": \n", ":\n"
        )
    file = _file(host, plan)
    value = _entry(host, plan, file.entry)
    inputs = host.inputs if plan.launch.key == "host" else None
    warnings = "".join(f"\n  {line}" for line in [*_warnings(file), *_notes(host, plan)])
    text = file.with_entry(value, inputs)
    if text == file.text:
        return f"{host.title}: {plan.name} is in {file.path} already; nothing was changed.{warnings}"
    verb = "updated" if file.entry is not None else "added"
    if plan.dry_run:
        return f"{host.title}: {plan.name} would be {verb} in {file.path}.{warnings}\n{_snippet(host, plan, value)}"
    if host.id == "claude-code" and not plan.project and plan.launch.key != "clear":
        done = claude_code.add(plan.name, value, there=file.entry is not None)
        file.read()
        if done and file.entry == value:
            how = f"{verb} {plan.name} by `claude mcp add-json`, in {file.path}."
            return f"{host.title}: {how} {host.afterwards}{warnings}"
        text = file.with_entry(value, inputs)
    backup = file.write(text, private=plan.launch.key == "clear", shared=plan.project)
    kept = f" What it held before is in {backup.name} beside it." if backup else ""
    return f"{host.title}: {verb} {plan.name} in {file.path}.{kept} {host.afterwards}{warnings}"


def _remove(host: Host, plan: _Plan) -> str:
    """Removes our entry; gives what was done.

    Raises:
        FileProblem: where it could not be done.
        Refused: where the entry is not ours.
    """
    file = _file(host, plan)
    if file.entry is None:
        return f"{host.title}: no {plan.name} in {file.path}; nothing was changed."
    if not may_be_ours(file.entry):
        raise Refused(f"{plan.name} in {file.path} is not this server, and is left as it is")
    text = file.without_entry(host.inputs)
    if plan.dry_run:
        return f"{host.title}: {plan.name} would be removed from {file.path}."
    if host.id == "claude-code" and not plan.project and claude_code.remove(plan.name):
        return f"{host.title}: removed {plan.name} by `claude mcp remove`, from {file.path}."
    file.write(text)
    file.forget_backup(text)
    gone = f"removed {file.path}, which held nothing else" if text is None else f"removed {plan.name} from {file.path}"
    return f"{host.title}: {gone}."


def _entry(host: Host, plan: _Plan, old: Any) -> dict[str, Any]:
    """Our entry for a host: what the person added to an older one of ours stays.

    Raises:
        Refused: where the host cannot do what is asked, or an entry of this name is something else.
    """
    launch = plan.launch
    if old is not None and not may_be_ours(old):
        what = "Reply's own server (mcp.reply.io)" if is_replys_own(old) else "another server"
        raise Refused(
            f"an entry named {plan.name} is there already, and is {what}; it is left as it is. --name reply-api adds "
            "this one beside it, --print shows what to write"
        )
    if launch.key == "host" and not host.reference:
        instead = "it reaches servers that people sign in to" if launch.url else "run `reply-mcp login`"
        raise Refused(f"cannot hand over a key from secrets of its own; leave --key out, and {instead}")
    if launch.url:
        if host.http is None or (launch.key == "host" and host.http is forms.goose_http):
            raise Refused(f"takes no server at an address in its file. {host.note}".strip())
        ours = host.http(launch, host.reference)
    else:
        kept = tuple(flag for flag in kept_arguments(old) if flag not in launch.arguments)
        ours = host.stdio(replace(launch, arguments=(*launch.arguments, *kept)), host.reference)
    return _merged(old if isinstance(old, dict) else {}, ours)


def _merged(old: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    for name in _ENVIRONMENTS:
        variables = old.get(name)
        if "url" not in ours and isinstance(variables, dict):
            kept = {key: value for key, value in variables.items() if key not in _KEY_NAMES}
            if kept or name in ours:
                ours = {
                    **ours,
                    name: {**ours.get(name, {}), **{k: v for k, v in kept.items() if k not in ours.get(name, {})}},
                }
    theirs = {key: value for key, value in old.items() if key not in _MANAGED}
    # The order of the old entry, so that one that is up to date is not changed.
    merged = {**ours, **theirs}
    return {key: merged[key] for key in [*(key for key in old if key in merged), *merged] if key in merged}


def _warnings(file: ConfigurationFile) -> list[str]:
    """What else is there that a person should know of."""
    found = []
    for name, entry in file.servers.items():
        if name == file.name:
            continue
        if is_replys_own(entry):
            found.append(
                f"Reply's own server is there too, as {name}: the agent sees the tools of both, under names that are "
                "alike. Switch one off."
            )
        elif is_ours(entry) and file.name == NAME:
            found.append(f"This server is there too, as {name}. If it is for the same account, remove one of them.")
    return found


def _notes(host: Host, plan: _Plan) -> list[str]:
    """Why an entry that was written may not start the server yet."""
    if not plan.project and not host.is_here(plan.machine):
        return [f"{host.title} was not found on this machine. It takes this up once it is installed."]
    if plan.launch.url and plan.launch.key == "store":
        return [
            "Nothing but the address is sent there: people sign in. A server that takes a key or token: --key host."
        ]
    if plan.project and plan.launch.command == "uvx":
        return ["Whoever opens the project starts the release on PyPI, by uvx; --from FOLDER names a checkout instead."]
    return []


def _snippet(host: Host, plan: _Plan, value: dict[str, Any] | None = None) -> str:
    """What is written for a host, as it would stand in a file of its own, without the key."""
    if value is None:
        try:
            value = _entry(host, plan, None)
        except Refused as error:
            return f"  {error}"
    text = host.format.show((*host.container, plan.name), value)
    if host.inputs and plan.launch.key == "host":
        shown_data = {host.inputs.name: [host.inputs.item], **json.loads(text)}
        text = json.dumps(shown_data, indent=2, ensure_ascii=False) + "\n"
    secret = plan.launch.api_key
    return text.replace(secret, KEY_PLACEHOLDER).rstrip() if secret else text.rstrip()


def _list(plan: _Plan) -> int:
    """Which hosts are here, what each has of us, and what installing would do."""
    here = 0
    for host in HOSTS:
        if host.file is None:
            print(f"{host.id:15} {host.title}: prints what to paste")
            continue
        present = host.is_here(plan.machine)
        here += present
        print(f"{host.id:15} {host.title}: {_state(host, plan) if present else 'not found'}")
    print(
        f"\nreply-mcp install HOST… writes into these, all into all {here} that were found; --dry-run shows it first."
    )
    return 0


def _state(host: Host, plan: _Plan) -> str:
    try:
        file = _file(host, replace(plan, project=False))
        value = _entry(host, plan, file.entry)
        path, verb = file.path, "would update" if file.entry is not None else "would add"
        done = (
            f"{plan.name} is in {path}"
            if file.with_entry(value, None) == file.text
            else f"{verb} {plan.name} in {path}"
        )
        return "; ".join([done, *_warnings(file)])
    except (FileProblem, Refused, CannotEdit) as error:
        return str(error)


def _hint_at_key(profile: str | None, launch: Launch) -> None:
    if launch.key != "store":
        return
    try:
        settings = with_stored_key(load({"profile": profile} if profile else {}, {}))
    except SettingError:
        return
    command = f"reply-mcp profile add {profile}" if profile else "reply-mcp login"
    if settings.key_problem:
        print(settings.key_problem, file=sys.stderr)
    elif not settings.api_key:
        print(f"No key is stored yet: `{command}` stores it, once for every host.", file=sys.stderr)

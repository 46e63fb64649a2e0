"""The configurations of hosts that name this server: whether each would start it, and with which key."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reply_mcp import __version__
from reply_mcp.cli.doctor.findings import Finding
from reply_mcp.cli.install.entry import KEY, NAME, command_line, is_ours, is_replys_own, may_be_ours
from reply_mcp.cli.install.files import ConfigurationFile, FileProblem
from reply_mcp.cli.install.hosts import HOSTS, Host, Machine
from reply_mcp.settings.api_key import read_key
from reply_mcp.settings.values import placeholder_in

_SECONDS = 30
_REFERENCE = re.compile(r"\$\{?(?:env:|input:)?\w+(?::-)?\}?|\{env:\w+\}")
"""How hosts name a variable or a question, each in its own form."""


def check_hosts(machine: Machine | None = None) -> list[Finding]:
    """A line for each host that is here, and what is wrong with our entry in it."""
    machine = machine or Machine()
    findings: list[Finding] = []
    connected = []
    for host in HOSTS:
        if host.file is None or not host.is_here(machine):
            continue
        found, ours = _check_host(host, machine)
        findings += found
        connected += [host.title] if ours else []
    if not connected:
        findings.append(
            Finding(
                "hosts",
                "note",
                "no host on this machine names this server",
                "`reply-mcp install` lists those that are here",
            )
        )
    return findings


def _check_host(host: Host, machine: Machine) -> tuple[list[Finding], bool]:
    """The findings of every place in which the host looks for servers, and whether one names this server."""
    checked = [_check_file(host, file) for file in _files(host, machine)]
    findings = [finding for found, _ in checked for finding in found]
    ours = any(named for _, named in checked)
    if not findings:
        findings = [
            Finding(
                f"hosts.{host.id}",
                "note",
                f"{host.title} is here, and does not have it",
                f"`reply-mcp install {host.id}`",
            )
        ]
    return findings, ours


def _files(host: Host, machine: Machine) -> Iterator[ConfigurationFile]:
    """The configuration of this user, and that of the project in this folder."""
    assert host.file is not None
    path = host.file(machine)
    yield ConfigurationFile(path, host.format, host.container, NAME)
    if host.id == "claude-code":
        # Where `claude mcp add` writes unless it is given another scope.
        yield ConfigurationFile(path, host.format, ("projects", str(machine.project), *host.container), NAME)
    if host.project and machine.project / host.project != path:
        yield ConfigurationFile(machine.project / host.project, host.format, host.container, NAME)


def _check_file(host: Host, file: ConfigurationFile) -> tuple[list[Finding], bool]:
    check = f"hosts.{host.id}"
    try:
        file.read()
    except FileProblem as error:
        return [
            Finding(check, "fault", f"{host.title} cannot read its configuration: {error}", "mend that place")
        ], False
    ours = {name: entry for name, entry in file.servers.items() if is_ours(entry)}
    reached = [NAME] if NAME not in ours and may_be_ours(file.servers.get(NAME)) else []
    theirs = [name for name, entry in file.servers.items() if is_replys_own(entry)]
    findings = [one for name, entry in ours.items() for one in _check_entry(host, file, name, entry)]
    if (ours or reached) and theirs:
        findings.append(
            Finding(
                check,
                "warning",
                f"{host.title} has Reply's own server too, as {', '.join(theirs)}: the agent sees two sets of tools "
                "with names that are alike",
                "switch one of them off",
            )
        )
    findings += _duplicates(host, check, ours)
    if not findings and (ours or reached):
        where = f"{file.path}, for this folder" if file.container[0] == "projects" else str(file.path)
        findings = [Finding(check, "ok", f"{host.title} has it as {', '.join([*ours, *reached])}, in {where}")]
    return findings, bool(ours or reached)


def _duplicates(host: Host, check: str, ours: dict[str, Any]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, entry in ours.items():
        variables = {key: value for key, value in _variables(entry).items() if key.startswith("REPLY_")}
        words = command_line(entry)
        same = json.dumps([words[words.index("serve") :] if "serve" in words else words, sorted(variables.items())])
        if same in seen:
            yield Finding(
                check,
                "warning",
                f"{host.title} starts this server twice for the same account, as {seen[same]} and as {name}",
                f"`reply-mcp install {host.id} --remove --name {name}`",
            )
        seen.setdefault(same, name)


def _check_entry(host: Host, file: ConfigurationFile, name: str, entry: Any) -> Iterator[Finding]:
    check, again = f"hosts.{host.id}", f"`reply-mcp install {host.id}`"
    if entry.get("disabled") is True or entry.get("enabled") is False:
        yield Finding(check, "warning", f"{name} is switched off in {host.title}", f"switch it on in {file.path}")
    command = command_line(entry)[0]
    absolute = re.match(r"[/\\~]|[A-Za-z]:", command)
    if absolute and not os.access(command, os.X_OK):
        what = "is not there any more" if not Path(command).exists() else "cannot be run"
        yield Finding(check, "fault", f"{host.title} starts {command}, which {what}", again)
        return
    if not absolute and shutil.which(command) is None:
        yield Finding(check, "fault", f"{host.title} starts {command}, which is not on PATH", again)
        return
    if not absolute and not host.commands[:1]:
        yield Finding(check, "warning", f"{host.title} starts {command} without a path, which it may not find", again)
    yield from _check_version(host, check, command, again)
    yield from _check_key(host, check, file, name, _variables(entry))


def _check_version(host: Host, check: str, command: str, again: str) -> Iterator[Finding]:
    """Whether the command runs, and is of this version."""
    if not re.search(r"reply-mcp(?:\.exe)?$", command):
        return
    try:
        done = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
        version = done.stdout.split()[-1] if done.returncode == 0 and done.stdout.split() else ""
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        version = ""
    if not version:
        yield Finding(check, "fault", f"{host.title} starts {command}, which does not run", again)
    elif version != __version__:
        yield Finding(check, "warning", f"{host.title} starts version {version}, and this is {__version__}", again)


def _check_key(
    host: Host, check: str, file: ConfigurationFile, name: str, variables: dict[str, str]
) -> Iterator[Finding]:
    key = variables.get(KEY, "")
    if not key or (host.reference and _REFERENCE.fullmatch(key)):
        return
    remedy = f"`reply-mcp login`, then `reply-mcp install {host.id}`"
    if placeholder_in(key):
        yield Finding(
            check, "fault", f"{host.title} passes a placeholder on as the key, in a form that is not its own", remedy
        )
    elif (problem := read_key(key).problem) != "":
        yield Finding(check, "fault", f"the key of {name} in {host.title} is no key: {problem}", remedy)
    elif os.name != "nt" and stat.S_IMODE(file.path.stat().st_mode) & 0o077:
        yield Finding(check, "warning", f"the key stands in {file.path}, which others can read", remedy)
    else:
        yield Finding(check, "warning", f"the key stands in clear in {file.path}", remedy)


def _variables(entry: dict[str, Any]) -> dict[str, str]:
    for name in ("env", "environment", "envs"):
        found = entry.get(name)
        if isinstance(found, dict):
            return {str(key): str(value) for key, value in found.items()}
    return {}

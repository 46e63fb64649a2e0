"""What the documents say of each host, from the table by which `reply-mcp install` works."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reply_mcp.cli.install.entry import NAME, Launch
from reply_mcp.cli.install.hosts import HOSTS, KEY_INPUT, Host, Machine, hosts_named

_SYSTEMS = (("linux", "Linux"), ("darwin", "macOS"), ("win32", "Windows"))
_LANGUAGES = {"JsonWithComments": "json", "Toml": "toml", "Yaml": "yaml"}


def _entry(host: Host, launch: Launch, reference: str = "") -> dict[str, Any]:
    return host.stdio(launch, reference)


def _named(name: str) -> Host:
    (host,) = hosts_named(name)
    return host


def cursor_link() -> str:
    """The page that opens Cursor and offers the server; a link never carries a key."""
    entry = base64.b64encode(_compact(_entry(_named("cursor"), Launch())).encode()).decode()
    return f"https://cursor.com/install-mcp?name={NAME}&config={quote(entry, safe='')}"


def vscode_link(*, insiders: bool = False) -> str:
    """The page that opens VS Code and offers the server, which asks for the key itself and keeps it encrypted."""
    host = _named("vscode")
    entry = quote(_compact(_entry(host, Launch(key="host"), host.reference)), safe="")
    inputs = quote(_compact([KEY_INPUT.item]), safe="")
    quality = "&quality=insiders" if insiders else ""
    return f"https://insiders.vscode.dev/redirect/mcp/install?name={NAME}&inputs={inputs}&config={entry}{quality}"


def badges(folder: str) -> str:
    """The links as badges, whose pictures are in `folder`."""
    links = {"Cursor": cursor_link(), "VS Code": vscode_link()}
    return " ".join(f"[![Install in {title}]({folder}/{_picture(title)})]({link})" for title, link in links.items())


def badge_pictures() -> dict[str, str]:
    """The pictures by their path from the root: drawn here, so that a page loads nothing from elsewhere."""
    return {f"docs/images/{_picture(title)}": _badge(title) for title in ("Cursor", "VS Code")}


def _picture(title: str) -> str:
    return f"install-{title.lower().replace(' ', '-')}.svg"


def _badge(title: str) -> str:
    text = f"Install in {title}"
    width = 20 + round(6.9 * len(text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" role="img" aria-label="{text}">'
        f'<title>{text}</title><rect width="{width}" height="24" rx="4" fill="#1f2937"/>'
        f'<text x="{width / 2:g}" y="16" fill="#ffffff" text-anchor="middle" font-size="12" '
        f'font-family="system-ui, Verdana, sans-serif">{text}</text></svg>\n'
    )


def sections() -> str:
    """A section for each host: how it is installed, what is written, where, and where it shows what went wrong."""
    return "\n\n".join(_section(host) for host in HOSTS)


def logs() -> str:
    """The table of where hosts show what a server wrote."""
    return "\n".join(["| host | where |", "| --- | --- |", *(f"| {host.title} | {host.logs} |" for host in HOSTS)])


def _section(host: Host) -> str:
    lines = [f"## {host.title}", "", f"`reply-mcp install {host.id}`", ""]
    if host.note:
        lines += [host.note, ""]
    if host.file:
        lines.append(
            f"- File: {_files(host)}; of a project (`--project`) `{host.project}`."
            if host.project
            else f"- File: {_files(host)}."
        )
    if host.reference:
        lines.append(f"- Key: stored by `reply-mcp login`; with `--key host`, {_how(host)}.")
    else:
        lines.append("- Key: stored by `reply-mcp login`. It has no secrets of its own to hand over.")
    lines.append(f"- Afterwards: {host.afterwards}")
    lines.append(f"- Log: {host.logs}.")
    language = _LANGUAGES[type(host.format).__name__]
    entry = host.format.show((*host.container, NAME), _entry(host, Launch()))
    lines += ["", f"```{language}", entry.rstrip(), "```"]
    return "\n".join(lines)


def _how(host: Host) -> str:
    if host.inputs:
        return "it asks for the key once and keeps it encrypted"
    return "from the variable `REPLY_API_KEY` of the environment that it was started in"


def _files(host: Host) -> str:
    """The files by system, as a person knows them."""
    assert host.file is not None
    found: dict[str, list[str]] = {}
    for system, title in _SYSTEMS:
        home = Path("/HOME")
        environ = {"APPDATA": "/APPDATA"} if system == "win32" else {}
        path = str(host.file(Machine(home, system, environ, home)))
        shown = path.replace("/APPDATA", "%APPDATA%").replace("/HOME", "~")
        found.setdefault(shown.replace("/", "\\") if "%" in shown else shown, []).append(title)
    if len(found) == 1:
        return f"`{next(iter(found))}`"
    return ", ".join(f"`{path}` ({' and '.join(titles)})" for path, titles in found.items())


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))

"""The server that a host is to start, or to reach: its command, its environment, where the key is."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

NAME = "reply"
"""The name of our entry in every host."""
KEY = "REPLY_API_KEY"
KEY_PLACEHOLDER = "your-api-key"
REPLYS_OWN = "mcp.reply.io"
"""The host of Reply's own MCP server."""
_TEMPORARY = re.compile(r"[\\/](?:archive|environments|builds)-v\d+[\\/]|[\\/]pipx[\\/]\.cache[\\/]")
"""Where uvx and `pipx run` keep what they may remove at any time."""

KeyPlace = Literal["store", "host", "clear"]


@dataclass(frozen=True)
class Launch:
    """What is to be written for a host.

    Attributes:
        command: of a server that the host starts, with `arguments` and `environment`; empty where it is at `url`.
        key: `store`: the server finds it, as `reply-mcp login` stored it; `host`: the host hands it over from its own
            secrets or its environment; `clear`: it stands in the file.
    """

    command: str = "uvx"
    arguments: tuple[str, ...] = ("reply-mcp", "serve")
    environment: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    key: KeyPlace = "store"
    api_key: str = field(default="", repr=False)

    def with_key(self, reference: str) -> dict[str, str]:
        """The environment with the key as `reference` names it, or in clear."""
        if self.key == "store":
            return dict(self.environment)
        return {KEY: self.api_key if self.key == "clear" else reference, **self.environment}


class NoLaunch(Exception):
    """No command can be named by which a host would start the server."""


def find_command(checkout: str | None, *, shared: bool = False) -> tuple[str, tuple[str, ...]]:
    """The command that serves, and its arguments: that of a checkout, else the one that runs here, else `uvx` where
    what runs here is temporary. Paths are absolute, since hosts do not have the shell's PATH.

    Args:
        shared: for a file that others use too; `uvx` is what they have.

    Raises:
        NoLaunch: for a checkout that is none, or where `uvx` cannot be found.
    """
    if checkout is not None:
        return _of_checkout(Path(os.path.abspath(os.path.expanduser(checkout))))  # noqa: PTH100, PTH111
    if shared:
        return "uvx", ("reply-mcp", "serve")
    beside = Path(sys.executable).parent / ("reply-mcp.exe" if os.name == "nt" else "reply-mcp")
    if not _TEMPORARY.search(str(beside)) and beside.exists():
        return str(beside), ("serve",)
    uvx = shutil.which("uvx")
    if uvx is None:
        raise NoLaunch("uvx is not on PATH; install uv, or name a checkout with --from")
    return os.path.abspath(uvx), ("reply-mcp", "serve")  # noqa: PTH100  (a link of a package manager stays one)


def _of_checkout(folder: Path) -> tuple[str, tuple[str, ...]]:
    if not (folder / "pyproject.toml").is_file() or not (folder / "reply_mcp").is_dir():
        raise NoLaunch(f"--from: {folder} is no checkout of reply-mcp")
    script = folder / ".venv" / ("Scripts/reply-mcp.exe" if os.name == "nt" else "bin/reply-mcp")
    if script.is_file():
        return str(script), ("serve",)
    uvx = shutil.which("uvx")
    if uvx is None:
        raise NoLaunch(f"--from: {folder} has no .venv; run `make demo` there once")
    return os.path.abspath(uvx), ("--from", str(folder), "reply-mcp", "serve")  # noqa: PTH100


def command_line(entry: Any) -> list[str]:
    """The command of an entry of any host with its arguments; empty where it has none."""
    if not isinstance(entry, dict):
        return []
    command = entry.get("command", entry.get("cmd"))
    if isinstance(command, dict):
        entry, command = command, command.get("path")
    words = command if isinstance(command, list) else [command, *(entry.get("args") or [])]
    return [word for word in words if isinstance(word, str)]


def url_of(entry: Any) -> str:
    """The address of an entry of any host; empty where it has none."""
    found = (entry.get(name) for name in ("url", "serverUrl", "httpUrl", "uri")) if isinstance(entry, dict) else ()
    return next((one for one in found if isinstance(one, str)), "")


def is_replys_own(entry: Any) -> bool:
    """Whether an entry is Reply's own server, reached directly or through a bridge such as mcp-remote."""
    return any(_host(word) == REPLYS_OWN for word in (url_of(entry), *command_line(entry)))


def _host(word: str) -> str:
    try:
        return urlsplit(word).hostname or ""
    except ValueError:
        return ""


def is_ours(entry: Any) -> bool:
    """Whether an entry starts this server: by its command, by uvx, pipx or Docker, or from a checkout."""
    words = command_line(entry)
    node = bool(words) and re.fullmatch(r"(?:npx|npm|node|bunx?)(?:\.cmd|\.exe)?", re.split(r"[\\/]", words[0])[-1])
    return not node and any(re.search(r"(?:^|[\\/@:=])reply[-_]mcp(?:\.exe|[\[:@=]|$)", word) for word in words)


def may_be_ours(entry: Any) -> bool:
    """Whether an entry starts this server, or names one at an address that is not Reply's own."""
    return is_ours(entry) or (url_of(entry) != "" and not is_replys_own(entry))


def kept_arguments(entry: Any) -> tuple[str, ...]:
    """The flags that somebody gave `serve` in our entry, but for the profile, which an installation sets anew."""
    words = command_line(entry)
    flags = words[words.index("serve") + 1 :] if is_ours(entry) and "serve" in words else []
    kept: list[str] = []
    skip = False
    for word in flags:
        if not skip and word != "--profile" and not word.startswith("--profile="):
            kept.append(word)
        skip = word == "--profile" and not skip
    return tuple(kept)

"""How each host writes down a server: one that it starts, and one at an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.cli.install.entry import KEY, Launch


def plain(launch: Launch, reference: str) -> dict[str, Any]:
    """What most hosts take."""
    env = launch.with_key(reference)
    return {"command": launch.command, "args": list(launch.arguments), **({"env": env} if env else {})}


def typed(launch: Launch, reference: str) -> dict[str, Any]:
    """VS Code, Claude Code."""
    return {"type": "stdio", **plain(launch, reference)}


def zed(launch: Launch, reference: str) -> dict[str, Any]:
    """Zed, older versions of which need the source."""
    return {"source": "custom", **plain(launch, reference)}


def cline(launch: Launch, reference: str) -> dict[str, Any]:
    """Cline."""
    return {**plain(launch, reference), "disabled": False, "autoApprove": []}


def codex(launch: Launch, reference: str) -> dict[str, Any]:
    """Codex, which hands variables of its own environment over by name."""
    entry = {"command": launch.command, "args": list(launch.arguments)}
    if launch.key == "host":
        entry["env_vars"] = [KEY]
    env = dict(launch.environment) if launch.key == "host" else launch.with_key("")
    return {**entry, **({"env": env} if env else {})}


def goose(launch: Launch, reference: str) -> dict[str, Any]:
    """Goose, which hands over variables or its own secrets by name."""
    return {
        "name": "Reply",
        "type": "stdio",
        "enabled": True,
        "cmd": launch.command,
        "args": list(launch.arguments),
        "envs": dict(launch.environment) if launch.key == "host" else launch.with_key(""),
        "env_keys": [KEY] if launch.key == "host" else [],
        "timeout": 300,
    }


def opencode(launch: Launch, reference: str) -> dict[str, Any]:
    """opencode, which has the command and its arguments in one list."""
    env = launch.with_key(reference)
    command = [launch.command, *launch.arguments]
    return {"type": "local", "command": command, **({"environment": env} if env else {}), "enabled": True}


def url(name: str, **more: Any) -> Callable[[Launch, str], dict[str, Any]]:
    """Makes the entry of a server at an address, with the key as a bearer token where one is handed over."""

    def entry(launch: Launch, reference: str) -> dict[str, Any]:
        key = launch.with_key(reference).get(KEY)
        return {**more, name: launch.url, **({"headers": {"Authorization": f"Bearer {key}"}} if key else {})}

    return entry


def codex_http(launch: Launch, reference: str) -> dict[str, Any]:
    """Codex, with a server at an address."""
    if launch.key == "host":
        return {"url": launch.url, "bearer_token_env_var": KEY}
    headers = {"http_headers": {"Authorization": f"Bearer {launch.api_key}"}} if launch.key == "clear" else {}
    return {"url": launch.url, **headers}


def goose_http(launch: Launch, reference: str) -> dict[str, Any]:
    """Goose, with a server at an address."""
    headers = {"headers": {"Authorization": f"Bearer {launch.api_key}"}} if launch.key == "clear" else {}
    return {
        "name": "Reply",
        "type": "streamable_http",
        "enabled": True,
        "uri": launch.url,
        **headers,
        "timeout": 300,
    }

"""What the commands' parsers have in common: flags in full, no secret in an error, every setting as a flag."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from reply_mcp.settings import Settings, all_settings, load, shown
from reply_mcp.text.suggestions import did_you_mean

LONGEST_WORD = 15
"""Characters from which a value that argparse quotes in an error may be a key."""


class Parser(argparse.ArgumentParser):
    """Takes flags as they are written in full, and shows no secret that was put in a wrong place."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Abbreviated, --api-key would be --api-key-file, and its error would name the key as a file.
        super().__init__(*arguments, **{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(rf"'[^']{{{LONGEST_WORD},}}'", "'…'", message))


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def unrecognized(rest: Sequence[str]) -> str:
    """The flags among what was not understood, without what was given with them."""
    flags = [one.partition("=")[0] for one in rest if one.startswith("-")]
    secrets = {
        _flag(setting.metadata["env"]): setting.metadata["env"]
        for setting in all_settings()
        if setting.metadata["secret"]
    }
    for flag in flags:
        if flag in secrets:
            return f"{flag}: a command line is visible to every user of the machine; set the variable {secrets[flag]}"
    if not flags:
        return f"{len(rest)} arguments too many" if len(rest) > 1 else "1 argument too many"
    known = [setting.metadata["flag"] for setting in all_settings() if setting.metadata["flag"]]
    return "unrecognized arguments: " + ", ".join(f"{shown(flag)[1:-1]}{did_you_mean(flag, known)}" for flag in flags)


def _flag(variable: str) -> str:
    return "--" + variable.removeprefix("REPLY_").lower().replace("_", "-")


def settings_of(options: argparse.Namespace, *, without: Sequence[str] = ()) -> Settings:
    """The settings from the command's flags and the environment, but for the variables `without`."""
    environ = {name: value for name, value in os.environ.items() if name not in without}
    return load({setting.name: getattr(options, setting.name, None) for setting in all_settings()}, environ)


def add_settings(parser: argparse.ArgumentParser, *, http: bool = False) -> None:
    """Gives a command every setting as a flag, with the environment variable and the default in its help; those of
    `serve --http` where it has to do with it."""
    general = parser.add_argument_group("settings", "A flag wins over its environment variable.")
    for_http = parser.add_argument_group("settings with --http") if http else None
    for setting in all_settings():
        meta = setting.metadata
        group = for_http if meta.get("http") else general
        if meta["flag"] is None or group is None:
            continue
        help = f"{meta['help']} [{meta['env']}{_default(setting.default)}]"
        if meta["metavar"] == "BOOL":
            group.add_argument(
                meta["flag"], dest=setting.name, nargs="?", const="true", metavar="true|false", help=help
            )
        else:
            group.add_argument(meta["flag"], dest=setting.name, metavar=meta["metavar"], help=help)


def _default(value: object) -> str:
    if isinstance(value, tuple):
        value = ",".join(value)
    if value in (None, "", False) or not isinstance(value, (str, int, float)):
        return ""
    return f", default {value:g}" if isinstance(value, (int, float)) else f", default {value}"


def add_command(commands: Commands, name: str, help: str, module: str, *, about: str = "") -> argparse.ArgumentParser:
    """A parser for one command, whose module is imported when it runs."""
    parser = commands.add_parser(name, help=help, description=about or help)

    def run(options: argparse.Namespace) -> int:
        from importlib import import_module

        status: int = import_module(f"reply_mcp.cli.{module}").run(options)
        return status

    parser.set_defaults(run=run)
    return parser

"""What the commands' parsers have in common: flags in full, no secret in an error, settings as flags."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeAlias

from reply_mcp.settings import Settings, all_settings, default_text, load, shown
from reply_mcp.text.suggestions import did_you_mean

LONGEST_WORD = 15
"""Characters from which a value that argparse quotes in an error may be a key."""
ACCOUNT_SETTINGS = ("base_url", "allow_http", "user_id", "user_email", "team_id", "timeout")
"""The settings of a request to Reply, for commands that make one and serve nothing."""


class SettingFlag(argparse.Action):
    """A setting as a flag. There are so many that `usage` stands for all of them with one word."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        setattr(namespace, self.dest, values)


class HelpFormatter(argparse.HelpFormatter):
    """The usage names what the command itself takes, and the settings as `[SETTINGS]`."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        actions = list(actions)
        own = [action for action in actions if not isinstance(action, SettingFlag)]
        if len(own) < len(actions):
            own.append(argparse.Action([], "settings", nargs="?", metavar="SETTINGS"))
        super().add_usage(usage, own, groups, prefix)


class Parser(argparse.ArgumentParser):
    """Takes flags as they are written in full, and shows no secret that was put in a wrong place."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Abbreviated, --api-key would be --api-key-file, and its error would name the key as a file.
        super().__init__(*arguments, **{"formatter_class": HelpFormatter, **options, "allow_abbrev": False})

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Names the choice that a misspelled one was meant to be; argparse has no public way to say it."""
        if action.choices is not None and value not in action.choices:
            choices = list(action.choices)
            raise argparse.ArgumentError(
                None if action.metavar == "COMMAND" else action,
                f"{shown(str(value))} is none of {', '.join(choices)}{did_you_mean(str(value), choices)}",
            )

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(rf"'[^']{{{LONGEST_WORD},}}'", "'…'", message))


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def unrecognized(rest: Sequence[str]) -> str:
    """The flags among what was not understood, without what was given with them."""
    flags = [one.partition("=")[0] for one in rest if one.startswith("-")]
    if secret := next(filter(None, map(secret_fault, flags)), ""):
        return secret
    if not flags:
        return f"{len(rest)} arguments too many" if len(rest) > 1 else "1 argument too many"
    known = [setting.metadata["flag"] for setting in all_settings() if setting.metadata["flag"]]
    return "unrecognized arguments: " + ", ".join(f"{shown(flag)[1:-1]}{did_you_mean(flag, known)}" for flag in flags)


def secret_fault(flag: str) -> str:
    """Why a flag that names a secret is not taken; "" for any other."""
    variable = f"REPLY_{flag.removeprefix('--').replace('-', '_').upper()}"
    if all(setting.metadata["env"] != variable or not setting.metadata["secret"] for setting in all_settings()):
        return ""
    return f"{flag}: a command line is visible to every user of the machine; set the variable {variable}"


def settings_of(options: argparse.Namespace, *, without: Sequence[str] = ()) -> Settings:
    """The settings from the command's flags and the environment, but for the variables `without`."""
    environ = {name: value for name, value in os.environ.items() if name not in without}
    return load({setting.name: getattr(options, setting.name, None) for setting in all_settings()}, environ)


def add_settings(parser: argparse.ArgumentParser, *, http: bool = False, only: Sequence[str] | None = None) -> None:
    """Gives a command settings as flags, with the environment variable and the default in the help.

    Args:
        http: those of `serve --http` too.
        only: the settings that have to do with the command, by name; every one unless given.
    """
    general = parser.add_argument_group("settings", "A flag wins over its environment variable.")
    for_http = parser.add_argument_group("settings with --http") if http else None
    for setting in all_settings():
        meta = setting.metadata
        group = for_http if meta.get("http") else general
        if meta["flag"] is None or group is None or (only is not None and setting.name not in only):
            continue
        default = default_text(setting)
        help = f"{meta['help']} [{meta['env']}{f', default {default}' if default not in ('', 'false') else ''}]"
        switch: dict[str, Any] = (
            {"nargs": "?", "const": "true", "metavar": "true|false"}
            if meta["metavar"] == "BOOL"
            else {"metavar": meta["metavar"]}
        )
        group.add_argument(meta["flag"], dest=setting.name, action=SettingFlag, help=help, **switch)


def http_only_flags(options: argparse.Namespace) -> list[str]:
    """The flags among those given that only `serve --http` uses."""
    return [
        one.metadata["flag"] for one in all_settings() if one.metadata.get("http") and getattr(options, one.name, None)
    ]


def whole_number(least: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` on, for `add_argument(type=…)`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"{shown(text)} is no whole number from {least} on")
        return int(text)

    return read


def add_command(
    commands: Commands, name: str, help: str, module: str, *, about: str = "", add_help: bool = True
) -> argparse.ArgumentParser:
    """A parser for one command, whose module is imported when it runs."""
    parser = commands.add_parser(name, help=help, description=about or help, add_help=add_help)
    parser.set_defaults(command=name)

    def run(options: argparse.Namespace) -> int:
        from importlib import import_module

        status: int = import_module(f"reply_mcp.cli.{module}").run(options)
        return status

    parser.set_defaults(run=run)
    return parser

"""Commands for people, each in a module of its own: `reply-mcp serve`, `demo`, `sandbox`, `tools`, `call` and so on."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from reply_mcp import __version__
from reply_mcp.errors import ReplyError
from reply_mcp.settings import SettingError, Settings, all_settings, load, shown
from reply_mcp.text.suggestions import did_you_mean

USAGE_ERROR = 2
LONGEST_WORD = 15
"""Characters from which a value that argparse quotes in an error may be a key."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit status (0 done, 1 it failed, 2 it was called wrongly)."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    # argparse takes no key=value behind a flag; people write them in any order.
    if rest and (not hasattr(options, "pairs") or any(one.startswith("-") for one in rest)):
        parser.error(_unrecognized(rest))
    if rest:
        options.pairs += rest
    try:
        status: int = options.run(options)
        return status
    except SettingError as error:
        print(f"reply-mcp: {error}", file=sys.stderr)
        return USAGE_ERROR
    except ReplyError as error:
        print(f"reply-mcp: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`reply-mcp tools | head`); that is its right.
        sys.stderr.close()
        return 0


class _Parser(argparse.ArgumentParser):
    """Takes flags as they are written in full, and shows no secret that was put in a wrong place."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Abbreviated, --api-key would be --api-key-file, and its error would name the key as a file.
        super().__init__(*arguments, **{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(rf"'[^']{{{LONGEST_WORD},}}'", "'…'", message))


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _unrecognized(rest: Sequence[str]) -> str:
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="reply-mcp",
        description="Reply (reply.io) for AI agents: its v3 API as an MCP server.",
        epilog="Try it without an account: reply-mcp demo. `reply-mcp login` stores the key; the environment variable "
        "REPLY_API_KEY wins over it.",
    )
    parser.add_argument("--version", action="version", version=f"reply-mcp {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serve(commands)
    _add_demo(commands)
    _add_login(commands)
    _add_logout(commands)
    _add_profile(commands)
    _add_install(commands)
    _add_sandbox(commands)
    _add_tools(commands)
    _add_call(commands)
    _add_approve(commands)
    _add_audit(commands)
    _add_token(commands)
    _add_catalog(commands)
    return parser


def _command(commands: _Commands, name: str, help: str, module: str, *, about: str = "") -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help, description=about or help)

    def run(options: argparse.Namespace) -> int:
        from importlib import import_module

        status: int = import_module(f"reply_mcp.cli.{module}").run(options)
        return status

    parser.set_defaults(run=run)
    return parser


def _add_serve(commands: _Commands) -> None:
    parser = _command(
        commands,
        "serve",
        "serve MCP over stdio (or HTTP)",
        "serve",
        about="Serves MCP over stdio for one person, or over Streamable HTTP for many, each with a Reply key of their "
        "own in the Authorization header.",
    )
    parser.add_argument("--http", action="store_true", help="serve Streamable HTTP at /mcp")
    parser.add_argument("--host", default="127.0.0.1", help="with --http: address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="with --http: port (default 8000; 0 takes a free one)")
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="HOST",
        help="with --http: a further Host header to serve, such as mcp.example.com",
    )
    add_settings(parser, http=True)


def _add_demo(commands: _Commands) -> None:
    parser = _command(
        commands,
        "demo",
        "see it work on sample data, no account needed",
        "demo",
        about="Starts the embedded Reply and the MCP server, drives a short session with a real MCP client, shows each "
        "answer with its tokens, and prints how to connect your own client.",
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other sample data")


def _add_login(commands: _Commands) -> None:
    parser = _command(
        commands,
        "login",
        "store the Reply API key, once for every host",
        "profile",
        about="Asks for a Reply API key (or reads it from standard input), checks it by one call, and stores it in the "
        "system's keyring, else in a file that only you can read. `serve` finds it there. --profile gives it a name.",
    )
    parser.set_defaults(action="add", name="")
    _add_check(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-check", dest="check", action="store_false", help="store the key without asking Reply")
    add_settings(parser)


def _add_logout(commands: _Commands) -> None:
    parser = _command(commands, "logout", "remove a stored key", "profile")
    parser.set_defaults(action="remove", name="")
    parser.add_argument("--profile", metavar="NAME", help="name of the key; by default the one stored without a name")


def _add_profile(commands: _Commands) -> None:
    parser = _command(
        commands,
        "profile",
        "list, add or remove stored keys by name",
        "profile",
        about="Names for stored keys, for several accounts: `profile add acme` stores one, `serve --profile acme` uses "
        "it, `profile list` shows where each is and as whom it acts, `profile remove acme` removes it.",
    )
    parser.add_argument("action", choices=("list", "add", "remove"))
    parser.add_argument("name", nargs="?", default="", help="of the profile")
    parser.add_argument("--json", action="store_true", help="with list: print JSON")
    _add_check(parser)


def _add_install(commands: _Commands) -> None:
    parser = _command(
        commands,
        "install",
        "connect Claude, Cursor, VS Code and other hosts",
        "install.command",
        about="Adds this server to the configuration of hosts, as `reply`: comments and other servers stay, what the "
        "file held is kept beside it, and no key is written. Without a host it lists those that it finds, and what it "
        "would do.",
    )
    parser.add_argument("hosts", nargs="*", metavar="HOST", help="such as claude-code or cursor; all: those found")
    parser.add_argument("--remove", action="store_true", help="remove the entry; the file is as it was")
    parser.add_argument("--print", action="store_true", help="print what to write, and write nothing")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    parser.add_argument("--project", action="store_true", help="into the file of the project in this folder")
    parser.add_argument("--profile", metavar="NAME", help="with the key stored under this name, as reply-NAME")
    parser.add_argument("--name", dest="entry_name", metavar="NAME", default="", help="of the entry (default reply)")
    parser.add_argument("--http", metavar="URL", help="a server that runs at an address, in place of one to start")
    parser.add_argument(
        "--from", dest="from_checkout", metavar="FOLDER", help="the server of a checkout, by absolute paths"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting, such as REPLY_READ_ONLY=true"
    )
    parser.add_argument(
        "--key",
        choices=("store", "host", "clear"),
        default="store",
        help="where the key comes from: stored by `reply-mcp login` (default), handed over by the host from its own "
        "secrets or environment, or written into the file in clear",
    )


def _add_sandbox(commands: _Commands) -> None:
    parser = _command(
        commands,
        "sandbox",
        "run the embedded Reply: the v3 API on sample data",
        "sandbox",
        about="Runs Reply's v3 API on SQLite with sample data, for trying and testing. It behaves as the live API "
        "does, surprises included.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8787, help="port (default 8787; 0 takes a free one)")
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="SQLite file to keep the data in")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample data (default 1)")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its clock runs (default 1)")
    parser.add_argument("--documented", action="store_true", help="behave as documented instead")
    parser.add_argument("--rate-limits", default="100/minute,3000/hour", metavar="RATES", help="its limits, or none")


def _add_tools(commands: _Commands) -> None:
    parser = _command(commands, "tools", "list the tools that are served, with effect and tokens", "tools")
    parser.add_argument("--json", action="store_true", help="print tools/list as it is sent")
    add_settings(parser)


def _add_call(commands: _Commands) -> None:
    parser = _command(
        commands,
        "call",
        "call one tool and print what an agent would read",
        "call",
        about="Calls one tool and prints the text that an agent would read. Any tool can be called, listed or not.",
    )
    parser.add_argument("tool", help="its name, such as reply_search_contacts")
    parser.add_argument("pairs", nargs="*", metavar="key=value", help="arguments; a value that is JSON is read as JSON")
    parser.add_argument("--json", dest="json_arguments", metavar="OBJECT", help="the arguments as a JSON object")
    add_settings(parser)


def _add_audit(commands: _Commands) -> None:
    parser = _command(
        commands,
        "audit",
        "show the audit log, or check that nothing is missing in it",
        "audit",
        about="Shows the last lines of the audit log: each call that may change something, who agreed to it, and what "
        "came of it. --verify checks its chain of hashes over all its files.",
    )
    parser.add_argument("--last", type=int, default=20, metavar="N", help="how many lines (default 20; 0 shows all)")
    parser.add_argument("--tool", help="lines of this tool alone")
    parser.add_argument("--outcome", help="lines with this outcome alone, such as done, asked or unknown")
    parser.add_argument("--json", action="store_true", help="print the lines as they are kept")
    parser.add_argument("--verify", action="store_true", help="check the chain; status 1 where it is broken")
    add_settings(parser)


def _add_approve(commands: _Commands) -> None:
    parser = _command(
        commands,
        "approve",
        "answer what waits for a person (policy person)",
        "approve",
        about="Shows the calls that wait for a person, where REPLY_POLICY says person, and takes the answers. It reads "
        "REPLY_BUDGET_URL, which must be what the server has.",
    )
    parser.add_argument("--page", action="store_true", help="on a page of this machine, in place of the terminal")
    parser.add_argument("--port", type=int, default=0, help="with --page: port (default: a free one)")
    add_settings(parser)


def _add_token(commands: _Commands) -> None:
    parser = _command(
        commands,
        "token",
        "make, list or remove static tokens (serve --http)",
        "token",
        about="Keeps the file of static tokens, with which people call a server that has REPLY_TOKENS_FILE. A token is "
        "shown once, when it is made; the file has its hash. A server takes up changes by itself.",
    )
    parser.add_argument("action", choices=("add", "list", "remove"))
    parser.add_argument("name", nargs="?", default="", help="of the token: who or what has it")
    parser.add_argument("--user", default="", metavar="EMAIL", help="with add: the Reply user as whom it acts")
    parser.add_argument("--policy", default="", metavar="PAIRS", help="with add: in place of REPLY_POLICY")
    parser.add_argument("--tokens-file", metavar="FILE", help="the file [REPLY_TOKENS_FILE]")


def _add_catalog(commands: _Commands) -> None:
    parser = _command(commands, "catalog", "build, check or export the catalog (for developers)", "catalog")
    parser.add_argument(
        "action",
        choices=("build", "check", "export", "facts", "answers"),
        help="build: write the index; check: fail if it is not current, or differs from SPEC; export: print the "
        "catalog as OpenAPI 3.1; facts: write the facts of SPEC, without its prose, for the tests; answers: "
        "write what each operation of SPEC answers with",
    )
    parser.add_argument(
        "spec",
        nargs="?",
        metavar="SPEC",
        help="an OpenAPI 3.1 document (JSON or YAML; a file or an http(s) URL). check compares with it the catalog and "
        "the facts that the checkout keeps, prints every difference and what it means, and ends with 1 where one "
        "matters, 0 where none does, 2 where it cannot be read. Reasons for differences are listed in "
        "reply_mcp/catalog/spec/known_differences.py",
    )
    parser.add_argument(
        "--reply", action="store_true", help="with check: Reply's own document, from where it is published"
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="with check: lines for people (default), workflow commands of GitHub Actions, or JSON",
    )
    parser.add_argument("--check", action="store_true", help="with facts: fail if those that are kept differ from SPEC")

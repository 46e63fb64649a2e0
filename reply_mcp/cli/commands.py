"""Every command with its arguments, as `--help` shows them."""

from __future__ import annotations

import argparse

from reply_mcp import __version__
from reply_mcp.cli.arguments import ACCOUNT_SETTINGS, Commands, Parser, add_command, add_settings, whole_number


def command_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `options.run(options)` runs what was asked for."""
    parser = Parser(
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
    _add_doctor(commands)
    _add_sandbox(commands)
    _add_tools(commands)
    _add_call(commands)
    _add_approve(commands)
    _add_audit(commands)
    _add_token(commands)
    _add_catalog(commands)
    return parser


def _add_serve(commands: Commands) -> None:
    parser = add_command(
        commands,
        "serve",
        "serve MCP over stdio (or HTTP)",
        "serve",
        about="Serves MCP over stdio for one person, or over Streamable HTTP for many, each with a Reply key of their "
        "own, or signed in.",
    )
    parser.add_argument("--http", action="store_true", help="serve Streamable HTTP at /mcp")
    parser.add_argument("--host", help="with --http: address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="with --http: port (default 8000; 0 takes a free one)")
    parser.add_argument(
        "--workers",
        type=whole_number(1),
        help="with --http: processes on one socket, for as many cores (default 1)",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="HOST",
        help="with --http: a further Host header to serve, such as mcp.example.com",
    )
    add_settings(parser, http=True)


def _add_demo(commands: Commands) -> None:
    parser = add_command(
        commands,
        "demo",
        "see it work on sample data, no account needed",
        "demo",
        about="Starts the embedded Reply and the MCP server, drives a short session with a real MCP client, shows each "
        "answer with its tokens, and prints how to connect your own client.",
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other sample data")


def _add_login(commands: Commands) -> None:
    parser = add_command(
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
    add_settings(parser, only=("profile", *ACCOUNT_SETTINGS))


def _add_logout(commands: Commands) -> None:
    parser = add_command(commands, "logout", "remove a stored key", "profile")
    parser.set_defaults(action="remove", name="")
    parser.add_argument("--profile", metavar="NAME", help="name of the key; by default the one stored without a name")


def _add_profile(commands: Commands) -> None:
    parser = add_command(
        commands,
        "profile",
        "list, add or remove stored keys by name",
        "profile",
        about="Names for stored keys, for several accounts: `profile add acme` stores one, `serve --profile acme` uses "
        "it, `profile list` shows where each is and as whom it acts, `profile remove acme` removes it.",
    )
    parser.add_argument("action", choices=("list", "add", "remove"), nargs="?", default="list")
    parser.add_argument("name", nargs="?", default="", help="of the profile")
    parser.add_argument("--json", action="store_true", help="with list: print JSON")
    _add_check(parser)


def _add_install(commands: Commands) -> None:
    parser = add_command(
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


def _add_doctor(commands: Commands) -> None:
    parser = add_command(
        commands,
        "doctor",
        "say what is wrong, and what mends it",
        "doctor.command",
        about="Checks settings, key, network, clock, scopes, the request budget, files, the server itself and the "
        "configurations of hosts, by reads alone (fourteen requests). What is wrong stands first, each with what mends "
        "it. The status is 0 where nothing is wrong, 4 where the key is missing or refused, else 1.",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--strict", action="store_true", help="warnings count as faults")
    parser.add_argument("--offline", action="store_true", help="ask Reply nothing")
    add_settings(parser)


def _add_sandbox(commands: Commands) -> None:
    parser = add_command(
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


def _add_tools(commands: Commands) -> None:
    parser = add_command(commands, "tools", "list the tools that are served, with effect and tokens", "tools")
    parser.add_argument("--json", action="store_true", help="print tools/list as it is sent")
    add_settings(parser)


def _add_call(commands: Commands) -> None:
    parser = add_command(
        commands,
        "call",
        "call one tool and print what an agent would read",
        "call",
        about="Calls one tool and prints the text that an agent would read. Any tool can be called, listed or not: "
        "`reply-mcp call reply_find_tools query=WORDS` finds them, `reply-mcp call TOOL --help` shows what one takes.",
        add_help=False,
    )
    parser.set_defaults(show_help=parser.print_help, usage_error=parser.error)
    parser.add_argument("-h", "--help", action="store_true", help="show this help message, or that of the tool")
    parser.add_argument("tool", nargs="?", default="", help="its name; with --help, what it does and takes")
    parser.add_argument(
        "pairs", nargs="*", default=(), metavar="key=value", help="arguments; a value that is JSON is read as JSON"
    )
    parser.add_argument("--json", dest="json_arguments", metavar="OBJECT", help="the arguments as a JSON object")
    add_settings(parser)


def _add_audit(commands: Commands) -> None:
    parser = add_command(
        commands,
        "audit",
        "show the audit log, or check that nothing is missing in it",
        "audit",
        about="Shows the last lines of the audit log: each call that may change something, who agreed to it, and what "
        "came of it. --verify checks its chain of hashes over all its files.",
    )
    parser.add_argument(
        "--last", type=whole_number(0), default=20, metavar="N", help="how many lines (default 20; 0 shows all)"
    )
    parser.add_argument("--tool", help="lines of this tool alone")
    parser.add_argument("--outcome", help="lines with this outcome alone, such as done, asked or unknown")
    parser.add_argument("--json", action="store_true", help="print the lines as they are kept")
    parser.add_argument("--verify", action="store_true", help="check the chain; status 1 where it is broken")
    add_settings(parser, only=("audit",))


def _add_approve(commands: Commands) -> None:
    parser = add_command(
        commands,
        "approve",
        "answer what waits for a person (policy person)",
        "approve",
        about="Shows the calls that wait for a person, where REPLY_POLICY says person, and takes the answers. It reads "
        "REPLY_BUDGET_URL, which must be what the server has.",
    )
    parser.add_argument("--page", action="store_true", help="on a page of this machine, in place of the terminal")
    parser.add_argument("--port", type=int, default=0, help="with --page: port (default: a free one)")


def _add_token(commands: Commands) -> None:
    parser = add_command(
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


def _add_catalog(commands: Commands) -> None:
    parser = add_command(commands, "catalog", "build, check or export the catalog (for developers)", "catalog")
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

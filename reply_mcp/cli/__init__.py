"""Commands for people: `reply-mcp serve`, `demo`, `call` and so on.

Each is a module with `run(options)`, imported when it runs: `serve`, `demo`, `install`, `doctor`, `profile` (`login`
and `logout` too), `sandbox`, `tools`, `call`, `approve`, `audit`, `token`, `catalog` (its `check` is `catalog_check`).

`commands` has the arguments of all of them, `arguments` what their parsers have in common. They share `streams` (output
in any encoding), `acting_user` (as whom a key acts), `terminal_question` (the terminal as the host that asks) and
`spec_document` (an OpenAPI document from a file or an address).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reply_mcp.cli.arguments import unrecognized
from reply_mcp.cli.commands import command_parser
from reply_mcp.cli.streams import open_streams
from reply_mcp.errors import ReplyError
from reply_mcp.settings import SettingError

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit status (0 done, 1 it failed, 2 it was called wrongly)."""
    open_streams()
    parser = command_parser()
    options, rest = parser.parse_known_args(_as_flags(sys.argv[1:] if arguments is None else arguments))
    # argparse takes no key=value behind a flag; people write them in any order.
    if rest and not hasattr(options, "pairs"):
        parser.error(unrecognized(rest))
    if rest:
        # `call` reads the tool's own arguments, as flags too.
        options.flags = rest
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


def _as_flags(arguments: Sequence[str]) -> Sequence[str]:
    """`help COMMAND` and `version` as people type them, as the flags that they stand for; alone, what there is."""
    if list(arguments[:1]) == ["version"]:
        return ["--version"]
    return [*arguments[1:], "--help"] if list(arguments[:1]) in ([], ["help"]) else arguments

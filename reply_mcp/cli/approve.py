"""`reply-mcp approve`: what waits for a person, and their answer, typed in a terminal or given on a page.

A call waits where the policy says `person`: an agent has no code to type. The command answers in the shared state of
`REPLY_BUDGET_URL`, by default this machine's file. An answer has to come from a terminal: text that is piped into the
command is none. Whoever may type there as this user may agree, so an agent that has a shell should not be that user.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.arguments import settings_of
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.server.consent.requests import Requests


def run(options: argparse.Namespace) -> int:
    """Answers in this terminal, or on a page until stopped; gives the exit status."""
    import anyio

    settings = settings_of(options)
    if settings.budget_url.strip() == "memory:":
        print(
            "reply-mcp: REPLY_BUDGET_URL=memory: keeps what waits inside the server's own process; with sqlite: or "
            "redis://… this command finds it",
            file=sys.stderr,
        )
        return USAGE_ERROR
    return anyio.run(_answer, settings.budget_url, options.page, options.port)


async def _answer(url: str, page: bool, port: int) -> int:
    from reply_mcp.client.stores import StoreDown, open_stores
    from reply_mcp.server.consent.requests import AWAY, Requests

    stores = open_stores(url)
    requests = Requests(stores.state())
    try:
        if page:
            await _serve_page(requests, port)
            return 0
        return await answer_waiting(requests, input, is_terminal=sys.stdin.isatty())
    except StoreDown:
        print(f"reply-mcp: {AWAY}", file=sys.stderr)
        return 1
    finally:
        await stores.aclose()


async def answer_waiting(requests: Requests, read: Callable[[str], str], *, is_terminal: bool) -> int:
    """Shows what waits, one after the other, and keeps each answer; gives the exit status."""
    from reply_mcp.server.consent.requests import GONE

    waiting = await requests.waiting()
    if not waiting:
        print("Nothing waits for a person.")
        return 0
    print(f"{plural(len(waiting), 'call')} {'waits' if len(waiting) == 1 else 'wait'} for a person.")
    for request in waiting:
        print(f"\n{request.describe()}")
        if not is_terminal:
            continue
        try:
            answer = read("Do this? [y]es, [n]o, anything else leaves it: ").strip().lower()
        except EOFError:
            break
        if answer not in ("y", "yes", "n", "no"):
            print("Left as it is.")
            continue
        agreed = answer.startswith("y")
        kept = await requests.answer(request, agreed=agreed)
        print(("Approved: the agent's next call does it." if agreed else "Declined.") if kept else GONE)
    if not is_terminal:
        print("\nreply-mcp: answers are typed in a terminal, or given on the page of --page", file=sys.stderr)
        return 1
    return 0


async def _serve_page(requests: Requests, port: int) -> None:
    """Serves one page with all that waits until stopped, and prints its address first."""
    import uvicorn

    from reply_mcp.server.consent.page import HOST, Pages, listening

    pages = Pages(requests)
    with listening(port) as one:
        print(f"http://{HOST}:{one.getsockname()[1]}{pages.add()}", flush=True)
        print("The address works once. Ctrl-C ends the page.", flush=True)
        # No access log: it would hold the address.
        config = uvicorn.Config(pages.app(), log_level="warning", access_log=False, lifespan="off")
        await uvicorn.Server(config).serve([one])

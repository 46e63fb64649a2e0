"""The terminal as the host that asks: `reply-mcp call` has the person who typed it agree."""

from __future__ import annotations

import sys
from typing import Any

import mcp_types as types
from anyio import to_thread

from reply_mcp.text.cleaning import clean


async def answer_in_terminal(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
    """Shows a question and reads yes or no; the end of the input closes it without an answer."""
    print(clean(params.message), file=sys.stderr)
    try:
        answer = (await to_thread.run_sync(input, "Do this? [y]es, [n]o: ", abandon_on_cancel=True)).strip().lower()
    except EOFError:
        return types.ElicitResult(action="cancel")
    if answer in ("y", "yes"):
        return types.ElicitResult(action="accept", content={"agree": True})
    return types.ElicitResult(action="decline")

"""Headers by which a request asks for less of the server than there is: `X-MCP-Readonly`, `X-MCP-Toolsets`,
`X-MCP-Tools` and `X-MCP-Exclude-Tools`. They never widen it.

A word that is not understood is answered with 400: what it was to forbid would be allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from reply_mcp import catalog
from reply_mcp.server.exclusions import excluded_tools
from reply_mcp.server.http.bounds import Refused
from reply_mcp.server.http.facts import facts_of
from reply_mcp.server.inventory import FINDERS, SPECIAL_TOOLSETS, every_entry
from reply_mcp.server.restriction import WHOLE, Restriction
from reply_mcp.settings import shown
from reply_mcp.settings.values import names, switch
from reply_mcp.text.lists import list_some
from reply_mcp.text.suggestions import did_you_mean, nearest

READONLY, TOOLSETS, TOOLS, EXCLUDE = "x-mcp-readonly", "x-mcp-toolsets", "x-mcp-tools", "x-mcp-exclude-tools"
PREFIX = "x-mcp-"
HEADERS = (READONLY, TOOLSETS, TOOLS, EXCLUDE)
MOST_NAMED = 5
"""Unknown names that an answer repeats; the others are counted."""


class Narrowing:
    """Reads the headers of each request, and notes the restriction that they come to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._entries = [entry for entry in every_entry() if entry.tool]
        self._names = {entry.tool: entry.tool for entry in self._entries}
        self._names |= {alias: entry.tool for entry in self._entries for alias in entry.aliases}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name[:5] in (b"x-mcp", b"x_mcp") for name, _ in scope["headers"]):
            facts_of(scope).restriction = self.restriction_of(Headers(scope=scope))
        await self._app(scope, receive, send)

    def restriction_of(self, headers: Headers) -> Restriction:
        """The restriction of these headers; one that comes several times is one list.

        Raises:
            Refused: for a word that is not understood.
        """
        for name in headers:
            if name.replace("_", "-").startswith("x-mcp") and name not in HEADERS:
                _check_not_misspelled(name)
        given = {name: [value for value in headers.getlist(name) if value.strip()] for name in HEADERS}
        if not any(given.values()):
            return WHOLE
        switches = [_switch(READONLY, value) for value in given[READONLY]]
        toolsets = _names(TOOLSETS, "toolset", given[TOOLSETS], (*SPECIAL_TOOLSETS, *catalog.AREAS))
        tools = self._tools(TOOLS, given[TOOLS], ())
        excluded = self._tools(EXCLUDE, given[EXCLUDE], FINDERS)
        return Restriction(
            read_only=any(switches),
            toolsets=frozenset(toolsets) if toolsets else None,
            tools=frozenset(tools) if tools else None,
            exclude_tools=frozenset(excluded_tools(self._entries, excluded)) if excluded else frozenset(),
        )

    def _tools(self, header: str, values: Sequence[str], others: tuple[str, ...]) -> set[str]:
        given = _names(header, "tool", values, {*self._names, *others})
        return {self._names.get(name, name) for name in given}


def _check_not_misspelled(name: str) -> None:
    word = name.replace("_", "-").removeprefix("x-mcp").strip("-")
    meant = nearest(word, [known.removeprefix(PREFIX) for known in HEADERS], cutoff=0.7)
    if meant:
        raise Refused(400, f"there is no header {shown(name)}; did you mean {PREFIX}{meant}?")


def _switch(header: str, value: str) -> bool:
    try:
        return switch(value)
    except ValueError as error:
        raise Refused(400, f"{header}: {shown(value)} is not right; it takes {error}") from None


def _names(header: str, what: str, values: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    given = names(",".join(values))
    if values and not given:
        raise Refused(400, f"{header}: it names no {what}")
    unknown = [name for name in dict.fromkeys(given) if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known) if len(unknown) == 1 and len(unknown[0]) <= 100 else ""
        listed = list_some([shown(name) for name in unknown], MOST_NAMED)
        raise Refused(400, f"{header}: there is no {what} {listed}{hint}")
    return given

"""Which tools a run has: those it lists, those that only search reaches, and those that the settings exclude.

The filter works on the index alone and knows nothing of what a tool does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable

from reply_mcp import catalog, workflows
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.exclusions import excluded_tools
from reply_mcp.server.restriction import Restriction
from reply_mcp.settings import SettingError, Settings, shown
from reply_mcp.text.lists import list_some
from reply_mcp.text.suggestions import did_you_mean, nearest

FINDERS = ("reply_find_tools", "reply_run_read", "reply_run_write")
"""The tools that reach every other one; listed unless excluded."""
_BY_SETTINGS = "this server's settings"
_BY_REQUEST = "this server's settings or this request's X-MCP headers"
MOST_NAMED = 5
"""Tools that are switched off and that one text names, as far as its note lists them."""
_ONLY_READS = "off, since this server only reads"
SPECIAL_TOOLSETS = ("default", "all", "none")


def every_entry() -> list[Entry]:
    """All entries: areas in their order, each area's workflows first."""
    made = workflows.entries()
    rows: list[Entry] = []
    for area in catalog.AREAS:
        rows += [entry for entry in made if entry.area == area]
        rows += [entry for entry in catalog.entries() if entry.area == area]
    return rows


class Inventory:
    """The tools of one run.

    Attributes:
        listed: the entries that `tools/list` shows, in a fixed order.
        reachable: every entry that may be called, by tool name.
        withheld: the entries that take secrets and may be called only if the settings name them.
        coming: operations that Reply has announced and not released.
        finders: which of the three finders the run has.
        off: the tools that the settings, or the request, switch off, and why.
    """

    _by = _BY_SETTINGS

    def __init__(self, settings: Settings, entries: Iterable[Entry] | None = None) -> None:
        rows = list(every_entry() if entries is None else entries)
        self.coming = [entry for entry in rows if not entry.tool]
        rows = [entry for entry in rows if entry.tool]
        self.aliases = {alias: entry.tool for entry in rows for alias in entry.aliases}
        names = {entry.tool for entry in rows}
        self._known_tools("REPLY_TOOLS", settings.tools, names)
        self._known_tools("REPLY_EXCLUDE_TOOLS", settings.exclude_tools, names | set(FINDERS))
        self._known_toolsets(settings.toolsets)
        named = {self.canonical(name) for name in settings.tools}
        excluded = {self.canonical(name) for name in settings.exclude_tools}
        self.off = excluded_tools(rows, excluded)
        if settings.read_only:
            writes = (entry.tool for entry in rows if entry.effect is not Effect.READ)
            self.off = {**dict.fromkeys(writes, _ONLY_READS), **self.off}
        allowed = {entry.tool: entry for entry in rows if entry.tool not in self.off}
        self.withheld = {tool: entry for tool, entry in allowed.items() if entry.secret and tool not in named}
        self.reachable = {tool: entry for tool, entry in allowed.items() if tool not in self.withheld}
        self.listed = [
            entry for entry in self.reachable.values() if entry.tool in named or self._in_toolsets(entry, settings)
        ]
        self._operations = {entry.id for entry in self.reachable.values()}
        self._entries = {entry.tool: entry for entry in rows}
        self._finders_off = {**({"reply_run_write": _ONLY_READS} if settings.read_only else {})}
        self._finders_off |= dict.fromkeys(excluded & set(FINDERS), "excluded")
        self.finders = tuple(name for name in FINDERS if name not in self._finders_off)

    def restricted(self, to: Restriction) -> Inventory:
        """The part of it that a restriction leaves: nothing is listed or reachable there that is not here."""
        part = copy.copy(self)
        if all(map(to.leaves, self.reachable.values())) and all(map(to.leaves_finder, self.finders)):
            return part
        part._by = _BY_REQUEST
        part.reachable = {tool: entry for tool, entry in self.reachable.items() if to.leaves(entry)}
        part.withheld = {tool: entry for tool, entry in self.withheld.items() if to.leaves(entry)}
        gone = (self.reachable | self.withheld).keys() - part.reachable.keys() - part.withheld.keys()
        part.off = {**dict.fromkeys(sorted(gone), "left out"), **self.off}
        part.listed = [entry for entry in self.listed if entry.tool in part.reachable]
        part._operations = {entry.id for entry in part.reachable.values()}
        part.finders = tuple(name for name in self.finders if to.leaves_finder(name))
        part._finders_off = {**dict.fromkeys(set(self.finders) - set(part.finders), "left out"), **self._finders_off}
        return part

    @property
    def off_entries(self) -> list[Entry]:
        """The entries of the tools that are switched off."""
        return [self._entries[tool] for tool in self.off if tool in self._entries]

    def canonical(self, name: str) -> str:
        """The tool's own name, for one that may be an alias."""
        return self.aliases.get(name, name)

    def find(self, name: str) -> Entry | None:
        """The entry of a tool that may be called, by its name or an alias; None where there is none."""
        return self.reachable.get(self.canonical(name))

    def off_in(self, text: str) -> list[str]:
        """The tools that a text names and that the settings switch off, under their own names or aliases."""
        named = dict.fromkeys(re.findall(r"\breply_[a-z0-9_]+", text)) if self.off else ()
        return [name for name in named if self.canonical(name) in self.off]

    def note_of_off(self, text: str) -> str:
        """A line that says which of the tools in a text are switched off; "" where none is, or the text explains it."""
        names = self.off_in(text)
        if not names or f"({self._by})" in text:
            return ""
        return f"\nSwitched off by {self._by}: {list_some(names, MOST_NAMED)}."

    def why_off(self, name: str) -> str:
        """Why a tool of this name or alias is switched off; "" where it is not."""
        off = self.off.get(self.canonical(name)) or self._finders_off.get(name)
        return "" if off is None else f"{name} is {off} ({self._by})"

    def has_operation(self, operation: str) -> bool:
        """Whether a tool that may be called makes this operation."""
        return operation in self._operations

    @staticmethod
    def _in_toolsets(entry: Entry, settings: Settings) -> bool:
        toolsets = settings.toolsets
        if settings.tools and toolsets == ("default",):
            return False
        return "all" in toolsets or entry.area in toolsets or ("default" in toolsets and entry.core)

    def _known_tools(self, setting: str, given: Iterable[str], names: set[str]) -> None:
        for name in given:
            if self.canonical(name) not in names:
                near = nearest(name, names)
                hint = f"did you mean {near}?" if near else "`reply-mcp tools --toolsets all` lists them"
                raise SettingError(f"{setting}: there is no tool {shown(name)}; {hint}")

    @staticmethod
    def _known_toolsets(given: Iterable[str]) -> None:
        for name in given:
            known = (*SPECIAL_TOOLSETS, *catalog.AREAS)
            if name not in known:
                raise SettingError(
                    f"REPLY_TOOLSETS: there is no toolset {shown(name)}{did_you_mean(name, known)}; there are "
                    f"{', '.join(known)}"
                )

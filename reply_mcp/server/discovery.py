"""The three tools that reach every other one: find a tool, run a read, run a write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.catalog.schema import compact, readable_schema, shown_schema
from reply_mcp.errors import WrongArguments
from reply_mcp.server.exclusions import NOT_CHANGED_HERE
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.output_options import option_schemas
from reply_mcp.server.tool_calls import ToolResult, operation_of
from reply_mcp.server.tool_lines import first_words, once, signature
from reply_mcp.server.unsupported_tools import UNSUPPORTED, UNSUPPORTED_JOBS
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some
from reply_mcp.text.outside import raw

if TYPE_CHECKING:
    from reply_mcp.server.search import Found, Matches, Search

FIND = {
    "type": "object",
    "properties": {
        "query": {"type": "string", "description": "A job in plain words, or a tool's name"},
        "area": {"type": "string", "description": "List its tools, such as inbox; no arguments: the areas"},
        "detail": {"type": "string", "enum": ["concise", "full"], "description": "full: whole schema of the best"},
    },
}
_TOOL = {"type": "string"}
_ARGUMENTS = {"type": "object", "description": "The tool's own"}
RUN = {"type": "object", "properties": {"tool": _TOOL, "arguments": _ARGUMENTS}, "required": ["tool"]}
RUN_WRITE = {
    "type": "object",
    "properties": {
        "tool": _TOOL,
        "arguments": _ARGUMENTS,
        "confirm": {"type": "string", "description": "The code it asked for"},
    },
    "required": ["tool"],
}
DESCRIPTIONS = {
    "reply_find_tools": "Find any Reply tool, listed here or not, or browse them by area: names, arguments, effects.",
    "reply_run_read": "Run a tool that reply_find_tools found and that only reads.",
    "reply_run_write": "Run a tool that reply_find_tools found and that changes, sends, spends, shares or deletes.",
}
SCHEMAS = {"reply_find_tools": FIND, "reply_run_read": RUN, "reply_run_write": RUN_WRITE}
RUNNERS = ("reply_run_read", "reply_run_write")
"""The tools that run those that a search found."""
CLEARLY_BEST = 1.2
"""How many times better than the second a match is to be shown whole alone."""
FULL_TOKENS = 2_500
"""About how much the whole definitions of one search may come to; the best match is shown whole whatever it takes."""
DOUBTFUL = 3
"""How many tools are shown where it is doubtful that any does what was asked for."""
LONGEST_QUERY = 1_000
"""Characters of a search; a job in plain words takes a tenth of it."""
LONGEST_NAME = 100
"""Characters of a tool's name; ours have at most 50."""
LINE_WORDS = 6
"""How many words an area's list has for each tool."""
BRIEF_WORDS = 8
"""How many words a search has for each tool after the likely ones."""
SHOWN = 6
"""How many tools a search shows; the one that was meant is among the first five but once in fifty."""
LIKELY = 3
"""How many tools of a search are shown with all that they take: the one that was meant is nearly always among them."""
MOST_NEAR = 3
"""How many tools are named in place of one that there is not."""
MISSPELLED, WRITTEN_ALIKE = 0.94, 0.8
"""How alike two names of tools are, from 0 to 1, to be one of them misspelled, and to be named where nothing is nearer.
"""
LONGEST_ECHO = 80
"""Characters of a query that an answer repeats."""

_COSTS = re.compile(
    r" (?:(?:At most|Up to) )?(?:One|Two|Three|\d+|\d+(?:-| to )\d+)(?: more)? requests?(?: more)?\.(?= |$)"
)
"""How many requests a call takes, which the whole definition says: it decides between no two tools."""
_TOOL_NAME = re.compile(r"[a-z0-9_-]+", re.ASCII)
_TRY = (
    "These tools run Reply, sales outreach by email and LinkedIn, and nothing else. "
    "Try the thing's name: contact, sequence, inbox thread, task, report."
)
_UNRELEASED = "not released by Reply yet, cannot be called"
_WITHHELD = "off, since it takes mailbox passwords; the person can switch it on by naming it in REPLY_TOOLS"


class Discovery:
    """Finding and naming tools within one inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    @cached_property
    def _search(self) -> Search:
        # Imported and built when first asked for: start-up does not need it.
        from reply_mcp.server.search import Search

        known = self._inventory
        return Search([*known.reachable.values(), *known.withheld.values(), *known.coming, *known.off_entries])

    def find(self, arguments: Mapping[str, Any]) -> ToolResult:
        """`reply_find_tools`: the tools that fit a query, those of an area, or the areas."""
        _only(arguments, FIND)
        query, area, detail = (arguments.get(name) or None for name in ("query", "area", "detail"))
        faults = []
        if query is not None and not isinstance(query, str):
            faults.append('query: a job in plain words such as "who replied this week"')
        elif query is not None and len(query) > LONGEST_QUERY:
            faults.append(
                f"query: at most {LONGEST_QUERY:,} characters, got {len(query):,}; name the job in a few words"
            )
        if area is not None and area not in self._areas:
            faults.append(f"area: one of {', '.join(self._areas)}")
        if detail not in (None, "concise", "full"):
            faults.append("detail: one of concise, full")
        if faults:
            raise WrongArguments(faults)
        if isinstance(query, str) and query.strip():
            return self._found(query.strip(), str(area) if area else None, detail == "full")
        return self._listed(str(area)) if area else self._overview()

    @cached_property
    def _areas(self) -> dict[str, list[Entry]]:
        """Each area's tools, in the catalog's order."""
        areas: dict[str, list[Entry]] = {}
        for entry in self._inventory.reachable.values():
            areas.setdefault(entry.area, []).append(entry)
        return areas

    def _overview(self) -> ToolResult:
        counts = ", ".join(f"{area} {len(entries)}" for area, entries in self._areas.items())
        return ToolResult(
            f"Areas and how many tools each has: {counts}.\nOne area's tools: area=…; a job in words: query=…"
        )

    def _listed(self, area: str) -> ToolResult:
        """An area's tools, a line each."""
        entries = self._areas[area]
        lines = [f'{area}: {len(entries)} tools. Arguments: query=NAME, detail="full".']
        lines += [f"{entry.tool} [{entry.effect}] {first_words(entry.about, LINE_WORDS)}" for entry in entries]
        return ToolResult("\n".join(lines), data=[{"tool": one.tool, "effect": one.effect.value} for one in entries])

    def _found(self, query: str, area: str | None, full: bool) -> ToolResult:
        from reply_mcp.server.search import Found, Matches

        exact = self._inventory.find(query) or self._inventory.withheld.get(query)
        if not exact and query in UNSUPPORTED:
            return ToolResult(f"{query}: {UNSUPPORTED[query]}")
        if not exact and self._inventory.why_off(query):
            return ToolResult(f"{self.explain_unknown(query)}.")
        known = Matches([Found(exact, 1.0)], False) if exact else self._search.matches(query)
        fitting = [one for one in known.found if area in (None, one.entry.area)]
        on = [one for one in fitting if one.entry.tool not in self._inventory.off]
        told = set(re.findall(r"\w+", UNSUPPORTED_JOBS.get(known.elsewhere or "", "")))
        on[:SHOWN] = sorted(on[:SHOWN], key=lambda one: one.entry.tool not in told)
        matches, others = (on[:LIKELY], []) if full else _one_of_each_kind(on)
        note = self._doubt(query, known, [one.entry for one in matches])
        if fitting[:1] != matches[:1] and not note:
            note = [f"{self.explain_unknown(fitting[0].entry.tool)}.", *(["Nearest:"] if matches else [])]
        if note:
            matches = matches[:DOUBTFUL]
        if full and not note:
            lines = self._in_full(matches)
        else:
            above: set[str] = set()
            lines = [self.summarize(one.entry, brief=place >= LIKELY, above=above) for place, one in enumerate(matches)]
            also = [f"; also {', '.join(names)}" if names else "" for names in others]
            lines = [f"{line}{rest}" for line, rest in zip(lines, also, strict=False)] if also else lines
        found = [one.entry for one in matches if one.entry.tool in self._inventory.reachable]
        if found and not (full and not note):
            runners = [name for name in self._inventory.finders if name in RUNNERS]
            run = f"Run with {' or '.join(runners)}. " if runners else ""
            lines.append(f'{run}All arguments: detail="full".')
        data = [{"tool": one.tool, "effect": one.effect.value} for one in found]
        return ToolResult("\n".join([*note, *lines]), data=data)

    def _doubt(self, query: str, known: Matches, entries: Sequence[Entry]) -> list[str]:
        """What to say where probably nothing here does the job."""
        if known.elsewhere in UNSUPPORTED_JOBS:
            return [UNSUPPORTED_JOBS[known.elsewhere], "Nearest:"]
        if not entries:
            return [f"Nothing fits {_shortened(query)!r}. {_TRY}", *self._where_to_look(entries)]
        if known.doubtful:
            return [f"Nothing fits {_shortened(query)!r} well. {_TRY}", *self._where_to_look(entries), "Nearest:"]
        return []

    def _where_to_look(self, entries: Sequence[Entry]) -> list[str]:
        areas = list(dict.fromkeys(entry.area for entry in entries[:DOUBTFUL]))
        some = " or ".join(areas) if areas else ", ".join(self._areas)
        return [f"Areas to look in with area=…: {some}."]

    def summarize(self, entry: Entry, *, brief: bool = False, above: set[str] | None = None) -> str:
        """One line: `reply_create_x(name, items[], other?): what it does [write]`.

        Args:
            brief: the arguments that it must have alone, and the first words of what it does.
            above: what lines above have said at length and this one need not; what this one says is added.
        """
        above = set() if above is None else above
        if not entry.tool:
            return f"{entry.id}: {entry.about.splitlines()[0]} [{once(_UNRELEASED, 'not released either', above)}]"
        if entry.tool in self._inventory.withheld:
            return f"{entry.tool}: {entry.about.splitlines()[0]} [{once(_WITHHELD, 'off too', above)}]"
        properties, required = entry.schema.get("properties", {}), entry.schema.get("required", [])
        optional = [name for name in properties if name not in required and name not in ("top", "skip")]
        names = [*required, *optional]
        shown = [
            signature(name, properties[name], name in required, above)
            for name in names[: len(required) if brief else 7]
        ]
        shown += ["…"] if len(names) > len(shown) else []
        about = _COSTS.sub("", entry.about.replace("\n", " "))
        about = first_words(about, BRIEF_WORDS) if brief else about if len(about) <= 140 else about[:139] + "…"
        return f"{entry.tool}({', '.join(shown)}): {about} [{entry.effect}]"

    def _in_full(self, matches: Sequence[Found]) -> list[str]:
        """The whole of the best match alone where it is clearly the best, else of as many as fit; the rest as lines."""
        from reply_mcp.text.tokens import estimate_tokens

        alone = len(matches) == 1 or matches[0].score >= CLEARLY_BEST * matches[1].score
        texts: list[str] = []
        room = FULL_TOKENS
        for place, match in enumerate(matches):
            text = self.summarize(match.entry) if alone and place else self._define(match.entry)
            if place and estimate_tokens(text) > room:
                text = self.summarize(match.entry)
            room -= estimate_tokens(text)
            texts.append(text)
        return texts

    def _define(self, entry: Entry) -> str:
        """The whole definition: name, effect, description, schema, example."""
        if entry.tool not in self._inventory.reachable:
            return self.summarize(entry)
        operation = operation_of(entry)
        schema = readable_schema(shown_schema(operation.arguments))
        schema = {**schema, "properties": schema["properties"] | option_schemas(entry)}
        example = f"\nExample: {compact(operation.example)}" if operation.example else ""
        return f"{entry.tool} [{entry.effect}]: {entry.about}\n{compact(schema)}{example}"

    def resolve(self, runner: str, arguments: Mapping[str, Any]) -> tuple[Entry, dict[str, Any]]:
        """The entry and the arguments that `reply_run_read` or `reply_run_write` was asked for.

        Raises:
            WrongArguments: where the tool is unknown, or is a write asked of `reply_run_read`.
        """
        arguments = dict(arguments)
        # The question says `confirm=…`: beside the tool's name is as good a place for it as among its arguments.
        code = arguments.pop("confirm", None)
        _only(arguments, RUN)
        name, inner = arguments.get("tool"), arguments.get("arguments")
        if isinstance(inner, str):
            inner = _read_json(inner)
        if inner is not None and not isinstance(inner, dict):
            raise WrongArguments(["arguments: an object of the tool's arguments"])
        if not isinstance(name, str):
            raise WrongArguments(["tool: required, the name of a tool (reply_find_tools finds it)"])
        entry = self._inventory.find(name)
        if entry is None:
            raise WrongArguments([f"tool: {self.explain_unknown(name)}"])
        if runner == "reply_run_read" and entry.effect is not Effect.READ:
            raise WrongArguments([f"tool: {entry.tool} does not only read ({entry.effect}); use reply_run_write"])
        return entry, {**(inner or {}), **({} if code is None else {"confirm": code})}

    def explain_unknown(self, name: str) -> str:
        """Why there is no tool of this name here, and what there is instead."""
        if len(name) > LONGEST_NAME:
            return f"no tool's name is longer than {LONGEST_NAME} characters; this one has {len(name):,}"
        # A name that could be a tool's is no outsider's sentence, though it may name a tool that writes.
        name = raw(name) if _TOOL_NAME.fullmatch(name) else name
        for soon in self._inventory.coming:
            if name == soon.id:
                return f"{name} ({soon.about.splitlines()[0]}) is announced, but Reply has not released it yet"
        if name in self._inventory.withheld:
            return f"{name} is {_WITHHELD}"
        if off := self._inventory.why_off(name):
            return f"{off}. {NOT_CHANGED_HERE}"
        if name in UNSUPPORTED:
            return f"{name} is {UNSUPPORTED[name].rstrip('.')}"
        return f"there is no tool {name!r} here{self._near(name)}. reply_find_tools finds tools by words"

    def _near(self, name: str) -> str:
        """`; near: …`: the tool of which this is a misspelled name, those that do what its words say, else those whose
        names are written much like it; or why no tool does that."""
        if not _TOOL_NAME.fullmatch(name):
            return ""
        known = self._inventory.reachable
        found = self._search.matches(name.removeprefix("reply_").replace("_", " "))
        cutoff = WRITTEN_ALIKE if found.doubtful else MISSPELLED
        alike = difflib.get_close_matches(name, [*known, *self._inventory.finders], MOST_NEAR, cutoff)
        if not alike and found.elsewhere in UNSUPPORTED_JOBS:
            return f": {UNSUPPORTED_JOBS[found.elsewhere].rstrip('.')}"
        meant = [] if found.doubtful else [one.entry.tool for one in found.found if one.entry.tool in known]
        near = list(dict.fromkeys([*alike, *meant]))[:MOST_NEAR]
        return f"; near: {', '.join(near)}" if near else ""


def _one_of_each_kind(found: Sequence[Found]) -> tuple[list[Found], list[list[str]]]:
    """The matches to show, and for each the names of others of its kind, which after the likely ones take no line of
    their own: beside `reply_delete_contact` its `reply_bulk_delete_contacts`."""
    shown: list[Found] = []
    others: list[list[str]] = []
    places: dict[frozenset[str], int] = {}
    for one in found:
        if len(shown) == SHOWN:
            break
        place = places.setdefault(_kind(one.entry.tool or one.entry.id), len(shown))
        if place == len(shown) or len(shown) < LIKELY:
            shown.append(one)
            others.append([])
            continue
        if place >= LIKELY:
            shown[place], one = sorted((shown[place], one), key=lambda each: len(each.entry.tool))
        others[place].append(one.entry.tool)
    return shown, others


def _kind(name: str) -> frozenset[str]:
    """What of a name is the same for one and for many: `bulk_delete_rules` and `delete_rule`."""
    from reply_mcp.server.search.words import stem, tokens

    return frozenset(stem(word) for word in tokens(name)) - {"bulk"}


def _shortened(query: str) -> str:
    return inline(query, LONGEST_ECHO)


def _read_json(text: str) -> Any:
    """The value of arguments that a host sends as JSON text, once or twice encoded; None for empty text and null."""
    import json

    value: Any = text
    for _ in range(3):
        if not isinstance(value, str):
            break
        if not value.strip():
            return None
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise WrongArguments(["arguments: an object, got text that is not JSON"]) from None
    return value


def _only(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    known = list(schema["properties"])
    unknown = [name[:60] for name in arguments if name not in known]
    if unknown:
        raise WrongArguments([f"{list_some(unknown, 5)}: no such argument; there are {', '.join(known)}"])

"""The three tools that reach every other one: find a tool, run a read, run a write."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.catalog.schema import compact, full_schema
from reply_mcp.errors import WrongArguments
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.output_options import option_schemas
from reply_mcp.server.tool_calls import ToolResult, operation_of
from reply_mcp.server.unsupported_tools import UNSUPPORTED
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.server.search import Found, Search

FIND = {
    "type": "object",
    "properties": {
        "query": {"type": "string", "description": "A job in plain words, or a tool's name"},
        "detail": {"type": "string", "enum": ["concise", "full"], "description": "full: whole schema of the best"},
    },
    "required": ["query"],
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "properties": {"tool": {"type": "string"}, "arguments": {"type": "object"}},
    "required": ["tool"],
    "additionalProperties": False,
}
DESCRIPTIONS = {
    "reply_find_tools": "Find any Reply tool, listed here or not: names, arguments, effects of the best matches.",
    "reply_run_read": "Run a tool that reply_find_tools found and that only reads.",
    "reply_run_write": "Run a tool that reply_find_tools found and that changes, sends, spends, shares or deletes.",
}
CLEARLY_BEST = 1.5
"""How many times better than the second a match is to be shown whole alone."""
FULL_TOKENS = 2_500
"""About how much the whole definitions of one search may come to; the best match is shown whole whatever it takes."""
DOUBTFUL = 3
"""How many tools are shown where it is doubtful that any does what was asked for."""
MAX_QUERY = 1_000
"""Characters of a search; a job in plain words takes a tenth of it."""
MAX_NAME = 100
"""Characters of a tool's name; ours have at most 50."""
RUN_WRITE = {
    "type": "object",
    "properties": {"tool": {"type": "string"}, "arguments": {"type": "object"}, "confirm": {"type": "string"}},
    "required": ["tool"],
    "additionalProperties": False,
}
SCHEMAS = {"reply_find_tools": FIND, "reply_run_read": RUN, "reply_run_write": RUN_WRITE}

_TRY = (
    "These tools run Reply, sales outreach by email and LinkedIn, and nothing else. "
    "Try the thing's name: contact, sequence, inbox thread, task, report."
)
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
        return Search([*known.reachable.values(), *known.withheld.values(), *known.coming])

    def find(self, arguments: Mapping[str, Any]) -> ToolResult:
        """`reply_find_tools`."""
        _only(arguments, FIND)
        query, detail = arguments.get("query"), arguments.get("detail") or "concise"
        faults = []
        if not isinstance(query, str) or not query.strip():
            faults.append('query: required, a job in plain words such as "who replied this week"')
        elif len(query) > MAX_QUERY:
            faults.append(f"query: at most {MAX_QUERY:,} characters, got {len(query):,}; name the job in a few words")
        if detail not in ("concise", "full"):
            faults.append("detail: one of concise, full")
        if faults or not isinstance(query, str):
            raise WrongArguments(faults)
        from reply_mcp.server.search import Found, Matches

        exact = self._inventory.find(query.strip()) or self._inventory.withheld.get(query.strip())
        if not exact and query.strip() in UNSUPPORTED:
            return ToolResult(f"{query.strip()}: {UNSUPPORTED[query.strip()]}")
        known = Matches([Found(exact, 1.0)], False) if exact else None
        matches, doubtful = known or self._search.matches(query, 3 if detail == "full" else 8)
        if doubtful:
            matches, detail = matches[:DOUBTFUL], "concise"
        found = [one.entry for one in matches]
        if not found:
            return ToolResult(f"Nothing fits {query!r}. {_TRY}")
        lines = self._in_full(matches) if detail == "full" else [self.summarize(entry) for entry in found]
        if doubtful:
            lines.insert(0, f"Nothing fits {query!r} well. {_TRY} Nearest:")
        found = [entry for entry in found if entry.tool in self._inventory.reachable]
        if detail == "concise" and found:
            lines.append('Run with reply_run_read (read) or reply_run_write. All arguments: detail="full".')
        return ToolResult("\n".join(lines), data=[{"tool": e.tool, "effect": e.effect.value} for e in found])

    def summarize(self, entry: Entry) -> str:
        """One line: `reply_create_x(name, items[], …): what it does [write]`."""
        if not entry.tool:
            return f"{entry.id}: {entry.about.splitlines()[0]} [not released by Reply yet, cannot be called]"
        if entry.tool in self._inventory.withheld:
            return f"{entry.tool}: {entry.about.splitlines()[0]} [{_WITHHELD}]"
        properties, required = entry.schema.get("properties", {}), entry.schema.get("required", [])
        names = [*required, *(name for name in properties if name not in required and name not in ("top", "skip"))]
        shown = [_signature(name, properties[name], name in required) for name in names[:7]]
        more = ", …" if len(names) > 7 else ""
        about = entry.about.replace("\n", " ")
        about = about if len(about) <= 140 else about[:139] + "…"
        return f"{entry.tool}({', '.join(shown)}{more}): {about} [{entry.effect}]"

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
        schema = full_schema(operation.arguments)
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
        if len(name) > MAX_NAME:
            return f"no tool's name is longer than {MAX_NAME} characters; this one has {len(name):,}"
        for soon in self._inventory.coming:
            if name == soon.id:
                return f"{name} ({soon.about.splitlines()[0]}) is announced, but Reply has not released it yet"
        if name in self._inventory.withheld:
            return f"{name} is {_WITHHELD}"
        if name in UNSUPPORTED:
            return f"{name} is {UNSUPPORTED[name].rstrip('.')}"
        near = difflib.get_close_matches(name, self._inventory.reachable, n=3, cutoff=0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        return f"there is no tool {name!r} here{hint}. reply_find_tools finds tools by words"


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


def _signature(name: str, schema: Mapping[str, Any], required: bool) -> str:
    many = "[]" if schema.get("type") == "array" else ""
    choices = schema.get("enum") or schema.get("items", {}).get("enum") if isinstance(schema, Mapping) else None
    values = "=" + "|".join(map(str, choices)) if choices and len(choices) <= 4 else ""
    return f"{name}{many}{values}" if required else f"{name}?{many}{values}"

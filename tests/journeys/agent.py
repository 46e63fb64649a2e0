"""An agent that has never seen Reply: it knows the tools that are listed or that an answer named, and reads answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Sandbox, text_of
from tests.tokens import count_tokens
from tests.wording import wording_faults

_TOOL = re.compile(r"\breply_[a-z]+(?:_[a-z0-9]+)*")
_EFFECT = re.compile(r"^(reply_\w+)\(.*\[(\w+)\]$", re.MULTILINE)
_ROW = re.compile(r"^(\d{2,})(?: |$)", re.MULTILINE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_READS = ("get", "list", "search", "filter", "count", "preview", "estimate", "render", "export", "test")


class Misread(AssertionError):
    """An answer does not have what the next call needs."""


@dataclass(frozen=True)
class Answer:
    """What one call gave the agent to read."""

    text: str
    is_error: bool = False

    def __contains__(self, words: object) -> bool:
        return str(words) in self.text

    @property
    def asks(self) -> bool:
        """Whether nothing is done yet, and a person is to be asked."""
        return 'confirm="' in self.text

    def line(self, *words: object) -> str:
        """The first line with all these words."""
        for line in self.text.splitlines():
            if all(str(word) in line for word in words):
                return line
        raise Misread(f"no line with {words} in:\n{self.text}")

    def id_of(self, *words: object) -> int:
        """The id beside these words: first in their row of a table, after them, or before them."""
        line, name = self.line(*words), re.escape(str(words[0]))
        found = re.match(r"(\d\d+) ", line) or re.search(rf'{name}"? (?:<[^>]*>)?\s*\(?(\d+)\)?', line)
        found = found or re.search(rf'(\d+):? "?{name}', line) or re.search(r"(\d\d+)", line)
        if not found:
            raise Misread(f"no id beside {words} in: {line}")
        return int(found[1])

    def ids(self) -> list[int]:
        """The ids of a table's rows."""
        return [int(id) for id in _ROW.findall(self.text)]

    def emails(self) -> list[str]:
        return list(dict.fromkeys(_EMAIL.findall(self.text)))

    def after(self, words: str) -> str:
        """The word, number or quoted text that follows these words."""
        found = re.search(re.escape(words) + r'\s*(?:"([^"]*)"|([^\s,;:()]+))', self.text)
        if not found:
            raise Misread(f"nothing after {words!r} in:\n{self.text}")
        return (found[1] or found[2]).rstrip(".")

    def count(self, words: str) -> int:
        """The number that stands before these words: `35` of `35 of 40 contacts enrolled` for `of 40`."""
        found = re.search(rf"([\d,]+) {re.escape(words)}", self.text)
        if not found:
            raise Misread(f"no number before {words!r} in:\n{self.text}")
        return int(found[1].replace(",", ""))

    def call(self, tool: str) -> dict[str, Any]:
        """The arguments of a call that the answer spells out; what is left to the agent (`…`) is not among them."""
        found = re.search(rf"{tool} (\{{[^\n]*?\}})(?=[\s.;,)]|$)", self.text)
        if not found:
            raise Misread(f"no call of {tool} is spelled out in:\n{self.text}")
        return {k: v for k, v in json.loads(found[1].replace("…", "null")).items() if v is not None}

    def data(self) -> list[dict[str, Any]]:
        """The objects of an answer in full detail."""
        return [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]

    @property
    def skip(self) -> int | None:
        """Where the list goes on."""
        found = re.search(r"skip=(\d+)", self.text)
        return int(found[1]) if found else None

    @property
    def code(self) -> str:
        return self.after("confirm=")


@dataclass
class Agent:
    """Calls tools by name; those that are not listed through `reply_run_read` and `reply_run_write`."""

    client: Any
    sandbox: Sandbox
    listed: set[str] = field(default_factory=set)
    effects: dict[str, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    calls: int = 0
    tokens: int = 0
    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    last: tuple[str, dict[str, Any], Answer] | None = None

    async def begin(self) -> None:
        self.listed = {tool.name for tool in (await self.client.list_tools()).tools}

    async def __call__(self, tool: str, /, **arguments: Any) -> Answer:
        """The answer of a call. A call that could not be made as it was is a wrong one, and noted."""
        if tool not in self.listed | self.named:
            raise Misread(f"{tool} is neither listed nor named by an answer")
        call, given = tool, dict(arguments)
        if tool not in self.listed:
            reads = self.effects.get(tool, "read" if tool.split("_")[1] in _READS else "write") == "read"
            call, given = f"reply_run_{'read' if reads else 'write'}", {"tool": tool, "arguments": arguments}
        mark = self.sandbox.seen()
        result = await self.client.call_tool(call, given)
        answer = Answer(text_of(result), bool(result.is_error))
        assert list(wording_faults(answer.text)) == [], answer.text
        self.calls += 1
        self.tokens += count_tokens(f"{call} {json.dumps(given, ensure_ascii=False)}") + count_tokens(answer.text)
        self.requests += len(self.sandbox.since(mark))
        self.effects.update(_EFFECT.findall(answer.text))
        self.named |= set(_TOOL.findall(answer.text))
        self.last = (tool, arguments, answer)
        if answer.is_error:
            self.wrong.append(f"{call} {given}: {answer.text}")
        return answer

    async def confirm(self) -> Answer:
        """Makes the last call again with the code of its answer, as after a person's yes."""
        assert self.last is not None
        tool, arguments, answer = self.last
        return await self(tool, **{**arguments, "confirm": answer.code})

    async def agreed(self, tool: str, /, **arguments: Any) -> Answer:
        """The answer of a call about which a person is asked, and agrees."""
        answer = await self(tool, **arguments)
        if not answer.asks:
            raise Misread(f"{tool} was done without a question: {answer.text}")
        return await self.confirm()

    async def find(self, words: str, tool: str) -> Answer:
        """Looks for a tool by words; it must be among those found."""
        answer = await self("reply_find_tools", query=words)
        if f"{tool}(" not in answer:
            raise Misread(f"{tool} is not found by {words!r}:\n{answer.text}")
        return answer

    async def pages(self, tool: str, /, **arguments: Any) -> list[Answer]:
        """A list to its end, page by page, as each answer says how it goes on."""
        answers = [await self(tool, **arguments)]
        while (skip := answers[-1].skip) is not None:
            answers.append(await self(tool, **{**arguments, "skip": skip}))
        return answers


def totals(rows: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The sums over journeys."""
    names = ("calls", "wrong", "tokens", "requests")
    return {name: sum(row[name] for row in rows.values()) for name in names}

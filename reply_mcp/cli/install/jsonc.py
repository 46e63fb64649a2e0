"""JSON as hosts keep it: with comments, trailing commas, a byte order mark, and an indentation of its own, which an
edit leaves as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.cli.install.formats import BrokenFile, CannotEdit, line_and_column, newline_of

_TOKEN = re.compile(
    r"""(?P<space>[\s\ufeff]+)|(?P<comment>//[^\n\r]*|/\*.*?\*/)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<sign>[{}\[\]:,])"""
    r"""|(?P<word>-?\d[\d.eE+-]*|true|false|null)""",
    re.DOTALL,
)
_DEEPEST = 100


@dataclass
class _Node:
    """A value with where it stands. `parts` are where the members of an object, or the items of a list, begin and
    end; `names` those of the members, `inner` their values, `commas` where the comma after each is, or None."""

    start: int
    end: int = 0
    value: Any = None
    parts: list[tuple[int, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    inner: list[_Node] = field(default_factory=list)
    commas: list[int | None] = field(default_factory=list)


class _Parser:
    """Reads a text once, from its begin to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, int, int]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.broken(at, "this is no JSON")
            if found.lastgroup not in ("space", "comment"):
                self.tokens.append((str(found.lastgroup), found.start(), found.end()))
            at = found.end()
        self.tokens.append(("end", len(text), len(text)))
        self.next = 0

    def broken(self, at: int, what: str) -> BrokenFile:
        return BrokenFile(*line_and_column(self.text, at), what)

    def whole(self) -> _Node:
        found = self.read_value(0)
        kind, start, _ = self.tokens[self.next]
        if kind != "end":
            raise self.broken(start, "something follows after the end")
        return found

    def sign(self) -> str:
        kind, start, end = self.tokens[self.next]
        return self.text[start:end] if kind == "sign" else ""

    def read_value(self, depth: int) -> _Node:
        kind, start, end = self.tokens[self.next]
        if kind in ("text", "word"):
            self.next += 1
            return _Node(start, end, self.scalar(start, end))
        opening = self.sign()
        if opening not in ("{", "[") or depth > _DEEPEST:
            raise self.broken(start, "a value is missing" if depth <= _DEEPEST else "too deep")
        return self.read_parts(_Node(start), opening, depth)

    def scalar(self, start: int, end: int) -> Any:
        try:
            return json.loads(self.text[start:end], strict=False)
        except ValueError:
            raise self.broken(start, "this is no JSON") from None

    def read_parts(self, node: _Node, opening: str, depth: int) -> _Node:
        closing = "}" if opening == "{" else "]"
        self.next += 1
        while self.sign() != closing:
            kind, start, end = self.tokens[self.next]
            if node.parts and node.commas[-1] is None:
                raise self.broken(start, f"a comma or {closing} is missing")
            if opening == "{":
                if kind != "text":
                    raise self.broken(start, f"a name in double quotes, or {closing}, is missing")
                node.names.append(self.scalar(start, end))
                self.next += 1
                if self.sign() != ":":
                    raise self.broken(self.tokens[self.next][1], "a colon is missing")
                self.next += 1
            value = self.read_value(depth + 1)
            node.inner.append(value)
            node.parts.append((start, value.end))
            comma = self.tokens[self.next][1] if self.sign() == "," else None
            node.commas.append(comma)
            self.next += comma is not None
        node.end = self.tokens[self.next][2]
        self.next += 1
        values = [one.value for one in node.inner]
        node.value = dict(zip(node.names, values, strict=True)) if opening == "{" else values
        return node


class JsonWithComments:
    """The format of most hosts."""

    def load(self, text: str) -> dict[str, Any]:
        if not text.strip("\ufeff \t\r\n"):
            return {}
        data = _Parser(text).whole().value
        if not isinstance(data, dict):
            raise BrokenFile(1, 1, "an object in braces is missing")
        return data

    def put(self, text: str, path: Sequence[str], value: Any) -> str:
        if not text.strip("\ufeff \t\r\n"):
            return text + self.show(path, value)
        *containers, name = path
        node, missing = _Parser(text).whole(), list(containers)
        while missing and missing[0] in node.names:
            node = _member(node, missing.pop(0))
        if not isinstance(node.value, dict):
            raise CannotEdit("what should be an object in braces is something else")
        if missing:
            name, *rest = [*missing, name]
            for key in reversed(rest):
                value = {key: value}
        elif name in node.names:
            old = _member(node, name)
            return text[: old.start] + _laid_out(text, node, value) + text[old.end :]
        return _inserted(text, node, value, f"{_quoted(name)}: ")

    def drop(self, text: str, path: Sequence[str]) -> str:
        *containers, name = path
        node = _Parser(text).whole()
        for container in containers:
            node = _member(node, container)
        _member(node, name)
        return _removed(text, node, node.names.index(name))

    def put_item(self, text: str, name: str, item: Any) -> str:
        """The text with one item more in the list `name` of the outermost object, which is made where it is missing."""
        node = _Parser(text).whole()
        if name not in node.names:
            return self.put(text, (name,), [item])
        inside = _member(node, name)
        if not isinstance(inside.value, list):
            raise CannotEdit(f"{name} is no list")
        return _inserted(text, inside, item, "")

    def drop_item(self, text: str, name: str, index: int) -> str:
        """The text without an item of the list `name`."""
        return _removed(text, _member(_Parser(text).whole(), name), index)

    def show(self, path: Sequence[str], value: Any) -> str:
        for name in reversed(path):
            value = {name: value}
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _member(node: _Node, name: str) -> _Node:
    if node.names.count(name) != 1:
        raise CannotEdit(f"{name} is there {node.names.count(name)} times")
    return node.inner[node.names.index(name)]


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _line_indent(text: str, at: int) -> str:
    """The white space that the line of a position begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t\ufeff"))].replace("\ufeff", "")


def _unit(text: str) -> str:
    """One step of a text's indentation."""
    found = re.search(r'^([ \t]+)"', text, re.MULTILINE)
    return found[1] if found else "  "


def _on_lines(text: str, node: _Node) -> bool:
    """Whether the parts of a container stand on lines of their own."""
    first = node.parts[0][0] if node.parts else node.end
    return "\n" in text[node.start : first] or (not node.parts and "\n" in text[: node.start].lstrip("\ufeff"))


def _laid_out(text: str, node: _Node, value: Any) -> str:
    """A value as it is written into a container: on lines where its neighbors are, else on one."""
    if not _on_lines(text, node) and node.parts:
        return _quoted(value)
    unit, newline = _unit(text), newline_of(text)
    indent = _line_indent(text, node.parts[-1][0]) if node.parts else _line_indent(text, node.start) + unit
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return (newline + indent).join(lines)


def _inserted(text: str, node: _Node, value: Any, name: str) -> str:
    """The text with a part more at the end of a container; what is said of the last one stays behind it."""
    newline, written = newline_of(text), name + _laid_out(text, node, value)
    if not node.parts:
        outer = _line_indent(text, node.start)
        inside = text[node.start + 1 : node.end - 1].rstrip()
        head = text[: node.start + 1] + inside
        return f"{head}{newline}{outer}{_unit(text)}{written}{newline}{outer}{text[node.end - 1 :]}"
    end, comma = node.parts[-1][1], node.commas[-1]
    after = end if comma is None else comma + 1
    # A comment behind the last part, on its line.
    behind = re.compile(r"(?:[ \t]*(?:/\*(?:(?!\*/)[^\n])*\*/|//[^\n\r]*))*").match(text, after)
    at = behind.end() if behind else after
    space = newline + _line_indent(text, node.parts[-1][0]) if _on_lines(text, node) else " "
    head = text[:end] + ("," if comma is None else "") + text[end:at]
    return f"{head}{space}{written}{'' if comma is None else ','}{text[at:]}"


def _removed(text: str, node: _Node, index: int) -> str:
    """The text without a part of a container, its comma, and the white space before it."""
    start, end = node.parts[index]
    before = len(text[:start].rstrip())
    comma = node.commas[index]
    if len(node.parts) == 1:
        rest = text[node.start + 1 : before] + text[(end if comma is None else comma + 1) : node.end - 1]
        return text[: node.start + 1] + (rest if rest.strip() else "") + text[node.end - 1 :]
    if comma is not None:
        return _joined(text[:before], text[before:start], text[comma + 1 :])
    previous = node.commas[index - 1]
    assert previous is not None
    return _joined(text[:previous] + text[previous + 1 : before], text[before:start], text[end:])


def _joined(head: str, space: str, rest: str) -> str:
    """Head and rest, with the space that was between them where the head may end with a comment to the line's end."""
    same_line = rest.lstrip(" \t")
    return head + space + same_line if "\n" in space and same_line[:1] not in ("\n", "\r") else head + rest

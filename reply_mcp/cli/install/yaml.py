"""YAML as Goose keeps it: our entry is written as lines of its own, and all other lines stay as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from reply_mcp.cli.install.formats import BrokenFile, CannotEdit, newline_of


class Yaml:
    """Block mappings, two deep: `extensions`, and in it an entry by name."""

    def load(self, text: str) -> dict[str, Any]:
        yaml = _yaml()
        try:
            data = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise BrokenFile(line, column, "this is no YAML, or has tags that are not known here") from None
        except yaml.YAMLError:
            raise BrokenFile(1, 1, "this is no YAML") from None
        if data is not None and not isinstance(data, dict):
            raise BrokenFile(1, 1, "names with values are missing")
        return data or {}

    def put(self, text: str, path: Sequence[str], value: Any) -> str:
        container, name = path
        newline, node = newline_of(text), _yaml().compose(text)
        if node is not None and not node.value:
            # Braces around nothing.
            text, node = text[: node.start_mark.index] + text[node.end_mark.index :].lstrip("\r\n"), None
        inside = _value(node, container)
        if inside is None:
            head = text if not text or text.endswith("\n") else text + newline
            return head + newline.join([f"{container}:", *_lines(name, value, 2), ""])
        empty = not inside.value
        if empty:
            # `{}` or nothing at all.
            start, end = inside.start_mark.index, inside.end_mark.index
            ours = newline.join(_lines(name, value, 2))
            return text[:start].rstrip(" ") + newline + ours + (text[end:] or newline)
        if inside.flow_style or not isinstance(inside.value, list):
            raise CannotEdit(f"{container} is written in braces")
        indent = inside.value[0][0].start_mark.column
        below = inside.value[0][1]
        deeper = below.value[0][0].start_mark.column if isinstance(below.value, list) and below.value else 0
        written = newline.join(_lines(name, value, indent, max(deeper - indent, 2))) + newline
        entry = next((one for one in inside.value if one[0].value == name), None)
        lines = text.splitlines(keepends=True)
        if entry:
            first, last = _extent(entry)
            return "".join(lines[:first]) + written + "".join(lines[last:])
        _, last = _extent(inside.value[-1])
        if lines[last - 1 : last] and not lines[last - 1].endswith("\n"):
            return "".join(lines[:last]) + newline + written.removesuffix(newline) + "".join(lines[last:])
        return "".join(lines[:last]) + written + "".join(lines[last:])

    def drop(self, text: str, path: Sequence[str]) -> str:
        container, name = path
        inside = _value(_yaml().compose(text), container)
        if inside.flow_style:
            raise CannotEdit(f"{container} is written in braces")
        first, last = _extent(next(one for one in inside.value if one[0].value == name))
        lines = text.splitlines(keepends=True)
        rest = lines[:first] + lines[last:]
        if len(inside.value) == 1:
            key = next(key for key, _ in _yaml().compose(text).value if key.value == container)
            at = key.start_mark.line
            rest[at] = rest[at].rstrip("\r\n") + " {}" + newline_of(text)
        return "".join(rest)

    def show(self, path: Sequence[str], value: Any) -> str:
        container, name = path
        return "\n".join([f"{container}:", *_lines(name, value, 2), ""])


def _yaml() -> Any:
    """PyYAML.

    Raises:
        CannotEdit: where it is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise CannotEdit("PyYAML is missing, which `pip install 'reply-mcp[yaml]'` brings") from None
    return yaml


def _value(node: Any, name: str) -> Any:
    if node is None:
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _extent(entry: tuple[Any, Any]) -> tuple[int, int]:
    """The lines of a name with its value: the first, and the one behind the last."""
    key, value = entry
    return key.start_mark.line, _last_line(value) + 1


def _last_line(node: Any) -> int:
    """The line on which a value ends: that of a block goes on over comments and blank lines below it."""
    if isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    line: int = end.line
    return line - 1 if end.column == 0 and line > node.start_mark.line else line


def _lines(name: str, value: dict[str, Any], indent: int, step: int = 2) -> list[str]:
    """An entry: a line for each of its values, in JSON, which YAML takes."""
    pad = " " * indent
    inner = [f"{pad}{' ' * step}{key}: {json.dumps(one, ensure_ascii=False)}" for key, one in value.items()]
    return [f"{pad}{name}:", *inner]

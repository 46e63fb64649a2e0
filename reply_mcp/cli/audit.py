"""`reply-mcp audit`: the audit log, shown or verified."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from pathlib import Path
from typing import Any

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.arguments import settings_of
from reply_mcp.server.audit.chain import read_rows, rotated_files, verify
from reply_mcp.server.audit.log import OFF, log_path
from reply_mcp.server.audit.trail import OUTCOMES
from reply_mcp.text.cleaning import one_line
from reply_mcp.text.lists import plural
from reply_mcp.text.suggestions import did_you_mean

_MOST_FAULTS = 20
_COLUMNS = ("time", "tool", "effect", "outcome", "consent", "user", "ids")


def run(options: argparse.Namespace) -> int:
    """Prints the last lines of the log, or whether its chain holds."""
    settings = settings_of(options)
    if settings.audit == OFF:
        print("reply-mcp: the audit log is off (REPLY_AUDIT=off)", file=sys.stderr)
        return USAGE_ERROR
    path = log_path(settings)
    if options.outcome and options.outcome not in OUTCOMES:
        hint = did_you_mean(options.outcome, OUTCOMES)
        print(f"reply-mcp: --outcome: one of {', '.join(OUTCOMES)}{hint}", file=sys.stderr)
        return USAGE_ERROR
    try:
        return _verify(path) if options.verify else _show(path, options)
    except OSError as error:
        print(f"reply-mcp: {path} cannot be read: {error.strerror}", file=sys.stderr)
        return 1


def _verify(path: Path) -> int:
    found = verify(path)
    files = len(rotated_files(path))
    if found.faults:
        print(f"{path}: the chain is broken in {plural(len(found.faults), 'place')}:", file=sys.stderr)
        for fault in found.faults[:_MOST_FAULTS]:
            print(f"- {fault}", file=sys.stderr)
        if len(found.faults) > _MOST_FAULTS:
            print(f"- and {len(found.faults) - _MOST_FAULTS} more", file=sys.stderr)
        return 1
    start = f", from number {found.first:,} on (older files were dropped)" if found.first > 1 else ""
    print(f"{path}: {plural(found.lines, 'line')} in {plural(files, 'file')}, unbroken{start}.")
    return 0


def _show(path: Path, options: argparse.Namespace) -> int:
    wanted = (
        row
        for row in read_rows(path)
        if (not options.tool or row.get("tool") == options.tool)
        and (not options.outcome or row.get("outcome") == options.outcome)
    )
    rows = list(deque(wanted, maxlen=options.last or None))
    if options.json:
        for row in rows:
            print(json.dumps(row, separators=(",", ":")))
        return 0
    if not rows:
        print(f"{path}: no line of these." if rotated_files(path) else f"Nothing was logged yet; {path} will have it.")
        return 0
    cells = [_COLUMNS, *([_cell(row, column) for column in _COLUMNS] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(_COLUMNS))]
    for line in cells:
        print("  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def _cell(row: dict[str, Any], column: str) -> str:
    value: Any = row.get(column) or ""
    if column == "time":
        return str(value)[:19].replace("T", " ")
    if column == "ids":
        made = row.get("made") or {}
        both = dict(value or {}) | {f"made {name}": one for name, one in made.items()}
        both |= {name: row[name] for name in ("change", "writes") if row.get(name)}
        return one_line("; ".join(f"{name} {_list(found)}" for name, found in both.items()), 60)
    return one_line(str(value), 40)


def _list(found: Any) -> str:
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)

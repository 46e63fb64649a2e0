"""What the page shows of one answer, as plain data. It holds nothing that the answer's text does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from reply_mcp.server.apps.page import DECLINE_TOOL
from reply_mcp.server.definitions import title_of
from reply_mcp.server.tool_calls import ToolResult
from reply_mcp.text.times import instant
from reply_mcp.workflows.triage import CONTACT_DELETED, LEFT_ALONE

KEY = "reply/view"
"""The name under `_meta` of a result."""
_FOR_AGENTS = re.compile(r"(?:[:;.,]\s*)?[^:;.,]*\breply_[a-z_]+\b[^:;.]*")
_TRIAGED = re.compile(r"Thread (?P<id>\d+) with (?P<contact>[^,]+)(?:, (?P<about>.*))?:\Z")
_HOW = re.compile(r",? ?(?:cut: |a higher top ).*")
"""How an agent reads more, which a person does by the page."""
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_MOST_ROWS = 50
_REACH = timedelta(days=31)
"""How far back Reply has the numbers of sequences side by side."""


def view_of(called: str, arguments: Mapping[str, Any], tool: str, result: ToolResult) -> dict[str, Any]:
    """The view of an answer.

    Args:
        called: the name that the client called: the tool's own, or that of the finder that ran it.
        arguments: those of that call.
        tool: the tool that answered.
    """
    title = title_of(tool)
    if result.offer is not None:
        call = {"name": called, "arguments": {**arguments, "confirm": result.offer.code}}
        decline = {"name": DECLINE_TOOL, "arguments": {"question": result.offer.asked.shown}}
        text = result.offer.asked.text
        return {
            "kind": "question",
            "title": f"{title}?",
            "action": title,
            "text": text,
            "call": call,
            "decline": decline,
        }
    data = result.data if isinstance(result.data, dict) else {}
    rows = data.get("rows")
    if tool == "reply_overview" and isinstance(data.get("lines"), list):
        return {"kind": "overview", "title": str(data.get("title")), "sections": _sections(data["lines"])}
    if tool == "reply_compare_sequence_performance" and isinstance(rows, list):
        return {"kind": "performance", "title": "Sequences side by side", **_performance(arguments, rows)}
    if tool == "reply_get_inbox_emails" and isinstance(rows, list):
        return {"kind": "threads", "title": "Inbox", "rows": [_thread(row) for row in rows[:_MOST_ROWS]]}
    if tool == "reply_triage_inbox" and isinstance(data.get("lines"), list):
        return {"kind": "threads", "title": str(data.get("title")), **_triaged(data["lines"])}
    return {"kind": "text", "title": title, "text": result.text}


def _sections(lines: list[Any]) -> list[dict[str, Any]]:
    """Each line of the overview: what it is about, and its items, without what is meant for agents alone."""
    sections = []
    for line in lines:
        label, _, rest = str(line).partition(": ")
        items = [item.strip(" .;") for item in _FOR_AGENTS.sub("", rest).split("; ")]
        if any(items):
            sections.append({"label": label, "items": [item for item in items if item]})
    return sections


def _performance(arguments: Mapping[str, Any], rows: list[Any]) -> dict[str, Any]:
    names = ("id", "name", "contacted", "opened", "replied")
    shown = [{name: str(row.get(name, "-")) for name in names} for row in rows if isinstance(row, dict)]
    filters = arguments.get("filters") if isinstance(arguments.get("filters"), Mapping) else {}
    span = None if "from" in arguments or "to" in arguments else _span(filters or {})
    if span is None:
        return {"rows": shown, "period": "The whole period asked for"}
    since, until = span
    view = {"rows": shown, "period": f"{since:%Y-%m-%d} to {until:%Y-%m-%d}, best reply rate first"}
    before = since - (until - since)
    if before < datetime.now(UTC) - _REACH:
        return view
    others = {name: value for name, value in (filters or {}).items() if name not in ("from", "to", "dateRangePreset")}
    earlier = {**others, "from": before.strftime(_STAMP), "to": since.strftime(_STAMP)}
    call = {"name": "reply_compare_sequence_performance", "arguments": {**arguments, "filters": earlier}}
    return {**view, "before": call}


def _span(filters: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The period of the answer; None where it has no fixed beginning."""
    since, until = instant(filters.get("from")), instant(filters.get("to"))
    if since is not None and until is not None:
        return since, until
    days = {None: 7, "lastWeek": 7, "lastMonth": 30}.get(filters.get("dateRangePreset"))
    if days is None or filters.get("from") or filters.get("to"):
        return None
    now = datetime.now(UTC)
    return now - timedelta(days=days), now


def _triaged(lines: list[Any]) -> dict[str, Any]:
    """The threads of the triage in its order, and what it says below them, without what is meant for agents alone."""
    rows, below = [], []
    for line in lines:
        said = _TRIAGED.match(str(line["text"])) if isinstance(line, Mapping) else None
        if said is None:
            below += [_HOW.sub("", str(line))] if "reply_" not in str(line) else []
            continue
        about = _HOW.sub("", said["about"] or "")
        no_answer = any(mark in about for mark in (LEFT_ALONE, CONTACT_DELETED))
        shown = {"id": said["id"], "contact": said["contact"], "state": about, "says": str(line.get("outside") or "")}
        rows.append(shown | ({"closed": True} if no_answer else {}))
    return {"rows": rows, "below": below}


def _thread(row: Mapping[str, Any]) -> dict[str, str]:
    shown = {name: str(row.get(name, "-")) for name in ("id", "contact", "category", "state", "last")}
    return {**shown, "says": next((str(text) for name, text in row.items() if name.startswith("says")), "")}

"""`reply-mcp catalog check`: the catalog against a document of Reply's API, for people, CI and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reply_mcp import catalog
from reply_mcp.catalog.spec.check import Check, check
from reply_mcp.catalog.spec.meaning import Finding
from reply_mcp.text.lists import list_some, plural

FORMATS = ("text", "github", "json")
_MOST_NAMED = 3


def check_document(spec: Any, facts: Path, where: str, form: str) -> int:
    """Prints what the check of a parsed document finds; 1 where something of it matters, else 0.

    Args:
        facts: the kept facts; where there is no such file only requests are compared.
        where: what the document is called.
        form: one of `FORMATS`.

    Raises:
        ValueError: where it is no OpenAPI 3.1 document that can be read.
    """
    kept = json.loads(facts.read_text("utf-8")) if facts.is_file() else None
    found = check([catalog.area(name) for name in catalog.AREAS], spec, kept)
    print({"text": _text, "github": _github, "json": _json}[form](found, where))
    return 1 if found.matters else 0


def _text(found: Check, where: str) -> str:
    lines: list[str] = []
    for one in sorted(found.findings, key=lambda one: not one.matters):
        lines += [f"{'!' if one.matters else '·'} {_whom(one)}{one.change}", f"    {one.meaning}"]
    for operation, place in found.unused:
        lines.append(f"! {operation}: {place} is listed as a difference and is none")
    for difference in found.explained:
        lines.append(f"  {difference.operation}: {difference}")
    return "\n".join([*lines, _summary(found)])


def _github(found: Check, where: str) -> str:
    """Workflow commands: an error for what matters, a notice for what does not."""
    lines = []
    for one in sorted(found.findings, key=lambda one: not one.matters):
        kind, title = "error" if one.matters else "notice", _whom(one).rstrip(": ") or "Reply's API"
        lines.append(_command(kind, title, f"{one.change}. {one.meaning}"))
    for operation, place in found.unused:
        lines.append(_command("error", operation, f"{place} is listed as a difference and is none"))
    return "\n".join([*lines, _summary(found)])


def _command(kind: str, title: str, text: str) -> str:
    return f"::{kind} title={_escaped(title, ':,')}::{_escaped(text)}"


def _escaped(text: str, further: str = "") -> str:
    for sign in ("%", "\r", "\n", *further):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _json(found: Check, where: str) -> str:
    report: Mapping[str, Any] = {
        "document": where,
        "matters": found.matters,
        "compared": found.compared,
        "answersCompared": found.with_facts,
        "findings": [
            {"operations": list(one.operations), "change": one.change, "meaning": one.meaning, "matters": one.matters}
            for one in found.findings
        ],
        "explained": [
            {"operation": one.operation, "difference": one.place, "reason": one.reason} for one in found.explained
        ],
        "unused": [{"operation": operation, "difference": place} for operation, place in found.unused],
    }
    return json.dumps(report, indent=1, ensure_ascii=False)


def _whom(finding: Finding) -> str:
    return f"{list_some(finding.operations, _MOST_NAMED)}: " if finding.operations else ""


def _summary(found: Check) -> str:
    matter = sum(one.matters for one in found.findings) + len(found.unused)
    parts = [
        f"{plural(matter, 'difference matters', 'differences matter')}",
        f"{plural(len(found.findings) + len(found.unused) - matter, 'does not', 'do not')}",
        f"{len(found.explained)} explained",
    ]
    without = "" if found.with_facts else " Only requests: what is kept of answers is in a checkout."
    return f"{plural(found.compared, 'operation')} compared: {', '.join(parts)}.{without}"

"""Findings in sentences: a title, then a line for each; outsiders' words fenced below the line they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.condense.token_limits import Draft
from reply_mcp.text.cleaning import clean, disarm, fence, one_line


def draft_brief(answer: Any) -> Draft | None:
    """The lines as units, so that the last ones go where there is no room; None where the answer is no brief."""
    lines = answer.get("lines") if isinstance(answer, Mapping) else None
    if not isinstance(lines, list):
        return None
    title = _sentence(answer.get("title"))
    units: list[str] = []
    data: list[Any] = []
    for line in lines:
        text = _sentence(line.get("text") if isinstance(line, Mapping) else line)
        words = clean(str(line.get("outside") or "")).strip() if isinstance(line, Mapping) else ""
        if not text and not words:
            continue
        units.append(f"{text}\n{fence(words)}".lstrip() if words else text)
        data.append({"text": text, "outside": words} if words else text)
    return Draft([title], units, data={"title": title}, key="lines", unit_data=data)


def _sentence(text: Any) -> str:
    return disarm(one_line(str(text or "")))

"""A list whose items are read for their texts: a line for each item, its texts whole below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.views import Blocks
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.tables import draft_table, list_in
from reply_mcp.condense.token_limits import Draft
from reply_mcp.condense.values import lookup, nothing, show, template
from reply_mcp.text.cleaning import clean, disarm
from reply_mcp.text.html import html_to_text


def draft_blocks(answer: Any, view: Blocks, asked: Asked) -> Draft | None:
    """A block for each item, or one for an answer that is a single item; None where the answer is neither of these.

    With `fields`, and where there is nothing to show, it is the view's table.
    """
    items = list_in(answer, view.table.items)
    single = items is None
    if items is None:
        items = [answer] if isinstance(answer, Mapping) and answer else []
    if asked.fields or not items:
        return draft_table([answer] if single and answer else answer, view.table, asked)
    titles = [template(view.title, item) for item in items]
    texts = [_texts(item, view.texts) for item in items]
    if single and not any(texts) and not titles[0]:
        return None
    units = ["\n".join([title, *_lines(some)]) for title, some in zip(titles, texts, strict=True)]
    data = [{"title": title, "texts": some} for title, some in zip(titles, texts, strict=True)]
    head = [template(view.head, answer, asked.arguments)] if view.head else []
    if not single:
        head.append(f"{view.table.noun}: {len(items)}")

    def more(kept: int, total: int) -> str:
        return f"… {total - kept} more {view.table.noun} did not fit: {'; '.join(titles[kept:])}. {view.one}".rstrip()

    return Draft(head, units, [], {}, view.table.noun.replace(" ", "_"), data, more)


def _texts(item: Any, key: str) -> list[dict[str, str]]:
    """The texts of an item as an agent reads them, without those that say nothing."""
    found = lookup(item, key)
    texts = []
    for one in found if isinstance(found, list) else ():
        body = lookup(one, "text")
        parts = {
            "label": show(lookup(one, "label")),
            "subject": show(lookup(one, "subject")),
            "text": "" if nothing(body) else _paragraphs(str(body)),
        }
        parts = {name: value for name, value in parts.items() if value}
        if parts:
            texts.append(parts)
    return texts


def _paragraphs(text: str) -> str:
    """The text without markup; paragraphs stand apart by a line break alone, which costs less and reads as well."""
    lines = (line.rstrip() for line in html_to_text(text).splitlines())
    return disarm(clean("\n".join(line for line in lines if line.strip())))


def _lines(texts: list[dict[str, str]]) -> list[str]:
    lines = []
    for one in texts:
        subject = f"Subject: {one['subject']}" if "subject" in one else ""
        lines += [": ".join(filter(None, [one.get("label", ""), subject])), one.get("text", "")]
    return [line for line in lines if line]

"""From an answer and its view to text: chooses the form, falls back where the answer has another shape."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from reply_mcp.catalog.own_answers import with_own_fields
from reply_mcp.catalog.views import Blocks, Brief, Card, Column, Conversation, Done, Numbers, PerItem, Table, View
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.blocks import draft_blocks
from reply_mcp.condense.briefs import draft_brief
from reply_mcp.condense.cards import draft_card, fact_line, generic
from reply_mcp.condense.conversations import draft_conversation, parts_of
from reply_mcp.condense.full_json import draft_whole
from reply_mcp.condense.numbers import draft_numbers
from reply_mcp.condense.tables import columns_of, draft_table, field_paths, list_in
from reply_mcp.condense.token_limits import HARD_LIMIT, Condensed, Draft, fit
from reply_mcp.condense.values import compact, lookup, nothing
from reply_mcp.condense.write_results import draft_done, draft_per_item, draft_put_off
from reply_mcp.text.times import noting_shown, zone_name

logger = logging.getLogger(__name__)

_HOW_TO_REREAD = re.compile(r" \(detail=full[^()\n]*\)|: detail=full[^\]\n]*(?=\])")
"""The arguments that bring back what was left out, as every form names them."""


def condense(
    answer: Any,
    view: View | None,
    *,
    sent: Any = None,
    arguments: Mapping[str, Any],
    noun: str = "",
    detail: Literal["concise", "full"] = "concise",
    fields: Sequence[str] | None = None,
    limit: int = 4000,
    notes: Sequence[str] = (),
    paged: bool = False,
    rereadable: bool = True,
) -> Condensed:
    """What the agent sees of `answer`, within `limit` tokens (20,000 at most).

    `sent` is what Reply sent, where the answer is made of one of Reply's (see `catalog.own_answers`); `arguments` are
    those of the call, by their wire names; `noun` is what the things are called where the view does not say; `fields`
    picks columns by API name; `notes` are lines below; only a tool whose answer is `rereadable` takes `detail` and
    `fields`, so only there are they named beside what was left out. Never raises: an answer of another shape than the
    view expects is shown in a general form.
    """
    limit = max(1, min(limit, HARD_LIMIT))
    asked = Asked(arguments, fields, paged)
    try:
        if detail == "full" and not isinstance(view, Brief):
            draft = draft_whole(answer, sent, _list_key(view, sent), asked, limit)
        else:
            draft = _draft(answer, view, sent, asked, noun)
        shown = fit(draft, notes, limit)
    except Exception:
        # The call has been made: an answer that cannot be laid out must still be shown.
        logger.exception("an answer could not be condensed")
        shown = fit(Draft([], [compact(answer)], data={"answer": answer}, key=""), notes, limit)
    return shown if rereadable else replace(shown, text=_HOW_TO_REREAD.sub("", shown.text))


def _draft(answer: Any, view: View | None, sent: Any, asked: Asked, noun: str) -> Draft:
    beside = Draft()
    if asked.fields:
        answer = with_own_fields(answer)
        beside, of_rows = _beside_rows(answer, sent, view, asked.fields)
        if not of_rows:
            return beside
        asked = replace(asked, fields=of_rows)
    with noting_shown() as times:
        draft = _viewed(answer, view, asked) or generic(answer, noun, asked)
        draft.tail = [*beside.units, *draft.tail]
        draft.data |= beside.data
        if times.get():
            draft.tail.append(f"Times: {zone_name()}.")
    return draft


def _list_key(view: View | None, sent: Any) -> str:
    """Where the list is in an answer that is an object."""
    if isinstance(view, Conversation) and isinstance(sent, Mapping) and "messages" in sent:
        return "messages"
    table = view.table if isinstance(view, Blocks) else view
    return table.items if isinstance(table, Table) else "items"


def _beside_rows(answer: Any, sent: Any, view: View | None, fields: Sequence[str]) -> tuple[Draft, Sequence[str]]:
    """What is asked for that is a field of what the rows are in (a thread, a preview), and the other fields: all of
    them where the answer is no list."""
    if isinstance(view, Conversation):
        thread, inside = parts_of(answer)
        around = {**thread, "messages": inside}
    else:
        inside = list_in(answer, _list_key(view, answer))
        objects = [part for part in (answer, sent) if isinstance(part, Mapping)]
        around = {key: value for part in objects for key, value in part.items()}
    if inside is None:
        return Draft(), fields
    columns = columns_of(view.columns) if isinstance(view, Table) else []
    of_rows = {name.lower() for name in (*field_paths(inside), *(column.name for column in columns))}
    found = [name for name in fields if name.lower() not in of_rows and not nothing(lookup(around, name))]
    data: dict[str, Any] = {}
    lines = [fact_line(around, [Column(name)], data, whole=True) for name in found]
    return Draft([], [line for line in lines if line], data=data, key=""), [one for one in fields if one not in found]


def _viewed(answer: Any, view: View | None, asked: Asked) -> Draft | None:
    match view:
        case Table():
            return draft_table(answer, view, asked)
        case Card():
            return draft_card(answer, view, asked)
        case Blocks():
            return draft_blocks(answer, view, asked)
        case Brief():
            return draft_brief(answer)
        case Conversation():
            return draft_conversation(answer, view, asked)
        case Numbers():
            return draft_numbers(answer, view, asked)
        case Done() if asked.fields:
            return draft_card(answer, Card(""), asked)
        case Done():
            return draft_put_off(answer, view, asked.arguments) or draft_done(answer, view, asked.arguments)
        case PerItem():
            return draft_put_off(answer, view, asked.arguments) or draft_per_item(answer, view, asked.arguments)
    return None

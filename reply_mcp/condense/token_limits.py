"""How an answer is made to fit its limit of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.text.names import Meaning
from reply_mcp.text.tokens import SAFETY, estimate_tokens

HARD_LIMIT = 20_000
"""Tokens that no answer exceeds, whatever is asked for."""


@dataclass(frozen=True)
class Condensed:
    """What the agent gets: `text` to read, and `data`, the same content as JSON-able structure."""

    text: str
    data: Any
    cut: bool = False
    """Whether units had to go."""


@dataclass
class Draft:
    """An answer before it is cut to size: lines that stay, units that may go, and what to say about those that went."""

    head: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    key: str = "rows"
    unit_data: list[Any] = field(default_factory=list)
    """One entry per unit; those of the kept units become `data[key]`."""
    more: Callable[[int, int], str] = lambda kept, total: f"… {total - kept} more lines did not fit (detail=full)"
    """Says how many units are missing and how to get them, from the number kept and the number there were."""
    between: str = "\n"
    """What stands between the units."""
    newest: bool = False
    """Whether the last units are kept when there is no room for all."""
    heading: Callable[[int], tuple[str, dict[str, Any]]] | None = None
    """The first line of `head`, and the part of `data`, that say which units are shown, for the number kept."""


def clip(text: str, limit: int) -> str:
    """The longest beginning of `text` within `limit` tokens, ending in `…` if anything is missing."""
    if estimate_tokens(text) <= limit:
        return text
    low, high = 0, min(len(text), limit * 12)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_tokens(text[:middle] + "…") <= limit:
            low = middle
        else:
            high = middle - 1
    kept = text[:low].rstrip()
    return kept + "…" if estimate_tokens(kept + "…") <= limit else ""


def clip_with_rest(text: str, limit: int, how: str) -> str:
    """Like `clip`, with the number of characters left out and how to get them."""
    if estimate_tokens(text) <= limit:
        return text
    room = max(1, limit - estimate_tokens(f" [{len(text)} more characters: {how}]"))
    kept = clip(text, room)
    return f"{kept} [{len(text) - max(0, len(kept) - 1)} more characters: {how}]"


def fit(draft: Draft, notes: Sequence[str], limit: int) -> Condensed:
    """The draft as text within `limit` tokens: notes and ids survive longest, units are dropped whole."""
    limit = max(1, min(limit, HARD_LIMIT))
    title = next(filter(None, draft.head), "").partition("\n")[0]
    notes = [note for note in notes if not (isinstance(note, Meaning) and note.stands_in(title))]
    body = draft.between.join(unit for unit in draft.units if unit)
    text = "\n".join(line for line in (*draft.head, body, *draft.tail, *notes) if line)
    # No estimate gives a byte more than a token and the margin: most answers fit without one.
    if len(text.encode()) * SAFETY + 1 <= limit or estimate_tokens(text) <= limit:
        return Condensed(text, _data(draft, range(len(draft.units)), notes))
    head = [clip(line, max(8, limit // 2)) for line in draft.head if line]
    below = [clip(note, max(8, limit // 3)) for note in notes if note]
    tail = [clip(line, max(8, limit // 4)) for line in draft.tail if line]
    room = limit - sum(estimate_tokens(line) + 1 for line in (*head, *tail, *below)) - 2
    kept, lines = _choose(draft, room)
    if draft.heading is not None and draft.head[0] and len(kept) < len(draft.units):
        title, page = draft.heading(len(kept))
        head[0] = clip(title, max(8, limit // 2))
        draft.data.update(page)
    text = "\n".join(line for line in (*head, *lines, *tail, *below) if line)
    return Condensed(clip(text, limit), _data(draft, kept, below), len(kept) < len(draft.units))


def _data(draft: Draft, kept: Iterable[int], notes: Sequence[str]) -> dict[str, Any]:
    """The content as data, of the kept units alone."""
    data = dict(draft.data)
    if draft.key and (draft.unit_data or draft.key in data):
        data[draft.key] = [draft.unit_data[index] for index in kept if index < len(draft.unit_data)]
    if any(notes):
        data["notes"] = [note for note in notes if note]
    return data


def _choose(draft: Draft, room: int) -> tuple[list[int], list[str]]:
    """The indexes of the units that have room, and the lines to print for them."""
    total = len(draft.units)
    costs = [estimate_tokens(unit) + 1 for unit in draft.units]
    if sum(costs) <= room:
        return list(range(total)), [draft.between.join(draft.units)]
    room -= estimate_tokens(draft.more(total - 1, total)) + 2
    order = range(total - 1, -1, -1) if draft.newest else range(total)
    kept: list[int] = []
    for index in order:
        if costs[index] > room:
            break
        room -= costs[index]
        kept.append(index)
    kept.sort()
    lines = [draft.between.join(draft.units[index] for index in kept)]
    if not kept and total and room > 20:
        index = order[0]
        kept, lines = [index], [clip_with_rest(draft.units[index], room, "detail=full, or fewer fields")]
    missing = draft.more(len(kept), total) if len(kept) < total else ""
    return kept, [missing, *lines] if draft.newest else [*lines, missing]

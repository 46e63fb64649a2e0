"""What starting, archiving and deleting several sequences does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.lookups.sequences import (
    describe_people_count,
    describe_sequences,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.bulk import BulkArchiveSequences, BulkDeleteSequences, BulkStartSequences

_COUNTED = 10
"""Sequences whose people the question before a start counts."""


async def preview_start(call: Call[BulkStartSequences]) -> str:
    """How many people each sequence would send to, and which ones change nothing or cannot start.

    Two requests for each of the first ten sequences; up to six where the account has no counting yet.
    """
    ids = call.arguments.ids
    starts, others, total, exact = [], [], 0, True
    for id in ids[:_COUNTED]:
        try:
            sequence = await read_sequence(call, id)
        except ApiError as refusal:
            others.append(f"{id} (not found)" if refusal.status == 404 else str(id))
            continue
        name = sequence_title(sequence, id)
        if sequence.get("isArchived") or status_of(sequence) == "active":
            others.append(f"{name}, {'archived' if sequence.get('isArchived') else 'already active'}")
            continue
        people = await describe_people_count(call, id)
        digits = people.split()[0].replace(",", "")
        total, exact = total + (int(digits) if digits.isdecimal() else 0), exact and digits.isdecimal()
        starts.append(f"{name}, {status_of(sequence) or 'state unknown'}, {people}")
    rest = len(ids) - _COUNTED
    least = "" if exact and rest <= 0 else "at least "
    question = f"This starts sending to {least}{plural(total, 'person', 'people')}: {join(starts, '; ')}."
    question = question if starts else f"None of the {'first ' if rest > 0 else ''}{len(others)} would start."
    if rest > 0:
        question += f" Also in {plural(rest, 'more sequence')} whose people were not counted."
    return question + (f" Nothing starts in {join(others, '; ')}." if others else "")


async def preview_archiving(call: Call[BulkArchiveSequences]) -> str:
    """The first five by name and state; a request each."""
    ids = call.arguments.ids
    return (
        f"This archives {plural(len(ids), 'sequence')} and takes everyone out of them for good: "
        f"{await describe_sequences(call, ids)}."
    )


async def preview_deletion(call: Call[BulkDeleteSequences]) -> str:
    """The first five by name and state; a request each."""
    ids = call.arguments.ids
    return (
        f"This deletes {plural(len(ids), 'sequence')} for good, with steps and statistics: "
        f"{await describe_sequences(call, ids)}."
    )

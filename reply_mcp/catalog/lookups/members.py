"""Which of some contacts are in a sequence, and where they stand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import has_read, read_once, read_record
from reply_mcp.catalog.lookups.people import FEW
from reply_mcp.catalog.lookups.sequences import PAGE
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, read_rows
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.digits import whole_number


async def members_among(call: Call, sequence_id: Any, contact_ids: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Those of the contacts who are in the sequence, by id as text, each with `statusInSequence` and `currentStep`.

    Asks one by one for up to ten contacts, else reads the sequence's pages of 500, unless these come to more requests.
    A first page that the call has read already serves the few too.
    """
    wanted = {str(id) for id in contact_ids}
    found: dict[str, dict[str, Any]] = {}
    if len(wanted) <= FEW:
        if has_read(call, "GetSequenceContacts", id=sequence_id, top=PAGE, skip=0):
            page = await read_once(call, "GetSequenceContacts", id=sequence_id, top=PAGE, skip=0)
            rows = read_rows(page, "who is in the sequence")
            found = {id: row for row in rows if (id := str(row.get("contactId"))) in wanted}
            wanted = wanted - found.keys() if more_after(page) else set()
        return found | await _read_members_one_by_one(call, sequence_id, wanted)
    pages = Pages(
        call,
        "GetSequenceContacts",
        "who is in the sequence",
        {"id": sequence_id},
        size=PAGE,
        key="contactId",
        once=True,
    )
    for _ in range(len(wanted)):
        rows = await pages.read()
        found |= {str(row.get("contactId")): row for row in rows if str(row.get("contactId")) in wanted}
        if pages.complete or len(found) == len(wanted):
            return found
        if not pages.more:
            raise NotDone(
                "Nothing was changed: who is in the sequence changes while it is read. Call again in a moment."
            )
    return await _read_members_one_by_one(call, sequence_id, wanted)


async def _read_members_one_by_one(call: Call, sequence_id: Any, wanted: set[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for id in sorted(wanted):
        try:
            found[id] = await read_record(call, "GetSequenceContactById", id=sequence_id, contactId=as_id(id))
        except ApiError as refusal:
            if refusal.status == 404 and refusal.code:
                continue
            raise
    return found


def as_id(text: str) -> int | str:
    """An id that was a key of an answer, as the number that v3 takes."""
    number = whole_number(text)
    return text if number is None else number

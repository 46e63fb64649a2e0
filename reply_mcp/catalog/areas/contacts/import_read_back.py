"""After an import: what Reply holds of those who existed, and opt-outs, which an import alone does not set on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ReplyError
from reply_mcp.text.cleaning import one_line
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.bodies import ImportItem
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

MOST_READ_BACK = 5
_MOST_OPTED_OUT = 100
_MOST_LISTED = 5
_WIDTH = 40
_NOT_COMPARED = {"email", "customFields", "isOptedOut"}


async def opt_out_those_who_did(call: Call[ImportContacts], imported: Sequence[tuple[int, ImportItem]]) -> None:
    """Marks those who opted out, also where they existed and the import filled only their empty fields. A request for
    each hundred of them, none where nobody did."""
    ids = list(dict.fromkeys(id for id, item in imported if item.is_opted_out))
    failed: list[str] = []
    for at in range(0, len(ids), _MOST_OPTED_OUT):
        part = ids[at : at + _MOST_OPTED_OUT]
        try:
            answer = await call.ask("SetContactsOptedOut", contactIds=part, isOptedOut=True)
        except ReplyError as error:
            failed += map(str, part)
            call.notes.append(f"Opt-outs were not all set: {error}")
            continue
        failed += [id for id in map(str, part) if id in answer]
    if failed:
        call.notes.append(
            f"Not known to be opted out: {list_some(failed, _MOST_LISTED)}. reply_set_contacts_opted_out sets it; do "
            "not contact them before."
        )
    if len(ids) > len(failed):
        call.notes.append(f"Opted out in Reply: {plural(len(ids) - len(failed), 'contact')}.")


async def note_values_kept(call: Call[ImportContacts], matched: Sequence[tuple[int, ImportItem]]) -> None:
    """Notes where those who existed keep other values than the import gave. Reads the first five, a request each."""
    kept: list[str] = []
    read = 0
    for id, item in matched[:MOST_READ_BACK]:
        try:
            contact = await call.ask("GetContactById", id=id)
        except ReplyError:
            continue
        read += 1
        kept += [f"{id} {differing}" for differing in _differing(item.wire(), contact)]
    if kept:
        of = f" (the first {read} of {len(matched):,} who existed were read)" if read < len(matched) else ""
        call.notes.append(f"Not written, since Reply holds something else{of}: {list_some(kept, _MOST_LISTED)}.")


def _differing(given: dict[str, Any], held: dict[str, Any]) -> list[str]:
    """The fields that a contact holds otherwise than they were given: `company "Acme"`."""
    return [
        f'{field} "{one_line(str(held[field]), _WIDTH)}"'
        for field, value in given.items()
        if field not in _NOT_COMPARED
        and value not in (None, "")
        and held.get(field) is not None
        and str(held[field]).strip().casefold() != str(value).strip().casefold()
    ]

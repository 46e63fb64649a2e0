"""How writes are put back: pieces that the headers of operations name in `undo=`, each for a kind of write.

    created("DeleteContactList", "GetContactListById", noun="list")   made: deleted again
    replaced("GetContactListById", noun="list")                       values: the old ones again
    put_back(read, steps)                          anything else, by the requests that it takes
    cannot("Reply has no way to take a note off.") nothing puts it back, and why; the tool's description says so
    CHANGES_NOTHING                                there is nothing to put back

`pieces` has most of these, `replaced` and `remade` the larger ones; `reading` is how they read what is so, `values` how
they compare it.

A piece reads what it needs through `read_once`, so that a look which the call makes anyway serves it too. What it gives
is plain data (`catalog.changes.Inverse`), which outlives the call and the process.
"""

from reply_mcp.catalog.undo.pieces import (
    CHANGES_NOTHING,
    LOST,
    attached,
    cannot,
    created,
    created_in_bulk,
    defaulted,
    far,
    given_to,
    membership,
    put_back,
    regrouped,
    request,
    reversed_by,
    these,
)
from reply_mcp.catalog.undo.reading import ids_at, listing, nothing_where_missing, one_or_page, thing
from reply_mcp.catalog.undo.remade import made_again, restored
from reply_mcp.catalog.undo.replaced import replaced

__all__ = [
    "CHANGES_NOTHING",
    "LOST",
    "attached",
    "cannot",
    "created",
    "created_in_bulk",
    "defaulted",
    "far",
    "given_to",
    "ids_at",
    "listing",
    "made_again",
    "membership",
    "nothing_where_missing",
    "one_or_page",
    "put_back",
    "regrouped",
    "replaced",
    "request",
    "restored",
    "reversed_by",
    "these",
    "thing",
]

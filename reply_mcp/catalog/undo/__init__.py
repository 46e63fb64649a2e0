"""How writes are put back: pieces that the headers of operations name in `undo=`, each for a kind of write.

    created("DeleteContactList", "GetContactListById", noun="list")   made: deleted again
    replaced("GetContactListById", noun="list")                       values: the old ones again
    put_back(read, steps)                          anything else, by the requests that it takes
    partly(steps, "What was sent stays sent.")     as far as it goes, and what stays
    cannot("Reply has no way to take a note off.") nothing puts it back, and why; the tool's description says so
    CHANGES_NOTHING                                there is nothing to put back

What they read before the call they take as `shown_by("GetSchedule")`, `listed_by("ListSchedules")` or
`one_or_page("GetTaskById", "GetTasks", "ids")`.

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
    given_to,
    membership,
    name_ids,
    partly,
    put_back,
    regrouped,
    request,
    reversed_by,
)
from reply_mcp.catalog.undo.reading import ids_at, listed_by, one_or_page, shown_by, shown_if_there
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
    "given_to",
    "ids_at",
    "listed_by",
    "made_again",
    "membership",
    "name_ids",
    "one_or_page",
    "partly",
    "put_back",
    "regrouped",
    "replaced",
    "request",
    "restored",
    "reversed_by",
    "shown_by",
    "shown_if_there",
]

"""The same for several sequences at once. v3 documents 1,000 a request and accepts 100."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.sequences import bulk_hooks as hooks
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.arguments.named_ids import SequenceId, UserId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.lookups.running import preview_titles, send_where_one_runs
from reply_mcp.catalog.operation import Arguments, Effect
from reply_mcp.catalog.undo import cannot, given_to, membership, one_or_page, regrouped
from reply_mcp.catalog.views import PerItem

SequenceIds = Annotated[list[SequenceId], Field(min_length=1, max_length=MOST)]
SPLIT = ("ids", 100)
"""v3's text allows 1,000 a request, its own error says 100."""
STATES = one_or_page("GetSequenceById", "GetSequences", "ids", **hooks.ACTIVE)


@area.post(
    "/v3/sequences/start",
    scope="sequences:operate",
    tool="reply_bulk_start_sequences",
    undo=membership(
        "BulkPauseSequences",
        "ids",
        hooks.active_ids,
        read=STATES,
        joins=True,
        says="{who} paused",
        noun="sequence",
        remains="What was sent stays sent.",
    ),
    effect=Effect.SEND,
    starts=True,
    idempotent=True,
    preview=hooks.preview_start,
    before=[drop_duplicate_ids],
    split=SPLIT,
    view=PerItem("sequence", "started", "ids"),
    after=[hooks.leave_out_started],
    verify_with='reply_search_sequences {{"status": "active"}}',
    also=["launch campaigns", "activate many", "resume all"],
)
class BulkStartSequences(Arguments):
    """Starts sending in several sequences; a request per hundred. Asking takes 2 requests for each of the first ten."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/pause",
    scope="sequences:operate",
    tool="reply_bulk_pause_sequences",
    undo=membership(
        "BulkStartSequences",
        "ids",
        hooks.active_ids,
        read=STATES,
        joins=False,
        says="{who} started again",
        noun="sequence",
    ),
    stops=True,
    idempotent=True,
    before=[drop_duplicate_ids],
    split=SPLIT,
    view=PerItem("sequence", "paused", "ids"),
    verify_with='reply_search_sequences {{"status": "paused"}}',
    also=[
        "stop campaigns",
        "halt everything",
        "pause all",
        "shut down all campaigns",
        "pause everything",
        "stop all sending",
    ],
)
class BulkPauseSequences(Arguments):
    """Stops sending in several; inactive ones are reported. A request per hundred, and one more."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/archive",
    scope="sequences:write",
    tool="reply_bulk_archive_sequences",
    undo=cannot("Reply's API takes no sequence out of the archive, and their people are gone from them."),
    effect=Effect.DELETE,
    preview=hooks.preview_archiving,
    before=[drop_duplicate_ids],
    split=SPLIT,
    view=PerItem("sequence", "archived", "ids"),
    verify_with='reply_search_sequences {{"isArchived": true}}',
    also=["retire campaigns", "put away many"],
)
class BulkArchiveSequences(Arguments):
    """Archives several paused or new sequences; takes everyone out of them for good."""

    ids: SequenceIds


area.coming_soon("BulkUnarchiveSequences", "POST", "/v3/sequences/unarchive", "Brings several back from the archive.")


@area.post(
    "/v3/sequences/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequences",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    effect=Effect.DELETE,
    preview=hooks.preview_deletion,
    before=[drop_duplicate_ids],
    split=SPLIT,
    view=PerItem("sequence", "deleted", "ids"),
    verify_with="reply_search_sequences {{}}",
    also=["remove campaigns", "erase many", "clean up"],
)
class BulkDeleteSequences(Arguments):
    """Deletes several with steps and statistics; their people stay contacts."""

    ids: SequenceIds


@area.post(
    "/v3/sequences/batch/owner",
    scope="sequences:write",
    tool="reply_bulk_change_sequence_owner",
    undo=regrouped(
        one_or_page("GetSequenceById", "GetSequences", "ids", top=1000),
        "ids",
        lambda row: row.get("ownerUserId"),
        given_to("BulkChangeSequenceOwner", "ids", "userId", "sequence"),
        what="owner of sequence",
        new=lambda call: call.arguments.user_id,
    ),
    idempotent=True,
    effect_for=send_where_one_runs("ids"),
    preview=preview_titles("This hands {ids} to {userId}: their activity and their webhooks are that user's."),
    before=[drop_duplicate_ids],
    split=SPLIT,
    view=PerItem("sequence", "handed over", "ids"),
    verify_with='reply_search_sequences {{"ownerUserId": {userId}}}',
    also=["reassign campaigns", "transfer many", "leaving teammate", "transfer sequences"],
)
class BulkChangeSequenceOwner(Arguments):
    """Hands several to one teammate. 3 requests."""

    ids: SequenceIds
    user_id: UserId

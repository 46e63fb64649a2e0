"""The messages that one contact gets from a sequence."""

from __future__ import annotations

from reply_mcp.catalog.areas.enrollment.area import area
from reply_mcp.catalog.areas.enrollment.hooks import explain_missing
from reply_mcp.catalog.areas.enrollment.preview_hooks import describe_messages, has_no_own_texts, preview_reset
from reply_mcp.catalog.areas.enrollment.views import MESSAGES
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId
from reply_mcp.catalog.operation import Arguments, Effect, Path
from reply_mcp.catalog.undo import cannot, shown_by
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/sequences/{sequence_id}/contacts/{contact_id}/preview",
    scope="sequences:read",
    tool="reply_preview_sequence_for_contact",
    beta=True,
    explain=[explain_missing],
    after=[describe_messages],
    view=MESSAGES,
    also=[
        "rendered emails",
        "personalized messages",
        "test merge fields",
        "next message for a contact",
        "what will a contact get next",
    ],
)
class GetSequencePreview(Arguments):
    """The messages one contact will get, filled in with their data."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.post(
    "/v3/sequences/{sequence_id}/contacts/{contact_id}/preview/reset",
    scope="sequences:operate",
    tool="reply_reset_sequence_preview",
    undo=cannot(
        "Reply keeps no earlier draft, and takes none from outside.",
        read=shown_by("GetSequencePreview", sequenceId="sequenceId", contactId="contactId"),
        unless=lambda call, held: has_no_own_texts(held),
    ),
    beta=True,
    effect=Effect.DELETE,
    idempotent=True,
    preview=preview_reset,
    explain=[explain_missing],
    view=Done("Contact {contactId} gets the texts of the steps again."),
    verify_with='reply_preview_sequence_for_contact {{"sequenceId": {sequenceId}, "contactId": {contactId}}}',
    also=["undo personalization", "discard edits", "regenerate preview"],
)
class ResetSequencePreview(Arguments):
    """Discards one contact's generated and edited messages for the steps' own texts."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]

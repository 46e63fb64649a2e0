"""Messages that the AI has written and that wait for a person's approval."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.areas.ai_sdr import approval_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.views import DRAFT, DRAFTS
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId, UserId
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Part, Path, Query
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done

STILL_THERE = 'reply_get_approval {{"sequenceId": {sequenceId}, "contactId": {contactId}}}: a draft still there'


class Waiting(Part):
    """Names one waiting draft."""

    sequence_id: SequenceId
    contact_id: ContactId


@area.get(
    "/v3/ai-sdr/approvals",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_pending_approvals",
    view=DRAFTS,
    also=[
        "AI SDR drafts",
        "review queue",
        "waiting messages",
        "what needs my OK",
        "to be approved",
        "drafts of the AI",
        "AI drafts to review",
        "approval queue",
    ],
)
class ListApprovals(Paged):
    """AI-written messages that wait for approval; newest first, texts shortened."""

    sequence_id: Query[SequenceId | None] = None
    user_id: Query[UserId | None] = Field(None, description="Owner")
    channel: Query[Literal["email", "linkedIn"] | None] = None
    sort_mode: Query[Literal["newestFirst", "oldestFirst"] | None] = None


@area.get(
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/approval",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_approval",
    view=DRAFT,
    also=["AI SDR", "read pending message", "review"],
)
class GetApprovalByContact(Arguments):
    """One waiting draft whole, with the messages before it."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/approval/send",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_approve_message",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    before=[hooks.check_not_rewriting, hooks.check_recipients],
    preview=hooks.preview_sending,
    view=Done("The draft for contact {contactId} is approved; Reply sends it."),
    verify_with=STILL_THERE + " was not sent, and reply_get_contact_activity",
    also=[
        "AI SDR",
        "send pending approval",
        "accept draft",
        "OK it",
        "edit and send",
        "approve a draft",
        "send an AI draft",
    ],
)
class SendApproval(Arguments):
    """Sends a contact's waiting draft as written, or with your subject or body in its place."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]
    body: str | None = None
    subject: str | None = None


@area.post(
    "/v3/ai-sdr/approvals/send-bulk",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_bulk_approve_messages",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    before=[hooks.check_all_waiting, hooks.check_recipients],
    preview=hooks.preview_bulk_sending,
    run=hooks.send_in_chunks,
    view=Done("{outcome}"),
    verify_with="reply_list_pending_approvals {{}}: a draft still there was not sent, and reply_get_contact_activity",
    also=[
        "AI SDR",
        "approve all",
        "send drafts",
        "several pending",
        "send all approved messages",
        "approve everything",
    ],
    example={"items": [{"sequenceId": 1704210, "contactId": 90514382}]},
)
class SendApprovalsBulk(Arguments):
    """Sends waiting drafts as written. Looks first (1-3 requests): unless all wait, none is sent; then 20 a request."""

    items: Annotated[list[Waiting], Field(min_length=1, max_length=100)]


@area.delete(
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/approval",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_reject_message",
    undo=cannot("Reply keeps no draft that was rejected."),
    preview=hooks.preview_rejection,
    view=Done("The draft for contact {contactId} is discarded, and they are out of sequence {sequenceId}."),
    verify_with=STILL_THERE + " was not rejected, its absence",
    also=["AI SDR", "decline draft", "delete pending approval", "don't send"],
)
class DeleteApproval(Arguments):
    """Discards a draft AND takes the contact out of the sequence. Rewrite instead: reply_regenerate_message."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/approval/regenerate",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_regenerate_message",
    undo=cannot("Reply keeps no earlier draft, and takes none from outside."),
    view=Done("The AI rewrites the draft."),
    starts_job=True,
    verify_with=STILL_THERE + " marked as being rewritten",
    also=["AI SDR", "rewrite draft", "another version", "try again", "make it shorter"],
)
class RegenerateApproval(Arguments):
    """Has the AI rewrite the draft in a background job; nothing is sent."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]
    recommendations: str | None = Field(None, description="What to do better")


area.coming_soon(
    "SubmitApprovalFeedback",
    "POST",
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/approval/feedback",
    "Tell the AI whether a waiting draft was good, so that it learns.",
)
area.coming_soon(
    "SubmitPreviewStepFeedback",
    "POST",
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/preview/steps/{step_id}/feedback",
    "Tell the AI whether the message previewed for one step was good.",
)
area.coming_soon(
    "GetContactAiInsights",
    "GET",
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/ai-insights",
    "What the AI found out about a contact.",
)


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/contacts/{contact_id}/preview/personalize",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_personalize_messages",
    undo=cannot("Reply keeps no earlier draft, and takes none from outside."),
    effect_for=send_in_running(sequence="sequence_id"),
    preview=preview_in_running("This has the AI write the messages to {contactId} anew in {sequence}.", "sequence_id"),
    view=Done("The AI writes this contact's messages."),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["AI SDR preview", "write messages for contact", "rewrite steps", "personalization"],
)
class PersonalizeSequencePreview(Arguments):
    """Has the AI write, or rewrite, one contact's messages in all steps, in a background job; sends nothing."""

    sequence_id: Path[SequenceId]
    contact_id: Path[ContactId]

"""Threads: find them, read them, answer, file, mark and delete them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.areas.inbox import answer_hooks, thread_change_hooks, thread_hooks
from reply_mcp.catalog.areas.inbox.area import area
from reply_mcp.catalog.areas.inbox.bodies import ThreadIds
from reply_mcp.catalog.areas.inbox.views import THREADS
from reply_mcp.catalog.arguments.named_ids import (
    CategoryId,
    ContactId,
    EmailAccountId,
    LinkedInAccountId,
    SequenceId,
    ThreadId,
    UserId,
)
from reply_mcp.catalog.arguments.times import Moment, Until, check_period
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.operation import Arguments, Effect, Email, Local, Nullable, Paged, Path
from reply_mcp.catalog.undo import cannot, membership, one_or_page, replaced
from reply_mcp.catalog.views import Card, Column, Conversation, Done, PerItem

ANSWER = 'reply_send_inbox_reply {{"id": {id}, "contact": "{contactId}", "message": …}}'


@area.get(
    "/v3/inbox/threads",
    scope="inbox:read",
    tool="reply_list_inbox_threads",
    view=THREADS,
    page_size=100,
    also=["conversations", "messages", "replies", "unibox", "mail"],
    after=[thread_hooks.add_state, thread_hooks.rename_contact_fields],
)
class ListInboxThreads(Paged):
    """All conversations, latest activity first, without any filter. A thread is not a reply: ones where only we wrote
    are here too. 2 requests."""


class ThreadFilter(Paged):
    """What narrows the inbox."""

    search: Nullable[str] = None
    source: Nullable[Literal["inbox", "sent", "unread", "aiDraft"]] = Field(
        None, description="Default inbox: they wrote; sent: we wrote last; no all"
    )
    category_ids: Nullable[list[CategoryId]] = None
    contact_ids: Nullable[list[ContactId]] = None
    sequence_ids: Nullable[list[SequenceId]] = None
    owner_user_id: Nullable[UserId] = None
    channels: Nullable[list[Literal["email", "linkedIn"]]] = None
    only_with_meeting_intent: Nullable[bool] = None
    from_: Nullable[Moment] = Field(None, alias="from", description="Last activity")
    to: Nullable[Until] = None
    email_account_ids: Nullable[list[EmailAccountId]] = None
    linked_in_account_ids: Nullable[list[LinkedInAccountId]] = Field(None, alias="linkedInAccountIds")

    @model_validator(mode="after")
    def _is_a_period(self) -> ThreadFilter:
        check_period(self.from_, self.to)
        return self


@area.post(
    "/v3/inbox/threads/filter",
    scope="inbox:read",
    tool="reply_get_inbox_emails",
    core=True,
    effect=Effect.READ,
    view=THREADS,
    page_size=100,
    also=[
        "conversations",
        "messages",
        "unread",
        "who replied",
        "LinkedIn",
        "unanswered",
        "interested",
        "unibox",
        "new replies",
        "hot leads",
        "who answered",
        "interested leads",
        "positive replies",
        "replies since yesterday",
        "LinkedIn replies",
        "auto replies",
    ],
    aliases=["reply_filter_inbox_threads"],
    before=[thread_hooks.include_from],
    after=[
        thread_hooks.keep_their_threads,
        thread_hooks.note_uncategorized,
        thread_hooks.add_state,
        thread_hooks.rename_contact_fields,
    ],
)
class FilterInboxThreads(ThreadFilter):
    """Find inbox threads: unread, per contact, category, sequence or time. State shows whose turn it is. 2 requests."""


@area.get(
    "/v3/inbox/threads/{id}",
    scope="inbox:read",
    tool="reply_get_inbox_thread",
    view=Conversation(answer_with=ANSWER),
    also=["conversation", "AI draft", "suggested answer", "history", "what did they write"],
    after=[thread_hooks.show_as_conversation],
    explain=[thread_hooks.explain_missing_thread],
)
class GetInboxThread(Arguments):
    """One thread with its history and AI draft. reply_get_thread reads just the latest messages."""

    id: Path[ThreadId]


@area.delete(
    "/v3/inbox/threads/{id}",
    scope="inbox:operate",
    tool="reply_delete_inbox_thread",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    view=Done("Deleted thread {id}."),
    preview=thread_change_hooks.preview_deletion,
    explain=[thread_hooks.explain_missing_thread],
    also=["remove conversation", "erase", "messages", "archive conversation"],
    verify_with='reply_get_thread {{"id": {id}}}',
)
class DeleteInboxThread(Arguments):
    """Delete one conversation and its messages for good."""

    id: Path[ThreadId]


@area.post(
    "/v3/inbox/threads/bulk-delete",
    scope="inbox:operate",
    tool="reply_delete_inbox_threads",
    undo=cannot("They were deleted for good: Reply keeps nothing that brings them back."),
    before=[drop_duplicate_ids],
    effect=Effect.DELETE,
    view=PerItem("thread", "deleted", "threadIds"),
    preview=thread_change_hooks.preview_bulk_deletion,
    also=["remove several messages", "erase", "clean up", "bulk", "archive conversations"],
    verify_with="reply_list_inbox_threads {{}}",
)
class BulkDeleteInboxThreads(Arguments):
    """Delete conversations and their messages for good."""

    thread_ids: ThreadIds


@area.post(
    "/v3/inbox/threads/mark-as-read",
    scope="inbox:operate",
    tool="reply_mark_threads_read",
    undo=membership(
        "MarkInboxThreadsAsUnread",
        "threadIds",
        thread_change_hooks.read_threads,
        read=one_or_page("GetInboxThread", "ListInboxThreads", "threadIds", top=200),
        joins=True,
        says="{who} unread again",
        noun="thread",
        each=True,
    ),
    before=[drop_duplicate_ids],
    idempotent=True,
    view=PerItem("thread", "marked read", "threadIds"),
    also=["seen", "inbox", "messages", "conversations", "bulk", "mark all read"],
    verify_with="reply_list_inbox_threads {{}}",
)
class MarkInboxThreadsAsRead(Arguments):
    """Clear the unread state of threads. 2 requests."""

    thread_ids: ThreadIds


@area.post(
    "/v3/inbox/threads/mark-as-unread",
    scope="inbox:operate",
    tool="reply_mark_threads_unread",
    undo=membership(
        "MarkInboxThreadsAsRead",
        "threadIds",
        thread_change_hooks.read_threads,
        read=one_or_page("GetInboxThread", "ListInboxThreads", "threadIds", top=200),
        joins=False,
        says="{who} read again",
        noun="thread",
        each=True,
    ),
    before=[drop_duplicate_ids],
    idempotent=True,
    view=PerItem("thread", "marked unread", "threadIds"),
    also=["unseen", "inbox", "messages", "conversations", "bulk"],
    verify_with="reply_list_inbox_threads {{}}",
)
class MarkInboxThreadsAsUnread(Arguments):
    """Set threads back to unread. 2 requests."""

    thread_ids: ThreadIds


@area.get(
    "/v3/inbox/threads/{id}/messages",
    scope="inbox:read",
    tool="reply_list_thread_messages",
    view=Conversation(),
    page_size=50,
    also=["conversation", "mails", "page", "correspondence"],
    after=[thread_hooks.with_earlier_messages],
    explain=[thread_hooks.explain_missing_thread],
)
class ListInboxThreadMessages(Paged):
    """Page through a long thread, oldest message first. Bodies are long: keep top near 20. 2 requests after page 1."""

    id: Path[ThreadId]


def _respell_channel(value: Any) -> Any:
    known = {"email": "email", "linkedin": "linkedIn"}
    return known.get(value.strip().casefold(), value) if isinstance(value, str) else value


@area.post(
    "/v3/inbox/threads/{id}/messages",
    scope="inbox:operate",
    tool="reply_send_inbox_reply",
    undo=cannot("What was sent stays sent."),
    core=True,
    effect=Effect.SEND,
    view=Done("{outcome}", next='reply_get_thread {{"id": {id}}} shows it.'),
    also=[
        "answer",
        "respond",
        "email back",
        "message",
        "LinkedIn",
        "conversation",
        "reply to",
        "tell them",
        "respond to a lead",
        "forward an email",
    ],
    aliases=["reply_send_inbox_thread_message"],
    before=[answer_hooks.check_person_and_channel, answer_hooks.check_person, answer_hooks.check_other_addresses],
    run=answer_hooks.send_reply,
    explain=[answer_hooks.explain_provider_refusal, thread_hooks.explain_missing_thread],
    preview=answer_hooks.preview_reply,
    verify_with='reply_get_thread {{"id": {id}}}',
)
class SendInboxThreadMessage(Arguments):
    """Send a real answer to the thread's contact, on its channel. Name the contact meant: if it differs, nothing is
    sent. 4+ requests."""

    id: Path[ThreadId]
    contact: Local[int | str | None] = Field(None, description="Id, email or name meant")
    channel: Annotated[Literal["email", "linkedIn"], BeforeValidator(_respell_channel)] | None = None
    message: str = Field(min_length=1, description="HTML or text")
    to: Nullable[Email] = Field(None, description="Others than theirs: no tracking")
    cc: Nullable[list[Email]] = None
    bcc: Nullable[list[Email]] = None
    attachment_ids: Nullable[list[Annotated[int, Field(ge=1)]]] = None
    apply_signature: Nullable[bool] = None
    reply_to_message_id: Nullable[str] = Field(None, description="Default: last")


@area.put(
    "/v3/inbox/threads/{id}/category",
    scope="inbox:operate",
    tool="reply_change_inbox_category",
    undo=replaced("GetInboxThread", noun="thread", shown_as={"categoryId": "category"}),
    core=True,
    view=Done("{outcome} {categoryId}."),
    also=[
        "label",
        "file",
        "tag",
        "interested",
        "classify",
        "folder",
        "categorize a reply",
        "mark as interested",
        "not interested",
    ],
    aliases=["reply_set_inbox_thread_category"],
    after=[thread_change_hooks.describe_category],
    explain=[thread_change_hooks.explain_missing_thread_or_category],
    verify_with='reply_get_thread {{"id": {id}}}',
)
class SetInboxThreadCategory(Arguments):
    """File a thread under a category, in place of the one it has. 2 requests."""

    id: Path[ThreadId]
    category_id: Nullable[CategoryId] = Field(description="null clears")


@area.put(
    "/v3/inbox/threads/{id}/meeting-intent",
    scope="inbox:operate",
    tool="reply_set_meeting_intent",
    undo=replaced("GetInboxThread", noun="thread"),
    view=Done("Thread {id}: {hasMeetingIntent:wants to meet|meeting intent cleared}."),
    explain=[thread_hooks.explain_missing_thread],
    also=["wants a call", "booking", "flag", "appointment", "meeting booked", "wants a meeting"],
    verify_with='reply_get_thread {{"id": {id}}}',
)
class SetInboxThreadMeetingIntent(Arguments):
    """Flag, or clear, that a thread's contact wants to meet. 2 requests."""

    id: Path[ThreadId]
    has_meeting_intent: bool


@area.post(
    "/v3/inbox/threads/{id}/ai-draft/generate",
    tool="reply_generate_inbox_draft",
    undo=cannot("Reply keeps no earlier draft, and takes none from outside."),
    beta=True,
    view=Card(
        'AI draft for thread {id}, not sent. To send it: reply_send_inbox_reply {{"id": {id}, "message": …}}',
        ((Column("draft", "draft", "outside"),),),
    ),
    also=[
        "suggest answer",
        "AI reply",
        "Jason",
        "regenerate",
        "write response",
        "suggest a response",
        "draft an answer",
    ],
    after=[thread_change_hooks.find_draft],
    explain=[thread_hooks.explain_missing_thread],
    verify_with='reply_get_inbox_thread {{"id": {id}}}',
)
class GenerateInboxAiDraft(Arguments):
    """Have Reply's AI draft an answer; nothing is sent. Each call replaces the draft before. Check it, then
    reply_send_inbox_reply."""

    id: Path[ThreadId]


area.coming_soon(
    "SubmitInboxAiDraftFeedback",
    "POST",
    "/v3/inbox/threads/{id}/ai-draft/feedback",
    "Rate an AI draft, with reasons, so that later ones get better.",
)

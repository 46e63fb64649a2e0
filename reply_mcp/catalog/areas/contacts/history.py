"""What a contact is in and what happened with them: sequences, activities, conversations."""

from __future__ import annotations

from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.history_hooks import add_summaries, explain_missing_contact
from reply_mcp.catalog.areas.contacts.views import ACTIVITIES, SEQUENCES, THREADS
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Paged, Path


@area.get(
    "/v3/contacts/{id}/sequences",
    scope="contacts:read",
    tool="reply_get_contact_sequences",
    after=[add_names_of("mailbox", "linkedInAccount")],
    view=SEQUENCES,
    also=[
        "campaigns of person",
        "which campaign is lead in",
        "enrolled",
        "memberships",
        "current step",
        "sequences of a contact",
    ],
)
class GetContactSequences(Arguments):
    """The sequences a person is in, with status and current step. Replied or bounced: reply_get_contact_statuses."""

    id: Path[ContactId]


@area.get(
    "/v3/contacts/{id}/activities",
    scope="contacts:read",
    tool="reply_get_contact_activity",
    view=ACTIVITIES,
    also=[
        "history",
        "timeline",
        "opens clicks",
        "person log",
        "GET /v1/stats/person",
        "touchpoints",
        "last touchpoints",
        "when did they last reply",
        "opened",
        "clicked",
    ],
    after=[add_summaries],
)
class GetContactActivities(Paged):
    """What happened with a person: emails, calls, status changes."""

    id: Path[ContactId]


@area.get(
    "/v3/contacts/{id}/inbox-threads",
    scope="contacts:read",
    tool="reply_get_contact_threads",
    beta=True,
    view=THREADS,
    also=[
        "conversations with person",
        "emails from lead",
        "replies of prospect",
        "messages",
        "emails exchanged with a person",
        "conversations with a contact",
    ],
    after=[drop_repeated_rows],
    explain=[explain_missing_contact],
)
class GetContactInboxThreads(Paged):
    """The inbox threads of one person, without their messages: reply_get_thread reads one."""

    id: Path[ContactId]

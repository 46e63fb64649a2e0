"""A webhook subscription as it is kept and shown, and the events there are."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall
from reply_mcp.sandbox.store import Doc, public_fields

EVENTS = (
    "email_replied", "reply_categorized", "email_sent", "contact_finished", "email_opened", "contact_opted_out",
    "contact_called", "email_link_clicked", "email_account_connection_lost", "email_bounced",
    "linkedin_connection_request_sent", "linkedin_message_sent", "linkedin_connection_request_accepted",
    "linkedin_message_replied", "linkedin_reply_categorized", "email_account_error", "email_auto_reply",
    "autopilot_stopped", "linkedin_account_alerts", "contact_replied", "linkedin_comment_posted",
    "linkedin_comment_skipped",
)  # fmt: skip
FLAGS = ("includeEmailUrl", "includeEmailText", "includeProspectCustomFields")
MOST_ACTIVE = 50
"""Subscriptions that one user may have switched on."""


def webhook_view(call: HandlerCall, webhook: Doc) -> Doc:
    """The subscription as Reply answers it; on the wire its date ends in an offset."""
    own = public_fields(webhook)
    return own if call.documented else {**own, "createdAt": own["createdAt"].replace("Z", "+00:00")}

"""What a webhook delivers: snake_case, unlike the rest of the API, and without an inbox thread's id."""

from __future__ import annotations

import uuid

from reply_mcp.sandbox.store import Doc, Store

BY_KIND: dict[str, tuple[str, ...]] = {
    "sent": ("email_sent",),
    "opened": ("email_opened",),
    "clicked": ("email_link_clicked",),
    "replied": ("email_replied", "contact_replied"),
    "autoReplied": ("email_auto_reply",),
    "bounced": ("email_bounced",),
    "optedOut": ("contact_opted_out",),
    "called": ("contact_called",),
    "finished": ("contact_finished",),
    "interested": ("reply_categorized",),
    "meetingBooked": ("reply_categorized",),
    "sentAutoConnection": ("linkedin_connection_request_sent",),
    "sentAutoMessage": ("linkedin_message_sent",),
    "sentAutoInMail": ("linkedin_message_sent",),
    "acceptedAutoConnection": ("linkedin_connection_request_accepted",),
    "repliedAutoMessage": ("linkedin_message_replied", "contact_replied"),
    "repliedAutoInMail": ("linkedin_message_replied", "contact_replied"),
}
"""The webhook events that an event (see `events`) is."""

_WITH_TEXT = ("email_sent", "email_replied", "email_auto_reply", "contact_replied", "linkedin_message_replied")


def event_types(store: Store, event: Doc) -> tuple[str, ...]:
    """The webhook events of one event; what a person sends by hand or through the API is not echoed."""
    kind, on_linkedin = event["type"], str(event["channel"]).lower() == "linkedin"
    if event["manual"] and kind.startswith("sent"):
        return ()
    if kind == "sent" and event["channel"] != "email":
        return ()
    if kind == "like":
        # Reports count a comment as a like.
        step = store.get("step", event["_stepId"] or 0) or {}
        return ("linkedin_comment_posted",) if step.get("actionType") == "commentOnRecentPost" else ()
    types = BY_KIND.get(kind, ())
    return tuple("linkedin_reply_categorized" if one == "reply_categorized" and on_linkedin else one for one in types)


def build_payload(store: Store, webhook: Doc, event_type: str, event: Doc) -> Doc:
    """The body of a delivery. The event's id is the same on every attempt, and for every subscription."""
    config = webhook["payloadConfig"]
    contact = store.get("contact", event["_contactId"]) or store.get("deletedContact", event["_contactId"]) or {}
    fields: Doc = {
        "id": event["_contactId"],
        "email": contact.get("email"),
        "first_name": contact.get("firstName"),
        "last_name": contact.get("lastName"),
        "full_name": " ".join(filter(None, (contact.get("firstName"), contact.get("lastName")))),
        "company": contact.get("company"),
        "title": contact.get("title"),
        "linkedin_profile_url": contact.get("linkedInUrl"),
    }
    if config["includeProspectCustomFields"]:
        fields["custom_fields"] = _custom_fields(store, contact)
    body: Doc = {
        "event": {
            "id": event_id(event_type, event),
            "type": event_type,
            "date": event["at"],
            "team_id": event["_teamId"],
            "user_id": event["_userId"],
            "subscription_id": webhook["id"],
        },
        "contact_fields": fields,
        "sequence_fields": {"id": event["_sequenceId"]},
    }
    message = _message(store, event)
    if message:
        linkedin = message["channel"] == "linkedIn"
        body["linkedin_message_id" if linkedin else "sent_email_id"] = str(message["id"])
        if config["includeEmailUrl"] and not linkedin:
            body["email_url"] = f"https://run.reply.example/emails/{message['id']}"
        if config["includeEmailText"] and event_type in _WITH_TEXT:
            body["email_text"] = message["body"]
        if "repl" in event_type:
            # Without a mark of its zone, which is UTC.
            body["reply_date"] = event["at"].rstrip("Z").split(".")[0]
    return body


def sample_payload(webhook: Doc, at: str) -> Doc:
    """The body of a test: an invented contact."""
    return {
        "event": {
            "id": event_id("test", {"id": webhook["id"], "at": at}),
            "type": webhook["eventType"],
            "date": at,
            "team_id": webhook["_teamId"],
            "user_id": webhook["_userId"],
            "subscription_id": webhook["id"],
        },
        "contact_fields": {
            "id": 1,
            "email": "ann.lee@example.com",
            "first_name": "Ann",
            "last_name": "Lee",
            "full_name": "Ann Lee",
            "company": "Example Ltd",
            "title": "Head of Sales",
            "linkedin_profile_url": "https://www.linkedin.com/in/ann-lee-example",
        },
        "sequence_fields": {"id": 1},
    }


def event_id(event_type: str, event: Doc) -> str:
    """The UUID of an event as one type of webhook event."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{event_type}/{event['id']}/{event['at']}"))


def _custom_fields(store: Store, contact: Doc) -> list[Doc]:
    found = []
    for key, value in contact.get("_customFields", {}).items():
        field = store.get("customField", int(key))
        if field:
            found.append({"key": field["title"], "value": value})
    return found


def _message(store: Store, event: Doc) -> Doc | None:
    """The message that was sent or came in at the event's instant, else the last one that we sent before it."""
    before: Doc | None = None
    for thread in store.all("thread", _contactId=event["_contactId"]):
        for message in store.all("message", _threadId=thread["id"]):
            inbound = event["type"].startswith(("replied", "autoReplied"))
            if message["date"] == event["at"] and message["isOutbound"] != inbound:
                return message
            if message["isOutbound"] and message["date"] <= event["at"]:
                before = message if before is None or message["date"] >= before["date"] else before
    return before

"""Answering in a thread: to the person meant, on the thread's own channel, told as it went."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.inbox.thread_hooks import is_same, who
from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, OutcomeUnknown, ReplyError

_EMAIL_ONLY = {
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "apply_signature": "applySignature",
    "reply_to_message_id": "replyToMessageId",
}


async def thread_of(call: Call) -> dict[str, Any]:
    """The thread that is answered; one request in a call."""
    thread = await read_once(call, "GetInboxThread", id=call.arguments.id)
    if isinstance(thread, list):
        thread = thread[0] if thread else {}
    if not isinstance(thread, dict) or not isinstance(thread.get("contact"), dict):
        raise NotDone(f"Nothing was sent: Reply did not say whose thread {call.arguments.id} is.")
    return thread


async def right_person_and_channel(call: Call) -> None:
    """Reads the thread first: a reply goes to the thread's contact, whoever was meant, and only on its channel."""
    thread, arguments = await thread_of(call), call.arguments
    person = who(thread["contact"])
    if arguments.contact is not None and not is_same(thread["contact"], arguments.contact):
        raise NotDone(
            f"Nothing was sent: thread {arguments.id} is with {person} (contact {thread['contact'].get('id')}), not "
            f'with {arguments.contact}. reply_get_inbox_emails {{"contactIds": […]}} has the threads of a contact.'
        )
    channel = {"email": "email", "linkedin": "linkedIn"}.get(str(thread.get("channel")).casefold())
    if channel is None:
        raise NotDone(
            f"Nothing was sent: the channel of thread {arguments.id} is {thread.get('channel') or 'unknown'}."
        )
    if arguments.channel is not None and arguments.channel != channel:
        raise NotDone(
            f"Nothing was sent: thread {arguments.id} with {person} is on {channel}, not {arguments.channel}. Leave "
            f"out channel to answer there, or take their {arguments.channel} thread."
        )
    unfit = [alias for name, alias in _EMAIL_ONLY.items() if getattr(arguments, name) is not None]
    if channel == "linkedIn" and unfit:
        raise NotDone(
            f"Nothing was sent: thread {arguments.id} is on LinkedIn, which has no {', '.join(unfit)}. Leave them out."
        )
    arguments.channel = channel


async def reply_preview(call: Call) -> str:
    """Who gets what, where; names an address that is not the contact's."""
    thread, arguments = await thread_of(call), call.arguments
    contact = thread["contact"]
    channel = "LinkedIn" if str(thread.get("channel")).casefold() == "linkedin" else "email"
    text = f"This sends a real {channel} message to {who(contact)} in thread {arguments.id}"
    held = contact.get("email")
    if arguments.to is not None and str(arguments.to).casefold() != str(held or "").casefold():
        text += f", but to the address {arguments.to}, which is not the one held for them ({held or 'none'})"
    copies = [*(arguments.cc or []), *(arguments.bcc or [])]
    if copies:
        text += f", copies to {', '.join(copies)}"
    if arguments.attachment_ids:
        text += f", attachments {', '.join(map(str, arguments.attachment_ids))}"
    failed = _not_delivered(thread)
    if failed:
        text += f" (its last message was not delivered: {failed})"
    return f'{text}: "{first_words(arguments.message)}"'


async def send_reply(call: Call) -> Any:
    """Sends once; gives what came of it as `outcome`."""
    thread = await thread_of(call)
    try:
        message = await call.send()
    except ApiError as refusal:
        if refusal.code == "inboxThread.contactOptedOut":
            raise AlreadyDone(
                f"Nothing was sent: {who(thread['contact'])} has opted out and cannot be messaged. That is settled; "
                "sending again changes nothing.",
            ) from None
        raise
    if isinstance(message, list) and message:
        message = message[0]
    if not isinstance(message, dict) or not {"messageId", "body", "date", "isOutbound"} & set(message):
        raise OutcomeUnknown(
            "Reply took the message and answered with something that is not a message; it may have been sent. Do not "
            f'send it again before looking: reply_get_thread {{"id": {call.arguments.id}}}.'
        )
    return {**message, "outcome": _outcome(call, thread, message)}


def _outcome(call: Call, thread: dict[str, Any], message: dict[str, Any]) -> str:
    status = message.get("status") or {}
    if str(status.get("state") or "").casefold() == "needsattention":
        return (
            f"Not delivered to {who(thread['contact'])}: {status.get('code') or 'no reason given'}. Thread "
            f"{call.arguments.id} now needs attention; do not send again before that is fixed."
        )
    channel = "LinkedIn" if call.arguments.channel == "linkedIn" else "email"
    to = f", to {call.arguments.to}" if call.arguments.to is not None else ""
    return f"Sent by {channel} to {who(thread['contact'])}{to} in thread {call.arguments.id}."


async def provider_refused(call: Call, refusal: ApiError) -> str | None:
    """A 502 with Reply's code is no outage: the provider refused the message. Looks for the reason; one request."""
    if refusal.code != "inboxThread.threadSendFailed":
        return None
    return (
        f"502 inboxThread.threadSendFailed: the provider refused it ({await _reason(call) or refusal.detail}). It was "
        f"not delivered and thread {call.arguments.id} needs attention. Do not send it again until that is fixed."
    )


def _not_delivered(thread: dict[str, Any]) -> str:
    """Why the thread's last message did not arrive; "" where it did."""
    messages = [one for one in thread.get("messages") or [] if isinstance(one, dict)]
    status = (messages[-1].get("status") or {}) if messages else {}
    return str(status.get("code") or "") if str(status.get("state") or "").casefold() == "needsattention" else ""


async def _reason(call: Call) -> str:
    try:
        thread = await call.ask("GetInboxThread", id=call.arguments.id)
    except ReplyError:
        return ""
    messages = thread.get("messages") if isinstance(thread, dict) else None
    for message in reversed(messages or []):
        code = (message.get("status") or {}).get("code") if isinstance(message, dict) else None
        if code:
            return str(code)
    return ""

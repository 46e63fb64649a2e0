"""Answering in a thread: to the person meant, on the thread's own channel, with what really came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from reply_mcp.catalog.areas.inbox.thread_hooks import describe_person, is_same
from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.contactable import (
    check_contactable,
    check_none_blacklisted,
    describe_against,
    format_instant,
    note_if_denied,
)
from reply_mcp.catalog.lookups.contacts import contact_label, find_contacts
from reply_mcp.catalog.lookups.senders import describe_account, read_mailbox_facts
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.html import html_to_text, text_to_html
from reply_mcp.text.intents import find_opt_out_request
from reply_mcp.text.lists import join
from reply_mcp.text.quotes import own_words

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.operations import SendInboxThreadMessage

_CHANNELS: dict[str, Literal["email", "linkedIn"]] = {"email": "email", "linkedin": "linkedIn"}
_EMAIL_ONLY = {
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "apply_signature": "applySignature",
    "reply_to_message_id": "replyToMessageId",
}

_MOST_OTHERS = 10
"""Addresses beside the person's own to which one answer goes."""
_MOST_QUOTED = 300
"""Letters of their message that a question shows."""


async def _read_thread(call: Call[SendInboxThreadMessage]) -> dict[str, Any]:
    """The thread to answer in; one request in a call.

    Raises:
        NotDone: where Reply does not say whose thread it is.
    """
    thread = await read_record(call, "GetInboxThread", id=call.arguments.id)
    if not isinstance(thread.get("contact"), dict):
        raise NotDone(f"Nothing was sent: Reply did not say whose thread {call.arguments.id} is.")
    return thread


async def check_person_and_channel(call: Call[SendInboxThreadMessage]) -> None:
    """Takes the channel from the thread: a reply goes to its contact, whoever was meant, and only on its channel.

    Raises:
        NotDone: where the thread is of another contact or channel, or its channel has no such arguments.
    """
    thread, arguments = await _read_thread(call), call.arguments
    person = describe_person(thread["contact"])
    if arguments.contact is not None and not is_same(thread["contact"], arguments.contact):
        raise NotDone(
            f"Nothing was sent: thread {arguments.id} is with {person} (contact {thread['contact'].get('id')}), not "
            f'with {arguments.contact}. reply_get_inbox_emails {{"contactIds": […]}} has the threads of a contact.'
        )
    channel = _CHANNELS.get(str(thread.get("channel")).casefold())
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
            f"Nothing was sent: thread {arguments.id} is on LinkedIn, which has no {join(unfit)}. Leave them out."
        )
    arguments.channel = channel
    if channel == "email":
        arguments.message = text_to_html(arguments.message)


async def check_person(call: Call[SendInboxThreadMessage]) -> None:
    """Refuses an answer to somebody who opted out or is on the blacklist; up to four requests.

    Raises:
        AlreadyDone: for somebody who opted out, which no further call changes.
        NotDone: for somebody on the blacklist.
    """
    await check_contactable(call, _recipient(call, await _read_thread(call)), opted_out=AlreadyDone)


async def check_other_addresses(call: Call[SendInboxThreadMessage]) -> None:
    """Refuses an answer of which somebody else gets a copy, or the whole, who opted out or is on the blacklist. For
    each such address up to two requests, and those of `check_none_blacklisted`.

    Raises:
        NotDone: names them, and for more than ten addresses.
    """
    arguments = call.arguments
    known = str((await _read_thread(call))["contact"].get("email") or "").casefold()
    given = [str(one) for one in (arguments.to, *(arguments.cc or ()), *(arguments.bcc or ())) if one is not None]
    others = [one for one in dict.fromkeys(map(str.casefold, given)) if one != known]
    if len(others) > _MOST_OTHERS:
        raise NotDone(f"Nothing was sent: at most {_MOST_OTHERS} addresses beside theirs, {len(others)} were given.")
    await check_none_blacklisted(call, [{"email": one} for one in others], "sent")
    for address in others:
        try:
            held = await find_contacts(call, email=address)
        except ReplyError as error:
            note_if_denied(call, error, "whether those who get copies opted out")
            return
        if gone := [contact_label(one) for one in held if one.get("isOptedOut")]:
            raise NotDone(f"Nothing was sent: {gone[0]} opted out and asked not to be contacted. Leave them out.")


def _recipient(call: Call[SendInboxThreadMessage], thread: dict[str, Any]) -> dict[str, Any]:
    """Whom the answer goes to, as a contact's row."""
    contact = thread["contact"]
    email = call.arguments.to or contact.get("email")
    return {"id": contact.get("id"), "firstName": contact.get("fullName"), "email": email}


async def preview_reply(call: Call[SendInboxThreadMessage]) -> Question:
    """The whole text, to whom and from where, and what they said last; what is odd stands first. Two requests in a
    call, a third for the mailbox where its signature is put in or no message of the thread tells it."""
    thread, arguments = await _read_thread(call), call.arguments
    contact = thread["contact"]
    messages = _in_order(thread)
    channel = "LinkedIn" if str(thread.get("channel")).casefold() == "linkedin" else "email"
    text = f"This sends a real {channel} message to {describe_person(contact)} in thread {arguments.id}"
    held = contact.get("email")
    if arguments.to is not None and str(arguments.to).casefold() != str(held or "").casefold():
        text += f", but at {arguments.to}, which is not their address in Reply ({held or 'none'})"
    sender = await _describe_sender(call, thread, messages)
    text += f", from {sender}"
    if arguments.cc:
        text += f", copies to {join(arguments.cc)}"
    if arguments.bcc:
        text += f", hidden copies to {join(arguments.bcc)}"
    if arguments.attachment_ids:
        text += f", attachments {join(arguments.attachment_ids)}"
    words = [own.text for own in own_words(messages)]
    lines = _describe_oddities(thread, messages, words, arguments.message)
    theirs = next((at for at in reversed(range(len(messages))) if not messages[at].get("isOutbound")), None)
    if theirs is not None:
        lines.append(f"They wrote last, {_quote_message_at(theirs, messages, words)}")
    elif messages:
        lines.append("They have not written in this thread.")
    against, _ = await describe_against(call, [_recipient(call, thread)], talks=False)
    lines += [*against, f"{text}:{quote_message(arguments.message)}"]
    newest = messages[-1] if messages else {}
    facts = {
        "count": 1 + len({*(arguments.cc or ()), *(arguments.bcc or ())}),
        "contact": [contact.get("id"), held, contact.get("linkedInProfileUrl")],
        "sender": [thread.get("emailAccountId"), thread.get("linkedInAccountId"), sender],
        "signature": await _read_signature(call, thread),
        "messages": len(messages),
        "newest": [newest.get("messageId"), newest.get("date"), newest.get("body")],
    }
    return Question("\n".join(lines), facts)


async def _read_signature(call: Call[SendInboxThreadMessage], thread: dict[str, Any]) -> Any:
    """The signature of the thread's mailbox where it is put under the answer; one request in a call then."""
    id = thread.get("emailAccountId")
    return await read_mailbox_facts(call, id) if call.arguments.apply_signature and id is not None else None


def _quote_message_at(at: int, messages: list[dict[str, Any]], words: list[str]) -> str:
    """When a message was written and its first words, without the mail that it quotes."""
    said = quote(words[at], _MOST_QUOTED) if words[at] else "without words of their own"
    return f"{format_instant(messages[at].get('date'))}: {said}"


def _in_order(thread: dict[str, Any]) -> list[dict[str, Any]]:
    """The thread's messages, oldest first."""
    messages = rows_of(thread.get("messages"))
    return sorted(messages, key=lambda one: str(one["date"])) if all(one.get("date") for one in messages) else messages


def _describe_oddities(
    thread: dict[str, Any], messages: list[dict[str, Any]], words: list[str], text: str
) -> list[str]:
    """What the person should read first: a wish not to be written to, several messages since ours, our own as the last,
    this very text sent already, a contact who is deleted, a message that was not delivered."""
    lines = []
    since = next((at for at, one in enumerate(reversed(messages)) if one.get("isOutbound")), len(messages))
    inbound = range(len(messages) - since, len(messages))
    for at in inbound:
        if wish := find_opt_out_request(words[at]):
            sentence = words[at][words[at].rfind("\n", 0, wish.start()) + 1 :]
            lines.append(
                f"They ask not to be written to ({format_instant(messages[at].get('date'))}): "
                f"{quote(sentence, _MOST_QUOTED)} reply_set_contacts_opted_out respects that."
            )
            break
    if 1 < len(inbound) < len(messages):
        lines.append(
            f"They wrote {len(inbound)} times since the last answer, again at "
            f"{_quote_message_at(inbound[-1], messages, words)}"
        )
    if messages and not inbound:
        ours = messages[-1]
        when = format_instant(ours.get("date"))
        same = _plain(ours.get("body")) == _plain(text)
        lines.append(
            f"This very text is the thread's last message already, sent {when}: this would send it twice."
            if same
            else f"The last message is yours, {when}; they have not answered it."
        )
    if thread["contact"].get("isDeleted"):
        lines.append("Their contact is deleted in Reply.")
    if failed := _undelivered_because(thread):
        lines.append(f"The thread's last message was not delivered: {failed}.")
    return lines


def _plain(body: Any) -> str:
    return " ".join(html_to_text(str(body or "")).split()).casefold()


async def _describe_sender(
    call: Call[SendInboxThreadMessage], thread: dict[str, Any], messages: list[dict[str, Any]]
) -> str:
    """The account that the answer leaves from, as our last message has it (its address, on LinkedIn the name), or else
    as the thread's account is called, which is a request."""
    linked_in = thread.get("linkedInAccountId")
    for one in reversed(messages):
        if one.get("isOutbound") and one.get("fromAddress"):
            return inline(str(one["fromAddress"]), 80)
        if one.get("isOutbound") and one.get("fromName") and linked_in is not None:
            return f"{inline(str(one['fromName']), 80)} ({linked_in})"
    for key, operation, noun in (
        ("emailAccountId", "GetEmailAccount", "mailbox"),
        ("linkedInAccountId", "GetLinkedInAccount", "LinkedIn account"),
    ):
        if (id := thread.get(key)) is not None:
            return await describe_account(call, operation, id, noun)
    return "an account that Reply does not name"


async def send_reply(call: Call[SendInboxThreadMessage]) -> Any:
    """Sends once; gives what came of it as `outcome`.

    Raises:
        AlreadyDone: for a contact who opted out.
        OutcomeUnknown: where Reply's answer is not a message.
    """
    thread = await _read_thread(call)
    try:
        message = await call.send()
    except ApiError as refusal:
        if refusal.code == "inboxThread.contactOptedOut":
            raise AlreadyDone(
                f"Nothing was sent: {describe_person(thread['contact'])} opted out and cannot be messaged; sending "
                "again changes nothing.",
            ) from None
        raise
    if not {"messageId", "body", "date", "isOutbound"} & set(message):
        raise OutcomeUnknown(
            "Reply took the message and answered with something that is not a message; it may have been sent. Do not "
            f'send it again before looking: reply_get_thread {{"id": {call.arguments.id}}}.'
        )
    return {**message, "outcome": _outcome(call, thread, message)}


def _outcome(call: Call[SendInboxThreadMessage], thread: dict[str, Any], message: dict[str, Any]) -> str:
    status = message.get("status") or {}
    if str(status.get("state") or "").casefold() == "needsattention":
        return (
            f"Not delivered to {describe_person(thread['contact'])}: {status.get('code') or 'no reason given'}. Thread "
            f"{call.arguments.id} now needs attention; do not send again before that is fixed."
        )
    channel = "LinkedIn" if call.arguments.channel == "linkedIn" else "email"
    to = f", to {call.arguments.to}" if call.arguments.to is not None else ""
    return f"Sent by {channel} to {describe_person(thread['contact'])}{to} in thread {call.arguments.id}."


async def explain_provider_refusal(call: Call[SendInboxThreadMessage], refusal: ApiError) -> str | None:
    """Explains a 502 with Reply's code, which is not an outage: the provider refused the message. One request, for the
    reason."""
    if refusal.code != "inboxThread.threadSendFailed":
        return None
    reason = await _find_reason(call) or refusal.detail
    return (
        f"502 inboxThread.threadSendFailed: the provider refused it ({reason}). It was not delivered and "
        f"thread {call.arguments.id} needs attention. Do not send it again until that is fixed."
    )


def _undelivered_because(thread: dict[str, Any]) -> str:
    """Why the thread's last message did not arrive; "" where it did."""
    messages = rows_of(thread.get("messages"))
    status = (messages[-1].get("status") or {}) if messages else {}
    return str(status.get("code") or "") if str(status.get("state") or "").casefold() == "needsattention" else ""


async def _find_reason(call: Call[SendInboxThreadMessage]) -> str:
    try:
        thread = await call.ask("GetInboxThread", id=call.arguments.id)
    except ReplyError:
        return ""
    codes = (object_at(message, "status").get("code") for message in reversed(rows_of(thread.get("messages"))))
    return str(next(filter(None, codes), ""))

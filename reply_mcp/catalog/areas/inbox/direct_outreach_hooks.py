"""Messages to one person outside sequences: who gets what from whom, and what a refusal means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.contactable import (
    check_contactable,
    describe_conversation,
    describe_obstacles,
    note_if_denied,
    read_conversations,
)
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.lookups.senders import describe_account, describe_default_mailbox, read_mailbox_facts
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.errors import AlreadyDone, ApiError, OutcomeUnknown, ReplyError
from reply_mcp.text.cleaning import quote
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.direct_outreach import LinkedInSend, SendDirectEmail

_MEANINGS = {
    "contactInBlackList": "the contact's address is on the blacklist, so it gets no messages",
    "emailAccountNotFound": "this mailbox does not exist or is not yours; reply_list_email_accounts lists yours",
    "invitesNotesLimit": "the note is too long for a LinkedIn invitation; shorten it or leave it out",
    "missingVariables": "the text has {{variables}} that this contact has no value for; write them out",
    "messageTooLong": "the text is too long for LinkedIn; shorten it",
    "featureDisabled": "direct LinkedIn actions are not part of this plan; tell the person",
    "noLinkedInProfile": "the contact has no LinkedIn profile; reply_update_contact sets linkedInUrl",
    "linkedInAccountNotFound": "this LinkedIn account does not exist; reply_list_linkedin_accounts lists them",
    "linkedInAccountInactive": "the LinkedIn account is switched off; reply_toggle_linkedin_account switches it on",
    "invalidCookie": "the LinkedIn account is signed out; reply_reconnect_linkedin_account gives a link to sign in",
    "alreadyConnected": "they are connected already; reply_send_linkedin_message writes to them",
    "notConnected": "they are not connected; reply_send_linkedin_connect invites them first",
    "salesNavRequired": "InMails need Sales Navigator on the sending account",
    "salesNavDisconnected": "Sales Navigator of the sending account is disconnected",
    "noInMailCredits": "the sending account has no InMail credits left",
    "voiceProfileMissing": "the sending account has no voice profile; it is set up in Reply's web app",
    "voiceTooLong": "the voice message is too long; shorten it",
    "voiceAttachmentNotFound": "there is no such voice attachment; upload the audio first",
    "dailyLimitReached": "the LinkedIn account has used up its limit for today",
    "weeklyLimitReached": "the LinkedIn account has used up its limit for this week",
}


async def _read_contact(call: Call) -> dict[str, Any]:
    """The person to write to; one request in a call."""
    return await read_record(call, "GetContactById", id=call.arguments.id)


async def check_person(call: Call) -> None:
    """Refuses a message to somebody who opted out or is on the blacklist, on any channel; four requests at most.

    Raises:
        AlreadyDone: for somebody who opted out, which no further call changes.
        NotDone: for somebody on the blacklist.
    """
    await check_contactable(call, await _read_contact(call), opted_out=AlreadyDone)


async def preview_email(call: Call[SendDirectEmail]) -> Question:
    """Who gets which email from which mailbox, and what speaks against it; up to three requests."""
    arguments = call.arguments
    if arguments.email_account_id is not None:
        sender = await describe_account(call, "GetEmailAccount", arguments.email_account_id, "mailbox")
        mailbox = await read_mailbox_facts(call, arguments.email_account_id)
    else:
        mailbox = []
        sender = await describe_default_mailbox(call)
    who = contact_label(await _read_contact(call))
    return await _question(
        call,
        f"This sends a real email to {who} from {sender}, outside any sequence. "
        f"Subject {quote(html_to_text(arguments.subject))}:{quote_message(arguments.body)}",
        [sender, mailbox],
    )


async def preview_linkedin(call: Call[LinkedInSend]) -> Question:
    """Who gets what on LinkedIn from whom, and what speaks against it; three requests."""
    arguments = call.arguments
    account = await describe_account(call, "GetLinkedInAccount", arguments.linked_in_account_id, "LinkedIn account")
    who = contact_label(await _read_contact(call))
    text = f"This sends a real {arguments.what} to {who} from {account}, outside any sequence"
    words = arguments.words()
    return await _question(call, f"{text}:{quote_message(words)}" if words else f"{text}.", account)


async def _question(call: Call, text: str, sender: Any) -> Question:
    """The question with what is odd before it: a conversation that is going on, a bounce, a sequence that writes to
    them. One request."""
    contact = await _read_contact(call)
    obstacles = describe_obstacles(await read_record(call, "GetContactStatuses", id=call.arguments.id))
    lines = [f"Against writing to them: {join(obstacles, '; ')}."] if obstacles else []
    try:
        thread = (await read_conversations(call, [call.arguments.id])).get(str(call.arguments.id))
    except ReplyError as error:
        note_if_denied(call, error, "conversations in the inbox")
        thread = None
    if thread is not None:
        lines.append(
            f"A conversation with them goes on in {describe_conversation(thread)}; reply_send_inbox_reply answers."
        )
    facts = {
        "contact": [contact.get("id"), contact.get("email"), contact.get("linkedInUrl")],
        "sender": sender,
        "thread": [thread.get("id"), thread.get("lastActivityDate"), thread.get("bodyPreview")] if thread else None,
    }
    return Question("\n".join([*lines, text]), facts)


async def describe_delivery(call: Call[SendDirectEmail], answer: dict[str, Any]) -> Any:
    """Gives `outcome`: a 200 may mean that the email is still to be sent.

    Raises:
        OutcomeUnknown: where Reply does not say what became of it.
    """
    if not answer.get("status"):
        raise OutcomeUnknown(
            "Reply took the email and did not say what became of it; it may have been sent. Do not send it again "
            f'before looking: reply_get_contact_activity {{"id": {call.arguments.id}}}.'
        )
    done = str(answer["status"]).casefold() == "sent"
    id = call.arguments.id
    outcome = f"Sent by email to contact {id}." if done else f"Handed to Reply for contact {id}; it is not sent yet."
    return {**answer, "outcome": outcome}


async def explain_refusal(call: Call, refusal: ApiError) -> str | None:
    """Explains Reply's code, with what to do about it."""
    prefix, _, variant = (refusal.code or "").rpartition(".")
    meaning = _MEANINGS.get(variant) if prefix in ("contact", "directLinkedIn") else None
    if meaning is None:
        return None
    later = " Do not try again before then." if variant.endswith("LimitReached") else ""
    return f"{refusal.status} {refusal.code}: nothing was sent: {meaning}.{later}"

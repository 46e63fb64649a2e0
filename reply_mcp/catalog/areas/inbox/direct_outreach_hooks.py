"""Messages to one person outside sequences: who gets what from whom, and what a refusal means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import AlreadyDone, ApiError, OutcomeUnknown, ReplyError

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
    contact = await read_once(call, "GetContactById", id=call.arguments.id)
    return contact if isinstance(contact, dict) else {}


async def check_not_opted_out(call: Call) -> None:
    """Raises `AlreadyDone` for somebody who opted out, since Reply documents no such check of its own; one or two
    requests."""
    statuses = await read_once(call, "GetContactStatuses", id=call.arguments.id)
    if isinstance(statuses, dict) and statuses.get("isOptedOut"):
        raise AlreadyDone(
            f"Nothing was sent: {contact_label(await _read_contact(call))} opted out and asked not to be contacted.",
        )


async def preview_email(call: Call[SendDirectEmail]) -> str:
    """Who gets which email from which mailbox; up to two requests."""
    arguments = call.arguments
    sender = "the default mailbox"
    if arguments.email_account_id is not None:
        sender = await _describe_account(
            call, "GetEmailAccount", arguments.email_account_id, "mailbox", ("connection", "email")
        )
    return (
        f"This sends a real email to {contact_label(await _read_contact(call))} from {sender}, outside any sequence. "
        f'Subject "{first_words(arguments.subject)}":{quote_message(arguments.body)}'
    )


async def preview_linkedin(call: Call[LinkedInSend]) -> str:
    """Who gets what on LinkedIn from whom; two requests."""
    arguments = call.arguments
    account = await _describe_account(
        call, "GetLinkedInAccount", arguments.linked_in_account_id, "LinkedIn account", ("name",)
    )
    who = contact_label(await _read_contact(call))
    text = f"This sends a real {arguments.what} to {who} from {account}, outside any sequence"
    words = arguments.words()
    return f"{text}:{quote_message(words)}" if words else f"{text}."


async def _describe_account(call: Call, operation: str, id: Any, noun: str, path: tuple[str, ...]) -> str:
    try:
        held = await read_once(call, operation, id=id)
    except ReplyError:
        return f"{noun} {id}"
    for key in path:
        held = held.get(key) if isinstance(held, dict) else None
    return f"{held} ({id})" if held else f"{noun} {id}"


async def describe_delivery(call: Call[SendDirectEmail], answer: Any) -> Any:
    """Gives `outcome`: a 200 may mean that the email is still to be sent.

    Raises:
        OutcomeUnknown: where Reply does not say what became of it.
    """
    if not isinstance(answer, dict) or not answer.get("status"):
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

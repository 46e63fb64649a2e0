"""Direct outreach: one message to one person, outside any sequence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, operation
from reply_mcp.sandbox.http.schemas import Integer, Nullable, Object, String, read_body
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.contact import contact_or_404
from reply_mcp.sandbox.records.outbox import record_linkedin
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.step import missing_variables, render_variables, variable_values
from reply_mcp.sandbox.simulation.conversations import add_message, find_or_create_thread, sender_identity
from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.sandbox.store import Doc

LONGEST_NOTE = 300
_SENDER = Integer(1)
_EMAIL = Object(
    {"emailAccountId": Nullable(Integer()), "subject": String(least=1), "body": String(least=1)}, ("subject", "body")
)
_CONNECT = Object({"linkedInAccountId": _SENDER, "message": Nullable(String())}, ("linkedInAccountId",))
_INMAIL = Object(
    {"linkedInAccountId": _SENDER, "subject": String(200, 1), "body": String(1900, 1)},
    ("linkedInAccountId", "subject", "body"),
)
_MESSAGE = Object({"linkedInAccountId": _SENDER, "message": String(8000, 1)}, ("linkedInAccountId", "message"))
_VOICE = Object(
    {"linkedInAccountId": _SENDER, "voiceAttachmentId": Integer(1)}, ("linkedInAccountId", "voiceAttachmentId")
)
_AI_VOICE = Object({"linkedInAccountId": _SENDER, "script": String(1000, 1)}, ("linkedInAccountId", "script"))

# Which figure of `usage` and which limit each action counts against.
_COUNTED = {
    "connect": ("connectionRequests", "dailySendConnectionRequestCount"),
    "inMail": ("inMails", "dailyInMailCount"),
    "message": ("messages", "dailySendMessageCount"),
    "voice": ("messages", "dailySendMessageCount"),
    "aiVoice": ("messages", "dailySendMessageCount"),
}
_EVENTS = {"connect": "sentManualConnection", "inMail": "sentManualInMail"}


@operation("SendDirectEmail")
def send_direct_email(call: HandlerCall) -> Doc:
    """Send an email; from a mailbox that cannot send it stays `new`, without a message id."""
    sent, contact = read_body(call, _EMAIL), contact_or_404(call)
    account = _mailbox(call, sent.get("emailAccountId"))
    if account is None:
        raise Problem(400, "contact.emailAccountNotFound", "The email account was not found, or is not yours to use.")
    if contact["isOptedOut"] or blocking_rule(call.store, call.key.team_id, contact["email"]):
        raise Problem(400, "contact.contactInBlackList", "The contact's email is on the blacklist.")
    if not contact["email"]:
        raise Problem(400, "contact.invalidInput", "The contact has no email address.")
    stuck = account["connectionStatus"] != "connected" or account["sendingLockedByProvider"]
    if stuck or account["_sentToday"] >= account["safety"]["dailyLimit"]:
        return {"status": "new", "messageId": None}
    thread = find_or_create_thread(call.store, contact, None, "email", account["id"])
    values = variable_values(call.store, contact, sender_identity(call.store, thread)[0] or "")
    body, subject = render_variables(sent["body"], values), render_variables(sent["subject"], values)
    message = add_message(call.store, thread, call.clock.now(), body, outbound=True, subject=subject, purpose="direct")
    call.store.put("emailAccount", {**account, "_sentToday": account["_sentToday"] + 1})
    for kind in ("sent", "delivered"):
        record_event(
            call.store, kind, call.clock.now(), contact,
            manual=True, _userId=call.key.user_id, _emailAccountId=account["id"],
        )  # fmt: skip
    return {"status": "sent", "messageId": message["messageId"]}


def _mailbox(call: HandlerCall, number: int | None) -> Doc | None:
    accounts = call.store.all("emailAccount", _teamId=call.key.team_id)
    if number is not None:
        return next((one for one in accounts if one["id"] == number), None)
    return next((one for one in accounts if one["ownerUserId"] == call.key.user_id and one["isDefault"]), None)


@operation("SendDirectLinkedInConnect")
def send_direct_linkedin_connect(call: HandlerCall) -> Doc:
    """Invite someone, with a note or without."""
    sent = read_body(call, _CONNECT)

    def check(profile: Doc, contact: Doc) -> None:
        if _connected(call, contact):
            raise Problem(409, "directLinkedIn.alreadyConnected", "You are connected with this contact already.")
        if len(sent.get("message") or "") > LONGEST_NOTE:
            raise Problem(400, "directLinkedIn.invitesNotesLimit", f"A note has at most {LONGEST_NOTE} characters.")

    return _act(call, "connect", sent, check, sent.get("message"))


@operation("SendDirectLinkedInInMail")
def send_direct_linkedin_inmail(call: HandlerCall) -> Doc:
    """Write to someone who is no connection; takes Sales Navigator."""
    sent = read_body(call, _INMAIL)

    def check(profile: Doc, contact: Doc) -> None:
        if profile["accountType"] != "salesNavigator":
            raise Problem(400, "directLinkedIn.salesNavRequired", "A Sales Navigator subscription is required.")

    return _act(call, "inMail", sent, check, sent["body"], sent["subject"])


@operation("SendDirectLinkedInMessage")
def send_direct_linkedin_message(call: HandlerCall) -> Doc:
    """Write to a connection."""
    sent = read_body(call, _MESSAGE)
    return _act(call, "message", sent, _connections_only(call), sent["message"])


@operation("SendDirectLinkedInVoice")
def send_direct_linkedin_voice(call: HandlerCall) -> Doc:
    """Send a recording that was uploaded before."""
    sent = read_body(call, _VOICE)
    number = sent["voiceAttachmentId"]

    def check(profile: Doc, contact: Doc) -> None:
        if "lengthInSeconds" not in (find_in_team(call, "attachment", number) or {}):
            raise Problem(404, "directLinkedIn.voiceAttachmentNotFound", "The voice attachment was not found.")
        _connections_only(call)(profile, contact)

    return _act(call, "voice", sent, check, f"[Voice message {number}]")


@operation("SendDirectLinkedInAiVoice")
def send_direct_linkedin_ai_voice(call: HandlerCall) -> Doc:
    """Send a script read out in the account's voice."""
    sent = read_body(call, _AI_VOICE)
    return _act(call, "aiVoice", sent, _connections_only(call), sent["script"])


def _connections_only(call: HandlerCall) -> Callable[[Doc, Doc], None]:
    def check(profile: Doc, contact: Doc) -> None:
        if not _connected(call, contact):
            raise Problem(409, "directLinkedIn.notConnected", "You are not connected with this contact on LinkedIn.")

    return check


def _connected(call: HandlerCall, contact: Doc) -> bool:
    """Whether an invitation was accepted, or they wrote on LinkedIn."""
    places = call.store.all("membership", _contactId=contact["id"])
    threads = call.store.all("thread", _contactId=contact["id"])
    return any(one.get("_isConnected") for one in places) or any(
        one["channel"] == "linkedIn" and one["_replied"] for one in threads
    )


def _act(
    call: HandlerCall,
    action: str,
    sent: Doc,
    check: Callable[[Doc, Doc], None],
    words: str | None,
    subject: str | None = None,
) -> Doc:
    contact = find_in_team(call, "contact", call.id)
    if contact is None:
        raise Problem(404, "directLinkedIn.contactNotFound", f"Contact {call.id} was not found.")
    profile = _profile(call, sent["linkedInAccountId"])
    if not contact["linkedInUrl"]:
        raise Problem(404, "directLinkedIn.noLinkedInProfile", "The contact has no LinkedIn profile URL.")
    check(profile, contact)
    now, (figure, limit) = call.clock.now(), _COUNTED[action]
    if profile["usage"][figure] >= profile["userLimitValues"][limit]:
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        wait = {"Retry-After": str(max(1, int((midnight - now).total_seconds())))}
        detail = "The LinkedIn account's limit for today is reached."
        raise Problem(429, "directLinkedIn.dailyLimitReached", detail, headers=wait)
    values = variable_values(call.store, contact, profile["name"])
    missing = missing_variables(f"{words or ''} {subject or ''}", values)
    if missing:
        raise Problem(400, "directLinkedIn.missingVariables", f"No value for: {', '.join(missing)}.")
    text = render_variables(words, values) if words else None
    title = render_variables(subject, values) if subject else None
    record_linkedin(call.store, now, profile["id"], contact, action, text, subject=title)
    if words:
        thread = find_or_create_thread(call.store, contact, None, "linkedIn", profile["id"])
        text = render_variables(f"{subject}\n\n{words}" if subject else words, values)
        add_message(call.store, thread, now, text, outbound=True)
    call.store.put("linkedInAccount", {**profile, "usage": {**profile["usage"], figure: profile["usage"][figure] + 1}})
    done = record_event(
        call.store, _EVENTS.get(action, "sentManualMessage"), now, contact,
        manual=True, channel="linkedIn", _userId=call.key.user_id, _linkedInAccountId=profile["id"],
    )  # fmt: skip
    return {"actionType": action, "linkedInActivityId": done["id"], "sentAtUtc": iso(now)}


def _profile(call: HandlerCall, number: int) -> Doc:
    profile = find_in_team(call, "linkedInAccount", number)
    if profile is None:
        raise Problem(404, "directLinkedIn.linkedInAccountNotFound", f"LinkedIn account {number} was not found.")
    if profile["status"] == "disabled":
        raise Problem(409, "directLinkedIn.linkedInAccountInactive", "The LinkedIn account is inactive.")
    if profile["status"] == "cookieInvalid":
        raise Problem(409, "directLinkedIn.invalidCookie", "The LinkedIn session cookie is invalid.")
    return profile

"""Email accounts written: connected, changed, tagged, tested, removed."""

from __future__ import annotations

from reply_mcp.sandbox.handlers.channels.accounts import disconnect, mailbox_or_404, mailbox_view
from reply_mcp.sandbox.http.bulk import id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Boolean, Integer, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.ownership import change_each, name_taken
from reply_mcp.sandbox.records.seeded_random import new_uuid
from reply_mcp.sandbox.store import Doc

MOST = 30
"""Mailboxes that a team's plan allows."""

REJECTED = "wrong"
"""The password that no mail server takes; a host below `.invalid` is never found."""

_PORT = Integer(1, 65535)
_CONNECTION = Object(
    {
        "email": String(email=True), "senderName": String(), "smtpHost": String(least=1), "smtpPort": _PORT,
        "smtpPassword": String(least=1), "smtpSsl": Boolean(), "imapHost": String(least=1), "imapPort": _PORT,
        "imapPassword": String(least=1), "imapSsl": Boolean(),
    },
    ("email", "smtpHost", "smtpPort", "smtpPassword", "imapHost", "imapPort", "imapPassword"),
)  # fmt: skip
_SECTIONS: dict[str, Schema] = {
    "connection": _CONNECTION,
    "safety": Object(
        {
            "dailyLimit": Integer(0),
            "isEmailsThrottlingEnabled": Nullable(Boolean()),
            "emailsPerInterval": Nullable(Integer(0, 32767)),
            "emailsThrottlingSecondsInterval": Nullable(Integer(0, 32767)),
            "isSendingDelayEnabled": Nullable(Boolean()),
            "maxSendingDelaySeconds": Nullable(Integer(0)),
            "minSendingDelaySeconds": Nullable(Integer(0)),
        }
    ),
    "signature": Object({"signature": Nullable(String())}),
    "optOut": Object(
        {
            "message": Nullable(String()),
            "emailFooter": Nullable(String()),
            "isOptOutLinkEnabled": Boolean(),
            "optOutTextBlock": Nullable(String()),
        }
    ),
    "rampUp": Object({"enabled": Boolean(), "startValue": Integer(0), "incrementValue": Integer(0)}),
    "tags": Array(String(least=1)),
}
_TAGS = Object({"tags": Array(String(least=1), least=1)}, ("tags",))
_TEST = Object(
    {
        "host": String(least=1),
        "port": _PORT,
        "enableSsl": Boolean(),
        "userName": String(least=1),
        "password": String(least=1),
    },
    ("host", "port", "userName", "password"),
)
_NEW: Doc = {
    "safety": {
        "dailyLimit": 100,
        "isEmailsThrottlingEnabled": True,
        "emailsPerInterval": 1,
        "emailsThrottlingSecondsInterval": 120,
        "isSendingDelayEnabled": None,
        "maxSendingDelaySeconds": None,
        "minSendingDelaySeconds": None,
    },
    "signature": {"signature": None},
    "optOut": {"message": None, "emailFooter": None, "isOptOutLinkEnabled": False, "optOutTextBlock": None},
    "rampUp": {"enabled": False, "startValue": 5, "incrementValue": 3},
    "connection": {"senderName": "", "smtpSsl": True, "imapSsl": True},
}


@operation("CreateEmailAccount")
def create_email_account(call: HandlerCall) -> HandlerResponse:
    """Connect a mailbox by SMTP and IMAP; the first of a user becomes the default."""
    sent = read_body(call, Object(_SECTIONS, ("connection",)))
    held = call.store.all("emailAccount", _teamId=call.key.team_id)
    if len(held) >= MOST:
        raise Problem(409, "emailAccount.limitReached", f"The plan allows {MOST} email accounts.")
    address = sent["connection"]["email"].lower()
    if any(one["connection"]["email"].lower() == address for one in held):
        raise Problem(400, "emailAccount.internalError", "Failed to create email account: it is connected already.")
    account: Doc = {
        "id": None,
        "ownerUserId": call.key.user_id,
        "emailAccountType": "custom",
        "isDefault": not any(one["ownerUserId"] == call.key.user_id for one in held),
        "isInUse": False,
        "connectionStatus": "connected",
        "sendingConnectivityError": None,
        "receivingConnectivityError": None,
        "sendingLockedByProvider": False,
        "tags": [],
        "_sentToday": 0,
        "_teamId": call.key.team_id,
    }
    account |= {name: dict(section) for name, section in _NEW.items()}
    return HandlerResponse(201, mailbox_view(call, _write(call, account, sent)))


@operation("UpdateEmailAccount")
def update_email_account(call: HandlerCall) -> Doc:
    """Change the sections and fields that are sent; tags are replaced, a connection only of a custom mailbox."""
    own, sent = mailbox_or_404(call), read_body(call, Object(_SECTIONS))
    if "connection" in sent and own["emailAccountType"] != "custom":
        raise Problem(400, "emailAccount.invalidInput", "Only the connection of a custom account can be changed.")
    return mailbox_view(call, _write(call, dict(own), sent))


def _write(call: HandlerCall, account: Doc, sent: Doc) -> Doc:
    for name, section in sent.items():
        if name == "tags":
            account["tags"] = _known_tags(call, section)
            continue
        account[name] = {**account[name], **{key: value for key, value in section.items() if "Password" not in key}}
        if name == "connection":
            error = _refusal(section["smtpHost"], section["smtpPassword"])
            account["sendingConnectivityError"] = error
            account["receivingConnectivityError"] = _refusal(section["imapHost"], section["imapPassword"])
            failed = error or account["receivingConnectivityError"]
            account["connectionStatus"] = "disconnected" if failed else "connected"
    account["updatedAt"] = call.clock.iso()
    return call.store.put("emailAccount", account)


def _refusal(host: str, password: str) -> str | None:
    if host.lower().endswith(".invalid"):
        return f"No such host is known: {host}"
    return "535 5.7.8 Authentication failed" if password == REJECTED else None


@operation("DeleteEmailAccount")
def delete_email_account(call: HandlerCall) -> HandlerResponse:
    """Disconnect a mailbox; sequences lose it."""
    disconnect(call, "emailAccount", mailbox_or_404(call))
    return HandlerResponse(204)


@operation("BulkDeleteEmailAccounts")
def bulk_delete_email_accounts(call: HandlerCall) -> Doc:
    """Disconnect each; the answer holds the failures only."""
    if isinstance(call.body, dict) and call.body.get("ids") == []:
        raise Problem(400, "emailAccount.invalidInput", "At least one ID must be provided.")
    ids, kind = dict.fromkeys(id_list(call, "ids")), "emailAccount"
    return change_each(call, kind, ids, lambda own: disconnect(call, kind, own), "Email account {id} was not found.")


@operation("SetDefaultEmailAccount")
def set_default_email_account(call: HandlerCall) -> HandlerResponse:
    """Make a mailbox its owner's default, in place of the one before."""
    own = mailbox_or_404(call)
    for other in call.store.all("emailAccount", ownerUserId=own["ownerUserId"]):
        call.store.put("emailAccount", {**other, "isDefault": other["id"] == own["id"]})
    return HandlerResponse(204)


@operation("ResumeSending")
def resume_sending(call: HandlerCall) -> HandlerResponse:
    """Lift the provider's lock; without one nothing changes."""
    own = mailbox_or_404(call)
    call.store.put("emailAccount", {**own, "sendingLockedByProvider": False, "updatedAt": call.clock.iso()})
    return HandlerResponse(204)


@operation("ConnectGmailAccount")
def connect_gmail_account(call: HandlerCall) -> HandlerResponse:
    """Send the browser to Google's consent screen."""
    return _consent(call, "https://accounts.google.com/o/oauth2/v2/auth", "https://mail.google.com/")


@operation("ConnectOffice365Account")
def connect_office365_account(call: HandlerCall) -> HandlerResponse:
    """Send the browser to Microsoft's consent screen."""
    return _consent(call, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "Mail.Send")


def _consent(call: HandlerCall, screen: str, scope: str) -> HandlerResponse:
    link = f"{screen}?client_id=sandbox&response_type=code&scope={scope}&state={new_uuid(call.store)}"
    return HandlerResponse(302, None, {"Location": link})


@operation("TestSmtpConnectivity")
def test_smtp_connectivity(call: HandlerCall) -> Doc:
    """Try a server; a failure is a 200 that says so."""
    return _tried(call)


@operation("TestImapConnectivity")
def test_imap_connectivity(call: HandlerCall) -> Doc:
    """Try a server; a failure is a 200 that says so."""
    return _tried(call)


def _tried(call: HandlerCall) -> Doc:
    sent = read_body(call, _TEST)
    error = _refusal(sent["host"], sent["password"])
    return {"success": error is None, "error": error}


@operation("UpdateEmailAccountTag")
def update_email_account_tag(call: HandlerCall) -> HandlerResponse:
    """Rename or recolor a tag everywhere."""
    sent = read_body(call, Object({"name": String(least=1), "colorId": Integer(-32768, 32767)}))
    number = call.path["tag_id"]
    if number < 1:
        raise invalid(("tagId", "'Tag Id' must be greater than '0'."))
    tag = call.store.get("emailAccountTag", number)
    if tag is None:
        raise Problem(404, "emailAccount.notFound", f"Tag {number} was not found.")
    name = str(sent.get("name") or tag["name"])
    if name_taken(call.store.all("emailAccountTag"), name, number):
        raise Problem(400, "emailAccount.invalidInput", f"A tag named '{name}' exists already.")
    call.store.put("emailAccountTag", {**tag, **sent})
    for account in call.store.all("emailAccount"):
        if tag["name"] in account["tags"]:
            renamed = [name if one == tag["name"] else one for one in account["tags"]]
            call.store.put("emailAccount", {**account, "tags": renamed})
    return HandlerResponse(204)


@operation("AddTagsToEmailAccount")
def add_tags_to_email_account(call: HandlerCall) -> HandlerResponse:
    """Tag a mailbox; names that do not exist yet become tags."""
    own = mailbox_or_404(call)
    tags = _known_tags(call, read_body(call, _TAGS)["tags"])
    call.store.put("emailAccount", {**own, "tags": list(dict.fromkeys([*own["tags"], *tags]))})
    return HandlerResponse(204)


@operation("RemoveTagsFromEmailAccount")
def remove_tags_from_email_account(call: HandlerCall) -> HandlerResponse:
    """Take tags off a mailbox; the tags themselves stay."""
    own = mailbox_or_404(call)
    gone = {tag.lower() for tag in read_body(call, _TAGS)["tags"]}
    call.store.put("emailAccount", {**own, "tags": [tag for tag in own["tags"] if tag.lower() not in gone]})
    return HandlerResponse(204)


def _known_tags(call: HandlerCall, names: list[str]) -> list[str]:
    """The names as the registry spells them; new ones are added to it."""
    known = {tag["name"].lower(): tag["name"] for tag in call.store.all("emailAccountTag")}
    for name in names:
        if name.lower() not in known:
            known[name.lower()] = call.store.put("emailAccountTag", {"id": None, "name": name, "colorId": 0})["name"]
    return list(dict.fromkeys(known[name.lower()] for name in names))

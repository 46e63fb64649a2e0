"""LinkedIn accounts written: invited, paused, limited, removed."""

from __future__ import annotations

from datetime import timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.handlers.channels.accounts import disconnect, profile_or_404
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Boolean, Enum, Integer, Nullable, Object, String, read_body
from reply_mcp.sandbox.records.ownership import change_each, find_in_team
from reply_mcp.sandbox.records.seeded_random import new_uuid
from reply_mcp.sandbox.store import Doc

MOST = 20
"""LinkedIn accounts and invitations that a team's plan allows."""

VALID_FOR = timedelta(days=7)
DAILY = (
    "dailyDetectCount", "dailySendConnectionRequestCount", "dailySendMessageCount",
    "dailySendSalesNavigatorConnectionRequestCount", "dailyInMailCount", "dailyViewProfileCount",
    "dailyLikeRecentPostsCount", "dailyRevokeConnectionCount", "dailyEndorsedSkillsCount",
    "dailyFollowedProfilesCount", "dailyCommentRecentPostCount",
)  # fmt: skip
_COUNTS = Object(dict.fromkeys(DAILY, Integer(0)))
_LIMITS = Object(
    {
        "limitsMode": Enum(("Fixed", "Ranged")),
        "rangeMin": _COUNTS,
        "rangeMax": _COUNTS,
        "fixedMax": _COUNTS,
        "actionDelayMinSeconds": Nullable(Integer(30)),
        "actionDelayMaxSeconds": Nullable(Integer(None, 86400)),
    },
    ("limitsMode",),
)
_REVOKE = Object({"enabled": Boolean(), "periodDays": Integer()}, ("enabled", "periodDays"))
_NAME = Object({"name": String(least=1)}, ("name",))
_BULK = Object({"ids": Array(Integer(), most=100, least=1), "force": Boolean()}, ("ids",))


@operation("DeleteLinkedInAccount")
def delete_linkedin_account(call: HandlerCall) -> HandlerResponse:
    """Disconnect an account; one that sequences use only with `force`."""
    own = _changed(call)
    if _in_use(call, own) and not call.boolean("force"):
        raise Problem(409, "linkedInAccount.accountInUse", "The account is in use by one or more sequences.")
    disconnect(call, "linkedInAccount", own)
    return HandlerResponse(204)


@operation("BulkDeleteLinkedInAccounts")
def bulk_delete_linkedin_accounts(call: HandlerCall) -> Doc:
    """Disconnect each; the answer holds the failures only."""
    sent = read_body(call, _BULK)

    def delete(own: Doc) -> None:
        if _in_use(call, own) and not sent.get("force"):
            raise Problem(409, "linkedInAccount.accountInUse", "The account is in use by sequences.")
        disconnect(call, "linkedInAccount", own)

    ids = dict.fromkeys(sent["ids"])
    return change_each(call, "linkedInAccount", ids, delete, "LinkedIn account {id} was not found.")


@operation("ToggleLinkedInAccountStatus")
def toggle_linkedin_account_status(call: HandlerCall) -> Doc:
    """Pause or resume, whichever it is not."""
    own = _changed(call)
    if own["status"] == "cookieInvalid" or own["cookieStatus"] == "notValid":
        raise Problem(400, "linkedInAccount.cookieInvalid", "The status cannot change while the cookie is invalid.")
    status = "enabled" if own["status"] == "disabled" else "disabled"
    call.store.put("linkedInAccount", {**own, "status": status})
    return {"status": status}


@operation("UpdateLinkedInAccountLimits")
def update_linkedin_account_limits(call: HandlerCall) -> HandlerResponse:
    """Replace the daily limits; what the mode needs must be there."""
    own, sent = _changed(call), read_body(call, _LIMITS)
    least, most = sent.get("actionDelayMinSeconds"), sent.get("actionDelayMaxSeconds")
    if least is not None and most is not None and least > most:
        raise Problem(400, "linkedInAccount.invalidInput", "The least delay is longer than the longest.")
    for name in ("fixedMax",) if sent["limitsMode"] == "Fixed" else ("rangeMin", "rangeMax"):
        if sent.get(name) is None:
            raise Problem(400, "linkedInAccount.invalidInput", f"{sent['limitsMode']} limits need {name}.")
    blank = {"rangeMin": None, "rangeMax": None, "fixedMax": None}
    limits = {**blank, "actionDelayMinSeconds": None, "actionDelayMaxSeconds": None, **sent}
    values = {**own["userLimitValues"], **(limits["fixedMax"] or limits["rangeMax"] or {})}
    call.store.put("linkedInAccount", {**own, "limits": limits, "userLimitValues": values})
    return HandlerResponse(204)


@operation("UpdateLinkedInAccountRevokeSettings")
def update_linkedin_account_revoke_settings(call: HandlerCall) -> HandlerResponse:
    """Say after how many days unanswered invitations are withdrawn."""
    own, sent = _changed(call), read_body(call, _REVOKE)
    call.store.put("linkedInAccount", {**own, "revokeSettings": sent})
    return HandlerResponse(204)


@operation("CreateLinkedInConnectionLink")
def create_linkedin_connection_link(call: HandlerCall) -> HandlerResponse:
    """Invite a named account; it is pending until the link is opened."""
    sent = read_body(call, _NAME)
    _refuse_over_limit(call)
    doc: Doc = {
        "id": None,
        "name": sent["name"].strip(),
        "connectionLink": _link(call, "linkedin"),
        "expiresAtUtc": iso(call.clock.now() + VALID_FOR),
        "_teamId": call.key.team_id,
    }
    pending = call.store.put("pendingLinkedInAccount", doc)
    return HandlerResponse(201, {"connectionLink": pending["connectionLink"], "pendingAccountId": pending["id"]})


@operation("CreateDirectLinkedInConnectionLink")
def create_direct_linkedin_connection_link(call: HandlerCall) -> Doc:
    """A link that names nobody; nothing is pending."""
    _refuse_over_limit(call)
    return {"connectionLink": _link(call, "linkedin-direct")}


@operation("ReconnectLinkedInAccount")
def reconnect_linkedin_account(call: HandlerCall) -> Doc:
    """A link to renew the account's session."""
    return {"connectionLink": _link(call, f"linkedin/{_changed(call)['id']}")}


@operation("DeletePendingLinkedInAccount")
def delete_pending_linkedin_account(call: HandlerCall) -> HandlerResponse:
    """Withdraw an invitation."""
    if call.id < 1:
        raise invalid(("id", "'Id' must be greater than '0'."))
    pending = find_in_team(call, "pendingLinkedInAccount", call.id)
    if pending is None:
        raise Problem(404, "linkedInAccount.notFound", f"Pending LinkedIn account {call.id} was not found.")
    call.store.delete("pendingLinkedInAccount", call.id)
    return HandlerResponse(204)


def _changed(call: HandlerCall) -> Doc:
    if call.id < 1:
        raise invalid(("id", "'Id' must be greater than '0'."))
    return profile_or_404(call)


def _in_use(call: HandlerCall, own: Doc) -> bool:
    sequences = call.store.all("sequence", _teamId=call.key.team_id)
    return any(own["id"] in one["_linkedInAccountIds"] and not one["isArchived"] for one in sequences)


def _refuse_over_limit(call: HandlerCall) -> None:
    kinds = ("linkedInAccount", "pendingLinkedInAccount")
    if sum(len(call.store.all(kind, _teamId=call.key.team_id)) for kind in kinds) >= MOST:
        raise Problem(409, "linkedInAccount.limitReached", f"The plan allows {MOST} LinkedIn accounts.")


def _link(call: HandlerCall, where: str) -> str:
    return f"https://app.reply.example/connect/{where}?token={new_uuid(call.store).replace('-', '')[:16]}"

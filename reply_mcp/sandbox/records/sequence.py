"""A sequence as it is kept and shown."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.step import order_steps, steps_view
from reply_mcp.sandbox.store import Doc, Store, public_fields

DEFAULT_SETTINGS: Doc = {
    "emailsCountPerDay": 150,
    "daysToFinishProspect": 7,
    "emailSendingDelaySeconds": 55,
    "dailyThrottling": 75,
    "useDailyThrottling": True,
    "disableOpensTracking": False,
    "repliesHandlingType": "markAsFinished",
    "enableLinksTracking": False,
    "isSendingPlainTextEnabled": False,
    "isListUnsubscribeHeaderEnabled": False,
    "isSameDomainSendingLimitEnabled": False,
    "numberOfSameDomainSendingLimit": None,
    "matchProspectToEmailAccountProvider": False,
    "callIsAutomatic": False,
    "taskIsAutomatic": False,
    "generatedTaskOwner": "sequence",
}
UNUSABLE_LINKEDIN = ("disabled", "cookieinvalid", "dailylimitreached")


def find_sequence(call: HandlerCall, number: Any) -> Doc | None:
    """The team's sequence of this id, or None."""
    return find_in_team(call, "sequence", number)


def sequence_or_404(
    call: HandlerCall, code: str = "sequence.notFound", status: int = 404, parameter: str = "id"
) -> Doc:
    """The sequence of the path, or a refusal with the area's code."""
    found = find_sequence(call, call.path[parameter])
    if found is None:
        raise Problem(status, code, f"Sequence {call.path[parameter]} was not found.")
    return found


def steps_of(store: Store, sequence_id: int) -> list[Doc]:
    """The sequence's steps along the chain from its first, positive branches before negative ones."""
    return order_steps(store.all("step", _sequenceId=sequence_id))


def usable_mailboxes(store: Store, sequence: Doc) -> list[Doc]:
    """The linked mailboxes that can send."""
    accounts = [store.get("emailAccount", number) for number in sequence["_emailAccountIds"]]
    return [one for one in accounts if one and str(one["connectionStatus"]).lower() == "connected"]


def usable_profiles(store: Store, sequence: Doc) -> list[Doc]:
    """The linked LinkedIn accounts that can act."""
    accounts = [store.get("linkedInAccount", number) for number in sequence["_linkedInAccountIds"]]
    return [one for one in accounts if one and str(one["status"]).lower() not in UNUSABLE_LINKEDIN]


def sequence_health(store: Store, sequence: Doc) -> str:
    """`blocked` where nothing can be sent, `degraded` where some accounts cannot, `stalled` where nobody is left."""
    steps = store.all("step", _sequenceId=sequence["id"])
    mail = any(step["type"] == "email" for step in steps)
    network = any(step["type"] == "linkedIn" for step in steps)
    mailboxes, profiles = usable_mailboxes(store, sequence), usable_profiles(store, sequence)
    if not steps or (mail and not mailboxes) or (network and not mail and not profiles):
        return "blocked"
    if len(mailboxes) < len(sequence["_emailAccountIds"]) or len(profiles) < len(sequence["_linkedInAccountIds"]):
        return "degraded"
    going = any(one["status"] == "active" for one in store.all("membership", _sequenceId=sequence["id"]))
    return "healthy" if going or sequence["status"] != "active" else "stalled"


def sequence_row(call: HandlerCall, sequence: Doc) -> Doc:
    """The sequence as lists show it.

    On the wire two undocumented fields are there (`teamId` is null with a user's key), and the status of some rows
    begins with a capital.
    """
    names = ("id", "ownerUserId", "name", "created", "status", "isArchived")
    shown = {name: sequence[name] for name in names} | {"health": sequence_health(call.store, sequence)}
    if not call.documented:
        agency = call.key.name in ("sandbox-master", "sandbox-organization")
        shown |= {"teamId": sequence["_teamId"] if agency else None, "ownerId": sequence["ownerUserId"]}
        if sequence["id"] % 3 == 0:
            shown["status"] = sequence["status"].capitalize()
    return shown


def mailbox_row(account: Doc) -> Doc:
    """A mailbox as a sequence's own list shows it."""
    return {
        "id": account["id"],
        "ownerUserId": account["ownerUserId"],
        "email": account["connection"]["email"],
        "senderName": account["connection"]["senderName"],
        "emailAccountType": account["emailAccountType"],
        "isDefault": account["isDefault"],
        "dailyLimit": account["safety"]["dailyLimit"],
        "connectionStatus": account["connectionStatus"],
    }


def profile_row(account: Doc) -> Doc:
    """A LinkedIn account as a sequence shows it."""
    shown = public_fields(account)
    return {name: shown.get(name) for name in ("id", "name", "profileUrl", "status")}


def sequence_view(call: HandlerCall, sequence: Doc) -> Doc:
    """The sequence in full: settings, accounts and every step."""
    mailboxes = [call.store.get("emailAccount", number) for number in sequence["_emailAccountIds"]]
    profiles = [call.store.get("linkedInAccount", number) for number in sequence["_linkedInAccountIds"]]
    return {
        **sequence_row(call, sequence),
        "scheduleId": sequence["scheduleId"],
        "emailAccounts": [{"id": one["id"], "email": one["connection"]["email"]} for one in mailboxes if one],
        "linkedInAccounts": [profile_row(one) for one in profiles if one],
        "settings": sequence["settings"],
        "steps": steps_view(call.store.all("step", _sequenceId=sequence["id"]), call.documented),
    }

"""Email accounts and LinkedIn accounts, read and shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.body_types import type_errors
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.sequence import mailbox_row
from reply_mcp.sandbox.store import Doc, public_fields

_FilterRule = Callable[[Doc, Any], bool]

# The filter's arrays are ORed within and ANDed with the rest.
_RULES: dict[str, _FilterRule] = {
    "status": lambda one, wanted: one["connectionStatus"].lower() == str(wanted).lower(),
    "emailAccountType": lambda one, wanted: one["emailAccountType"].lower() == str(wanted).lower(),
    "email": lambda one, wanted: one["connection"]["email"].lower() == str(wanted).lower(),
    "domains": lambda one, wanted: one["connection"]["email"].lower().endswith(tuple(str(d).lower() for d in wanted)),
    "ownerUserIds": lambda one, wanted: one["ownerUserId"] in wanted,
    "tags": lambda one, wanted: not {t.lower() for t in one["tags"]}.isdisjoint(str(t).lower() for t in wanted),
}


@operation("ListEmailAccounts")
def list_email_accounts(call: HandlerCall) -> Doc:
    """A page of the mailboxes of the team, or of the caller with `my=true`."""
    mine = call.boolean("my")
    found = [
        _row(one)
        for one in call.store.all("emailAccount", _teamId=call.key.team_id)
        if not mine or one["ownerUserId"] == call.key.user_id
    ]
    return paginate(call, found, code="emailAccount.invalidPagination")


@operation("FilterEmailAccounts")
def filter_email_accounts(call: HandlerCall) -> Doc:
    """A page of the mailboxes that match everything that is given."""
    body = {} if call.body is None else call.json_object()
    given = {name: body[name] for name in _RULES if body.get(name) is not None}
    wrong = type_errors(body, texts=("status", "emailAccountType", "email"), ids=("ownerUserIds",))
    wrong += [
        (f"/{name}", "An array is required.")
        for name in ("domains", "tags")
        if name in given and not isinstance(given[name], list)
    ]
    if wrong:
        raise invalid(*wrong)
    # An empty array asks for nothing.
    given = {name: value for name, value in given.items() if value != []}
    accounts = call.store.all("emailAccount", _teamId=call.key.team_id)
    found = [_row(one) for one in accounts if all(_RULES[name](one, value) for name, value in given.items())]
    return paginate(call, found, code="emailAccount.invalidPagination")


@operation("GetEmailAccount")
def get_email_account(call: HandlerCall) -> Doc:
    """One mailbox in full, without passwords."""
    return mailbox_view(call, mailbox_or_404(call))


def mailbox_or_404(call: HandlerCall) -> Doc:
    """The team's mailbox of the path's `{id}`, or Reply's refusal."""
    if call.id < 1:
        raise invalid(("id", "'Id' must be greater than '0'."))
    own = find_in_team(call, "emailAccount", call.id)
    if own is None:
        raise Problem(404, "emailAccount.notFound", f"Email account {call.id} was not found.")
    return own


def disconnect(call: HandlerCall, kind: str, own: Doc) -> None:
    """Remove an account (`emailAccount`, `linkedInAccount`), also from the sequences that send from it."""
    for sequence in call.store.all("sequence", _teamId=call.key.team_id):
        linked = sequence[f"_{kind}Ids"]
        if own["id"] in linked:
            call.store.put("sequence", {**sequence, f"_{kind}Ids": [one for one in linked if one != own["id"]]})
    call.store.delete(kind, own["id"])


def mailbox_view(call: HandlerCall, own: Doc) -> Doc:
    """A mailbox in full; `isInUse` follows the active sequences."""
    in_use = any(
        own["id"] in sequence.get("_emailAccountIds", [])
        for sequence in call.store.all("sequence")
        if str(sequence.get("status")).lower() == "active"
    )
    return {**public_fields(own), "isInUse": in_use}


@operation("ListEmailAccountTags")
def list_email_account_tags(call: HandlerCall) -> list[Doc]:
    """A bare array of the tags."""
    return [public_fields(tag) for tag in call.store.all("emailAccountTag")]


@operation("ListLinkedInAccounts")
def list_linkedin_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the LinkedIn accounts; as documented, with limits and usage."""
    return [profile_view(call, one) for one in call.store.all("linkedInAccount", _teamId=call.key.team_id)]


@operation("GetLinkedInAccount")
def get_linkedin_account(call: HandlerCall) -> Doc:
    """One LinkedIn account."""
    return profile_view(call, profile_or_404(call))


def profile_or_404(call: HandlerCall) -> Doc:
    """The team's LinkedIn account of the path's `{id}`, or Reply's refusal."""
    if call.id < 1:
        raise Problem(400, "linkedInAccount.invalidInput", "The account id must be positive.")
    own = find_in_team(call, "linkedInAccount", call.id)
    if own is None:
        raise Problem(404, "linkedInAccount.notFound", f"LinkedIn account {call.id} was not found.")
    return own


def profile_view(call: HandlerCall, own: Doc) -> Doc:
    """A LinkedIn account in full; what is not set is null on the wire, and left out as documented."""
    shown = public_fields(own)
    if not call.documented:
        return shown
    limits = {name: value for name, value in own["limits"].items() if value is not None}
    return {name: value for name, value in {**shown, "limits": limits}.items() if value is not None}


@operation("ListPendingLinkedInAccounts")
def list_pending_linkedin_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the invited accounts that are not connected yet."""
    now = call.clock.now()
    return [
        {**public_fields(one), "isExpired": instant(one["expiresAtUtc"]) <= now}
        for one in call.store.all("pendingLinkedInAccount", _teamId=call.key.team_id)
    ]


def _row(account: Doc) -> Doc:
    return {**mailbox_row(account), "tags": account["tags"]}

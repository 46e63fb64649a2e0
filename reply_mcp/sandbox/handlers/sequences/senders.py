"""The mailboxes and LinkedIn accounts that a sequence sends from."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.sequence import mailbox_row, profile_row, sequence_or_404
from reply_mcp.sandbox.store import Doc

MOST = 100
_EMAIL = ("emailAccount", "_emailAccountIds", "sequenceEmailAccount")
_LINKEDIN = ("linkedInAccount", "_linkedInAccountIds", "sequenceLinkedInAccount")


@operation("GetSequenceEmailAccounts")
def get_sequence_email_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the linked mailboxes."""
    sequence = sequence_or_404(call, "sequenceEmailAccount.notFound")
    accounts = [call.store.get("emailAccount", number) for number in sequence["_emailAccountIds"]]
    return [mailbox_row(one) for one in accounts if one]


@operation("AssignEmailAccountToSequence")
def assign_email_account_to_sequence(call: HandlerCall) -> HandlerResponse:
    """Link one more mailbox: 201, or 200 where it was linked."""
    return _link(call, _EMAIL, _whole(call, "emailAccountId"))


@operation("SetSequenceEmailAccounts")
def set_sequence_email_accounts(call: HandlerCall) -> HandlerResponse:
    """Replace the linked mailboxes."""
    ids = call.json_object().get("emailAccountIds")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, int) for one in ids):
        raise invalid(("/emailAccountIds", "'EmailAccountIds' must not be empty."))
    sequence = sequence_or_404(call, "sequenceEmailAccount.notFound")
    for number in ids:
        _account(call, _EMAIL, number)
    if len(set(ids)) > MOST:
        raise Problem(409, "sequenceEmailAccount.limitReached", f"At most {MOST} email accounts can be linked.")
    call.store.put("sequence", {**sequence, "_emailAccountIds": list(dict.fromkeys(ids))})
    return HandlerResponse(204)


@operation("RemoveEmailAccountFromSequence")
def remove_email_account_from_sequence(call: HandlerCall) -> HandlerResponse:
    """Unlink a mailbox."""
    return _unlink(call, _EMAIL, call.path["email_account_id"])


@operation("GetSequenceLinkedInAccounts")
def get_sequence_linkedin_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the linked LinkedIn accounts."""
    sequence = sequence_or_404(call, "sequenceLinkedInAccount.notFound")
    accounts = [call.store.get("linkedInAccount", number) for number in sequence["_linkedInAccountIds"]]
    return [profile_row(one) for one in accounts if one]


@operation("AssignLinkedInAccountToSequence")
def assign_linkedin_account_to_sequence(call: HandlerCall) -> HandlerResponse:
    """Link one more LinkedIn account, whatever its state: 201, or 200 where it was linked."""
    return _link(call, _LINKEDIN, _whole(call, "linkedInAccountId"))


@operation("RemoveLinkedInAccountFromSequence")
def remove_linkedin_account_from_sequence(call: HandlerCall) -> HandlerResponse:
    """Unlink a LinkedIn account."""
    return _unlink(call, _LINKEDIN, call.path["linked_in_account_id"])


def _whole(call: HandlerCall, name: str) -> int:
    number = call.json_object().get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise invalid((f"/{name}", f"'{name}' must be greater than 0."))
    return number


def _account(call: HandlerCall, which: tuple[str, str, str], number: int) -> Doc:
    account = call.store.get(which[0], number)
    if account is None or account["_teamId"] != call.key.team_id:
        raise Problem(404, f"{which[2]}.notFound", f"The account {number} was not found.")
    return account


def _link(call: HandlerCall, which: tuple[str, str, str], number: int) -> HandlerResponse:
    sequence = sequence_or_404(call, f"{which[2]}.notFound")
    _account(call, which, number)
    linked = sequence[which[1]]
    if number in linked:
        return HandlerResponse(200)
    if len(linked) >= MOST:
        raise Problem(409, f"{which[2]}.limitReached", f"At most {MOST} accounts can be linked.")
    call.store.put("sequence", {**sequence, which[1]: [*linked, number]})
    return HandlerResponse(201)


def _unlink(call: HandlerCall, which: tuple[str, str, str], number: Any) -> HandlerResponse:
    sequence = sequence_or_404(call, f"{which[2]}.notFound")
    linked = sequence[which[1]]
    if number not in linked:
        raise Problem(404, f"{which[2]}.notFound", f"The account {number} is not linked to this sequence.")
    call.store.put("sequence", {**sequence, which[1]: [one for one in linked if one != number]})
    return HandlerResponse(204)

"""The mailboxes and LinkedIn accounts that a sequence sends from."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.sequence import mailbox_row, profile_row, sequence_or_404
from reply_mcp.sandbox.store import Doc

MOST = 100
_EMAIL, _LINKEDIN = "emailAccount", "linkedInAccount"
"""The kinds of accounts; a sequence has the ids of each in a field of its own, and each has codes of its own."""


@operation("GetSequenceEmailAccounts")
def get_sequence_email_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the linked mailboxes."""
    return [mailbox_row(one) for one in _linked(call, _EMAIL)]


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
    sequence = sequence_or_404(call, _code(_EMAIL, "notFound"))
    for number in ids:
        _check_account(call, _EMAIL, number)
    if len(set(ids)) > MOST:
        raise Problem(409, _code(_EMAIL, "limitReached"), f"At most {MOST} email accounts can be linked.")
    call.store.put("sequence", {**sequence, "_emailAccountIds": list(dict.fromkeys(ids))})
    return HandlerResponse(204)


@operation("RemoveEmailAccountFromSequence")
def remove_email_account_from_sequence(call: HandlerCall) -> HandlerResponse:
    """Unlink a mailbox."""
    return _unlink(call, _EMAIL, call.path["email_account_id"])


@operation("GetSequenceLinkedInAccounts")
def get_sequence_linkedin_accounts(call: HandlerCall) -> list[Doc]:
    """A bare array of the linked LinkedIn accounts."""
    return [profile_row(one) for one in _linked(call, _LINKEDIN)]


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


def _code(kind: str, what: str) -> str:
    return f"sequence{kind[0].upper()}{kind[1:]}.{what}"


def _check_account(call: HandlerCall, kind: str, number: int) -> None:
    if find_in_team(call, kind, number) is None:
        raise Problem(404, _code(kind, "notFound"), f"The account {number} was not found.")


def _linked(call: HandlerCall, kind: str) -> list[Doc]:
    sequence = sequence_or_404(call, _code(kind, "notFound"))
    accounts = (call.store.get(kind, number) for number in sequence[f"_{kind}Ids"])
    return [one for one in accounts if one]


def _link(call: HandlerCall, kind: str, number: int) -> HandlerResponse:
    sequence = sequence_or_404(call, _code(kind, "notFound"))
    _check_account(call, kind, number)
    linked = sequence[f"_{kind}Ids"]
    if number in linked:
        return HandlerResponse(200)
    if len(linked) >= MOST:
        raise Problem(409, _code(kind, "limitReached"), f"At most {MOST} accounts can be linked.")
    call.store.put("sequence", {**sequence, f"_{kind}Ids": [*linked, number]})
    return HandlerResponse(201)


def _unlink(call: HandlerCall, kind: str, number: Any) -> HandlerResponse:
    sequence = sequence_or_404(call, _code(kind, "notFound"))
    linked = sequence[f"_{kind}Ids"]
    if number not in linked:
        raise Problem(404, _code(kind, "notFound"), f"The account {number} is not linked to this sequence.")
    call.store.put("sequence", {**sequence, f"_{kind}Ids": [one for one in linked if one != number]})
    return HandlerResponse(204)

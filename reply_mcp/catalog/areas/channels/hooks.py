"""Changing mailboxes and LinkedIn accounts: what hangs on them, said before; what is not given stays."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call, Effect, Part
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError

_MOST_NAMED = 5


async def _mailbox(call: Call, id: Any) -> dict[str, Any]:
    account = await read_once(call, "GetEmailAccount", id=id)
    return account if isinstance(account, dict) else {}


def _address(account: dict[str, Any], id: Any) -> str:
    connection = account.get("connection")
    email = connection.get("email") if isinstance(connection, dict) else None
    return f"{email} ({id})" if email else f"mailbox {id}"


async def connecting_preview(call: Call) -> str:
    """The mailbox, without its passwords."""
    one = call.arguments.connection
    return f"This connects the mailbox {one.email} (SMTP {one.smtp_host}, IMAP {one.imap_host})."


async def changing_preview(call: Call) -> str:
    """What of the mailbox changes, without passwords."""
    return f"This changes {_changes(call)} of {_address(await _mailbox(call, call.arguments.id), call.arguments.id)}."


def _changes(call: Call) -> str:
    given = call.arguments.wire()
    return ", ".join(name for name in given if name != "id") or "nothing"


async def no_null_sections(call: Call) -> None:
    """A section that is null counts as left out; inside of one, null clears."""
    arguments = call.arguments
    for name in list(arguments.model_fields_set):
        if getattr(arguments, name) is None:
            arguments.model_fields_set.discard(name)
    if arguments.model_fields_set <= {"id"}:
        raise NotDone("Nothing was changed: give safety, signature, optOut, rampUp, tags or connection.")


async def changed_account(call: Call, answer: Any) -> Any:
    """Says `outcome`, with the connection's error where there is one: connecting may have failed."""
    row = answer if isinstance(answer, dict) else {}
    outcome = f"Changed {_changes(call)} of {_address(row, call.arguments.id)}."
    errors = [row.get(key) for key in ("sendingConnectivityError", "receivingConnectivityError") if row.get(key)]
    if errors:
        outcome += f" It is {row.get('connectionStatus') or 'in trouble'}: {'; '.join(map(str, errors))}."
    return {**row, "outcome": outcome}


async def created_account(call: Call, answer: Any) -> Any:
    """Says `outcome`: a mailbox can be created and not connect."""
    row = answer if isinstance(answer, dict) else {}
    errors = [row.get(key) for key in ("sendingConnectivityError", "receivingConnectivityError") if row.get(key)]
    state = str(row.get("connectionStatus") or "state unknown")
    outcome = f"Created mailbox {row.get('id', '?')} ({call.arguments.connection.email}), {state}."
    if errors:
        outcome += f" It does not work yet: {'; '.join(map(str, errors))}."
    return {**row, "outcome": outcome}


async def email_deletion_preview(call: Call) -> str:
    """The mailbox, and whether sequences send from it."""
    account = await _mailbox(call, call.arguments.id)
    used = " Active sequences send from it and lose this sender." if account.get("isInUse") else ""
    return f"This disconnects {_address(account, call.arguments.id)} and removes it from Reply.{used}"


async def email_deletions_preview(call: Call) -> str:
    """The first few by address, those in use said; a request each, at most five."""
    named = []
    for id in call.arguments.ids[:_MOST_NAMED]:
        try:
            account = await _mailbox(call, id)
        except ApiError as refusal:
            named.append(f"{id} (not found)" if refusal.status == 404 else str(id))
            continue
        named.append(_address(account, id) + (" IN USE by active sequences" if account.get("isInUse") else ""))
    return f"This disconnects and removes {_and_more(named, call.arguments.ids, 'mailbox', 'mailboxes')}."


def _and_more(named: list[str], ids: list[Any], one: str, many: str) -> str:
    rest = len(ids) - len(named)
    return f"{len(ids)} {one if len(ids) == 1 else many}: {', '.join(named)}" + (f" and {rest} more" if rest else "")


async def is_locked(call: Call) -> None:
    """Stops where no lock is on the mailbox; one request."""
    account = await _mailbox(call, call.arguments.id)
    if account.get("sendingLockedByProvider") is False:
        raise AlreadyDone(
            f"Nothing to resume: {_address(account, call.arguments.id)} is not locked by its provider "
            f"({account.get('connectionStatus') or 'state unknown'}).",
        )


async def resuming_preview(call: Call) -> str:
    """The mailbox, and what is known of its lock."""
    account = await _mailbox(call, call.arguments.id)
    error = account.get("sendingConnectivityError")
    why = f" It was locked: {error}." if error else ""
    return (
        f"This lifts the lock from {_address(account, call.arguments.id)}: its active sequences mail people again.{why}"
    )


async def test_result(call: Call, answer: Any) -> dict[str, Any]:
    """A failed test is a 200 as well: says which it was."""
    row = answer if isinstance(answer, dict) else {}
    where = f"{call.arguments.user_name} at {call.arguments.host}:{call.arguments.port}"
    if row.get("success") is True:
        return {**row, "outcome": f"Works: signed in as {where}."}
    return {**row, "outcome": f"Does not work: {where}: {row.get('error') or 'no reason given'}."}


async def keeps_tag(call: Call) -> None:
    """The change replaces the whole tag: sends again what the caller left out."""
    arguments = call.arguments
    if arguments.name is not None and arguments.color_id is not None:
        return
    rows = rows_of(await call.ask("ListEmailAccountTags"))
    held = next((row for row in rows if str(row.get("id")) == str(arguments.tag_id)), None)
    if held is None:
        raise NotDone(f"There is no tag {arguments.tag_id}; reply_list_email_account_tags has them. Nothing changed.")
    for name, alias in (("name", "name"), ("color_id", "colorId")):
        if getattr(arguments, name) is None and held.get(alias) is not None:
            setattr(arguments, name, held[alias])


async def _profile(call: Call, id: Any) -> dict[str, Any]:
    account = await read_once(call, "GetLinkedInAccount", id=id)
    return account if isinstance(account, dict) else {}


def _called(account: dict[str, Any], id: Any) -> str:
    return f'"{account["name"]}" ({id})' if account.get("name") else f"LinkedIn account {id}"


def _is_on(account: dict[str, Any]) -> bool | None:
    status = str(account.get("status") or "").casefold()
    return None if status in ("", "cookieinvalid") else status != "disabled"


async def toggled_only_if_needed(call: Call) -> None:
    """The call flips whatever state there is: with `enabled` given, looks whether it has to."""
    arguments = call.arguments
    if arguments.enabled is None:
        return
    account = await _profile(call, arguments.id)
    if _is_on(account) is arguments.enabled:
        raise AlreadyDone(
            f"{_called(account, arguments.id)} is {'on' if arguments.enabled else 'off'} already "
            f"({account.get('status')}); nothing was changed.",
        )


async def toggle_effect(call: Call) -> Effect:
    """Switching on makes active sequences act on LinkedIn again; switching off sends nothing. One request."""
    return Effect.WRITE if _is_on(await _profile(call, call.arguments.id)) else Effect.SEND


async def toggle_preview(call: Call) -> str:
    account = await _profile(call, call.arguments.id)
    if _is_on(account):
        return f"This switches LinkedIn automation off for {_called(account, call.arguments.id)}."
    return (
        f"This switches LinkedIn automation on for {_called(account, call.arguments.id)} "
        f"({account.get('status') or 'state unknown'}): active sequences invite and message people from it again."
    )


async def why_not_toggled(call: Call, refusal: ApiError) -> str | None:
    if refusal.code != "linkedInAccount.cookieInvalid":
        return None
    return (
        f"{refusal.status} {refusal.code}: the account is signed out of LinkedIn, so that it cannot be switched. "
        f'reply_reconnect_linkedin_account {{"id": {call.arguments.id}}} gives a link to sign in again.'
    )


async def keeps_limits(call: Call) -> None:
    """The change replaces all limits: sends again what the caller left out, in the groups too; one request."""
    arguments = call.arguments
    held = (await _profile(call, arguments.id)).get("limits")
    if isinstance(held, dict):
        _fill(arguments, held)


def _fill(part: Part, held: dict[str, Any]) -> None:
    for name, info in type(part).model_fields.items():
        there = held.get(info.alias or name)
        given = getattr(part, name)
        if name == "id" or there is None:
            continue
        if isinstance(given, Part) and isinstance(there, dict):
            _fill(given, there)
        elif given is None:
            setattr(part, name, _as_part(part, name, there))


def _as_part(part: Part, name: str, there: Any) -> Any:
    """A group of limits as Reply sent it, without keys that no documentation names."""
    if not isinstance(there, dict):
        return there
    kinds = getattr(type(part), "groups", None)
    try:
        if kinds is None:
            raise KeyError(name)
        known = {info.alias or key for key, info in kinds.model_fields.items()}
        return kinds.model_validate({key: value for key, value in there.items() if key in known and value is not None})
    except (KeyError, ValidationError):
        raise NotDone(
            f"Nothing was changed: {name} of the account could not be read, and a change without it would clear it."
        ) from None


async def linkedin_deletion_preview(call: Call) -> str:
    """The account, and whether it goes although sequences use it."""
    account = await _profile(call, call.arguments.id)
    force = " even if sequences use it; they lose this sender" if call.arguments.force else ""
    return f"This disconnects {_called(account, call.arguments.id)} from Reply for good{force}."


async def linkedin_deletions_preview(call: Call) -> str:
    """The accounts by name; one request."""
    try:
        rows = rows_of(await read_once(call, "ListLinkedInAccounts"))
    except ReplyError:
        rows = []
    names = {str(row.get("id")): row for row in rows}
    named = [_called(names.get(str(id), {}), id) for id in call.arguments.ids[:_MOST_NAMED]]
    force = " Sequences that use them lose these senders." if call.arguments.force else ""
    return f"This disconnects for good {_and_more(named, call.arguments.ids, 'account', 'accounts')}.{force}"


async def why_kept(call: Call, refusal: ApiError) -> str | None:
    match refusal.code:
        case "linkedInAccount.accountInUse":
            return (
                f"{refusal.status} {refusal.code}: sequences use this account; nothing was deleted. force=true deletes "
                "it all the same, reply_remove_linkedin_account_from_sequence frees it first."
            )
        case "linkedInAccount.voiceProfileConflict":
            return (
                f"{refusal.status} {refusal.code}: there would be more voice profiles than LinkedIn accounts; nothing "
                "was deleted. A voice profile is removed in Reply's web app."
            )
    return None


async def invitation_preview(call: Call) -> str:
    """The invitation by name; one request."""
    try:
        rows = rows_of(await read_once(call, "ListPendingLinkedInAccounts"))
    except ReplyError:
        rows = []
    row = next((row for row in rows if str(row.get("id")) == str(call.arguments.id)), {})
    name = f' for "{row["name"]}"' if row.get("name") else ""
    return f"This cancels invitation {call.arguments.id}{name}: its link stops working."

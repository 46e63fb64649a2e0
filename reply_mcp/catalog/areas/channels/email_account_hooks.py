"""Mailboxes: what a change or a removal leads to, what a change keeps, whether a mailbox works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.hooks.replaced_texts import describe_values
from reply_mcp.catalog.lookups.running import changes_only
from reply_mcp.catalog.lookups.scheduled_tasks import describe_scheduled, read_scheduled
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at, read_rows
from reply_mcp.errors import AlreadyDone, NotDone
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.channels.bodies import Connectivity
    from reply_mcp.catalog.areas.channels.email_accounts import (
        BulkDeleteEmailAccounts,
        CreateEmailAccount,
        DeleteEmailAccount,
        ResumeSending,
        SetDefaultEmailAccount,
        UpdateEmailAccountTag,
    )

_MOST_NAMED = 5


async def _mailbox(call: Call, id: Any) -> dict[str, Any]:
    return await read_record(call, "GetEmailAccount", id=id)


def _address(account: dict[str, Any], id: Any) -> str:
    email = object_at(account, "connection").get("email")
    return f"{email} ({id})" if email else f"mailbox {id}"


async def preview_test(call: Call[Connectivity]) -> str:
    """Who signs in where, without the password."""
    given = call.arguments
    return f"This tries to sign in as {given.user_name} to {given.host}:{given.port}."


async def preview_connecting(call: Call[CreateEmailAccount]) -> str:
    """The mailbox, without its passwords."""
    one = call.arguments.connection
    return f"This connects the mailbox {one.email} (SMTP {one.smtp_host}, IMAP {one.imap_host})."


async def effect_of_default(call: Call[SetDefaultEmailAccount]) -> Effect:
    """SEND where emails that are scheduled go out from the default mailbox, or may; one request."""
    scheduled, complete = await _scheduled_emails(call)
    return Effect.SEND if scheduled or not complete else Effect.WRITE


async def _scheduled_emails(call: Call) -> tuple[list[dict[str, Any]], bool]:
    """The tasks outside sequences, which name no mailbox, that are sent by themselves, and whether all are known."""
    rows, complete = await read_scheduled(call)
    emails = ("manualemail", "")
    found = [row for row in rows if str(row.get("taskType") or "").casefold() in emails and not row.get("sequenceId")]
    return found, complete


async def preview_default(call: Call[SetDefaultEmailAccount]) -> Question:
    """What goes out from another mailbox; one request beside that of the effect."""
    id = call.arguments.id
    scheduled, complete = await _scheduled_emails(call)
    text = f"This makes {_address(await _mailbox(call, id), id)} your default mailbox."
    if scheduled:
        text += f" Emails that are scheduled may go out from it then: {describe_scheduled(scheduled)}."
    if not complete:
        text += " There are more open tasks than were read, and others may go out from it too."
    return Question(text, {"tasks": sorted(str(row.get("id")) for row in scheduled), "complete": complete})


async def effect_of_change(call: Call) -> Effect:
    """SEND where sequences send from the mailbox: its limits, signature, opt-out link and address are in their emails.
    One request, unless only its tags change."""
    if changes_only(call.arguments, ("tags",)):
        return Effect.WRITE
    return Effect.WRITE if (await _mailbox(call, call.arguments.id)).get("isInUse") is False else Effect.SEND


async def preview_change(call: Call) -> Question:
    """What changes of which mailbox, without passwords, and whether sequences send from it; one request."""
    account = await _mailbox(call, call.arguments.id)
    used = "" if account.get("isInUse") is False else " Active sequences send from it, by these from now on."
    given = {key: value for key, value in call.arguments.wire().items() if key not in ("id", "connection")}
    lines = describe_values(given, account)
    first = f"This changes {_changes(call)} of {_address(account, call.arguments.id)}.{used}"
    held = {key: account.get(key) for key in given}
    return Question("\n".join([first, *lines]), {"mailbox": _address(account, call.arguments.id), "held": held})


def _changes(call: Call) -> str:
    """`safety, signature`: the sections that were given; what changes in them is said beside."""
    return join(name for name in call.given if name != "id") or "nothing"


TEXTS = ("signature.signature", "opt_out.message", "opt_out.email_footer", "opt_out.opt_out_text_block")
"""What somebody wrote in the settings of a mailbox."""


async def check_sections(call: Call) -> None:
    """A section that is null counts as left out; null for a setting inside clears it."""
    arguments = call.arguments
    for name in list(arguments.model_fields_set):
        if getattr(arguments, name) is None:
            arguments.model_fields_set.discard(name)
    if arguments.model_fields_set <= {"id"}:
        raise NotDone("Nothing was changed: give safety, signature, optOut, rampUp, tags or connection.")


async def describe_change(call: Call, row: dict[str, Any]) -> Any:
    """Adds `outcome`, a sentence with the connection's error where there is one: connecting may have failed."""
    outcome = f"Changed {_changes(call)} of {_address(row, call.arguments.id)}."
    errors = [row.get(key) for key in ("sendingConnectivityError", "receivingConnectivityError") if row.get(key)]
    if errors:
        outcome += f" It is {row.get('connectionStatus') or 'not working'}: {join(errors, '; ')}."
    return {**row, "outcome": outcome}


async def describe_creation(call: Call[CreateEmailAccount], row: dict[str, Any]) -> Any:
    """Adds `outcome`, a sentence: a mailbox can be created and still not connect."""
    errors = [row.get(key) for key in ("sendingConnectivityError", "receivingConnectivityError") if row.get(key)]
    state = str(row.get("connectionStatus") or "state unknown")
    outcome = f"Created mailbox {row.get('id', '?')} ({call.arguments.connection.email}), {state}."
    if errors:
        outcome += f" It does not work yet: {join(errors, '; ')}."
    return {**row, "outcome": outcome}


async def preview_deletion(call: Call[DeleteEmailAccount]) -> str:
    """The mailbox, and whether sequences send from it; one request."""
    account = await _mailbox(call, call.arguments.id)
    used = " Active sequences send from it and lose this sender." if account.get("isInUse") else ""
    return f"This disconnects {_address(account, call.arguments.id)} and removes it from Reply.{used}"


async def preview_deletions(call: Call[BulkDeleteEmailAccounts]) -> str:
    """The first five by address, and whether they are in use; a request each."""

    async def read(id: Any) -> str:
        account = await _mailbox(call, id)
        return _address(account, id) + (" IN USE by active sequences" if account.get("isInUse") else "")

    found = await find_existing(
        call.arguments.ids,
        "mailbox",
        read,
        plurals="mailboxes",
        most=_MOST_NAMED,
        finder="reply_list_email_accounts",
    )
    return f"This disconnects and removes {found.count}: {found.listed}.{found.missing}"


async def check_locked(call: Call[ResumeSending]) -> None:
    """Stops where the mailbox is not locked; one request."""
    account = await _mailbox(call, call.arguments.id)
    if account.get("sendingLockedByProvider") is False:
        raise AlreadyDone(
            f"Nothing to resume: {_address(account, call.arguments.id)} is not locked by its provider "
            f"({account.get('connectionStatus') or 'state unknown'}).",
        )


async def preview_resuming(call: Call[ResumeSending]) -> str:
    """The mailbox, and why it was locked; one request."""
    account = await _mailbox(call, call.arguments.id)
    error = account.get("sendingConnectivityError")
    why = f" It was locked: {error}." if error else ""
    address = _address(account, call.arguments.id)
    return f"This lifts the lock from {address}: its active sequences email people again.{why}"


async def describe_test(call: Call[Connectivity], row: dict[str, Any]) -> dict[str, Any]:
    """Adds `outcome`, a sentence: Reply answers 200 to a failed test too."""
    where = f"{call.arguments.user_name} at {call.arguments.host}:{call.arguments.port}"
    if row.get("success") is True:
        return {**row, "outcome": f"It works: signed in as {where}."}
    return {**row, "outcome": f"It does not work: {where}: {row.get('error') or 'no reason given'}."}


async def read_tag(call: Call[UpdateEmailAccountTag]) -> Any:
    """The tag as it is, from the list; one request in a call.

    Raises:
        NotDone: where there is no such tag.
    """
    tag = call.arguments.tag_id
    rows = read_rows(await read_once(call, "ListEmailAccountTags"), "the tags")
    held = next((row for row in rows if str(row.get("id")) == str(tag)), None)
    if held is None:
        raise NotDone(f"Nothing was changed: there is no tag {tag}. reply_list_email_account_tags lists all.")
    return held


def tags_of(held: Any) -> list[Any]:
    """The names of a mailbox's tags."""
    tags = held.get("tags") if isinstance(held, dict) else None
    return [one.get("name") if isinstance(one, dict) else one for one in tags or ()]

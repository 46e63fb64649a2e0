"""What refusals about a sequence's mailboxes and LinkedIn accounts mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once, remember
from reply_mcp.catalog.lookups.audience import read_audience
from reply_mcp.catalog.lookups.contactable import leave_out_blacklisted
from reply_mcp.catalog.lookups.forecast import describe_audience, leave_out_unreachable, read_forecast
from reply_mcp.catalog.lookups.sequences import (
    daily_limit,
    describe_sender,
    explain_missing_sequence,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.senders import AssignEmailAccountToSequence, SetSequenceEmailAccounts


Rows = list[dict[str, Any]]

_MOST_READ = 10
"""Requests of a question about mailboxes, beside the sequence and the mailboxes themselves."""


async def preview_assigning(call: Call[AssignEmailAccountToSequence]) -> Question:
    """Which mailbox joins the running sequence, and whom it writes to; at most eleven requests."""
    return await _ask_about_senders(
        call,
        [call.arguments.email_account_id],
        "This lets {sequence} send from {senders} too:",
        lambda own, given: [*own, *(one for one in given if one.get("id") not in [held.get("id") for held in own])],
    )


async def preview_setting(call: Call[SetSequenceEmailAccounts]) -> Question:
    """Which mailboxes are its only ones, and whom it writes to; at most ten requests and one for each mailbox."""
    return await _ask_about_senders(
        call,
        call.arguments.email_account_ids,
        "This makes {senders} the only senders of {sequence}:",
        lambda own, given: given,
    )


async def _ask_about_senders(
    call: Call[AssignEmailAccountToSequence] | Call[SetSequenceEmailAccounts],
    ids: list[Any],
    text: str,
    after: Callable[[Rows, Rows], Rows],
) -> Question:
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    accounts = await _read_mailboxes(call, sequence, ids)
    with call.at_most(_MOST_READ):
        audience = await read_audience(call, id)
        leave_out_unreachable(audience, sequence)
        await leave_out_blacklisted(call, audience)
        forecast = await read_forecast(call, sequence, audience.going, senders=lambda own: after(own, accounts))
    title = f"the {status_of(sequence) or 'unread'} sequence {sequence_title(sequence, id)}"
    senders = list_some(map(describe_sender, accounts), 5) or "no mailboxes"
    people = describe_audience(audience, forecast) if audience.going else "nobody is left in it to write to"
    facts = {
        "count": len(audience.going),
        "people": audience.ids,
        "given": [[one.get("id"), daily_limit(one), one.get("connectionStatus")] for one in accounts],
        **forecast.facts,
    }
    lines = [
        *forecast.odd,
        text.format(sequence=title, senders=senders),
        f"- {people}",
        f"- until now {forecast.lines('')[0][2:]}",
    ]
    return Question("\n".join([*lines, *([f"- {forecast.message}"] if forecast.message else [])]), facts)


async def _read_mailboxes(call: Call, sequence: dict[str, Any], ids: list[Any]) -> list[dict[str, Any]]:
    """These mailboxes; one request, which serves for those that the sequence has too, where the account's first 1,000
    have all of them, else one for each."""
    own = [str(one.get("id")) for one in rows_of(sequence.get("emailAccounts"))]
    try:
        listed = {str(one.get("id")): one for one in rows_of(await read_once(call, "ListEmailAccounts", top=1000))}
    except ApiError:
        listed = {}
    if listed.keys() >= {*own, *map(str, ids)}:
        remember(call, [listed[id] for id in own], "GetSequenceEmailAccounts", id=sequence.get("id"))
        return [listed[str(id)] for id in ids]
    return [await _read_mailbox(call, id) for id in ids]


async def _read_mailbox(call: Call, id: Any) -> dict[str, Any]:
    """The mailbox as its own operation shows it; no more than the id where the key may not read it."""
    try:
        row = await read_once(call, "GetEmailAccount", id=id)
    except ApiError:
        row = None
    return row if isinstance(row, dict) else {"id": id}


async def explain_missing_link(call: Call, refusal: ApiError) -> str | None:
    """One 404 stands for a missing sequence, a missing account and a missing link: reads the sequence."""
    return await explain_missing_sequence(
        call, refusal, "the account does not exist or is not linked to it. reply_get_sequence shows the linked ones."
    )


async def explain_missing_account(call: Call, refusal: ApiError) -> str | None:
    """One 404 stands for a missing sequence and a missing account: reads the sequence."""
    return await explain_missing_sequence(
        call,
        refusal,
        "the account does not exist. reply_list_email_accounts and reply_list_linkedin_accounts list them.",
    )


async def explain_empty_list(call: Call[SetSequenceEmailAccounts], refusal: ApiError) -> str | None:
    """v3's text says that an empty list unlinks all mailboxes; Reply may refuse it."""
    if refusal.status == 400 and not call.arguments.email_account_ids:
        return (
            "Reply does not accept an empty list; nothing was changed. reply_remove_email_account_from_sequence "
            "unlinks mailboxes one by one."
        )
    return None

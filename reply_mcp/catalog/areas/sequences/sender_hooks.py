"""Whom a running sequence writes to when its mailboxes, LinkedIn accounts or hours change, and what refusals about them
mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once, read_record, remember
from reply_mcp.catalog.lookups.audience import Audience, read_audience
from reply_mcp.catalog.lookups.contactable import leave_out_blacklisted
from reply_mcp.catalog.lookups.first_message import message_steps
from reply_mcp.catalog.lookups.forecast import (
    Forecast,
    Senders,
    describe_audience,
    leave_out_unreachable,
    read_forecast,
)
from reply_mcp.catalog.lookups.running import preview_in_running, sequence_facts_of
from reply_mcp.catalog.lookups.senders import describe_account
from reply_mcp.catalog.lookups.sequences import (
    daily_limit,
    describe_sender,
    explain_missing_sequence,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.lookups.titles import label_fields
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.operations import UpdateSequence
    from reply_mcp.catalog.areas.sequences.senders import (
        AssignEmailAccountToSequence,
        AssignLinkedInAccountToSequence,
        SetSequenceEmailAccounts,
    )


Rows = list[dict[str, Any]]

_MOST_READ = 10
"""Requests of a question about mailboxes, beside the sequence and the mailboxes themselves."""


async def preview_assigning(call: Call[AssignEmailAccountToSequence]) -> Question:
    """Which mailbox joins the running sequence, and whom it writes to; at most eleven requests."""
    return await _ask_about_mailboxes(
        call,
        [call.arguments.email_account_id],
        "This lets {sequence} send from {senders} too:",
        lambda own, given: [*own, *(one for one in given if one.get("id") not in [held.get("id") for held in own])],
    )


async def preview_setting(call: Call[SetSequenceEmailAccounts]) -> Question:
    """Which mailboxes are its only ones, and whom it writes to; at most ten requests and one for each mailbox."""
    return await _ask_about_mailboxes(
        call,
        call.arguments.email_account_ids,
        "This makes {senders} the only senders of {sequence}:",
        lambda own, given: given,
    )


async def preview_assigning_linkedin(call: Call[AssignLinkedInAccountToSequence]) -> Question:
    """Which LinkedIn account joins the running sequence, and whom it writes to if it has LinkedIn steps; at most eleven
    requests."""
    id, account_id = call.arguments.id, call.arguments.linked_in_account_id
    sequence = await read_sequence(call, id)
    account = await describe_account(call, "GetLinkedInAccount", account_id, "LinkedIn account")
    text = f"This lets {_title(sequence, id)} act from {account} on LinkedIn too"
    if not any(str(step.get("type")).casefold() == "linkedin" for step in message_steps(sequence)):
        idle = f"{text}. It has no LinkedIn steps, so that the account sends nothing until it has one."
        return Question(idle, sequence_facts_of(sequence))
    own = rows_of(sequence.get("linkedInAccounts"))
    prospect = await _foresee(call, {**sequence, "linkedInAccounts": [*own, {"id": account_id, "name": account}]})
    lines = [*prospect.forecast.odd, f"{text}:", f"- {prospect.people}", f"- {prospect.forecast.describe_sending()}"]
    return prospect.question(lines, {"given": account})


async def preview_update(call: Call[UpdateSequence]) -> Question:
    """What changes in the running sequence, and whom it writes to then, where its mailboxes, LinkedIn accounts or hours
    change; at most twelve requests and one for each mailbox."""
    question = await preview_in_running(
        "This changes {given} of {sequence}: what it sends, when or from where changes."
    )(call)
    given = call.arguments.wire()
    if not {"scheduleId", "emailAccounts", "linkedInAccounts"} & given.keys():
        return question
    sequence = await read_sequence(call, call.arguments.id)
    changed = {**sequence, **{key: given[key] for key in ("scheduleId",) if key in given}}
    if "linkedInAccounts" in given:
        names = (await label_fields(call, given)).get("linkedInAccounts", {})
        changed["linkedInAccounts"] = [{"id": id, "name": names.get(str(id))} for id in given["linkedInAccounts"] or ()]
    ids = given.get("emailAccounts")
    accounts = None if ids is None else await _read_mailboxes(call, sequence, ids)
    prospect = await _foresee(call, changed, (lambda own: accounts) if accounts is not None else None)
    # The mailboxes that it gets are in the question already.
    sending = prospect.forecast.when if ids is not None else prospect.forecast.describe_sending()
    lines = [*prospect.forecast.odd, question.text, f"- {prospect.people}", f"- {sending}"]
    return prospect.question(lines, question.facts)


@dataclass(frozen=True)
class _Prospect:
    """Whom a running sequence goes on writing to once it is as the call makes it."""

    audience: Audience
    forecast: Forecast

    @property
    def people(self) -> str:
        if not self.audience.going and self.audience.complete:
            return "nobody is left in it to write to"
        return describe_audience(self.audience, self.forecast)

    def question(self, lines: list[str], facts: Mapping[str, Any]) -> Question:
        """These lines and the first message, with what consent is bound to."""
        first = [f"- {self.forecast.message}"] if self.forecast.message else []
        held = {"count": len(self.audience.going), "people": self.audience.ids, **self.forecast.facts}
        return Question("\n".join([*lines, *first]), {**facts, **held})


async def _foresee(call: Call, sequence: dict[str, Any], senders: Senders | None = None) -> _Prospect:
    """`sequence` as it will be; `senders` gives its mailboxes by those that it has now."""
    with call.at_most(_MOST_READ):
        audience = await read_audience(call, call.arguments.id)
        leave_out_unreachable(audience, sequence)
        await leave_out_blacklisted(call, audience)
        return _Prospect(audience, await read_forecast(call, sequence, audience.going, senders=senders))


async def _ask_about_mailboxes(
    call: Call[AssignEmailAccountToSequence] | Call[SetSequenceEmailAccounts],
    ids: list[Any],
    text: str,
    after: Callable[[Rows, Rows], Rows],
) -> Question:
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    accounts = await _read_mailboxes(call, sequence, ids)
    prospect = await _foresee(call, sequence, lambda own: after(own, accounts))
    senders = list_some(map(describe_sender, accounts), 5) or "no mailboxes"
    lines = [
        *prospect.forecast.odd,
        text.format(sequence=_title(sequence, id), senders=senders),
        f"- {prospect.people}",
        f"- until now {prospect.forecast.describe_sending()}",
    ]
    given = [[one.get("id"), daily_limit(one), one.get("connectionStatus")] for one in accounts]
    return prospect.question(lines, {"given": given})


def _title(sequence: dict[str, Any], id: Any) -> str:
    return f"the {status_of(sequence) or 'unread'} sequence {sequence_title(sequence, id)}"


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
        return await read_record(call, "GetEmailAccount", id=id)
    except ApiError:
        return {"id": id}


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

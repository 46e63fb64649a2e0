"""What changing approval, channels, playbook or knowledge base of a sequence does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.ai_sdr.approval_hooks import (
    PAGE,
    Pair,
    channel_of,
    check_people,
    describe_recipients,
    draft_owner,
)
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import describe_sequence, read_settings
from reply_mcp.catalog.areas.ai_sdr.settings_text import list_of
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title
from reply_mcp.catalog.operation import Call, Effect, Explain, Question
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.sequence_setup import (
        SetAiSdrSequenceApprovalMode,
        SetAiSdrSequenceGeneratedStepTypes,
    )


async def mode_effect(call: Call[SetAiSdrSequenceApprovalMode]) -> Effect:
    """With approval off, the AI writes to people without review; switching it on sends nothing."""
    return Effect.WRITE if call.arguments.enabled else Effect.SEND


async def describe_mode(call: Call[SetAiSdrSequenceApprovalMode], answer: Any) -> Any:
    """Gives `outcome`, a sentence."""
    arguments = call.arguments
    id = arguments.sequence_id
    if arguments.enabled:
        return {"outcome": f"AI messages of sequence {id} wait for a person's approval from now on."}
    drafts = " The drafts that waited are approved." if arguments.approve_all_pending_contacts else ""
    return {"outcome": f"AI messages of sequence {id} go out without approval from now on.{drafts}"}


async def _read_released(call: Call[SetAiSdrSequenceApprovalMode]) -> tuple[dict[Pair, dict[str, Any]], bool]:
    """The drafts that the call sends at once, and whether there are no more; one request in a call."""
    if call.arguments.enabled or not call.arguments.approve_all_pending_contacts:
        return {}, True
    id = call.arguments.sequence_id
    answer = await read_once(call, "ListApprovals", sequenceId=id, top=PAGE)
    return {(str(id), str(row.get("contactId"))): row for row in rows_of(answer)}, not more_after(answer)


async def check_released(call: Call[SetAiSdrSequenceApprovalMode]) -> None:
    """Refuses to send drafts at once to people who opted out or are on the blacklist: the requests of `check_people`.

    Raises:
        NotDone: names them; and where there are more drafts than can be checked.
    """
    drafts, complete = await _read_released(call)
    if not complete:
        raise NotDone(
            f"Nothing was changed: more than {PAGE:,} drafts wait, and whom they go to cannot all be checked at once. "
            "Approve them with reply_bulk_approve_messages first, or leave out approveAllPendingContacts."
        )
    if drafts:
        await check_people(call, list(drafts))


async def preview_mode(call: Call[SetAiSdrSequenceApprovalMode]) -> Question:
    """What goes out from now on, and which drafts at once, to whom; a request, and for drafts three beside those of
    the checks."""
    text = f"From now on {await describe_sequence(call)} sends what the AI writes without anyone's approval."
    if not call.arguments.approve_all_pending_contacts:
        return Question(text + " Drafts that are waiting stay as they are.")
    drafts, _ = await _read_released(call)
    if not drafts:
        return Question(text + " No draft is waiting now.")
    lines, facts = await describe_recipients(call, {pair: channel_of(row) for pair, row in drafts.items()})
    listed = list_some(map(draft_owner, drafts.values()), 3, between="; ")
    lines.append(f"{text} It also sends {plural(len(drafts), 'waiting draft')} at once{facts['senders']}: {listed}.")
    words = [[*pair, row.get("messageSubject"), row.get("messageContent")] for pair, row in sorted(drafts.items())]
    return Question("\n".join(lines), {"count": len(drafts), "drafts": words, **facts})


async def preview_channels(call: Call[SetAiSdrSequenceGeneratedStepTypes]) -> str:
    """Which steps go, and which channels the new ones use; up to two requests."""
    now = ", ".join(map(str, list_of((await read_settings(call)).get("generatedStepTypes")))) or "unknown"
    channels = ", ".join(call.arguments.generated_step_types)
    return (
        f"This throws away the steps of {await describe_sequence(call)} (channels now: {now}), including all changes "
        f"made to them, and has the AI generate new ones for {channels}."
    )


def explain_nothing_attached(what: str, attach: str) -> Explain:
    """One code stands for a missing sequence and for nothing being attached: reads the sequence."""

    async def explain(call: Call, refusal: ApiError) -> str | None:
        if refusal.status != 404:
            return None
        id = call.arguments.sequence_id
        try:
            title = sequence_title(await read_sequence(call, id), id)
        except ReplyError:
            return None
        return f"404: {title} exists but has no {what}. Nothing was changed. {attach} attaches one."

    return explain

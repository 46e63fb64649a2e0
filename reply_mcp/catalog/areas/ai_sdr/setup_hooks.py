"""What changing approval, channels, playbook or knowledge base of a sequence does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.ai_sdr.approval_hooks import PAGE, draft_owner
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import describe_sequence, read_settings
from reply_mcp.catalog.areas.ai_sdr.settings_text import list_of
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import sequence_title
from reply_mcp.catalog.operation import Call, Effect, Explain
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, ReplyError
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


async def preview_mode(call: Call[SetAiSdrSequenceApprovalMode]) -> str:
    """What goes out from now on, and how many drafts at once; up to two requests."""
    arguments = call.arguments
    text = f"From now on {await describe_sequence(call)} sends what the AI writes without anyone's approval."
    if not arguments.approve_all_pending_contacts:
        return text + " Drafts that are waiting stay as they are."
    answer = await read_once(call, "ListApprovals", sequenceId=arguments.sequence_id, top=PAGE)
    rows = rows_of(answer)
    if not rows:
        return text + " No draft is waiting now."
    drafts = f"{'more than ' if more_after(answer) else ''}{plural(len(rows), 'waiting draft')}"
    return f"{text} It also sends {drafts} at once: {list_some(map(draft_owner, rows), 3, between='; ')}."


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
            found = await call.ask("GetSequenceById", id=id)
        except ReplyError:
            return None
        title = sequence_title(found if isinstance(found, dict) else {}, id)
        return f"404: {title} exists but has no {what}. Nothing was changed. {attach} attaches one."

    return explain

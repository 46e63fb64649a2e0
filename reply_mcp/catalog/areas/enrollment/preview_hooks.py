"""The messages of a preview, with the state of each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.titles import preview_titled
from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.previews import GetSequencePreview, ResetSequencePreview

_STATES = {
    "inprogress": "being personalized",
    "personalized": "personalized",
    "failed": "personalizing failed",
    "awaitingapproval": "awaits approval",
}


async def preview_reset(call: Call[ResetSequencePreview]) -> str:
    """Whose messages go, in which sequence; two requests."""
    return await preview_titled(call, "This discards the messages written or edited for {contactId} in {sequence}.")


async def describe_messages(call: Call[GetSequencePreview], answer: dict[str, Any]) -> Any:
    """Adds to each message a line about it (`_summary`) and its text (`_texts`)."""
    if not isinstance(answer.get("steps"), list):
        return answer
    steps = []
    for step in answer["steps"]:
        if isinstance(step, dict):
            edited = "edited by hand" if step.get("isModifiedByUser") else ""
            state = _STATES.get(str(step.get("personalizationStatus") or "").casefold(), "")
            summary = ", ".join(filter(None, [edited, state]))
            step = {**step, "_summary": summary, "_texts": [{"subject": step.get("subject"), "text": step.get("body")}]}
        steps.append(step)
    return {**answer, "steps": steps}

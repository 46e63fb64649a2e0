"""The messages of a preview, with the state of each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.previews import GetSequencePreview

_STATES = {
    "inprogress": "being personalized",
    "personalized": "personalized",
    "failed": "personalizing failed",
    "awaitingapproval": "awaits approval",
}


async def describe_messages(call: Call[GetSequencePreview], answer: Any) -> Any:
    """Adds to each message a line about it (`_summary`) and its text (`_texts`)."""
    if not isinstance(answer, dict) or not isinstance(answer.get("steps"), list):
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

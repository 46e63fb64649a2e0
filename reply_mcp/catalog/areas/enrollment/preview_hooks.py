"""The messages of a preview, with the state of each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title
from reply_mcp.catalog.operation import Call
from reply_mcp.text.names import name_and_address

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.previews import GetSequencePreview, ResetSequencePreview

_STATES = {
    "inprogress": "being personalized",
    "personalized": "personalized",
    "failed": "personalizing failed",
    "awaitingapproval": "awaits approval",
}


def has_no_own_texts(preview: Any) -> bool:
    """Whether all messages of a preview are the steps' own texts."""
    steps = preview.get("steps") if isinstance(preview, dict) else None
    return isinstance(steps, list) and all(isinstance(step, dict) and _is_of_step(step) for step in steps)


def _is_of_step(step: dict[str, Any]) -> bool:
    state = str(step.get("personalizationStatus") or "").casefold()
    return state == "notpersonalized" and step.get("isModifiedByUser") is False


async def preview_reset(call: Call[ResetSequencePreview]) -> str:
    """Whose messages go, in which sequence; two requests."""
    arguments = call.arguments
    title = sequence_title(await read_sequence(call, arguments.sequence_id), arguments.sequence_id)
    held = await read_once(call, "GetSequencePreview", sequenceId=arguments.sequence_id, contactId=arguments.contact_id)
    row = held if isinstance(held, dict) else {}
    name = name_and_address(str(row.get("contactFullName") or ""), row.get("contactEmail")) or "contact"
    return f"This discards the messages written or edited for {name} ({arguments.contact_id}) in {title}."


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

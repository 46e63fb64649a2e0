"""What switching the autopilot on, or running it now, does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.areas.ai_sdr.settings_lookup import (
    describe_approval,
    describe_sequence,
    read_autopilot,
    read_settings,
)
from reply_mcp.catalog.areas.ai_sdr.settings_text import explain_off, format_limits, format_target, spaced
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.errors import AlreadyDone, NotDone

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.autopilot import EnableAiSdrSequenceAutopilot, ForceStartAiSdrSequenceAutopilot


async def check_off(call: Call[EnableAiSdrSequenceAutopilot]) -> None:
    """Stops where the autopilot is on; one request."""
    status = str((await read_autopilot(call)).get("status") or "").casefold()
    if status == "enabled":
        raise AlreadyDone(
            f"The autopilot of sequence {call.arguments.sequence_id} was already on; nothing was changed.",
        )


async def preview_enabling(call: Call[EnableAiSdrSequenceAutopilot]) -> Question:
    """Whom it adds, how fast, and whether a person approves the messages; two requests."""
    autopilot = await read_autopilot(call)
    text = (
        f"This lets {await describe_sequence(call)} find and add people by itself, {format_limits(autopilot)}, "
        f"{format_target(autopilot)}. {await describe_approval(call)}{explain_off(autopilot)}"
    )
    return Question(text, {"settings": await read_settings(call)})


async def check_searchable(call: Call[ForceStartAiSdrSequenceAutopilot]) -> None:
    """Stops where the autopilot is off or already searching; one request."""
    autopilot = await read_autopilot(call)
    status = str(autopilot.get("status") or "")
    if status and status.casefold() != "enabled":
        raise NotDone(
            f"Nothing was started: the autopilot of sequence {call.arguments.sequence_id} is {spaced(status)}."
            f"{explain_off(autopilot)} reply_enable_autopilot switches it on."
        )
    if autopilot.get("isSearchInProgress"):
        raise AlreadyDone("A search is already running; nothing was started.")


async def preview_search(call: Call[ForceStartAiSdrSequenceAutopilot]) -> Question:
    """Whom it adds, how many, and whether a person approves the messages; two requests."""
    autopilot = await read_autopilot(call)
    text = (
        f"This searches now for {await describe_sequence(call)} and adds the people found, {format_limits(autopilot)}, "
        f"{format_target(autopilot)}. {await describe_approval(call)}"
    )
    return Question(text, {"settings": await read_settings(call)})

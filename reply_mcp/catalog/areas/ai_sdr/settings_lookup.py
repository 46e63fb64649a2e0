"""The settings of an AI SDR sequence as they are now."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import ApiError, ReplyError


async def read_settings(call: Call) -> dict[str, Any]:
    """The settings, read once in a call; {} where Reply cannot show them (it cannot for some old sequences)."""
    try:
        return await read_record(call, "GetAiSdrSequenceSettings", sequenceId=call.arguments.sequence_id)
    except ApiError as refusal:
        if refusal.status < 500:
            raise
        return {}


async def describe_sequence(call: Call) -> str:
    """`"Q4 AI" (1704210), active`; one request, the number alone where it fails."""
    id = call.arguments.sequence_id
    try:
        sequence = await read_sequence(call, id)
    except ReplyError:
        return f"sequence {id}"
    return ", ".join(filter(None, [sequence_title(sequence, id), status_of(sequence)]))


async def read_autopilot(call: Call) -> dict[str, Any]:
    """The autopilot's part of the settings; {} where it cannot be read."""
    return object_at(await read_settings(call), "autopilot")


async def describe_approval(call: Call) -> str:
    """Whether a person approves its messages, as a sentence."""
    needed = object_at(await read_settings(call), "approvalMode").get("enabled")
    if needed is None:
        return "Whether its messages need approval is not known."
    return "A person approves each message." if needed else "Its messages go out without approval."

"""What refusals of calls on steps and variants mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.lookups.sequences import explain_missing_sequence, read_sequence, sequence_not_found
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.steps.operations import GetSequenceSteps

_LOCKS = {
    "stepLocked": "people are on it or have been through it",
    "stepLockedHasChildren": "later steps depend on it; delete those first, or use mode nodeAndAllChildren",
    "stepLockedSubjectSource": "later emails continue its thread and take their subject from it",
    "stepLockedSubjectSourceWithChildren": "later emails continue its thread; delete those first",
}


async def explain_missing_step(call: Call, refusal: ApiError) -> str | None:
    """One 404 stands for a missing sequence, step or variant: reads the sequence."""
    named = [
        f"{noun} {value}"
        for noun, value in (
            ("step", getattr(call.arguments, "step_id", None)),
            ("variant", getattr(call.arguments, "variant_id", None)),
        )
        if value is not None
    ]
    what = " or ".join(named) or "the step"
    return await explain_missing_sequence(
        call, refusal, f"{what} is not in it. reply_get_sequence_steps lists its steps."
    )


async def explain_missing_steps(call: Call[GetSequenceSteps], refusal: ApiError) -> str | None:
    """Listing the steps of a missing sequence may be refused as a wrong argument (400): reads the sequence."""
    if refusal.status not in (400, 404) or not refusal.code:
        return None
    try:
        await read_sequence(call, call.arguments.id)
    except ApiError as missing:
        return f"404: {sequence_not_found(call.arguments.id)}" if missing.status == 404 else None
    except ReplyError:
        return None
    return None


async def explain_locked_step(call: Call, refusal: ApiError) -> str | None:
    """Why a step cannot be changed: people are on it, or later steps take their subject from it."""
    why = _LOCKS.get((refusal.code or "").rpartition(".")[2])
    if why is None:
        return None
    return f"{refusal.status} {refusal.code}: the step is locked ({why}); nothing was changed."

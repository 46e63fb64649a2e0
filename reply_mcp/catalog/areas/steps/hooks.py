"""What steps really are: their order, their texts per variant, and what a change of them loses."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.hooks.step_rows import describe_step, describe_steps, variant_label, variant_texts
from reply_mcp.catalog.lookups.sequences import explain_missing_sequence, read_sequence, sequence_not_found
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, ReplyError


async def in_true_order(call: Call, answer: Any) -> Any:
    """The steps of a sequence, ordered by their links."""
    rows, remarks = describe_steps(rows_of(answer))
    call.notes.extend(remarks)
    return rows


async def one_readable(call: Call, answer: Any) -> Any:
    """One step with its wait and texts in words; it has no number by itself."""
    return describe_step(answer) if isinstance(answer, dict) else answer


async def variants_readable(call: Call, answer: Any) -> Any:
    """The variants of a step, each with its text under `_texts`."""
    return [{**one, "_label": variant_label(one), "_texts": _text_alone(one)} for one in rows_of(answer)]


def _text_alone(variant: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key != "label"} for one in variant_texts([variant])]


async def with_sequence(call: Call, answer: Any) -> Any:
    """Adds the sequence that a new step or variant is in; the answer's own id is the new one's."""
    return {**answer, "sequenceId": call.arguments.id} if isinstance(answer, dict) else answer


async def missing_sequence_or_step(call: Call, refusal: ApiError) -> str | None:
    """One 404 for no sequence, no step and no variant: reads the sequence."""
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


async def no_steps_of_nothing(call: Call, refusal: ApiError) -> str | None:
    """Listing the steps of a sequence that is not there may be a 400 on the input: reads the sequence."""
    if refusal.status not in (400, 404) or not refusal.code:
        return None
    try:
        await read_sequence(call, call.arguments.id)
    except ApiError as missing:
        return f"404: {sequence_not_found(call.arguments.id)}" if missing.status == 404 else None
    except ReplyError:
        return None
    return None


async def locked_step(call: Call, refusal: ApiError) -> str | None:
    """Why a step cannot be touched: people are on it, or later steps take their subject from it."""
    variant = (refusal.code or "").rpartition(".")[2]
    reasons = {
        "stepLocked": "people have been through it or are on it",
        "stepLockedHasChildren": "steps that follow it hold it; delete those first, or use mode nodeAndAllChildren",
        "stepLockedSubjectSource": "later emails continue its thread and take their subject from it",
        "stepLockedSubjectSourceWithChildren": "later emails continue its thread; delete those first",
    }
    if variant not in reasons:
        return None
    return f"{refusal.status} {refusal.code}: the step is locked ({reasons[variant]}); nothing was changed."


async def step_now(call: Call) -> dict[str, Any]:
    answer = await read_once(call, "GetSequenceStepById", id=call.arguments.id, stepId=call.arguments.step_id)
    return answer if isinstance(answer, dict) else {}


async def lost_variants(call: Call) -> list[dict[str, Any]]:
    """The variants that replacing the step would delete, since they are left out."""
    kept = {str(one.id) for one in getattr(call.arguments.step, "variants", None) or ()}
    now = [one for one in (await step_now(call)).get("variants") or () if isinstance(one, dict)]
    return [one for one in now if str(one.get("id")) not in kept]


async def update_effect(call: Call) -> Effect:
    return Effect.DELETE if await lost_variants(call) else Effect.WRITE


async def update_preview(call: Call) -> str:
    lost = _named(await lost_variants(call))
    return f"This replaces step {call.arguments.step_id} and deletes the variants left out: {lost}."


async def says_what_is_lost(call: Call) -> None:
    """Reads the step before it is replaced, and names the variants that go with it; one request."""
    lost = await lost_variants(call)
    if lost:
        call.notes.append(f"Deleted with it, being left out: variant {_named(lost)}.")


def _named(variants: list[dict[str, Any]]) -> str:
    return ", ".join(
        f'{one.get("id")} "{first_words(one.get("subject") or one.get("message"), 60)}"' for one in variants
    )


async def same_step(call: Call) -> None:
    """Sends the step's own id along, which Reply's checks may want in the body."""
    call.arguments.step.id = call.arguments.step_id


async def delete_step_preview(call: Call) -> str:
    """What goes, and what follows it."""
    arguments = call.arguments
    rows = describe_steps(rows_of(await read_once(call, "GetSequenceSteps", id=arguments.id)))[0]
    step = next((row for row in rows if str(row.get("id")) == str(arguments.step_id)), None)
    if step is None:
        return f"This deletes step {arguments.step_id} of sequence {arguments.id}."
    below = [str(row["_number"]) for row in rows if str(row.get("parentId")) == str(arguments.step_id)]
    mode = arguments.mode or "nodeOnly"
    fate = "move up to its parent" if mode == "nodeOnly" else f"are treated by mode {mode}, with all below them"
    follows = f" Steps after it ({', '.join(below)}) {fate}." if below else ""
    what = f'{step["_number"]} ({step["_what"]}) of sequence {arguments.id}: "{step["_gist"]}"'
    return f"This deletes step {what}.{follows}"


async def delete_steps_preview(call: Call) -> str:
    """What goes, by number and text, and which of the ids are of no step; one request."""
    arguments = call.arguments
    rows = describe_steps(rows_of(await read_once(call, "GetSequenceSteps", id=arguments.id)))[0]
    known = {str(row.get("id")): f'{row["_number"]} ({row["_what"]}) "{row["_gist"]}"' for row in rows}
    said = "; ".join(known[str(id)] for id in arguments.ids if str(id) in known) or "none"
    others = ", ".join(str(id) for id in arguments.ids if str(id) not in known)
    strange = f" Not steps of it: {others}." if others else ""
    return f"This deletes of sequence {arguments.id} the steps {said}; steps after them move up.{strange}"


async def variant_preview(call: Call) -> str:
    arguments = call.arguments
    one = next((v for v in await _variants(call) if str(v.get("id")) == str(arguments.variant_id)), {})
    text = first_words(one.get("subject") or one.get("message"), 80)
    return f'This deletes variant {arguments.variant_id} of step {arguments.step_id}: "{text}".'


async def keeps_what_is_not_given(call: Call) -> None:
    """Changing a variant replaces it, and would switch it on and drop its subject: reads and sends these again."""
    arguments = call.arguments
    if {"subject", "is_enabled"} <= arguments.model_fields_set:
        return
    rows = rows_of(await read_once(call, "GetSequenceStepVariants", id=arguments.id, stepId=arguments.step_id))
    now = next((one for one in rows if str(one.get("id")) == str(arguments.variant_id)), None)
    if now is None:
        return  # Reply says that it is not there
    if "is_enabled" not in arguments.model_fields_set and isinstance(now.get("isEnabled"), bool):
        arguments.is_enabled = now["isEnabled"]
    if "subject" not in arguments.model_fields_set and now.get("subject"):
        arguments.subject = now["subject"]


async def _variants(call: Call) -> list[dict[str, Any]]:
    try:
        answer = await read_once(call, "GetSequenceStepVariants", id=call.arguments.id, stepId=call.arguments.step_id)
    except ReplyError:
        return []
    return rows_of(answer)


async def properties_as_rows(call: Call, answer: Any) -> Any:
    """Reply answers with a dictionary: gives a row for each property."""
    if not isinstance(answer, dict):
        return answer
    return [{"property": name, **facts} for name, facts in answer.items() if isinstance(facts, dict)]

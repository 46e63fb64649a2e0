"""Steps: how they read, what a change keeps and loses, what a deletion takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.hooks.read_modify_write import fill_unset
from reply_mcp.catalog.hooks.read_once import first_words
from reply_mcp.catalog.hooks.replaced_texts import describe_values
from reply_mcp.catalog.hooks.step_rows import describe_step, describe_steps
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.lookups.sequences import read_sequence, read_step, read_steps, sequence_title
from reply_mcp.catalog.lookups.titles import check_variants_exist
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import NotDone
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.steps.conditions import GetConditionProperties
    from reply_mcp.catalog.areas.steps.operations import (
        BulkCreateSequenceSteps,
        BulkDeleteSequenceSteps,
        CreateSequenceStep,
        DeleteSequenceStep,
        GetSequenceStepById,
        GetSequenceSteps,
        UpdateSequenceStep,
    )

_MOST_NAMED = 20
_TOLD = ("id", "variants", "delayInMinutes", "waitInMinutes", "subject", "message", "description", "aiPromptText")
"""The fields of a step of which a question says by other means what changes."""


async def list_steps(call: Call[GetSequenceSteps], answer: Any) -> Any:
    """The steps of a sequence, ordered by their links."""
    rows, remarks = describe_steps(rows_of(answer))
    call.notes.extend(remarks)
    return rows


async def describe_one_step(call: Call[GetSequenceStepById], answer: dict[str, Any]) -> Any:
    """One step with its wait and texts in words; it has no number by itself."""
    return describe_step(answer)


async def add_sequence_id(call: Call[CreateSequenceStep], answer: dict[str, Any]) -> Any:
    """Adds `sequenceId` to the new step; the answer's own id is the step's."""
    return {**answer, "sequenceId": call.arguments.id}


async def held_step(call: Call[UpdateSequenceStep]) -> dict[str, Any]:
    """The step as it is, read once in a call.

    Raises:
        NotDone: where Reply's answer is no step.
    """
    answer = await read_step(call, call.arguments.id, call.arguments.step_id)
    if not isinstance(answer, dict) or not answer.get("type"):
        raise NotDone(
            f"Nothing was changed: step {call.arguments.step_id} could not be read, and a change without reading it "
            "would clear what is left out. Try again in a minute."
        )
    return answer


async def lost_variants(call: Call[UpdateSequenceStep]) -> list[dict[str, Any]]:
    """The variants that the change deletes by leaving them out."""
    kept = {str(one.id) for one in getattr(call.arguments.step, "variants", None) or ()}
    held = rows_of((await held_step(call)).get("variants"))
    return [one for one in held if str(one.get("id")) not in kept]


async def update_effect(call: Call[UpdateSequenceStep]) -> Effect | tuple[Effect, ...]:
    """A deletion where variants are left out; a send where the sequence runs. One request more in a call."""
    sends = await send_in_running()(call)
    if not await lost_variants(call):
        return sends
    return Effect.DELETE if sends is Effect.WRITE else (Effect.DELETE, Effect.SEND)


async def preview_update(call: Call[UpdateSequenceStep]) -> Question:
    """The sequence and its state, the words that change, and the variants that go; one request in a call."""
    lost = f"{_name_variants(await lost_variants(call))}".replace("{", "{{").replace("}", "}}")
    fate = f" and deletes the variants left out: {lost}." if lost else ": people get it as it is then."
    return await preview_in_running(f"This changes step {{stepId}} of {{sequence}}{fate}", more=_describe_change)(call)


async def _describe_change(call: Call[UpdateSequenceStep]) -> list[str]:
    """What changes of the step besides its words, a line each."""
    held, given = await held_step(call), call.arguments.step.wire()
    old, new = (describe_step(one)["_wait"] or "none" for one in (held, given))
    lines = [] if old == new else [f"- wait: {new}, in place of {old}"]
    lines += describe_values({key: value for key, value in given.items() if key not in _TOLD}, held)
    variants = {str(one.get("id")): one for one in rows_of(held.get("variants"))}
    for one in rows_of(given.get("variants")):
        lines += describe_variant_change(one, variants.get(str(one.get("id"))), f"variants[id {one.get('id')}].")
    return lines


def describe_variant_change(given: dict[str, Any], held: Any, before: str = "") -> list[str]:
    """What changes of a variant besides its words, a line each."""
    return describe_values({key: given[key] for key in ("isEnabled", "attachmentIds") if key in given}, held, before)


async def describe_new_steps(call: Call[CreateSequenceStep] | Call[BulkCreateSequenceSteps]) -> list[str]:
    """What each new step does, when, and after which.

    Raises:
        NotDone: where that one is not in the sequence.
    """
    held = (await read_sequence(call, call.arguments.id)).get("steps")
    there = {str(step.get("id")) for step in rows_of(held)}
    steps = call.arguments.steps if hasattr(call.arguments, "steps") else [call.arguments.step]
    gone = [step.parent_id for step in steps if step.parent_id is not None and str(step.parent_id) not in there]
    if gone and isinstance(held, list):
        raise NotDone(
            f"Nothing was changed: sequence {call.arguments.id} has no step {join(gone)} to follow. "
            "reply_get_sequence_steps lists its steps."
        )
    rows = [describe_step({**step.wire(), "_after": step.parent_id}) for step in steps]
    return [f"- {row['_summary']}" for row in rows]


async def note_lost_variants(call: Call[UpdateSequenceStep]) -> None:
    """Names the variants that are deleted."""
    lost = await lost_variants(call)
    if lost:
        call.notes.append(f"Variants deleted because they were left out: {_name_variants(lost)}.")


TEXTS = (
    "step.variants[].subject",
    "step.variants[].message",
    "step.description",
    "step.message",
    "step.ai_prompt_text",
)
"""What somebody wrote in a step."""


async def read_texts(call: Call[UpdateSequenceStep]) -> dict[str, Any]:
    """The step as it is, where the arguments have it."""
    return {"step": await held_step(call)}


async def keep_step(call: Call[UpdateSequenceStep]) -> None:
    """Fills in what the change leaves out, since Reply replaces the whole step; one request. The step's own id goes
    along, which Reply's checks may want in the body."""
    step, held = call.arguments.step, await held_step(call)
    if _kind(held.get("type"), held.get("actionType")) == _kind(step.type, getattr(step, "action_type", None)):
        check_variants_exist([one.id for one in getattr(step, "variants", None) or ()], held)
        fill_unset(step, held)
    step.id = call.arguments.step_id


def _kind(type: Any, action: Any) -> tuple[str, str]:
    return str(type).casefold(), str(action or "").casefold()


def _name_variants(variants: list[dict[str, Any]]) -> str:
    return ", ".join(
        f'{one.get("id")} "{first_words(one.get("subject") or one.get("message"), 60)}"' for one in variants
    )


async def preview_deletion(call: Call[DeleteSequenceStep]) -> str:
    """The step, and what becomes of those after it; one request."""
    arguments = call.arguments
    rows = describe_steps(await read_steps(call, arguments.id))[0]
    step = next((row for row in rows if str(row.get("id")) == str(arguments.step_id)), None)
    if step is None:
        raise NotDone(
            f"Nothing was deleted: sequence {arguments.id} has no step {arguments.step_id}. reply_get_sequence_steps "
            "lists them."
        )
    below = [str(row["_number"]) for row in rows if str(row.get("parentId")) == str(arguments.step_id)]
    mode = arguments.mode or "nodeOnly"
    fate = (
        "move up to its parent" if mode == "nodeOnly" else f"and everything below them are handled as mode {mode} says"
    )
    follows = f" Steps after it ({join(below)}) {fate}." if below else ""
    title = sequence_title(await read_sequence(call, arguments.id), arguments.id)
    what = f'{step["_number"]} ({step["_what"]}) of {title}: "{step["_gist"]}"'
    return f"This deletes step {what}.{follows}"


async def preview_deletions(call: Call[BulkDeleteSequenceSteps]) -> str:
    """The steps by number and text, and the ids that are not steps of the sequence; one request."""
    arguments = call.arguments
    rows = describe_steps(await read_steps(call, arguments.id))[0]
    known = {str(row.get("id")): f'{row["_number"]} ({row["_what"]}) "{row["_gist"]}"' for row in rows}
    found = await find_existing(
        arguments.ids,
        "step",
        known=known,
        most=_MOST_NAMED,
        where=f" in sequence {arguments.id}",
        finder="reply_get_sequence_steps",
    )
    what = f"{found.count} of {sequence_title(await read_sequence(call, arguments.id), arguments.id)}: {found.listed}"
    return f"This deletes {what}. Steps after them move up.{found.missing}"


async def list_condition_properties(call: Call[GetConditionProperties], answer: dict[str, Any]) -> Any:
    """Reply answers with a dictionary: gives a row for each property."""
    return [{"property": name, **facts} for name, facts in answer.items() if isinstance(facts, dict)]

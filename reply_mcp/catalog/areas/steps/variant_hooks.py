"""Variants of a step: how they read, what a change keeps, what a deletion takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.steps.hooks import describe_variant_change
from reply_mcp.catalog.hooks.existing import Existing, find_existing
from reply_mcp.catalog.hooks.read_once import first_words
from reply_mcp.catalog.hooks.step_rows import variant_label, variant_texts
from reply_mcp.catalog.lookups.sequences import read_step, read_step_variants
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import read_rows, rows_of
from reply_mcp.errors import NotDone
from reply_mcp.text.html import text_to_html

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.steps.variants import (
        BulkCreateSequenceStepVariants,
        BulkDeleteSequenceStepVariants,
        CreateSequenceStepVariant,
        DeleteSequenceStepVariant,
        GetSequenceStepVariants,
        UpdateSequenceStepVariant,
    )


async def describe_variants(call: Call[GetSequenceStepVariants], answer: Any) -> Any:
    """The variants of a step, each with its text under `_texts`."""
    return [{**one, "_label": variant_label(one), "_texts": _text_alone(one)} for one in rows_of(answer)]


def _text_alone(variant: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key != "label"} for one in variant_texts([variant])]


async def convert_email_texts(
    call: Call[CreateSequenceStepVariant | BulkCreateSequenceStepVariants | UpdateSequenceStepVariant],
) -> None:
    """Makes HTML of plain text where the step is an email, which Reply would run together. One request, for the step's
    type, where a text is not HTML.

    Raises:
        NotDone: where Reply's answer is no step.
    """
    arguments = call.arguments
    texts = getattr(arguments, "variants", None) or [arguments]
    texts = [one for one in texts if one.message is not None]
    converted = [text_to_html(one.message) for one in texts]
    if converted == [one.message for one in texts]:
        return
    step = await read_step(call, arguments.id, arguments.step_id)
    if not isinstance(step, dict) or not step.get("type"):
        raise NotDone(
            f"Nothing was changed: step {arguments.step_id} could not be read, so whether its texts are HTML is not "
            "known. Try again in a minute, or give HTML."
        )
    if str(step["type"]).casefold() == "email":
        for one, message in zip(texts, converted, strict=True):
            one.message = message


async def read_variant(call: Call[UpdateSequenceStepVariant]) -> dict[str, Any] | None:
    """The variant as it is, None where the step has none of that id; one request in a call.

    Raises:
        Unreadable: where the answer holds no variants.
    """
    arguments = call.arguments
    answer = await read_step_variants(call, arguments.id, arguments.step_id, states=True)
    rows = read_rows(answer, "the step's variants")
    return next((one for one in rows if str(one.get("id")) == str(arguments.variant_id)), None)


async def held_variant(call: Call[UpdateSequenceStepVariant]) -> dict[str, Any]:
    """The variant as it is; one request in a call.

    Raises:
        NotDone: where the step has none of that id.
        Unreadable: where the answer holds no variants.
    """
    held = await read_variant(call)
    if held is None:
        arguments = call.arguments
        raise NotDone(
            f"Nothing was changed: step {arguments.step_id} has no variant {arguments.variant_id}. "
            f'reply_get_sequence_step_variants {{"id": {arguments.id}, "stepId": {arguments.step_id}}} lists them.'
        )
    return held


async def describe_change(call: Call[UpdateSequenceStepVariant]) -> list[str]:
    """What changes besides the words, a line each."""
    return describe_variant_change(call.arguments.wire(), await held_variant(call))


async def preview_deletion(call: Call[DeleteSequenceStepVariant]) -> str:
    """The variant by its text; one request."""
    found = await _find_variants(call, [call.arguments.variant_id])
    return f"This deletes a variant of step {call.arguments.step_id}: {found.listed}."


async def preview_deletions(call: Call[BulkDeleteSequenceStepVariants]) -> str:
    """The variants by their texts; one request."""
    found = await _find_variants(call, call.arguments.ids)
    return f"This deletes {found.count} of step {call.arguments.step_id}: {found.listed}.{found.missing}"


async def _find_variants(
    call: Call[DeleteSequenceStepVariant] | Call[BulkDeleteSequenceStepVariants], ids: list[int]
) -> Existing:
    arguments = call.arguments
    answer = await read_step_variants(call, arguments.id, arguments.step_id)
    known = {
        str(row.get("id")): f'"{first_words(row.get("subject") or row.get("message"), 80)}" ({row.get("id")})'
        for row in rows_of(answer)
    }
    return await find_existing(ids, "variant", known=known, finder="reply_get_sequence_step_variants")


async def read_variants(call: Call) -> Any:
    """The variants of the call's step, with whether each is on, which those that a sequence holds do not all say; one
    request at most."""
    arguments = call.arguments
    return await read_step_variants(call, arguments.id, arguments.step_id, states=True)


def enabled_variants(held: Any) -> list[Any]:
    """The ids of those variants that are on."""
    return [row.get("id") for row in rows_of(held) if row.get("isEnabled")]

"""Variants of a step's words: reading, adding, changing, switching and deleting them."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.handlers.steps.steps import step_or_404
from reply_mcp.sandbox.http.bulk import failures_of_each, id_list, item_failure, results_of_each
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.step import check_variables, has_variants, variant_doc, variant_errors, variant_view
from reply_mcp.sandbox.store import Doc


@operation("GetSequenceStepVariants")
def get_sequence_step_variants(call: HandlerCall) -> list[Doc]:
    """A bare array."""
    return [variant_view(variant) for variant in step_or_404(call).get("variants", [])]


@operation("CreateSequenceStepVariant")
def create_sequence_step_variant(call: HandlerCall) -> HandlerResponse:
    """Add a variant, in rotation unless said otherwise."""
    step = _worded(call)
    variant = _new(call, call.json_object())
    call.store.put("step", {**step, "variants": [*step["variants"], variant]})
    return HandlerResponse(201, variant_view(variant))


@operation("BulkCreateSequenceStepVariants")
def bulk_create_sequence_step_variants(call: HandlerCall) -> list[Doc]:
    """Add variants in the order given; the answer has a result per variant."""
    step = step_or_404(call)
    added: list[Doc] = []

    def create(given: Any) -> int:
        if not has_variants(step):
            raise Problem(400, "sequenceStep.invalidStep", "This step takes no variants.")
        added.append(_new(call, given))
        return int(added[-1]["id"])

    results = results_of_each(call.body, create)
    if added:
        call.store.put("step", {**step, "variants": [*step["variants"], *added]})
    return results


def _new(call: HandlerCall, given: Doc, number: int | None = None) -> Doc:
    wrong = variant_errors(given)
    if not wrong and not given.get("message"):
        wrong.append(("/message", "'message' must not be empty."))
    if wrong:
        raise invalid(*wrong)
    check_variables(call, given)
    return variant_doc(call.store, given, number)


@operation("UpdateSequenceStepVariant")
def update_sequence_step_variant(call: HandlerCall) -> Doc:
    """Replace one variant."""
    step, old = _variant(call)
    changed = _new(call, call.json_object(), old["id"])
    variants = [changed if one["id"] == old["id"] else one for one in step["variants"]]
    call.store.put("step", {**step, "variants": variants})
    return variant_view(changed)


@operation("DeleteSequenceStepVariant")
def delete_sequence_step_variant(call: HandlerCall) -> HandlerResponse:
    """Delete a variant that is not the last one in rotation."""
    step, old = _variant(call)
    _delete(call, step, old["id"])
    return HandlerResponse(204)


@operation("BulkDeleteSequenceStepVariants")
def bulk_delete_sequence_step_variants(call: HandlerCall) -> Doc:
    """Delete each; the answer holds the failures only."""
    ids = id_list(call, "ids")
    step_or_404(call)

    def delete(number: int) -> None:
        step = step_or_404(call)
        if number not in [one["id"] for one in step.get("variants", [])]:
            raise Problem(404, "sequenceStep.notFound", "Variant not found.")
        _delete(call, step, number)

    return failures_of_each(ids, delete)


def _delete(call: HandlerCall, step: Doc, number: int) -> None:
    left = [one for one in step["variants"] if one["id"] != number]
    if not any(one["isEnabled"] for one in left):
        raise Problem(400, "sequenceStep.invalidInput", "A step must keep one enabled variant.")
    call.store.put("step", {**step, "variants": left})


@operation("EnableSequenceStepVariants")
def enable_sequence_step_variants(call: HandlerCall) -> Doc:
    """Bring variants back into rotation; the answer holds the failures only."""
    return _switch(call, True)


@operation("DisableSequenceStepVariants")
def disable_sequence_step_variants(call: HandlerCall) -> Doc:
    """Take variants out of rotation; the answer holds the failures only."""
    return _switch(call, False)


def _switch(call: HandlerCall, on: bool) -> Doc:
    ids, step = id_list(call, "variantIds", "'variantIds' must not be empty."), step_or_404(call)
    failed: Doc = {}
    known = [one["id"] for one in step.get("variants", [])]
    for number in ids:
        if not has_variants(step):
            failed[str(number)] = item_failure("unsupportedOperation", "This step has no variants.")
        elif number not in known:
            failed[str(number)] = item_failure("invalidInput", "Not a variant of this step.")
    if known:
        changing = set(ids) & set(known)
        variants = [{**one, "isEnabled": on} if one["id"] in changing else one for one in step["variants"]]
        call.store.put("step", {**step, "variants": variants})
    return failed


def _worded(call: HandlerCall) -> Doc:
    step = step_or_404(call)
    if not has_variants(step):
        raise Problem(400, "sequenceStep.invalidInput", "This step takes no variants.")
    return step


def _variant(call: HandlerCall) -> tuple[Doc, Doc]:
    step = step_or_404(call)
    for variant in step.get("variants", []):
        if variant["id"] == call.path["variant_id"]:
            return step, variant
    raise Problem(404, "sequenceStep.notFound", f"Variant {call.path['variant_id']} was not found.")

"""Steps of sequences: reading, adding, replacing and deleting them."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.bulk import failures_of_each, id_list, results_of_each
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.sequence import find_sequence, steps_of
from reply_mcp.sandbox.records.step import check_variables, order_steps, step_doc, step_errors, step_view, steps_view
from reply_mcp.sandbox.simulation.step_conditions import condition_properties
from reply_mcp.sandbox.store import Doc

MODES = ("nodeOnly", "nodeAndAllChildren", "nodeAndPositiveChildren", "nodeAndNegativeChildren")


@operation("GetConditionProperties")
def get_condition_properties(call: HandlerCall) -> Doc:
    """What condition steps can ask, by property."""
    return condition_properties()


@operation("GetSequenceSteps")
def get_sequence_steps(call: HandlerCall) -> list[Doc]:
    """A bare array; on the wire in the order of saving, which need not be the order of the steps."""
    sequence = editable_sequence(call, missing=400)
    return steps_view(call.store.all("step", _sequenceId=sequence["id"]), call.documented)


@operation("GetSequenceStepById")
def get_sequence_step_by_id(call: HandlerCall) -> Doc:
    """One step."""
    return step_view(step_or_404(call))


@operation("CreateSequenceStep")
def create_sequence_step(call: HandlerCall) -> HandlerResponse:
    """Add a step: after the named parent, or at the end."""
    body = call.json_object()
    wrong = step_errors(call, body)
    if wrong:
        raise invalid(*wrong)
    sequence = editable_sequence(call)
    return HandlerResponse(201, step_view(_add(call, sequence, body)))


@operation("BulkCreateSequenceSteps")
def bulk_create_sequence_steps(call: HandlerCall) -> list[Doc]:
    """Add steps one after another; the answer has a result per step."""
    sequence = editable_sequence(call, missing=400)

    def create(given: Any) -> int:
        if wrong := step_errors(call, given):
            raise Problem(400, "sequenceStep.invalidInput", "; ".join(f"{at}: {what}" for at, what in wrong))
        return int(_add(call, sequence, given)["id"])

    return results_of_each(call.body, create)


def _add(call: HandlerCall, sequence: Doc, given: Doc) -> Doc:
    check_variables(call, given)
    steps = steps_of(call.store, sequence["id"])
    parent = given.get("parentId")
    if parent is None and any(step["type"] == "condition" for step in steps):
        raise invalid(("/parentId", "'parentId' is required when the sequence contains conditional steps."))
    if parent is None and steps:
        parent = steps[-1]["id"]
    elif parent is not None and parent not in [step["id"] for step in steps]:
        raise Problem(400, "sequenceStep.invalidInput", f"Step {parent} is not in this sequence.")
    if str(given["type"]).lower() == "email":
        _need_subject(given, steps, parent)
    following = [one for one in steps if one["parentId"] == parent and parent is not None]
    above = next((one for one in steps if one["id"] == parent), None)
    step = call.store.put("step", step_doc(call.store, sequence["id"], given, parent))
    if above and above["type"] != "condition":
        # A chain has no forks outside conditions: what came after the parent comes after the new step.
        for one in following:
            call.store.put("step", {**one, "parentId": step["id"]})
    return step


def _need_subject(given: Doc, steps: list[Doc], parent: int | None) -> None:
    above = {step["id"]: step for step in steps}
    while parent is not None:
        if above[parent]["type"] == "email":
            return
        parent = above[parent]["parentId"]
    if not all(variant.get("subject") for variant in given["variants"]):
        raise Problem(400, "sequenceStep.missingEmailSubject", "First email should have subject.")


@operation("UpdateSequenceStep")
def update_sequence_step(call: HandlerCall) -> Doc:
    """Replace a step; variants left out are dropped, those without a known id are new."""
    step, body = step_or_404(call), call.json_object()
    wrong = step_errors(call, body)
    if wrong:
        raise invalid(*wrong)
    if str(body["type"]).lower() != step["type"].lower():
        raise Problem(400, "sequenceStep.invalidStep", "The type of a step cannot change.")
    check_variables(call, body)
    parent = body.get("parentId") or step["parentId"]
    under = [one["id"] for one in _below(call, step)]
    if parent is not None and (parent == step["id"] or parent in under):
        raise Problem(400, "sequenceStep.invalidInput", "A step cannot come after itself.")
    changed = step_doc(call.store, step["_sequenceId"], body, parent, step)
    if "ifConditionPositive" not in body:
        changed["ifConditionPositive"] = step.get("ifConditionPositive")
    return step_view(call.store.put("step", changed))


@operation("DeleteSequenceStep")
def delete_sequence_step(call: HandlerCall) -> HandlerResponse:
    """Delete a step; `mode` says what becomes of those after it."""
    step, mode = step_or_404(call), call.query.get("mode") or "nodeOnly"
    if mode not in MODES:
        raise call.query_error("mode", f"One of {', '.join(MODES)} is required.")
    _delete(call, step, mode)
    return HandlerResponse(204)


@operation("BulkDeleteSequenceSteps")
def bulk_delete_sequence_steps(call: HandlerCall) -> Doc:
    """Delete each; children come after the deleted step's parent. The answer holds the failures only."""
    sequence = editable_sequence(call, missing=400)

    def delete(number: int) -> None:
        step = call.store.get("step", number)
        if step is None or step["_sequenceId"] != sequence["id"]:
            raise Problem(404, "sequenceStep.notFound", "Step not found.")
        _delete(call, step, "nodeOnly")

    return failures_of_each(id_list(call, "ids"), delete)


def _delete(call: HandlerCall, step: Doc, mode: str) -> None:
    children = call.store.all("step", _sequenceId=step["_sequenceId"], parentId=step["id"])
    if mode == "nodeOnly" and step["type"] == "condition" and len(children) > 1:
        raise Problem(409, "sequenceStep.stepLockedHasChildren", "Choose with mode what becomes of the branches.")
    going = {"nodeAndPositiveChildren": True, "nodeAndNegativeChildren": False}
    for child in children:
        if mode == "nodeAndAllChildren" or going.get(mode) == bool(child.get("ifConditionPositive")):
            for one in [child, *_below(call, child)]:
                _forget(call, one, None)
        else:
            changed = {**child, "parentId": step["parentId"], "ifConditionPositive": step.get("ifConditionPositive")}
            call.store.put("step", changed)
    left = call.store.all("step", _sequenceId=step["_sequenceId"], parentId=step["parentId"])
    following = next((one["id"] for one in left if one["id"] != step["id"]), None)
    _forget(call, step, following)


def _forget(call: HandlerCall, step: Doc, following: int | None) -> None:
    call.store.delete("step", step["id"])
    for membership in call.store.all("membership", _sequenceId=step["_sequenceId"]):
        if membership["_stepId"] == step["id"]:
            call.store.put("membership", {**membership, "_stepId": following})


def _below(call: HandlerCall, step: Doc) -> list[Doc]:
    steps = call.store.all("step", _sequenceId=step["_sequenceId"])
    return order_steps([{**step, "parentId": None}, *(one for one in steps if one["parentId"] is not None)])[1:]


def editable_sequence(call: HandlerCall, missing: int = 404) -> Doc:
    """The path's sequence, or the refusal that the areas of steps and variants give."""
    sequence = find_sequence(call, call.path["id"])
    if sequence is None:
        code = "notFound" if missing == 404 else "invalidInput"
        raise Problem(missing, f"sequenceStep.{code}", f"Sequence {call.path['id']} was not found.")
    return sequence


def step_or_404(call: HandlerCall) -> Doc:
    """The path's step of the path's sequence."""
    sequence = editable_sequence(call)
    number: Any = call.path["step_id"]
    step = call.store.get("step", number) if isinstance(number, int) else None
    if step is None or step["_sequenceId"] != sequence["id"]:
        raise Problem(404, "sequenceStep.notFound", f"Step {number} was not found.")
    return step

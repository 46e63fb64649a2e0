"""The steps of a sequence: read, add, replace, delete."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.areas.steps import hooks
from reply_mcp.catalog.areas.steps.area import area
from reply_mcp.catalog.areas.steps.refusals import explain_locked_step, explain_missing_step, explain_missing_steps
from reply_mcp.catalog.areas.steps.views import STEP, STEPS
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.bodies.steps import HOW, Step, Steps, StepUpdate
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.hooks.variables import (
    check_new_variables,
    check_variables,
    explain_unknown_variables,
    note_unknown_variables,
)
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.lookups.sequences import check_sequence_exists
from reply_mcp.catalog.operation import Arguments, Effect, Path, Query, WholeBody
from reply_mcp.catalog.undo import cannot, created, created_in_bulk, replaced
from reply_mcp.catalog.views import Done, PerItem

Ids = Annotated[list[int], Field(min_length=1, max_length=MOST)]
LIST_STEPS = 'reply_get_sequence_steps {{"id": {id}}}'
EXPLAIN = (explain_unknown_variables, explain_locked_step, explain_missing_step)


@area.get(
    "/v3/sequences/{id}/steps",
    scope="sequences:read",
    tool="reply_get_sequence_steps",
    core=True,
    after=[check_sequence_exists, hooks.list_steps],
    explain=[explain_missing_steps],
    view=STEPS,
    also=[
        "emails of the sequence",
        "GET /v2/campaigns/:id/steps",
        "emails of campaign",
        "templates",
        "copy",
        "branches",
        "what we write in a step",
    ],
)
class GetSequenceSteps(Arguments):
    """A sequence's steps in order, with waits, texts and conditions."""

    id: Path[SequenceId]


@area.get(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:read",
    tool="reply_get_sequence_step",
    after=[hooks.describe_one_step],
    explain=[explain_missing_step],
    view=STEP,
    also=["GET /v2/campaigns/:id/steps/:stepId", "email of campaign"],
)
class GetSequenceStepById(Arguments):
    """One step with its texts."""

    id: Path[SequenceId]
    step_id: Path[int]


@area.post(
    "/v3/sequences/{id}/steps",
    scope="sequences:write",
    tool="reply_create_sequence_step",
    undo=created("DeleteSequenceStep", noun="step", id="stepId", given={"id": "id"}),
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This adds a step to {sequence}: the people in it get it in their turn.", more=hooks.describe_new_steps
    ),
    before=[check_variables],
    after=[hooks.add_sequence_id],
    explain=EXPLAIN,
    view=Done("Added {type:enum} step {id} to sequence {sequenceId}.", "reply_get_sequence_steps shows the order"),
    verify_with=LIST_STEPS,
    also=[
        "add email to campaign",
        "follow-up",
        "POST /v2/campaigns/:id/steps",
        "condition",
        "insert a step",
        "add a call task to a sequence",
        "step after another",
        "add a wait",
    ],
)
class CreateSequenceStep(Arguments):
    """Adds one step. Needs parentId where the sequence has conditions."""

    id: Path[SequenceId]
    step: WholeBody[Step] = Field(description=f"Such as {HOW}")


@area.put(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:write",
    tool="reply_update_sequence_step",
    undo=replaced(hooks.read_texts, noun="step"),
    effect=Effect.DELETE,
    effect_for=hooks.update_effect,
    preview=hooks.preview_update,
    before=[
        check_new_variables(hooks.read_texts),
        remember_texts(hooks.read_texts, *hooks.TEXTS),
        hooks.keep_step,
        hooks.note_lost_variants,
    ],
    after=[note_replaced_texts],
    explain=EXPLAIN,
    view=Done("Step {stepId} is changed.", "reply_get_sequence_step shows it"),
    verify_with='reply_get_sequence_step {{"id": {id}, "stepId": {stepId}}}',
    also=[
        "edit email",
        "change wait",
        "PATCH /v2/campaigns/:id/steps",
        "rewrite",
        "reorder steps",
        "move a step",
        "shorten an email",
        "rewrite a step",
        "delay between steps",
    ],
)
class UpdateSequenceStep(Arguments):
    """Changes a step; what is left out stays (one more request), but variants left out are DELETED. For one text:
    reply_update_sequence_step_variant."""

    id: Path[SequenceId]
    step_id: Path[int]
    step: WholeBody[StepUpdate] = Field(description="Each variant to keep, with its id")


@area.delete(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:write",
    tool="reply_delete_sequence_step",
    undo=cannot("A step made anew stands at another place, without its people and its numbers."),
    preview=hooks.preview_deletion,
    explain=[explain_locked_step, explain_missing_step],
    view=Done("Step {stepId} of sequence {id} is deleted.", "reply_get_sequence_steps shows the rest"),
    verify_with=LIST_STEPS,
    also=["remove email", "drop follow-up", "DELETE /v2/campaigns/:id/steps/:stepId"],
)
class DeleteSequenceStep(Arguments):
    """Deletes a step. Steps after it move up unless mode says otherwise; a condition needs a mode."""

    id: Path[SequenceId]
    step_id: Path[int]
    mode: Query[
        Literal["nodeOnly", "nodeAndAllChildren", "nodeAndPositiveChildren", "nodeAndNegativeChildren"] | None
    ] = None


@area.post(
    "/v3/sequences/{id}/steps/bulk",
    scope="sequences:write",
    tool="reply_bulk_create_sequence_steps",
    undo=created_in_bulk("BulkDeleteSequenceSteps", noun="step", given={"id": "id"}),
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This adds steps to {sequence}: the people in it get them in their turn.", more=hooks.describe_new_steps
    ),
    before=[check_variables],
    after=[note_unknown_variables],
    explain=EXPLAIN,
    view=PerItem("step", "added", "steps", "reply_get_sequence_steps shows the order"),
    verify_with=LIST_STEPS,
    also=["add emails to campaign", "follow-ups", "build"],
)
class BulkCreateSequenceSteps(Arguments):
    """Adds several steps, each after the one before."""

    id: Path[SequenceId]
    steps: WholeBody[Steps] = Field(min_length=1, description=f"In order: {HOW}")


@area.post(
    "/v3/sequences/{id}/steps/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequence_steps",
    undo=cannot("Steps made anew stand at other places, without their people and their numbers."),
    effect=Effect.DELETE,
    preview=hooks.preview_deletions,
    explain=[explain_locked_step, explain_missing_step],
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("step", "deleted", "ids", "reply_get_sequence_steps shows the rest"),
    verify_with=LIST_STEPS,
    also=["remove emails", "clear"],
)
class BulkDeleteSequenceSteps(Arguments):
    """Deletes several steps; those after each move up."""

    id: Path[SequenceId]
    ids: Ids = Field(description="Step ids")

"""The steps of sequences and the variants that a step rotates between."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.areas.steps.area import area
from reply_mcp.catalog.areas.steps.hooks import (
    delete_step_preview,
    delete_steps_preview,
    in_true_order,
    keeps_what_is_not_given,
    locked_step,
    missing_sequence_or_step,
    no_steps_of_nothing,
    one_readable,
    properties_as_rows,
    same_step,
    says_what_is_lost,
    update_effect,
    update_preview,
    variant_preview,
    variants_readable,
    with_sequence,
)
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.bodies.steps import Attachments, Step, StepUpdate
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.step_rows import STEP_COLUMNS
from reply_mcp.catalog.hooks.variables import check_variables, explain_unknown_variables, note_unknown_variables
from reply_mcp.catalog.lookups.sequences import check_sequence_exists
from reply_mcp.catalog.operation import Arguments, Effect, Part, Path, Query, WholeBody
from reply_mcp.catalog.views import Blocks, Column, Done, PerItem, Table

Ids = Annotated[list[int], Field(min_length=1, max_length=MOST)]

STEPS = Blocks(
    Table("steps", STEP_COLUMNS, empty="The sequence has no steps: reply_bulk_create_sequence_steps adds them."),
    "{_number} {_summary} ({id})",
    one="reply_get_sequence_step has each whole.",
)
STEP = Blocks(Table("step", STEP_COLUMNS), "Step {id}: {_summary}")
VARIANTS = Blocks(
    Table(
        "variants",
        ("id", Column("on", "isEnabled", "flag"), "subject", Column("text", "message", "html")),
        empty="This step has no variants.",
    ),
    "{_label}",
)
LIST_STEPS = 'reply_get_sequence_steps {{"id": {id}}}'
LIST_VARIANTS = 'reply_get_sequence_step_variants {{"id": {id}, "stepId": {stepId}}}'
EXPLAIN = (explain_unknown_variables, locked_step, missing_sequence_or_step)


@area.get(
    "/v3/sequences/{id}/steps",
    scope="sequences:read",
    tool="reply_get_sequence_steps",
    core=True,
    after=[check_sequence_exists, in_true_order],
    explain=[no_steps_of_nothing],
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
    """Its steps in order with waits, texts per variant and conditions."""

    id: Path[SequenceId]


@area.get(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:read",
    tool="reply_get_sequence_step",
    after=[one_readable],
    explain=[missing_sequence_or_step],
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
    before=[drop_nulls, check_variables],
    after=[with_sequence],
    explain=EXPLAIN,
    view=Done("Added {type} step {id} to sequence {sequenceId}.", "reply_get_sequence_steps shows the order"),
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
    """Adds one step. With conditions in the sequence it needs parentId."""

    id: Path[SequenceId]
    step: WholeBody[Step] = Field(
        description="Shaped by type (email, linkedIn, call, sms, whatsApp, zapier, task, condition)"
    )


@area.put(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:write",
    tool="reply_update_sequence_step",
    effect=Effect.DELETE,
    effect_for=update_effect,
    preview=update_preview,
    before=[drop_nulls, check_variables, same_step, says_what_is_lost],
    explain=EXPLAIN,
    view=Done("Step {stepId} is replaced.", "reply_get_sequence_step shows it"),
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
    """Replaces a step whole: read it first (detail=full). Variants left out are DELETED; for one text use
    reply_update_sequence_step_variant."""

    id: Path[SequenceId]
    step_id: Path[int]
    step: WholeBody[StepUpdate] = Field(description="As read, changed; each variant with its id")


@area.delete(
    "/v3/sequences/{id}/steps/{step_id}",
    scope="sequences:write",
    tool="reply_delete_sequence_step",
    preview=delete_step_preview,
    explain=[locked_step, missing_sequence_or_step],
    view=Done("Step {stepId} of sequence {id} is deleted.", "reply_get_sequence_steps shows the rest"),
    verify_with=LIST_STEPS,
    also=["remove email", "drop follow-up", "DELETE /v2/campaigns/:id/steps/:stepId"],
)
class DeleteSequenceStep(Arguments):
    """Deletes a step. Those after it move up unless mode says otherwise; a condition needs a mode."""

    id: Path[SequenceId]
    step_id: Path[int]
    mode: Query[
        Literal["nodeOnly", "nodeAndAllChildren", "nodeAndPositiveChildren", "nodeAndNegativeChildren"] | None
    ] = None


@area.post(
    "/v3/sequences/{id}/steps/bulk",
    scope="sequences:write",
    tool="reply_bulk_create_sequence_steps",
    before=[drop_nulls, check_variables],
    after=[note_unknown_variables],
    explain=EXPLAIN,
    view=PerItem("step", "added", "steps", "reply_get_sequence_steps shows the order"),
    verify_with=LIST_STEPS,
    also=["add emails to campaign", "follow-ups", "build"],
)
class BulkCreateSequenceSteps(Arguments):
    """Adds several, each after the one before."""

    id: Path[SequenceId]
    steps: WholeBody[list[Step]] = Field(min_length=1, description="In order; shaped by type")


@area.post(
    "/v3/sequences/{id}/steps/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequence_steps",
    effect=Effect.DELETE,
    preview=delete_steps_preview,
    explain=[locked_step, missing_sequence_or_step],
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("step", "deleted", "ids", "reply_get_sequence_steps shows the rest"),
    verify_with=LIST_STEPS,
    also=["remove emails", "clear"],
)
class BulkDeleteSequenceSteps(Arguments):
    """Deletes several; the steps after each move up."""

    id: Path[SequenceId]
    ids: Ids = Field(description="Step ids")


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/enable",
    scope="sequences:operate",
    tool="reply_enable_sequence_step_variants",
    idempotent=True,
    explain=[locked_step, missing_sequence_or_step],
    view=PerItem("variant", "in rotation", "variantIds"),
    verify_with=LIST_VARIANTS,
    also=["A/B test arm on", "switch on"],
)
class EnableSequenceStepVariants(Arguments):
    """Puts variants back into rotation."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_ids: list[int] = Field(min_length=1)


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/disable",
    scope="sequences:operate",
    tool="reply_disable_sequence_step_variants",
    idempotent=True,
    explain=[locked_step, missing_sequence_or_step],
    view=PerItem("variant", "out of rotation", "variantIds"),
    verify_with=LIST_VARIANTS,
    also=["A/B test arm off", "stop losing version"],
)
class DisableSequenceStepVariants(Arguments):
    """Takes variants out of rotation without deleting them."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_ids: list[int] = Field(min_length=1)


@area.get(
    "/v3/sequences/{id}/steps/{step_id}/variants",
    scope="sequences:read",
    tool="reply_get_sequence_step_variants",
    after=[variants_readable],
    explain=[missing_sequence_or_step],
    view=VARIANTS,
    also=["A/B test", "versions", "email texts"],
)
class GetSequenceStepVariants(Arguments):
    """The texts that a step rotates between."""

    id: Path[SequenceId]
    step_id: Path[int]


class Variant(Part):
    subject: str | None = Field(None, description="Emails")
    message: str = Field(min_length=1, description="HTML for emails")
    is_enabled: bool = True
    attachment_ids: Attachments = None


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants",
    scope="sequences:write",
    tool="reply_create_sequence_step_variant",
    before=[drop_nulls, check_variables],
    explain=EXPLAIN,
    view=Done("Added variant {id} to step {stepId}."),
    verify_with=LIST_VARIANTS,
    also=["A/B test", "another version", "try another opening line", "split test", "different subject"],
)
class CreateSequenceStepVariant(Arguments):
    """Adds a text for the step to rotate to; on unless isEnabled is false."""

    id: Path[SequenceId]
    step_id: Path[int]
    subject: str | None = Field(None, description="Emails")
    message: str = Field(min_length=1, description="HTML for emails")
    is_enabled: bool = True
    attachment_ids: Attachments = None


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants/bulk",
    scope="sequences:write",
    tool="reply_bulk_create_sequence_step_variants",
    before=[drop_nulls, check_variables],
    explain=EXPLAIN,
    view=PerItem("variant", "added", "variants"),
    verify_with=LIST_VARIANTS,
    also=["A/B tests", "versions"],
)
class BulkCreateSequenceStepVariants(Arguments):
    """Adds several texts to one step."""

    id: Path[SequenceId]
    step_id: Path[int]
    variants: WholeBody[list[Variant]] = Field(min_length=1)


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequence_step_variants",
    effect=Effect.DELETE,
    preview="This deletes variants {ids} of step {stepId} in sequence {id}.",
    explain=[locked_step, missing_sequence_or_step],
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("variant", "deleted", "ids"),
    verify_with=LIST_VARIANTS,
    also=["remove versions"],
)
class BulkDeleteSequenceStepVariants(Arguments):
    """Deletes several texts of one step."""

    id: Path[SequenceId]
    step_id: Path[int]
    ids: Ids = Field(description="Variant ids")


@area.put(
    "/v3/sequences/{id}/steps/{step_id}/variants/{variant_id}",
    scope="sequences:write",
    tool="reply_update_sequence_step_variant",
    before=[drop_nulls, check_variables, keeps_what_is_not_given],
    explain=EXPLAIN,
    view=Done("Variant {variantId} of step {stepId} is changed."),
    verify_with=LIST_VARIANTS,
    also=[
        "edit email text",
        "rewrite subject",
        "fix typo",
        "shorten an email",
        "change wording",
        "change subject line",
        "opening line",
    ],
)
class UpdateSequenceStepVariant(Arguments):
    """Changes one text; what is left out stays (one more request)."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_id: Path[int]
    subject: str | None = None
    message: str = Field(min_length=1, description="HTML for emails")
    is_enabled: bool | None = None
    attachment_ids: Attachments = Field(None, description="[] removes them")


@area.delete(
    "/v3/sequences/{id}/steps/{step_id}/variants/{variant_id}",
    scope="sequences:write",
    tool="reply_delete_sequence_step_variant",
    preview=variant_preview,
    explain=[locked_step, missing_sequence_or_step],
    view=Done("Variant {variantId} of step {stepId} is deleted."),
    verify_with=LIST_VARIANTS,
    also=["remove version", "A/B test loser"],
)
class DeleteSequenceStepVariant(Arguments):
    """Deletes a text never sent; a step keeps at least one that is on."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_id: Path[int]


@area.get(
    "/v3/sequences/steps/contact-filter-properties",
    scope="sequences:read",
    tool="reply_list_condition_properties",
    after=[properties_as_rows],
    view=Table("properties", ("property", Column("operators", kind="list"), Column("values", kind="list"))),
    also=["branching", "if", "operators", "rules"],
)
class GetConditionProperties(Arguments):
    """What a condition step can test: contact properties, their operators and values."""

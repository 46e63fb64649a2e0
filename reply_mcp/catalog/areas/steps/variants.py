"""The variants of a step: the texts that it rotates between."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.steps import variant_hooks as hooks
from reply_mcp.catalog.areas.steps.area import area
from reply_mcp.catalog.areas.steps.operations import EXPLAIN, Ids
from reply_mcp.catalog.areas.steps.refusals import explain_locked_step, explain_missing_step
from reply_mcp.catalog.areas.steps.views import VARIANTS
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.bodies.steps import Attachments
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.hooks.variables import check_new_variables, check_variables
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.operation import Arguments, Effect, InOrder, Nullable, Part, Path, WholeBody
from reply_mcp.catalog.undo import cannot, created, created_in_bulk, membership, replaced
from reply_mcp.catalog.views import Done, PerItem

LIST_VARIANTS = 'reply_get_sequence_step_variants {{"id": {id}, "stepId": {stepId}}}'


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/enable",
    scope="sequences:operate",
    tool="reply_enable_sequence_step_variants",
    undo=membership(
        "DisableSequenceStepVariants",
        "variantIds",
        hooks.enabled_variants,
        read=hooks.read_variants,
        joins=True,
        says="{who} of step {stepId} off again",
        noun="variant",
    ),
    before=[drop_duplicate_ids],
    effect_for=send_in_running(),
    preview=preview_in_running("This puts {variantIds} of step {stepId} into rotation in {sequence}."),
    idempotent=True,
    explain=[explain_locked_step, explain_missing_step],
    view=PerItem("variant", "in rotation", "variantIds"),
    verify_with=LIST_VARIANTS,
    also=["A/B test arm on", "switch on"],
)
class EnableSequenceStepVariants(Arguments):
    """Puts variants back into rotation. 3 requests."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_ids: list[int] = Field(min_length=1)


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/disable",
    scope="sequences:operate",
    tool="reply_disable_sequence_step_variants",
    undo=membership(
        "EnableSequenceStepVariants",
        "variantIds",
        hooks.enabled_variants,
        read=hooks.read_variants,
        joins=False,
        says="{who} of step {stepId} on again",
        noun="variant",
    ),
    before=[drop_duplicate_ids],
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This takes {variantIds} of step {stepId} out of {sequence}: the others are sent instead."
    ),
    idempotent=True,
    explain=[explain_locked_step, explain_missing_step],
    view=PerItem("variant", "out of rotation", "variantIds"),
    verify_with=LIST_VARIANTS,
    also=["A/B test arm off", "stop losing version"],
)
class DisableSequenceStepVariants(Arguments):
    """Takes variants out of rotation without deleting them. 3 requests."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_ids: list[int] = Field(min_length=1)


@area.get(
    "/v3/sequences/{id}/steps/{step_id}/variants",
    scope="sequences:read",
    tool="reply_get_sequence_step_variants",
    after=[hooks.describe_variants],
    explain=[explain_missing_step],
    view=VARIANTS,
    also=["A/B test", "versions", "email texts"],
)
class GetSequenceStepVariants(Arguments):
    """The texts that a step rotates between."""

    id: Path[SequenceId]
    step_id: Path[int]


class Variant(Part):
    """A text to add."""

    subject: Nullable[str] = Field(None, description="Emails")
    message: str = Field(min_length=1, description="HTML or text")
    is_enabled: bool = True
    attachment_ids: Nullable[Attachments] = None


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants",
    scope="sequences:write",
    tool="reply_create_sequence_step_variant",
    undo=created("DeleteSequenceStepVariant", noun="variant", id="variantId", given={"id": "id", "stepId": "stepId"}),
    effect_for=send_in_running(),
    preview=preview_in_running("This adds a text to step {stepId} of {sequence}."),
    before=[hooks.convert_email_texts, check_variables],
    explain=EXPLAIN,
    view=Done("Added variant {id} to step {stepId}."),
    verify_with=LIST_VARIANTS,
    also=["A/B test", "another version", "try another opening line", "split test", "different subject"],
)
class CreateSequenceStepVariant(Arguments):
    """Adds a text for the step to rotate to; on unless isEnabled is false."""

    id: Path[SequenceId]
    step_id: Path[int]
    subject: Nullable[str] = Field(None, description="Emails")
    message: str = Field(min_length=1, description="HTML or text")
    is_enabled: bool = True
    attachment_ids: Nullable[Attachments] = None


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants/bulk",
    scope="sequences:write",
    tool="reply_bulk_create_sequence_step_variants",
    undo=created_in_bulk("BulkDeleteSequenceStepVariants", noun="variant", given={"id": "id", "stepId": "stepId"}),
    effect_for=send_in_running(),
    preview=preview_in_running("This adds texts to step {stepId} of {sequence}."),
    before=[hooks.convert_email_texts, check_variables],
    explain=EXPLAIN,
    view=PerItem("variant", "added", "variants"),
    verify_with=LIST_VARIANTS,
    also=["A/B tests", "versions"],
)
class BulkCreateSequenceStepVariants(Arguments):
    """Adds several texts to one step."""

    id: Path[SequenceId]
    step_id: Path[int]
    variants: WholeBody[InOrder[list[Variant]]] = Field(min_length=1)


@area.post(
    "/v3/sequences/{id}/steps/{step_id}/variants/bulk-delete",
    scope="sequences:write",
    tool="reply_bulk_delete_sequence_step_variants",
    undo=cannot("Variants made anew begin without their numbers: reply_create_sequence_step_variant."),
    effect=Effect.DELETE,
    preview=hooks.preview_deletions,
    explain=[explain_locked_step, explain_missing_step],
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
    undo=replaced(hooks.read_variant, noun="variant"),
    effect_for=send_in_running(),
    preview=preview_in_running(
        "This changes {variantId} of step {stepId} in {sequence}: people get it as it is then.",
        more=hooks.describe_change,
    ),
    before=[
        hooks.convert_email_texts,
        check_new_variables(hooks.read_variant),
        remember_texts(hooks.read_variant, "subject", "message"),
        keep_unset_fields(hooks.held_variant, "message"),
    ],
    after=[note_replaced_texts],
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
    subject: Nullable[str] = Field(None, description="Null: none")
    message: str | None = Field(None, min_length=1, description="HTML or text")
    is_enabled: bool | None = None
    attachment_ids: Nullable[Attachments] = Field(None, description="[] removes them")


@area.delete(
    "/v3/sequences/{id}/steps/{step_id}/variants/{variant_id}",
    scope="sequences:write",
    tool="reply_delete_sequence_step_variant",
    undo=cannot("A variant made anew begins without its numbers: reply_create_sequence_step_variant."),
    preview=hooks.preview_deletion,
    explain=[explain_locked_step, explain_missing_step],
    view=Done("Variant {variantId} of step {stepId} is deleted."),
    verify_with=LIST_VARIANTS,
    also=["remove version", "A/B test loser"],
)
class DeleteSequenceStepVariant(Arguments):
    """Deletes a text that was never sent; a step keeps at least one that is on."""

    id: Path[SequenceId]
    step_id: Path[int]
    variant_id: Path[int]

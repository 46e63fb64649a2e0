"""Prompts by which the AI comments on LinkedIn posts."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.templates import ai_prompt_hooks as hooks
from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.areas.templates.bodies import AiPromptId, PromptText, StepType, Trial
from reply_mcp.catalog.areas.templates.views import TRIAL
from reply_mcp.catalog.arguments.named_ids import LinkedInAccountId
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Column, Done, Table

LIST_PROMPTS = 'reply_list_ai_prompts {{"stepType": "commentOnRecentPost"}}'


@area.get(
    "/v3/ai-prompts",
    scope="sequences:read",
    tool="reply_list_ai_prompts",
    beta=True,
    view=Table("AI prompts", ("id", "name", Column("scope", kind="enum"), "text"), shown_elsewhere=("stepType",)),
    also=["LinkedIn comment prompts", "AI instructions"],
)
class ListAiPrompts(Arguments):
    """Prompts for AI comments on LinkedIn posts: Reply's library and your own."""

    step_type: Query[StepType]


@area.post(
    "/v3/ai-prompts",
    scope="sequences:write",
    tool="reply_create_ai_prompt",
    undo=created("DeleteAiPrompt", noun="prompt"),
    beta=True,
    view=Done('Created AI prompt {id} "{name}".'),
    verify_with=LIST_PROMPTS,
    also=["new comment prompt", "AI instructions"],
)
class CreateAiPrompt(Arguments):
    """Saves a prompt of your own. Try it first: reply_preview_ai_prompt_on_sample."""

    name: str = Field(max_length=256)
    text: PromptText
    step_type: StepType


@area.put(
    "/v3/ai-prompts/{id}",
    scope="sequences:write",
    tool="reply_update_ai_prompt",
    undo=replaced(hooks.read_prompt, noun="prompt"),
    beta=True,
    before=[
        remember_texts(hooks.read_prompt, "text"),
        keep_unset_fields(hooks.read_prompt, "name", "text"),
    ],
    after=[note_replaced_texts],
    view=Done('AI prompt {id} "{name}" is changed.'),
    verify_with=LIST_PROMPTS,
    also=["edit comment prompt", "rename"],
)
class UpdateAiPrompt(Arguments):
    """Changes a prompt of your own; what is left out stays (one more request)."""

    id: Path[AiPromptId]
    name: str | None = Field(None, max_length=256)
    text: PromptText | None = None


@area.delete(
    "/v3/ai-prompts/{id}",
    scope="sequences:write",
    tool="reply_delete_ai_prompt",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    beta=True,
    preview=hooks.preview_deletion,
    view=Done("Deleted AI prompt {id}; steps that use it keep its text."),
    verify_with=LIST_PROMPTS,
    also=["remove comment prompt"],
)
class DeleteAiPrompt(Arguments):
    """Deletes a prompt of your own."""

    id: Path[AiPromptId]


@area.post(
    "/v3/ai-prompts/preview/sample",
    scope="sequences:operate",
    tool="reply_preview_ai_prompt_on_sample",
    beta=True,
    effect=Effect.READ,
    after=[hooks.describe_outcome],
    view=TRIAL,
    also=["try comment prompt"],
)
class PreviewAiPromptOnSamplePost(Trial):
    """Tries a prompt on a made-up post: free, a limited number of times a day. Nothing is posted."""


@area.post(
    "/v3/ai-prompts/preview/linkedin-post",
    scope="sequences:operate",
    tool="reply_preview_ai_prompt_on_post",
    undo=cannot("Credits that were spent stay spent."),
    beta=True,
    effect=Effect.SPEND,
    preview=hooks.preview_spending,
    after=[hooks.describe_outcome],
    view=TRIAL,
    also=["try comment prompt on real person"],
)
class PreviewAiPromptOnLinkedInPost(Trial):
    """Tries a prompt on somebody's latest post: one credit, even without a comment. Nothing is posted."""

    linked_in_profile_url: str
    linked_in_account_id: LinkedInAccountId = Field(description="Reads the post")
    skip_if_no_posts_in_days: Nullable[int] = Field(None, ge=1, le=90)

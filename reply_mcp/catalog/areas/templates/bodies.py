"""Arguments that several calls on templates share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.arguments.named_ids import Named, SequenceId
from reply_mcp.catalog.operation import Arguments, Nullable, Path, Query

TemplateId = Annotated[
    int | str, Named("email template", "ListEmailTemplates", ("name",), "reply_list_email_templates", "name")
]
TemplateFolderId = Annotated[
    int | str, Named("template folder", "ListEmailTemplateFolders", ("name",), "reply_list_template_folders")
]
AiPromptId = Annotated[
    int | str,
    Named(
        "AI prompt", "ListAiPrompts", ("name",), "reply_list_ai_prompts", given=(("stepType", "commentOnRecentPost"),)
    ),
]
Owned = Literal["personal", "team"]
AttachmentIds = Annotated[list[int], Field(max_length=3)]
PromptText = Annotated[str, Field(max_length=2000)]
StepType = Literal["commentOnRecentPost"]


class OneTemplate(Arguments):
    """Names one email template."""

    id: Path[TemplateId]


class OneFolder(Arguments):
    """Names one folder; ids are unique within a type only."""

    id: Path[TemplateFolderId]
    folder_type: Query[str] = Field(alias="folder_type", description="personal, team, community or organization")


class Trial(Arguments):
    """A prompt to try out."""

    prompt_text: PromptText
    skip_topics: list[str] | None = Field(None, description="Not to comment on")
    sequence_id: Nullable[SequenceId] = Field(None, description="For its variables")

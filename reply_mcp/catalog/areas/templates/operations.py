"""What is written once and used again: email and sequence templates, AI prompts, attachments."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from reply_mcp.catalog.areas.templates import hooks
from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.arguments.files import File, FileLimits, Upload
from reply_mcp.catalog.arguments.named_ids import (
    ContactId,
    EmailAccountId,
    LinkedInAccountId,
    Named,
    SequenceId,
)
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Email, Paged, Path, Query
from reply_mcp.catalog.views import Blocks, Card, Column, Done, Table

TemplateId = Annotated[
    int | str, Named("email template", "ListEmailTemplates", ("name",), "reply_list_email_templates", "name")
]
TemplateFolderId = Annotated[
    int | str, Named("template folder", "ListEmailTemplateFolders", ("name",), "reply_list_template_folders")
]
Owned = Literal["personal", "team"]
AttachmentIds = Annotated[list[int], Field(max_length=3)]
PromptText = Annotated[str, Field(max_length=2000)]
StepType = Literal["commentOnRecentPost"]

TEMPLATE_COLUMNS = (
    "id",
    "name",
    "subject",
    Column("of", "folderType", "enum"),
    Column("folder", "folderId"),
    Column("attachments", "attachments.fileName", "list"),
)
TEMPLATE = Blocks(
    Table("email template", (*TEMPLATE_COLUMNS, Column("body", "body", "html"))),
    'Email template {id} "{name}": {_facts}',
)
FOLDER_COLUMNS = ("id", "name", Column("of", "folderType", "enum"), Column("default", "isDefault", "flag"))
PREVIEW = Card(
    "{_result}",
    (
        (Column("comment", "commentText", "outside"),),
        (Column("post", "postText", "outside"),),
        (Column("topic", "detectedTopic"), Column("link", "postUrl")),
    ),
    shown_elsewhere=("outcome",),
)
READ_TEMPLATE = 'reply_get_email_template {{"id": {id}}}'
LIST_FOLDERS = "reply_list_template_folders {{}}"
LIST_PROMPTS = 'reply_list_ai_prompts {{"stepType": "commentOnRecentPost"}}'


class OneTemplate(Arguments):
    """Names one email template."""

    id: Path[TemplateId]


class OneFolder(Arguments):
    """Names one folder; ids count within a type."""

    id: Path[TemplateFolderId]
    folder_type: Query[str] = Field(alias="folder_type", description="personal, team, community or organization")


@area.get(
    "/v3/email-templates",
    scope="sequences:read",
    tool="reply_list_email_templates",
    after=[drop_repeated_rows],
    view=Table("email templates", TEMPLATE_COLUMNS, empty="No template matches. reply_create_email_template."),
    also=["saved emails", "snippets", "canned replies", "find template", "saved texts", "canned emails"],
)
class ListEmailTemplates(Paged):
    """Email templates you can use. Whole sequences: reply_list_sequence_templates."""

    name: Query[str | None] = Field(None, description="Part of it")
    folder_id: Query[TemplateFolderId | None] = Field(None, alias="folder_id")
    folder_type: Query[str | None] = Field(None, alias="folder_type", description="Such as personal, shared")
    is_default: Query[bool | None] = Field(None, alias="is_default")


@area.post(
    "/v3/email-templates",
    scope="sequences:write",
    tool="reply_create_email_template",
    before=[drop_nulls],
    explain=[hooks.unknown_variables],
    view=Done('Created email template {id} "{name}".', "reply_render_email_template shows it filled in"),
    verify_with='reply_list_email_templates {{"name": "{name}"}}',
    also=["save email", "new snippet", "canned reply", "save a text as template", "save snippet"],
)
class CreateEmailTemplate(Arguments):
    """Saves a text for reuse, under a name not yet taken."""

    name: str = Field(max_length=255)
    subject: str | None = None
    body: str = Field(description="HTML; variables: reply_list_template_variables")
    folder_id: TemplateFolderId | None = None
    folder_type: Owned
    attachment_ids: AttachmentIds | None = Field(None, description="Of reply_upload_template_attachment")


@area.get(
    "/v3/email-templates/{id}",
    scope="sequences:read",
    tool="reply_get_email_template",
    after=[hooks.template_readable],
    view=TEMPLATE,
    also=["read saved email", "snippet text"],
)
class GetEmailTemplate(Arguments):
    """One template with its text; the HTML itself with detail=full."""

    id: Path[TemplateId]


@area.put(
    "/v3/email-templates/{id}",
    scope="sequences:write",
    tool="reply_update_email_template",
    before=[
        keep_unset_fields(
            hooks.held_template,
            "name",
            "subject",
            "body",
            "attachment_ids",
            never_null=("name", "body", "attachment_ids"),
        )
    ],
    explain=[hooks.unknown_variables],
    view=Done('Email template {id} "{name}" is changed.'),
    verify_with=READ_TEMPLATE,
    also=["edit saved email", "rename template", "rewrite snippet"],
)
class UpdateEmailTemplate(OneTemplate):
    """Changes what is given; the rest stays (one more request). Null clears the subject, [] the attachments."""

    name: str | None = Field(None, max_length=255)
    subject: str | None = None
    body: str | None = Field(None, description="HTML")
    attachment_ids: AttachmentIds | None = Field(None, description="All of them")


@area.delete(
    "/v3/email-templates/{id}",
    scope="sequences:write",
    tool="reply_delete_email_template",
    preview=hooks.delete_preview,
    view=Done("Deleted email template {id}."),
    verify_with=READ_TEMPLATE,
    also=["remove saved email"],
)
class DeleteEmailTemplate(OneTemplate):
    """Deletes a template."""


@area.post(
    "/v3/email-templates/{id}/clone",
    scope="sequences:write",
    tool="reply_clone_email_template",
    view=Done('Created email template {id} "{name}" as a copy.'),
    verify_with='reply_list_email_templates {{"name": "Copy of"}}',
    also=["duplicate saved email"],
)
class CloneEmailTemplate(Arguments):
    """Copies a template into the same folder."""

    id: Path[TemplateId]


@area.post(
    "/v3/email-templates/{id}/move",
    scope="sequences:write",
    tool="reply_move_email_template",
    idempotent=True,
    view=Done("Email template {id} is in {folderType} folder {folderId} now."),
    verify_with=READ_TEMPLATE,
    also=["file template", "change folder"],
)
class MoveEmailTemplate(Arguments):
    """Files a template in another folder."""

    id: Path[TemplateId]
    folder_id: TemplateFolderId
    folder_type: Owned = Field(description="The folder's")


@area.post(
    "/v3/email-templates/{id}/render",
    scope="sequences:operate",
    tool="reply_render_email_template",
    effect=Effect.READ,
    after=[hooks.rendered],
    view=Blocks(
        Table("rendered", ("subject", Column("body", "body", "html"))), "Template {id} for contact {contactId}"
    ),
    also=[
        "preview email",
        "merge fields",
        "personalize",
        "fill in variables",
        "how a template looks for a contact",
        "preview with real data",
    ],
)
class RenderEmailTemplate(Arguments):
    """Shows a template filled in for a contact, and which variables have no value. Sends nothing."""

    id: Path[TemplateId]
    contact_id: ContactId
    sequence_id: SequenceId | None = None
    email_account_id: EmailAccountId | None = Field(None, description="For the sender's variables")


@area.post(
    "/v3/email-templates/{id}/send-test",
    scope="sequences:operate",
    tool="reply_send_test_email",
    effect=Effect.SEND,
    preview=hooks.test_preview,
    view=Done("Sent a test of template {id} to {email}."),
    silent=True,
    also=["test template", "send to myself"],
)
class SendTestEmailTemplate(OneTemplate):
    """Sends a real email with the template to any address."""

    email: Email
    email_account_id: EmailAccountId = Field(description="Sender")


@area.get(
    "/v3/email-templates/variables",
    scope="sequences:read",
    tool="reply_list_template_variables",
    after=[hooks.variables_in_rows],
    view=Table("variables", ("key", "group", "description")),
    also=["merge tags", "placeholders", "personalization", "GET /v1/internal/variables", "{{FirstName}}"],
)
class GetEmailTemplateVariables(Arguments):
    """The variables that templates and steps can use."""


@area.get(
    "/v3/email-template-folders",
    scope="sequences:read",
    tool="reply_list_template_folders",
    view=Table("template folders", FOLDER_COLUMNS),
    also=["email template categories"],
)
class ListEmailTemplateFolders(Arguments):
    """All folders of email templates."""


@area.post(
    "/v3/email-template-folders",
    scope="sequences:write",
    tool="reply_create_template_folder",
    view=Done('Created {folderType} folder {id} "{name}".'),
    verify_with=LIST_FOLDERS,
    also=["new template category"],
)
class CreateEmailTemplateFolder(Arguments):
    """Makes a folder for email templates."""

    name: str = Field(max_length=128)
    folder_type: Owned


@area.get(
    "/v3/email-template-folders/{id}",
    scope="sequences:read",
    tool="reply_get_template_folder",
    view=Card('Folder {id} "{name}"', ((Column("of", "folderType", "enum"), Column("default", "isDefault", "flag")),)),
    also=["template category"],
)
class GetEmailTemplateFolder(OneFolder):
    """One folder."""


@area.put(
    "/v3/email-template-folders/{id}",
    scope="sequences:write",
    tool="reply_rename_template_folder",
    view=Done('Folder {id} is now called "{name}".'),
    verify_with=LIST_FOLDERS,
    also=["update template category"],
)
class UpdateEmailTemplateFolder(OneFolder):
    """Renames a folder; default ones stay."""

    name: str = Field(max_length=128)


@area.delete(
    "/v3/email-template-folders/{id}",
    scope="sequences:write",
    tool="reply_delete_template_folder",
    preview=hooks.folder_preview,
    view=Done("Deleted folder {id}."),
    verify_with=LIST_FOLDERS,
    also=["remove template category"],
)
class DeleteEmailTemplateFolder(OneFolder):
    """Deletes a folder. A team's must be empty; templates of a personal one stay, unfiled."""


@area.post(
    "/v3/email-template-folders/{id}/share",
    scope="sequences:write",
    tool="reply_share_template_folder",
    view=Done('Folder {id} "{name}" and its templates are the team\'s now.'),
    verify_with=LIST_FOLDERS,
    also=["publish templates to team"],
)
class ShareEmailTemplateFolder(Arguments):
    """Gives a personal folder with its templates to the team. No call takes it back."""

    id: Path[TemplateFolderId]


@area.post(
    "/v3/email-template-attachments",
    tool="reply_upload_template_attachment",
    view=Done("Uploaded {fileName} as attachment {id}.", "Give it in attachmentIds of an email template"),
    also=["attach file to template", "PDF"],
)
class UploadEmailTemplateAttachment(Arguments):
    """Uploads a file for email templates."""

    file: Annotated[File[Upload], FileLimits()]


@area.get(
    "/v3/sequence-templates",
    scope="sequences:read",
    tool="reply_list_sequence_templates",
    after=[hooks.templates_in_rows],
    view=Table(
        "sequence templates",
        (
            "id",
            "name",
            Column("of", "scope"),
            Column("steps", "stepTypes", "list"),
            Column("conditions", "isConditional", "flag"),
            "description",
        ),
        empty="There are no sequence templates.",
    ),
    also=["blueprints", "campaign templates", "ready-made sequences"],
)
class GetSequenceTemplates(Arguments):
    """Blueprints of whole sequences. Single emails: reply_list_email_templates."""


@area.delete(
    "/v3/sequence-templates/{id}",
    scope="sequences:write",
    tool="reply_delete_sequence_template",
    before=[hooks.deletable_template],
    preview=hooks.sequence_template_preview,
    view=Done("Deleted sequence template {id}."),
    verify_with="reply_list_sequence_templates {{}}",
    also=["remove blueprint"],
)
class DeleteSequenceTemplate(Arguments):
    """Deletes a blueprint for all who share it. One more request."""

    id: Path[UUID]


@area.get(
    "/v3/ai-prompts",
    scope="sequences:read",
    tool="reply_list_ai_prompts",
    beta=True,
    view=Table("AI prompts", ("id", "name", Column("of", "scope", "enum"), "text"), shown_elsewhere=("stepType",)),
    also=["LinkedIn comment prompts", "AI instructions"],
)
class ListAiPrompts(Arguments):
    """Prompts by which the AI comments on LinkedIn posts: Reply's library and your own."""

    step_type: Query[StepType]


@area.post(
    "/v3/ai-prompts",
    scope="sequences:write",
    tool="reply_create_ai_prompt",
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
    beta=True,
    before=[keep_unset_fields(hooks.held_prompt, "name", "text", never_null=("name", "text"))],
    view=Done('AI prompt {id} "{name}" is changed.'),
    verify_with=LIST_PROMPTS,
    also=["edit comment prompt", "rename"],
)
class UpdateAiPrompt(Arguments):
    """Changes a prompt of your own; what is left out stays (one more request)."""

    id: Path[int]
    name: str | None = Field(None, max_length=256)
    text: PromptText | None = None


@area.delete(
    "/v3/ai-prompts/{id}",
    scope="sequences:write",
    tool="reply_delete_ai_prompt",
    beta=True,
    preview=hooks.prompt_preview,
    view=Done("Deleted AI prompt {id}; steps that use it keep its text."),
    verify_with=LIST_PROMPTS,
    also=["remove comment prompt"],
)
class DeleteAiPrompt(Arguments):
    """Deletes a prompt of your own."""

    id: Path[int]


class Trial(Arguments):
    """A prompt to try."""

    prompt_text: PromptText
    skip_topics: list[str] | None = Field(None, description="Not to comment on")
    sequence_id: SequenceId | None = Field(None, description="For its variables")


@area.post(
    "/v3/ai-prompts/preview/sample",
    scope="sequences:operate",
    tool="reply_preview_ai_prompt_on_sample",
    beta=True,
    effect=Effect.READ,
    before=[drop_nulls],
    after=[hooks.outcome_said],
    view=PREVIEW,
    also=["try comment prompt"],
)
class PreviewAiPromptOnSamplePost(Trial):
    """Tries a prompt on an invented post: free, a limited number a day, nothing is posted."""


@area.post(
    "/v3/ai-prompts/preview/linkedin-post",
    scope="sequences:operate",
    tool="reply_preview_ai_prompt_on_post",
    beta=True,
    effect=Effect.SPEND,
    before=[drop_nulls],
    preview=hooks.credit_preview,
    after=[hooks.outcome_said],
    view=PREVIEW,
    also=["try comment prompt on real person"],
)
class PreviewAiPromptOnLinkedInPost(Trial):
    """Tries a prompt on somebody's latest post: one credit, whatever comes of it. Nothing is posted."""

    linked_in_profile_url: str
    linked_in_account_id: LinkedInAccountId = Field(description="Reads the post")
    skip_if_no_posts_in_days: int | None = Field(None, ge=1, le=90)


@area.post(
    "/v3/attachments",
    scope="other:write",
    tool="reply_upload_attachment",
    view=Done("Uploaded {fileName} as attachment {id}.", "Give it in attachmentIds of steps, replies and emails"),
    also=["attach file", "send PDF", "upload document"],
)
class UploadAttachment(Arguments):
    """Uploads a file for steps, replies and direct emails. For templates: reply_upload_template_attachment."""

    file: Annotated[File[Upload], FileLimits()]


@area.post(
    "/v3/attachments/voice",
    tool="reply_upload_voice_message",
    view=Done("Uploaded {fileName}, {lengthInSeconds} s, as voice attachment {id}."),
    also=["LinkedIn voice note", "audio"],
)
class UploadVoiceAttachment(Arguments):
    """Turns a recording of at most 60 seconds into a LinkedIn voice message."""

    file: Annotated[File[Upload], FileLimits()]

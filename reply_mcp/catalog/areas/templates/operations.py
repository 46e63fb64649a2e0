"""Email templates: find, read, create, change, fill in, test."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.templates import hooks as hooks
from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.areas.templates.bodies import AttachmentIds, OneTemplate, Owned, TemplateFolderId, TemplateId
from reply_mcp.catalog.areas.templates.views import TEMPLATE, TEMPLATE_COLUMNS
from reply_mcp.catalog.arguments.html_text import HtmlText
from reply_mcp.catalog.arguments.named_ids import ContactId, EmailAccountId, SequenceId
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.hooks.variables import explain_unknown_variables
from reply_mcp.catalog.operation import Arguments, Effect, Email, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, made_again, replaced, shown_by
from reply_mcp.catalog.views import Blocks, Column, Done, Table

READ_TEMPLATE = 'reply_get_email_template {{"id": {id}}}'


@area.get(
    "/v3/email-templates",
    scope="sequences:read",
    tool="reply_list_email_templates",
    after=[drop_repeated_rows],
    view=Table(
        "email templates",
        TEMPLATE_COLUMNS,
        empty="No such templates. reply_create_email_template makes one.",
    ),
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
    undo=created("DeleteEmailTemplate", "GetEmailTemplate", noun="email template"),
    explain=[explain_unknown_variables],
    view=Done('Created email template {id} "{name}".', "reply_render_email_template shows it filled in"),
    verify_with='reply_list_email_templates {{"name": "{name}"}}',
    also=["save email", "new snippet", "canned reply", "save a text as template", "save snippet"],
)
class CreateEmailTemplate(Arguments):
    """Saves a text for reuse, under a name not yet taken."""

    name: str = Field(max_length=255)
    subject: Nullable[str] = None
    body: HtmlText = Field(description="HTML or text; variables: reply_list_template_variables")
    folder_id: Nullable[TemplateFolderId] = None
    folder_type: Owned
    attachment_ids: AttachmentIds | None = Field(None, description="Of reply_upload_template_attachment")


@area.get(
    "/v3/email-templates/{id}",
    scope="sequences:read",
    tool="reply_get_email_template",
    after=[hooks.describe_template],
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
    undo=replaced(hooks.read_template, noun="email template"),
    before=[
        remember_texts(hooks.read_template, "subject", "body"),
        keep_unset_fields(hooks.read_template, "name", "body"),
    ],
    after=[note_replaced_texts],
    explain=[explain_unknown_variables],
    view=Done('Email template {id} "{name}" is changed.'),
    verify_with=READ_TEMPLATE,
    also=["edit saved email", "rename template", "rewrite snippet"],
)
class UpdateEmailTemplate(OneTemplate):
    """Changes what is given; the rest stays (one more request). Null clears the subject, [] the attachments."""

    name: str | None = Field(None, max_length=255)
    subject: Nullable[str] = None
    body: HtmlText | None = Field(None, description="HTML or text")
    attachment_ids: AttachmentIds | None = Field(None, description="All of them")


@area.delete(
    "/v3/email-templates/{id}",
    scope="sequences:write",
    tool="reply_delete_email_template",
    undo=made_again(
        "CreateEmailTemplate", shown_by("GetEmailTemplate"), "email template", "Its attachments are not on it."
    ),
    preview=hooks.preview_deletion,
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
    undo=created("DeleteEmailTemplate", "GetEmailTemplate", noun="email template"),
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
    undo=replaced("GetEmailTemplate", noun="email template", together=True),
    effect_for=hooks.effect_of_filing,
    preview=hooks.preview_filing,
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
    after=[hooks.describe_rendering],
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
    sequence_id: Nullable[SequenceId] = None
    email_account_id: Nullable[EmailAccountId] = Field(None, description="For the sender's variables")


@area.post(
    "/v3/email-templates/{id}/send-test",
    scope="sequences:operate",
    tool="reply_send_test_email",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    before=[hooks.check_test_address],
    preview=hooks.preview_test,
    view=Done("Sent a test of template {id} to {email}."),
    silent=True,
    verify_with="the inbox of {email}",
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
    after=[hooks.list_variables],
    view=Table("variables", ("key", "group", "description")),
    also=["merge tags", "placeholders", "personalization", "GET /v1/internal/variables", "{{FirstName}}"],
)
class GetEmailTemplateVariables(Arguments):
    """The variables that templates and steps can use."""

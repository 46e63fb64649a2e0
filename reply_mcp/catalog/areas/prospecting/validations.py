"""Checking contacts' addresses before they are emailed; enriching contacts, which Reply has not released."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.prospecting import validation_hooks
from reply_mcp.catalog.areas.prospecting.area import area
from reply_mcp.catalog.areas.prospecting.views import ESTIMATE
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.operation import Arguments, Effect, Nullable
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done

ContactIds = Annotated[list[ContactId], Field(min_length=1, max_length=10_000)]


@area.post(
    "/v3/email-validations/estimate",
    scope="contacts:read",
    tool="reply_estimate_email_validation",
    effect=Effect.READ,
    after=[validation_hooks.describe_blockers],
    view=ESTIMATE,
    also=["price of verifying emails", "validation credits", "what would it cost", "balance"],
)
class EstimateEmailValidation(Arguments):
    """What validating addresses would cost, and what is against it. Free."""

    contact_ids: ContactIds
    accept_partial: Nullable[bool] = None


@area.post(
    "/v3/email-validations/schedule",
    scope="contacts:operate",
    tool="reply_schedule_email_validation",
    undo=cannot("Credits that were spent stay spent."),
    effect=Effect.SPEND,
    preview=validation_hooks.preview_validation,
    explain=[validation_hooks.explain_refused_validation],
    view=Done(
        "{scheduledCount:contact is|contacts are} being validated, {creditsReserved:credit|credits} reserved.",
        'reply_get_background_job {{"jobId": "{jobId}"}} shows when it is done.',
    ),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["verify emails", "clean list", "check addresses", "bounce check", "email verification"],
)
class ScheduleEmailValidation(Arguments):
    """Checks contacts' addresses in the background, a credit each; failed ones are refunded."""

    contact_ids: ContactIds
    accept_partial: Nullable[bool] = Field(None, description="As many as there are credits for")


for _id, _path, _about in (
    ("EnrichContactsByEmail", "enrich-by-email", "Fill in missing details of contacts that have an email address."),
    ("FindContactEmails", "find-emails", "Find the missing email addresses of contacts."),
    ("FindContactPhones", "find-phones", "Find phone numbers for contacts."),
    ("EnrichContactsByLinkedIn", "enrich-by-linkedin", "Fill in contacts from their LinkedIn profiles."),
    ("EnrichContactsWithAiCustomFields", "enrich-ai-custom-fields", "Let AI fill the AI custom fields of contacts."),
):
    area.coming_soon(_id, "POST", f"/v3/contacts/{_path}", _about)

"""Offers: what the AI SDR pitches to whom."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import Llm, OfferText
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change, create_or_find, describe_copy
from reply_mcp.catalog.areas.ai_sdr.deletion_hooks import preview_offer_deletion
from reply_mcp.catalog.areas.ai_sdr.named_ids import OfferId
from reply_mcp.catalog.areas.ai_sdr.views import OFFER
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.lookups.running import preview_where_any_runs, send_where_any_runs
from reply_mcp.catalog.operation import MB, Arguments, File, FileLimits, Paged, Path, Query
from reply_mcp.catalog.undo import CHANGES_NOTHING, cannot, created, replaced
from reply_mcp.catalog.views import Done, Table

READ_OFFER = 'reply_get_offer {{"id": {id}}}'
FIND_OFFER = 'reply_list_offers {{"search": "{name}"}}'


@area.get(
    "/v3/ai-sdr/offers",
    scope="ai-sdr:read",
    tool="reply_list_offers",
    view=Table("offers", ("id", "name"), empty="No such offer. reply_create_offer makes one."),
    also=["AI SDR", "value propositions", "pitches", "company context"],
)
class ListOffers(Paged):
    """Offers: what the AI SDR pitches to whom."""

    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/offers",
    scope="ai-sdr:write",
    tool="reply_create_offer",
    undo=created("DeleteOffer", "GetOffer", noun="offer"),
    run=create_or_find("ListOffers", "reply_list_offers", "offer"),
    view=Done('Created offer {id} "{name}".', "reply_create_ai_sdr_sequence or reply_update_ai_sdr_settings uses it"),
    verify_with=FIND_OFFER,
    also=["AI SDR", "value proposition", "new pitch", "ICP", "pain points"],
    example={
        "name": "Warehouse robots",
        "icp": "Heads of operations at logistics companies",
        "painPoints": ["Picking errors"],
        "callToActions": ["15 minutes this week?"],
    },
    one_at_a_time=["name"],
)
class CreateOffer(OfferText, Arguments):
    """A pitch: company, ideal customer, pains, proofs. From a website: reply_generate_offer_from_website."""

    name: str = Field(min_length=1, max_length=200)


@area.get(
    "/v3/ai-sdr/offers/{id}",
    scope="ai-sdr:read",
    tool="reply_get_offer",
    view=OFFER,
    also=["AI SDR", "pitch", "value propositions", "ICP"],
)
class GetOffer(Arguments):
    """One offer with all its texts."""

    id: Path[OfferId]


@area.patch(
    "/v3/ai-sdr/offers/{id}",
    scope="ai-sdr:write",
    tool="reply_update_offer",
    undo=replaced("GetOffer", noun="offer"),
    effect_for=send_where_any_runs("name"),
    preview=preview_where_any_runs("This changes {given} of offer {id}, by which the AI writes."),
    before=[remember_texts("GetOffer", *OfferText.model_fields)],
    after=[note_replaced_texts],
    view=Done('Updated offer {id} "{name}".'),
    verify_with=READ_OFFER,
    also=["AI SDR", "edit pitch", "ICP", "pain points", "value propositions"],
)
class UpdateOffer(OfferText, Arguments):
    """Changes what is given, for all sequences on it; a list given replaces the list held. 2 requests."""

    id: Path[OfferId]
    name: str | None = Field(None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def changes(self) -> UpdateOffer:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/offers/{id}",
    scope="ai-sdr:write",
    tool="reply_delete_offer",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=preview_offer_deletion,
    view=Done("Offer {id} is deleted."),
    verify_with=READ_OFFER,
    also=["AI SDR", "remove pitch"],
)
class DeleteOffer(Arguments):
    """Deletes an offer for good."""

    id: Path[OfferId]


@area.post(
    "/v3/ai-sdr/offers/{id}/duplicate",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_duplicate_offer",
    undo=created("DeleteOffer", "GetOffer", noun="offer"),
    after=[describe_copy("offer", "id", "reply_list_offers", "reply_update_offer adapts it.")],
    view=Done("{outcome}"),
    verify_with="reply_list_offers {{}}",
    also=["AI SDR", "copy pitch", "clone"],
)
class DuplicateOffer(Arguments):
    """Copies an offer."""

    id: Path[OfferId]


@area.post(
    "/v3/ai-sdr/offers/generate",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_generate_offer_from_website",
    undo=CHANGES_NOTHING,
    aliases=["reply_generate_offer"],
    view=Done("The AI drafts an offer."),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["AI SDR", "draft pitch", "company URL", "from brief", "scan website"],
    example={"prompt": "https://example.com", "attachmentIds": [31]},
)
class GenerateOffer(Arguments):
    """Has the AI draft an offer from a website or a brief; the background job's result holds it."""

    prompt: str = Field(min_length=1, max_length=2000, description="URL or brief")
    attachment_ids: list[int] | None = Field(None, max_length=10, description="reply_upload_offer_attachment")
    provider_llm: Llm | None = Field(None, alias="providerLLM")


@area.post(
    "/v3/ai-sdr/offers/generation-attachments",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_upload_offer_attachment",
    undo=cannot("Reply's API deletes no upload; nothing reads it until an offer is generated from it."),
    view=Done('Uploaded "{name}" as {id}.', "reply_generate_offer_from_website takes it in attachmentIds"),
    also=["AI SDR", "document to read", "brochure"],
)
class UploadOfferGenerationAttachment(Arguments):
    """A document for the AI to draft an offer from: up to 10 MB; txt, pdf, doc, docx, rtf."""

    file: Annotated[File[Upload], FileLimits(10 * MB, (".txt", ".pdf", ".doc", ".docx", ".rtf"))]

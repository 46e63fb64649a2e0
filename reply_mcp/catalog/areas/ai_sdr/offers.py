"""What the AI writes from and how: offers and playbooks. And what finds ideas: the strategist, intent signals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import offer_hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import Llm, OfferText
from reply_mcp.catalog.areas.ai_sdr.change_hooks import copied, created_or_found, gives_a_change
from reply_mcp.catalog.areas.ai_sdr.named_ids import OfferId, PlaybookId
from reply_mcp.catalog.arguments.files import (
    MB,
    File,
    FileLimits,
    Upload,
)
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Paged, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, Table

OFFER = Card(
    "Offer {id}: {name}",
    (
        (Column("company", "companyName"), Column("ideal customer", "icp"), Column("reason", "reasonForOutreach")),
        (Column("about it", "companyDescription"),),
        (Column("pain points", "painPoints"),),
        (Column("value", "valuePropositions"),),
        (Column("proof", "proofPoints"), Column("case studies", "caseStudies")),
        (Column("calls to action", "callToActions"),),
    ),
)
READ_OFFER = 'reply_get_offer {{"id": {id}}}'
READ_PLAYBOOK = 'reply_get_playbook {{"id": "{id}"}}'
FIND_OFFER = 'reply_list_offers {{"search": "{name}"}}'
FIND_PLAYBOOK = 'reply_list_playbooks {{"search": "{name}"}}'


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
    before=[drop_nulls],
    run=created_or_found("ListOffers", "reply_list_offers", "offer"),
    view=Done('Created offer {id} "{name}".', "reply_create_ai_sdr_sequence or reply_update_ai_sdr_settings uses it"),
    verify_with=FIND_OFFER,
    also=["AI SDR", "value proposition", "new pitch", "ICP", "pain points"],
    example={
        "name": "Warehouse robots",
        "icp": "Heads of operations at logistics companies",
        "painPoints": ["Picking errors"],
        "callToActions": ["15 minutes this week?"],
    },
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
    before=[drop_nulls],
    view=Done('Updated offer {id} "{name}".'),
    verify_with=READ_OFFER,
    also=["AI SDR", "edit pitch", "ICP", "pain points", "value propositions"],
)
class UpdateOffer(OfferText, Arguments):
    """Changes what is given, for all sequences on it; a list given replaces the list held."""

    id: Path[OfferId]
    name: str | None = Field(None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def changes(self) -> UpdateOffer:
        gives_a_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/offers/{id}",
    scope="ai-sdr:write",
    tool="reply_delete_offer",
    preview=offer_hooks.offer_preview,
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
    after=[copied("offer", "id", "reply_list_offers", "reply_update_offer adapts it.")],
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
    aliases=["reply_generate_offer"],
    before=[drop_nulls],
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
    view=Done('Uploaded "{name}" as {id}.', "reply_generate_offer_from_website takes it in attachmentIds"),
    also=["AI SDR", "document to read", "brochure"],
)
class UploadOfferGenerationAttachment(Arguments):
    """A document for the AI to draft an offer from: up to 10 MB; txt, pdf, doc, docx, rtf."""

    file: Annotated[File[Upload], FileLimits(10 * MB, (".txt", ".pdf", ".doc", ".docx", ".rtf"))]


PLAYBOOK = Card(
    "Playbook {id}: {name}",
    (
        (
            Column("scope", "type", "enum"),
            Column("author", "owner"),
            Column("updated", "lastUpdatedAt", "date"),
        ),
        (Column("about", "description"),),
        (Column("text", "body"),),
    ),
    tables=(Table("style files", ("id", Column("file", "fileName")), items="styleFiles"),),
    shown_elsewhere=("authorUserId", "ownerUserId"),
)


@area.get(
    "/v3/ai-sdr/playbooks",
    scope="ai-sdr:read",
    tool="reply_list_playbooks",
    after=[offer_hooks.authors_as_owners, add_names_of("owner")],
    view=Table(
        "playbooks",
        (
            "id",
            "name",
            Column("about", "description"),
            Column("scope", "type", "enum"),
            Column("author", "owner"),
            Column("updated", "lastUpdatedAt", "date"),
        ),
        empty="No such playbook. reply_create_playbook makes one.",
        shown_elsewhere=("authorUserId", "ownerUserId"),
    ),
    also=["AI SDR", "writing guidelines", "tone of voice", "style guide"],
)
class ListPlaybooks(Paged):
    """Playbooks: how the AI SDR writes. Ids start with g- (Reply's), o- (organization) or t- (team)."""

    type: Query[Literal["global", "organization", "team"] | None] = None
    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/playbooks",
    scope="ai-sdr:write",
    tool="reply_create_playbook",
    run=created_or_found("ListPlaybooks", "reply_list_playbooks", "playbook"),
    view=Done('Created playbook {id} "{name}".', "reply_attach_playbook_to_sequence makes a sequence follow it"),
    verify_with=FIND_PLAYBOOK,
    also=["AI SDR", "writing guidelines", "tone", "style guide", "prompt"],
)
class CreatePlaybook(Arguments):
    """New writing rules for the AI SDR; whose they are (type) cannot be changed later."""

    name: str = Field(min_length=1, max_length=128)
    body: str = Field(description="The rules, in Markdown")
    type: Literal["organization", "team"]
    description: Annotated[str, AlwaysSent()] = Field("", max_length=1000)


@area.get(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:read",
    tool="reply_get_playbook",
    after=[offer_hooks.authors_as_owners, add_names_of("owner")],
    view=PLAYBOOK,
    also=["AI SDR", "writing guidelines", "style files"],
)
class GetPlaybook(Arguments):
    """One playbook: its text and style files."""

    id: Path[PlaybookId]


@area.patch(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:write",
    tool="reply_update_playbook",
    before=[drop_nulls, offer_hooks.not_replys_own],
    view=Done('Updated playbook {id} "{name}".'),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "edit writing guidelines", "tone"],
)
class UpdatePlaybook(Arguments):
    """Changes what is given, for all sequences that follow it. Reply's own (g-) cannot be changed, only copied."""

    id: Path[PlaybookId]
    name: str | None = Field(None, min_length=1, max_length=128)
    description: str | None = Field(None, max_length=1000)
    body: str | None = None

    @model_validator(mode="after")
    def changes(self) -> UpdatePlaybook:
        gives_a_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:write",
    tool="reply_delete_playbook",
    before=[offer_hooks.not_replys_own],
    preview=offer_hooks.playbook_preview,
    view=Done("Playbook {id} is deleted."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "remove writing guidelines"],
)
class DeletePlaybook(Arguments):
    """Deletes a playbook of the team or organization."""

    id: Path[PlaybookId]


@area.post(
    "/v3/ai-sdr/playbooks/{id}/duplicate",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_duplicate_playbook",
    after=[copied("playbook", "id", "reply_list_playbooks", "reply_update_playbook adapts it.")],
    view=Done("{outcome}"),
    verify_with="reply_list_playbooks {{}}",
    also=["AI SDR", "copy", "clone", "adapt global playbook"],
)
class DuplicatePlaybook(Arguments):
    """Copies a playbook, also one of Reply's own."""

    id: Path[PlaybookId]


@area.post(
    "/v3/ai-sdr/playbooks/{playbook_id}/style-files",
    scope="ai-sdr:write",
    tool="reply_upload_playbook_style_file",
    before=[offer_hooks.not_replys_own],
    view=Done('Playbook {playbookId} has style file {id} "{fileName}".'),
    verify_with='reply_get_playbook {{"id": "{playbookId}"}}',
    also=["AI SDR", "tone guide", "writing samples", "brand voice"],
)
class UploadPlaybookStyleFile(Arguments):
    """Adds a writing sample that the AI draws on at once."""

    playbook_id: Path[PlaybookId]
    file: Annotated[File[Upload], FileLimits()]


@area.delete(
    "/v3/ai-sdr/playbooks/{playbook_id}/style-files/{style_file_id}",
    scope="ai-sdr:write",
    tool="reply_delete_playbook_style_file",
    before=[offer_hooks.not_replys_own],
    preview="This deletes style file {styleFileId} of playbook {playbookId}.",
    view=Done("Style file {styleFileId} of playbook {playbookId} is deleted."),
    verify_with='reply_get_playbook {{"id": "{playbookId}"}}',
    also=["AI SDR", "remove tone guide"],
)
class DeletePlaybookStyleFile(Arguments):
    """Deletes a writing sample."""

    playbook_id: Path[PlaybookId]
    style_file_id: Path[int] = Field(ge=1)


@area.post(
    "/v3/ai-sdr/strategist/start",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_start_strategist",
    before=[drop_nulls],
    view=Done("The strategist is at work."),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["AI SDR", "campaign ideas", "outreach strategy", "brainstorm", "build sequences from website"],
)
class StartStrategist(Arguments):
    """Has the AI think up outreach for a company and build a sequence from each idea, in a background job; one run at
    a time per team."""

    company_name: str = Field(max_length=200)
    company_url: str | None = Field(None, max_length=256)


@area.get(
    "/v3/ai-sdr/intent-signals/industries",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_intent_industries",
    view=Table("industries", ("id", "name"), empty="No such industry: try a part of the name."),
    also=["AI SDR intent signals", "industry ids", "job hiring"],
)
class ListIntentSignalIndustries(Paged):
    """Industry ids for intent signals."""

    search: Query[str | None] = None


@area.get(
    "/v3/ai-sdr/intent-signals/technologies",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_intent_technologies",
    view=Table("technologies", ("slug", "name"), empty="No such technology: try a part of the name."),
    also=["AI SDR intent signals", "tech stack", "technographics"],
)
class ListIntentSignalTechnologies(Paged):
    """Technology slugs for intent signals."""

    search: Query[str | None] = None


area.coming_soon("StartAiWebSearch", "POST", "/v3/ai-web-search/start", "Find new contacts for a sequence on the web.")
area.coming_soon("ListAiWebSearches", "GET", "/v3/ai-web-search/searches", "The web searches of a sequence.")

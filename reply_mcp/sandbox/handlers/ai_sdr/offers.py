"""AI SDR offers: what a company has to say, written by hand or drafted from a brief."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from reply_mcp.sandbox.handlers.ai_sdr.schemas import MODEL, OFFER
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Array, Integer, Object, String, read_body
from reply_mcp.sandbox.records.ai_texts import draft_offer
from reply_mcp.sandbox.records.jobs import accepted_reply, start_job
from reply_mcp.sandbox.records.ownership import team_record_or_404
from reply_mcp.sandbox.store import Doc, public_fields

LARGEST = 10_485_760
FORMATS = (".txt", ".pdf", ".doc", ".docx", ".rtf")
DRAFTING = 12
"""Seconds that the AI takes for an offer."""

_GENERATE = Object(
    {"prompt": String(2000, 1), "attachmentIds": Array(Integer(), most=10), "providerLLM": MODEL}, ("prompt",)
)
_FIELDS = {"name": String(200, 1), **OFFER}
_LISTS = ("caseStudies", "painPoints", "proofPoints", "valuePropositions", "callToActions")


@operation("ListOffers")
def list_offers(call: HandlerCall) -> Doc:
    """A page of ids and names."""
    wanted = call.query.get("search", "").strip().lower()
    offers = [one for one in call.store.all("offer", _teamId=call.key.team_id) if wanted in one["name"].lower()]
    return paginate(
        call, [{"id": one["id"], "name": one["name"]} for one in offers], 100, code="offer.invalidPagination"
    )


@operation("CreateOffer")
def create_offer(call: HandlerCall) -> HandlerResponse:
    """Keep an offer; only its name is required."""
    sent = read_body(call, Object(_FIELDS, ("name",)))
    doc: Doc = {"id": None, **dict.fromkeys(_FIELDS), **{name: [] for name in _LISTS}, **sent}
    return HandlerResponse(201, _shown(call, call.store.put("offer", {**doc, "_teamId": call.key.team_id})))


@operation("GetOffer")
def get_offer(call: HandlerCall) -> Doc:
    """One offer in full."""
    return _shown(call, _offer(call))


@operation("UpdateOffer")
def update_offer(call: HandlerCall) -> Doc:
    """Change what is sent; lists are replaced."""
    own = _offer(call)
    return _shown(call, call.store.put("offer", {**own, **read_body(call, Object(_FIELDS), some=True)}))


@operation("DeleteOffer")
def delete_offer(call: HandlerCall) -> HandlerResponse:
    """Delete an offer; sequences keep what they were written from."""
    call.store.delete("offer", _offer(call)["id"])
    return HandlerResponse(204)


@operation("DuplicateOffer")
def duplicate_offer(call: HandlerCall) -> HandlerResponse:
    """Copy an offer."""
    own = _offer(call)
    copy = {**own, "id": None, "name": f"{own['name'][:193]} (copy)"}
    return HandlerResponse(201, _shown(call, call.store.put("offer", copy)))


@operation("GenerateOffer")
def generate_offer(call: HandlerCall) -> HandlerResponse:
    """Draft an offer in the background; it is the job's result, and is not kept."""
    sent = read_body(call, _GENERATE)
    documents = [call.store.get("offerAttachment", number) for number in sent.get("attachmentIds", [])]
    draft = draft_offer(sent["prompt"], [one["name"] for one in documents if one])
    job = start_job(call, "offer-generation", DRAFTING, data=sent, result=draft)
    return accepted_reply(job)


@operation("UploadOfferGenerationAttachment")
def upload_offer_generation_attachment(call: HandlerCall) -> Doc:
    """Keep a document to draft from."""
    file = call.files.get("file")
    if file is None or not file.content:
        raise Problem(400, "offer.invalidParameter", "A file is required.")
    if len(file.content) > LARGEST:
        raise Problem(400, "offer.invalidParameter", "The file is larger than 10 MB.")
    if PurePath(file.name).suffix.lower() not in FORMATS:
        raise Problem(400, "offer.invalidParameter", f"Supported formats: {', '.join(FORMATS)}.")
    doc: Doc = {"id": None, "name": file.name, "_size": len(file.content), "_teamId": call.key.team_id}
    return public_fields(call.store.put("offerAttachment", doc))


def _offer(call: HandlerCall) -> Doc:
    return team_record_or_404(call, "offer", "offer.notFound", "Offer")


def _shown(call: HandlerCall, offer: Doc) -> Doc:
    """Texts that are not set are null on the wire, and empty as documented."""
    missing: Any = "" if call.documented else None
    return {name: missing if value is None else value for name, value in public_fields(offer).items()}

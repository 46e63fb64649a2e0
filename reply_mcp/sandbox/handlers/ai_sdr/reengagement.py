"""Re-engagement: cards that write to people who went quiet, in flows that people are on."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.handlers.ai_sdr.answering import WRITING, add_media, drop_media, writing_view
from reply_mcp.sandbox.handlers.ai_sdr.knowledge_bases import content_page, contents
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation
from reply_mcp.sandbox.http.schemas import Boolean, Enum, Integer, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.knowledge_base import (
    blank_writing,
    content_or_404,
    content_view,
    knowledge_base_or_404,
    put_content,
)
from reply_mcp.sandbox.records.membership import find_membership
from reply_mcp.sandbox.records.ownership import name_taken
from reply_mcp.sandbox.store import Doc, Store

_CARD: dict[str, Schema] = {
    "name": String(256, 1),
    "instructions": String(2048, 1),
    **WRITING,
    "sendAfter": Integer(1),
    "isEnabled": Boolean(),
    "deliveryMode": Enum(("draft", "auto")),
}
_NEW_CARD = Object({**_CARD, "flowId": String()}, ("name", "instructions", "sendAfter"))
_FLOW: dict[str, Schema] = {"name": String(256, 1), "description": Nullable(String(512))}
_WHO = Object({"sequenceId": Integer(1), "contactId": Integer(1)}, ("sequenceId", "contactId"))


@operation("ListReengagementCards", text_ids=True)
def list_reengagement_cards(call: HandlerCall) -> Doc:
    """A page of one flow's cards in short form; without `flow_id`, of the default flow's."""
    base = knowledge_base_or_404(call)
    wanted = call.query.get("flow_id", "").lower() or _default(call.store, base["id"])["_uuid"]
    names = ("id", "name", "instructions", "sendAfter", "createdAt", "isEnabled", "deliveryMode")
    cards = [content_view(one) for one in contents(call, "reengagementCard", "name") if one["_flow"] == wanted]
    return content_page(call, [{name: card[name] for name in names} for card in cards])


@operation("CreateReengagementCard", text_ids=True)
def create_reengagement_card(call: HandlerCall) -> HandlerResponse:
    """Keep a card, switched on; without a flow it belongs to the default one."""
    base, sent = knowledge_base_or_404(call), read_body(call, _NEW_CARD)
    flow = str(sent.pop("flowId", "")).lower() or _default(call.store, base["id"])["_uuid"]
    if flow not in [one["_uuid"] for one in call.store.all("reengagementFlow", _baseId=base["id"])]:
        raise Problem(404, "knowledgeBase.notFound", f"Reengagement flow {flow} was not found.")
    doc = {**blank_writing(), "isEnabled": True, **sent, "createdAt": call.clock.iso(), "_flow": flow}
    _refuse_clash(call.store, base["id"], doc)
    return HandlerResponse(201, writing_view(call, put_content(call.store, "reengagementCard", base["id"], doc)))


def _refuse_clash(store: Store, base_id: int, card: Doc) -> None:
    for other in store.all("reengagementCard", _baseId=base_id):
        same = other["_flow"] == card["_flow"] and other["sendAfter"] == card["sendAfter"]
        if same and other["id"] != card.get("id"):
            detail = f"Another card of the flow is sent after {card['sendAfter']} days."
            raise Problem(409, "knowledgeBase.conflict", detail)


@operation("GetReengagementCard", text_ids=True)
def get_reengagement_card(call: HandlerCall) -> Doc:
    """One card in full."""
    return writing_view(call, _card(call))


@operation("UpdateReengagementCard", text_ids=True)
def update_reengagement_card(call: HandlerCall) -> Doc:
    """Change what is sent; two cards of a flow never wait equally long."""
    changed = {**_card(call), **read_body(call, Object(_CARD), some=True)}
    _refuse_clash(call.store, changed["_baseId"], changed)
    return writing_view(call, call.store.put("reengagementCard", changed))


@operation("DeleteReengagementCard", text_ids=True)
def delete_reengagement_card(call: HandlerCall) -> HandlerResponse:
    """Delete a card."""
    call.store.delete("reengagementCard", _card(call)["id"])
    return HandlerResponse(204)


@operation("UploadReengagementCardMedia", text_ids=True)
def upload_reengagement_card_media(call: HandlerCall) -> HandlerResponse:
    """Send a file along with the card."""
    return add_media(call, "reengagementCard", _card(call))


@operation("DeleteReengagementCardMedia", text_ids=True)
def delete_reengagement_card_media(call: HandlerCall) -> HandlerResponse:
    """Send it along no more."""
    return drop_media(call, "reengagementCard", _card(call))


def _card(call: HandlerCall) -> Doc:
    return content_or_404(call, "reengagementCard", "reengagement_card_id", "Reengagement card")


@operation("ListReengagementFlows", text_ids=True)
def list_reengagement_flows(call: HandlerCall) -> list[Doc]:
    """A bare array of the flows."""
    return [
        _shown(call.store, one) for one in call.store.all("reengagementFlow", _baseId=knowledge_base_or_404(call)["id"])
    ]


@operation("CreateReengagementFlow", text_ids=True)
def create_reengagement_flow(call: HandlerCall) -> HandlerResponse:
    """Keep an empty flow; its name is unique in the knowledge base."""
    base, sent = knowledge_base_or_404(call), read_body(call, Object(_FLOW, ("name",)))
    _refuse_double(call.store, base["id"], sent["name"])
    doc = {"description": None, **sent, "isDefault": False, "createdAt": call.clock.iso()}
    return HandlerResponse(201, _shown(call.store, put_content(call.store, "reengagementFlow", base["id"], doc)))


@operation("UpdateReengagementFlow", text_ids=True)
def update_reengagement_flow(call: HandlerCall) -> Doc:
    """Rename or describe a flow."""
    own, sent = _flow(call), read_body(call, Object(_FLOW), some=True)
    _refuse_double(call.store, own["_baseId"], sent.get("name"), own["id"])
    return _shown(call.store, call.store.put("reengagementFlow", {**own, **sent}))


@operation("DeleteReengagementFlow", text_ids=True)
def delete_reengagement_flow(call: HandlerCall) -> HandlerResponse:
    """Delete a flow with its cards; who was on it is on the default one."""
    own = _flow(call)
    if own["isDefault"]:
        raise Problem(409, "knowledgeBase.conflict", "The default flow cannot be deleted.")
    for card in call.store.all("reengagementCard", _flow=own["_uuid"]):
        call.store.delete("reengagementCard", card["id"])
    for assigned in call.store.all("flowAssignment", flowId=own["_uuid"]):
        call.store.delete("flowAssignment", assigned["id"])
    call.store.delete("reengagementFlow", own["id"])
    return HandlerResponse(204)


@operation("DuplicateReengagementFlow", text_ids=True)
def duplicate_reengagement_flow(call: HandlerCall) -> HandlerResponse:
    """Copy a flow with its cards."""
    own, number = _flow(call), 1
    taken = {one["name"].lower() for one in call.store.all("reengagementFlow", _baseId=own["_baseId"])}
    while f"{own['name']} (copy {number})".lower() in taken:
        number += 1
    fields = {**own, "id": None, "name": f"{own['name']} (copy {number})", "isDefault": False}
    copy = put_content(call.store, "reengagementFlow", own["_baseId"], {**fields, "createdAt": call.clock.iso()})
    for card in call.store.all("reengagementCard", _flow=own["_uuid"]):
        put_content(call.store, "reengagementCard", own["_baseId"], {**card, "id": None, "_flow": copy["_uuid"]})
    return HandlerResponse(201, _shown(call.store, copy))


@operation("SetDefaultReengagementFlow", text_ids=True)
def set_default_reengagement_flow(call: HandlerCall) -> HandlerResponse:
    """Make a flow the default, in place of the one before."""
    own = _flow(call)
    for other in call.store.all("reengagementFlow", _baseId=own["_baseId"]):
        call.store.put("reengagementFlow", {**other, "isDefault": other["id"] == own["id"]})
    return HandlerResponse(204)


@operation("AssignReengagementFlow", text_ids=True)
def assign_reengagement_flow(call: HandlerCall) -> HandlerResponse:
    """Put one contact on a flow, and begin to count their silence anew."""
    own, sent = _flow(call), read_body(call, _WHO)
    settings = call.store.get("aiSdr", sent["sequenceId"])
    held = find_membership(call.store, sent["sequenceId"], sent["contactId"])
    if settings is None or settings["knowledgeBaseId"] != own["_baseId"] or held is None:
        detail = "The sequence, or the contact in it, was not found, or the sequence does not use this knowledge base."
        raise Problem(404, "knowledgeBase.notFound", detail)
    doc = {"id": held["id"], "flowId": own["_uuid"], "flowAssignedAt": call.clock.iso()}
    call.store.put("flowAssignment", doc)
    return HandlerResponse(204)


@operation("GetReengagementFlowContactsCount", text_ids=True)
def get_reengagement_flow_contacts_count(call: HandlerCall) -> HandlerResponse:
    """A bare number: the contacts on the flow, on the default one also all who were never assigned."""
    own = _flow(call)
    count = 0
    for settings in call.store.all("aiSdr", knowledgeBaseId=own["_baseId"]):
        for held in call.store.all("membership", _sequenceId=settings["id"]):
            assigned = call.store.get("flowAssignment", held["id"])
            count += assigned["flowId"] == own["_uuid"] if assigned else own["isDefault"]
    return HandlerResponse(200, count)


@operation("GetReengagementFlowState", text_ids=True)
def get_reengagement_flow_state(call: HandlerCall) -> Doc:
    """The flow that one contact was put on, or nulls."""
    knowledge_base_or_404(call)
    numbers: list[Any] = []
    for name in ("sequence_id", "contact_id"):
        if name not in call.query:
            raise call.query_error(name, f"'{name}' is required.")
        numbers.append(call.integer(name, 0, 1))
    held = find_membership(call.store, *numbers)
    assigned = call.store.get("flowAssignment", held["id"]) if held else None
    shown = assigned or {}
    return {"flowId": shown.get("flowId"), "flowAssignedAt": shown.get("flowAssignedAt")}


def _flow(call: HandlerCall) -> Doc:
    return content_or_404(call, "reengagementFlow", "flow_id", "Reengagement flow")


def _default(store: Store, base_id: int) -> Doc:
    return next(one for one in store.all("reengagementFlow", _baseId=base_id) if one["isDefault"])


def _refuse_double(store: Store, base_id: int, name: str | None, own: int | None = None) -> None:
    if name is not None and name_taken(store.all("reengagementFlow", _baseId=base_id), name, own):
        raise Problem(409, "knowledgeBase.conflict", f"A flow named '{name}' already exists.")


def _shown(store: Store, flow: Doc) -> Doc:
    cards = len(store.all("reengagementCard", _flow=flow["_uuid"]))
    return {**content_view(flow), "cardsCount": cards}

"""The seeded AI SDR: a knowledge base, offers, playbooks, two sequences and messages that wait for approval."""

from __future__ import annotations

import random
from datetime import timedelta

from reply_mcp.sandbox.clock import Clock, iso
from reply_mcp.sandbox.records.ai_sdr_sequence import ai_sequence_doc, generate_steps, settings_doc
from reply_mcp.sandbox.records.approval import queue_approval
from reply_mcp.sandbox.records.knowledge_base import blank_writing, put_content, put_knowledge_base
from reply_mcp.sandbox.records.membership import assign_accounts, membership_doc
from reply_mcp.sandbox.records.sequence import steps_of
from reply_mcp.sandbox.seed.people import MARIA, OWNER, TEAM
from reply_mcp.sandbox.store import Doc, Store

# Below what exists, so that places and steps made later keep their ids, and with them their draws.
FIRST_SEQUENCE, FIRST_PLACE, FIRST_STEP = 1_309_001, 54_100_001, 7_620_001
WAITING = 7

_OFFER: Doc = {
    "name": "Outreach for logistics teams",
    "companyName": "Northstar",
    "companyDescription": "Northstar finds freight forwarders the shippers who are about to switch.",
    "icp": "Heads of sales at freight forwarders with 50 to 500 people",
    "reasonForOutreach": "They opened an office or hired salespeople in the last quarter",
    "caseStudies": ["Meridian Freight booked 41 meetings in a quarter"],
    "painPoints": ["Lists that are out of date when they arrive"],
    "proofPoints": ["120 customers in twelve countries"],
    "valuePropositions": ["We watch the market, you talk to those who move"],
    "callToActions": ["Would fifteen minutes next week suit you?"],
}
_PLAYBOOKS = (
    ("Reply's cold outreach", "How most teams begin", "global"),
    ("Northstar voice", "Plain words, no superlatives", "organization"),
    ("DACH: formal", "Formal address, longer sentences", "team"),
)
_HANDLERS = (
    ("Asks for pricing", "Give the range, offer a call."),
    ("Is the wrong person", "Thank them and ask who is right."),
)
_CARDS = (("After a week", 7), ("After a month", 30))


def seed_ai_sdr(store: Store, clock: Clock, rng: random.Random) -> None:
    """Fill the kinds of AI SDR, Live Data's searches and their credits."""
    at = clock.ago(days=20)
    offer = store.put("offer", {"id": 301, **_OFFER, "_teamId": TEAM})
    for number, (name, description, kind) in enumerate(_PLAYBOOKS):
        body = f"# {name}\n\n{description}. Short paragraphs; one question per message."
        doc = {"id": 11 + number, "name": name, "description": description, "body": body, "type": kind}
        author = None if kind == "global" else MARIA
        store.put("playbook", {**doc, "lastUpdatedAt": at, "authorUserId": author, "styleFiles": [], "_teamId": TEAM})
    base = _knowledge(store, at)
    setup = {"generatedStepTypes": ["email", "linkedIn"], "numberOfSteps": 3}
    told: Doc = {"offerId": offer["id"], "sequenceStructureSetup": setup, "knowledgeBaseId": base["id"]}
    told |= {"playbookId": "t-13", "approvalMode": {"enabled": True}}
    _sequence(store, clock, rng, FIRST_SEQUENCE, "AI SDR: freight forwarders", told, WAITING)
    filters = {"industries": [{"value": "Financial Services", "type": "include"}]}
    free: Doc = {"offerGenerationInputs": {"companyName": "Northstar"}, "approvalMode": {"enabled": False}}
    free |= {"sequenceStructureSetup": {"generatedStepTypes": ["email"]}, "autopilot": {"filters": filters}}
    _sequence(store, clock, rng, FIRST_SEQUENCE + 7, "AI SDR: fintech finance leads", free, 0)
    search: Doc = {"id": 71, "status": "finished", "startedAt": clock.ago(days=6), "contactsFound": 12}
    search |= {"usedCredits": 22, "userId": MARIA, "sequenceId": None, "filters": filters}
    store.put("liveDataSearch", {**search, "_sent": {}, "_lists": [4101], "_teamId": TEAM})


def _knowledge(store: Store, at: str) -> Doc:
    fields = {"id": 501, "name": "Northstar product facts", "instructions": "Never promise a delivery date."}
    base = put_knowledge_base(store, TEAM, OWNER, at, fields)
    for page in ("pricing", "customers"):
        link = {"createdAt": at, "url": f"https://northstar-sales.com/{page}"}
        put_content(store, "kbLink", base["id"], link)
    put_content(store, "kbDocument", base["id"], {"createdAt": at, "name": "security.pdf", "_size": 184_220})
    for question, words in _HANDLERS:
        doc = {**blank_writing(), "typeOfQuestion": question, "instructions": words}
        doc |= {"additionalNotificationEmail": None, "createdAt": at}
        put_content(store, "replyHandler", base["id"], doc)
    flow = store.all("reengagementFlow", _baseId=base["id"])[0]["_uuid"]
    for name, days in _CARDS:
        doc = {**blank_writing(), "name": name, "instructions": "Ask whether the timing is better now."}
        doc |= {"sendAfter": days, "isEnabled": True, "createdAt": at, "_flow": flow}
        put_content(store, "reengagementCard", base["id"], doc)
    return base


def _sequence(store: Store, clock: Clock, rng: random.Random, number: int, name: str, told: Doc, people: int) -> None:
    begun = clock.started - timedelta(days=4)
    sequence = {**ai_sequence_doc(store, name, begun, {"userId": MARIA, "teamId": TEAM}), "id": number}
    sequence |= {"status": "active" if people else "new"}
    sequence["_emailAccountIds"] = [one["id"] for one in store.all("emailAccount", ownerUserId=MARIA)]
    sequence["_linkedInAccountIds"] = [one["id"] for one in store.all("linkedInAccount", ownerUserId=MARIA)]
    store.put("sequence", sequence)
    first = FIRST_STEP + number - FIRST_SEQUENCE
    generate_steps(store, number, store.put("aiSdr", settings_doc(sequence, told)), first)
    step = steps_of(store, number)[0]
    contacts = [one for one in store.all("contact", _teamId=TEAM) if one["email"] and not one["isOptedOut"]]
    for at, contact in enumerate(rng.sample(contacts, people)):
        joined = begun + timedelta(hours=at * 5)
        membership = membership_doc(sequence, contact, step, joined)
        membership["id"] = FIRST_PLACE + at
        assign_accounts(store, sequence, membership)
        membership = store.put("membership", {**membership, "_dueAt": iso(joined)})
        queue_approval(store, sequence, membership, step, contact, joined + timedelta(minutes=10))

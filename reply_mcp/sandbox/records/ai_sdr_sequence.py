"""An AI SDR sequence as it is kept: its settings, and the steps that the AI wrote for it."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records import ai_texts
from reply_mcp.sandbox.records.sequence import DEFAULT_SETTINGS, sequence_or_404
from reply_mcp.sandbox.records.step import step_doc
from reply_mcp.sandbox.store import Doc, Store, public_fields

STEPS = 3
DAY = 1440
_TONE: Doc = {
    "language": "englishUS",
    "toneOfVoice": "straightforward",
    "messageLength": "short",
    "gender": "woman",
}


def ai_sequence_doc(store: Store, name: str, at: datetime, given: Doc) -> Doc:
    """An AI SDR sequence without accounts, of the user and team given."""
    return {
        "id": None,
        "name": name[:255],
        "ownerUserId": given["userId"],
        "created": iso(at),
        "status": "new",
        "isArchived": False,
        "scheduleId": (store.get("user", given["userId"]) or {}).get("_scheduleId"),
        "settings": dict(DEFAULT_SETTINGS),
        "_emailAccountIds": [],
        "_linkedInAccountIds": [],
        "_folderId": None,
        "_isAiSdr": True,
        "_teamId": given["teamId"],
    }


def settings_doc(sequence: Doc, sent: Doc) -> Doc:
    """The settings of a new sequence, from a checked body."""
    pilot = sent.get("autopilot") or {}
    return {
        "id": sequence["id"],
        "offerId": sent.get("offerId"),
        "offerGenerationInputs": sent.get("offerGenerationInputs"),
        "toneOfVoice": {**_TONE, **sent.get("toneOfVoice", {})},
        "generatedStepTypes": sent["sequenceStructureSetup"]["generatedStepTypes"],
        "providerLLM": sent.get("providerLLM", "claude"),
        "personalizationPoints": sent.get("personalizationPoints", {"basicResearch": True}),
        "autopilot": {
            "status": "enabled" if pilot.get("enabled") else "disabled",
            "isSearchInProgress": False,
            "filters": pilot.get("filters"),
            "referenceUrl": pilot.get("referenceUrl"),
            "maxPeoplePerCompany": pilot.get("maxPeoplePerCompany", 1),
            "maxPeopleToAddPerDay": pilot.get("maxPeopleToAddPerDay", 10),
            "searchContactPhones": pilot.get("searchContactPhones", False),
            "addContactsWithoutEmailAddresses": pilot.get("addContactsWithoutEmailAddresses", False),
        },
        "playbookId": sent.get("playbookId"),
        "knowledgeBaseId": sent.get("knowledgeBaseId"),
        "approvalMode": sent.get("approvalMode", {"enabled": True}),
        "intentSignals": sent.get("intentSignals", []),
        "_teamId": sequence["_teamId"],
        "_numberOfSteps": sent["sequenceStructureSetup"].get("numberOfSteps", STEPS),
    }


def settings_view(call: HandlerCall, settings: Doc) -> Doc:
    """The settings as Reply shows them; as documented, objects that are not set are left out."""
    shown = public_fields(settings)
    del shown["id"]
    if not call.documented:
        return shown
    pilot = {name: value for name, value in shown["autopilot"].items() if name != "filters" or value is not None}
    shown = {**shown, "autopilot": pilot}
    return {name: value for name, value in shown.items() if name != "offerGenerationInputs" or value is not None}


def require_ai_sequence(call: HandlerCall) -> tuple[Doc, Doc]:
    """The sequence of the path and its AI SDR settings, or Reply's refusal."""
    sequence = sequence_or_404(call, "salesAgentSequence.notFound", parameter="sequence_id")
    settings = call.store.get("aiSdr", sequence["id"]) if sequence.get("_isAiSdr") else None
    if settings is None:
        raise Problem(400, "salesAgentSequence.invalidParameter", "The sequence is not an AI SDR sequence.")
    return sequence, settings


def generate_steps(store: Store, sequence_id: int, settings: Doc, first_id: int | None = None) -> None:
    """Let the AI write the sequence's steps, the kinds in turn; their ids are the next ones, or begin at `first_id`."""
    offer = settings["offerGenerationInputs"] or store.get("offer", settings["offerId"] or 0) or {}
    kinds, parent = settings["generatedStepTypes"], None
    for number in range(settings["_numberOfSteps"]):
        kind, turn = kinds[number % len(kinds)], number // len(kinds)
        given = {**_generated_step(kind, offer, turn), "delayInMinutes": 0 if number == 0 else 2 * DAY}
        step = step_doc(store, sequence_id, given, parent)
        if first_id is not None:
            step["id"] = first_id + number
        parent = store.put("step", step)["id"]


def _generated_step(kind: str, offer: Doc, turn: int) -> Doc:
    subject, body = ai_texts.email_text(offer, turn)
    words = ai_texts.linkedin_text(offer, turn)
    if kind == "email":
        return {"type": "email", "executionMode": "automatic", "variants": [{"subject": subject, "message": body}]}
    if kind == "linkedIn":
        action = "connect" if turn == 0 else "message"
        return _linkedin_step(action, [{"message": words}])
    if kind == "linkedInInMail":
        return _linkedin_step("inMail", [{"subject": subject, "message": words}])
    if kind == "linkedInAiVoice":
        return {"type": "linkedIn", "actionType": "voiceMessage", "audioFile": f"ai-voice-{turn + 1}.mp3"}
    return {"type": "call", "message": f"Ask about: {words}"}


def _linkedin_step(action: str, variants: list[Doc]) -> Doc:
    return {"type": "linkedIn", "actionType": action, "executionMode": "automatic", "variants": variants}

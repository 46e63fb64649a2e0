"""AI SDR sequences: created, set up, and told how freely to write and search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reply_mcp.sandbox.handlers.ai_sdr.autopilot import begin_search
from reply_mcp.sandbox.handlers.ai_sdr.playbooks import find_playbook
from reply_mcp.sandbox.handlers.ai_sdr.schemas import CREATE, STEP_TYPES, UPDATE
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Boolean, Integer, Nullable, Object, String, read_body
from reply_mcp.sandbox.records.ai_sdr_sequence import (
    ai_sequence_doc,
    generate_steps,
    require_ai_sequence,
    settings_doc,
    settings_view,
)
from reply_mcp.sandbox.records.approval import approve, pending_approvals
from reply_mcp.sandbox.records.jobs import accepted_reply, job_view, start_job
from reply_mcp.sandbox.records.membership import find_membership
from reply_mcp.sandbox.records.sequence import DEFAULT_SETTINGS, find_sequence, sequence_view, steps_of
from reply_mcp.sandbox.records.step import render_variables, variable_values
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store, merge

PERSONALIZING = 15
"""Seconds that the AI takes to write to one contact."""

_MODE = Object({"enabled": Boolean(), "approveAllPendingContacts": Nullable(Boolean())}, ("enabled",))


@operation("CreateAiSdrSequence")
def create_ai_sdr_sequence(call: HandlerCall) -> HandlerResponse:
    """Create a sequence, let the AI write its steps, and start the search where autopilot is on."""
    sent = read_body(call, CREATE)
    _check(call, sent)
    if ("offerId" in sent) == ("offerGenerationInputs" in sent):
        raise invalid(("", "Exactly one of offerId and offerGenerationInputs is required."))
    _check_references(call, sent)
    who = {"userId": call.key.user_id, "teamId": call.key.team_id}
    sequence = ai_sequence_doc(call.store, sent["name"].strip(), call.clock.now(), who)
    if "scheduleId" in sent:
        sequence["scheduleId"] = sent["scheduleId"]
    sequence["settings"] = {**DEFAULT_SETTINGS, **(call.json_object().get("settings") or {})}
    sequence["_emailAccountIds"] = list(dict.fromkeys(sent.get("emailAccounts", [])))
    sequence["_linkedInAccountIds"] = list(dict.fromkeys(sent.get("linkedInAccounts", [])))
    call.store.put("sequence", sequence)
    settings = call.store.put("aiSdr", settings_doc(sequence, sent))
    generate_steps(call.store, sequence["id"], settings)
    if settings["autopilot"]["status"] == "enabled":
        settings = begin_search(call.store, settings, call.clock.now())
    return HandlerResponse(201, {**sequence_view(call, sequence), "aiSdr": settings_view(call, settings)})


def _check(call: HandlerCall, sent: Doc) -> None:
    kinds = [one["type"] for one in sent.get("intentSignals", [])]
    if len(set(kinds)) < len(kinds):
        raise invalid(("/intentSignals", "At most one intent signal of each type is allowed."))
    pilot = sent.get("autopilot") or {}
    types = (sent.get("sequenceStructureSetup") or {}).get("generatedStepTypes")
    if types == ["email"] and pilot.get("addContactsWithoutEmailAddresses"):
        detail = "An email-only sequence cannot add contacts without email addresses."
        raise invalid(("/autopilot/addContactsWithoutEmailAddresses", detail))
    if pilot.get("enabled") and not pilot.get("filters"):
        raise Problem(400, "salesAgentSequence.invalidAutopilotFilters", "Autopilot needs filters.")


def _check_references(call: HandlerCall, sent: Doc) -> None:
    _check_offer(call, sent)
    if "playbookId" in sent and find_playbook(call, sent["playbookId"], "salesAgentSequence") is None:
        raise Problem(400, "salesAgentSequence.invalidPlaybook", "The playbook was not found.")
    if "knowledgeBaseId" in sent and not _of_team(call, "knowledgeBase", sent["knowledgeBaseId"]):
        raise Problem(404, "salesAgentSequence.invalidKnowledgeBase", "The knowledge base was not found.")
    checks = (("emailAccounts", "emailAccount"), ("linkedInAccounts", "linkedInAccount"))
    for name, kind in checks:
        for at, number in enumerate(sent.get(name, [])):
            if not _of_team(call, kind, number):
                raise invalid((f"/{name}/{at}", f"The account {number} was not found."))
    if "scheduleId" in sent and not _of_team(call, "schedule", sent["scheduleId"]):
        raise invalid(("/scheduleId", f"Schedule {sent['scheduleId']} was not found."))


def _check_offer(call: HandlerCall, sent: Doc) -> None:
    if "offerId" in sent and not _of_team(call, "offer", sent["offerId"]):
        raise Problem(400, "salesAgentSequence.invalidOffer", f"Offer {sent['offerId']} was not found.")


def _of_team(call: HandlerCall, kind: str, number: Any) -> bool:
    return (call.store.get(kind, number) or {}).get("_teamId") == call.key.team_id


@operation("GetAiSdrSequenceSettings")
def get_ai_sdr_sequence_settings(call: HandlerCall) -> Doc:
    """What the AI SDR was told for this sequence."""
    return settings_view(call, require_ai_sequence(call)[1])


@operation("UpdateAiSdrSequenceSettings")
def update_ai_sdr_sequence_settings(call: HandlerCall) -> Doc:
    """Change what is sent: objects are merged to the leaves, filters and intent signals replaced."""
    _, settings = require_ai_sequence(call)
    nulls = _nulls(call.json_object(), "")
    if nulls:
        raise invalid(*((at, "null is not allowed.") for at in nulls))
    sent = read_body(call, UPDATE, some=True)
    if "offerId" in sent and "offerGenerationInputs" in sent:
        raise invalid(("", "offerId and offerGenerationInputs exclude each other."))
    _check(call, sent)
    _check_offer(call, sent)
    changed = merge(settings, sent)
    if "filters" in sent.get("autopilot", {}):
        changed["autopilot"]["filters"] = sent["autopilot"]["filters"]
    for name, other in (("offerId", "offerGenerationInputs"), ("offerGenerationInputs", "offerId")):
        if name in sent:
            changed[other] = None
    return settings_view(call, call.store.put("aiSdr", changed))


def _nulls(value: Any, at: str) -> list[str]:
    if value is None:
        return [at]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inner for found in _nulls(one, f"{at}/{name}")]


@operation("SetAiSdrSequenceApprovalMode")
def set_ai_sdr_sequence_approval_mode(call: HandlerCall) -> HandlerResponse:
    """Hold messages for approval, or let them go; what waits goes only where asked."""
    sequence, settings = require_ai_sequence(call)
    sent = read_body(call, _MODE)
    everyone = sent.get("approveAllPendingContacts")
    if sent["enabled"] and everyone is not None:
        detail = "'approveAllPendingContacts' is accepted only when approval mode is disabled."
        raise invalid(("/approveAllPendingContacts", detail))
    call.store.put("aiSdr", {**settings, "approvalMode": {"enabled": sent["enabled"]}})
    if everyone:
        for approval in pending_approvals(call.store, call.key.team_id):
            if approval["_sequenceId"] == sequence["id"]:
                engine.send_approved(call.store, approve(call.store, approval), call.clock.now())
    return HandlerResponse(204)


@operation("SetAiSdrSequenceGeneratedStepTypes")
def set_ai_sdr_sequence_generated_step_types(call: HandlerCall) -> HandlerResponse:
    """Replace the kinds of steps, and have all steps written anew; not once someone was contacted."""
    sequence, settings = require_ai_sequence(call)
    sent = read_body(call, Object({"generatedStepTypes": STEP_TYPES}, ("generatedStepTypes",)))
    places = call.store.all("membership", _sequenceId=sequence["id"])
    if any(one["isContacted"] for one in places):
        raise Problem(409, "salesAgentSequence.stepTypesRegenerationBlocked", "The sequence has contacted people.")
    for step in call.store.all("step", _sequenceId=sequence["id"]):
        call.store.delete("step", step["id"])
    settings = call.store.put("aiSdr", {**settings, **sent})
    generate_steps(call.store, sequence["id"], settings)
    first = steps_of(call.store, sequence["id"])[0]
    for membership in places:
        engine.wait_for_step(call.store, membership, first, call.clock.now() + engine.step_delay(first))
    return HandlerResponse(204)


@operation("GetAiSdrSequencePlaybook")
def get_ai_sdr_sequence_playbook(call: HandlerCall) -> Doc:
    """The playbook that the sequence follows."""
    _, settings = require_ai_sequence(call)
    found = find_playbook(call, settings["playbookId"], "salesAgentSequence") if settings["playbookId"] else None
    if found is None:
        raise Problem(404, "salesAgentSequence.notFound", "No playbook is attached to the sequence.")
    return {"id": settings["playbookId"], "name": found["name"], "type": found["type"]}


@operation("SetAiSdrSequencePlaybook")
def set_ai_sdr_sequence_playbook(call: HandlerCall) -> HandlerResponse:
    """Follow a playbook, in place of the one before."""
    _, settings = require_ai_sequence(call)
    wanted = read_body(call, Object({"playbookId": String(least=1)}, ("playbookId",)))["playbookId"]
    if find_playbook(call, wanted, "salesAgentSequence") is None:
        raise Problem(400, "salesAgentSequence.invalidPlaybook", "The playbook was not found.")
    call.store.put("aiSdr", {**settings, "playbookId": wanted})
    return HandlerResponse(204)


@operation("ClearAiSdrSequencePlaybook")
def clear_ai_sdr_sequence_playbook(call: HandlerCall) -> HandlerResponse:
    """Follow no playbook."""
    return _clear(call, "playbookId", "No playbook is attached to the sequence.")


@operation("GetAiSdrSequenceKnowledgeBase")
def get_ai_sdr_sequence_knowledge_base(call: HandlerCall) -> Doc:
    """The knowledge base that the sequence draws on."""
    _, settings = require_ai_sequence(call)
    base = call.store.get("knowledgeBase", settings["knowledgeBaseId"] or 0)
    if base is None:
        raise Problem(404, "salesAgentSequence.notFound", "No knowledge base is connected to the sequence.")
    return {"id": base["id"], "name": base["name"]}


@operation("SetAiSdrSequenceKnowledgeBase")
def set_ai_sdr_sequence_knowledge_base(call: HandlerCall) -> HandlerResponse:
    """Draw on a knowledge base, in place of the one before."""
    _, settings = require_ai_sequence(call)
    number = read_body(call, Object({"knowledgeBaseId": Integer(1)}, ("knowledgeBaseId",)))["knowledgeBaseId"]
    if not _of_team(call, "knowledgeBase", number):
        raise Problem(400, "salesAgentSequence.invalidKnowledgeBase", f"Knowledge base {number} was not found.")
    call.store.put("aiSdr", {**settings, "knowledgeBaseId": number})
    return HandlerResponse(204)


@operation("ClearAiSdrSequenceKnowledgeBase")
def clear_ai_sdr_sequence_knowledge_base(call: HandlerCall) -> HandlerResponse:
    """Draw on none."""
    return _clear(call, "knowledgeBaseId", "No knowledge base is connected to the sequence.")


def _clear(call: HandlerCall, name: str, detail: str) -> HandlerResponse:
    _, settings = require_ai_sequence(call)
    if settings[name] is None:
        raise Problem(404, "salesAgentSequence.notFound", detail)
    call.store.put("aiSdr", {**settings, name: None})
    return HandlerResponse(204)


@operation("PersonalizeSequencePreview")
def personalize_sequence_preview(call: HandlerCall) -> HandlerResponse:
    """Have the AI write all of one contact's messages, in the background."""
    sequence = find_sequence(call, call.path["sequence_id"])
    held = find_membership(call.store, sequence["id"], call.path["contact_id"]) if sequence else None
    if sequence is None or held is None:
        raise Problem(404, "salesAgentPreview.notFound", "The sequence, or the contact in it, was not found.")
    steps = [one for one in steps_of(call.store, sequence["id"]) if one.get("variants")]
    if not sequence.get("_isAiSdr") or not steps:
        raise Problem(409, "salesAgentPreview.noPersonalizableSteps", "No step of the sequence is personalized by AI.")
    running = call.store.all("job", jobId=held.get("_personalizing"))
    if running and job_view(running[0], call.clock.now())["status"] == "Processing":
        raise Problem(409, "salesAgentPreview.alreadyInProgress", "The contact is being personalized.")
    given = {"sequenceId": sequence["id"], "contactId": held["_contactId"]}
    result = {**given, "stepIds": [one["id"] for one in steps]}
    job = start_job(call, "ai-sdr-personalization", PERSONALIZING, data=given, result=result)
    call.store.put("membership", {**held, "_personalizing": job["jobId"]})
    done = call.clock.now() + timedelta(seconds=PERSONALIZING)
    schedule_work(call.store, done, "personalized", job=job, membershipId=held["id"])
    return accepted_reply(job)


@scheduled_work("personalized")
def _personalized(store: Store, at: Any, given: Doc) -> None:
    held = store.get("membership", given["membershipId"])
    contact = store.get("contact", held["_contactId"]) if held else None
    if held is None or contact is None:
        return
    owner = store.get("user", contact["ownerUserId"]) or {}
    values, edits = variable_values(store, contact, str(owner.get("userName") or "")), dict(held["_edits"])
    for step in steps_of(store, held["_sequenceId"]):
        if step.get("variants") and str(step["id"]) not in edits:
            variant = step["variants"][0]
            opening = f"<p>As {contact['title'] or 'someone'} at {contact['company'] or 'your company'}:</p>"
            message = render_variables(variant["message"], values)
            text = opening + message if step["type"] == "email" else message
            edits[str(step["id"])] = {"subject": render_variables(variant["subject"], values) or None, "message": text}
    store.put("membership", {**held, "_edits": edits})

"""Autopilot: AI SDR sequences that look for people themselves, and add so many a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.handlers.ai_sdr.schemas import PREVIEW
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation
from reply_mcp.sandbox.http.schemas import read_body
from reply_mcp.sandbox.records.ai_sdr_sequence import require_ai_sequence
from reply_mcp.sandbox.records.jobs import accepted_reply, start_job
from reply_mcp.sandbox.simulation.enrollment import enroll_found
from reply_mcp.sandbox.simulation.live_filters import matching_people
from reply_mcp.sandbox.simulation.live_pool import add_contact, people_pool, without_known
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

SEARCHING = timedelta(seconds=30)
AGAIN = timedelta(days=1)


@operation("EnableAiSdrSequenceAutopilot")
def enable_ai_sdr_sequence_autopilot(call: HandlerCall) -> HandlerResponse:
    """Let the sequence look for people; it is no error where it does already."""
    _, settings = require_ai_sequence(call)
    if settings["autopilot"]["status"] != "enabled":
        changed = call.store.put("aiSdr", {**settings, "autopilot": {**settings["autopilot"], "status": "enabled"}})
        if changed["autopilot"]["filters"]:
            begin_search(call.store, changed, call.clock.now())
    return HandlerResponse(204)


@operation("DisableAiSdrSequenceAutopilot")
def disable_ai_sdr_sequence_autopilot(call: HandlerCall) -> HandlerResponse:
    """Stop looking for people; filters, limits and contacts stay."""
    _, settings = require_ai_sequence(call)
    pilot = {**settings["autopilot"], "status": "disabled", "isSearchInProgress": False}
    call.store.put("aiSdr", {**settings, "autopilot": pilot})
    return HandlerResponse(204)


@operation("ForceStartAiSdrSequenceAutopilot")
def force_start_ai_sdr_sequence_autopilot(call: HandlerCall) -> HandlerResponse:
    """Look for people now instead of tomorrow."""
    _, settings = require_ai_sequence(call)
    pilot = settings["autopilot"]
    if pilot["status"] == "disabledByLackOfContacts":
        detail = "Autopilot was switched off: no more contacts match."
        raise Problem(409, "salesAgentSequence.autopilotDisabledByLackOfContacts", detail)
    if pilot["status"] != "enabled":
        raise Problem(409, "salesAgentSequence.autopilotNotEnabled", "Autopilot is not enabled; enable it first.")
    if pilot["isSearchInProgress"]:
        raise Problem(409, "salesAgentSequence.autopilotSearchThrottled", "A search is running; try again later.")
    if not pilot["filters"]:
        raise Problem(400, "salesAgentSequence.invalidAutopilotFilters", "The sequence has no autopilot filters.")
    begin_search(call.store, settings, call.clock.now())
    return HandlerResponse(204)


@operation("PreviewAutopilot")
def preview_autopilot(call: HandlerCall) -> HandlerResponse:
    """Count in the background whom filters would reach; on this operation no refusal has a code."""
    try:
        require_ai_sequence(call)
    except Problem as problem:
        raise Problem(404, None, problem.detail) from None
    sent = read_body(call, PREVIEW)
    found = matching_people(call.store, list(people_pool()), sent["filters"], sent.get("maxPeoplePerCompany") or 1)
    found = without_known(call.store, call.key.team_id, found, with_email=False)
    result = {"contactsCount": len(found), "companiesCount": len({one["company"] for one in found})}
    job = start_job(call, "autopilot-preview", 4, data=sent, result=result)
    return accepted_reply(job)


def begin_search(store: Store, settings: Doc, now: datetime) -> Doc:
    """Start a search that ends after half a minute; answers the changed settings."""
    _plan(store, settings["id"], now + SEARCHING)
    pilot = {**settings["autopilot"], "isSearchInProgress": True}
    return store.put("aiSdr", {**settings, "autopilot": pilot, "_searchedAt": iso(now)})


@scheduled_work("autopilot")
def _add_people(store: Store, at: datetime, given: Doc) -> None:
    settings, sequence = store.get("aiSdr", given["sequenceId"]), store.get("sequence", given["sequenceId"])
    if settings is None or sequence is None or settings["autopilot"]["status"] != "enabled":
        return
    pilot = settings["autopilot"]
    people = matching_people(store, list(people_pool()), pilot["filters"] or {}, pilot["maxPeoplePerCompany"])
    people = without_known(store, sequence["_teamId"], people, with_email=not pilot["addContactsWithoutEmailAddresses"])
    for person in people[: pilot["maxPeopleToAddPerDay"]]:
        contact = add_contact(
            store, person, sequence["_teamId"], sequence["ownerUserId"], iso(at), phone=pilot["searchContactPhones"]
        )
        enroll_found(store, sequence["id"], contact, at)
    status = "enabled" if people else "disabledByLackOfContacts"
    store.put("aiSdr", {**settings, "autopilot": {**pilot, "status": status, "isSearchInProgress": False}})
    if people:
        _plan(store, settings["id"], at + AGAIN)


def _plan(store: Store, sequence_id: int, at: datetime) -> None:
    """Search at `at`, in place of any search planned before."""
    for planned in store.all("scheduledWork", name="autopilot"):
        if planned["given"]["sequenceId"] == sequence_id:
            store.delete("scheduledWork", planned["id"])
    schedule_work(store, at, "autopilot", sequenceId=sequence_id)

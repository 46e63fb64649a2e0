"""The AI Strategist, and what intent signals can name."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.http.handler import (
    Call,
    Problem,
    Reply,
    operation,
    page,
)
from reply_mcp.sandbox.http.schemas import Record, Text, read
from reply_mcp.sandbox.records.ai_sdr_sequence import new_sequence, settings_doc, write_steps
from reply_mcp.sandbox.records.jobs import create_job, job_state
from reply_mcp.sandbox.simulation.live_pool import known
from reply_mcp.sandbox.simulation.scheduled_work import errand, later
from reply_mcp.sandbox.store import Doc, Store

CATEGORY = "ai-strategist"
THINKING = 60
"""Seconds that a run takes."""

IDEAS = ("New in the role", "Hiring salespeople", "Funding announced")
TECHNOLOGIES = (
    "Amazon Web Services", "Asana", "Confluence", "Databricks", "Drift", "Gong", "Google Analytics", "HubSpot",
    "Intercom", "Jira", "Klaviyo", "Marketo", "Microsoft Dynamics 365", "MongoDB", "Notion", "Okta", "Pipedrive",
    "PostgreSQL", "Salesforce", "Segment", "Shopify", "Slack", "Snowflake", "Stripe", "Tableau", "Twilio", "Zendesk",
    "Zoho CRM",
)  # fmt: skip


@operation("StartStrategist")
def start_strategist(call: Call) -> Reply:
    """Think up sequences for a company, in the background; a team has one run at a time."""
    sent = read(call, Record({"companyName": Text(200, 1), "companyUrl": Text(256)}, ("companyName",)))
    now = call.clock.now()
    for run in call.store.all("strategistRun", _teamId=call.key.team_id):
        for job in call.store.all("job", jobId=run["jobId"]):
            if job_state(job, now)["status"] in ("Scheduled", "Processing"):
                raise Problem(409, "strategist.generationInitFailed", "Another generation is in progress.")
    result = {"ideas": [{"name": f"{sent['companyName']}: {idea}"} for idea in IDEAS]}
    job = create_job(call.store, call.clock, call.key.user_id, CATEGORY, THINKING, data=sent, result=result)
    call.store.put("strategistRun", {"id": None, "jobId": job["jobId"], "_teamId": call.key.team_id})
    given = {"companyName": sent["companyName"], "userId": call.key.user_id, "teamId": call.key.team_id}
    later(call.store, now + timedelta(seconds=THINKING), "strategy", job=job, **given)
    return Reply(202, {"jobId": job["jobId"]}, {"Location": f"/v3/background-jobs/{job['jobId']}"})


@errand("strategy")
def _build(store: Store, at: datetime, given: Doc) -> None:
    for idea in IDEAS:
        sequence = store.put("sequence", new_sequence(store, f"{given['companyName']}: {idea}", at, given))
        inputs = {"companyName": given["companyName"], "reasonForOutreach": idea}
        setup = {"generatedStepTypes": ["email", "linkedIn"]}
        settings = settings_doc(sequence, {"offerGenerationInputs": inputs, "sequenceStructureSetup": setup})
        write_steps(store, sequence["id"], store.put("aiSdr", settings))


@operation("ListIntentSignalIndustries")
def list_intent_signal_industries(call: Call) -> Doc:
    """A page of industries with the ids that signals take."""
    return _named(call, [{"id": at + 1, "name": name} for at, name in enumerate(known("industries"))])


@operation("ListIntentSignalTechnologies")
def list_intent_signal_technologies(call: Call) -> Doc:
    """A page of technologies with the slugs that signals take."""
    return _named(call, [{"slug": name.lower().replace(" ", "-"), "name": name} for name in TECHNOLOGIES])


def _named(call: Call, rows: list[Doc]) -> Doc:
    wanted = call.query.get("search", "").strip().lower()
    found = [row for row in rows if wanted in row["name"].lower()]
    return page(call, found, 100, code="salesAgentIntentSignals.invalidPagination")

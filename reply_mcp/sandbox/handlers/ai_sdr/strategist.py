"""The AI Strategist, and what intent signals can name."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Object, String, read_body
from reply_mcp.sandbox.records.ai_sdr_sequence import ai_sequence_doc, generate_steps, settings_doc
from reply_mcp.sandbox.records.jobs import accepted_reply, job_view, start_job
from reply_mcp.sandbox.simulation.live_pool import filter_values
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
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
def start_strategist(call: HandlerCall) -> HandlerResponse:
    """Think up sequences for a company, in the background; a team has one run at a time."""
    sent = read_body(call, Object({"companyName": String(200, 1), "companyUrl": String(256)}, ("companyName",)))
    now = call.clock.now()
    for run in call.store.all("strategistRun", _teamId=call.key.team_id):
        for job in call.store.all("job", jobId=run["jobId"]):
            if job_view(job, now)["status"] in ("Scheduled", "Processing"):
                raise Problem(409, "strategist.generationInitFailed", "Another generation is in progress.")
    result = {"ideas": [{"name": f"{sent['companyName']}: {idea}"} for idea in IDEAS]}
    job = start_job(call, CATEGORY, THINKING, data=sent, result=result)
    call.store.put("strategistRun", {"id": None, "jobId": job["jobId"], "_teamId": call.key.team_id})
    given = {"companyName": sent["companyName"], "userId": call.key.user_id, "teamId": call.key.team_id}
    schedule_work(call.store, now + timedelta(seconds=THINKING), "strategy", job=job, **given)
    return accepted_reply(job)


@scheduled_work("strategy")
def _build(store: Store, at: datetime, given: Doc) -> None:
    for idea in IDEAS:
        sequence = store.put("sequence", ai_sequence_doc(store, f"{given['companyName']}: {idea}", at, given))
        inputs = {"companyName": given["companyName"], "reasonForOutreach": idea}
        setup = {"generatedStepTypes": ["email", "linkedIn"]}
        settings = settings_doc(sequence, {"offerGenerationInputs": inputs, "sequenceStructureSetup": setup})
        generate_steps(store, sequence["id"], store.put("aiSdr", settings))


@operation("ListIntentSignalIndustries")
def list_intent_signal_industries(call: HandlerCall) -> Doc:
    """A page of industries with the ids that signals take."""
    return _named(call, [{"id": at + 1, "name": name} for at, name in enumerate(filter_values("industries"))])


@operation("ListIntentSignalTechnologies")
def list_intent_signal_technologies(call: HandlerCall) -> Doc:
    """A page of technologies with the slugs that signals take."""
    return _named(call, [{"slug": name.lower().replace(" ", "-"), "name": name} for name in TECHNOLOGIES])


def _named(call: HandlerCall, rows: list[Doc]) -> Doc:
    wanted = call.query.get("search", "").strip().lower()
    found = [row for row in rows if wanted in row["name"].lower()]
    return paginate(call, found, 100, code="salesAgentIntentSignals.invalidPagination")

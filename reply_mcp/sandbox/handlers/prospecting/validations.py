"""Email validation: priced, then done by a job that writes what it found to the contacts."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation
from reply_mcp.sandbox.http.schemas import Array, Boolean, Integer, Nullable, Object, read_body
from reply_mcp.sandbox.records import credits
from reply_mcp.sandbox.records.jobs import PREFIX, job_view, start_job
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

CATEGORY = "email-validation"
PER_SECOND = 4
_BODY = Object(
    {"contactIds": Array(Integer(1), most=10_000, least=1), "acceptPartial": Nullable(Boolean())},
    required=("contactIds",),
)
_ALREADY_RUNNING, _OUT_OF_CREDITS, _NOT_ENOUGH, _NOBODY = 3, 4, 5, 6


@operation("EstimateEmailValidation")
def estimate_email_validation(call: HandlerCall) -> Doc:
    """What validating would cost, and what stands in the way; nothing is queued."""
    return _estimate(call, read_body(call, _BODY))


@operation("ScheduleEmailValidation")
def schedule_email_validation(call: HandlerCall) -> HandlerResponse:
    """Validate in the background, one job of a user at a time; credits are held at once."""
    sent = read_body(call, _BODY)
    estimate = _estimate(call, sent)
    if _ALREADY_RUNNING in estimate["blockers"]:
        raise Problem(409, "emailValidation.alreadyRunning", "Another email validation is running.")
    if _NOBODY in estimate["blockers"]:
        raise Problem(400, "emailValidation.unknown", "No contact is eligible for validation.")
    if estimate["blockers"]:
        raise Problem(400, "emailValidation.unknown", "There are not enough validation credits.")
    chosen = [one["id"] for one in _eligible(call, sent)][: estimate["creditsAvailable"]]
    seconds = 5 + len(chosen) / PER_SECOND
    outcome = {"processed": len(chosen), "succeeded": len(chosen)}
    job = start_job(call, CATEGORY, seconds, data={"contactIds": chosen}, result=outcome)
    credits.spend_credits(call.store, call.clock.now(), call.key.team_id, "emailValidation", len(chosen))
    schedule_work(
        call.store,
        call.clock.now() + timedelta(seconds=seconds),
        "validated",
        job=job,
        teamId=call.key.team_id,
        contactIds=chosen,
    )
    body = {"jobId": job["jobId"], "scheduledCount": len(chosen), "creditsReserved": len(chosen)}
    return HandlerResponse(202, body, {"Location": f"v3/background-jobs/{job['jobId']}"})


@scheduled_work("validated")
def _validated(store: Store, at: datetime, given: Doc) -> None:
    for number in given["contactIds"]:
        contact = store.get("contact", number)
        if contact:
            store.put("contact", {**contact, "_emailValidated": at.isoformat()})


@scheduled_work("validated cancelled")
def _released(store: Store, at: datetime, given: Doc) -> None:
    credits.spend_credits(store, at, given["teamId"], "emailValidation", -len(given["contactIds"]))


def _eligible(call: HandlerCall, sent: Doc) -> list[Doc]:
    found = [call.store.get("contact", number) for number in dict.fromkeys(sent["contactIds"])]
    return [
        one
        for one in found
        if one and one["_teamId"] == call.key.team_id and one["email"] and not one.get("_emailValidated")
    ]


def _running(call: HandlerCall) -> bool:
    now = call.clock.now()
    return any(
        job_view(job, now)["status"] in ("Scheduled", "Processing")
        for job in call.store.all("job", _userId=call.key.user_id)
        if job["category"] == PREFIX + CATEGORY
    )


def _estimate(call: HandlerCall, sent: Doc) -> Doc:
    eligible, available = (
        len(_eligible(call, sent)),
        credits.credits_left(call.store, call.key.team_id, "emailValidation"),
    )
    partial = sent.get("acceptPartial") is True
    blockers = []
    if _running(call):
        blockers.append(_ALREADY_RUNNING)
    if not eligible:
        blockers.append(_NOBODY)
    elif available <= 0:
        blockers.append(_OUT_OF_CREDITS)
    elif available < eligible and not partial:
        blockers.append(_NOT_ENOUGH)
    return {
        "requestedCount": len(sent["contactIds"]),
        "eligibleCount": eligible,
        "creditsAvailable": available,
        "creditsRequired": eligible,
        "creditsSufficient": available >= eligible,
        "canSchedule": not blockers,
        "blockers": blockers,
    }

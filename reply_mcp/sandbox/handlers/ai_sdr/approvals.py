"""AI SDR approvals: the queue, and what a person decides about each message."""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Array, Integer, Object, String, read_body
from reply_mcp.sandbox.records.ai_texts import rewrite
from reply_mcp.sandbox.records.approval import approve, pending_approvals
from reply_mcp.sandbox.records.jobs import accepted_reply, start_job
from reply_mcp.sandbox.records.membership import remove_membership
from reply_mcp.sandbox.records.step import display_names, full_name
from reply_mcp.sandbox.records.thread import thread_messages
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

MOST = 20
REWRITING = 8
"""Seconds that the AI takes for one message."""

_PAIR = Object({"sequenceId": Integer(1), "contactId": Integer(1)}, ("sequenceId", "contactId"))
_PAIRS = Object({"items": Array(_PAIR, most=MOST, least=1)}, ("items",))


@operation("ListApprovals")
def list_approvals(call: HandlerCall) -> Doc:
    """A page of the queue, newest first unless asked otherwise."""
    order = call.query.get("sortMode") or "newestFirst"
    if order.lower() not in ("newestfirst", "oldestfirst"):
        raise call.query_error("sortMode", f"The value '{order}' is not valid.")
    channel = call.query.get("channel")
    if channel and channel.lower() not in ("email", "linkedin"):
        raise call.query_error("channel", f"The value '{channel}' is not valid.")
    sequence, user = call.integer("sequenceId", 0), call.integer("userId", 0)
    rows = []
    for approval in pending_approvals(call.store, call.key.team_id):
        row = _shown(call, approval)
        owner = (call.store.get("sequence", approval["_sequenceId"]) or {}).get("ownerUserId")
        wanted = (not sequence or row["sequenceId"] == sequence) and (not user or owner == user)
        if wanted and (not channel or row["channel"].lower() == channel.lower()):
            rows.append(row)
    if order.lower() == "newestfirst":
        rows.reverse()
    return paginate(call, rows, 100, code="salesAgentApproval.invalidPagination")


@operation("GetApprovalByContact")
def get_approval_by_contact(call: HandlerCall) -> Doc:
    """One queued message, with what was said before."""
    approval = _approval(call)
    before = []
    for thread in call.store.all("thread", _contactId=approval["_contactId"]):
        if thread["_sequenceId"] == approval["_sequenceId"]:
            before += [_previous(call, message) for message in thread_messages(call, thread)]
    return {**_shown(call, approval), "previousMessages": sorted(before, key=lambda one: str(one["sentAt"]))}


def _previous(call: HandlerCall, message: Doc) -> Doc:
    return {
        "channel": message["channel"],
        "senderName": message["fromName"] or "",
        "senderEmail": message.get("fromAddress"),
        "subject": message.get("subject"),
        "body": message["body"],
        "sentAt": message["date"],
    }


@operation("SendApproval")
def send_approval(call: HandlerCall) -> HandlerResponse:
    """Send one message as it is, or as changed here."""
    sent = read_body(call, Object({"body": String(), "subject": String()}), optional=True)
    approval = _approval(call)
    engine.send_approved(call.store, approve(call.store, approval, **sent), call.clock.now())
    return HandlerResponse(204)


@operation("SendApprovalsBulk")
def send_approvals_bulk(call: HandlerCall) -> HandlerResponse:
    """Send up to 20 messages, or none where one of them is not queued."""
    pairs = [(one["sequenceId"], one["contactId"]) for one in read_body(call, _PAIRS)["items"]]
    queue = {(one["_sequenceId"], one["_contactId"]): one for one in pending_approvals(call.store, call.key.team_id)}
    missing = [pair for pair in pairs if pair not in queue]
    if missing:
        named = ", ".join(f"(sequence {sequence}, contact {contact})" for sequence, contact in missing)
        raise Problem(404, "salesAgentApproval.notFound", f"No pending approval for: {named}.")
    for pair in dict.fromkeys(pairs):
        engine.send_approved(call.store, approve(call.store, queue[pair]), call.clock.now())
    return HandlerResponse(204)


@operation("DeleteApproval")
def delete_approval(call: HandlerCall) -> HandlerResponse:
    """Reject the message; the contact leaves the sequence."""
    approval = _approval(call)
    membership = call.store.get("membership", approval["id"])
    call.store.delete("approval", approval["id"])
    if membership:
        remove_membership(call.store, membership)
    return HandlerResponse(204)


@operation("RegenerateApproval")
def regenerate_approval(call: HandlerCall) -> HandlerResponse:
    """Have the message written anew, in the background."""
    sent = read_body(call, Object({"recommendations": String()}), optional=True)
    approval = _approval(call)
    text = rewrite(approval["messageContent"], sent.get("recommendations"))
    result = {"messageSubject": approval["messageSubject"], "messageContent": text}
    job = start_job(call, "ai-sdr-approval-regeneration", REWRITING, data=sent, result=result)
    call.store.put("approval", {**approval, "_regenerating": True})
    done = call.clock.now() + timedelta(seconds=REWRITING)
    schedule_work(call.store, done, "regenerated", job=job, approvalId=approval["id"], text=text)
    return accepted_reply(job)


@scheduled_work("regenerated")
def _regenerated(store: Store, at: datetime, given: Doc) -> None:
    approval = store.get("approval", given["approvalId"])
    if approval:
        store.put("approval", {**approval, "messageContent": given["text"], "_regenerating": False})


@scheduled_work("regenerated cancelled")
def _kept(store: Store, at: datetime, given: Doc) -> None:
    approval = store.get("approval", given["approvalId"])
    if approval:
        store.put("approval", {**approval, "_regenerating": False})


def _approval(call: HandlerCall) -> Doc:
    wanted = (call.path["sequence_id"], call.path["contact_id"])
    for approval in pending_approvals(call.store, call.key.team_id):
        if (approval["_sequenceId"], approval["_contactId"]) == wanted:
            return approval
    raise Problem(
        404, "salesAgentApproval.notFound", f"No pending approval for sequence {wanted[0]}, contact {wanted[1]}."
    )


def _shown(call: HandlerCall, approval: Doc) -> Doc:
    contact = call.store.get("contact", approval["_contactId"]) or {}
    sequence = call.store.get("sequence", approval["_sequenceId"]) or {}
    step = call.store.get("step", approval["_stepId"]) or {}
    missing = "" if call.documented else None
    return {
        "sequenceId": approval["_sequenceId"],
        "contactId": approval["_contactId"],
        "contactFullName": full_name(contact),
        "contactTitle": contact["title"] or missing,
        "contactCompany": contact["company"] or missing,
        "sequenceName": sequence["name"],
        "channel": "linkedIn" if step.get("type") == "linkedIn" else "email",
        "stepDisplayName": display_names(call.store.all("step", _sequenceId=approval["_sequenceId"]))[step["id"]],
        "messageSubject": approval["messageSubject"],
        "messageContent": approval["messageContent"],
        "isRegenerating": approval["_regenerating"],
        "createdAt": approval["createdAt"],
    }

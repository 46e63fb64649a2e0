"""A message that the AI wrote and that waits for a person's approval."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.step import render_variables, variable_values
from reply_mcp.sandbox.store import Doc, Store

_TO_APPROVE = ("message", "connect", "inMail")


def hold_for_approval(store: Store, sequence: Doc, membership: Doc, step: Doc, contact: Doc, at: datetime) -> bool:
    """Whether the step's message waits for approval instead of going out; it is queued where it was not yet."""
    settings = store.get("aiSdr", sequence["id"]) if sequence.get("_isAiSdr") else None
    if not settings or not settings["approvalMode"]["enabled"] or membership.get("_approvedStepId") == step["id"]:
        return False
    on_linkedin = step["type"] == "linkedIn" and step["actionType"] in _TO_APPROVE
    if step["type"] != "email" and not on_linkedin:
        return False
    due_steps.cancel_step(store, membership["id"])
    store.put("membership", membership)
    queue_approval(store, sequence, membership, step, contact, at)
    return True


def queue_approval(store: Store, sequence: Doc, membership: Doc, step: Doc, contact: Doc, at: datetime) -> Doc:
    """Put the step's text for this contact before a person."""
    owner = store.get("user", sequence["ownerUserId"]) or {}
    variant = {**step["variants"][0], **membership["_edits"].get(str(step["id"]), {})}
    values = variable_values(store, contact, str(owner.get("userName") or ""))
    return store.put(
        "approval",
        {
            "id": membership["id"],
            "messageSubject": render_variables(variant["subject"], values) or None,
            "messageContent": render_variables(variant["message"], values),
            "createdAt": iso(at),
            "_teamId": sequence["_teamId"],
            "_sequenceId": sequence["id"],
            "_contactId": contact["id"],
            "_stepId": step["id"],
            "_regenerating": False,
        },
    )


def pending_approvals(store: Store, team_id: int) -> list[Doc]:
    """The team's queue, oldest first. Whoever left the sequence, or its step, waits no more."""
    found = []
    for approval in store.all("approval", _teamId=team_id):
        membership = store.get("membership", approval["id"])
        if membership and membership["_stepId"] == approval["_stepId"]:
            found.append(approval)
        else:
            store.delete("approval", approval["id"])
    return sorted(found, key=lambda one: (one["createdAt"], one["id"]))


def approve(store: Store, approval: Doc, *, subject: str | None = None, body: str | None = None) -> Doc:
    """Take the message off the queue; answers the contact's place, ready to be sent with the approved text."""
    membership = store.get("membership", approval["id"])
    assert membership is not None
    edited = (subject is not None and subject != approval["messageSubject"]) or (
        body is not None and body != approval["messageContent"]
    )
    text = {
        "subject": subject if subject is not None else approval["messageSubject"],
        "message": body if body is not None else approval["messageContent"],
        "aiSentType": "aiGeneratedEdited" if edited else "aiGenerated",
    }
    store.delete("approval", approval["id"])
    edits = {**membership["_edits"], str(approval["_stepId"]): text}
    return store.put("membership", {**membership, "status": "active", "_edits": edits})

"""The area of the AI SDR, and what its error codes mean in all of its operations."""

from __future__ import annotations

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError

_MEANINGS = {
    "salesAgentSequence.invalidParameter": "sequence {sequenceId} is no AI SDR sequence. reply_get_sequence shows it, "
    "reply_create_ai_sdr_sequence makes one",
    "salesAgentSequence.invalidOffer": "there is no such offer. reply_list_offers finds ids",
    "salesAgentSequence.invalidPlaybook": "there is no such playbook. reply_list_playbooks finds ids",
    "salesAgentSequence.invalidKnowledgeBase": "there is no such knowledge base. reply_list_knowledge_bases finds ids",
    "salesAgentSequence.autopilotNotEnabled": "its autopilot is off. Call reply_enable_autopilot first",
    "salesAgentSequence.autopilotSearchThrottled": "Reply is throttling autopilot searches now. Try again later",
    "salesAgentSequence.autopilotDisabledByContactsLimit": "the team has reached its limit of contacts, which "
    "turned the autopilot off. Someone must make room or raise the limit",
    "salesAgentSequence.autopilotDisabledByLackOfContacts": "the search found nobody anymore, which turned the "
    "autopilot off. Widen its filters with reply_update_ai_sdr_settings, then reply_enable_autopilot",
    "salesAgentSequence.stepTypesRegenerationBlocked": "the sequence has already reached people, so its steps cannot "
    "be generated again. A new sequence can have other channels",
    "salesAgentSequence.invalidIntentSignal": "an intent signal does not fit: each needs the part named after its "
    "type, and that part what its mode names",
    "knowledgeBase.stopAndNotifyNotEnabled": 'this team does not have deliveryMode "stopAndNotify". Use "draft"',
    "playbook.invalidType": "Reply accepts team and organization only",
    "salesAgentPreview.noPersonalizableSteps": "no step of the sequence is personalized by AI",
    "salesAgentPreview.activePersonalizationsLimitExceeded": "as many personalizations as Reply allows "
    "are running in this sequence. reply_list_background_jobs shows them; try again when one is done",
    "salesAgentPreview.alreadyInProgress": "this contact's messages are being written already. "
    "reply_list_background_jobs shows the job",
    "strategist.generationInitFailed": "the team probably has a run in progress; there can be one at a time. "
    "reply_list_background_jobs shows it",
    "salesAgentApproval.notFound": "no draft for this contact is waiting in this sequence: it was sent, rejected or "
    "never written. reply_list_pending_approvals shows what waits",
}


async def explain_code(call: Call, refusal: ApiError) -> str | None:
    """What the AI SDR's codes mean. A `….forbidden` is about the team's features or the user's rights, not the key."""
    head = f"{refusal.status} {refusal.code}"
    if refusal.status == 403 and str(refusal.code or "").endswith(".forbidden"):
        return (
            f"{head}: the AI SDR, or this part of it, is not enabled for the team, or this user may not change this "
            f"item. The key itself is valid; the workspace's owner can change this in Reply. Nothing was changed. "
            f"{refusal.detail}"
        ).strip()
    meaning = _MEANINGS.get(refusal.code or "")
    if meaning is None:
        return None
    text = meaning.replace("{sequenceId}", str(getattr(call.arguments, "sequence_id", "")))
    return f"{head}: {text}. Nothing was changed."


area = Area(
    "ai_sdr",
    title="AI SDR",
    about="The AI that finds people and writes to them: sequences, drafts to approve, knowledge, offers, playbooks.",
    modules=(
        "approvals",
        "knowledge_bases",
        "offers",
        "playbooks",
        "ideas",
        "handlers",
        "reengagement_cards",
        "reengagement_flows",
        "sequences",
        "autopilot",
        "sequence_setup",
    ),
    explain=[explain_code],
)

"""The area of the AI SDR, and what its refusals mean wherever they come from."""

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
    "salesAgentSequence.autopilotNotEnabled": "its autopilot is off. reply_enable_autopilot comes first",
    "salesAgentSequence.autopilotSearchThrottled": "Reply is holding back autopilot searches now. Try again later",
    "salesAgentSequence.autopilotDisabledByContactsLimit": "the team holds as many contacts as it may, which turned "
    "the autopilot off. Someone must make room or raise the limit",
    "salesAgentSequence.autopilotDisabledByLackOfContacts": "the search found nobody any more, which turned the "
    "autopilot off. Widen its filters with reply_update_ai_sdr_settings, then reply_enable_autopilot",
    "salesAgentSequence.stepTypesRegenerationBlocked": "the sequence has already reached people, so its steps cannot "
    "be generated anew. A new sequence can have other channels",
    "salesAgentSequence.invalidIntentSignal": "an intent signal does not fit: each needs the part named after its "
    "type, and that what its mode names",
    "knowledgeBase.stopAndNotifyNotEnabled": 'this team does not have deliveryMode "stopAndNotify". Take "draft"',
    "playbook.invalidType": "Reply takes team and organization only",
    "salesAgentPreview.noPersonalizableSteps": "no step of the sequence is personalized by AI",
    "salesAgentPreview.activePersonalizationsLimitExceeded": "as many personalizations as may run are running in this "
    "sequence. reply_list_background_jobs shows them; try again when one is done",
    "salesAgentPreview.alreadyInProgress": "this contact's messages are being written already. "
    "reply_list_background_jobs shows the job",
    "strategist.generationInitFailed": "a run of the team is probably under way; there can be one at a time. "
    "reply_list_background_jobs shows it",
    "salesAgentApproval.notFound": "no draft of this contact waits in this sequence: it was sent or rejected, or never "
    "written. reply_list_pending_approvals shows what waits",
}


async def what_the_code_means(call: Call, refusal: ApiError) -> str | None:
    """The codes of the AI SDR. A `….forbidden` is about the team's features or this user's rights, not the key."""
    head = f"{refusal.status} {refusal.code}"
    if refusal.status == 403 and str(refusal.code or "").endswith(".forbidden"):
        return (
            f"{head}: the AI SDR (or this part of it) is not switched on for the team, or this user may not touch this "
            f"item. The key itself is good; the workspace's owner can change it in Reply. Nothing was changed. "
            f"{refusal.detail}"
        ).strip()
    meaning = _MEANINGS.get(refusal.code or "")
    if meaning is None:
        return None
    said = meaning.replace("{sequenceId}", str(getattr(call.arguments, "sequence_id", "")))
    return f"{head}: {said}. Nothing was changed."


area = Area(
    "ai_sdr",
    title="AI SDR",
    about="The AI that finds people and writes to them: sequences, drafts to approve, knowledge, offers, playbooks.",
    modules=("approvals", "knowledge_bases", "offers", "handlers", "reengagement", "sequences"),
    explain=[what_the_code_means],
)

"""What deleting an offer, a playbook or a knowledge base takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.knowledge_bases import DeleteKnowledgeBase
    from reply_mcp.catalog.areas.ai_sdr.offers import DeleteOffer
    from reply_mcp.catalog.areas.ai_sdr.playbooks import DeletePlaybook


async def preview_offer_deletion(call: Call[DeleteOffer]) -> str:
    """The offer by name; one request."""
    return f"This deletes offer {await _title(call, 'GetOffer', call.arguments.id)} for good."


async def preview_playbook_deletion(call: Call[DeletePlaybook]) -> str:
    """The playbook by name; one request."""
    return f"This deletes playbook {await _title(call, 'GetPlaybook', call.arguments.id)} for good."


async def preview_knowledge_base_deletion(call: Call[DeleteKnowledgeBase]) -> str:
    """The knowledge base by name, and what it holds; one request."""
    title = await _title(call, "GetKnowledgeBase", call.arguments.id)
    return (
        f"This deletes knowledge base {title} with its documents, web pages, reply handlers and re-engagement cards; "
        "the AI SDR stops writing from it."
    )


async def _title(call: Call, operation: str, id: Any) -> str:
    try:
        found = await call.ask(operation, id=id)
    except ApiError as refusal:
        if refusal.status == 404:
            raise
        found = None
    name = found.get("name") if isinstance(found, dict) else None
    return f'"{name}" ({id})' if name else str(id)

"""What deleting an offer, a playbook, a knowledge base or a part of one takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.ai_sdr.handler_hooks import read_handler
from reply_mcp.catalog.areas.ai_sdr.reengagement_card_hooks import read_card
from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.lookups.titles import title_of
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.handlers import DeleteReplyHandlerMedia
    from reply_mcp.catalog.areas.ai_sdr.knowledge_bases import (
        DeleteKnowledgeBase,
        DeleteKnowledgeBaseDocument,
        DeleteKnowledgeBaseLink,
    )
    from reply_mcp.catalog.areas.ai_sdr.offers import DeleteOffer
    from reply_mcp.catalog.areas.ai_sdr.playbooks import DeletePlaybook, DeletePlaybookStyleFile
    from reply_mcp.catalog.areas.ai_sdr.reengagement_cards import DeleteReengagementCardMedia


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


async def preview_source_deletion(call: Call[DeleteKnowledgeBaseLink]) -> str:
    """The web page by its address; two requests."""
    base, id = call.arguments.knowledge_base_id, call.arguments.link_id
    page = await _name_part(call, "ListKnowledgeBaseLinks", "web page", id, "url")
    title = await title_of(call, "knowledgeBaseId", base)
    return f"This takes {page} out of knowledge base {title}; the AI stops drawing on it."


async def preview_document_deletion(call: Call[DeleteKnowledgeBaseDocument]) -> str:
    """The document by its file name; two requests."""
    base, id = call.arguments.knowledge_base_id, call.arguments.document_id
    document = await _name_part(call, "ListKnowledgeBaseDocuments", "document", id, "name")
    title = await title_of(call, "knowledgeBaseId", base)
    return f"This deletes {document} of knowledge base {title}; the AI stops drawing on it."


async def _name_part(call: Call, operation: str, noun: str, id: str, title: str) -> str:
    """`web page "https://acme.com" (…)`; the id alone where it may stand on a later page of the list."""
    page = await call.ask(operation, knowledgeBaseId=call.arguments.knowledge_base_id, top=1000)
    known = {str(row.get("id")).casefold(): f'"{row.get(title) or "?"}" ({id})' for row in rows_of(page)}
    if more_after(page):
        known.setdefault(id, id)
    where = f" in knowledge base {call.arguments.knowledge_base_id}"
    return f"{noun} {(await find_existing([id], noun, known=known, where=where)).listed}"


async def preview_style_file_deletion(call: Call[DeletePlaybookStyleFile]) -> str:
    """The playbook and the file by name; one request."""
    playbook = await call.ask("GetPlaybook", id=call.arguments.playbook_id)
    title = f'playbook "{playbook.get("name") or "?"}" ({call.arguments.playbook_id})'
    file = await _name_file(playbook.get("styleFiles"), "style file", call.arguments.style_file_id, title)
    return f"This deletes {file} of {title}."


async def preview_handler_media_deletion(call: Call[DeleteReplyHandlerMedia]) -> str:
    """The handler and the file by name; one request."""
    handler = await read_handler(call)
    title = f'the reply handler for "{handler.get("typeOfQuestion")}"'
    file = await _name_file(handler.get("media"), "file", call.arguments.media_id, title)
    return f"This takes {file} off {title}."


async def preview_card_media_deletion(call: Call[DeleteReengagementCardMedia]) -> str:
    """The card and the file by name; one request."""
    card = await read_card(call)
    title = f'the re-engagement card "{card.get("name")}"'
    file = await _name_file(card.get("media"), "file", call.arguments.media_id, title)
    return f"This takes {file} off {title}."


async def _name_file(files: Any, noun: str, id: int | str, owner: str) -> str:
    known = {str(row.get("id")): f'"{row.get("fileName") or "?"}" ({id})' for row in rows_of(files)}
    return f"{noun} {(await find_existing([id], noun, known=known, where=f' in {owner}')).listed}"


async def _title(call: Call, operation: str, id: Any) -> str:
    try:
        name = (await call.ask(operation, id=id)).get("name")
    except ApiError as refusal:
        if refusal.status == 404:
            raise
        name = None
    return f'"{name}" ({id})' if name else str(id)

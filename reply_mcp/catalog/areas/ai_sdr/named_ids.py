"""Ids of the AI SDR for which a name may be given."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from reply_mcp.catalog.arguments.named_ids import Found, Named
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.text.digits import is_digits
from reply_mcp.text.names import plain_words

_PLAYBOOK = re.compile(r"[got]-\d+", re.IGNORECASE)
_TOP = 200


def _with_its_kind(text: str) -> str:
    if is_digits(text.strip()):
        raise ValueError(f'a playbook id says whose it is: "t-{text.strip()}" the team\'s, "o-…" or "g-…"; or its name')
    return text


async def find_playbooks(call: Call, text: str) -> Found:
    """The playbook with that id, such as `t-7`, or those of that name; a name costs one request."""
    if _PLAYBOOK.fullmatch(text):
        return [{"id": text.lower()}], []
    rows = rows_of(await call.ask("ListPlaybooks", search=text, top=_TOP))
    return _of_name(rows, "name", text), rows


def _in_knowledge_base(noun: str, operation: str, title: str, lists: str, *, search: bool = True) -> Named:
    """Found by id or name within the knowledge base of the call; a name costs one request."""

    async def find(call: Call, text: str) -> Found:
        try:
            return [{"id": str(UUID(text))}], []
        except ValueError:
            pass
        more = {"search": text, "top": _TOP} if search else {}
        answer = await call.ask(operation, knowledgeBaseId=call.arguments.knowledge_base_id, **more)
        rows = rows_of(answer)
        return _of_name(rows, title, text), rows

    return Named(noun, operation, (title,), lists, find=find)


def _file_of(noun: str, operation: str, shown_by: str, key: str, **given: str) -> Named:
    """A file, found by its name among those of the thing that the call is about, which `operation` reads with these
    arguments of the call: one request."""

    async def find(call: Call, text: str) -> Found:
        held = await read_record(
            call, operation, **{name: getattr(call.arguments, field) for name, field in given.items()}
        )
        rows = rows_of(held.get(key))
        return _of_name(rows, "fileName", text), rows

    return Named(noun, operation, ("fileName",), shown_by, find=find)


def _of_name(rows: list[dict[str, Any]], title: str, text: str) -> list[dict[str, Any]]:
    return [row for row in rows if plain_words(str(row.get(title) or "")) == plain_words(text)]


KnowledgeBaseId = Annotated[
    int | str, Named("knowledge base", "ListKnowledgeBases", ("name",), "reply_list_knowledge_bases", "search")
]
OfferId = Annotated[int | str, Named("offer", "ListOffers", ("name",), "reply_list_offers", "search")]
PlaybookId = Annotated[
    str,
    Field(min_length=1),
    AfterValidator(_with_its_kind),
    Named("playbook", "ListPlaybooks", ("name",), "reply_list_playbooks", find=find_playbooks),
]
ReplyHandlerId = Annotated[
    str, _in_knowledge_base("reply handler", "ListReplyHandlers", "typeOfQuestion", "reply_list_reply_handlers")
]
FlowId = Annotated[
    str,
    _in_knowledge_base(
        "re-engagement flow", "ListReengagementFlows", "name", "reply_list_reengagement_flows", search=False
    ),
]
CardId = Annotated[
    str, _in_knowledge_base("re-engagement card", "ListReengagementCards", "name", "reply_list_reengagement_cards")
]
"""By name among the cards of the default flow, which are the ones that the list has without a flow."""
IndustryId = Annotated[
    int | str, Named("industry", "ListIntentSignalIndustries", ("name",), "reply_list_intent_industries", "search")
]
LinkId = Annotated[
    str, _in_knowledge_base("web page", "ListKnowledgeBaseLinks", "url", "reply_list_knowledge_base_sources")
]
DocumentId = Annotated[
    str, _in_knowledge_base("document", "ListKnowledgeBaseDocuments", "name", "reply_list_knowledge_base_documents")
]
StyleFileId = Annotated[
    int | str, _file_of("style file", "GetPlaybook", "reply_get_playbook", "styleFiles", id="playbook_id")
]
HandlerMediaId = Annotated[
    int | str,
    _file_of(
        "file",
        "GetReplyHandler",
        "reply_get_reply_handler",
        "media",
        knowledgeBaseId="knowledge_base_id",
        replyHandlerId="reply_handler_id",
    ),
]
CardMediaId = Annotated[
    int | str,
    _file_of(
        "file",
        "GetReengagementCard",
        "reply_get_reengagement_card",
        "media",
        knowledgeBaseId="knowledge_base_id",
        reengagementCardId="reengagement_card_id",
    ),
]

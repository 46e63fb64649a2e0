"""Knowledge bases: what the AI SDR knows when it writes and answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change, create_or_find, describe_copy
from reply_mcp.catalog.areas.ai_sdr.deletion_hooks import (
    preview_document_deletion,
    preview_knowledge_base_deletion,
    preview_source_deletion,
)
from reply_mcp.catalog.areas.ai_sdr.named_ids import DocumentId, KnowledgeBaseId, LinkId
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.lookups.running import preview_where_any_runs, send_where_any_runs
from reply_mcp.catalog.operation import Arguments, File, FileLimits, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Card, Column, Done, Table

READ_IT = 'reply_get_knowledge_base {{"id": {id}}}'
FIND_IT = 'reply_list_knowledge_bases {{"search": "{name}"}}'
LIST_LINKS = 'reply_list_knowledge_base_sources {{"knowledgeBaseId": {knowledgeBaseId}}}'
LIST_DOCUMENTS = 'reply_list_knowledge_base_documents {{"knowledgeBaseId": {knowledgeBaseId}}}'


@area.get(
    "/v3/ai-sdr/knowledge-bases",
    scope="ai-sdr:read",
    tool="reply_list_knowledge_bases",
    after=[add_names_of("owner")],
    view=Table(
        "knowledge bases",
        ("id", "name", "owner", Column("updated", "updatedAt", "date")),
        empty="No such knowledge base. reply_create_knowledge_base makes one.",
        shown_elsewhere=("ownerUserId",),
    ),
    also=["AI SDR", "what the AI knows", "training material"],
)
class ListKnowledgeBases(Paged):
    """Knowledge bases that the AI SDR can draw on."""

    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/knowledge-bases",
    scope="ai-sdr:write",
    tool="reply_create_knowledge_base",
    undo=created("DeleteKnowledgeBase", "GetKnowledgeBase", noun="knowledge base"),
    run=create_or_find("ListKnowledgeBases", "reply_list_knowledge_bases", "knowledge base"),
    view=Done(
        'Created knowledge base {id} "{name}".',
        "Fill it: reply_add_knowledge_base_source, reply_upload_knowledge_base_document, reply_create_reply_handler",
    ),
    verify_with=FIND_IT,
    also=["AI SDR", "train the AI", "FAQ", "company facts"],
    one_at_a_time=["name"],
)
class CreateKnowledgeBase(Arguments):
    """A new, empty knowledge base."""

    name: str = Field(min_length=1, max_length=128)
    instructions: str | None = Field(None, max_length=2000, description="Standing orders for the AI")


@area.get(
    "/v3/ai-sdr/knowledge-bases/{id}",
    scope="ai-sdr:read",
    tool="reply_get_knowledge_base",
    after=[add_names_of("owner")],
    view=Card(
        "Knowledge base {id}: {name}",
        (("owner", Column("updated", "updatedAt", "date")), ("instructions",)),
        shown_elsewhere=("ownerUserId",),
    ),
    also=["AI SDR", "instructions"],
)
class GetKnowledgeBase(Arguments):
    """Name, owner, instructions. Contents have lists of their own: sources, documents, reply handlers, flows."""

    id: Path[KnowledgeBaseId]


@area.patch(
    "/v3/ai-sdr/knowledge-bases/{id}",
    scope="ai-sdr:write",
    tool="reply_update_knowledge_base",
    undo=replaced("GetKnowledgeBase", noun="knowledge base"),
    effect_for=send_where_any_runs("name"),
    preview=preview_where_any_runs(
        "This changes {given} of knowledge base {id}, from which the AI writes and answers."
    ),
    before=[remember_texts("GetKnowledgeBase", "instructions")],
    after=[note_replaced_texts],
    view=Done('Updated knowledge base {id} "{name}".'),
    verify_with=READ_IT,
    also=["AI SDR", "rename", "change instructions"],
)
class UpdateKnowledgeBase(Arguments):
    """Renames it or replaces its instructions ("" clears them). 2 requests."""

    id: Path[KnowledgeBaseId]
    name: str | None = Field(None, min_length=1, max_length=128)
    instructions: str | None = Field(None, max_length=2000)

    @model_validator(mode="after")
    def changes(self) -> UpdateKnowledgeBase:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{id}",
    scope="ai-sdr:write",
    tool="reply_delete_knowledge_base",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=preview_knowledge_base_deletion,
    view=Done("Knowledge base {id} is deleted; the AI SDR no longer writes from it."),
    verify_with=READ_IT,
    also=["AI SDR", "remove"],
)
class DeleteKnowledgeBase(Arguments):
    """Deletes a knowledge base with all in it."""

    id: Path[KnowledgeBaseId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{id}/duplicate",
    scope="ai-sdr:write",
    tool="reply_duplicate_knowledge_base",
    undo=created("DeleteKnowledgeBase", "GetKnowledgeBase", noun="knowledge base"),
    after=[describe_copy("knowledge base", "id", "reply_list_knowledge_bases")],
    view=Done("{outcome}"),
    verify_with="reply_list_knowledge_bases {{}}",
    also=["AI SDR", "copy", "clone"],
)
class DuplicateKnowledgeBase(Arguments):
    """Copies it with documents, sources, reply handlers and re-engagement cards."""

    id: Path[KnowledgeBaseId]


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/links",
    scope="ai-sdr:read",
    tool="reply_list_knowledge_base_sources",
    view=Table(
        "web pages",
        ("id", "url", Column("added", "createdAt", "date")),
        empty="No such page. reply_add_knowledge_base_source adds one.",
    ),
    also=["AI SDR", "links", "web pages", "URLs", "websites"],
)
class ListKnowledgeBaseLinks(Paged):
    """Web pages of a knowledge base."""

    knowledge_base_id: Path[KnowledgeBaseId]
    search: Query[str | None] = Field(None, description="Part of the URL")


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/links",
    scope="ai-sdr:write",
    tool="reply_add_knowledge_base_source",
    undo=created("DeleteKnowledgeBaseLink", noun="source", id="linkId", given={"knowledgeBaseId": "knowledgeBaseId"}),
    effect_for=send_where_any_runs(),
    preview=preview_where_any_runs("This has the AI draw on {url} as well, in knowledge base {knowledgeBaseId}."),
    view=Done("Knowledge base {knowledgeBaseId} draws on {url} ({id})."),
    verify_with=LIST_LINKS,
    also=["AI SDR", "add link", "web page", "URL", "website", "teach the AI", "teach the AI about our product"],
)
class AddKnowledgeBaseLink(Arguments):
    """Adds a web page that Reply can reach. Files: reply_upload_knowledge_base_document."""

    knowledge_base_id: Path[KnowledgeBaseId]
    url: str = Field(min_length=1, max_length=256)


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/links/{link_id}",
    scope="ai-sdr:write",
    tool="reply_delete_knowledge_base_source",
    undo=cannot("What Reply had read of it is gone: reply_add_knowledge_base_source has it read anew."),
    preview=preview_source_deletion,
    view=Done("Web page {linkId} is out of knowledge base {knowledgeBaseId}."),
    verify_with=LIST_LINKS,
    also=["AI SDR", "remove link", "web page", "URL"],
)
class DeleteKnowledgeBaseLink(Arguments):
    """Takes a web page out."""

    knowledge_base_id: Path[KnowledgeBaseId]
    link_id: Path[LinkId] = Field(description="Id or URL")


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/documents",
    scope="ai-sdr:read",
    tool="reply_list_knowledge_base_documents",
    view=Table(
        "documents",
        ("id", "name", Column("added", "createdAt", "date")),
        empty="No such document. reply_upload_knowledge_base_document adds one.",
    ),
    also=["AI SDR", "files", "PDFs"],
)
class ListKnowledgeBaseDocuments(Paged):
    """Files of a knowledge base."""

    knowledge_base_id: Path[KnowledgeBaseId]
    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/documents",
    scope="ai-sdr:write",
    tool="reply_upload_knowledge_base_document",
    undo=created(
        "DeleteKnowledgeBaseDocument", noun="document", id="documentId", given={"knowledgeBaseId": "knowledgeBaseId"}
    ),
    effect_for=send_where_any_runs(),
    preview=preview_where_any_runs("This has the AI draw on one more document, in knowledge base {knowledgeBaseId}."),
    view=Done('Knowledge base {knowledgeBaseId} holds document {id} "{name}".'),
    verify_with=LIST_DOCUMENTS,
    also=["AI SDR", "add file", "PDF", "train on"],
)
class UploadKnowledgeBaseDocument(Arguments):
    """Adds a file, up to 100 MB."""

    knowledge_base_id: Path[KnowledgeBaseId]
    file: Annotated[File[Upload], FileLimits()]


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/documents/{document_id}",
    scope="ai-sdr:write",
    tool="reply_delete_knowledge_base_document",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=preview_document_deletion,
    view=Done("Document {documentId} of knowledge base {knowledgeBaseId} is deleted."),
    verify_with=LIST_DOCUMENTS,
    also=["AI SDR", "remove file", "PDF"],
)
class DeleteKnowledgeBaseDocument(Arguments):
    """Deletes a file."""

    knowledge_base_id: Path[KnowledgeBaseId]
    document_id: Path[DocumentId]

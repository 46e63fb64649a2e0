"""The page, its address, and which tools have it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import mcp_types as types

from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.index import Entry
from reply_mcp.server.context import Context

EXTENSION_ID = "io.modelcontextprotocol/ui"
MIME_TYPE = "text/html;profile=mcp-app"
URI_PREFIX = "ui://reply/"
VIEW_TOOLS = frozenset(
    {"reply_overview", "reply_compare_sequence_performance", "reply_get_inbox_emails", "reply_triage_inbox"}
)
"""The reads that the page has a view for."""
DECLINE_TOOL = "reply_decline_question"
"""The page's own tool: the person declines what they were asked."""


def has_page(name: str, entry: Entry | None) -> bool:
    """Whether the page shows something of the answers of the tool with this name: a view of its own, or the question
    before its call. A finder has no entry."""
    if entry is None:
        return name == "reply_run_write"
    return entry.tool in VIEW_TOOLS or entry.effect not in (Effect.READ, Effect.WRITE) or entry.effect_varies


def supported_by_client(context: Context) -> bool:
    """Whether the client announces that it renders the page."""
    capabilities = context.session.client_capabilities
    extension = (capabilities.extensions or {}).get(EXTENSION_ID) if capabilities else None
    mime_types = extension.get("mimeTypes") if isinstance(extension, dict) else None
    return isinstance(mime_types, (list, tuple)) and MIME_TYPE in mime_types


@cache
def read_page() -> str:
    """The page with its style and script in it: hosts let it load nothing."""
    folder = files(__package__ or "")
    page, style, script = (folder.joinpath(f"view.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return page.replace("/*style*/", style).replace("/*script*/", script)


@cache
def page_uri() -> str:
    """The address of the page; hosts keep what they have read there, so another page has another one."""
    return f"{URI_PREFIX}view-{hashlib.sha256(read_page().encode()).hexdigest()[:12]}.html"


def page_resource(uri: str) -> types.ReadResourceResult | None:
    """What `resources/read` answers for an address of the page; None for any other."""
    if uri != page_uri():
        return None
    # Nothing is loaded from anywhere, and no permission is asked for.
    meta = {"ui": {"csp": {}, "prefersBorder": True}}
    contents = types.TextResourceContents(uri=uri, text=read_page(), mime_type=MIME_TYPE, _meta=meta)
    return types.ReadResourceResult(contents=[contents])


def with_page(tool: types.Tool) -> types.Tool:
    """The tool's definition for a client that renders the page."""
    return tool.model_copy(update={"meta": {**(tool.meta or {}), "ui": {"resourceUri": page_uri()}}})


def decline_definition() -> types.Tool:
    """The page's own tool, which hosts do not show to the model."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"question": {"type": "string", "description": "Its digest, from the page's data"}},
        "required": ["question"],
    }
    return types.Tool(
        name=DECLINE_TOOL,
        title="Decline",
        description="The person declines, on the page, what they were asked.",
        input_schema=schema,
        annotations=types.ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
        _meta={"ui": {"resourceUri": page_uri(), "visibility": ["app"]}},
    )

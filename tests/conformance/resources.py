"""The resources that the suite reads."""

from __future__ import annotations

import json
import re
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server

from tests.conformance.samples import PNG, Handler, instead, listing

TEXT, BINARY = "test://static-text", "test://static-binary"
RESOURCES = [
    types.Resource(uri=TEXT, name="static-text", description="A text.", mime_type="text/plain"),
    types.Resource(uri=BINARY, name="static-binary", description="A picture.", mime_type="image/png"),
]
TEMPLATE = types.ResourceTemplate(
    uri_template="test://template/{id}/data", name="template", description="Data.", mime_type="application/json"
)


def contents_of(uri: str) -> types.TextResourceContents | types.BlobResourceContents | None:
    """What a resource of the suite holds; None for the server's own."""
    if uri == TEXT:
        text = "This is the content of the static text resource."
        return types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    if uri == BINARY:
        return types.BlobResourceContents(uri=uri, mime_type="image/png", blob=PNG)
    if found := re.fullmatch(r"test://template/([^/]+)/data", uri):
        data = {"id": found[1], "templateTest": True, "data": f"Data for ID: {found[1]}"}
        return types.TextResourceContents(uri=uri, mime_type="application/json", text=json.dumps(data))
    return None


def add_to(server: Server[Any]) -> None:
    def reading(own: Handler) -> Handler:
        async def read(context: Any, params: types.ReadResourceRequestParams) -> Any:
            contents = contents_of(str(params.uri))
            return types.ReadResourceResult(contents=[contents]) if contents else await own(context, params)

        return read

    instead(server, "resources/list", listing("resources", RESOURCES))
    instead(server, "resources/templates/list", listing("resource_templates", [TEMPLATE]))
    instead(server, "resources/read", reading)

"""The tools that the suite calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from tests.conformance.rounds import ROUNDS, capabilities, text
from tests.conformance.samples import PNG, WAV, Handler, instead, listing

NO_ARGUMENTS: dict[str, Any] = {"type": "object", "properties": {}}
HEADER = {
    "type": "object",
    "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
    "required": ["region"],
}
WHOLE_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
MISSING_CAPABILITY = -32021


def _resource(uri: str, kind: str, held: str) -> types.EmbeddedResource:
    return types.EmbeddedResource(resource=types.TextResourceContents(uri=uri, mime_type=kind, text=held))


CONTENTS: dict[str, list[Any]] = {
    "test_simple_text": [types.TextContent(text="This is a simple text response for testing.")],
    "test_image_content": [types.ImageContent(data=PNG, mime_type="image/png")],
    "test_audio_content": [types.AudioContent(data=WAV, mime_type="audio/wav")],
    "test_embedded_resource": [
        _resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": [
        types.TextContent(text="Multiple content types test:"),
        types.ImageContent(data=PNG, mime_type="image/png"),
        _resource("test://mixed-content-resource", "application/json", json.dumps({"test": "data", "value": 123})),
    ],
    "json_schema_2020_12_tool": [types.TextContent(text="Done.")],
    "test_header": [types.TextContent(text="Done.")],
}
SCHEMAS = {"json_schema_2020_12_tool": WHOLE_SCHEMA, "test_header": HEADER}
OTHERS = ("test_error_handling", "test_tool_with_progress", "test_tool_with_logging", "test_missing_capability")
CAPABILITIES = "test_input_required_result_capabilities"
NAMES = (*CONTENTS, *OTHERS, CAPABILITIES, *ROUNDS)
TOOLS = [
    types.Tool(name=name, description="A tool of the suite.", input_schema=SCHEMAS.get(name, NO_ARGUMENTS))
    for name in NAMES
]


async def call(context: Any, params: types.CallToolRequestParams) -> Any:
    """The result of a tool of the suite."""
    name, session = params.name, context.session
    if name in ROUNDS:
        return ROUNDS[name](params)
    if name == CAPABILITIES:
        return capabilities(params, session.client_capabilities)
    if name == "test_error_handling":
        failed = types.TextContent(text="This tool intentionally returns an error for testing")
        return types.CallToolResult(content=[failed], is_error=True)
    if name == "test_tool_with_progress":
        for progress in (0, 50, 100):
            await session.report_progress(progress, 100)
            await anyio.sleep(0.05)
        return text("Done.")
    if name == "test_tool_with_logging":
        for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await session.send_log_message("info", said, related_request_id=context.request_id)
            await anyio.sleep(0.05)
        return text("Done.")
    if name == "test_missing_capability":
        declared = session.client_capabilities
        if declared is None or declared.sampling is None:
            needed = {"requiredCapabilities": {"sampling": {}}}
            raise MCPError(code=MISSING_CAPABILITY, message="This tool samples", data=needed)
        return text("Done.")
    return types.CallToolResult(content=CONTENTS[name])


def add_to(server: Server[Any]) -> None:
    own_schema = server.get_tool_input_schema
    schemas = {tool.name: tool.input_schema for tool in TOOLS}

    def input_schema(name: str) -> Mapping[str, Any] | None:
        return schemas.get(name) or (own_schema(name) if own_schema else None)

    def calling(own: Handler) -> Handler:
        async def handle(context: Any, params: types.CallToolRequestParams) -> Any:
            return await (call if params.name in NAMES else own)(context, params)

        return handle

    server.get_tool_input_schema = input_schema
    instead(server, "tools/list", listing("tools", TOOLS))
    instead(server, "tools/call", calling)

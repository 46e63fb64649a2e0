"""The floor: the SDK's low-level server over HTTP, with one tool that asks Reply and hands its answer on as it is.

`bare_server.py PORT`: with the event loop and the HTTP parser that uvicorn chooses; with `BENCH_PLAIN` set, with those
that the SDK brings.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import mcp_types as types
import uvicorn
from mcp.server.lowlevel import Server

TOOL = types.Tool(
    name="contacts",
    description="A page of contacts.",
    input_schema={"type": "object", "properties": {"top": {"type": "integer"}}},
)


@asynccontextmanager
async def lifespan(server: Server[Any]) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {os.environ['REPLY_API_KEY']}"}
    async with httpx.AsyncClient(base_url=os.environ["REPLY_BASE_URL"], headers=headers, timeout=60) as client:
        yield client


async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[TOOL])


async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    answer = await context.lifespan_context.get("/v3/contacts", params=params.arguments)
    answer.raise_for_status()
    return types.CallToolResult(content=[types.TextContent(text=answer.text)])


if __name__ == "__main__":
    server: Server[httpx.AsyncClient] = Server(
        "bare", lifespan=lifespan, on_list_tools=list_tools, on_call_tool=call_tool
    )
    plain = {"loop": "asyncio", "http": "h11"} if os.environ.get("BENCH_PLAIN") else {}
    uvicorn.run(server.streamable_http_app(stateless_http=True), port=int(sys.argv[1]), log_level="warning", **plain)

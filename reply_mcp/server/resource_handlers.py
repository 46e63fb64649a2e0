"""Handlers of resources, prompts and completion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from reply_mcp.catalog.operation import Effect
from reply_mcp.client.session import Session
from reply_mcp.errors import MissingApiKey, ReplyError
from reply_mcp.server import completions, prompts, resources
from reply_mcp.server.apps.page import page_resource
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.context import Context, FindCaller
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.tool_calls import NO_KEY, ToolResult
from reply_mcp.text.cleaning import clean, cut, inline
from reply_mcp.text.surrogates import replace_lone_surrogates

ME, ME_TOOL = "reply://me", "reply_whoami"
CallTool = Callable[[Context, str, Mapping[str, Any]], Awaitable[ToolResult]]


class ReadHandlers:
    """Answers the requests that only read. An error is a protocol error, as MCP has it for these requests."""

    def __init__(
        self, inventory: Inventory, policy: Policy, find_caller: FindCaller, call_tool: CallTool, *, apps: bool = False
    ) -> None:
        self._apps = apps
        self._inventory = inventory
        self._policy = policy
        self._find_caller = find_caller
        self._call_tool = call_tool
        # A prompt sends the agent to tools by name: where one of them is switched off there is no such prompt.
        self._prompts = {
            prompt.name: prompt for prompt in prompts.PROMPTS if not inventory.off_in(f"{prompt.about} {prompt.text}")
        }

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        listed = resources.fixed_resources()
        return types.ListResourcesResult(
            resources=[one for one in listed if str(one.uri) != ME or self._reads(ME_TOOL)]
        )

    async def list_resource_templates(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        templates = [one for one in resources.RECORD_TEMPLATES if self._reads(one.tool)]
        return types.ListResourceTemplatesResult(resource_templates=[one.definition() for one in templates])

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        if len(uri) > resources.LONGEST_URI:
            raise _invalid(
                f"{inline(uri[:60])}…: a URI of at most {resources.LONGEST_URI:,} characters, got {len(uri):,}"
            )
        if self._apps and (page := page_resource(uri)) is not None:
            return page
        uri = replace_lone_surrogates(uri)
        text = replace_lone_surrogates(await self._read(context, uri))
        kind = "text/markdown" if uri.startswith("reply://guide/") else "text/plain"
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, text=text, mime_type=kind)])

    async def list_prompts(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[prompt.definition() for prompt in self._prompts.values()])

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        prompt = self._prompts.get(params.name)
        if prompt is None:
            known = ", ".join(self._prompts) or "none"
            raise _invalid(f"there is no prompt {cut(params.name, 60)!r} here; there are {known}")
        try:
            text = replace_lone_surrogates(prompt.render(params.arguments or {}))
        except ValueError as error:
            raise _invalid(str(error)) from None
        message = types.PromptMessage(role="user", content=types.TextContent(text=text))
        return types.GetPromptResult(description=prompt.about, messages=[message])

    async def complete(self, context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        kind = self._kind_of_name(params)
        found: list[str] = []
        more = False
        source = completions.SOURCES.get(kind)
        if source is not None and self._may_read() and self._inventory.has_operation(source.operation):
            try:
                session = (await self._find_caller(context)).session
                if session is not None:
                    found, more = await completions.complete_name(session, kind, params.argument.value)
            except ReplyError:
                pass  # completion is a convenience: without it the person types on
        total = None if more else len(found)
        return types.CompleteResult(completion=types.Completion(values=found, total=total, has_more=more))

    async def _read(self, context: Context, uri: str) -> str:
        if uri == "reply://toolsets":
            return resources.describe_toolsets(self._inventory)
        if uri.startswith("reply://guide/"):
            guide = resources.read_guide(uri.removeprefix("reply://guide/"))
            if guide is None:
                raise _not_found(uri, f"there are {', '.join(f'reply://guide/{name}' for name in resources.GUIDES)}")
            return guide
        if uri == "reply://budget":
            return await resources.describe_budget(await self._session(context))
        if uri == ME:
            return await self._call(context, uri, ME_TOOL, {})
        found = resources.match_template(uri)
        if found is None:
            known = [*resources.FIXED, "reply://guide/…", *(one.uri_template for one in resources.RECORD_TEMPLATES)]
            raise _not_found(uri, f"there are {', '.join(known)}")
        template, id = found
        return await self._call(context, uri, template.tool, {template.argument: id})

    async def _session(self, context: Context) -> Session:
        try:
            session = (await self._find_caller(context)).session
        except ReplyError as error:
            raise _invalid(str(error)) from None
        if session is None:
            raise _invalid(str(MissingApiKey(NO_KEY)))
        return session

    async def _call(self, context: Context, uri: str, tool: str, arguments: dict[str, object]) -> str:
        if not self._may_read() and self._policy.decision(Effect.READ) != "deny":
            raise _invalid(f"{uri}: this server asks before it reads, and a resource cannot ask: call {tool}.")
        result = await self._call_tool(context, tool, arguments)
        if result.is_error:
            raise _not_found(uri, result.text)
        return result.text

    def _kind_of_name(self, params: types.CompleteRequestParams) -> str:
        """What kind of name the argument takes; "" where there is nothing to complete."""
        reference = params.ref
        if isinstance(reference, types.PromptReference):
            prompt = self._prompts.get(reference.name)
            found = (one.kind for one in prompt.arguments if one.name == params.argument.name) if prompt else ()
            return next(iter(found), "")
        uri = str(reference.uri)
        template = next((one for one in resources.RECORD_TEMPLATES if one.uri_template == uri), None)
        if template is None or not template.named or not self._reads(template.tool):
            return ""
        return template.path.removesuffix("s")

    def _may_read(self) -> bool:
        """Whether reads need no consent: a resource and a completion cannot ask."""
        return self._policy.reads_unasked()

    def _reads(self, tool: str) -> bool:
        """Whether what this tool answers may be read as a resource."""
        return self._may_read() and self._inventory.find(tool) is not None


def _invalid(message: str) -> MCPError:
    return MCPError(code=types.INVALID_PARAMS, message=clean(replace_lone_surrogates(message)))


def _not_found(uri: str, message: str) -> MCPError:
    text = clean(replace_lone_surrogates(f"{inline(uri, 200)}: {message}"))
    return MCPError(code=types.INVALID_PARAMS, message=text, data={"uri": uri})

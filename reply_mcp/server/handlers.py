"""Handlers of resources, prompts and completions for one surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mcp_types as types
from mcp.shared.exceptions import MCPError

from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import MissingApiKey, ReplyError
from reply_mcp.server import completions, prompts, resources
from reply_mcp.server.tool_calls import NO_KEY

if TYPE_CHECKING:
    from reply_mcp.client.session import Session
    from reply_mcp.server.server import Context, ToolServer


class Reading:
    """Answers what is read rather than called. An error here is a protocol error, as the protocol has it."""

    def __init__(self, surface: ToolServer) -> None:
        self._surface = surface

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=resources.listed())

    async def list_templates(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=resources.templates())

    async def read(self, context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        text = await self._text(context, uri)
        kind = "text/markdown" if uri.startswith("reply://guide/") else "text/plain"
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, text=text, mime_type=kind)])

    async def list_prompts(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[job.prompt() for job in prompts.JOBS])

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        job = prompts.BY_NAME.get(params.name)
        if job is None:
            raise _invalid(f"there is no prompt {params.name!r}; there are {', '.join(prompts.BY_NAME)}")
        try:
            text = job.written(params.arguments or {})
        except ValueError as error:
            raise _invalid(str(error)) from None
        message = types.PromptMessage(role="user", content=types.TextContent(text=text))
        return types.GetPromptResult(description=job.about, messages=[message])

    async def complete(self, context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        kind = _kind(params)
        found: list[str] = []
        if kind:
            try:
                account, _ = await self._surface.account(context)
                found = await completions.names(account, kind, params.argument.value) if account else []
            except ReplyError:
                found = []  # a completion that cannot be had is no completion
        return types.CompleteResult(completion=types.Completion(values=found, total=len(found), has_more=False))

    async def _text(self, context: Context, uri: str) -> str:
        if uri == "reply://toolsets":
            return resources.toolsets(self._surface.inventory)
        if uri.startswith("reply://guide/"):
            guide = resources.guide(uri.removeprefix("reply://guide/"))
            if guide is None:
                raise _not_found(uri, f"there are {', '.join(f'reply://guide/{name}' for name in resources.GUIDES)}")
            return guide
        if uri == "reply://budget":
            return await resources.budget(await self._account(context))
        if uri == "reply://me":
            return await self._call(context, uri, "reply_whoami", {})
        found = resources.thing_of(uri)
        if found is None:
            known = [*resources.FIXED, "reply://guide/…", *(thing.template for thing in resources.THINGS)]
            raise _not_found(uri, f"there are {', '.join(known)}")
        thing, given = found
        return await self._call(context, uri, thing.tool, {thing.argument: int(given) if given.isdigit() else given})

    async def _account(self, context: Context) -> Session:
        try:
            account, _ = await self._surface.account(context)
        except ReplyError as error:
            raise _invalid(str(error)) from None
        if account is None:
            raise _invalid(str(MissingApiKey(NO_KEY)))
        return account

    async def _call(self, context: Context, uri: str, tool: str, arguments: dict[str, object]) -> str:
        if self._surface.policy.asks(Effect.READ):
            raise _invalid(f"{uri}: this server asks before it reads, and a resource cannot ask: call {tool}.")
        result = await self._surface.answer(context, tool, arguments)
        if result.is_error:
            raise _not_found(uri, result.text)
        return result.text


def _kind(params: types.CompleteRequestParams) -> str:
    """What kind of name the argument takes; "" where there is nothing to complete."""
    reference = params.ref
    if isinstance(reference, types.PromptReference):
        job = prompts.BY_NAME.get(reference.name)
        return next((one.kind for one in job.arguments if one.name == params.argument.name), "") if job else ""
    thing = next((one for one in resources.THINGS if one.template == str(reference.uri)), None)
    return thing.path.removesuffix("s") if thing is not None and thing.named else ""


def _invalid(message: str) -> MCPError:
    return MCPError(code=types.INVALID_PARAMS, message=message)


def _not_found(uri: str, message: str) -> MCPError:
    return MCPError(code=types.INVALID_PARAMS, message=f"{uri}: {message}", data={"uri": uri})

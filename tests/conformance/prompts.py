"""The prompts that the suite gets."""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server

from tests.conformance.rounds import ask_for, content_of
from tests.conformance.samples import PNG, Handler, instead, listing

ARGUMENTS = {
    "test_simple_prompt": [],
    "test_prompt_with_arguments": ["arg1", "arg2"],
    "test_prompt_with_embedded_resource": ["resourceUri"],
    "test_prompt_with_image": [],
    "test_input_required_result_prompt": [],
}
PROMPTS = [
    types.Prompt(
        name=name,
        description="A prompt of the suite.",
        arguments=[types.PromptArgument(name=one, description="An argument.", required=True) for one in arguments],
    )
    for name, arguments in ARGUMENTS.items()
]


def contents_of(name: str, given: dict[str, str]) -> list[Any]:
    """The messages of a prompt, each of which is the user's."""
    if name == "test_simple_prompt":
        return [types.TextContent(text="This is a simple prompt for testing.")]
    if name == "test_prompt_with_arguments":
        text = f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'"
        return [types.TextContent(text=text)]
    if name == "test_prompt_with_embedded_resource":
        text = "Embedded resource content for testing."
        embedded = types.TextResourceContents(uri=given["resourceUri"], mime_type="text/plain", text=text)
        asked = types.TextContent(text="Please process the embedded resource above.")
        return [types.EmbeddedResource(resource=embedded), asked]
    picture = types.ImageContent(data=PNG, mime_type="image/png")
    return [picture, types.TextContent(text="Please analyze the image above.")]


def add_to(server: Server[Any]) -> None:
    def getting(own: Handler) -> Handler:
        async def get(context: Any, params: types.GetPromptRequestParams) -> Any:
            if params.name not in ARGUMENTS:
                return await own(context, params)
            if params.name != "test_input_required_result_prompt":
                contents = contents_of(params.name, params.arguments or {})
            elif (answer := content_of(params, "user_context")) is None:
                return ask_for("user_context", "What context should the prompt use?", "context")
            else:
                contents = [types.TextContent(text=f"In the context of {answer.get('context')}.")]
            messages = [types.PromptMessage(role="user", content=content) for content in contents]
            return types.GetPromptResult(description="A prompt of the suite.", messages=messages)

        return get

    instead(server, "prompts/list", listing("prompts", PROMPTS))
    instead(server, "prompts/get", getting)

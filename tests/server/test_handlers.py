"""Resources, prompts and completions over a real client, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from reply_mcp.server import prompts, resources
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import Sandbox, connected, text_of

SettingsFor = Callable[..., Settings]


async def read(client: Any, uri: str) -> str:
    return str((await client.read_resource(uri)).contents[0].text)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_what_is_fixed_is_listed_and_read(sandbox: Sandbox, settings_for: SettingsFor, mode: str) -> None:
    async with connected(settings_for(sandbox, rate_limits="50/minute"), mode) as client:
        listed = [str(one.uri) for one in (await client.list_resources()).resources]
        assert listed[:3] == ["reply://me", "reply://budget", "reply://toolsets"]
        for uri in listed:
            assert await read(client, uri)
        assert "Maria Silva" in await read(client, "reply://me")
        assert "of 50 requests left this minute" in await read(client, "reply://budget")
        assert "sequences: " in await read(client, "reply://toolsets")


async def test_a_record_reads_as_its_tool_answers(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    sequence = sandbox.get("/v3/sequences", top=1)["items"][0]
    task = sandbox.get("/v3/tasks", top=1)["items"][0]
    thread = sandbox.get("/v3/inbox/threads", top=1)["items"][0]
    job = sandbox.get("/v3/background-jobs", top=1)["items"][0]
    async with connected(settings_for(sandbox)) as client:
        for uri, tool, id in (
            ("reply://contacts/{}", "reply_get_contact", contact["id"]),
            ("reply://sequences/{}", "reply_get_sequence", sequence["id"]),
            ("reply://inbox/threads/{}", "reply_get_thread", thread["id"]),
            ("reply://tasks/{}", "reply_get_task", task["id"]),
            ("reply://jobs/{}", "reply_get_background_job", job["jobId"]),
        ):
            asked = await client.call_tool(
                "reply_run_read", {"tool": tool, "arguments": {"jobId" if "jobs" in uri else "id": id}}
            )
            assert not asked.is_error, text_of(asked)
            assert await read(client, uri.format(id)) == text_of(asked)
        by_mail = await read(client, f"reply://contacts/{contact['email']}")
        assert str(contact["id"]) in by_mail


@pytest.mark.parametrize(
    "uri", ["reply://contacts/999999999", "reply://guide/none", "reply://nothing", "reply://tasks/"]
)
async def test_what_is_not_there_says_so(sandbox: Sandbox, settings_for: SettingsFor, uri: str) -> None:
    async with connected(settings_for(sandbox)) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
    assert uri in str(caught.value)


async def test_where_reads_are_asked_for_a_resource_names_the_tool_that_can_ask(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    async with connected(settings_for(sandbox, policy=parse_policy("read=ask"))) as client:
        with pytest.raises(MCPError, match=r"asks before it reads.*reply_whoami"):
            await client.read_resource("reply://me")


async def test_every_template_reads_a_tool_that_exists(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox)) as client:
        listed = (await client.list_resource_templates()).resource_templates
        assert [one.uri_template for one in listed] == [one.uri_template for one in resources.RECORD_TEMPLATES]


async def test_names_complete(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    names = [one["name"] for one in sandbox.get("/v3/sequences", top=100)["items"]]
    async with connected(settings_for(sandbox)) as client:
        template = types.ResourceTemplateReference(uri="reply://sequences/{id}")
        done = await client.complete(template, {"name": "id", "value": names[0][:5]})
        assert names[0] in done.completion.values
        prompt = types.PromptReference(name="rescue_sequence")
        done = await client.complete(prompt, {"name": "sequence", "value": ""})
        assert set(done.completion.values) <= set(names)
        assert done.completion.values
        contact = types.PromptReference(name="prepare_call")
        email = sandbox.get("/v3/contacts", top=1)["items"][0]["email"]
        done = await client.complete(contact, {"name": "contact", "value": email[:6]})
        assert email in done.completion.values
        nothing = types.ResourceTemplateReference(uri="reply://tasks/{id}")
        assert (await client.complete(nothing, {"name": "id", "value": "1"})).completion.values == []


async def test_without_a_key_guides_read_and_completions_are_empty(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox, api_key="")) as client:
        assert "confirm" in await read(client, "reply://guide/safety")
        done = await client.complete(types.PromptReference(name="prepare_call"), {"name": "contact", "value": "ann"})
        assert done.completion.values == []
        with pytest.raises(MCPError, match="REPLY_API_KEY"):
            await client.read_resource("reply://budget")


async def test_prompts_are_written_for_their_arguments(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox)) as client:
        listed = (await client.list_prompts()).prompts
        assert [one.name for one in listed] == list(prompts.BY_NAME)
        for prompt in listed:
            given = {one.name: f"<{one.name}>" for one in prompt.arguments or [] if one.required}
            text = (await client.get_prompt(prompt.name, given)).messages[0].content.text
            assert all(value in text for value in given.values())
            assert not [one.name for one in prompt.arguments or [] if "{" + one.name + "}" in text]
        with pytest.raises(MCPError, match="contact: required"):
            await client.get_prompt("prepare_call", {})
        with pytest.raises(MCPError, match="there is no prompt"):
            await client.get_prompt("nothing", {})


async def test_prompts_and_guides_name_tools_that_exist() -> None:
    import re

    from reply_mcp.server.inventory import every_entry

    known = {entry.tool for entry in every_entry()} | {"reply_find_tools", "reply_run_read", "reply_run_write"}
    texts = [prompt.text for prompt in prompts.PROMPTS] + [
        resources.read_guide(name) or "" for name in resources.GUIDES
    ]
    named = {name for text in texts for name in re.findall(r"\breply_[a-z_]+\b", text)}
    assert named
    assert named <= known, named - known

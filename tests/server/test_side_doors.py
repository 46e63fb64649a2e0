"""What is off is off by operation: under every name, in tools, resources, prompts, completions and workflows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from reply_mcp.server.discovery import Discovery
from reply_mcp.server.inventory import Inventory, every_entry
from reply_mcp.settings import Settings, load, parse_policy
from tests.conftest import Sandbox, connected, text_of
from tests.e2e.agent import asked

SettingsFor = Callable[..., Settings]


def inventory(*excluded: str) -> Inventory:
    return Inventory(load({"exclude_tools": ",".join(excluded), "toolsets": "all"}, {}))


def test_a_bulk_twin_goes_with_its_single_tool_and_not_the_other_way_round() -> None:
    without = inventory("reply_delete_contact")
    assert without.find("reply_bulk_delete_contacts") is None
    assert without.find("reply_delete_company") is not None
    assert inventory("reply_bulk_delete_contacts").find("reply_delete_contact") is not None


def test_every_bulk_operation_of_a_single_one_has_its_twin() -> None:
    """By the operations' own ids, which the rule by names does not use."""
    entries = [entry for entry in every_entry() if entry.tool]
    by_id = {entry.id: entry for entry in entries}
    pairs = 0
    for bulk in entries:
        id = re.sub(r"^Bulk|^Batch|Bulk$", "", bulk.id)
        if id == bulk.id:
            continue
        for plural, singular in (("ies", "y"), ("s", "")):
            single = by_id.get(id.removesuffix(plural) + singular) if id.endswith(plural) else None
            if single is not None:
                pairs += 1
                assert inventory(single.tool).find(bulk.tool) is None, (single.tool, bulk.tool)
    assert pairs >= 17


def test_aliases_go_along_whichever_name_is_excluded() -> None:
    for name in ("reply_add_contact_to_sequence", "reply_enroll_contacts"):
        without = inventory(name)
        assert without.find("reply_add_contact_to_sequence") is None
        assert without.find("reply_enroll_contacts") is None


def test_workflows_go_with_what_they_are_made_of() -> None:
    without = inventory("reply_create_blacklist_domain_rule")
    assert without.find("reply_blacklist_contact") is None
    assert without.find("reply_bulk_create_blacklist_domain_rules") is None
    assert without.find("reply_create_blacklist_email_rule") is not None
    assert inventory("reply_blacklist_contact").find("reply_create_blacklist_domain_rule") is not None


@pytest.mark.parametrize(
    "tool",
    ["reply_delete_contact", "reply_bulk_delete_contacts"],
)
async def test_what_is_off_says_so_and_suggests_nothing_in_its_place(
    sandbox: Sandbox, settings_for: SettingsFor, tool: str
) -> None:
    async with connected(settings_for(sandbox, exclude_tools=("reply_delete_contact",))) as client:
        mark = sandbox.seen()
        for name, arguments in ((tool, {"id": 1}), ("reply_run_write", {"tool": tool, "arguments": {"id": 1}})):
            result = await client.call_tool(name, arguments)
            assert result.is_error
            text = text_of(result)
            assert "excluded" in text
            assert "only they can change it" in text
            assert "near:" not in text
            assert "Switched off" not in text, "said once"
        assert asked(sandbox, mark) == []
        for query in ("delete contacts", "bulk delete contacts", tool):
            found = text_of(await client.call_tool("reply_find_tools", {"query": query}))
            assert f"{tool}(" not in found


async def test_a_server_that_only_reads_names_what_is_off_plainly_and_why(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    async with connected(settings_for(sandbox, read_only=True)) as client:
        calls: list[tuple[str, dict[str, Any]]] = [
            ("reply_run_write", {"tool": "reply_create_list", "arguments": {"name": "x"}}),
            ("reply_create_list", {"name": "x"}),
            ("reply_run_read", {"tool": "reply_run_write"}),
            ("reply_run_read", {"tool": "reply_delete_contact"}),
            ("reply_find_tools", {"query": "reply_create_list"}),
            ("reply_find_tools", {"query": "create a contact list"}),
        ]
        for name, arguments in calls:
            text = text_of(await client.call_tool(name, arguments))
            assert "is off, since this server only reads (this server's settings). Tell the person" in text, text
            assert "outside text" not in text
        assert "Run with reply_run_read. All" in text


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("reply_update_list", "near: reply_rename_list"),
        ("reply_list_mailboxes", "near: reply_list_email_accounts"),
        ("reply_serach_contacts", "near: reply_search_contacts"),
        ("reply_create_sequenc", "near: reply_create_sequence"),
        ("reply_run_reed", "near: reply_run_read"),
        ("reply_merge_contacts", "Reply's API cannot merge contacts"),
        ("x", "no tool 'x' here. reply_find_tools"),
    ],
)
def test_a_tool_that_there_is_not_leads_to_those_that_do_its_job(name: str, near: str) -> None:
    assert near in Discovery(inventory()).explain_unknown(name)


async def test_answers_say_which_of_the_tools_they_name_are_off(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    thread = sandbox.get("/v3/inbox/threads", top=1)["items"][0]
    run = ("reply_get_thread", {"id": thread["id"]})
    async with connected(settings_for(sandbox)) as client:
        before = text_of(await client.call_tool(*run))
    assert "reply_send_inbox_reply" in before
    async with connected(settings_for(sandbox, exclude_tools=("reply_send_inbox_reply",))) as client:
        after = text_of(await client.call_tool(*run))
        described = {tool.name: tool.description or "" for tool in (await client.list_tools()).tools}
    assert after.endswith("Switched off by this server's settings: reply_send_inbox_reply.")
    for name, about in described.items():
        if "reply_send_inbox_reply" in about:
            assert about.endswith("Switched off by this server's settings: reply_send_inbox_reply."), name


async def test_resources_prompts_and_completions_of_what_is_off_are_gone(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    excluded = ("reply_get_contact", "reply_whoami", "reply_search_contacts", "reply_get_sequence", "reply_diagnose")
    async with connected(settings_for(sandbox, exclude_tools=excluded)) as client:
        mark = sandbox.seen()
        templates = [one.uri_template for one in (await client.list_resource_templates()).resource_templates]
        assert "reply://contacts/{id}" not in templates
        assert "reply://tasks/{id}" in templates
        listed = [str(one.uri) for one in (await client.list_resources()).resources]
        assert "reply://me" not in listed
        assert "reply://budget" in listed
        for uri in ("reply://me", "reply://contacts/1"):
            with pytest.raises(MCPError, match="excluded"):
                await client.read_resource(uri)
        names = [one.name for one in (await client.list_prompts()).prompts]
        assert "rescue_sequence" not in names
        assert "build_sequence" in names or "weekly_report" in names
        with pytest.raises(MCPError, match="no prompt"):
            await client.get_prompt("rescue_sequence", {"sequence": "x"})
        references: list[Any] = [
            (types.PromptReference(name="rescue_sequence"), "sequence"),
            (types.PromptReference(name="prepare_call"), "contact"),
            (types.ResourceTemplateReference(uri="reply://contacts/{id}"), "id"),
            (types.ResourceTemplateReference(uri="reply://sequences/{id}"), "id"),
        ]
        for reference, name in references:
            done = await client.complete(reference, {"name": name, "value": "ann"})
            assert done.completion.values == []
        assert asked(sandbox, mark) == []


@pytest.mark.parametrize("policy", ["read=ask", "read=person", "read=deny"])
async def test_under_a_policy_of_reads_nothing_reads_by_the_side(
    sandbox: Sandbox, settings_for: SettingsFor, policy: str
) -> None:
    async with connected(settings_for(sandbox, policy=parse_policy(policy))) as client:
        mark = sandbox.seen()
        assert (await client.list_resource_templates()).resource_templates == []
        for uri in ("reply://me", "reply://contacts/1", "reply://sequences/1"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        for prompt, name in (("rescue_sequence", "sequence"), ("prepare_call", "contact"), ("clean_list", "list")):
            done = await client.complete(types.PromptReference(name=prompt), {"name": name, "value": "an"})
            assert done.completion.values == []
        assert asked(sandbox, mark) == []


async def test_a_server_that_only_reads_says_so_of_every_write(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox, read_only=True)) as client:
        for name in ("reply_create_contact", "reply_enroll_contacts", "reply_blacklist_contact"):
            text = text_of(await client.call_tool(name, {}))
            assert "only reads" in text
            assert "near:" not in text
        names = [one.name for one in (await client.list_prompts()).prompts]
        assert "build_sequence" not in names
        assert "weekly_report" in names


@pytest.mark.parametrize("policy", ["read=deny", "read=ask", "read=person"])
async def test_a_name_that_nothing_has_shows_no_others_where_reads_are_not_free(
    sandbox: Sandbox, settings_for: SettingsFor, policy: str
) -> None:
    some = sandbox.store.all("contact", _teamId=31007)[0]
    first = some["firstName"]
    async with connected(settings_for(sandbox, policy=parse_policy(policy))) as client:
        run = {"tool": "reply_update_contact", "arguments": {"id": first, "title": "x"}}
        text = text_of(await client.call_tool("reply_run_write", run))
    assert text == f'There is no contact called "{first}". Nothing was changed.' or text == (
        f'{text.split()[0]} contacts are called "{first}": give the id. Nothing was changed.'
    )
    async with connected(settings_for(sandbox)) as client:
        assert "@" in text_of(await client.call_tool("reply_run_write", run))

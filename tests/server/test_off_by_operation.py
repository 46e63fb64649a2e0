"""What is off is reached by nothing: tried for the whole catalog, with the sandbox's log of requests as the witness.

Which operations each tool, resource and prompt reaches is recorded once, with everything on. Then each operation that
one of them reaches beside its own is switched off, and the same is called again. Each run tries a part of the writing
tools; `make chaos` tries all.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from reply_mcp.catalog.operation import Effect
from reply_mcp.server.completions import SOURCES
from reply_mcp.server.inventory import Inventory, every_entry
from reply_mcp.server.resources import RECORD_TEMPLATES
from reply_mcp.settings import Settings, load, parse_policy
from tests.chaos.each_request import prepared
from tests.chaos.stage import Stage
from tests.conftest import KEY, connected, part_of
from tests.e2e.answer_cases import READS
from tests.e2e.soundness import SECRET, TOOLS, is_read
from tests.e2e.writing_calls import WRITING, call_of
from tests.undo import changes_undone

SOME = 12
"""Writing tools that are tried in each run, beside those that are known to write by several operations."""
SEVERAL: dict[str, Any] = {
    "reply_create_contact": lambda w: {
        "email": "off@effects.example",
        "firstName": "Nell",
        "customFields": [{"id": 2101, "value": "Series A"}],
    },
    "reply_import_contacts": lambda w: {
        "items": [{"email": "off@effects.example", "firstName": "Ivo", "isOptedOut": True}]
    },
    "reply_create_sequence": lambda w: {
        "name": "Off",
        "linkedInAccounts": [610],
        "steps": [
            {
                "type": "email",
                "delayInMinutes": 0,
                "executionMode": "automatic",
                "variants": [{"subject": f"S{at}", "message": "<p>Hi</p>"}],
            }
            for at in range(12)
        ],
    },
}
OPERATIONS = [entry for entry in every_entry() if entry.tool and not entry.operations]
BY_PATH = [
    (entry.method, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(entry.path))), entry.tool)
    for entry in sorted(OPERATIONS, key=lambda one: one.path.count("{"))
]
"""The operations, those with fewer ids first: `/v3/tasks/mine` is not a task of that id."""


def tool_of(row: dict[str, Any]) -> str:
    """The tool of the operation that a request makes; "" for one without a tool."""
    return next((tool for method, path, tool in BY_PATH if method == row["method"] and path.fullmatch(row["path"])), "")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with prepared() as one:
        yield one


def written_by(stage: Stage, tool: str, *, off: str = "") -> tuple[set[str], str]:
    """The tools by whose operations a call of this tool wrote, and the answer."""
    excluded = (off,) if off else ()
    given: dict[str, Any] = {"tools": SECRET, "files": (stage.world.folder,), "exclude_tools": excluded}
    with stage.served("code", policy=parse_policy("all=allow"), patience=0.3, **given) as desk:
        arguments = SEVERAL.get(tool, lambda world: call_of(tool, world))(stage.world)
        mark = stage.sandbox.seen()
        out = desk.call(tool, arguments)
        rows = stage.sandbox.since(mark)
    return {tool_of(row) for row in rows if not is_read(row["method"], row["path"])} - {""}, out.text


def test_no_tool_writes_by_an_operation_that_is_off(stage: Stage) -> None:
    tools = [*SEVERAL, *part_of(sorted(WRITING), SOME)]
    beside = 0
    for tool in dict.fromkeys(tools):
        for other in sorted(written_by(stage, tool)[0] - {tool}):
            off = Inventory(load({"exclude_tools": other, "toolsets": "all"}, {}))
            beside += 1
            if off.find(tool) is None:
                continue
            wrote, text = written_by(stage, tool, off=other)
            assert other not in wrote, (tool, other)
            assert other in text, (tool, other, text)
            assert "excluded" in text or "Switched off" in text, text
    assert beside >= len(SEVERAL)


ALL_WRITES_OFF: dict[str, dict[str, Any]] = {
    "read-only": {"read_only": True},
    "denied": {"policy": parse_policy("write=deny,send=deny,spend=deny,share=deny,delete=deny")},
}


@pytest.mark.parametrize("setting", ALL_WRITES_OFF)
async def test_with_all_writes_off_nothing_writes_under_any_name(stage: Stage, setting: str) -> None:
    names = {tool: tool for tool in WRITING} | {
        alias: entry.tool for entry in TOOLS for alias in entry.aliases if entry.effect is not Effect.READ
    }
    settings = Settings(
        api_key=KEY,
        base_url=stage.sandbox.url,
        rate_limits="none",
        audit="off",
        tools=SECRET,
        files=(stage.world.folder,),
        toolsets=("all",),
        **ALL_WRITES_OFF[setting],
    )
    async with connected(settings) as client:
        for name in part_of(sorted(names), 2 * SOME):
            with changes_undone(stage.kernel):
                arguments = call_of(names[name], stage.world)
                mark = stage.sandbox.seen()
                for called, given in (
                    (name, arguments),
                    ("reply_run_write", {"tool": name, "arguments": arguments}),
                    ("reply_run_read", {"tool": name, "arguments": arguments}),
                ):
                    await client.call_tool(called, given)
                rows = stage.sandbox.since(mark)
            assert [row for row in rows if not is_read(row["method"], row["path"])] == [], name


async def test_with_reads_denied_nothing_reads_under_any_name(stage: Stage) -> None:
    settings = Settings(
        api_key=KEY, base_url=stage.sandbox.url, rate_limits="none", audit="off", policy=parse_policy("read=deny")
    )
    with changes_undone(stage.kernel):
        calls = {tool: make(stage.sandbox) for tool, make in READS.items()}
        async with connected(settings) as client:
            mark = stage.sandbox.seen()
            for tool, arguments in calls.items():
                for called, given in ((tool, arguments), ("reply_run_read", {"tool": tool, "arguments": arguments})):
                    assert (await client.call_tool(called, given)).is_error, tool
            await look_around(client, stage)
            asked = stage.sandbox.since(mark)
    assert asked == []


BY_ID = {entry.id: entry.tool for entry in OPERATIONS}
OWN = {
    *(one.tool for one in RECORD_TEMPLATES),
    *(BY_ID[one.operation] for one in SOURCES.values()),
    BY_ID["Whoami"],
    BY_ID["GetInboxThread"],
}
"""What resources and completions give. What a tool that is on looks up for its own answer is a part of it."""


async def look_around(client: Any, stage: Stage) -> None:
    """Reads all resources, gets all prompts and completes all that is completed, as far as each is there."""
    contact, sequence = stage.world.going, stage.world.sends
    ids = {"contacts": contact, "sequences": sequence, "inbox/threads": stage.world.thread, "tasks": stage.world.task}
    uris = [str(one.uri) for one in (await client.list_resources()).resources]
    templates = [one.uri_template for one in (await client.list_resource_templates()).resource_templates]
    for template in templates:
        kind = template.partition("://")[2].removesuffix("/{id}")
        uris.append(re.sub(r"\{\w+\}", str(ids.get(kind, 1)), template))
    for uri in uris:
        with contextlib.suppress(MCPError):
            await client.read_resource(uri)
    references: list[tuple[Any, str]] = [(types.ResourceTemplateReference(uri=one), "id") for one in templates]
    for prompt in (await client.list_prompts()).prompts:
        with contextlib.suppress(MCPError):
            await client.get_prompt(prompt.name, {one.name: "a" for one in prompt.arguments or ()})
        references += [(types.PromptReference(name=prompt.name), one.name) for one in prompt.arguments or ()]
    for reference, name in references:
        with contextlib.suppress(MCPError):
            await client.complete(reference, {"name": name, "value": "an"})


async def test_resources_prompts_and_completions_reach_nothing_that_is_off(stage: Stage) -> None:
    async def reached(*off: str) -> set[str]:
        settings = Settings(api_key=KEY, base_url=stage.sandbox.url, rate_limits="none", audit="off", exclude_tools=off)
        async with connected(settings) as client:
            mark = stage.sandbox.seen()
            await look_around(client, stage)
            return {tool_of(row) for row in stage.sandbox.since(mark)} - {""}

    with changes_undone(stage.kernel):
        everything = await reached() & OWN
        assert len(everything) >= 7, everything
        for tool in sorted(everything):
            assert tool not in await reached(tool), tool


def test_a_workflow_says_of_which_operations_it_is_made(stage: Stage) -> None:
    made = {entry.tool: entry for entry in TOOLS if entry.operations}
    for tool, entry in made.items():
        if entry.effect is Effect.READ and tool in READS:
            continue
        wrote, _ = written_by(stage, tool)
        assert wrote <= {BY_ID[one] for one in entry.operations}, tool

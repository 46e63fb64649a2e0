"""What a caller sends is bounded before it costs anything, and odd text gets an answer of ours."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from reply_mcp.server.prompts import LONGEST_ARGUMENT
from reply_mcp.server.resources import LONGEST_URI
from reply_mcp.server.stdio import readable_line
from reply_mcp.settings import Settings
from reply_mcp.text.surrogates import replace_lone_surrogates
from tests.conftest import Sandbox, connected, text_of
from tests.e2e.agent import asked
from tests.processes.command import reply_mcp

SettingsFor = Callable[..., Settings]
HALF = "\ud83d"
FAST_SECONDS = 2.0
"""What a refusal may take of the processor's time; without bounds these take many times as long."""


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("reply_find_tools", {"query": "x" * 1_000_000}, "query: at most 1,000 characters, got 1,000,000"),
        ("reply_find_tools", {f"a{n}": n for n in range(20_000)}, "20,000 arguments: no tool takes more than 500"),
        ("reply_" + "x" * 1_000_000, {}, "this one has 1,000,006"),
        ("reply_run_read", {"tool": "reply_" + "x" * 1_000_000}, "this one has 1,000,006"),
        ("reply_run_read", {"tool": "reply_whoami", "arguments": "[" * 100_000}, "text that is not JSON"),
        ("reply_whoami", {"detail": "x" * 1_000_000}, "is not one of concise, full"),
        ("reply_whoami", {"fields": ["x"] * 1_000_000}, "fields: at most 100 names, got 1000000"),
        ("reply_start_sequence", {"id": 1, "confirm": "x" * 1_000_000}, "confirm: text, the code of the preview"),
    ],
)
async def test_long_texts_of_a_call_are_refused_at_once(
    sandbox: Sandbox, settings_for: SettingsFor, tool: str, arguments: dict[str, Any], says: str
) -> None:
    async with connected(settings_for(sandbox)) as client:
        mark = sandbox.seen()
        started = time.process_time()
        result = await client.call_tool(tool, arguments)
        took = time.process_time() - started
    assert result.is_error
    assert says in text_of(result)
    assert len(text_of(result)) < 2_000
    assert took < FAST_SECONDS, took
    assert asked(sandbox, mark) == []


@pytest.mark.parametrize(
    "uri",
    [
        "reply://tasks/²",
        "reply://tasks/%C2%B2",
        "reply://tasks/" + "9" * 5_000,
        "reply://tasks/" + "9" * 1_900,
        "reply://contacts/" + "٣" * 30,
        "reply://contacts/" + "9" * 30,
        f"reply://tasks/{HALF}",
        "reply://sequences/%ED%A0%BD",
        f"reply://guide/{HALF}",
        f"reply://{HALF}",
    ],
)
async def test_odd_ids_of_resources_are_errors_of_ours(sandbox: Sandbox, settings_for: SettingsFor, uri: str) -> None:
    # A client of the newer era puts the URI into a header, where it cannot send half a surrogate pair.
    async with connected(settings_for(sandbox), "legacy") as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
        assert (await client.list_tools()).tools, "the connection goes on"
    message = str(caught.value)
    assert "reply://" in message
    assert len(message) < 3_000
    for words in ("int()", "ValueError", "digits", "codec", "surrogates", "Traceback", "Internal"):
        assert words not in message
    if len(uri) > LONGEST_URI:
        assert "a URI of at most 2,000 characters, got 5,014" in message


async def test_prompts_bound_their_arguments(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox)) as client:
        with pytest.raises(MCPError, match="rows: at most 100,000 characters, got 100,001"):
            await client.get_prompt("clean_list", {"rows": "x" * (LONGEST_ARGUMENT + 1)})
        with pytest.raises(MCPError, match="and 995 more: no such argument; there are contact"):
            await client.get_prompt("prepare_call", {"contact": "1", **{f"a{n}": "" for n in range(1_000)}})
        with pytest.raises(MCPError) as caught:
            await client.get_prompt("x" * 100_000, {})
        assert len(str(caught.value)) < 500


async def test_an_argument_that_looks_like_a_variable_is_not_filled_in(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    async with connected(settings_for(sandbox)) as client:
        prompt = await client.get_prompt("clean_list", {"rows": "{list}", "list": "VIPs {rows}"})
    text = prompt.messages[0].content.text
    assert "(list: VIPs {rows}):\n{list}\n" in text


async def test_half_an_emoji_in_a_prompt_is_answered(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with connected(settings_for(sandbox)) as client:
        prompt = await client.get_prompt("prepare_call", {"contact": f"Ann {HALF}"})
    assert "Ann \ufffd" in prompt.messages[0].content.text


async def test_completions_look_nothing_up_for_what_no_name_is(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    prompt = types.PromptReference(name="rescue_sequence")
    async with connected(settings_for(sandbox)) as client:
        mark = sandbox.seen()
        done = await client.complete(prompt, {"name": "sequence", "value": "x" * 100_000})
        assert done.completion.values == []
        assert asked(sandbox, mark) == []
        assert (await client.complete(prompt, {"name": "sequence", "value": f"²{HALF}"})).completion.values == []


async def test_completions_say_whether_there_are_more(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    prompt = types.PromptReference(name="prepare_call")
    async with connected(settings_for(sandbox)) as client:
        many = (await client.complete(prompt, {"name": "contact", "value": "com"})).completion
        assert (many.total, many.has_more) == (None, True)
        [one] = (await client.complete(prompt, {"name": "contact", "value": many.values[0]})).completion.values
        few = (await client.complete(prompt, {"name": "contact", "value": one})).completion
    assert (few.values, few.total, few.has_more) == ([one], 1, False)


@pytest.mark.parametrize("policy", ["read=ask", "read=deny"])
async def test_completions_are_under_the_policy_of_reads(
    sandbox: Sandbox, settings_for: SettingsFor, policy: str
) -> None:
    from reply_mcp.settings import parse_policy

    async with connected(settings_for(sandbox, policy=parse_policy(policy))) as client:
        mark = sandbox.seen()
        done = await client.complete(types.PromptReference(name="rescue_sequence"), {"name": "sequence", "value": ""})
        assert done.completion.values == []
        assert asked(sandbox, mark) == []


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (r'{"a": "\ud83d"}', "\ufffd"),
        (r'{"a": "\uDE00 x"}', "\ufffd x"),
        (r'{"a": "\ud83d\ud83d\ude00"}', "\ufffd😀"),
        (r'{"a": "\ud83d\ude00"}', "😀"),
        (r'{"a": "\\ud83d"}', r"\ud83d"),
        (r'{"a": "\\\ud83d"}', "\\\ufffd"),
        ("\ufeff" + r'{"a": "b"}', "b"),
        ('{"a": "b\tc\x00\x1f\r"}\r\n', "b c   "),
    ],
)
def test_lines_that_no_parser_takes_are_repaired(line: str, read: str) -> None:
    assert json.loads(readable_line(line))["a"] == read


def test_halves_are_replaced_wherever_they_are() -> None:
    assert replace_lone_surrogates({HALF: [f"a{HALF}", 1, None]}) == {"\ufffd": ["a\ufffd", 1, None]}
    assert replace_lone_surrogates("😀") == "😀"


def test_lines_that_no_parser_takes_are_answered_over_stdio() -> None:
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    find = '{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"reply_find_tools","arguments":%s}}'
    lines = [
        "\ufeff" + json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        find % (2, r'{"query":"stop a sequence \ud83d"}'),
        find % (3, '{"query":"stop a\tsequence\r\x01\u2028"}\r'),
        find % (4, '{"query":"stop a sequence \udcff\udced\udca0"}'),  # bytes that are no UTF-8
    ]
    with subprocess.Popen(reply_mcp("serve"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.stdin.close()
    assert sorted(answer["id"] for answer in answers) == [1, 2, 3, 4]
    for answer in answers[1:]:
        assert "reply_pause_sequence" in answer["result"]["content"][0]["text"]

"""What a host may send back to a question that is not a plain yes, on the wire: over HTTP with the state of
the question (2026-07-28), and over stdio while the call waits (earlier). The SDK's own client sends none of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tests.conftest import KEY, Sandbox, check_each
from tests.e2e.agent import held, made
from tests.processes.stdio_host import StdioHost
from tests.server.http.served import Served, served

ERA = "2026-07-28"
YES: Any = {"action": "accept", "content": {"agree": True}}
NO_YES: list[Any] = [
    {"action": "accept", "content": {"agree": "true"}},
    {"action": "accept", "content": {"agree": 1}},
    {"action": "accept", "content": {"agree": [True]}},
    {"action": "accept", "content": {"agree": {"agree": True}}},
    {"action": "accept", "content": {"Agree": True}},
    {"action": "accept", "content": {"confirm": True}},
    {"action": "accept", "content": {}},
    {"action": "accept", "content": None},
    {"action": "accept", "content": [{"agree": True}]},
    {"action": "accept", "content": "yes"},
    {"action": "accept"},
    {"action": "accepted", "content": {"agree": True}},
    {"action": ["accept"], "content": {"agree": True}},
    {"action": None, "content": {"agree": True}},
    {"content": {"agree": True}},
    {"action": "decline", "content": {"agree": True}},
    {"action": "cancel", "content": {"agree": True}},
    {},
]
"""Answers to a question none of which agrees."""
NO_ANSWER: list[Any] = [None, "yes", True, [YES], {"roots": []}]
"""What is no answer to a question at all."""


def deletion(contact: dict[str, Any]) -> dict[str, Any]:
    return {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}


def call_of(number: int, contact: dict[str, Any], **more: Any) -> dict[str, Any]:
    params = {"name": "reply_run_write", "arguments": deletion(contact), **more}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def there(sandbox: Sandbox, contact: dict[str, Any]) -> bool:
    return bool(held(sandbox, contact["email"]))


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("odd"), {"REPLY_BASE_URL": _module_sandbox.url}) as one:
        yield one
    assert "Traceback" not in one.log


class Rounds:
    """A host that speaks the wire itself."""

    def __init__(self, server: Served) -> None:
        self.url = f"{server.url}/mcp"
        self.http = httpx.AsyncClient(trust_env=False, timeout=60)

    async def call(self, contact: dict[str, Any], key: str = KEY, **more: Any) -> Any:
        """The result, or the error, of a call that deletes a contact."""
        described = {
            "io.modelcontextprotocol/protocolVersion": ERA,
            "io.modelcontextprotocol/clientInfo": {"name": "host", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        }
        headers = {
            "Authorization": f"Bearer {key}",
            "Accept": "application/json",
            "Mcp-Protocol-Version": ERA,
            "Mcp-Method": "tools/call",
            "Mcp-Name": "reply_run_write",
        }
        answer = await self.http.post(self.url, headers=headers, json=call_of(1, contact, _meta=described, **more))
        return answer.json()

    async def ask(self, contact: dict[str, Any]) -> str:
        """The state of the question."""
        return str((await self.call(contact))["result"]["requestState"])


async def test_over_http_nothing_but_a_yes_is_one(server: Served, sandbox: Sandbox) -> None:
    ann, host = made(sandbox), Rounds(server)
    for answer in [*NO_YES, *NO_ANSWER]:
        state = await host.ask(ann)
        told = await host.call(ann, requestState=state, inputResponses={"consent": answer})
        said = told["result"]["content"][0]["text"] if "result" in told else told["error"]["message"]
        assert said.startswith(("Not done: ", "Invalid request parameters")), answer
        assert there(sandbox, ann), answer
        if "result" in told:
            after = await host.call(ann, requestState=state, inputResponses={"consent": YES})
            assert "answered before" in after["result"]["content"][0]["text"], answer
            assert there(sandbox, ann), f"a yes after {answer}"
    for responses in (
        {"other": YES},
        {"consent": {"action": "decline"}, "other": YES},
        {},
        {"consent": None},
        [YES],
        5,
    ):
        await host.call(ann, requestState=await host.ask(ann), inputResponses=responses)
        assert there(sandbox, ann), responses
    await host.call(ann, inputResponses={"consent": YES})
    assert there(sandbox, ann), "an answer to no question"
    beside = {
        "consent": {"action": "accept", "content": {"agree": True, "other": False}},
        "other": {"action": "cancel"},
    }
    told = await host.call(ann, requestState=await host.ask(ann), inputResponses=beside)
    assert not there(sandbox, ann), told


async def test_a_state_that_was_changed_anywhere_opens_nothing(server: Served, sandbox: Sandbox) -> None:
    ann, ben, host, yes = made(sandbox), made(sandbox), Rounds(server), {"consent": YES}
    state = await host.ask(ann)
    edited = [
        f"{state[:at]}{'A' if state[at] != 'A' else 'B'}{state[at + 1 :]}"
        for at in sorted({*range(0, len(state), 9), len(state) - 1})
    ]
    for other in [*edited, state[:-1], f"{state}A", f" {state}", f"{state}\n", state.swapcase(), "", "v1.", "x" * 9000]:
        told = await host.call(ann, requestState=other, inputResponses=yes)
        assert there(sandbox, ann), other
        assert told["error"]["data"] == {"reason": "invalid_request_state"}, other
    for odd in (5, [state], {"state": state}, True):
        assert "error" in await host.call(ann, requestState=odd, inputResponses=yes)
    for key, contact in (("sandbox-master", ann), ("sandbox-tenant-2", ann), ("made-up", ann), (KEY, ben)):
        assert "error" in await host.call(contact, key, requestState=state, inputResponses=yes), key
    assert there(sandbox, ann)
    assert there(sandbox, ben)
    done = []

    async def answer() -> None:
        done.append((await host.call(ann, requestState=state, inputResponses=yes))["result"]["content"][0]["text"])

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(answer)
    assert [text.startswith("Deleted") for text in done].count(True) == 1


@pytest.fixture
def host(sandbox: Sandbox, tmp_path: Path) -> Iterator[StdioHost]:
    with StdioHost(sandbox, tmp_path, elicitation={}) as one:
        yield one


def asked(host: StdioHost, contact: dict[str, Any]) -> tuple[int, Any]:
    """The number of a call, and the id of its question, which comes while the call waits."""
    return host.call("reply_run_write", **deletion(contact)), host.question()


def test_over_stdio_nothing_but_a_yes_is_one(host: StdioHost, sandbox: Sandbox) -> None:
    ann = made(sandbox)

    def check(answer: Any) -> None:
        call, question = asked(host, ann)
        host.say(question, answer)
        text = host.text(call)
        assert there(sandbox, ann), text
        assert text.startswith("Not done: "), text
        assert "unknown" not in text

    check_each(NO_YES, check)


def test_over_stdio_an_answer_is_the_first_one_to_its_question_while_the_call_waits(
    host: StdioHost, sandbox: Sandbox
) -> None:
    ann, ben, cid = made(sandbox), made(sandbox), made(sandbox)
    (first, of_ann), (second, of_ben) = asked(host, ann), asked(host, ben)
    host.say("another", YES)
    host.say(99_999, YES)
    host.say(of_ben, YES)
    assert host.text(second).startswith("Deleted")
    assert there(sandbox, ann)
    assert not there(sandbox, ben)
    for answer in ({"action": "decline"}, YES, YES):
        host.say(of_ann, answer)
    assert "declined" in host.text(first)
    third, of_cid = asked(host, cid)
    host.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": third}})
    host.say(of_cid, YES)
    fourth, again = asked(host, cid)
    assert there(sandbox, cid), "cancelled before the answer"
    for _ in range(5):
        host.say(again, YES)
    assert host.text(fourth).startswith("Deleted")
    assert there(sandbox, ann)

"""Hosts that ask the person, in both protocol eras, through the SDK's real client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from reply_mcp.server.consent import host
from reply_mcp.server.stdio import local_server
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, over_stdio, text_of
from tests.consent import code_in
from tests.e2e.agent import held, made

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
YES = types.ElicitResult(action="accept", content={"agree": True})


class Person:
    """Answers the host's questions, and keeps them."""

    def __init__(self, answer: Any = YES, then: Callable[[], None] = lambda: None) -> None:
        self.answer, self.then = answer, then
        self.asked: list[str] = []

    async def __call__(self, context: Any, params: Any) -> Any:
        self.asked.append(params.message)
        assert params.requested_schema["properties"]["agree"]["type"] == "boolean"
        self.then()
        return await self.answer() if callable(self.answer) else self.answer


@asynccontextmanager
async def hosted(sandbox: Sandbox, era: str, person: Person | None, **values: Any) -> AsyncIterator[Any]:
    """A client of a server, with a host that asks this person; None is a host that cannot."""
    settings = Settings(**{"api_key": KEY, "base_url": sandbox.url, "rate_limits": "none", **values})
    server, sessions = local_server(settings)
    try:
        async with Client(server, mode=era, elicitation_callback=person) as client:
            yield client
    finally:
        await sessions.aclose()


async def delete(client: Any, contact: dict[str, Any], **more: Any) -> str:
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"], **more}}
    return text_of(await client.call_tool("reply_run_write", run))


async def leave_open(
    client: Any, contact: dict[str, Any], person: Person, life: anyio.CancelScope | None = None
) -> None:
    """Ends the call, or the whole `life`, once the person has been asked, who never answers."""
    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(delete, client, contact)
            while not person.asked:
                await anyio.sleep(0.01)
            (life or group.cancel_scope).cancel()


def there(sandbox: Sandbox, contact: dict[str, Any]) -> bool:
    return bool(held(sandbox, contact["email"]))


@ERAS
async def test_a_person_who_agrees_is_asked_once(sandbox: Sandbox, era: str) -> None:
    ann, person = made(sandbox), Person()
    async with hosted(sandbox, era, person) as client:
        answer = await delete(client, ann)
    assert "confirm" not in answer
    assert not there(sandbox, ann), answer
    assert len(person.asked) == 1
    assert ann["email"] in person.asked[0]
    assert "confirm=" not in person.asked[0]


@ERAS
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (types.ElicitResult(action="decline"), "declined"),
        (types.ElicitResult(action="cancel"), "closed the question"),
        (types.ElicitResult(action="accept"), "does not say that the person agrees"),
        (types.ElicitResult(action="accept", content={"agree": "yes"}), "does not say"),
        (types.ElicitResult(action="accept", content={"agree": False}), "does not say"),
        (types.ElicitResult(action="decline", content={"agree": True}), "declined"),
    ],
    ids=["decline", "cancel", "no content", "text", "false", "decline with yes"],
)
async def test_whoever_does_not_agree_keeps_everything_as_it_was(
    sandbox: Sandbox, era: str, answer: types.ElicitResult, says: str
) -> None:
    ann, person = made(sandbox), Person(answer)
    async with hosted(sandbox, era, person) as client:
        text = await delete(client, ann)
    assert text.startswith("Not done: ")
    assert says in text
    assert "confirm=" not in text
    assert there(sandbox, ann)
    assert len(person.asked) == 1


async def test_a_host_that_fails_to_ask_leaves_the_code(sandbox: Sandbox) -> None:
    ann, person = made(sandbox), Person(types.ErrorData(code=-32603, message="no window"))
    async with hosted(sandbox, "legacy", person) as client:
        text = await delete(client, ann)
        assert text.startswith("The host could not ask the person. Not done yet.")
        assert there(sandbox, ann)
        await delete(client, ann, confirm=code_in(text))
    assert not there(sandbox, ann)


async def test_a_modern_host_that_fails_to_ask_ends_the_call(sandbox: Sandbox) -> None:
    ann, person = made(sandbox), Person(types.ErrorData(code=-32603, message="no window"))
    async with hosted(sandbox, "2026-07-28", person) as client:
        with pytest.raises(MCPError):
            await delete(client, ann)
    assert there(sandbox, ann)


async def test_nobody_who_answers_is_no_yes(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "ANSWER_SECONDS", 0.2)
    ann, person = made(sandbox), Person(anyio.sleep_forever)
    async with hosted(sandbox, "legacy", person) as client:
        text = await delete(client, ann)
    assert "nobody answered" in text
    assert there(sandbox, ann)


async def test_a_modern_host_that_never_answers_costs_nothing(sandbox: Sandbox) -> None:
    ann, person = made(sandbox), Person(anyio.sleep_forever)
    async with hosted(sandbox, "2026-07-28", person) as client:
        await leave_open(client, ann, person)
        assert "contacts" in text_of(await client.call_tool("reply_search_contacts", {"top": 1}))
    assert there(sandbox, ann)


@ERAS
async def test_a_host_that_dies_meanwhile_leaves_everything_as_it_was(sandbox: Sandbox, era: str) -> None:
    ann, person = made(sandbox), Person(anyio.sleep_forever)
    with anyio.CancelScope() as life:
        async with hosted(sandbox, era, person) as client:
            await leave_open(client, ann, person, life)
    assert len(person.asked) == 1
    assert there(sandbox, ann)


@ERAS
async def test_what_changes_while_the_person_answers_is_asked_anew(sandbox: Sandbox, era: str) -> None:
    ann = made(sandbox, firstName="Ann")
    renamed = iter([True, False, False])

    def rename() -> None:
        if next(renamed):
            sandbox.http.patch(f"/v3/contacts/{ann['id']}", json={"firstName": "Bella"})

    person = Person(then=rename)
    async with hosted(sandbox, era, person) as client:
        await delete(client, ann)
    assert len(person.asked) == 2
    assert "Bella" not in person.asked[0]
    assert person.asked[1].startswith("What this would do has changed")
    assert "Bella" in person.asked[1]
    assert not there(sandbox, ann)


@ERAS
async def test_a_host_that_cannot_ask_gets_the_code(sandbox: Sandbox, era: str) -> None:
    ann = made(sandbox)
    async with hosted(sandbox, era, None) as client:
        text = await delete(client, ann)
        assert there(sandbox, ann)
        await delete(client, ann, confirm=code_in(text))
    assert not there(sandbox, ann)


@ERAS
async def test_a_setting_keeps_the_code(sandbox: Sandbox, era: str) -> None:
    ann, person = made(sandbox), Person()
    async with hosted(sandbox, era, person, ask="code") as client:
        text = await delete(client, ann)
        assert there(sandbox, ann)
        await delete(client, ann, confirm=code_in(text))
    assert person.asked == []
    assert not there(sandbox, ann)


@ERAS
async def test_where_a_person_must_agree_the_host_asks_and_no_code_is_taken(sandbox: Sandbox, era: str) -> None:
    ann, person = made(sandbox), Person()
    async with hosted(sandbox, era, person, policy=parse_policy("delete=person"), ask="form") as client:
        await delete(client, ann, confirm="AAAAA")
    assert len(person.asked) == 1
    assert not there(sandbox, ann)


class Rounds:
    """A modern host that answers by hand, so that it can send what it should not."""

    def __init__(self, client: Any, sandbox: Sandbox) -> None:
        self.client, self.sandbox = client, sandbox

    async def call(self, contact: int, state: str | None = None, answer: types.ElicitResult | None = None) -> Any:
        responses = {"consent": answer} if answer is not None else None
        return await self.client.session.call_tool(
            "reply_run_write",
            {"tool": "reply_delete_contact", "arguments": {"id": contact}},
            input_responses=responses,
            request_state=state,
            allow_input_required=True,
        )


async def test_an_answer_counts_once_and_only_with_its_question(sandbox: Sandbox) -> None:
    ann, ben = made(sandbox), made(sandbox)
    async with hosted(sandbox, "2026-07-28", Person()) as client:
        rounds = Rounds(client, sandbox)
        question = await rounds.call(ann["id"])
        assert isinstance(question, types.InputRequiredResult)
        assert ann["email"] not in (question.request_state or "")
        without = await rounds.call(ann["id"], None, YES)
        assert isinstance(without, types.InputRequiredResult), "an answer without its question is none"
        for contact, state in ((ben["id"], question.request_state), (ann["id"], "v1.forged")):
            with pytest.raises(MCPError, match="requestState"):
                await rounds.call(contact, state, YES)
        assert there(sandbox, ann)
        kept = sandbox.store.get("contact", ann["id"])
        done = await rounds.call(ann["id"], question.request_state, YES)
        assert not there(sandbox, ann), done
        sandbox.store.put("contact", kept)
        again = await rounds.call(ann["id"], question.request_state, YES)
        assert "has been used" in text_of(again)
    assert there(sandbox, ann)
    assert there(sandbox, ben)


@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_yes_after_a_no_counts_for_nothing(action: Any, sandbox: Sandbox) -> None:
    ann = made(sandbox)
    async with hosted(sandbox, "2026-07-28", Person()) as client:
        rounds = Rounds(client, sandbox)
        question = await rounds.call(ann["id"])
        await rounds.call(ann["id"], question.request_state, types.ElicitResult(action=action))
        for _ in range(2):
            told = await rounds.call(ann["id"], question.request_state, YES)
            assert "answered before" in text_of(told)
            assert there(sandbox, ann)
        anew = await rounds.call(ann["id"])
        assert isinstance(anew, types.InputRequiredResult), "the person may be asked again"
        await rounds.call(ann["id"], anew.request_state, YES)
    assert not there(sandbox, ann)


@ERAS
async def test_over_a_real_stdio_server(sandbox: Sandbox, era: str) -> None:
    ann, person = made(sandbox), Person()
    environment = {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_RATE_LIMITS": "none"}
    async with over_stdio(environment, mode=era, elicitation_callback=person) as client:
        await delete(client, ann)
    assert len(person.asked) == 1
    assert not there(sandbox, ann)

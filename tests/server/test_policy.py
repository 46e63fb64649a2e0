from __future__ import annotations

import re
from typing import Any

import pytest

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Arguments, Effect, Path, Question
from reply_mcp.errors import NotDone
from reply_mcp.server.policy import Policy
from reply_mcp.settings import parse_policy

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))


@area.post("/v3/probes/{id}/fire", tool="reply_fire", effect=Effect.SEND, preview="This fires probe {id}.")
class Fire(Arguments):
    """Fires."""

    id: Path[int]


@area.delete("/v3/probes/{id}", tool="reply_delete_probe")
class DeleteProbe(Arguments):
    """Deletes."""

    id: Path[int]


class Performing:
    def __init__(self, arguments: Any) -> None:
        self.arguments = arguments
        self.operation = arguments.operation
        self.notes: list[str] = []


async def ask(policy: Policy, arguments: Any, confirm: str | None = None, owner: str = "me") -> str:
    """What the gate says; empty where it lets the call through."""
    try:
        await policy.gate(owner, arguments.wire(), confirm)(Performing(arguments))  # type: ignore[arg-type]
    except NotDone as stopped:
        return str(stopped)
    return ""


def code_in(text: str) -> str:
    found = re.search(r'confirm="(\w+)"', text)
    assert found, text
    return found[1]


async def test_a_send_shows_what_it_will_do_and_needs_the_code() -> None:
    policy = Policy(parse_policy(""))
    first = await ask(policy, Fire(id=3))
    assert "Not done yet. This fires probe 3." in first
    assert await ask(policy, Fire(id=3), code_in(first)) == ""


async def test_a_code_is_used_up() -> None:
    policy = Policy(parse_policy(""))
    code = code_in(await ask(policy, Fire(id=3)))
    assert await ask(policy, Fire(id=3), code) == ""
    assert "does not fit" in await ask(policy, Fire(id=3), code)


@pytest.mark.parametrize(
    ("arguments", "owner"), [(Fire(id=4), "me"), (DeleteProbe(id=3), "me"), (Fire(id=3), "somebody else")]
)
async def test_a_code_fits_its_owner_tool_and_arguments_alone(arguments: Any, owner: str) -> None:
    policy = Policy(parse_policy(""))
    code = code_in(await ask(policy, Fire(id=3)))
    assert "does not fit" in await ask(policy, arguments, code, owner)
    assert await ask(policy, Fire(id=3), code) == "", "a wrong try leaves the right one open"


async def test_a_code_holds_for_what_was_told_alone() -> None:
    people = [1, 2, 3]

    async def told(call: Any) -> Question:
        return Question(f"This reaches {len(people)} people.", list(people))

    @area.post("/v3/probes/{id}/all", tool="reply_fire_all", effect=Effect.SEND, preview=told)
    class FireAll(Arguments):
        """Fires at all."""

        id: Path[int]

    policy = Policy(parse_policy(""))
    first = await ask(policy, FireAll(id=3))
    people.append(4)
    second = await ask(policy, FireAll(id=3), code_in(first))
    assert "has changed since the preview" in second
    assert "This reaches 4 people." in second
    assert "does not fit" in await ask(policy, FireAll(id=3), code_in(first)), "used up"
    people[0] = 9
    third = await ask(policy, FireAll(id=3), code_in(second))
    assert "has changed" in third, "as many, but others"
    assert await ask(policy, FireAll(id=3), code_in(third)) == ""


async def test_a_code_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(parse_policy(""))
    now = 1000.0
    monkeypatch.setattr("reply_mcp.server.policy.time.monotonic", lambda: now)
    code = code_in(await ask(policy, Fire(id=3)))
    now += 601
    assert "does not fit" in await ask(policy, Fire(id=3), code)


async def test_deny_and_allow() -> None:
    assert "send=deny" in await ask(Policy(parse_policy("send=deny")), Fire(id=3))
    assert await ask(Policy(parse_policy("all=allow")), Fire(id=3)) == ""
    assert await ask(Policy(parse_policy("all=allow,delete=ask")), DeleteProbe(id=3)) != ""


async def test_a_state_can_make_an_effect_milder() -> None:
    @area.post("/v3/probes/{id}/maybe", tool="reply_maybe", effect=Effect.SEND, effect_for=_milder)
    class Maybe(Arguments):
        """Maybe."""

        id: Path[int]

    policy = Policy(parse_policy(""))
    assert await ask(policy, Maybe(id=1)) == ""
    assert await ask(policy, Maybe(id=2)) != ""


async def _milder(call: Any) -> Effect:
    return Effect.WRITE if call.arguments.id == 1 else Effect.SEND

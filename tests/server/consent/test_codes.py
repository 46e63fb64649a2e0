"""Decisions, and codes that confirm a call where the host cannot ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from reply_mcp.catalog.operation import Effect
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.errors import ReplyError
from reply_mcp.server.consent.codes import MOST_WRONG
from tests.consent import SEAL_KEY, ask, code_in, consent_for
from tests.server.consent import probes
from tests.server.consent.probes import DeleteProbe, Fire, FireAll, Maybe, Performing, asking

CALL = Performing(Fire(id=3))


@pytest.fixture
def people() -> Iterator[list[int]]:
    """Whom `FireAll` reaches."""
    probes.people[:] = [1, 2, 3]
    yield probes.people
    probes.people[:] = [1, 2, 3]


async def test_a_send_shows_what_it_will_do_and_needs_the_code() -> None:
    consent = consent_for()
    first = await ask(consent, CALL)
    assert "Not done yet. This fires probe 3." in first
    assert "(10 minutes, for exactly this)" in first
    assert await ask(consent, CALL, f" {code_in(first).lower()} ") == ""


async def test_a_code_is_used_up() -> None:
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    assert await ask(consent, CALL, code) == ""
    assert "does not fit" in await ask(consent, CALL, code)


@pytest.mark.parametrize(
    ("arguments", "owner"), [(Fire(id=4), "me"), (DeleteProbe(id=3), "me"), (Fire(id=3), "somebody else")]
)
async def test_a_code_fits_its_owner_tool_and_arguments_alone(arguments: Any, owner: str) -> None:
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    assert "does not fit" in await ask(consent, Performing(arguments), code, owner)
    assert await ask(consent, CALL, code) == "", "a wrong try leaves the right one open"


async def test_a_code_holds_for_what_was_shown_alone(people: list[int]) -> None:
    consent, call = consent_for(), Performing(FireAll(id=3))
    first = await ask(consent, call)
    people.append(4)
    second = await ask(consent, call, code_in(first))
    assert "has changed since the preview" in second
    assert "This reaches 4 people." in second
    assert "does not fit" in await ask(consent, call, code_in(first)), "another question took its place"
    people[0] = 9
    third = await ask(consent, call, code_in(second))
    assert "has changed" in third, "as many, but others"
    assert await ask(consent, call, code_in(third)) == ""


async def test_one_question_has_one_code() -> None:
    consent = consent_for()
    codes = {code_in(await ask(consent, CALL)) for _ in range(3)}
    assert len(codes) == 1
    code = codes.pop()
    assert await ask(consent, CALL, code) == ""
    assert code_in(await ask(consent, CALL)) != code, "another question"


async def test_of_many_who_use_a_code_at_once_one_goes_ahead() -> None:
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    came: list[str] = []

    async def use() -> None:
        came.append(await ask(consent, CALL, code))

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(use)
    assert came.count("") == 1


async def test_a_code_expires_and_an_old_question_gets_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: now)
    monkeypatch.setattr("reply_mcp.server.consent.codes.time.time", lambda: now)
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    now += 599
    assert await ask(consent, CALL, code) == ""
    code = code_in(await ask(consent, CALL))
    now += 299
    again = await ask(consent, CALL)
    assert code_in(again) == code
    assert "(5 minutes, " in again
    now += 2
    later = await ask(consent, CALL)
    assert code_in(later) != code
    assert "(10 minutes, " in later
    assert "does not fit" in await ask(consent, CALL, code), "one question, one code"
    now += 601
    assert "does not fit" in await ask(consent, CALL, code_in(later))


async def test_codes_cannot_be_tried_out() -> None:
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    for number in range(MOST_WRONG):
        assert "does not fit" in await ask(consent, CALL, f"AAA{number:02}")
    assert "Too many codes" in await ask(consent, CALL, code)
    other = code_in(await ask(consent, CALL, owner="somebody else"))
    assert await ask(consent, CALL, other, "somebody else") == ""


async def test_right_codes_are_not_counted_as_tries() -> None:
    consent = consent_for()
    for number in range(MOST_WRONG + 5):
        call = Performing(Fire(id=number + 1))
        assert await ask(consent, call, code_in(await ask(consent, call))) == ""


async def test_a_code_holds_on_every_server_with_the_same_state_and_key() -> None:
    state = MemoryState()
    one, two = consent_for(state=state), consent_for(state=state)
    code = code_in(await ask(one, CALL))
    assert await ask(two, CALL, code) == ""
    assert "does not fit" in await ask(one, CALL, code), "once, wherever it was used"
    stranger = consent_for(state=state, keys=("k" * 40,))
    code = code_in(await ask(one, CALL))
    assert "does not fit" in await ask(stranger, CALL, code)


async def test_keys_can_be_changed_without_losing_a_code() -> None:
    state, new = MemoryState(), "n" * 40
    before = consent_for(state=state)
    code = code_in(await ask(before, CALL))
    assert await ask(consent_for(state=state, keys=(new, SEAL_KEY)), CALL, code) == ""


async def test_what_the_state_holds_gives_no_code_away() -> None:
    state = MemoryState()
    code = code_in(await ask(consent_for(state=state), CALL))
    held = await state.list("")
    assert held
    assert code not in str(held)
    assert "probe 3" not in str(held)


class Away(MemoryState):
    """A state that nobody reaches."""

    async def get(self, name: str) -> str | None:
        raise StoreDown("away")

    async def add(self, name: str, value: str, seconds: float) -> bool:
        raise StoreDown("away")

    async def take(self, name: str) -> str | None:
        raise StoreDown("away")

    async def increase(self, name: str, by: int, seconds: float) -> int:
        raise StoreDown("away")


@pytest.mark.parametrize("policy", ["", "send=person"])
async def test_without_the_state_nothing_is_done(policy: str) -> None:
    consent = consent_for(policy, state=Away())
    for confirm in (None, "AAAAA"):
        assert "REPLY_BUDGET_URL" in await ask(consent, CALL, confirm)
    assert "REPLY_BUDGET_URL" in await ask(consent_for("all=allow", "send=5/day", state=Away()), CALL)


async def test_deny_and_allow() -> None:
    assert "send=deny" in await ask(consent_for("send=deny"), CALL)
    assert await ask(consent_for("all=allow"), CALL) == ""
    assert await ask(consent_for("all=allow,delete=ask"), Performing(DeleteProbe(id=3))) != ""


async def test_a_state_can_make_an_effect_milder() -> None:
    consent = consent_for()
    assert await ask(consent, Performing(Maybe(id=1))) == ""
    assert await ask(consent, Performing(Maybe(id=2))) != ""


async def test_a_preview_that_cannot_look_stops_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(call: Any) -> str:
        raise ReplyError("could not look")

    monkeypatch.setattr("reply_mcp.server.consent.gate.question_about", lambda *_: fails(None))
    with pytest.raises(ReplyError, match="could not look"):
        await ask(consent_for(), CALL)


async def test_a_question_reaches_nobody_with_control_characters() -> None:
    was = Fire.operation.preview
    object.__setattr__(Fire.operation, "preview", asking("This fires \x1b[2J\u202e\U000e0041probe {id}."))
    try:
        text = await ask(consent_for(), CALL)
    finally:
        object.__setattr__(Fire.operation, "preview", was)
    assert "probe 3" in text
    assert not any(sign in text for sign in "\x1b\u202e\U000e0041")


async def test_consent_to_one_effect_is_none_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    effects = [Effect.SEND]

    async def effect_for(call: Any) -> tuple[Effect, ...]:
        return tuple(effects)

    monkeypatch.setitem(vars(Fire.operation), "effect_for", effect_for)
    consent = consent_for()
    code = code_in(await ask(consent, CALL))
    effects.append(Effect.SHARE)
    assert "has changed" in await ask(consent, CALL, code)


def test_a_tool_that_only_a_person_lets_through_takes_no_code() -> None:
    policy = consent_for("delete=person,spend=allow", "spend=5/day").policy
    assert not policy.takes_code(Effect.DELETE)
    assert policy.may_ask(Effect.DELETE)
    assert policy.takes_code(Effect.SPEND), "beyond its ceiling"
    assert policy.takes_code(Effect.SEND)
    assert not policy.may_ask(Effect.WRITE)
    assert policy.strictest((Effect.SEND, Effect.DELETE, Effect.WRITE)) is Effect.DELETE


@pytest.mark.parametrize(
    ("policy", "caps", "looked"),
    [
        ("all=allow", "", 0),
        ("all=allow", "send=5/day", 1),
        ("all=allow,delete=ask", "", 1),
        ("all=allow,read=ask", "", 1),
        ("", "", 1),
        ("all=ask", "", 1),
        ("all=deny", "", 1),
    ],
)
async def test_an_effect_is_looked_up_where_something_hangs_on_it(
    policy: str, caps: str, looked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Any] = []

    async def effect_for(call: Any) -> Effect:
        looks.append(call)
        return Effect.SEND

    monkeypatch.setitem(vars(Fire.operation), "effect_for", effect_for)
    await ask(consent_for(policy, caps), CALL)
    assert len(looks) == looked

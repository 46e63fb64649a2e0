"""Nobody is asked about a call that names something that is not there: each id of each case of the tools that ask is
put to one of nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import connected, text_of
from tests.e2e.effect_cases import FREE_MAILBOX
from tests.e2e.price_of_safety import ALL, asking_world
from tests.e2e.question_cases import Asking
from tests.undo import changes_undone

NOWHERE = 999999999
Place = tuple[str | int, ...]
SEVERAL = {"ids", "contactIds", "accountIds", "threadIds"}
"""Arguments of which the question says which are not there, where some are."""
NOT_SHOWN = {("reply_send_linkedin_voice", "voiceAttachmentId"): "no call shows recordings"}
IDS = {"emailAccounts", "linkedInAccounts"}
"""Arguments of ids that are not named so."""


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    with asking_world() as one:
        yield one


def places_of_ids(value: Any, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places_of_ids(inner, (*place, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places_of_ids(inner, (*place, at))
    elif value is not None and not isinstance(value, bool) and _is_of_id(_name(place)):
        yield place


def _name(place: Place) -> str:
    return next(part for part in reversed(place) if isinstance(part, str))


def _is_of_id(name: str) -> bool:
    return name in {"id", "ids"} | IDS or (name.endswith(("Id", "Ids")) and not name.casefold().endswith("zoneid"))


def with_nothing(arguments: dict[str, Any], place: Place) -> dict[str, Any]:
    """The arguments with the id of nothing in this place, written as the one that is there."""
    changed = copy.deepcopy(arguments)
    holder: Any = changed
    for part in place[:-1]:
        holder = holder[part]
    held = holder[place[-1]]
    if isinstance(held, int):
        holder[place[-1]] = NOWHERE
    elif re.fullmatch(r"[0-9a-f-]{36}", held):
        holder[place[-1]] = "11111111-2222-4333-8444-555555555555"
    else:
        holder[place[-1]] = f"{held[:2]}{NOWHERE}" if held[1:2] == "-" else str(NOWHERE)
    return changed


@pytest.mark.parametrize("tool", sorted(ALL))
async def test_what_is_not_there_is_not_asked_about(
    tool: str, world: Asking, settings_for: Callable[..., Settings]
) -> None:
    policy = parse_policy("send=ask,spend=ask,share=ask,delete=ask")
    for case in ALL[tool]:
        with changes_undone(world.sandbox.app.state.kernel):
            arguments = case(world)
            async with connected(settings_for(world.sandbox, policy=policy, patience=0.2)) as agent:

                async def call(given: dict[str, Any]) -> str:
                    return text_of(await agent.call_tool("reply_run_write", {"tool": tool, "arguments": given}))

                if "confirm=" not in await call(arguments):
                    continue
                for place in places_of_ids(arguments):
                    answer, name = await call(with_nothing(arguments, place)), _name(place)
                    if (tool, name) in NOT_SHOWN:
                        assert "confirm=" in answer
                    elif name in SEVERAL and "confirm=" in answer:
                        assert re.search(rf"[Nn]ot found: {NOWHERE}|{NOWHERE} \(not found\)", answer), answer
                    else:
                        assert "confirm=" not in answer, f"{place}: {answer}"


async def test_the_answer_says_what_there_is(world: Asking, settings_for: Callable[..., Settings]) -> None:
    async with connected(settings_for(world.sandbox, patience=0.2)) as agent:

        async def call(tool: str, **given: Any) -> str:
            return text_of(await agent.call_tool("reply_run_write", {"tool": tool, "arguments": given}))

        schedule = await call("reply_update_sequence", id=world.sends, scheduleId=NOWHERE)
        assert schedule.startswith(f"There is no schedule {NOWHERE} that this key can see. There are ")
        assert "Business hours (801)" in schedule
        assert schedule.endswith("reply_list_schedules finds them. Nothing was changed.")
        owner = await call("reply_change_sequence_owner", id=world.sends, userId=NOWHERE)
        assert "There are Jonas Berg (70402), Maria Silva (70411)" in owner
        mailboxes = [FREE_MAILBOX, NOWHERE]
        assert f"no email account {NOWHERE}" in await call(
            "reply_set_sequence_email_accounts", id=world.sends, emailAccountIds=mailboxes
        )


async def test_starting_several_says_which_ran(world: Asking, settings_for: Callable[..., Settings]) -> None:
    given = {"ids": [world.rests, world.sends]}
    with changes_undone(world.sandbox.app.state.kernel):
        async with connected(settings_for(world.sandbox, policy=parse_policy("all=allow"), patience=0.2)) as agent:
            answer = text_of(
                await agent.call_tool("reply_run_write", {"tool": "reply_bulk_start_sequences", "arguments": given})
            )
    assert "1 of 2 sequences started" in answer
    assert f"active already ({world.sends})" in answer

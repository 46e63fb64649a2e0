"""`idempotentHint` is true: a second call with the same arguments changes nothing and sends nothing, and where it is
false the second one may. Each run tries a part of the tools; `make chaos` tries all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reply_mcp.catalog.operation import Effect
from tests.chaos.each_request import prepared
from tests.chaos.stage import Stage
from tests.conftest import part_of
from tests.e2e.soundness import SECRET, TOOLS
from tests.e2e.writing_calls import WRITING, call_of
from tests.undo import changes_undone

SOME = 25
"""How many tools are tried."""
ENTRIES = {entry.tool: entry for entry in TOOLS}
COUNTED = {"_saved"}
"""Keys in which the sandbox counts how often something was saved."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with prepared() as one:
        yield one


def second_call(stage: Stage, tool: str) -> list[str]:
    """What the second of two calls with the same arguments changes and sends, with the person's agreement."""
    with changes_undone(stage.kernel):
        arguments = call_of(tool, stage.world)
        with stage.served("code", files=(stage.world.folder,), tools=SECRET, patience=0.2) as desk:
            first = desk.call(tool, arguments)
            assert first.claim in ("done", "not done"), first.text
            outcome = desk.call(tool, arguments)
    done = [f"sent {one['kind']}" for one in outcome.sent]
    for (kind, id), (before, after) in outcome.changes.items():
        if before and after and not {key for key in before | after if before.get(key) != after.get(key)} - COUNTED:
            continue
        done.append(f"{kind} {id}: {before} to {after}"[:300])
    return done


def test_a_second_call_of_what_is_idempotent_does_nothing(stage: Stage) -> None:
    tools = part_of([tool for tool in sorted(WRITING) if ENTRIES[tool].idempotent], SOME)
    assert {tool: done for tool in tools if (done := second_call(stage, tool))} == {}


@pytest.mark.parametrize("tool", ["reply_add_contact_note", "reply_create_task", "reply_send_direct_email"])
def test_a_second_call_of_what_is_not_is_found_to_do_something(stage: Stage, tool: str) -> None:
    assert not ENTRIES[tool].idempotent
    assert second_call(stage, tool)


def test_what_sets_or_deletes_is_idempotent() -> None:
    """What is not creates something, sends or spends, lets somebody read more, or starts something anew."""
    starts = ("create", "add", "upload", "duplicate", "clone", "save", "generate", "regenerate", "connect", "reconnect")
    anew = {
        "reply_set_ai_sdr_channels": "writes the steps anew",
        "reply_preview_live_data_search": "searches anew",
        "reply_preview_autopilot": "searches anew",
        "reply_personalize_messages": "writes messages anew",
        "reply_start_strategist": "starts a run",
        "reply_undo": "puts back the change before the one that it put back",
        "reply_assign_reengagement_flow": "counts the days of silence from the call",
    }
    more = (Effect.SEND, Effect.SPEND, Effect.SHARE)
    others = [one for one in TOOLS if not one.idempotent and one.tool not in anew and one.effect not in more]
    for entry in others:
        words = entry.tool.removeprefix("reply_").removeprefix("bulk_").split("_")
        assert words[0] in starts, entry.tool

"""What a question costs: the requests before it, for each tool that asks, and those of the call that was agreed to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.effect_cases import CASES
from tests.e2e.question_cases import ALWAYS_ASK, Asking
from tests.undo import changes_undone

FEW = 3
"""Requests of a question at most, unless it stands below."""
MORE = {
    "reply_add_contact_to_sequence": (
        9,
        "the person at each list, then from where, when and in which words",
    ),
    "reply_move_contact_to_sequence": (8, "the same"),
    "reply_start_sequence": (6, "people, mailboxes, hours and the first message as Reply renders it"),
    "reply_bulk_start_sequences": (6, "people and hours of each sequence, one list of mailboxes for all"),
    "reply_assign_email_account_to_sequence": (6, "as a start"),
    "reply_set_sequence_email_accounts": (6, "as a start"),
    "reply_change_status_in_sequence": (8, "place, blacklist, conversation, mailboxes, hours, next message"),
    "reply_mark_replied_in_sequence": (8, "the same"),
    "reply_mark_bounced_in_sequence": (8, "the same"),
    "reply_set_status_in_all_sequences": (6, "contact, places, sequences that run, blacklist, conversation"),
    "reply_mark_contacts_as_replied": (6, "the same"),
    "reply_mark_contacts_as_bounced": (6, "the same"),
    "reply_send_direct_email": (6, "contact, places, blacklist, mailbox, conversation"),
    "reply_send_linkedin_connect": (6, "the same"),
    "reply_send_linkedin_inmail": (6, "the same"),
    "reply_send_linkedin_message": (6, "the same"),
    "reply_send_linkedin_voice": (6, "the same"),
    "reply_send_linkedin_ai_voice": (6, "the same"),
    "reply_send_inbox_reply": (4, "thread, blacklist, mailbox"),
    "reply_approve_message": (7, "draft, place, blacklist, conversation, other sequences, mailbox"),
    "reply_bulk_approve_messages": (9, "drafts, places, blacklist, conversations, other sequences of each, mailboxes"),
}
"""Questions that cost more, with what they read."""
AFTERWARDS = 2
"""Requests of the call that was agreed to, beside those of the question made anew: itself, and one check."""


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    from reply_mcp.sandbox import running

    options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0}
    with running(seed=5, start=datetime(2026, 3, 4, 15, tzinfo=UTC), **options) as one:
        yield Asking(Sandbox(one))


ALL = {**CASES, **ALWAYS_ASK}


@pytest.mark.parametrize("tool", ALL)
async def test_a_question_costs_no_more_than_is_said(tool: str, world: Asking) -> None:
    most = MORE[tool][0] if tool in MORE else FEW
    for case in ALL[tool]:
        with changes_undone(world.sandbox.app.state.kernel):
            policy = parse_policy("send=ask,spend=ask,share=ask,delete=ask")
            settings = Settings(
                api_key=KEY, base_url=world.sandbox.url, rate_limits="none", patience=0.5, policy=policy
            )
            given = {"tool": tool, "arguments": case(world)}
            async with connected(settings) as client:
                mark = world.sandbox.seen()
                asked = text_of(await client.call_tool("reply_run_write", given))
                read = len(world.sandbox.since(mark))
                code = re.search(r'confirm="(\w+)"', asked)
                if code is None:
                    continue
                assert read <= most, f"{tool}: {read} requests\n{asked}"
                mark = world.sandbox.seen()
                again = {**given, "arguments": {**given["arguments"], "confirm": code[1]}}
                done = text_of(await client.call_tool("reply_run_write", again))
                assert "Not done yet" not in done
                assert len(world.sandbox.since(mark)) <= read + AFTERWARDS, f"{tool}\n{done}"

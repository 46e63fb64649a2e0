"""What a day begins with: what needs me, and doing the first of it."""

from __future__ import annotations

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey


@journey("What needs me today? Answer the most interested one.")
async def test_overview_and_answer(agent: Agent, account: Sandbox) -> None:
    morning = await agent("reply_overview")
    assert "reply_triage_inbox" in morning
    waiting = await agent("reply_triage_inbox", top=3)
    answer = waiting.call("reply_send_inbox_reply")
    done = await agent.agreed("reply_send_inbox_reply", **answer, message="Tuesday at 10 it is. I send an invitation.")
    assert "Sent" in done
    messages = account.get(f"/v3/inbox/threads/{answer['id']}")["messages"]
    assert "Tuesday at 10 it is" in messages[-1]["body"] or "Tuesday at 10 it is" in messages[0]["body"]

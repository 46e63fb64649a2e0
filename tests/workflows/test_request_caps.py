"""The requests that a workflow says it makes at most are the requests that it may make."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.errors import RequestCapReached
from tests.catalog.fake_call import FakeCall

ARGUMENTS: dict[str, dict[str, Any]] = {
    "BlacklistContact": {"email": "ann@acme.com"},
    "ContactBrief": {"contact": 1},
    "Diagnose": {"id": 1},
    "GetThread": {"id": 1},
    "Overview": {},
    "Report": {},
}
"""Arguments of each workflow whose cap does not depend on them."""
SAYS = re.compile(r"[Aa]t most (\d+)|1 to (\d+) requests")


class Capped(FakeCall):
    """A call that is asked for a cap, and then has no request left."""

    cap: int | None = None

    def at_most(self, requests: int) -> RequestCap:
        assert self.cap is None, "one cap for the whole workflow"
        self.cap = requests
        return RequestCap(0)


async def cap_of(id: str, arguments: dict[str, Any]) -> int | None:
    call = Capped(workflows.operation(id), arguments)
    with pytest.raises(RequestCapReached):
        await call.run()
    assert call.asked == []
    return call.cap


@pytest.mark.parametrize("id", ARGUMENTS)
async def test_the_description_names_the_cap(id: str) -> None:
    about = " ".join(workflows.operation(id).about.split())
    said = SAYS.search(about)
    assert said, about
    assert await cap_of(id, ARGUMENTS[id]) == int(said[1] or said[2])


async def test_triage_may_read_each_thread_it_shows() -> None:
    assert "2 requests and one for each thread" in " ".join(workflows.operation("TriageInbox").about.split())
    assert await cap_of("TriageInbox", {"top": 4}) == 2 + 4


def test_every_workflow_of_several_requests_has_a_cap() -> None:
    several = {entry.id for entry in workflows.entries() if len(entry.operations) > 1}
    assert several == {*ARGUMENTS, "TriageInbox"}

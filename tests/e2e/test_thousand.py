"""A thousand people imported, listed and enrolled, counted at the sandbox against what v3 allows at the least.

v3 takes 1,000 people an import, gives at most 1,000 contacts a page and enrolls 10,000 at a time: by its documents
three requests do. The live API stalls on pages of 1,000 and answers those of 200, so that the floor is seven, and seven
is what does the job here. The rest only reads: whom an enrollment would move past steps, mail twice, against their will
or in the middle of a conversation. An import that enrolls by itself takes one request for both; it reads the sequence,
the blacklist and who is there already before, and five people after.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.sandbox.handlers.enrollment import enroll
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, asked
from tests.e2e.test_all_pages import ids_in

FLOOR = {
    "POST /v3/contacts/import": 1,
    "POST /v3/contacts/filter": 1000 // 200,
    "POST /v3/sequences/N/contact-links": 1,
}
MOST_LOOKS = 24
TEXT = "email,firstName\n" + "".join(f"thousand{number}@thousand.com,Ann\n" for number in range(1000))


@pytest.fixture
def account(fresh_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox with the limits of Reply, whose plan has room."""
    monkeypatch.setattr(enroll, "PLAN", 5000)
    return fresh_sandbox(rate_limits="100/minute,3000/hour")


def new_sequence(sandbox: Sandbox) -> Any:
    sequence = sandbox.http.post("/v3/sequences", json={"name": "For a thousand"}).json()
    step = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [{"subject": "Hi"}]}
    sandbox.http.post(f"/v3/sequences/{sequence['id']}/steps", json=step)
    return sequence["id"]


def counted(sandbox: Sandbox, mark: int) -> Counter[str]:
    assert not [row for row in sandbox.since(mark) if row["status"] == 429]
    return Counter(re.sub(r"\d{3,}", "N", one).removesuffix("/bulk") for one in asked(sandbox, mark))


async def test_a_thousand_people_take_the_fewest_requests_that_v3_allows(account: Sandbox) -> None:
    made = account.http.post("/v3/contact-lists", json={"name": "A thousand"}).json()
    sequence = new_sequence(account)
    async with agent_of(account, rate_limits="100/minute,3000/hour", max_tokens=20_000) as agent:
        mark = account.seen()
        said = await agent("reply_import_contacts", csv=TEXT, options={"listIds": [made["id"]]})
        assert said.text.startswith("1,000 of 1,000 contacts imported: 1,000 created.")
        listed = await agent("reply_filter_contacts", listId=made["id"], all=True, fields=["id"])
        ids = ids_in(listed.text)
        assert len(set(ids)) == 1000
        assert "skip=" not in listed
        done = await agent("reply_add_contact_to_sequence", id=sequence, contactIds=ids)
        assert "All 1000 contacts enrolled" in done, done.text
        requests = counted(account, mark)
    looks = {name: number for name, number in requests.items() if name not in FLOOR}
    assert {name: requests[name] for name in FLOOR} == FLOOR
    assert all(name.startswith("GET ") or name.endswith("/filter") for name in looks)
    assert sum(looks.values()) <= MOST_LOOKS
    assert account.get(f"/v3/sequences/{sequence}/contacts/count") == {"count": 1000}


async def test_an_import_that_enrolls_is_one_request_and_a_few_looks(account: Sandbox) -> None:
    sequence = new_sequence(account)
    async with agent_of(account, rate_limits="100/minute,3000/hour") as agent:
        mark = account.seen()
        said = await agent("reply_import_contacts", csv=TEXT, options={"sequenceId": sequence})
        requests = counted(account, mark)
    assert said.text.startswith("1,000 of 1,000 contacts imported: 1,000 created.")
    assert "In sequence" in said
    assert requests == {
        "GET /v3/sequences/N": 1,
        "GET /v3/contacts": 2,
        "GET /v3/contact-blacklist-rules/domains": 1,
        "GET /v3/contact-blacklist-rules/emails": 1,
        "POST /v3/contacts/import": 1,
        **{name: number for name, number in requests.items() if name.endswith("/sequences") and number <= 5},
    }
    assert requests.total() <= 13
    assert account.get(f"/v3/sequences/{sequence}/contacts/count") == {"count": 1000}

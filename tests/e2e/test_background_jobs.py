"""What Reply does in the background is waited for in the call, told for what it came to, and handed back in time."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pytest

from reply_mcp.client import jobs
from tests.conftest import Sandbox, text_of
from tests.e2e.agent import Agent, address, agent_of, asked, made

IMPORT = "POST /v3/contacts/import"
VALIDATE = "POST /v3/email-validations/schedule"


@pytest.fixture(autouse=True)
def _looks_are_close(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that still run, the seeded ones and those of the test before, end first."""
    monkeypatch.setattr(jobs, "SPACING", (0.05, 0.1, 0.2))
    sandbox.app.state.kernel.advance(3600)


def people(count: int) -> list[dict[str, str]]:
    return [{"firstName": "Ann", "email": address()} for _ in range(count)]


def put_off(sandbox: Sandbox, match: str, **fault: Any) -> None:
    sandbox.fault(kind="job", match=match, **{"seconds": 0.1, **fault})


def looks(sandbox: Sandbox, mark: int) -> list[str]:
    return [one for one in asked(sandbox, mark) if "background-jobs" in one]


async def rare(agent: Agent, tool: str, /, **arguments: Any) -> Any:
    return await agent("reply_run_write", tool=tool, arguments=arguments)


async def test_an_import_in_the_background_is_told_like_any_other_with_progress(sandbox: Sandbox) -> None:
    items = people(3)
    put_off(sandbox, IMPORT, seconds=0.5)
    heard: list[tuple[float, float | None, str | None]] = []

    async def hears(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        result = await agent.client.call_tool("reply_import_contacts", {"items": items}, progress_callback=hears)
        said = text_of(result)
        assert not result.is_error, said
        assert said.startswith("3 of 3 contacts imported: 3 created")
        assert all(one["email"] in said for one in items)
        assert 2 <= len(looks(sandbox, mark)) <= 5
    assert re.search(r"waiting for background job \S+, \d+% done", heard[0][2] or "")
    assert [at for at, _, _ in heard] == sorted({at for at, _, _ in heard})
    assert all(total == 1.0 for _, total, _ in heard)


@pytest.mark.parametrize(
    ("outcome", "said_so"), [("Failed", "failed (added: 2; failed: 1)"), ("Expired", "expired"), ("Lost", 'as "lost"')]
)
async def test_a_job_that_ends_badly_is_an_error_that_says_what_was_done(
    sandbox: Sandbox, outcome: str, said_so: str
) -> None:
    items = people(3)
    put_off(sandbox, IMPORT, outcome=outcome, body={"added": 2, "failed": 1})
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=items)
    assert said.is_error
    assert said_so in said
    assert "What it had done by then stays done: check before a repeat." in said
    assert f'reply_search_contacts {{"email": "{items[0]["email"]}"}} shows it.' in said


async def test_a_job_that_somebody_cancels_meanwhile_is_told_so(sandbox: Sandbox) -> None:
    put_off(sandbox, IMPORT, seconds=60)
    known = known_jobs(sandbox)
    async with agent_of(sandbox) as agent:
        call = asyncio.create_task(agent("reply_import_contacts", items=people(1)))
        job = await started(sandbox, known)
        sandbox.http.post(f"/v3/background-jobs/{job['jobId']}/cancel")
        said = await call
    assert said.is_error
    assert f"background job {job['jobId']} was cancelled" in said


async def test_beyond_patience_a_job_is_handed_back_with_its_id(sandbox: Sandbox) -> None:
    put_off(sandbox, IMPORT, seconds=60)
    async with agent_of(sandbox, patience=0.3) as agent:
        began = time.monotonic()
        said = await agent("reply_import_contacts", items=people(2))
        assert time.monotonic() - began < 30
        assert not said.is_error
        match = re.search(r"not done yet: it runs in background job (\S+), \d% done when last looked at", said.text)
        assert match, said.text
        look = await agent("reply_run_read", tool="reply_get_background_job", arguments={"jobId": match[1]})
        assert "Processing" in look or "processing" in look
        sandbox.app.state.kernel.advance(60)
        look = await agent("reply_run_read", tool="reply_get_background_job", arguments={"jobId": match[1]})
    assert f"Job {match[1]}: Done" in look or f"Job {match[1]}: done" in look


async def test_a_validation_says_what_it_found(sandbox: Sandbox) -> None:
    ids = [made(sandbox)["id"] for _ in range(3)]
    put_off(sandbox, VALIDATE)
    async with agent_of(sandbox) as agent:
        said = await rare(agent, "reply_schedule_email_validation", contactIds=ids)
    assert not said.is_error, said.text
    assert said.text.startswith("Done by background job ")
    assert "scheduledCount: 3; creditsReserved: 3" in said
    assert "processed: 3" in said


async def test_a_validation_that_takes_longer_says_what_was_accepted(sandbox: Sandbox) -> None:
    ids = [made(sandbox)["id"] for _ in range(3)]
    put_off(sandbox, VALIDATE, seconds=60)
    async with agent_of(sandbox, patience=0.2) as agent:
        said = await rare(agent, "reply_schedule_email_validation", contactIds=ids)
    assert "Accepted by Reply, not done yet" in said
    assert "reply_cancel_background_job stops it" in said
    assert "3 contacts are being validated, 3 credits reserved" in said


async def test_what_the_ai_has_written_is_in_the_answer(sandbox: Sandbox) -> None:
    put_off(sandbox, "POST /v3/ai-sdr/offers/generate")
    async with agent_of(sandbox) as agent:
        said = await rare(agent, "reply_generate_offer_from_website", prompt="https://example.com")
    assert not said.is_error, said.text
    assert said.text.startswith("Done by background job ")
    assert "painPoints" in said


@pytest.mark.parametrize("status", [403, 500])
async def test_a_job_that_may_not_be_looked_at_is_handed_back_and_no_error(sandbox: Sandbox, status: int) -> None:
    put_off(sandbox, IMPORT)
    sandbox.fault(kind="status", status=status, match="/v3/background-jobs/*", times=5)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=people(1))
    assert not said.is_error
    assert "not done yet: it runs in background job " in said


async def test_the_jobs_of_all_parts_are_waited_for_and_put_together(sandbox: Sandbox) -> None:
    items = people(2100)
    put_off(sandbox, IMPORT, times=3)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=items)
        assert asked(sandbox, mark).count(IMPORT) == 3
        assert len(looks(sandbox, mark)) <= 6
    assert said.text.startswith("2,100 of 2,100 contacts imported: 2,100 created")
    assert items[0]["email"] in said


async def test_a_part_whose_job_fails_does_not_hide_the_others(sandbox: Sandbox) -> None:
    items = people(2100)
    put_off(sandbox, IMPORT)
    put_off(sandbox, IMPORT, outcome="Failed", body={"message": "out of memory"})
    put_off(sandbox, IMPORT)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=items)
    assert said.text.startswith("1,100 of 2,100 contacts imported: 1,100 created, 1,000 failed")
    assert "their job failed (message: out of memory)" in said.line("not imported: 1000")
    assert re.search(r"Background job \S+ failed \(message: out of memory\): items 1001 to 2000\.", said.text)
    assert said.text.index(items[1000]["email"]) < said.text.index(items[1001]["email"])


def known_jobs(sandbox: Sandbox) -> dict[str, Any]:
    return {one["jobId"]: one for one in sandbox.get("/v3/background-jobs", top=200)["items"]}


async def started(sandbox: Sandbox, known: dict[str, Any]) -> dict[str, Any]:
    """The job that is not among those known, once there is one."""
    for _ in range(100):
        for id, found in known_jobs(sandbox).items():
            if id not in known:
                return dict(found)
        await asyncio.sleep(0.02)
    raise AssertionError("no job was started")


@pytest.mark.parametrize(("asked_to", "after"), [(False, "Processing"), (True, "Cancelled")])
async def test_a_cancelled_call_leaves_its_job_alone_unless_asked(sandbox: Sandbox, asked_to: bool, after: str) -> None:
    ids = [made(sandbox)["id"]]
    put_off(sandbox, VALIDATE, seconds=60)
    known = known_jobs(sandbox)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        arguments = {"contactIds": ids, "cancelJobOnStop": asked_to}
        call = asyncio.create_task(rare(agent, "reply_schedule_email_validation", **arguments))
        job = await started(sandbox, known)
        while not looks(sandbox, mark):
            await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        mark = sandbox.seen()
        for _ in range(50):
            state = sandbox.get(f"/v3/background-jobs/{job['jobId']}")["status"]
            if state == "Cancelled":
                break
            await asyncio.sleep(0.02)
        # Nobody looks at it any more.
        assert len(looks(sandbox, mark)) <= 1 + asked_to
    assert state == after

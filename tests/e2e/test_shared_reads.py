"""What one credential asks at the same time is asked once, and what it asks often is kept: seen at the sandbox."""

from __future__ import annotations

import asyncio

from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.agent import agent_of, asked, made


async def test_identical_reads_at_once_are_one_request(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    path = f"/v3/contacts/{mine['id']}"
    sandbox.fault(kind="latency", seconds=0.3, match=f"GET {path}")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await asyncio.gather(
            *(agent("reply_run_read", tool="reply_get_contact", arguments={"id": mine["id"]}) for _ in range(5))
        )
        assert asked(sandbox, mark).count(f"GET {path}") == 1
    assert len({one.text for one in said}) == 1
    assert mine["email"] in said[0]


async def arrived(sandbox: Sandbox, mark: int, path: str) -> None:
    """Waits until Reply has the read, which it answers later."""
    async with asyncio.timeout(60):
        while f"GET {path}" not in asked(sandbox, mark):
            await asyncio.sleep(0.01)


async def test_a_caller_that_gives_up_takes_nothing_from_the_others(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    path = f"/v3/contacts/{mine['id']}"
    sandbox.fault(kind="latency", seconds=2, match=f"GET {path}")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()

        def read() -> asyncio.Task[object]:
            return asyncio.create_task(agent("reply_run_read", tool="reply_get_contact", arguments={"id": mine["id"]}))

        first = read()
        await arrived(sandbox, mark, path)
        second = read()
        await asyncio.sleep(0.5)
        first.cancel()
        said = await second
        assert mine["email"] in said  # type: ignore[operator]
        assert asked(sandbox, mark).count(f"GET {path}") == 1


async def test_credentials_share_nothing(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    path = f"/v3/contacts/{mine['id']}"
    sandbox.fault(kind="latency", seconds=0.2, match=f"GET {path}", times=2)
    settings = [Settings(api_key=key, base_url=sandbox.url, rate_limits="none") for key in (KEY, f"{KEY}-other")]
    async with connected(settings[0]) as one, connected(settings[1]) as other:
        mark = sandbox.seen()
        call = {"tool": "reply_get_contact", "arguments": {"id": mine["id"]}}
        said = await asyncio.gather(*(client.call_tool("reply_run_read", call) for client in (one, other)))
        assert asked(sandbox, mark).count(f"GET {path}") == 2
    assert text_of(said[0]) == text_of(said[1])


async def test_writes_are_never_shared(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        await asyncio.gather(*(agent("reply_update_contact", id=mine["id"], title="CTO") for _ in range(3)))
        assert asked(sandbox, mark).count(f"PATCH /v3/contacts/{mine['id']}") == 3


async def test_a_read_after_a_write_sees_it_though_an_older_one_is_under_way(sandbox: Sandbox) -> None:
    mine = made(sandbox, title="before")
    path = f"/v3/contacts/{mine['id']}"
    async with agent_of(sandbox) as agent:

        def read() -> asyncio.Task[object]:
            return asyncio.create_task(agent("reply_run_read", tool="reply_get_contact", arguments={"id": mine["id"]}))

        # The answer of the first read is made before the write and comes after it.
        sandbox.fault(kind="latency", seconds=3, match=f"GET {path}")
        mark = sandbox.seen()
        old = read()
        await arrived(sandbox, mark, path)
        await agent("reply_update_contact", id=mine["id"], title="after")
        assert not old.done()
        assert asked(sandbox, mark)[:3] == [f"GET {path}", f"GET {path}", f"PATCH {path}"], "it waits for no older look"
        assert "after" in await read()  # type: ignore[operator]
        await old


async def test_reference_data_is_read_once_until_its_area_is_written_to(sandbox: Sandbox) -> None:
    fields = "GET /v3/custom-fields"
    row = {"firstName": "Ann", "Tech stack": "HubSpot"}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        for name in ("one", "two"):
            wrong = await agent("reply_import_contacts", items=[{**row, "email": f"{name}@b.co", "Zodiac": "x"}])
            assert wrong.is_error
        assert asked(sandbox, mark) == [fields]
        # What is shown of a copy is not put into it.
        first = await agent("reply_run_read", tool="reply_list_custom_fields", arguments={})
        again = await agent("reply_run_read", tool="reply_list_custom_fields", arguments={})
        assert first.text == again.text
        assert asked(sandbox, mark) == [fields]
        made_now = await agent(
            "reply_run_write",
            tool="reply_create_custom_field",
            arguments={"title": "Zodiac", "fieldType": "text"},
        )
        assert not made_now.is_error, made_now.text
        seen = await agent("reply_run_read", tool="reply_list_custom_fields", arguments={})
        assert "Zodiac" in seen

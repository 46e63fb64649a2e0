"""`all: true`: a list is read on as far as an answer has room, with no request for what could not be shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.client.credentials import Credential
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.context import Caller
from reply_mcp.server.sessions import Sessions
from reply_mcp.server.tool_calls import CallSettings, call_tool
from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, text_of
from tests.consent import consent_for
from tests.e2e.agent import address, agent_of, asked

BROWSE = "GET /v3/contacts"


@pytest.fixture(scope="module")
def many(_module_sandbox: Sandbox) -> Sandbox:
    """A sandbox with more contacts than two pages hold."""
    items = [{"firstName": "Ann", "email": address()} for _ in range(250)]
    assert _module_sandbox.http.post("/v3/contacts/import", json={"items": items}).status_code == 200
    return _module_sandbox


@pytest.fixture(scope="module")
def everyone(many: Sandbox) -> list[int]:
    rows = [row["id"] for skip in (0, 200, 400) for row in many.get("/v3/contacts", top=200, skip=skip)["items"]]
    assert 400 < len(rows) < 600
    return rows


def ids_in(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"(?m)^(\d+)\b", text)]


async def test_a_list_is_read_to_its_end_when_there_is_room(many: Sandbox, everyone: list[int]) -> None:
    heard: list[str] = []

    async def hears(progress: float, total: float | None, message: str | None) -> None:
        heard.append(message or "")

    async with agent_of(many, max_tokens=20_000) as agent:
        mark = many.seen()
        arguments = {"all": True, "fields": ["id"]}
        result = await agent.client.call_tool("reply_search_contacts", arguments, progress_callback=hears)
        pages = [one for one in asked(many, mark) if one == BROWSE]
    text = text_of(result)
    assert sorted(ids_in(text)) == sorted(everyone)
    assert text.startswith(f"contacts 1–{len(everyone)}")
    assert "skip=" not in text
    assert len(pages) == -(-len(everyone) // 200)
    assert heard == ["contacts: 200 read", "contacts: 400 read"]


@pytest.mark.parametrize("limit", [300, 4000])
async def test_it_ends_where_the_answer_is_full_and_says_where_to_go_on(
    many: Sandbox, everyone: list[int], limit: int
) -> None:
    async with agent_of(many, max_tokens=limit) as agent:
        mark = many.seen()
        said = await agent("reply_search_contacts", all=True)
        requests = [row for row in many.since(mark) if row["path"] == "/v3/contacts"]
        shown = ids_in(said.text)
        found = re.search(r"skip=(\d+)(?!.*skip=)", said.text, re.DOTALL)
        assert found, said.text[:200]
        assert shown == everyone[: int(found[1])]
        # Of the pages that were read, all but the last are shown to their last row.
        assert len(shown) >= sum(int(row["query"]["top"]) for row in requests[:-1])
        on = await agent("reply_search_contacts", all=True, skip=int(found[1]))
    assert ids_in(on.text)[0] == everyone[int(found[1])]


async def test_every_way_of_showing_goes_on_in_the_same_way(many: Sandbox) -> None:
    async with agent_of(many, max_tokens=3000) as agent:
        for arguments in ({"detail": "full"}, {"fields": ["email"]}, {"top": 20}):
            mark = many.seen()
            said = await agent("reply_search_contacts", all=True, **arguments)
            tops = [row["query"]["top"] for row in many.since(mark) if row["path"] == "/v3/contacts"]
            top = arguments.get("top", 200)
            assert tops == [str(top), *[str(top + 1)] * (len(tops) - 1)], "the last row of the page before, too"
            assert "skip=" in said, arguments
            assert len(tops) > 1 or "top" not in arguments


async def test_names_are_looked_up_once_for_all_pages(many: Sandbox, everyone: list[int]) -> None:
    made = many.http.post("/v3/contact-lists", json={"name": "Everyone of all"}).json()
    ids = everyone[:410]
    many.http.post(f"/v3/contact-lists/{made['id']}/add-contacts", json={"contactIds": ids})
    async with agent_of(many, max_tokens=20_000) as agent:
        mark = many.seen()
        said = await agent("reply_filter_contacts", listId="Everyone of all", all=True, fields=["id"])
        requests = asked(many, mark)
    assert sorted(ids_in(said.text)) == sorted(ids)
    assert requests.count("POST /v3/contacts/filter") == 3
    assert len([one for one in requests if "contact-lists" in one]) == 1


async def test_a_page_that_cannot_be_had_ends_it_with_what_there_is(many: Sandbox) -> None:
    many.fault(kind="latency", seconds=0, match="/v3/contacts")
    many.fault(kind="status", status=403, match="/v3/contacts")
    async with agent_of(many, max_tokens=20_000) as agent:
        said = await agent("reply_search_contacts", all=True, fields=["id"])
    assert not said.is_error
    assert len(ids_in(said.text)) == 200
    assert "more: skip=200" in said
    assert "Stopped after 200 contacts: 403" in said
    assert "skip=200 goes on" in said


async def test_the_budget_ends_it_too(fresh_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = fresh_sandbox()
    async with agent_of(sandbox, rate_limits="3/hour", patience=0.2) as agent:
        said = await agent("reply_search_contacts", all=True, top=20, fields=["id"])
    assert not said.is_error
    assert len(ids_in(said.text)) == 40 or len(ids_in(said.text)) == 60
    assert "Nothing was spent" in said.line("Stopped after")


async def test_rows_that_move_between_pages_are_shown_once(many: Sandbox) -> None:
    first = many.get("/v3/contacts", top=2)["items"]
    other = many.get("/v3/contacts", top=2, skip=2)["items"]
    for items, more in ((first, True), ([first[1], *other], False)):
        many.fault(kind="answer", match=BROWSE, body={"items": items, "hasMore": more})
    async with agent_of(many) as agent:
        said = await agent("reply_search_contacts", all=True, top=2)
    assert ids_in(said.text) == [row["id"] for row in (*first, *other)]


async def test_an_empty_page_is_the_end_whatever_it_says(many: Sandbox) -> None:
    rows = many.get("/v3/contacts", top=2)["items"]
    for items in (rows, []):
        many.fault(kind="answer", match=BROWSE, body={"items": items, "hasMore": True})
    async with agent_of(many) as agent:
        mark = many.seen()
        said = await agent("reply_search_contacts", all=True)
        assert asked(many, mark).count(BROWSE) == 2
    assert ids_in(said.text) == [row["id"] for row in rows]
    assert "these may not be all" in said.text


async def test_a_page_that_does_not_say_whether_more_follow_is_not_the_end_where_it_is_full(many: Sandbox) -> None:
    first = many.get("/v3/contacts", top=2)["items"]
    other = many.get("/v3/contacts", top=1, skip=2)["items"]
    for items in (first, other):
        many.fault(kind="answer", match=BROWSE, body={"items": items})
    async with agent_of(many) as agent:
        said = await agent("reply_search_contacts", all=True, top=2)
    assert ids_in(said.text) == [row["id"] for row in (*first, *other)]


async def test_what_was_let_through_is_not_asked_about_again_for_each_page(many: Sandbox) -> None:
    asked_about = []

    class Asking(CallConsent):
        def gate(self, *given: Any) -> Any:
            async def gate(call: Any) -> None:
                asked_about.append(call.arguments.skip)

            return gate

    sessions = Sessions(Settings(api_key=KEY, base_url=many.url, rate_limits="none"), local=True)
    caller = Caller(await sessions.of(Credential(KEY, base_url=many.url)), "self")
    entry = next(one for one in catalog.entries() if one.id == "GetContacts")
    asking = Asking(consent_for("read=ask"), None, None)
    said = await call_tool(
        entry, {"all": True, "top": 20, "fields": ["id"]}, caller, asking, CallSettings(max_tokens=800)
    )
    await sessions.aclose()
    assert len(ids_in(said.text)) > 40
    assert asked_about == [None]


async def test_only_lists_take_it(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        wrong: dict[str, Any] = {"reply_get_contact": {"id": 1, "all": True}, "reply_search_contacts": {"all": "some"}}
        for tool, arguments in wrong.items():
            said = await agent("reply_run_read", tool=tool, arguments=arguments)
            assert said.is_error
            assert "all: " in said
        assert asked(sandbox, mark) == []


async def test_the_header_says_which_rows_are_shown(many: Sandbox, everyone: list[int]) -> None:
    async with agent_of(many) as agent:
        third = await agent("reply_search_contacts", top="5", skip="10", fields=["id"])
        assert third.text.startswith("contacts 11–15, more: skip=15")
        assert ids_in(third.text) == everyone[10:15]
        whole = await agent("reply_search_contacts", all=True)
    shown = ids_in(whole.text)
    assert len(shown) < len(everyone)
    assert whole.text.startswith(f"contacts 1–{len(shown)}, more: skip={len(shown)}")
    assert shown == everyone[: len(shown)]


async def test_following_the_header_loses_nobody(many: Sandbox, everyone: list[int]) -> None:
    shown: list[int] = []
    async with agent_of(many) as agent:
        skip: str | None = "0"
        while skip is not None:
            said = await agent("reply_search_contacts", all="true", skip=skip, fields=["email", "firstName"])
            shown += ids_in(said.text)
            header = re.match(r"contacts \d+–\d+(?:, more: skip=(\d+))?", said.text)
            assert header, said.text[:100]
            skip = header[1]
    assert shown == everyone

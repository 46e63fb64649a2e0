"""Contacts: where the API does something else than its documentation says, and the tools make up for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.sandbox.handlers.contacts import contacts as contact_handlers
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made


def contact(sandbox: Sandbox, id: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.get(f"/v3/contacts/{id}")
    return found


# Creating


async def test_creating_a_contact_that_exists_overwrites_nothing(sandbox: Sandbox) -> None:
    first = made(sandbox, company="Acme", title="CTO")
    sandbox.http.post("/v3/contacts", json={"firstName": "Eve", "email": first["email"]})
    assert (contact(sandbox, first["id"])["firstName"], contact(sandbox, first["id"])["company"]) == ("Eve", None)

    second = made(sandbox, company="Acme", title="CTO")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_create_contact", firstName="Eve", email=second["email"].upper())
    assert said.is_error
    assert "Nothing was created" in said
    assert f"({second['id']})" in said
    assert "reply_update_contact" in said
    assert "POST /v3/contacts" not in asked(sandbox, mark)
    assert contact(sandbox, second["id"]) == second


async def test_creating_a_contact_that_exists_reads_the_same_where_reply_refuses_it(
    fresh_sandbox: Callable[..., Sandbox],
) -> None:
    paper = fresh_sandbox(documented=True)
    first = made(paper, company="Acme")
    refused = paper.http.post("/v3/contacts", json={"firstName": "Eve", "email": first["email"]})
    assert refused.status_code == 400
    async with agent_of(paper) as agent:
        said = await agent("reply_create_contact", firstName="Eve", email=first["email"])
    assert said.is_error
    assert f"({first['id']})" in said
    assert contact(paper, first["id"]) == first


async def test_a_first_name_is_asked_for_before_reply_refuses(sandbox: Sandbox) -> None:
    refused = sandbox.http.post("/v3/contacts", json={"email": address()})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/firstName"
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_create_contact", email=address())
    assert said.is_error
    assert "firstName: required" in said
    assert asked(sandbox, mark) == []


@pytest.mark.parametrize("tool", ["reply_create_contact", "reply_update_contact"])
async def test_a_key_that_reply_would_drop_is_sent_under_its_name(sandbox: Sandbox, tool: str) -> None:
    profile = {"linkedInProfileUrl": "https://www.linkedin.com/in/lost"}
    mine = made(sandbox, **profile)
    assert mine["linkedInUrl"] is None
    assert sandbox.http.patch(f"/v3/contacts/{mine['id']}", json=profile).json()["linkedInUrl"] is None

    person = {"firstName": "Ann", "email": address(), **profile}
    async with agent_of(sandbox) as agent:
        said = await agent(tool, **({"id": mine["id"], **profile} if tool == "reply_update_contact" else person))
        assert not said.is_error
        email = mine["email"] if tool == "reply_update_contact" else person["email"]
        assert "linkedin.com/in/lost" in await agent("reply_search_contacts", email=email, fields=["linkedInUrl"])
        # Another word for it is not guessed.
        mark = sandbox.seen()
        said = await agent(tool, linkedInAddress="https://www.linkedin.com/in/lost", firstName="Ann", id=mine["id"])
    assert said.is_error
    assert "linkedInAddress: no such argument" in said
    assert asked(sandbox, mark) == []


async def test_a_column_that_reply_would_drop_is_refused(sandbox: Sandbox) -> None:
    person = {"firstName": "Ann", "email": address(), "linkedInProfileUrl": "https://www.linkedin.com/in/lost"}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=[person])
    assert said.is_error
    # It may be the title of a custom field.
    assert '"linkedInProfileUrl" (items[0]): neither a field nor a custom field; did you mean "linkedInUrl"' in said
    assert asked(sandbox, mark) == ["GET /v3/custom-fields"]


async def test_a_link_under_its_right_name_is_kept(sandbox: Sandbox) -> None:
    mine, link = made(sandbox), "https://www.linkedin.com/in/kept-by-name"
    async with agent_of(sandbox) as agent:
        await agent("reply_update_contact", id=mine["id"], linkedInUrl=link)
        assert link in await agent("reply_get_contact", id=mine["id"])
    assert contact(sandbox, mine["id"])["linkedInUrl"] == link


# Finding


async def test_looking_up_an_address_never_takes_the_first_row_for_it(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    others = sandbox.get("/v3/contacts", email=mine["email"], top=1)["items"]
    assert others[0]["email"] != mine["email"]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_search_contacts", email=mine["email"].upper())
        assert str(mine["id"]) in said
        assert str(others[0]["id"]) not in said

        nobody = await agent("reply_search_contacts", email="nobody@wire-company.com")
    assert "No contact matches" in nobody
    assert "@" not in nobody.text.replace("nobody@wire-company.com", "")


@pytest.mark.parametrize("called", ["email", "EMAIL", "profile", "name"])
async def test_an_id_given_by_name_is_looked_up_for_certain(sandbox: Sandbox, called: str) -> None:
    mine = made(sandbox, lastName=f"Byname-{called}", linkedInUrl=f"https://www.linkedin.com/in/by-name-{called}-x")
    first = sandbox.get("/v3/contacts", email=mine["email"], top=100)["items"]
    assert mine["id"] not in [one["id"] for one in first]
    text = {
        "email": mine["email"],
        "EMAIL": mine["email"].upper(),
        "profile": f"linkedin.com/in/by-name-{called}-x/",
        "name": f"Ann Byname-{called}",
    }[called]
    async with agent_of(sandbox) as agent:
        assert f"Contact {mine['id']}" in await agent("reply_get_contact", id=text)
        nobody = await agent("reply_get_contact", id=f"0{text}")
    assert nobody.is_error
    assert "There is no contact called" in nobody
    assert ("Nearest" in nobody) is (called == "name")


async def test_between_two_of_one_address_the_agent_is_asked(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    mine = made(own)
    own.store.put("contact", {**own.store.all("contact")[0], "id": 92_000_001, "email": mine["email"]})
    async with agent_of(own) as agent:
        mark = own.seen()
        said = await agent("reply_update_contact", id=mine["email"], title="CTO")
    assert said.is_error
    assert "92000001" in said
    assert str(mine["id"]) in said
    assert not [one for one in asked(own, mark) if one.startswith("PATCH")]


async def test_an_address_within_another_is_not_the_same(sandbox: Sandbox) -> None:
    joann = made(sandbox, email="joann@contained-wire.org")
    matched = sandbox.http.post("/v3/contacts/filter", json={"searchTerm": "ann@contained-wire.org"}).json()["items"]
    assert [one["id"] for one in matched] == [joann["id"]]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_search_contacts", email="ann@contained-wire.org")
        assert "No contact matches" in said
        assert str(joann["id"]) not in said

        said = await agent("reply_create_contact", firstName="Ann", email="ann@contained-wire.org")
        assert not said.is_error
        said = await agent("reply_search_contacts", email="ann@contained-wire.org")
    (ann,) = held(sandbox, "ann@contained-wire.org")
    assert str(ann["id"]) in said
    assert str(joann["id"]) not in said
    assert contact(sandbox, joann["id"]) == joann


async def test_a_search_without_end_is_not_taken_for_an_answer(fresh_sandbox: Callable[..., Sandbox]) -> None:
    crowd = fresh_sandbox()
    one = crowd.store.all("contact")[0]
    with crowd.store.transaction():
        for n in range(650):
            crowd.store.put("contact", {**one, "id": 91_000_000 + n, "email": f"x{n}.ann@crowd.org"})
    matched = crowd.http.post("/v3/contacts/filter", params={"top": 1}, json={"searchTerm": "ann@crowd.org"}).json()
    assert matched["hasMore"]
    async with agent_of(crowd) as agent:
        mark = crowd.seen()
        said = await agent("reply_create_contact", firstName="Ann", email="ann@crowd.org")
    assert said.is_error
    assert "Nothing was done" in said
    assert "not known" in said
    assert len(asked(crowd, mark)) <= 4
    assert "POST /v3/contacts" not in asked(crowd, mark)


async def test_a_filter_by_date_is_compared_here_since_reply_ignores_it(sandbox: Sandbox) -> None:
    rule = {"property": "addingDate", "condition": "greaterThan", "value": "2031-01-01"}
    ignored = sandbox.http.post("/v3/contacts/filter", json={"rules": [rule]}).json()["items"]
    assert len(ignored) == 25
    async with agent_of(sandbox) as agent:
        assert "No contact matches" in await agent("reply_filter_contacts", rules=[rule])
        everybody = await agent("reply_filter_contacts", rules=[{**rule, "condition": "before"}], top=2)
        assert "more: skip=2" in everybody
        unknown = await agent("reply_filter_contacts", rules=[{**rule, "property": "shoe size"}])
        assert unknown.is_error
        assert "no contact has a field" in unknown

        listed = await agent("reply_filter_contacts", top=3)
    assert "added" in listed.text.splitlines()[1]
    assert str(ignored[0]["addingDate"])[:10] in listed.line(ignored[0]["id"])


@pytest.mark.parametrize("field", ["createdAt", "lastModifiedAt"])
async def test_sorting_by_a_date_that_is_always_empty_is_refused(sandbox: Sandbox, field: str) -> None:
    rows = sandbox.get("/v3/contacts", top=999)["items"]
    assert {row[field] for row in rows} == {None}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_filter_contacts", sortBy=field, sortDirection="desc")
        assert said.is_error
        assert "addingDate" in said
        assert asked(sandbox, mark) == []

        sorted_ = await agent("reply_filter_contacts", sortBy="addingDate", sortDirection="desc", top=5)
    newest = sorted(rows, key=lambda row: str(row["addingDate"]), reverse=True)[0]
    assert not sorted_.is_error
    assert str(newest["addingDate"])[5:10] in sorted_  # the year stands in the head where all have the same


async def test_a_parameter_that_reply_ignores_is_refused(sandbox: Sandbox) -> None:
    assert len(sandbox.get("/v3/contacts", status="replied")["items"]) == 25
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_search_contacts", status="replied")
        assert said.is_error
        assert "status: no such argument" in said
        assert asked(sandbox, mark) == []

        found = await agent("reply_find_tools", query="who replied")
    assert "reply_get_inbox_emails" in found


async def test_a_big_page_is_read_in_small_ones(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_handlers, "STALL_SECONDS", 0.3)
    assert sandbox.http.get("/v3/contacts", params={"top": 1000}).elapsed.total_seconds() > 0.3
    async with agent_of(sandbox, max_tokens=20_000) as agent:
        mark = sandbox.seen()
        said = await agent("reply_search_contacts", top=1000, fields=["id"])
    pages = [row["query"] for row in sandbox.since(mark) if row["path"] == "/v3/contacts"]
    assert max(int(page["top"]) for page in pages) <= 200 + 1, "the last row of the page before, too"
    every = [one["id"] for one in sandbox.store.all("contact") if one["_teamId"] == 31007]
    assert len(every) > 200
    assert all(str(id) in said for id in every)


# Reading


async def test_rows_do_not_tell_the_sequences_that_people_are_in(sandbox: Sandbox) -> None:
    reached = {one["id"] for one in sandbox.store.all("contact") if one["linkedInUrl"]}
    membership = next(one for one in sandbox.store.all("membership") if one["_contactId"] in reached)
    id, sequence = membership["_contactId"], sandbox.get(f"/v3/sequences/{membership['_sequenceId']}")
    (row,) = [one for one in sandbox.get("/v3/contacts", top=999)["items"] if one["id"] == id]
    assert (row["sequences"], row["lists"]) == ([], [])
    async with agent_of(sandbox) as agent:
        for detail in ("concise", "full"):
            listed = await agent("reply_filter_contacts", searchTerm=row["linkedInUrl"], detail=detail)
            assert str(id) in listed
            assert "sequences" not in listed
        said = await agent("reply_get_contact_sequences", id=id)
    assert str(sequence["id"]) in said
    assert sequence["name"] in said


async def test_rows_do_not_tell_who_replied_and_the_tools_say_where_it_is(sandbox: Sandbox) -> None:
    membership = next(one for one in sandbox.store.all("membership") if one["isReplied"])
    id, sequence = membership["_contactId"], membership["_sequenceId"]
    (row,) = [one for one in sandbox.get("/v3/contacts", top=999)["items"] if one["id"] == id]
    assert not [key for key in row if "repl" in key.lower() or "bounce" in key.lower()]
    async with agent_of(sandbox) as agent:
        (tool,) = [one for one in (await agent.client.list_tools()).tools if one.name == "reply_filter_contacts"]
        assert "inbox and reply_get_contact_statuses" in tool.description
        said = await agent("reply_get_contact_statuses", id=id)
    assert "replied" in said.line(sequence)


async def test_company_sizes_read_the_same_in_whatever_case(
    sandbox: Sandbox, fresh_sandbox: Callable[..., Sandbox]
) -> None:
    for place, size, none in (
        (sandbox, "TwoHundred", "Empty"),
        (fresh_sandbox(documented=True), "twoHundred", "empty"),
    ):
        big, unknown = made(place, companySize="TwoHundred"), made(place)
        assert (big["companySize"], unknown["companySize"]) == (size, none)
        async with agent_of(place) as agent:
            said = await agent("reply_get_contact", id=big["id"])
            assert "size: 51-200" in said
            said = await agent("reply_get_contact", id=unknown["id"])
            assert "empty" not in said.text.lower()


async def test_what_the_contact_lacks_may_stand_in_its_custom_fields(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    field = own.http.post("/v3/custom-fields", json={"title": "Branche", "fieldType": "text"}).json()
    mine = made(own)
    own.http.patch(f"/v3/contacts/{mine['id']}", json={"customFields": [{"id": field["id"], "value": "Shipping"}]})
    assert contact(own, mine["id"])["industry"] is None
    async with agent_of(own) as agent:
        said = await agent("reply_get_contact", id=mine["id"])
        assert "Branche (Shipping)" in said
        listed = await agent("reply_search_contacts", email=mine["email"], fields=["industry", "Branche"])
    assert "Shipping" in listed


# Opting out


@pytest.mark.parametrize("released", [True, False])
async def test_opting_out_works_with_the_bulk_call_and_without(sandbox: Sandbox, released: bool) -> None:
    new, already = made(sandbox), made(sandbox)
    assert sandbox.http.patch(f"/v3/contacts/{already['id']}", json={"isOptedOut": True}).status_code == 200
    if not released:
        nothing = {"title": "Not Found", "status": 404, "detail": "No endpoint matches the request."}
        sandbox.fault(kind="answer", match="POST /v3/contacts/set-opted-out", status=404, body=nothing, times=None)
    body = {"contactIds": [already["id"]], "isOptedOut": True}
    bulk = sandbox.http.post("/v3/contacts/set-opted-out", json=body)
    assert (bulk.json() == {}) if released else (bulk.status_code == 404)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_set_contacts_opted_out", contactIds=[new["id"], already["id"], 5], isOptedOut=True)
    assert "2 of 3" in said
    assert "newly" not in said
    assert "5" in said.line("not found")
    assert contact(sandbox, new["id"])["isOptedOut"]
    assert contact(sandbox, already["id"])["isOptedOut"]

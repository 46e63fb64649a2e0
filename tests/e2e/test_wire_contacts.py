"""Contacts: where the API does something else than its documentation says, and the tools make up for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.sandbox import contacts as contact_handlers
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made


def contact(sandbox: Sandbox, id: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.get(f"/v3/contacts/{id}")
    return found


def take_in(sandbox: Sandbox, *items: dict[str, Any], **options: Any) -> Any:
    return sandbox.http.post("/v3/contacts/import", json={"items": items, "options": options})


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


@pytest.mark.parametrize("tool", ["reply_create_contact", "reply_update_contact", "reply_import_contacts"])
async def test_a_key_that_reply_would_drop_is_refused(sandbox: Sandbox, tool: str) -> None:
    profile = {"linkedInProfileUrl": "https://www.linkedin.com/in/lost"}
    mine = made(sandbox, **profile)
    assert mine["linkedInUrl"] is None
    assert sandbox.http.patch(f"/v3/contacts/{mine['id']}", json=profile).json()["linkedInUrl"] is None

    person = {"firstName": "Ann", "email": address(), **profile}
    arguments: dict[str, Any] = {
        "reply_create_contact": person,
        "reply_update_contact": {"id": mine["id"], **profile},
        "reply_import_contacts": {"items": [person]},
    }[tool]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent(tool, **arguments)
    assert said.is_error
    assert "linkedInProfileUrl: no such argument; did you mean linkedInUrl?" in said
    assert asked(sandbox, mark) == []


async def test_a_link_under_its_right_name_is_kept(sandbox: Sandbox) -> None:
    mine, link = made(sandbox), "https://www.linkedin.com/in/kept-by-name"
    async with agent_of(sandbox) as agent:
        await agent("reply_update_contact", id=mine["id"], linkedInUrl=link)
        assert link in await agent("reply_get_contact", id=mine["id"])
    assert contact(sandbox, mine["id"])["linkedInUrl"] == link


# Importing


async def test_importing_someone_who_exists_fills_only_what_is_empty(sandbox: Sandbox) -> None:
    mine = made(sandbox, company="Acme")
    item = {"firstName": "Zoe", "email": mine["email"], "company": "Other", "title": "CTO"}
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[item, {"firstName": "New", "email": address()}])
        assert not said.is_error
        assert "2 of 2 contacts imported" in said
        assert "1 updated" in said
        assert "only empty fields were filled" in said
        assert str(mine["id"]) in said.line(mine["email"])
        now = contact(sandbox, mine["id"])
        assert (now["firstName"], now["company"], now["title"]) == ("Ann", "Acme", "CTO")

        over = await agent("reply_import_contacts", items=[item], options={"overwriteExisting": True})
        assert "only empty" not in over
    assert contact(sandbox, mine["id"])["company"] == "Other"


async def test_one_bad_address_is_told_before_it_sinks_the_import(sandbox: Sandbox) -> None:
    good = {"firstName": "Good", "email": address()}
    items = [good, {"firstName": "Bad", "email": "bad@"}]
    refused = take_in(sandbox, *items)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/items/1/email"
    assert held(sandbox, good["email"]) == []

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=items)
        assert said.is_error
        assert "nothing was imported" in said
        assert 'items[1].email: "bad@"' in said
        assert asked(sandbox, mark) == []

        said = await agent("reply_import_contacts", items=items, skipInvalid=True)
    assert not said.is_error
    assert "1 of 1 contacts imported" in said
    assert 'items[1].email: "bad@"' in said
    assert len(held(sandbox, good["email"])) == 1


async def test_an_address_that_only_reply_finds_wrong_is_named(sandbox: Sandbox) -> None:
    good = {"firstName": "Good", "email": address()}
    items = [{"firstName": "Jörg", "email": "joerg@exämple.de"}, good]
    assert take_in(sandbox, *items).status_code == 400
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=items)
        assert said.is_error
        assert "nothing was imported" in said
        assert "items[0].email (joerg@exämple.de)" in said
        assert held(sandbox, good["email"]) == []

        said = await agent("reply_import_contacts", items=items, skipInvalid=True)
    assert "1 of 1 contacts imported" in said
    assert "joerg@exämple.de" in said
    assert len(held(sandbox, good["email"])) == 1


async def test_an_address_that_fails_alone_is_told_as_well(fresh_sandbox: Callable[..., Sandbox]) -> None:
    paper = fresh_sandbox(documented=True)
    items = [{"firstName": "Jörg", "email": "joerg@exämple.de"}, {"firstName": "Good", "email": address()}]
    assert [one["status"] for one in take_in(paper, *items).json()["items"]] == ["failed", "created"]
    async with agent_of(paper) as agent:
        said = await agent("reply_import_contacts", items=items)
    assert "1 of 2 contacts imported" in said
    assert "failed" in said.line("joerg@exämple.de")


async def test_blanks_around_an_address_do_not_sink_the_import(sandbox: Sandbox) -> None:
    email = address()
    assert take_in(sandbox, {"firstName": "Ann", "email": f" {email} "}).status_code == 400
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[{"firstName": "Ann", "email": f" {email} "}])
    assert not said.is_error
    assert len(held(sandbox, email)) == 1


@pytest.mark.parametrize("name", [{}, {"firstName": " "}])
async def test_an_item_without_a_first_name_is_asked_for_it(sandbox: Sandbox, name: dict[str, str]) -> None:
    mine = made(sandbox)
    (result,) = take_in(sandbox, {"email": mine["email"]}).json()["items"]
    assert (result["status"], result["error"]) == ("failed", "Invalid data")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=[{"email": mine["email"], **name}])
    assert said.is_error
    assert "items[0].firstName: required" in said
    assert asked(sandbox, mark) == []


async def test_whoever_an_import_skips_is_named_with_the_reason(sandbox: Sandbox) -> None:
    locked = next(one for one in sandbox.store.all("contact", _locked=True) if one["email"])
    item = {"firstName": "Ann", "email": locked["email"], "city": "Rome"}
    (result,) = take_in(sandbox, item).json()["items"]
    assert (result["status"], result["id"], result["skipReason"]) == ("skipped", locked["id"], "noEditPermission")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[item])
    assert "0 of 1 contacts imported" in said
    row = said.line(locked["email"])
    assert str(locked["id"]) in row
    assert "belongs to a teammate" in row


async def test_a_reason_that_nobody_foresaw_is_passed_on(sandbox: Sandbox) -> None:
    item = {"id": 77, "status": "skipped", "error": None, "skipReason": "onHold"}
    sandbox.fault(
        kind="answer", match="POST /v3/contacts/import", status=200, body={"items": [item], "added": 0, "skipped": 1}
    )
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[{"firstName": "Ann", "email": "ann@reasons.org"}])
    assert "onHold" in said.line("ann@reasons.org")


async def test_a_deleted_contact_is_told_from_one_that_never_was(sandbox: Sandbox) -> None:
    gone = made(sandbox, company="Acme")
    assert sandbox.http.delete(f"/v3/contacts/{gone['id']}").status_code == 204
    item = {"firstName": "Ann", "email": gone["email"]}
    (result,) = take_in(sandbox, item).json()["items"]
    assert (result["status"], result["skipReason"]) == ("skipped", "contactDeleted")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[item])
        assert "0 of 1 contacts imported" in said
        assert "deleted earlier" in said.line(gone["email"])
        assert "restoreDeleted" in said
        assert held(sandbox, gone["email"]) == []

        said = await agent("reply_import_contacts", items=[item], options={"restoreDeleted": True})
    assert "1 of 1 contacts imported" in said
    assert "restored" in said
    assert contact(sandbox, gone["id"])["company"] == "Acme"


async def test_a_deletion_says_that_it_can_be_taken_back(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_delete_contact", id=mine["id"])
        assert f"Deleted contact {mine['id']}" in said
        assert "restoreDeleted" in said
        assert (await agent("reply_get_contact", id=mine["id"])).is_error


async def test_a_plan_without_room_is_not_taken_for_the_limit_of_a_call(fresh_sandbox: Callable[..., Sandbox]) -> None:
    full = fresh_sandbox()
    full.store.put("plan", {"id": 1, "contacts": 300})
    item = {"firstName": "Ann", "email": address()}
    refused = take_in(full, item)
    assert refused.json()["code"] == "contact.limitExceeded"
    async with agent_of(full) as agent:
        said = await agent("reply_import_contacts", items=[item])
    assert said.is_error
    assert refused.json()["detail"] in said
    assert "it is the plan" in said
    assert "Nothing was imported" in said


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
    assert "Nearest" not in nobody


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
    with crowd.store.together():
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


async def test_a_filter_by_date_is_refused_since_reply_ignores_it(sandbox: Sandbox) -> None:
    rule = {"property": "addingDate", "condition": "greaterThan", "value": "2031-01-01"}
    ignored = sandbox.http.post("/v3/contacts/filter", json={"rules": [rule]}).json()["items"]
    assert len(ignored) == 25
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_filter_contacts", rules=[rule])
        assert said.is_error
        assert "ignores rules on dates" in said
        assert asked(sandbox, mark) == []

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
    assert str(newest["addingDate"])[:10] in sorted_


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
    assert max(int(page["top"]) for page in pages) <= 200
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
    for place, size, none in ((sandbox, "TwoHundred", "Empty"), (fresh_sandbox(documented=True), "twoHundred", "empty")):
        big, unknown = made(place, companySize="TwoHundred"), made(place)
        assert (big["companySize"], unknown["companySize"]) == (size, none)
        async with agent_of(place) as agent:
            said = await agent("reply_get_contact", id=big["id"])
            assert "two hundred" in said
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

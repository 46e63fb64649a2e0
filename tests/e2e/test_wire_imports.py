"""Importing contacts: what an import really does with those it matches, refuses or skips, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made


def contact(sandbox: Sandbox, id: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.get(f"/v3/contacts/{id}")
    return found


def take_in(sandbox: Sandbox, *items: dict[str, Any], **options: Any) -> Any:
    return sandbox.http.post("/v3/contacts/import", json={"items": items, "options": options})


async def test_importing_someone_who_exists_fills_only_what_is_empty(sandbox: Sandbox) -> None:
    mine = made(sandbox, company="Acme")
    item = {"firstName": "Zoe", "email": mine["email"], "company": "Other", "title": "CTO"}
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[item, {"firstName": "New", "email": address()}])
        assert not said.is_error
        assert "2 of 2 contacts imported" in said
        assert "1 created, 1 matched" in said or "1 matched, 1 created" in said
        assert f'Not written, since Reply holds something else: {mine["id"]} firstName "Ann", ' in said
        assert f'{mine["id"]} company "Acme".' in said
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
        assert "Nothing was imported" in said
        assert 'items[1].email: "bad@"' in said
        assert asked(sandbox, mark) == []

        said = await agent("reply_import_contacts", items=items, skipInvalid=True)
    assert not said.is_error
    assert "1 of 1 contact imported" in said
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
        assert "(joerg@exämple.de)" in said.line("items[0].email")
        assert held(sandbox, good["email"]) == []

        said = await agent("reply_import_contacts", items=items, skipInvalid=True)
    assert "1 of 1 contact imported" in said
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
    assert "0 of 1 contact imported" in said
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
        assert "0 of 1 contact imported" in said
        assert "deleted earlier" in said.line(gone["email"])
        assert "restoreDeleted" in said
        assert held(sandbox, gone["email"]) == []

        said = await agent("reply_import_contacts", items=[item], options={"restoreDeleted": True})
    assert "1 of 1 contact imported" in said
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


async def test_all_that_is_wrong_with_a_file_is_said_at_once(sandbox: Sandbox) -> None:
    good = address()
    csv = (
        "First Name,Email,Favorite color,Company size\n"
        f"Ann,bad,red,huge\n,{address()},blue,11-50\nBo,c@@x,green,\nCy,{good},,51 - 200 employees\n"
    )
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", csv=csv)
        assert said.is_error
        assert "3 of 4 items are invalid" in said
        assert 'line 2, companySize: "huge" is not one of' in said
        assert "line 2 ('bad'), line 4 ('c@@x')" in said
        assert "line 3, firstName: required" in said
        assert '"Favorite color" (line 2 and 2 more): neither a field nor a custom field' in said
        assert {one["method"] for one in sandbox.since(mark)} == {"GET"}

        said = await agent("reply_import_contacts", csv=csv, columns={"*": ""}, skipInvalid=True)
    assert "Left out, not imported (3)" in said
    assert held(sandbox, good)[0]["companySize"] == "TwoHundred"


async def test_all_that_is_wrong_with_items_is_said_at_once(sandbox: Sandbox) -> None:
    good = address()
    items = [
        {"firstName": "Ann", "email": "bad", "companySize": "huge"},
        {"email": address(), "isOptedOut": "perhaps"},
        {"firstName": "Bo", "email": address(), "Favorite color": "green"},
        {"firstName": "Cy", "email": good, "companySize": "51 - 200 employees"},
    ]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=items)
        assert said.is_error
        assert "2 of 4 items are invalid" in said
        assert 'items[0].companySize: "huge" is not one of' in said
        assert """items[0].email: "bad" is not an email address""" in said
        assert "items[1].isOptedOut: true or false" in said
        assert "items[1].firstName: required" in said
        assert '"Favorite color" (items[2]): neither a field nor a custom field' in said
        assert {one["method"] for one in sandbox.since(mark)} == {"GET"}

        del items[2]
        said = await agent("reply_import_contacts", items=items, skipInvalid=True)
    assert "Left out, not imported (2)" in said
    assert held(sandbox, good)[0]["companySize"] == "TwoHundred"
    assert held(sandbox, items[1]["email"]) == []

"""Companies: their fields, contacts, lists and filter."""

from __future__ import annotations

from typing import Any

import httpx

from reply_mcp.sandbox.serving import Sandbox

ACCOUNTS, LISTS = "/v3/contact-accounts", "/v3/contact-account-lists"


def create(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.post(ACCOUNTS, json=fields).raise_for_status().json()
    return made


def names(api: httpx.Client, *filters: tuple[str, str, Any], **body: Any) -> list[str]:
    rules = [{"property": name, "condition": rule, "values": values} for name, rule, values in filters]
    answer = api.post(f"{ACCOUNTS}/filter", params={"top": 1000}, json={"filters": rules, **body})
    return [one["name"] for one in answer.raise_for_status().json()["items"]]


def test_an_update_clears_what_it_leaves_out_and_keeps_the_owner(api: httpx.Client) -> None:
    made = create(api, name=" Kolibri ", industry="Retail", companySize="11-50", domainName="gmail.com")
    assert (made["name"], made["companySize"], made["emailProvider"]) == ("Kolibri", "11-50", "gmail")
    changed = api.put(f"{ACCOUNTS}/{made['id']}", json={"name": "Kolibri GmbH", "city": "Bonn"}).json()
    assert (changed["industry"], changed["city"], changed["emailProvider"]) == (None, "Bonn", None)
    assert changed["ownerUserId"] == made["ownerUserId"]


def test_wrong_bodies_point_at_each_fault(api: httpx.Client) -> None:
    for body, pointer in (
        ({}, "/name"),
        ({"name": "  "}, "/name"),
        ({"name": "X", "companySize": "Fifty"}, "/companySize"),
        ({"name": "X", "nickname": "Y"}, "/nickname"),
    ):
        refused = api.post(ACCOUNTS, json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    before = len(names(api))
    refused = api.post(f"{ACCOUNTS}/bulk", json={"items": [{"name": "Fine"}, {"name": ""}]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/items/1/name")
    assert len(names(api)) == before
    assert api.post(f"{ACCOUNTS}/bulk", json={"items": [{"name": "X"}] * 101}).status_code == 400


def test_contacts_are_linked_moved_and_unlinked(wire: Sandbox, api: httpx.Client) -> None:
    one, two = create(api, name="One"), create(api, name="Two")
    person = {"email": "p@one.example", "firstName": "P", "company": "Two"}
    contact = api.post("/v3/contacts", json=person).json()["id"]
    for company in (one, two):
        link = {"contactIds": [contact, 5]}
        failed = api.post(f"{ACCOUNTS}/{company['id']}/contact-links/bulk", json=link).json()
        assert {number: item["error"] for number, item in failed.items()} == {"5": "notFound"}
    linked = [api.get(f"{ACCOUNTS}/{company['id']}/contacts").json()["items"] for company in (one, two)]
    assert [[row["id"] for row in rows] for rows in linked] == [[], [contact]]
    assert api.get(f"{ACCOUNTS}/{two['id']}").json()["linkedProspectsCount"] == 1
    path = f"{ACCOUNTS}/{two['id']}/contact-links/bulk-delete"
    assert api.post(path, json={"contactIds": [contact]}).json() == {}
    assert list(api.post(path, json={"contactIds": [contact]}).json()) == [str(contact)]
    after = api.get(f"/v3/contacts/{contact}").json()
    assert (after["accountId"], after["company"]) == (None, None)


def test_deleting_leaves_contacts_and_lists_in_order(wire: Sandbox, api: httpx.Client) -> None:
    made = create(api, name="Gone soon")["id"]
    listed = api.post(LISTS, json={"name": "With gone"}).json()["id"]
    api.post(f"{LISTS}/{listed}/add-accounts", json={"accountIds": [made]})
    contact = wire.store.all("contact")[0]["id"]
    api.post(f"{ACCOUNTS}/{made}/contact-links/bulk", json={"contactIds": [contact]})
    assert api.delete(f"{ACCOUNTS}/{made}").status_code == 204
    assert api.get(f"/v3/contacts/{contact}").json()["accountId"] is None
    assert names(api, listId=listed) == []
    assert api.get(f"{ACCOUNTS}/{made}").json()["code"] == "contactAccount.notFound"


def test_an_owner_is_a_teammate(api: httpx.Client) -> None:
    made = create(api, name="To hand over")["id"]
    assert api.put(f"{ACCOUNTS}/{made}/owner", json={"userId": 70418}).json()["ownerUserId"] == 70418
    stranger = api.put(f"{ACCOUNTS}/{made}/owner", json={"userId": 70430})
    assert (stranger.status_code, stranger.json()["code"]) == (400, "contactAccount.invalidInput")
    assert api.put(f"{ACCOUNTS}/1/owner", json={"userId": 70418}).status_code == 404


def test_moving_to_a_list_drops_the_others(wire: Sandbox, api: httpx.Client) -> None:
    made = create(api, name="Listed")["id"]
    first, second = (api.post(LISTS, json={"name": f"List {word}"}).json()["id"] for word in ("A", "B"))
    failed = api.post(f"{LISTS}/{first}/add-accounts", json={"accountIds": [made, 77]}).json()
    assert list(failed) == ["77"]
    assert api.post(f"{LISTS}/{second}/move-accounts", json={"accountIds": [made]}).json() == {}
    assert (names(api, listId=first), names(api, listId=second)) == ([], ["Listed"])
    codes = [api.post(LISTS, json={"name": name}).json()["code"] for name in ("ab", "x" * 129, "list a")]
    assert codes == [f"contactAccountList.{word}" for word in ("nameTooShort", "nameTooLong", "duplicateName")]


def test_the_filter_understands_its_conditions(wire: Sandbox, api: httpx.Client) -> None:
    create(api, name="Zeta one", country="Malta", companySize="2-10")
    create(api, name="Zeta two", country="Malta", companySize="10001+", phone="+356 (21) 12345")
    malta = ("Country", "Equals", ["malta"])
    assert names(api, malta, sortBy="name", sortDirection="desc") == ["Zeta two", "Zeta one"]
    assert names(api, malta, ("CompanySize", "GreaterThan", ["501-1000"])) == ["Zeta two"]
    assert names(api, malta, ("NumericPhoneNumber", "Equals", "3562112345")) == ["Zeta two"]
    assert names(api, malta, ("NumericPhoneNumber", "IsNull", [])) == ["Zeta one"]
    assert names(api, malta, ("Name", "NotIn", ["zeta one"])) == ["Zeta two"]
    assert names(api, ("NumberOfContacts", "GreaterThan", [0]), search="zeta") == []
    sequence = wire.store.all("membership")[0]["_sequenceId"]
    enrolled = {one["_contactId"] for one in wire.store.all("membership", _sequenceId=sequence)}
    companies = {wire.store.get("contact", number)["accountId"] for number in enrolled} - {None}  # type: ignore[index]
    assert len(names(api, ("Sequence", "In", [sequence]))) == len(companies)


def test_a_filter_names_known_properties_and_values(api: httpx.Client) -> None:
    for rule, pointer in (
        ({"property": "Colour", "condition": "Equals", "values": ["x"]}, "/filters/0/property"),
        ({"property": "Name", "condition": "Like", "values": ["x"]}, "/filters/0/condition"),
        ({"property": "Name", "condition": "Equals"}, "/filters/0/values"),
    ):
        refused = api.post(f"{ACCOUNTS}/filter", json={"filters": [rule]})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    many = [{"property": "Name", "condition": "IsNotNull", "values": []}] * 21
    assert api.post(f"{ACCOUNTS}/filter", json={"filters": many}).status_code == 400


def test_lists_are_sorted_and_paged(api: httpx.Client) -> None:
    rows = api.get(ACCOUNTS, params={"sort_by": "name", "sort_direction": "desc", "top": 5}).json()
    assert [one["name"].lower() for one in rows["items"]] == sorted(
        (one["name"].lower() for one in rows["items"]), reverse=True
    )
    assert rows["hasMore"] is True
    assert "emailProvider" not in rows["items"][0]
    assert api.get(ACCOUNTS, params={"top": 0}).json()["code"] == "contactAccount.invalidPagination"

"""Contacts, lists, custom fields, schedules and accounts, as on the wire and as on paper."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.sandbox.handlers.contacts import contacts as contact_handlers
from reply_mcp.sandbox.handlers.contacts import imports
from reply_mcp.sandbox.serving import Sandbox
from tests.conftest import TIMES

_numbers = itertools.count(1)


def address() -> str:
    """An address that nobody holds."""
    return f"new{next(_numbers)}@example-company.com"


def make(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = api.post("/v3/contacts", json={"firstName": "Ann", "email": address(), **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def take_in(api: httpx.Client, *items: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = api.post("/v3/contacts/import", json={"items": items, "options": options})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# Reading


def test_a_page_says_whether_there_is_more(api: httpx.Client) -> None:
    first = api.get("/v3/contacts").json()
    second = api.get("/v3/contacts", params={"skip": 25, "top": 5}).json()
    assert (len(first["items"]), first["hasMore"]) == (25, True)
    assert len(second["items"]) == 5
    assert {one["id"] for one in first["items"]}.isdisjoint(one["id"] for one in second["items"])
    assert api.get("/v3/contacts", params={"skip": 9000}).json() == {"items": [], "hasMore": False}
    assert api.get("/v3/contacts", params={"top": 1001}).json()["code"] == "contact.invalidPagination"
    assert api.get("/v3/contacts", params={"top": "x"}).json()["errors"][0]["pointer"] == "/top"


def test_rows_on_the_wire_are_looser_than_documented(api: httpx.Client, papi: httpx.Client) -> None:
    live = api.get("/v3/contacts", params={"top": 100}).json()["items"]
    paper = papi.get("/v3/contacts", params={"top": 100}).json()["items"]
    assert {len(row) for row in live} == {30}
    assert {len(row) for row in paper} == {28}
    assert {row["createdAt"] for row in live} == {row["lastModifiedAt"] for row in live} == {None}
    assert all(row["createdAt"] and not row["createdAt"].endswith("Z") for row in paper)
    assert "Empty" in {row["companySize"] for row in live}
    assert all(row["companySize"][0].islower() for row in paper)
    assert None in {row["linkedInUrl"] for row in live}
    assert all(isinstance(row["linkedInUrl"], str) for row in paper)
    assert all(value["key"].isdigit() for row in live for value in row["customFields"])


def test_looking_up_by_address_works_on_paper_only(api: httpx.Client, papi: httpx.Client) -> None:
    wanted = papi.get("/v3/contacts", params={"skip": 50}).json()["items"][0]
    query = {"email": wanted["email"].upper()}
    assert [one["id"] for one in papi.get("/v3/contacts", params=query).json()["items"]] == [wanted["id"]]
    assert len(api.get("/v3/contacts", params=query).json()["items"]) == 25
    profile = next(one for one in api.get("/v3/contacts").json()["items"] if one["linkedInUrl"])
    found = api.get("/v3/contacts", params={"linkedIn": profile["linkedInUrl"]}).json()["items"]
    assert [one["id"] for one in found] == [profile["id"]]


def test_a_page_of_a_thousand_stalls_on_the_wire(
    api: httpx.Client, papi: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_handlers, "STALL_SECONDS", 60)
    assert papi.get("/v3/contacts", params={"top": 1000}, timeout=50).status_code == 200
    monkeypatch.setattr(contact_handlers, "STALL_SECONDS", 0.3)
    assert api.get("/v3/contacts", params={"top": 1000}).elapsed.total_seconds() >= 0.3


def test_unknown_parameters_and_keys_are_ignored(api: httpx.Client) -> None:
    assert len(api.get("/v3/contacts", params={"status": "replied"}).json()["items"]) == 25
    made = make(api, linkedInProfileUrl="https://www.linkedin.com/in/lost", nonsense=1)
    assert made["linkedInUrl"] is None
    assert "nonsense" not in made


def test_a_missing_contact(api: httpx.Client) -> None:
    missing = api.get("/v3/contacts/5")
    assert (missing.status_code, missing.json()["code"]) == (404, "contact.notFound")
    assert api.get("/v3/contacts/0").json()["code"] == "contact.invalidInput"


# Filtering


def test_searching_is_by_containment(api: httpx.Client) -> None:
    ann = make(api, email="ann@contained.org")
    joann = make(api, email="joann@contained.org")
    found = api.post("/v3/contacts/filter", json={"searchTerm": "ann@contained.org"}).json()["items"]
    assert [one["id"] for one in found] == [ann["id"], joann["id"]]


def test_rules_narrow_but_those_about_time_only_on_paper(api: httpx.Client, papi: httpx.Client) -> None:
    def count(client: httpx.Client, *rules: dict[str, Any]) -> int:
        answer = client.post("/v3/contacts/filter", params={"top": 1000}, json={"rules": rules})
        return len(answer.json()["items"])

    german = {"property": "country", "condition": "equals", "value": "Germany"}
    berlin = {"property": "city", "condition": "contains", "value": "berl"}
    late = {"property": "addingDate", "condition": "greaterThan", "value": "2999-01-01"}
    unknown = {"property": "shoeSize", "condition": "equals", "value": "9"}
    everyone = count(papi)
    assert 0 < count(papi, german, berlin) < count(papi, german) < everyone
    assert count(papi, late) == 0
    assert count(api, late) == count(api, unknown) == count(api)
    assert papi.post("/v3/contacts/filter", json={"rules": [unknown]}).status_code == 400
    seed = {"property": "Funding round", "condition": "equals", "value": "seed"}
    assert 0 < count(api, seed) < everyone


def test_filtering_by_list_and_sorting(api: httpx.Client) -> None:
    members = api.post("/v3/contacts/filter", params={"top": 100}, json={"listId": 4101, "sortBy": "lastName"}).json()
    assert len(members["items"]) == 64
    names = [one["lastName"].lower() for one in members["items"]]
    assert names == sorted(names)
    assert api.post("/v3/contacts/filter", json={"sortDirection": "asc"}).status_code == 200
    assert api.post("/v3/contacts/filter").status_code == 200


# Writing


def test_creating_over_a_held_address_blanks_the_contact_on_the_wire(api: httpx.Client, papi: httpx.Client) -> None:
    held = make(api, company="Acme", title="CEO", phone="+1 555", notes="Met in June")
    again = make(api, email=held["email"].upper(), firstName="Anna")
    assert again["id"] == held["id"]
    now = api.get(f"/v3/contacts/{held['id']}").json()
    assert now["firstName"] == "Anna"
    assert [now[name] for name in ("company", "title", "phone", "notes")] == [None] * 4
    paper = make(papi, company="Acme")
    refused = papi.post("/v3/contacts", json={"firstName": "Anna", "email": paper["email"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "contact.invalidInput")
    assert papi.get(f"/v3/contacts/{paper['id']}").json()["company"] == "Acme"


def test_creating_checks_its_fields(api: httpx.Client, papi: httpx.Client) -> None:
    def pointers(client: httpx.Client, body: Any) -> list[str]:
        return [one["pointer"] for one in client.post("/v3/contacts", json=body).json()["errors"]]

    assert pointers(api, {"email": address()}) == ["/firstName"]
    assert papi.post("/v3/contacts", json={"email": address()}).status_code == 201
    wrong = {"firstName": 7, "email": "no at", "companySize": "Huge", "accountId": "x", "customFields": "y"}
    assert pointers(api, wrong) == ["/accountId", "/firstName", "/email", "/companySize", "/customFields"]
    assert pointers(api, []) == [""]
    nobody = api.post("/v3/contacts", json={"firstName": "Ann"})
    assert nobody.json()["code"] == "contact.invalidInput"


def test_custom_values_are_lost_on_creating_and_kept_on_updating(api: httpx.Client, papi: httpx.Client) -> None:
    values = [{"key": "Tech stack", "value": "HubSpot"}]
    made = make(api, customFields=values)
    assert made["customFields"] == []
    path = f"/v3/contacts/{made['id']}"
    patch = {"customFields": [{"name": "tech STACK", "value": "HubSpot"}, {"id": 2108, "value": 12}]}
    api.patch(path, json=patch).raise_for_status()
    kept = {one["key"]: one["value"] for one in api.get(path).json()["customFields"]}
    assert kept == {"2122": "HubSpot", "2108": "12"}
    unknown = api.patch(path, json={"customFields": [{"name": "Shoe size", "value": "9"}]})
    assert unknown.status_code == 200
    assert len(unknown.json()["customFields"]) == 2
    wrong = api.patch(path, json={"customFields": [{"name": "Employees", "value": "many"}]})
    assert wrong.json()["code"] == "contact.invalidInput"
    assert make(papi, customFields=values)["customFields"] == [{"key": "2122", "value": "HubSpot"}]
    named = {"customFields": [{"name": "Shoe size", "value": "9"}]}
    assert papi.patch("/v3/contacts/90514001", json=named).status_code == 400


def test_updating_changes_what_is_sent_and_null_clears(api: httpx.Client) -> None:
    made = make(api, company="Acme", title="CEO", companySize="Ten")
    path = f"/v3/contacts/{made['id']}"
    changed = api.patch(path, json={"title": None, "city": "Oslo", "callStatus": "toCall"}).json()
    assert (changed["title"], changed["city"], changed["company"]) == (None, "Oslo", "Acme")
    assert changed["callStatus"] == "toCall"
    assert api.patch(path, json={"callStatus": None}).json()["callStatus"] == "none"
    assert api.patch(path, json={"email": None}).json()["code"] == "contact.invalidInput"
    other = make(api)
    assert api.patch(path, json={"email": other["email"]}).json()["code"] == "contact.invalidInput"
    assert api.patch(path, json={"ownerUserId": 70430}).json()["code"] == "contact.invalidInput"
    assert api.patch(path, json={"ownerUserId": 70415}).json()["ownerUserId"] == 70415
    assert api.patch(path, json={"meetingStatus": "x", "isOptedOut": 3}).status_code == 400


def test_opting_out_one_by_one_and_in_bulk(wire: Sandbox, api: httpx.Client, papi: httpx.Client) -> None:
    ids = [make(api)["id"] for _ in range(3)]
    assert api.patch(f"/v3/contacts/{ids[0]}", json={"isOptedOut": True}).json()["isOptedOut"]
    body = {"contactIds": [*ids, 5], "isOptedOut": True}
    assert api.post("/v3/contacts/set-opted-out", json=body).json() == {
        "5": {"error": "notFound", "errorDetails": None}
    }
    assert all(wire.store.all("contact", id=number)[0]["isOptedOut"] for number in ids)
    again = api.post("/v3/contacts/set-opted-out", json={"contactIds": ids, "isOptedOut": True})
    assert again.json() == {}
    doubled = api.post("/v3/contacts/set-opted-out", json={"contactIds": [ids[0]] * 2, "isOptedOut": True})
    assert doubled.json()["errors"][0]["pointer"] == "/contactIds"
    unreleased = papi.post("/v3/contacts/set-opted-out", json={"contactIds": [90514001], "isOptedOut": True})
    assert unreleased.status_code == 404
    assert "code" not in unreleased.json()


def test_deleting_leaves_lists_and_answers_failures_only(api: httpx.Client) -> None:
    one, two = make(api)["id"], make(api)["id"]
    api.post("/v3/contact-lists/4101/add-contacts", json={"contactIds": [one, two]})
    assert api.delete(f"/v3/contacts/{one}").status_code == 204
    assert api.get(f"/v3/contacts/{one}").status_code == 404
    assert api.post("/v3/contacts/bulk-delete", json={"ids": [one, two]}).json() == {
        str(one): {"error": "notFound", "errorDetails": None}
    }
    members = api.post("/v3/contacts/filter", params={"top": 1000}, json={"listId": 4101}).json()["items"]
    assert {one, two}.isdisjoint(member["id"] for member in members)
    assert api.post("/v3/contacts/bulk-delete", json={"ids": []}).status_code == 400


def test_changing_owners_is_all_or_nothing(api: httpx.Client) -> None:
    one, two = make(api)["id"], make(api)["id"]
    done = api.put("/v3/contacts/owner", json={"contactIds": [one, two], "userId": 70423}).json()
    assert done == {"isSuccess": True, "affectedIds": [one, two]}
    assert api.get(f"/v3/contacts/{two}").json()["ownerUserId"] == 70423
    for body in ({"contactIds": [one, 5], "userId": 70411}, {"contactIds": [one], "userId": 70430}):
        assert api.put("/v3/contacts/owner", json=body).json()["code"] == "contact.notFound"
    assert api.get(f"/v3/contacts/{one}").json()["ownerUserId"] == 70423


def test_notes_need_words(wire: Sandbox, api: httpx.Client) -> None:
    made = make(api)["id"]
    assert api.post(f"/v3/contacts/{made}/notes", json={"notes": " "}).status_code == 400
    assert api.post(f"/v3/contacts/{made}/notes", json={"notes": "Called back"}).status_code == 204
    assert [one["text"] for one in wire.store.all("contactNote", _contactId=made)] == ["Called back"]


# Importing


def test_importing_matches_and_fills_only_what_is_empty(api: httpx.Client) -> None:
    held = make(api, company="Acme")
    item = {"firstName": "Zoe", "email": held["email"].upper(), "company": "Other", "title": "CTO"}
    new = {"firstName": "New", "email": address(), "customFields": [{"name": "Tech stack", "value": "Zoho CRM"}]}
    found = take_in(api, item, new, {**new, "city": "Rome", "customVariables": [{"name": "x"}]})
    assert [one["status"] for one in found["items"]] == ["updated", "created", "updated"]
    assert [found[name] for name in ("added", "updated", "skipped", "failed")] == [1, 2, 0, 0]
    now = api.get(f"/v3/contacts/{held['id']}").json()
    assert (now["firstName"], now["company"], now["title"]) == ("Ann", "Acme", "CTO")
    made = api.get(f"/v3/contacts/{found['items'][1]['id']}").json()
    assert (made["city"], made["customFields"]) == ("Rome", [{"key": "2122", "value": "Zoho CRM"}])


def test_importing_may_overwrite_or_skip(api: httpx.Client) -> None:
    held = make(api, company="Acme")
    item = {"firstName": "Zoe", "email": held["email"], "company": "Other"}
    (skipped,) = take_in(api, item, skipExisting=True)["items"]
    assert (skipped["status"], skipped["id"]) == ("skipped", held["id"])
    assert api.get(f"/v3/contacts/{held['id']}").json()["company"] == "Acme"
    take_in(api, item, overwriteExisting=True)
    assert api.get(f"/v3/contacts/{held['id']}").json()["company"] == "Other"
    (mute,) = take_in(api, {"firstName": "Zoe", "linkedInUrl": "https://x.y/z"}, skipWithoutEmails=True)["items"]
    assert (mute["status"], mute["id"]) == ("skipped", None)


def test_one_bad_address_sinks_the_import_on_the_wire_only(api: httpx.Client, papi: httpx.Client) -> None:
    good = {"firstName": "Good", "email": address()}
    items = [good, {"firstName": "Bad", "email": "bad@"}]
    refused = api.post("/v3/contacts/import", json={"items": items})
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/items/1/email"]
    assert "code" not in refused.json()
    assert api.post("/v3/contacts/filter", json={"searchTerm": good["email"]}).json()["items"] == []
    paper = take_in(papi, *items)
    assert [(one["status"], one["error"]) for one in paper["items"]] == [("created", None), ("failed", "Invalid data")]


def test_an_item_without_first_name_is_refused_alone(api: httpx.Client) -> None:
    held = make(api)
    found = take_in(api, {"email": held["email"]}, {"firstName": "Ann", "email": address()})
    assert [one["status"] for one in found["items"]] == ["failed", "created"]
    assert found["items"][0]["error"] == "Invalid data"


def test_a_deleted_contact_is_still_matched_until_restored(api: httpx.Client, papi: httpx.Client) -> None:
    for client, reason in ((api, "contactDeleted"), (papi, None)):
        gone = make(client, company="Acme")
        client.delete(f"/v3/contacts/{gone['id']}")
        item = {"firstName": "Ann", "email": gone["email"]}
        (skipped,) = take_in(client, item)["items"]
        assert (skipped["status"], skipped.get("skipReason")) == ("skipped", reason)
        assert skipped["id"] == (gone["id"] if reason else None)
        (restored,) = take_in(client, item, restoreDeleted=True)["items"]
        assert (restored["status"], restored["id"]) == ("restored", gone["id"])
        assert client.get(f"/v3/contacts/{gone['id']}").json()["company"] == "Acme"


def test_a_teammates_locked_contact_is_skipped_with_its_id(wire: Sandbox, api: httpx.Client) -> None:
    locked = next(one for one in wire.store.all("contact", _locked=True) if one["email"])
    (skipped,) = take_in(api, {"firstName": "Ann", "email": locked["email"], "city": "Rome"})["items"]
    assert (skipped["status"], skipped["id"]) == ("skipped", locked["id"])
    assert skipped["skipReason"] == "noEditPermission"


def test_keys_match_by_what_they_name(api: httpx.Client) -> None:
    held = make(api, linkedInUrl="https://www.linkedin.com/in/only-one")
    item = {"firstName": "Ann", "linkedInUrl": "https://www.linkedin.com/in/only-one/"}
    assert take_in(api, item, keys={"linkedInUrl": True})["items"][0]["id"] == held["id"]
    assert take_in(api, item)["items"][0]["status"] == "created"


def test_importing_puts_people_on_lists(api: httpx.Client) -> None:
    made = take_in(api, {"firstName": "Ann", "email": address()}, listIds=[4104, 999])["items"][0]["id"]
    assert [one["id"] for one in api.get(f"/v3/contacts/{made}/lists").json()] == [4104]


def test_importing_may_enrol(wire: Sandbox, api: httpx.Client) -> None:
    step = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
    step["variants"] = [{"subject": "Hello", "message": "<p>Hello {{FirstName}}</p>", "isEnabled": True}]
    made = api.post("/v3/sequences", json={"name": "Imported people", "steps": [step]})
    assert made.status_code in (200, 201), made.text
    gone = {"firstName": "Ann", "email": address()}
    ids = [one["id"] for one in take_in(api, gone, sequenceId=made.json()["id"])["items"]]
    assert [one["_contactId"] for one in wire.store.all("membership", _sequenceId=made.json()["id"])] == ids
    found = api.post("/v3/contacts/filter", json={"sequenceId": made.json()["id"]}).json()["items"]
    assert [one["id"] for one in found] == ids
    api.delete(f"/v3/contacts/{ids[0]}")
    assert wire.store.all("membership", _contactId=ids[0]) == []


def test_the_plans_room_and_the_calls_room_share_a_code(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"firstName": "Ann", "email": f"many{n}@example.com"} for n in range(1001)]
    many = api.post("/v3/contacts/import", json={"items": items})
    assert many.json()["code"] == "contact.limitExceeded"
    monkeypatch.setattr(imports, "PLAN", 300)
    full = api.post("/v3/contacts/import", json={"items": items[:1]})
    assert full.json()["code"] == "contact.limitExceeded"
    assert "plan" in full.json()["detail"]


# Lists and fields


def test_lists_come_and_go(api: httpx.Client) -> None:
    made = api.post("/v3/contact-lists", json={"name": "Fresh"}).json()
    assert made == {"id": made["id"], "name": "Fresh", "isShared": False}
    path = f"/v3/contact-lists/{made['id']}"
    assert api.post("/v3/contact-lists", json={"name": "fresh"}).status_code == 409
    assert api.post("/v3/contact-lists", json={"name": "x"}).json()["code"] == "contactsList.nameTooShort"
    assert api.put(path, json={"name": "Fresher"}).json()["name"] == "Fresher"
    assert api.put(path, json={"name": " "}).json()["code"] == "contactsList.nameIsEmpty"
    assert api.post(f"{path}/share").status_code == 204
    assert api.get(path).json()["isShared"]
    assert api.post(f"{path}/unshare").status_code == 204
    assert api.delete(path).status_code == 204
    assert api.get(path).json()["code"] == "contactsList.notFound"
    assert api.delete("/v3/contact-lists/4107").json()["code"] == "contactsList.forbidden"
    assert api.post("/v3/contact-lists/4107/unshare").json()["code"] == "contactsList.accessChangeRejected"


def test_another_users_private_list_is_not_there(api: httpx.Client) -> None:
    names = [one["name"] for one in api.get("/v3/contact-lists").json()["items"]]
    assert "Tom's personal targets" not in names
    assert len([name for name in names if name in ("Trade fair leads", "CTO outreach DACH")]) == 2
    assert api.get("/v3/contact-lists/4122").status_code == 404


def test_moving_takes_people_off_other_lists_and_adding_does_not(api: httpx.Client, papi: httpx.Client) -> None:
    made = make(api)["id"]

    def lists() -> list[int]:
        return [one["id"] for one in api.get(f"/v3/contacts/{made}/lists").json()]

    for number in (4101, 4104, 4104):
        assert api.post(f"/v3/contact-lists/{number}/add-contacts", json={"contactIds": [made]}).json() == {}
    assert lists() == [4101, 4104]
    moved = api.post("/v3/contact-lists/4113/move-contacts", json={"contactIds": [made, 5]})
    assert moved.json() == {"5": {"error": "notFound", "errorDetails": None}}
    assert lists() == [4113]
    numbered = papi.post("/v3/contact-lists/4113/add-contacts", json={"contactIds": [5]})
    assert numbered.json()["5"]["error"] == 8


def test_custom_fields_have_unique_titles_and_a_limit(
    wire: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(api.get("/v3/custom-fields").json(), list)
    made = api.post("/v3/custom-fields", json={"title": "Region", "fieldType": "text"})
    assert made.status_code == 201
    path = f"/v3/custom-fields/{made.json()['id']}"
    taken = api.post("/v3/custom-fields", json={"title": "REGION", "fieldType": "number"})
    assert (taken.status_code, taken.json()["code"]) == (409, "customField.duplicateName")
    replaced = api.put(path, json={"title": "Area", "fieldType": "text"}).json()
    assert (replaced["title"], replaced["metadata"]) == ("Area", None)
    assert api.get(path).json() == replaced
    assert api.delete(path).status_code == 204
    assert api.get(path).json()["code"] == "customField.notFound"
    assert api.delete("/v3/custom-fields/2101").json()["code"] == "customField.hasValues"
    assert len(api.post("/v3/custom-fields", json={}).json()["errors"]) == 2
    monkeypatch.setattr("reply_mcp.sandbox.handlers.contacts.custom_fields.LIMIT", 6)
    full = api.post("/v3/custom-fields", json={"title": "Seventh", "fieldType": "text"})
    assert full.json()["code"] == "customField.limitExceeded"


# Schedules and accounts


def test_schedules_are_replaced_in_full(api: httpx.Client) -> None:
    body = {"name": "Nights", "timezoneId": "UTC", "excludeHolidays": True}
    made = api.post("/v3/schedules", json=body)
    assert made.status_code == 201
    assert sum(day["isActive"] for day in made.json()["mainTimings"]) == 5
    path = f"/v3/schedules/{made.json()['id']}"
    replaced = api.put(path, json={"name": "Nights", "timezoneId": "UTC"}).json()
    assert (replaced["mainTimings"], replaced["excludeHolidays"]) == ([], False)
    assert api.post("/v3/schedules", json=body).json()["code"] == "schedule.duplicateName"
    iana = api.post("/v3/schedules", json={"name": "Paris", "timezoneId": "Europe/Paris"})
    assert iana.json()["errors"][0]["pointer"] == "/timezoneId"
    backwards = {"fromTime": {"hour": 17, "minute": 0}, "toTime": {"hour": 9, "minute": 0}}
    monday = {"weekDay": "Monday", "isActive": True, "timeRanges": [backwards]}
    wrong = api.put(path, json={**body, "mainTimings": [monday, {"weekDay": "Someday"}]}).json()
    assert [one["pointer"] for one in wrong["errors"]] == ["/mainTimings/0/timeRanges/0", "/mainTimings/1"]
    assert api.post(f"{path}/set-default").status_code == 204
    assert [one["name"] for one in api.get("/v3/schedules").json() if one["isDefault"]] == ["Nights"]
    held = api.delete(path)
    assert (held.status_code, held.json()["code"]) == (403, "schedule.deleteRejected")
    api.post("/v3/schedules/801/set-default")
    assert api.delete(path).status_code == 204
    assert api.get(path).json()["code"] == "schedule.notFound"


def test_schedules_observe_calendars(api: httpx.Client) -> None:
    links = "/v3/schedules/805/holiday-calendar-links"
    linked = api.post(links, json={"calendarId": 4})
    assert (linked.status_code, linked.content) == (201, b"")
    assert api.post(links, json={"calendarId": 4}).json()["code"] == "scheduleHolidayCalendarLink.alreadyLinked"
    missing = api.post(links, json={"calendarId": 99}).json()
    assert missing["code"] == "scheduleHolidayCalendarLink.holidayCalendarNotFound"
    assert [one["name"] for one in api.get("/v3/schedules/805/holiday-calendars").json()] == ["Germany"]
    assert api.delete(f"{links}/4").status_code == 204
    assert api.delete(f"{links}/4").json()["code"] == "scheduleHolidayCalendarLink.linkNotFound"


def test_mailboxes_are_listed_and_filtered(api: httpx.Client) -> None:
    def emails(body: dict[str, Any]) -> list[str]:
        return [one["email"] for one in api.post("/v3/email-accounts/filter", json=body).json()["items"]]

    every = api.get("/v3/email-accounts").json()["items"]
    mine = api.get("/v3/email-accounts", params={"my": "true"}).json()["items"]
    assert {one["ownerUserId"] for one in mine} == {70411}
    assert len(mine) < len(every) == len(emails({}))
    assert emails({"status": "Disconnected"}) == ["tom@getnorthstar.com"]
    assert emails({"tags": ["outbound", "nonsense"], "emailAccountType": "GMAIL"}) == ["maria.silva@getnorthstar.com"]
    assert len(emails({"domains": ["trynorthstar.com", "getnorthstar.com"]})) == 3
    assert api.post("/v3/email-accounts/filter", json={"tags": "x"}).json()["errors"][0]["pointer"] == "/tags"
    tom = next(one["id"] for one in every if one["email"] == "tom@getnorthstar.com")
    whole = api.get(f"/v3/email-accounts/{tom}").json()
    assert whole["sendingConnectivityError"]
    assert "_sentToday" not in whole
    assert api.get("/v3/email-accounts/5").json()["code"] == "emailAccount.notFound"
    assert [one["name"] for one in api.get("/v3/email-accounts/tags").json()] == ["Marketing", "Outbound", "Warm-up"]


def test_linkedin_accounts_show_their_trouble(api: httpx.Client) -> None:
    every = api.get("/v3/linkedin-accounts").json()
    assert [one["status"] for one in every] == ["enabled", "dailyLimitReached", "cookieInvalid", "disabled"]
    assert api.get("/v3/linkedin-accounts/610").json() == every[0]
    assert api.get("/v3/linkedin-accounts/1").json()["code"] == "linkedInAccount.notFound"
    assert [one["isExpired"] for one in api.get("/v3/linkedin-accounts/pending").json()] == [False, True]


def test_who_am_i_and_with_whom_do_i_work(api: httpx.Client) -> None:
    assert api.get("/v3/whoami").json() == {"userId": 70411, "username": "Maria Silva", "teamId": 31007}
    team = api.get("/v3/whoami/team-users").json()
    assert {one["userName"] for one in team} >= {"Jonas Berg", "Priya Nair"}
    assert {one["teamName"] for one in team} == {"Northstar Sales"}


# Anything at all

_NAMES = (
    "items options ids contactIds userId isOptedOut notes name isShared title fieldType metadata orgWide reason rules "
    "listId sequenceId searchTerm sortBy sortDirection timezoneId mainTimings followUpTimings calendarId status email "
    "domains ownerUserIds tags firstName customFields companySize accountId ownerUserId callStatus keys listIds "
    "id value property condition weekDay isActive timeRanges linkedInUrl customFieldIds sequenceStepId"
).split()
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 90514010) | st.text(max_size=8) | st.sampled_from(["Ann", "a@b.io"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=8,
)
_PLACES = (
    "POST contacts|PATCH contacts/90514001|POST contacts/import|POST contacts/filter|POST contacts/bulk-delete|"
    "POST contacts/set-opted-out|PUT contacts/owner|POST contacts/90514001/notes|POST contact-lists|"
    "PUT contact-lists/4101|POST contact-lists/4101/add-contacts|POST custom-fields|PUT custom-fields/2101|"
    "POST schedules|PUT schedules/801|POST schedules/801/holiday-calendar-links|POST email-accounts/filter"
).split("|")


@settings(max_examples=100 * TIMES)
@given(place=st.sampled_from(_PLACES), body=st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=5) | _VALUES)
def test_no_body_ends_in_a_500(api: httpx.Client, papi: httpx.Client, place: str, body: Any) -> None:
    method, path = place.split()
    for client in (api, papi):
        assert client.request(method, f"/v3/{path}", json=body).status_code < 500

"""People in sequences: enrolling, moving, removing, and where they stand."""

from __future__ import annotations

import httpx

from reply_mcp.sandbox.serving import Sandbox
from tests.sandbox.sequence_calls import EMAIL, create, mailboxes, named

REFUSED = {"error": "invalidInput", "errorDetails": "Contact could not be added to sequence"}


def people(sandbox: Sandbox, opted_out: bool = False) -> list[int]:
    team = sandbox.store.all("sequence")[0]["_teamId"]
    return [one["id"] for one in sandbox.store.all("contact", _teamId=team) if one["isOptedOut"] is opted_out]


def place(api: httpx.Client, sequence: int, contact: int) -> dict[str, object]:
    return api.get(f"/v3/sequences/{sequence}/contacts/{contact}").json()


def test_someone_already_in_is_moved_forward_or_refused_and_given_another_mailbox(
    api: httpx.Client, papi: httpx.Client, wire: Sandbox
) -> None:
    sequence = create(api, steps=[EMAIL, EMAIL, EMAIL], emailAccounts=mailboxes(wire)[:2])
    path, contact = f"/v3/sequences/{sequence['id']}/contact-links/bulk", people(wire)[0]
    steps = [step["id"] for step in sequence["steps"]]
    assert api.post(path, json={"contactIds": [contact]}).json() == {"added": [contact], "notProcessed": {}}
    before = place(api, sequence["id"], contact)
    again = api.post(path, json={"contactIds": [contact]}).json()
    assert again == {"added": [], "notProcessed": {str(contact): REFUSED}}
    after = place(api, sequence["id"], contact)
    assert before["currentStep"] == after["currentStep"]
    assert before["emailAccountId"] != after["emailAccountId"]
    moved = api.post(path, json={"contactIds": [contact], "startStepId": steps[2]}).json()
    assert moved["added"] == [contact]
    assert place(api, sequence["id"], contact)["currentStep"] == {"stepId": steps[2], "displayName": "3"}
    number = create(papi, steps=[EMAIL])["id"]
    for expected in ({}, {str(contact): "contactAlreadyInSequence"}):
        answer = papi.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": [contact]}).json()
        assert {key: value["error"] for key, value in answer["notProcessed"].items()} == expected


def test_every_refusal_is_the_same_on_the_wire(api: httpx.Client, papi: httpx.Client, wire: Sandbox) -> None:
    silent = people(wire, opted_out=True)[0]
    number = create(api, steps=[EMAIL])["id"]
    answer = api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": [silent, 5]}).json()
    assert answer["notProcessed"] == {str(silent): REFUSED, "5": REFUSED}
    assert api.get(f"/v3/contacts/{silent}/statuses").json()["isOptedOut"] is True
    number = create(papi, steps=[EMAIL])["id"]
    answer = papi.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": [5]}).json()
    assert answer["notProcessed"]["5"]["error"] == "contactNotFound"


def test_the_whole_call_is_refused_without_steps_or_room(api: httpx.Client, wire: Sandbox) -> None:
    refused = api.post(f"/v3/sequences/{create(api)['id']}/contact-links/bulk", json={"contactIds": [1]})
    assert refused.json()["code"] == "sequenceContact.noStepsInSequence"
    many = list(range(1, 602))
    path = f"/v3/sequences/{create(api, steps=[EMAIL])['id']}/contact-links/bulk"
    assert api.post(path, json={"contactIds": many}).json()["code"] == "sequenceContact.contactLimitExceeded"


def test_remove_from_existing_takes_people_out_elsewhere(api: httpx.Client, wire: Sandbox) -> None:
    contact = people(wire)[1]
    first, second = (create(api, steps=[EMAIL])["id"] for _ in range(2))
    for number, removing in ((first, False), (second, True)):
        body = {"contactIds": [contact], "removeFromExisting": removing}
        api.post(f"/v3/sequences/{number}/contact-links/bulk", json=body)
    assert [one["sequenceId"] for one in api.get(f"/v3/contacts/{contact}/sequences").json()] == [second]


def test_move_enrols_and_leaves_the_contact_where_it_was(api: httpx.Client, wire: Sandbox) -> None:
    contact = people(wire)[2]
    first, second = (create(api, steps=[EMAIL])["id"] for _ in range(2))
    for number in (first, second):
        assert api.post(f"/v3/contacts/{contact}/move-to-sequence", json={"sequenceId": number}).status_code == 204
    assert {first, second} <= {one["sequenceId"] for one in api.get(f"/v3/contacts/{contact}/sequences").json()}
    missing = api.post(f"/v3/contacts/{contact}/move-to-sequence", json={"sequenceId": 5})
    assert (missing.status_code, missing.json()["code"]) == (404, "contact.sequenceNotFound")


def test_an_import_can_enrol(api: httpx.Client, wire: Sandbox) -> None:
    number = create(api, steps=[EMAIL])["id"]
    items = [{"email": "new.person@example.com", "firstName": "New"}]
    imported = api.post("/v3/contacts/import", json={"items": items, "options": {"sequenceId": number}}).json()
    assert api.get(f"/v3/sequences/{number}/contacts").json()["items"][0]["contactId"] == imported["items"][0]["id"]


def test_people_of_a_missing_sequence_are_an_empty_page_on_the_wire(api: httpx.Client, papi: httpx.Client) -> None:
    assert api.get("/v3/sequences/5/contacts").json() == {"items": [], "hasMore": False}
    missing = papi.get("/v3/sequences/5/contacts")
    assert (missing.status_code, missing.json()["code"]) == (404, "sequenceContact.sequenceNotFound")


def test_counting_answers_on_the_wire_only(api: httpx.Client, papi: httpx.Client) -> None:
    number = named(api, "Renewal reminders")["id"]
    assert api.get(f"/v3/sequences/{number}/contacts/count").json() == {"count": 24}
    assert api.get("/v3/sequences/5/contacts/count").json()["code"] == "sequenceContact.sequenceNotFound"
    assert papi.get(f"/v3/sequences/{number}/contacts/count").status_code == 404


def test_one_code_stands_for_all_that_can_be_missing(api: httpx.Client, wire: Sandbox) -> None:
    number, contact = named(api, "Ideas for January")["id"], people(wire)[0]
    for sequence, person in ((5, contact), (number, 5), (number, contact)):
        for answer in (
            api.get(f"/v3/sequences/{sequence}/contacts/{person}"),
            api.delete(f"/v3/sequences/{sequence}/contact-links/{person}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "sequenceContact.notInSequence")


def test_a_finished_person_is_removed_like_any_other(api: httpx.Client) -> None:
    number = named(api, "Churned customers")["id"]
    everyone = api.get(f"/v3/sequences/{number}/contacts", params={"top": 100}).json()["items"]
    finished = next(one for one in everyone if one["statusInSequence"] == "finished")
    assert api.delete(f"/v3/sequences/{number}/contact-links/{finished['contactId']}").status_code == 204
    gone = api.post(
        f"/v3/sequences/{number}/contact-links/bulk-delete", json={"contactIds": [finished["contactId"], 5]}
    ).json()
    assert gone == {"requested": 2, "removed": 0, "notFound": 1, "notInSequence": 1, "removedIds": []}


def test_states_show_the_columns_that_are_asked_for(api: httpx.Client) -> None:
    number = named(api, "Q4 Outbound")["id"]
    path = f"/v3/sequences/{number}/contacts/state"
    assert "status" not in api.get(path).json()["items"][0]
    row = api.get(path, params={"additionalColumns": "status,currentStep"}).json()["items"][0]
    assert row["status"].keys() == {"status", "replied", "delivered", "bounced", "opened", "clicked"}
    assert api.get(path, params={"top": 101}).json()["code"] == "sequenceContact.invalidInput"


def test_setting_states(api: httpx.Client, wire: Sandbox) -> None:
    sequence, contact = create(api, steps=[EMAIL]), people(wire)[3]
    path = f"/v3/sequences/{sequence['id']}"
    api.post(f"{path}/contact-links/bulk", json={"contactIds": [contact]})
    body = {"contactIds": [contact, 5], "statusInSequence": "paused"}
    assert api.post(f"{path}/contacts/set-status-in-sequence", json=body).json().keys() == {"5"}
    assert place(api, sequence["id"], contact)["statusInSequence"] == "paused"
    assert api.post(f"{path}/contacts/set-replied", json={"contactIds": [contact], "isReplied": True}).json() == {}
    statuses = api.get(f"/v3/contacts/{contact}/statuses").json()["sequences"]
    assert next(one for one in statuses if one["sequenceId"] == sequence["id"])["statusInSequence"] == "replied"
    wrong = api.post(f"{path}/contacts/set-bounced", json={"contactIds": [contact], "isBounced": False})
    assert wrong.json()["errors"][0]["pointer"] == "/resendEmails"


def test_opting_out_counts_those_who_had_and_ends_every_sequence(api: httpx.Client, papi: httpx.Client) -> None:
    row = api.get(f"/v3/sequences/{named(api, 'Renewal reminders')['id']}/contacts").json()["items"][0]
    body = {"contactIds": [row["contactId"], 5], "isOptedOut": True}
    for _ in range(2):
        answer = api.post("/v3/contacts/set-opted-out", json=body)
        assert answer.json() == {"5": {"error": "notFound", "errorDetails": None}}
    places = api.get(f"/v3/contacts/{row['contactId']}/sequences").json()
    assert {one["statusInSequence"] for one in places} == {"finished"}
    assert papi.post("/v3/contacts/set-opted-out", json=body).status_code == 404


def test_preview_is_rendered_for_the_contact(api: httpx.Client) -> None:
    number = named(api, "Q4 Outbound")["id"]
    row = api.get(f"/v3/sequences/{number}/contacts").json()["items"][0]
    shown = api.get(f"/v3/sequences/{number}/contacts/{row['contactId']}/preview").json()
    assert len(shown["steps"]) == 4
    assert row["firstName"] in shown["steps"][0]["body"]
    assert "{{" not in str(shown["steps"])
    assert api.post(f"/v3/sequences/{number}/contacts/{row['contactId']}/preview/reset").status_code == 204


def test_activities_are_the_newest_first(api: httpx.Client) -> None:
    number = named(api, "Q4 Outbound")["id"]
    row = api.get(f"/v3/sequences/{number}/contacts").json()["items"][-1]
    items = api.get(f"/v3/contacts/{row['contactId']}/activities").json()["items"]
    assert items
    assert [one["date"] for one in items] == sorted((one["date"] for one in items), reverse=True)

"""Sequences, their steps and their accounts, on the wire and as documented."""

from __future__ import annotations

import httpx

from reply_mcp.sandbox.serving import Sandbox
from tests.sandbox.sequence_calls import CONNECT, EMAIL, SUBJECT, create, mailboxes, named


def test_rows_have_undocumented_fields_and_a_status_of_varying_case_on_the_wire(
    api: httpx.Client, papi: httpx.Client
) -> None:
    rows = api.get("/v3/sequences", params={"top": 100}).json()["items"]
    assert {row["status"] for row in rows} > {"active", "Active"}
    assert all(row["teamId"] is None and row["ownerId"] == row["ownerUserId"] for row in rows)
    rows = papi.get("/v3/sequences").json()["items"]
    assert {row["status"] for row in rows} == {"active", "paused", "new"}
    assert not any("teamId" in row for row in rows)
    assert {row["health"] for row in rows} >= {"healthy", "degraded", "blocked"}


def test_team_is_filled_for_an_agency_key(wire: Sandbox) -> None:
    user = next(one for one in wire.store.all("user") if len(one["_teamIds"]) == 1)
    headers = {"Authorization": "Bearer sandbox-organization", "X-User-Id": str(user["id"])}
    with httpx.Client(base_url=wire.url, headers=headers) as agency:
        assert all(row["teamId"] for row in agency.get("/v3/sequences").json()["items"])


def test_sorting_and_filters(api: httpx.Client) -> None:
    names = [row["name"] for row in api.get("/v3/sequences", params={"sortBy": "name"}).json()["items"]]
    assert names == sorted(names, key=str.lower)
    refused = api.get("/v3/sequences", params={"sortDirection": "asc"})
    assert (refused.status_code, refused.json()["code"]) == (400, "sequence.invalidSort")
    archived = api.get("/v3/sequences", params={"isArchived": "true"}).json()["items"]
    assert [row["name"] for row in archived] == ["Spring campaign 2026"]


def test_a_missing_sequence_is_404_when_read_and_400_when_deleted(api: httpx.Client) -> None:
    for answer, status in ((api.get("/v3/sequences/999"), 404), (api.delete("/v3/sequences/999"), 400)):
        assert (answer.status_code, answer.json()["code"]) == (status, "sequence.notFound")


def test_steps_come_in_the_order_of_saving_on_the_wire(api: httpx.Client, papi: httpx.Client) -> None:
    for client, ordered in ((api, False), (papi, True)):
        number = named(client, "CTO outreach DACH")["id"]
        steps = client.get(f"/v3/sequences/{number}/steps").json()
        chain = [next(step for step in steps if step["parentId"] is None)]
        while len(chain) < len(steps):
            chain.append(next(step for step in steps if step["parentId"] == chain[-1]["id"]))
        assert (steps == chain) is ordered
        assert not any({"order", "number"} & step.keys() for step in steps)


def test_variants_are_where_words_are(api: httpx.Client) -> None:
    steps = api.get(f"/v3/sequences/{named(api, 'CTO outreach DACH')['id']}/steps").json()
    for step in steps:
        worded = step["type"] == "email" or step.get("actionType") in ("message", "connect")
        assert ("variants" in step) is worded
    email = next(step for step in steps if step["type"] == "email")
    assert email["variants"][0].keys() == {"id", "subject", "message", "hasAttachments"}


def test_an_inline_invitation_is_a_500_that_created(api: httpx.Client, papi: httpx.Client) -> None:
    body = {"name": "Inline invitation", "steps": [CONNECT]}
    assert api.post("/v3/sequences", json=body).status_code == 500
    assert named(api, "Inline invitation")
    assert papi.post("/v3/sequences", json=body).status_code == 201


def test_inline_linkedin_accounts_are_a_500(api: httpx.Client, papi: httpx.Client, wire: Sandbox) -> None:
    profile = wire.store.all("linkedInAccount")[0]["id"]
    body = {"name": "Inline profile", "linkedInAccounts": [profile]}
    assert api.post("/v3/sequences", json=body).status_code == 500
    created = named(api, "Inline profile")["id"]
    assert api.get(f"/v3/sequences/{created}/linkedin-accounts").json() == []
    answer = papi.post("/v3/sequences", json=body)
    assert [one["id"] for one in answer.json()["linkedInAccounts"]] == [profile]


def test_unknown_variables_are_refused_on_the_wire(api: httpx.Client, papi: httpx.Client) -> None:
    step = {**EMAIL, "variants": [{"subject": "Hi", "message": "Hi {{CompanyName}} {{ First Name }}"}]}
    for client, status in ((api, 400), (papi, 201)):
        number = create(client)["id"]
        answer = client.post(f"/v3/sequences/{number}/steps", json=step)
        assert answer.status_code == status
    field = api.post("/v3/custom-fields", json={"title": "CompanyName", "fieldType": "text"})
    assert field.status_code == 201
    assert api.post(f"/v3/sequences/{create(api)['id']}/steps", json=step).status_code == 201


def test_a_step_without_execution_mode_passes_on_the_wire_only(api: httpx.Client, papi: httpx.Client) -> None:
    step = {name: value for name, value in EMAIL.items() if name != "executionMode"}
    assert api.post(f"/v3/sequences/{create(api)['id']}/steps", json=step).status_code == 201
    refused = papi.post(f"/v3/sequences/{create(papi)['id']}/steps", json=step)
    assert refused.json()["errors"][0]["pointer"] == "/executionMode"


def test_bulk_steps_are_chained_and_answered_one_by_one(api: httpx.Client) -> None:
    number = create(api)["id"]
    many = [EMAIL, {"type": "nonsense"}, {**EMAIL, "variants": [{"subject": None, "message": "Again"}]}]
    results = api.post(f"/v3/sequences/{number}/steps/bulk", json=many).json()
    assert [bool(one["id"]) for one in results] == [True, False, True]
    assert results[1]["error"] == "invalidInput"
    steps = {step["id"]: step["parentId"] for step in api.get(f"/v3/sequences/{number}/steps").json()}
    assert steps == {results[0]["id"]: None, results[2]["id"]: results[0]["id"]}


def test_the_first_email_needs_a_subject(api: httpx.Client) -> None:
    bare = {**EMAIL, "variants": [{"message": "Hi"}]}
    refused = api.post("/v3/sequences", json={"name": "x", "steps": [bare]})
    assert refused.json()["errors"] == [{"pointer": "/steps/0/subject", "detail": "First email should have subject."}]
    refused = api.post(f"/v3/sequences/{create(api)['id']}/steps", json=bare)
    assert refused.json()["code"] == "sequenceStep.missingEmailSubject"


def test_updating_a_step_drops_variants_left_out(api: httpx.Client) -> None:
    sequence = create(api, steps=[{**EMAIL, "variants": [SUBJECT, {"subject": "B", "message": "b"}]}])
    step = sequence["steps"][0]
    kept = step["variants"][1]
    path = f"/v3/sequences/{sequence['id']}/steps/{step['id']}"
    body = {**step, "variants": [kept, {"subject": "C", "message": "c"}]}
    changed = api.put(path, json=body).json()
    assert [one["subject"] for one in changed["variants"]] == ["B", "C"]
    assert changed["variants"][0]["id"] == kept["id"]


def test_deleting_a_step_reattaches_its_children(api: httpx.Client) -> None:
    steps = create(api, steps=[EMAIL, EMAIL, EMAIL])
    first, second, third = (step["id"] for step in steps["steps"])
    assert api.delete(f"/v3/sequences/{steps['id']}/steps/{second}").status_code == 204
    left = {step["id"]: step["parentId"] for step in api.get(f"/v3/sequences/{steps['id']}/steps").json()}
    assert left == {first: None, third: first}


def test_variants_are_switched_and_the_last_one_stays(api: httpx.Client) -> None:
    sequence = create(api, steps=[EMAIL])
    path = f"/v3/sequences/{sequence['id']}/steps/{sequence['steps'][0]['id']}"
    second = api.post(f"{path}/variants", json={"subject": "B", "message": "b"}).json()
    assert api.post(f"{path}/disable", json={"variantIds": [second["id"], 1]}).json().keys() == {"1"}
    shown = {one["id"]: one["isEnabled"] for one in api.get(f"{path}/variants").json()}
    assert shown[second["id"]] is False
    first = next(number for number in shown if number != second["id"])
    assert api.delete(f"{path}/variants/{first}").json()["code"] == "sequenceStep.invalidInput"
    assert api.delete(f"{path}/variants/{second['id']}").status_code == 204


def test_starting_is_refused_without_contacts_or_mailbox(api: httpx.Client, papi: httpx.Client, wire: Sandbox) -> None:
    for client, code in ((api, "sequenceAction.unknown"), (papi, "sequenceAction.noEmailAccounts")):
        number = create(client, steps=[EMAIL])["id"]
        refused = client.post(f"/v3/sequences/{number}/start")
        assert (refused.status_code, refused.json()["code"]) == (400, code)
        assert "email account" in refused.json()["detail"]
    number = create(api, steps=[EMAIL], emailAccounts=mailboxes(wire)[:1])["id"]
    assert api.post(f"/v3/sequences/{number}/start").json()["code"] == "sequenceAction.noContacts"


def test_start_is_the_same_answer_for_started_and_active(api: httpx.Client) -> None:
    number = named(api, "Trade fair leads")["id"]
    assert api.post(f"/v3/sequences/{number}/start").json()["status"].lower() == "active"


def test_a_large_sequence_is_activating_for_a_while(api: httpx.Client, wire: Sandbox) -> None:
    number = named(api, "Q4 Outbound")["id"]
    assert api.post(f"/v3/sequences/{number}/pause").json()["status"].lower() == "paused"
    assert api.post(f"/v3/sequences/{number}/pause").status_code == 200
    assert api.post(f"/v3/sequences/{number}/start").status_code == 200
    again = api.post(f"/v3/sequences/{number}/start")
    assert (again.status_code, again.json()["code"]) == (409, "sequenceAction.activationInProgress")
    wire.advance(4)
    assert api.post(f"/v3/sequences/{number}/start").status_code == 200


def test_a_new_sequence_cannot_be_paused(api: httpx.Client) -> None:
    refused = api.post(f"/v3/sequences/{create(api)['id']}/pause")
    body = refused.json()
    assert (refused.status_code, body["code"], body["detail"]) == (
        409,
        "sequenceAction.status",
        "current status is New",
    )


def test_archiving_takes_everyone_out(papi: httpx.Client) -> None:
    number = named(papi, "LinkedIn warm-up")["id"]
    assert papi.post(f"/v3/sequences/{number}/archive").status_code == 409
    papi.post(f"/v3/sequences/{number}/pause")
    assert papi.post(f"/v3/sequences/{number}/archive").json()["isArchived"] is True
    assert papi.get(f"/v3/sequences/{number}/contacts").json()["items"] == []
    assert papi.patch(f"/v3/sequences/{number}", json={"name": "x"}).json()["code"] == "sequence.archived"


def test_bulk_actions_answer_failures_only(api: httpx.Client) -> None:
    new, missing = create(api)["id"], 999
    assert api.post("/v3/sequences/pause", json={"ids": [new, missing]}).json() == {
        str(new): {"error": "status", "errorDetails": "current status is New"},
        str(missing): {"error": "notFound", "errorDetails": "Sequence not found."},
    }
    assert api.post("/v3/sequences/bulk-delete", json={"ids": [new]}).json() == {}
    assert api.post("/v3/sequences/start", json={"ids": []}).json()["errors"][0]["pointer"] == "/ids"


def test_accounts_are_linked_once(api: httpx.Client, wire: Sandbox) -> None:
    number, (first, second, *_) = create(api)["id"], mailboxes(wire)
    path = f"/v3/sequences/{number}/email-account-links"
    assert api.post(path, json={"emailAccountId": first}).status_code == 201
    assert api.post(path, json={"emailAccountId": first}).status_code == 200
    assert api.put(path, json={"emailAccountIds": [second]}).status_code == 204
    assert [one["id"] for one in api.get(f"/v3/sequences/{number}/email-accounts").json()] == [second]
    assert api.delete(f"{path}/{first}").json()["code"] == "sequenceEmailAccount.notFound"


def test_linkedin_accounts_are_linked_in_any_state(api: httpx.Client, wire: Sandbox) -> None:
    number, profile = create(api)["id"], wire.store.all("linkedInAccount")[2]
    path = f"/v3/sequences/{number}/linkedin-account-links"
    assert profile["status"] == "cookieInvalid"
    assert api.post(path, json={"linkedInAccountId": profile["id"]}).status_code == 201
    assert [one["id"] for one in api.get(f"/v3/sequences/{number}/linkedin-accounts").json()] == [profile["id"]]
    assert api.delete(f"{path}/{profile['id']}").status_code == 204
    assert api.delete(f"{path}/{profile['id']}").json()["code"] == "sequenceLinkedInAccount.notFound"


def test_templates_keep_the_chain(api: httpx.Client) -> None:
    number = named(api, "Webinar follow-up")["id"]
    template = api.post(f"/v3/sequences/{number}/save-as-template", json={"name": "Webinar"}).json()
    assert template["isConditional"] is True
    again = api.post(f"/v3/sequences/{number}/save-as-template", json={"name": "webinar"})
    assert again.json()["code"] == "sequenceTemplate.duplicateName"
    made = api.post("/v3/sequences/create-from-template", json={"templateId": template["id"]}).json()
    assert sorted(step["type"] for step in made["steps"]) == sorted(
        step["type"] for step in api.get(f"/v3/sequences/{number}/steps").json()
    )
    assert sum(step["parentId"] is None for step in made["steps"]) == 1


def test_routes_that_are_gone_have_no_code(api: httpx.Client) -> None:
    answer = api.get(f"/v3/sequences/{named(api, 'Q4')['id']}/contacts/extended")
    assert answer.status_code == 404
    assert "code" not in answer.json()

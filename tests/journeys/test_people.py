"""Contacts, lists, companies and fields."""

from __future__ import annotations

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey

SHEET = """First Name,Last Name,Email,Company,Job title
Ada,Byron,ada@newco.example,NewCo,CTO
Grace,Hopper,grace@newco.example,NewCo,VP Engineering
Chen,Richter,chen.richter@terraverde.ar,Terra Verde Agro,Procurement Manager"""


TOMS = {"property": "owner", "condition": "equals", "value": "Tom Okafor"}


def members(account: Sandbox, sequence: int) -> set[str]:
    rows = account.get(f"/v3/sequences/{sequence}/contacts", top=1000)["items"]
    return {one["email"] for one in rows}


@journey("Import this sheet, and enroll those whom we never contacted in the partners' sequence.")
async def test_import_and_enroll_the_new_ones(agent: Agent, account: Sandbox) -> None:
    imported = await agent("reply_import_contacts", csv=SHEET)
    sequence = (await agent("reply_search_sequences", name="Renewal")).ids()[0]
    done = await agent.agreed(
        "reply_add_contact_to_sequence", id=sequence, contactIds=imported.ids(), onlyNeverContacted=True
    )
    assert done.count("of 3") == 2
    inside = members(account, sequence)
    assert {"ada@newco.example", "grace@newco.example"} <= inside
    assert "chen.richter@terraverde.ar" not in inside


@journey("Erase Marco Adeyemi and everything we hold of him.")
async def test_erasure(agent: Agent, account: Sandbox) -> None:
    await agent.find("delete a person for good", "reply_delete_contact")
    done = await agent.agreed("reply_delete_contact", id="marco.adeyemi@acme-logistics.com")
    remains = done.call("reply_delete_inbox_threads")
    await agent.agreed("reply_delete_inbox_threads", **remains)
    assert account.http.get("/v3/contacts/90514097").status_code == 404
    assert not [one for one in account.get("/v3/inbox/threads", top=1000)["items"] if "marco.adeyemi" in str(one)]


@journey("Who bounced last month? Take them out of the list and mark them.")
async def test_bounce_cleanup(agent: Agent, account: Sandbox) -> None:
    await agent.find("who bounced", "reply_list_sent_emails")
    bounced = await agent(
        "reply_list_sent_emails", only="bounced", filters={"from": "2026-02-01", "to": "2026-02-28"}, all=True
    )
    await agent.find("mark contacts as bounced", "reply_mark_contacts_as_bounced")
    await agent("reply_mark_contacts_as_bounced", contactIds=bounced.ids(), isBounced=True)
    events = account.store.all("event", type="bounced")
    february = {one["_contactId"] for one in events if "2026-02-01" <= one["at"] < "2026-03-01"}
    assert set(bounced.ids()) == february


@journey("Create Lee Wong at Globex, head of sales, put him on the webinar list.")
async def test_new_contact_on_a_list(agent: Agent, account: Sandbox) -> None:
    made = await agent(
        "reply_create_contact",
        email="lee@globex.example",
        firstName="Lee",
        lastName="Wong",
        company="Globex",
        title="Head of Sales",
    )
    id = made.id_of("contact")
    await agent("reply_add_contacts_to_list", id="Q4 webinar attendees", contactIds=[id])
    listed = account.get(f"/v3/contacts/{id}/lists")
    assert "Q4 webinar attendees" in str(listed)


@journey("Make a shared list of everybody at acme-logistics.com.")
async def test_list_of_a_company(agent: Agent, account: Sandbox) -> None:
    people = await agent("reply_filter_contacts", searchTerm="acme-logistics.com", all=True)
    await agent.find("make a contact list", "reply_create_list")
    made = await agent("reply_create_list", name="Acme people", isShared=True)
    id = made.id_of("list")
    await agent("reply_add_contacts_to_list", id=id, contactIds=people.ids())
    held = account.http.post("/v3/contacts/filter", params={"top": 1000}, json={"listId": id}).json()["items"]
    assert held
    assert {one["id"] for one in held} == set(people.ids())


@journey("Chen Richter moved to Buenos Aires and has a new phone; note that he prefers calls.")
async def test_update_a_person(agent: Agent, account: Sandbox) -> None:
    brief = await agent("reply_contact_brief", contact="chen.richter@terraverde.ar")
    id = brief.id_of("Contact")
    await agent("reply_update_contact", id=id, city="Buenos Aires", phone="+54 11 5555 1234")
    await agent.find("add a note to a contact", "reply_add_contact_note")
    await agent("reply_add_contact_note", id=id, notes="Prefers calls")
    contact = account.get(f"/v3/contacts/{id}")
    assert contact["city"] == "Buenos Aires"
    assert "5555" in contact["phone"]


@journey("A custom field for the budget; Chen's is 40,000.")
async def test_custom_field(agent: Agent, account: Sandbox) -> None:
    await agent.find("new custom field", "reply_create_custom_field")
    made = await agent("reply_create_custom_field", title="Budget", fieldType="number")
    assert made.id_of("Budget")
    await agent("reply_update_contact", id="Chen Richter", customFields=[{"name": "Budget", "value": "40000"}])
    assert "40000" in str(account.get("/v3/contacts/90514526")["customFields"])


@journey("Tom leaves: his contacts, sequences and tasks go to Jonas.")
async def test_leaving_colleague(agent: Agent, account: Sandbox) -> None:
    sequences = await agent("reply_search_sequences", ownerUserId="Tom Okafor", isArchived=False)
    await agent.find("hand several sequences to a teammate", "reply_bulk_change_sequence_owner")
    await agent.agreed("reply_bulk_change_sequence_owner", ids=sequences.ids(), userId="Jonas Berg")
    contacts = await agent("reply_filter_contacts", rules=[TOMS], fields=["id"], all=True)
    await agent.find("give contacts to another teammate", "reply_change_contact_owner")
    await agent("reply_change_contact_owner", contactIds=contacts.ids(), userId="Jonas Berg", reassignTasks=True)
    left = account.http.post("/v3/contacts/filter", params={"top": 1000}, json={}).json()["items"]
    assert not [one for one in left if one["ownerUserId"] == 70418]
    owners = [account.get(f"/v3/sequences/{id}")["ownerUserId"] for id in sequences.ids()]
    assert set(owners) == {70402}


@journey("Which companies in our books have over 200 people? Put them on a company list.")
async def test_company_list(agent: Agent, account: Sandbox) -> None:
    await agent.find("search companies", "reply_search_companies")
    rows = await agent("reply_search_companies", all=True, fields=["name", "companySize"])
    large = [int(line.split()[0]) for line in rows.text.splitlines() if "201-500" in line or "501-1000" in line]
    await agent.find("new company list", "reply_create_company_list")
    made = await agent("reply_create_company_list", name="Large")
    await agent.find("put companies on a list", "reply_add_companies_to_list")
    await agent("reply_add_companies_to_list", id=made.id_of("list"), accountIds=large)
    assert large


@journey("Who works at Acme Logistics, and who of them has answered us?")
async def test_people_of_a_company(agent: Agent, account: Sandbox) -> None:
    await agent.find("search companies", "reply_search_companies")
    company = (await agent("reply_search_companies", search="Acme")).ids()[0]
    await agent.find("people of a company", "reply_get_company_contacts")
    people = await agent("reply_get_company_contacts", id=company)
    threads = await agent("reply_get_inbox_emails", contactIds=people.ids())
    assert threads.text


@journey("Are these two the same person? Keep the one with the mail history, delete the other.")
async def test_duplicates(agent: Agent, account: Sandbox) -> None:
    twin = account.http.post(
        "/v3/contacts", json={"firstName": "Chen", "lastName": "Richter", "email": "c@richter.example"}
    )
    found = await agent("reply_filter_contacts", searchTerm="Chen Richter")
    assert twin.json()["id"] in found.ids()
    kept = found.id_of("chen.richter@terraverde.ar")
    await agent("reply_contact_brief", contact=str(kept))
    await agent.find("delete a contact", "reply_delete_contact")
    await agent.agreed("reply_delete_contact", id=next(id for id in found.ids() if id != kept))
    assert account.http.get(f"/v3/contacts/{twin.json()['id']}").status_code == 404


@journey("Call the founders' list Founders 2027, and say who of it sits in Germany.")
async def test_rename_a_list(agent: Agent, account: Sandbox) -> None:
    await agent.find("rename a list", "reply_rename_list")
    await agent("reply_rename_list", id="SaaS founders", name="Founders 2027")
    rules = [{"property": "country", "condition": "equals", "value": "Germany"}]
    there = await agent("reply_filter_contacts", listId="founders", rules=rules)
    assert '"founders" meant list Founders 2027 (4110)' in there
    held = account.http.post("/v3/contacts/filter", params={"top": 1000}, json={"listId": 4110}).json()["items"]
    assert {one["id"] for one in held if one["country"] == "Germany"} == set(there.ids()) != set()


@journey("Chen Richter is VP of Purchasing now, in Lima. Oh, that was another Chen: put it back.")
async def test_put_back(agent: Agent, account: Sandbox) -> None:
    person = (await agent("reply_filter_contacts", searchTerm="Chen Richter")).ids()[0]
    held = account.get(f"/v3/contacts/{person}")
    done = await agent("reply_update_contact", id="chen.richter@terraverde.ar", title="VP of Purchasing", city="Lima")
    if done.asks:
        await agent.confirm()
    else:
        assert f'title "{held["title"]}" → "VP of Purchasing"' in done
    await agent("reply_undo")
    kept = account.get(f"/v3/contacts/{person}")
    assert (kept["title"], kept["city"]) == (held["title"], held["city"])


@journey("Which of our contacts are VPs? A list of them for the dinner.")
async def test_by_title(agent: Agent, account: Sandbox) -> None:
    rule = {"property": "title", "condition": "contains", "value": "VP"}
    people = await agent("reply_filter_contacts", rules=[rule], fields=["title"], top=20)
    assert "Director" not in people
    await agent.find("new contact list", "reply_create_list")
    made = await agent("reply_create_list", name="Dinner")
    id = made.id_of("Dinner")
    done = await agent("reply_add_contacts_to_list", id=id, contactIds=people.ids())
    assert f"All {len(people.ids())} contacts on list {id}" in done
    assert account.get(f"/v3/contact-lists/{id}")["name"] == "Dinner"

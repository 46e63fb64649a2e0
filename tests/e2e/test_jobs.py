"""Jobs of a salesperson, end to end: what an agent reads on the way, acting on that alone, and what is true after."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import Agent, Said, address, agent_of, asked, held, made

DAY = 1440
GREETING = {"subject": "Hi {{FirstName}}", "message": "<p>Hello {{FirstName}},</p><p>one question.</p>"}
FIRST = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [GREETING]}
CONNECT = {
    "type": "linkedIn",
    "actionType": "connect",
    "delayInMinutes": DAY,
    "executionMode": "automatic",
    "variants": [{"message": "Hi {{FirstName}}, shall we connect?"}],
}
ACCEPTED = {
    "type": "condition",
    "delayInMinutes": 0,
    "waitInMinutes": 2 * DAY,
    "conditions": [{"property": "linkedInConnected", "rules": [{"operator": "is", "value": "true"}]}],
}


def number(said: Said, pattern: str) -> int:
    """The id that an agent would take from an answer."""
    match = re.search(pattern, said.text)
    assert match, said.text
    return int(match[1])


def confirmation(said: Said) -> str:
    match = re.search(r'confirm="(\w+)"', said.text)
    assert match, said.text
    return match[1]


async def rare(agent: Agent, tool: str, /, **arguments: Any) -> Said:
    """A tool that is not listed, run as its entry in reply_find_tools says."""
    found = await agent("reply_find_tools", query=tool.removeprefix("reply_").replace("_", " "))
    entry = found.line(f"{tool}(")
    assert entry, found.text
    run = "reply_run_read" if entry.endswith("[read]") else "reply_run_write"
    return await agent(run, tool=tool, arguments=arguments)


async def sequence(agent: Agent, name: str, *steps: dict[str, Any], **fields: Any) -> int:
    return number(await agent("reply_create_sequence", name=name, steps=list(steps), **fields), r"sequence (\d+)")


async def steps_in(agent: Agent, id: int) -> list[str]:
    """The lines that head the steps: `Step 1: email (7730042)`."""
    said = await agent("reply_get_sequence_steps", id=id)
    return [line for line in said.text.splitlines() if re.match(r"Step [\d.]+: .*\(\d+\)$", line)]


async def test_a_person_is_found_by_a_part_of_the_name(sandbox: Sandbox) -> None:
    made(sandbox, firstName="Quirinus", lastName="Vanterpool")
    async with agent_of(sandbox) as agent:
        exact = await agent("reply_get_contact", id="Quirin")
        assert exact.is_error
        assert "reply_filter_contacts" in exact
        found = await agent("reply_filter_contacts", searchTerm="vanterp")
        id = number(found, r"(?m)^(\d+)\s+Quirinus Vanterpool")
        card = await agent("reply_get_contact", id=id)
        assert "Quirinus Vanterpool" in card
        assert "owner: Maria Silva (70411)" in card
        assert "ownerUserId" not in card


async def test_a_new_person_keeps_the_custom_fields(sandbox: Sandbox) -> None:
    email = address()
    async with agent_of(sandbox) as agent:
        wrong = await agent(
            "reply_create_contact", email=email, firstName="Nina", customFields=[{"key": "Techstak", "value": "x"}]
        )
        assert 'did you mean "Tech stack"?' in wrong
        assert not held(sandbox, email)
        fields = [{"key": "Tech stack", "value": "Salesforce"}, {"key": "Lead score", "value": "17"}]
        made_now = await agent("reply_create_contact", email=email, firstName="Nina", customFields=fields)
        id = number(made_now, r"contact (\d+)")
        assert "fields: Tech stack (Salesforce), Lead score (17)" in await agent("reply_get_contact", id=email)
    assert {one["value"] for one in sandbox.get(f"/v3/contacts/{id}")["customFields"]} == {"Salesforce", "17"}


async def test_an_import_tells_every_bad_person_at_once_and_can_leave_them_out(sandbox: Sandbox) -> None:
    good = [{"email": address(), "firstName": f"Person {n}"} for n in range(9)]
    nameless = address()
    items = [*good, {"email": "bad@", "firstName": "Bad"}, {"email": "no at", "firstName": "B"}, {"email": nameless}]
    async with agent_of(sandbox) as agent:
        refused = await agent("reply_import_contacts", items=items)
        assert "Nothing was imported: 3 of 12 items are invalid" in refused
        assert "email: is not an email address: items[9] ('bad@'), items[10] ('no at')" in refused
        assert f"items[11].firstName: required ({nameless})" in refused
        assert not held(sandbox, good[0]["email"])
        done = await agent("reply_import_contacts", items=items, skipInvalid=True)
        assert "9 of 9 contacts imported: 9 created" in done
        assert "Left out, not imported (3)" in done
    assert all(held(sandbox, one["email"]) for one in good)
    assert not held(sandbox, nameless)


async def test_people_of_a_list_are_read_and_moved_to_another(sandbox: Sandbox) -> None:
    ann, bob = made(sandbox, firstName="Ann"), made(sandbox, firstName="Bob")
    async with agent_of(sandbox) as agent:
        for name in ("Jobs A", "Jobs B"):
            assert "Created" in await rare(agent, "reply_create_list", name=name)
        await agent("reply_add_contacts_to_list", id="Jobs A", contactIds=[ann["id"], bob["id"]])
        before = await agent("reply_filter_contacts", listId="Jobs A")
        assert ann["email"] in before
        assert bob["email"] in before
        moved = await rare(agent, "reply_move_contacts_to_list", id="Jobs B", contactIds=[ann["id"]])
        assert "and on no other" in moved
        assert ann["email"] not in await agent("reply_filter_contacts", listId="Jobs A")
        assert ann["email"] in await agent("reply_filter_contacts", listId="Jobs B")
        nowhere = await agent("reply_filter_contacts", listId=999_999)
        assert nowhere.is_error
        assert "There is no list 999999" in nowhere
    assert [one["name"] for one in sandbox.get(f"/v3/contacts/{ann['id']}/lists")] == ["Jobs B"]


async def test_a_step_of_the_wrong_shape_is_told_in_one_answer_with_the_right_one(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        steps = [{"type": "email", "delayInMinutes": 0}, {"type": "condition"}, {"type": "linkedIn"}, {"type": "fax"}]
        said = await agent("reply_create_sequence", name="Jobs wrong", steps=steps)
        assert "steps[0].variants: required: [{subject?, message?, attachmentIds?}]" in said
        assert "steps[1].delayInMinutes: required: minutes after the step before (1440: a day)" in said
        assert "steps[1].conditions: required: [{property, rules: [{operator, value?}]}]" in said
        assert "steps[2]: its actionType must be one of message, connect, inMail" in said
        assert "steps[3]: its type must be one of email, linkedIn, call" in said
        assert asked(sandbox, mark) == []


async def test_a_multichannel_sequence_is_built_read_and_branched(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs multichannel", FIRST, CONNECT, ACCEPTED)
        lines = await steps_in(agent, id)
        assert [re.sub(r" \(\d+\)$", "", line) for line in lines] == [
            "Step 1: email",
            "Step 2: LinkedIn connect, wait 1 d",
            "Step 3: condition, checks for 2 d",
        ]
        condition = number(Said(lines[2], False), r"\((\d+)\)$")
        thanks = {
            **FIRST,
            "parentId": condition,
            "ifConditionPositive": True,
            "variants": [{"subject": "Thanks", "message": "<p>Good.</p>"}],
        }
        assert "Added email step" in await rare(agent, "reply_create_sequence_step", id=id, step=thanks)
        said = await agent("reply_get_sequence_steps", id=id)
        assert "Step 3.1: if yes, email, after step 3" in said
        assert "linkedInConnected is true" in said
    held_steps = {one["id"]: one for one in sandbox.get(f"/v3/sequences/{id}/steps")}
    assert len(held_steps) == 4
    assert [one["parentId"] for one in held_steps.values() if one.get("ifConditionPositive")] == [condition]


async def test_long_texts_are_read_whole_and_one_is_changed(sandbox: Sandbox) -> None:
    long = "".join(f"<p>Paragraph {n} of a letter that nobody should have to guess the end of.</p>" for n in range(30))
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs texts", {**FIRST, "variants": [{"subject": "Long", "message": long}]})
        said = await agent("reply_get_sequence_steps", id=id)
        assert "Subject: Long" in said
        assert all(f"Paragraph {n} of a letter" in said for n in range(30))
        assert "<p>" not in said
        step, variant = number(said, r"Step 1: email \((\d+)\)"), number(said, r"variant (\d+)")
        change = {"id": id, "stepId": step, "variantId": variant, "message": "<p>Short now.</p>"}
        assert "is changed" in await rare(agent, "reply_update_sequence_step_variant", **change)
        after = await agent("reply_get_sequence_steps", id=id)
        assert "Subject: Long\nShort now." in after
    assert sandbox.get(f"/v3/sequences/{id}/steps")[0]["variants"][0]["message"] == "<p>Short now.</p>"


async def test_an_ab_test_is_set_up_and_its_loser_dropped_knowingly(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs A/B", FIRST)
        step = number(await agent("reply_get_sequence_steps", id=id), r"Step 1: email \((\d+)\)")
        other = {"subject": "Other", "message": "<p>B text</p>"}
        added = await rare(agent, "reply_create_sequence_step_variant", id=id, stepId=step, **other)
        loser = number(added, r"variant (\d+)")
        assert "Hi {{FirstName}} (+1 variant)" in await agent("reply_get_sequence", id=id)
        off = await rare(agent, "reply_disable_sequence_step_variants", id=id, stepId=step, variantIds=[loser])
        assert "out of rotation" in off
        now = sandbox.get(f"/v3/sequences/{id}/steps/{step}")
        assert [one["id"] for one in now["variants"]][1] == loser
        kept = {**now, "variants": now["variants"][:1]}
        replaced = await rare(agent, "reply_update_sequence_step", id=id, stepId=step, step=kept)
        assert f'Variants deleted because they were left out: {loser} "Other"' in replaced
    assert len(sandbox.get(f"/v3/sequences/{id}/steps/{step}")["variants"]) == 1


async def test_a_start_is_refused_until_what_is_missing_is_there(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs start", FIRST, CONNECT)
        bare = await agent("reply_start_sequence", id=id)
        assert bare.is_error
        assert "needs a mailbox (reply_assign_email_account_to_sequence)" in bare
        assert "and people (reply_add_contact_to_sequence)" in bare
        await agent("reply_add_contact_to_sequence", id=id, contactIds=[ann["id"]])
        unsent = await agent("reply_start_sequence", id=id)
        assert "needs a mailbox" in unsent
        assert "people" not in unsent
        await rare(agent, "reply_assign_email_account_to_sequence", id=id, emailAccountId="maria@northstar-sales.com")
        await rare(agent, "reply_update_sequence", id=id, scheduleId="Europe mornings")
        started = await agent("reply_start_sequence", id=id)
        assert "is active now" in started
        assert "LinkedIn steps but no LinkedIn account" in started
        card = await agent("reply_get_sequence", id=id)
        assert "schedule: Europe mornings (802)" in card
        assert "maria@northstar-sales.com" in card
        again = await agent("reply_start_sequence", id=id)
        assert "was already active" in again
        assert not again.is_error
    assert sandbox.get(f"/v3/sequences/{id}")["status"].lower() == "active"


async def test_starting_asks_first_and_names_people_mailbox_and_hours(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    policy = parse_policy("send=ask,spend=ask,delete=ask")
    async with agent_of(sandbox, policy=policy) as agent:
        mailbox = "maria@northstar-sales.com"
        # With a second step she is still in it, whatever the hour of the test.
        steps = [FIRST, {**FIRST, "delayInMinutes": 4320}]
        id = await sequence(agent, "Jobs asking", *steps, emailAccounts=[mailbox], scheduleId="Europe mornings")
        await agent("reply_add_contact_to_sequence", id=id, contactIds=[ann["id"]])
        question = await agent("reply_start_sequence", id=id)
        assert "1 person" in question
        assert mailbox in question
        assert "Berlin time" in question
        assert sandbox.get(f"/v3/sequences/{id}")["status"].lower() == "new"
        assert "is active now" in await agent("reply_start_sequence", id=id, confirm=confirmation(question))
        gone = await rare(agent, "reply_delete_contact", id=ann["id"])
        assert '"Jobs asking" (active)' in gone
        assert held(sandbox, ann["email"])


async def test_fifteen_people_are_enrolled_and_everyone_left_out_is_explained(sandbox: Sandbox) -> None:
    people = [made(sandbox, firstName=f"P{n}") for n in range(15)]
    ids = [one["id"] for one in people]
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs fifteen", FIRST)
        await agent("reply_add_contact_to_sequence", id=id, contactIds=ids[:3])
        await agent("reply_update_contact", id=ids[3], isOptedOut=True)
        said = await agent("reply_add_contact_to_sequence", id=id, contactIds=[*ids, 77])
        assert "11 of 16 contacts enrolled" in said
        assert "3 already in it" in said
        assert f"1 opted out: asked not to be contacted ({ids[3]})" in said
        assert "1 not found (77)" in said
        assert "nothing is sent until it is started" in said
    inside = {one["contactId"] for one in sandbox.get(f"/v3/sequences/{id}/contacts", top=100)["items"]}
    assert inside == set(ids) - {ids[3]}


async def test_who_is_where_is_seen_and_one_person_is_paused(fresh_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = fresh_sandbox()
    ann, bob = made(sandbox, firstName="Ann"), made(sandbox, firstName="Bob")
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs pausing", FIRST, emailAccounts=["maria@northstar-sales.com"])
        await agent("reply_add_contact_to_sequence", id=id, contactIds=[ann["id"], bob["id"]])
        await agent("reply_start_sequence", id=id)
        paused = await agent(
            "reply_change_status_in_sequence", id=id, contactIds=[ann["email"]], statusInSequence="paused"
        )
        assert "set to paused" in paused
        said = await rare(agent, "reply_list_sequence_contacts", id="Jobs pausing")
        assert " paused " in said.line(ann["email"])
        assert " active " in said.line(bob["email"])
        assert "sequenceId" not in said
        place = await rare(agent, "reply_get_contact_sequences", id=ann["email"])
        assert "Jobs pausing" in place
    states = {one["contactId"]: one["statusInSequence"] for one in sandbox.get(f"/v3/sequences/{id}/contacts")["items"]}
    assert states[ann["id"]].lower() == "paused"


async def test_why_a_sequence_is_blocked_shows_on_its_card(fresh_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = fresh_sandbox()
    async with agent_of(sandbox) as agent:
        found = await agent("reply_search_sequences", status="active")
        row = found.line("Partner recruiting")
        assert "blocked" in row
        assert "Tom Okafor" in row
        card = await agent("reply_get_sequence", id=int(row.split()[0]))
        assert re.search(r"tom@getnorthstar\.com\s+disconnected", card.text)
        assert "cookie invalid" in card
        empty = await agent("reply_get_sequence", id="Ideas for January")
        assert "No mailbox: reply_assign_email_account_to_sequence" in empty
        assert "No steps: reply_bulk_create_sequence_steps" in empty
        box = await rare(agent, "reply_get_email_account", id="tom@getnorthstar.com")
        assert "sending error: 535" in box


async def test_what_a_person_did_and_what_is_still_to_come(fresh_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = fresh_sandbox()
    async with agent_of(sandbox) as agent:
        members = await rare(agent, "reply_list_sequence_contacts", id="Q4 Outbound: SaaS founders")
        who = number(members, r"(?m)^(\d+) .* replied\b")
        done = await agent("reply_get_contact_activity", id=who)
        assert "email replied" in done
        assert "email sent" in done
        assert "Left out" not in done
        name = sandbox.get(f"/v3/contacts/{who}")["firstName"]
        arguments = {"sequenceId": "Q4 Outbound: SaaS founders", "contactId": who}
        preview = await rare(agent, "reply_preview_sequence_for_contact", **arguments)
        assert f"Subject: {name}, a question about" in preview
        assert "{{" not in preview


async def test_a_step_that_was_read_whole_can_be_sent_back(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        id = await sequence(agent, "Jobs round trip", FIRST, CONNECT, ACCEPTED)
        before = sandbox.get(f"/v3/sequences/{id}/steps")
        for one in before:
            place = {"id": id, "stepId": one["id"]}
            whole = (await rare(agent, "reply_get_sequence_step", **place, detail="full")).text
            read = json.loads(whole.splitlines()[1])
            said = await rare(agent, "reply_update_sequence_step", **place, step=read)
            assert "is changed" in said
            assert "deleted" not in said
    assert sandbox.get(f"/v3/sequences/{id}/steps") == before


async def test_sending_hours_are_made_used_and_kept_while_in_use(sandbox: Sandbox) -> None:
    morning = {"fromTime": {"hour": 8, "minute": 0}, "toTime": {"hour": 11, "minute": 30}}
    async with agent_of(sandbox) as agent:
        hours = {"mainTimings": [{"weekDay": "Monday", "isActive": True, "timeRanges": [morning]}]}
        await rare(agent, "reply_create_schedule", name="Jobs mornings", timezoneId="Europe/Berlin", **hours)
        listed = await rare(agent, "reply_list_schedules")
        assert "Mon 08:00-11:30" in listed.line("Jobs mornings")
        assert "Timings" not in listed
        id = await sequence(agent, "Jobs hours", FIRST, scheduleId="Jobs mornings")
        assert "schedule: Jobs mornings (" in await agent("reply_get_sequence", id=id)
        kept = await rare(agent, "reply_delete_schedule", id="Jobs mornings")
        assert kept.is_error
        assert "in use" in kept
        await rare(agent, "reply_update_sequence", id=id, scheduleId="Business hours")
        assert "is deleted" in await rare(agent, "reply_delete_schedule", id="Jobs mornings")
    assert "Jobs mornings" not in {one["name"] for one in sandbox.get("/v3/schedules")}


async def test_deleting_asks_with_names_and_a_code_holds_for_those_arguments_only(sandbox: Sandbox) -> None:
    ann, bob = made(sandbox, firstName="Ann"), made(sandbox, firstName="Bob")
    policy = parse_policy("send=ask,spend=ask,delete=ask")
    async with agent_of(sandbox, policy=policy) as agent:
        question = await rare(agent, "reply_delete_contact", id=ann["id"])
        assert f"This deletes Ann <{ann['email']}> ({ann['id']})" in question
        code = confirmation(question)
        other = await rare(agent, "reply_delete_contact", id=bob["id"], confirm=code)
        assert "Deleted" not in other
        assert held(sandbox, bob["email"])
        assert "Deleted contact" in await rare(agent, "reply_delete_contact", id=ann["id"], confirm=code)
        gone = await agent("reply_get_contact", id=ann["id"])
        assert gone.is_error
        assert f"no contact {ann['id']}" in gone
        id = await sequence(agent, "Jobs steps", FIRST, CONNECT)
        last = number(await agent("reply_get_sequence_steps", id=id), r"Step 2: LinkedIn connect, wait 1 d \((\d+)\)")
        several = await rare(agent, "reply_bulk_delete_sequence_steps", id=id, ids=[last, 5])
        assert '2 (LinkedIn connect) "Hi {{FirstName}}, shall we connect?"' in several
        assert "Not found: 5." in several
    assert not held(sandbox, ann["email"])
    assert len(sandbox.get(f"/v3/sequences/{id}/steps")) == 2


async def test_owners_change_by_name_and_are_shown_by_name(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    async with agent_of(sandbox) as agent:
        given = await rare(agent, "reply_change_contact_owner", contactIds=[ann["id"]], userId="Jonas Berg")
        assert "1 of 1 contact now belongs to Jonas Berg (70402)." in given
        assert "owner: Jonas Berg (70402)" in await agent("reply_get_contact", id=ann["id"])
        id = await sequence(agent, "Jobs owner", FIRST)
        handed = await rare(agent, "reply_change_sequence_owner", id=id, userId="Jonas Berg")
        assert "belongs to Jonas Berg (70402) now" in handed
        rows = await agent("reply_search_sequences", ownerUserId="Jonas Berg", top=100)
        assert "Jonas Berg" in rows
        assert "Jobs owner" in rows
        assert "ownerUserId" not in rows
    assert sandbox.get(f"/v3/contacts/{ann['id']}")["ownerUserId"] == 70402
    assert sandbox.get(f"/v3/sequences/{id}")["ownerUserId"] == 70402


async def test_a_reply_handler_that_answers_by_itself_is_asked_about_first(sandbox: Sandbox) -> None:
    new = {"typeOfQuestion": "Asks for a price", "instructions": "Name the plans.", "deliveryMode": "auto"}
    async with agent_of(sandbox, policy=parse_policy("send=ask")) as agent:
        made_base = await rare(agent, "reply_create_knowledge_base", name="Jobs auto")
        base = number(made_base, r"knowledge base (\d+)")
        question = await rare(agent, "reply_create_reply_handler", knowledgeBaseId=base, **new)
        assert 'answer replies of the kind "Asks for a price" by itself' in question
        path = f"/v3/ai-sdr/knowledge-bases/{base}/reply-handlers"
        assert sandbox.get(path)["items"] == []
        code = confirmation(question)
        said = await rare(agent, "reply_create_reply_handler", knowledgeBaseId=base, **new, confirm=code)
    assert "Created reply handler" in said
    assert [one["typeOfQuestion"] for one in sandbox.get(path)["items"]] == ["Asks for a price"]

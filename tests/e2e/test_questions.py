"""Questions hold what will happen, and consent to one holds for nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.sandbox.simulation.conversations import add_message
from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import Said, agent_of, made
from tests.e2e.correspondence import person, thread
from tests.e2e.outreach import act, enrol, enrolled, members, sequence, state

ASKING = parse_policy("send=ask,spend=ask,delete=ask")
Change = Callable[[Sandbox, Any], None]


def code_in(said: Said) -> str:
    found = re.search(r'confirm="(\w+)"', said.text)
    assert found, said.text
    return found[1]


def swap_people(sandbox: Sandbox, held: Any) -> None:
    """Other people, as many as before."""
    for one in sandbox.store.all("membership", _sequenceId=held["id"]):
        sandbox.store.delete("membership", one["id"])
    enrolled(sandbox, held["id"], 3)


def another_text(sandbox: Sandbox, held: Any) -> None:
    """The last step says something else."""
    step = sandbox.store.get("step", held["steps"][-1]["id"])
    assert step is not None
    sandbox.store.put("step", {**step, "variants": [{**step["variants"][0], "message": "Buy now"}]})


def sequence_limit(sandbox: Sandbox, held: Any) -> None:
    own = sandbox.store.get("sequence", held["id"])
    assert own is not None
    sandbox.store.put("sequence", {**own, "settings": {**own["settings"], "emailsCountPerDay": 5000}})


def mailbox_limit(sandbox: Sandbox, held: Any) -> None:
    account = sandbox.store.get("emailAccount", held["emailAccounts"][0]["id"])
    assert account is not None
    sandbox.store.put("emailAccount", {**account, "safety": {**account["safety"], "dailyLimit": 5000}})


def other_hours(sandbox: Sandbox, held: Any) -> None:
    """Sunday evening too, which is not named among the next hours on most days."""
    schedule = sandbox.store.get("schedule", held["scheduleId"])
    assert schedule is not None
    late = [{"fromTime": {"hour": 22, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}]
    timings = [
        {**day, "isActive": True, "timeRanges": late} if day["weekDay"] == "Sunday" else day
        for day in schedule["mainTimings"]
    ]
    sandbox.store.put("schedule", {**schedule, "mainTimings": timings})


def other_sender(sandbox: Sandbox, held: Any) -> None:
    own = sandbox.store.get("sequence", held["id"])
    assert own is not None
    sandbox.store.put("sequence", {**own, "_emailAccountIds": own["_emailAccountIds"][:1]})


CHANGES: list[Change] = [swap_people, another_text, sequence_limit, mailbox_limit, other_hours, other_sender]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("tool", ["reply_start_sequence", "reply_bulk_start_sequences"])
async def test_consent_to_a_start_holds_for_what_was_shown(sandbox: Sandbox, tool: str, change: Change) -> None:
    mine = sequence(sandbox, "Held to its word")
    enrolled(sandbox, mine["id"], 3)
    terms = {"id": mine["id"]} if tool == "reply_start_sequence" else {"ids": [mine["id"]]}
    async with agent_of(sandbox, policy=ASKING, tools=(tool,)) as agent:
        asked = await agent(tool, **terms)
        before = {kind: sandbox.store.all(kind) for kind in ("schedule", "emailAccount")}
        change(sandbox, mine)
        anew = await agent(tool, **terms, confirm=code_in(asked))
        assert "has changed since the preview" in anew
        assert state(sandbox, mine["id"]) == "new"
        said = await agent(tool, **terms, confirm=code_in(anew))
    for kind, held in before.items():
        for one in held:
            sandbox.store.put(kind, one)
    assert not said.is_error
    assert state(sandbox, mine["id"]) == "active"


async def test_the_question_before_a_start_says_what_will_happen(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Foretold", emails=2, senders=1)
    ann = made(sandbox, firstName="Zoe", lastName="Quill")
    enrol(sandbox, mine["id"], ann["id"])
    gone = enrolled(sandbox, mine["id"])
    path = f"/v3/sequences/{mine['id']}/contacts/set-status-in-sequence"
    sandbox.http.post(path, json={"contactIds": gone, "statusInSequence": "finished"})
    async with agent_of(sandbox, policy=ASKING) as agent:
        mark = sandbox.seen()
        asked = await agent("reply_start_sequence", id=mine["id"])
    assert 'This starts sending "Foretold"' in asked
    assert f"Zoe Quill <{ann['email']}>" in asked.line("- to 1 person")
    assert "not to 1 finished" in asked
    assert "150 a day" in asked.line("- from")
    assert '"Mail 0": "Hi Zoe' in asked.line("- first message")
    assert len(sandbox.since(mark)) <= 10


async def test_several_starts_count_nobody_whose_sequence_has_no_mailbox(sandbox: Sandbox) -> None:
    with_one, without = sequence(sandbox, "Has a mailbox", senders=1), sequence(sandbox, "Has none", senders=1)
    enrolled(sandbox, with_one["id"], 2)
    enrolled(sandbox, without["id"], 3)
    own = sandbox.store.get("sequence", without["id"])
    assert own is not None
    sandbox.store.put("sequence", {**own, "_emailAccountIds": []})
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_bulk_start_sequences", ids=[with_one["id"], without["id"]])
        none = await agent("reply_bulk_start_sequences", ids=[without["id"]])
    assert "This starts sending 1 sequence to 2 people:" in asked
    assert f'Nothing starts in "Has none" ({without["id"]}), which sends email and has no mailbox.' in asked
    assert none.is_error
    assert "Nothing was changed" in none
    assert "confirm" not in none


async def test_archiving_several_leaves_out_those_that_run(sandbox: Sandbox) -> None:
    rests, runs = sequence(sandbox, "Rests a while"), sequence(sandbox, "Runs on")
    sandbox.store.put("sequence", {**(sandbox.store.get("sequence", runs["id"]) or {}), "status": "active"})
    async with agent_of(sandbox, policy=parse_policy("delete=ask")) as agent:
        asked = await agent("reply_bulk_archive_sequences", ids=[rests["id"], runs["id"]])
        none = await agent("reply_bulk_archive_sequences", ids=[runs["id"]])
    assert 'This archives 1 sequence and takes everyone out of it for good: "Rests a while"' in asked
    assert f'Not archived: "Runs on" ({runs["id"]}), active: pause it first.' in asked
    assert none.is_error
    assert "active: pause it first" in none
    assert "confirm" not in none


@pytest.mark.parametrize("tool", ["reply_update_sequence", "reply_assign_email_account_to_sequence"])
async def test_a_mailbox_for_a_sequence_that_waits_for_one_names_whom_it_writes_to(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox, "Waits for a mailbox", senders=1)
    mailbox = mine["emailAccounts"][0]["id"]
    people = enrolled(sandbox, mine["id"], 2)
    own = sandbox.store.get("sequence", mine["id"]) or {}
    sandbox.store.put("sequence", {**own, "status": "active", "_emailAccountIds": []})
    given: dict[str, Any] = {"emailAccounts": [mailbox]} if "update" in tool else {"emailAccountId": mailbox}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent(tool, id=mine["id"], **given)
    assert "- to 2 people, up to 2 of them today: " in asked
    for id in people:
        assert sandbox.get(f"/v3/contacts/{id}")["email"] in asked.line("- to 2 people")
    assert '"Mail 0"' in asked.line("- first message")


async def test_a_linkedin_account_that_is_linked_already_is_not_asked_about(sandbox: Sandbox) -> None:
    steps = [
        one for one in sandbox.store.all("step", type="linkedIn") if sandbox.store.get("sequence", one["_sequenceId"])
    ]
    own = sandbox.store.get("sequence", steps[0]["_sequenceId"]) or {}
    sandbox.store.put("sequence", {**own, "status": "active", "_linkedInAccountIds": [610]})
    given = {"id": own["id"], "linkedInAccountId": 610}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_assign_linkedin_account_to_sequence", **given)
    assert f"Nothing to do: it is all so already (id {own['id']}, linkedInAccountId 610)" in asked


async def test_a_sequence_changes_hands_without_words_about_others(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Changes hands")
    sandbox.store.put("sequence", {**(sandbox.store.get("sequence", mine["id"]) or {}), "status": "active"})
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_bulk_change_sequence_owner", ids=[mine["id"]], userId=70402)
    assert f'This hands "Changes hands" ({mine["id"]}) active to Jonas Berg (70402): their activity' in asked
    assert "may use it" not in asked


async def test_a_task_is_sent_from_a_mailbox_that_is_named(sandbox: Sandbox) -> None:
    task = next(
        one
        for one in sandbox.store.all("task", taskType="manualEmail", status="new")
        if one.get("sequenceId") and sandbox.get(f"/v3/sequences/{one['sequenceId']}/email-accounts")
    )
    addresses = [one["email"] for one in sandbox.get(f"/v3/sequences/{task['sequenceId']}/email-accounts")]
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_execute_task", id=task["id"])
    assert any(address in asked.line("This sends a real email") for address in addresses)


async def test_nobody_left_to_write_to_is_no_question(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Over")
    gone = enrolled(sandbox, mine["id"], 2)
    path = f"/v3/sequences/{mine['id']}/contacts/set-status-in-sequence"
    sandbox.http.post(path, json={"contactIds": gone, "statusInSequence": "finished"})
    async with agent_of(sandbox, policy=ASKING) as agent:
        said = await agent("reply_start_sequence", id=mine["id"])
    assert "would send to nobody" in said
    assert "2 finished" in said
    assert "confirm=" not in said
    assert state(sandbox, mine["id"]) == "new"


async def test_a_reply_says_its_words_the_mailbox_and_what_they_said_last(sandbox: Sandbox) -> None:
    dana = person(sandbox, "Dana")
    id = thread(sandbox, dana, ("we", "<p>Hi Dana</p>"), ("they", "<p>What does it cost?</p>"))
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_send_inbox_reply", id=id, message="<p>Forty a month.</p><p>Maria</p>")
    held = sandbox.store.get("thread", id)
    assert held is not None
    account = sandbox.store.get("emailAccount", held["emailAccountId"])
    assert account is not None
    assert '"What does it cost?"' in asked.line("They wrote last")
    assert f"from {account['connection']['email']}" in asked.line("This sends a real email")
    assert f"Dana Roth <{dana['email']}>" in asked
    assert "\n> Forty a month.\n>\n> Maria\n" in asked


async def test_a_reply_quotes_their_own_words_alone(sandbox: Sandbox) -> None:
    ours = "Hi Dana, here is our offer. To hear no more from us, unsubscribe at the end of this message."
    trail = f"<p>On Mon, Mar 2, 2026 at 9:30 AM Maria Silva wrote:</p><blockquote>{ours}</blockquote>"
    long = "We compared five offers and yours came third. " * 10
    first = thread(sandbox, person(sandbox, "Dana"), ("we", ours), ("they", f"<p>What does it cost?</p>{trail}"))
    second = thread(sandbox, person(sandbox, "Ines"), ("we", ours), ("they", f"<p>{long}</p><p>So remove me.</p>"))
    async with agent_of(sandbox, policy=ASKING) as agent:
        cost = await agent("reply_send_inbox_reply", id=first, message="Forty a month.")
        wish = await agent("reply_send_inbox_reply", id=second, message="Forty a month.")
    assert cost.line("They wrote last").endswith('"What does it cost?"')
    assert "They ask not to be written to" not in cost
    assert '"So remove me."' in wish.line("They ask not to be written to")


async def test_a_message_that_comes_between_question_and_answer_is_not_overrun(sandbox: Sandbox) -> None:
    id = thread(sandbox, person(sandbox, "Dana"), ("we", "<p>Hi</p>"), ("they", "<p>What does it cost?</p>"))
    terms = {"id": id, "message": "<p>Forty a month.</p>"}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_send_inbox_reply", **terms)
        held = sandbox.store.get("thread", id)
        assert held is not None
        stop = "<p>STOP. Never write to me again.</p>"
        add_message(sandbox.store, held, sandbox.clock.now(), stop, outbound=False)
        mark = sandbox.seen()
        anew = await agent("reply_send_inbox_reply", **terms, confirm=code_in(asked))
    assert [row for row in sandbox.since(mark) if row["method"] == "POST" and row["path"].endswith("/messages")] == []
    assert "has changed since the preview" in anew
    assert '"STOP. Never write to me again."' in anew.line("They ask not to be written to")
    assert "They wrote 2 times since the last answer" in anew


async def test_a_reply_that_was_sent_already_is_said(sandbox: Sandbox) -> None:
    id = thread(
        sandbox, person(sandbox, "Dana"), ("they", "<p>What does it cost?</p>"), ("we", "<p>Forty a month.</p>")
    )
    async with agent_of(sandbox, policy=ASKING) as agent:
        asked = await agent("reply_send_inbox_reply", id=id, message="Forty a month.")
    assert "This very text is the thread's last message already" in asked


@pytest.mark.parametrize("tool", ["reply_send_inbox_reply", "reply_send_direct_email"])
async def test_nobody_on_the_blacklist_is_answered_or_written_to(sandbox: Sandbox, tool: str) -> None:
    eve = person(sandbox, "Eve")
    id = thread(sandbox, eve, ("they", "<p>Hello</p>"))
    body = {"pattern": eve["email"]}
    rule = sandbox.http.post("/v3/contact-blacklist-rules/emails", json=body).json()["id"]
    terms: dict[str, Any] = (
        {"id": id, "message": "Hello"}
        if tool == "reply_send_inbox_reply"
        else {"id": eve["id"], "subject": "Hi", "body": "Hello"}
    )
    async with agent_of(sandbox, tools=(tool,)) as agent:
        said = await agent(tool, **terms)
    assert f"on the blacklist, address {eve['email']} (rule {rule})" in said
    assert f'reply_delete_blacklist_email_rule {{"id": {rule}}} lifts it' in said


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
@pytest.mark.parametrize("obstacle", ["blacklist", "opted out"])
async def test_an_answer_goes_to_nobody_else_who_must_not_be_written_to(
    sandbox: Sandbox, field: str, obstacle: str
) -> None:
    id = thread(sandbox, person(sandbox, "Dana"), ("they", "<p>Hello</p>"))
    eve, bo = person(sandbox, "Eve"), person(sandbox, "Bo")
    if obstacle == "blacklist":
        sandbox.http.post("/v3/contact-blacklist-rules/emails", json={"pattern": eve["email"]})
    else:
        sandbox.http.patch(f"/v3/contacts/{eve['id']}", json={"isOptedOut": True})
    given = eve["email"] if field == "to" else [bo["email"], eve["email"].upper()]
    fine = bo["email"] if field == "to" else [bo["email"]]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        refused = await agent("reply_send_inbox_reply", id=id, message="Hello", **{field: given})
        assert not [row for row in sandbox.since(mark) if row["path"].endswith("/messages")]
        sent = await agent("reply_send_inbox_reply", id=id, message="Hello", **{field: fine})
    assert obstacle in refused
    assert "Nothing was sent" in refused
    assert not sent.is_error, sent.text


@pytest.mark.parametrize("words", ["Subject", "body", "newest message"])
async def test_consent_to_a_direct_email_holds_for_the_person_as_they_were(sandbox: Sandbox, words: str) -> None:
    ines = person(sandbox, "Ines")
    terms: dict[str, Any] = {"id": ines["id"], "subject": "Seats", "body": "<p>Hello</p>"}
    async with agent_of(sandbox, policy=ASKING, tools=("reply_send_direct_email",)) as agent:
        asked = await agent("reply_send_direct_email", **terms)
        if words == "newest message":
            thread(sandbox, ines, ("they", "<p>No, thanks.</p>"))
        else:
            terms["subject" if words == "Subject" else "body"] = "Else"
        anew = await agent("reply_send_direct_email", **terms, confirm=code_in(asked))
    assert "Not done yet" in anew
    assert code_in(anew) != code_in(asked)


@pytest.mark.parametrize("tool", ["reply_send_direct_email", "reply_delete_linkedin_accounts"])
async def test_a_question_and_its_answer_read_what_is_kept_for_a_minute_anew(sandbox: Sandbox, tool: str) -> None:
    kind, listed = (
        ("emailAccount", "reply_list_email_accounts")
        if tool == "reply_send_direct_email"
        else ("linkedInAccount", "reply_list_linkedin_accounts")
    )
    ines = person(sandbox, "Ines")
    terms: dict[str, Any] = (
        {"id": ines["id"], "subject": "Seats", "body": "<p>Hello</p>"}
        if kind == "emailAccount"
        else {"ids": [sandbox.store.all(kind)[0]["id"]]}
    )
    held = sandbox.store.all(kind)

    def rename(name: str) -> None:
        for one in held:
            connection = {**one.get("connection", {}), "email": f"{name.lower()}@northstar-sales.com"}
            sandbox.store.put(kind, {**one, "name": name, "connection": connection})

    async with agent_of(sandbox, policy=ASKING, tools=(tool, listed)) as agent:
        await agent(listed)
        rename("First")
        asked = await agent(tool, **terms)
        rename("Second")
        anew = await agent(tool, **terms, confirm=code_in(asked))
    for one in held:
        sandbox.store.put(kind, one)
    assert "first" in asked.text.lower()
    assert "has changed since the preview" in anew
    assert "second" in anew.text.lower()


DOORS = ("reply_add_contact_to_sequence", "reply_move_contact_to_sequence", "reply_import_contacts")


def terms_of(tool: str, sequence_id: int, contact: Any) -> dict[str, Any]:
    """The arguments with which that tool puts somebody into a sequence."""
    if tool == "reply_import_contacts":
        item = {"email": contact["email"], "firstName": contact["firstName"]}
        return {"items": [item], "options": {"sequenceId": sequence_id}}
    if tool == "reply_move_contact_to_sequence":
        return {"id": contact["id"], "sequenceId": sequence_id}
    return {"id": sequence_id, "contactIds": [contact["id"]]}


def running(sandbox: Sandbox) -> Any:
    mine = sequence(sandbox, "Runs")
    enrolled(sandbox, mine["id"])
    act(sandbox, mine["id"], "start")
    return mine


def blacklisted(sandbox: Sandbox, contact: Any) -> str:
    sandbox.http.post("/v3/contact-blacklist-rules/emails", json={"pattern": contact["email"]})
    return "blacklist"


def opted_out_now(sandbox: Sandbox, contact: Any) -> str:
    sandbox.http.patch(f"/v3/contacts/{contact['id']}", json={"isOptedOut": True})
    return "opted out"


@pytest.mark.parametrize("obstacle", [blacklisted, opted_out_now], ids=lambda one: one.__name__)
@pytest.mark.parametrize("tool", DOORS)
async def test_no_door_enrolls_who_must_not_be_written_to(
    sandbox: Sandbox, tool: str, obstacle: Callable[[Sandbox, Any], str]
) -> None:
    mine, eve = running(sandbox), person(sandbox, "Eve")
    why = obstacle(sandbox, eve)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent(tool, **terms_of(tool, mine["id"], eve))
    assert why in said
    assert eve["id"] not in members(sandbox, mine["id"])
    writes = ("/contact-links/bulk", "/move-to-sequence", "/contacts/import")
    assert not [row for row in sandbox.since(mark) if row["path"].endswith(writes)]


@pytest.mark.parametrize("tool", DOORS)
async def test_a_conversation_that_goes_on_is_named_at_each_door(sandbox: Sandbox, tool: str) -> None:
    mine, eve = running(sandbox), person(sandbox, "Eve")
    id = thread(sandbox, eve, ("we", "<p>Hi</p>"), ("they", "<p>Tuesday works.</p>"))
    async with agent_of(sandbox, policy=ASKING) as agent:
        said = await agent(tool, **terms_of(tool, mine["id"], eve))
    assert f"thread {id}" in said
    assert "Tuesday works." in said
    assert eve["id"] not in members(sandbox, mine["id"])


@pytest.mark.parametrize("change", [another_text, sequence_limit, mailbox_limit, other_hours])
@pytest.mark.parametrize("tool", [*DOORS, "reply_change_status_in_sequence"])
async def test_consent_to_enroll_or_resume_holds_for_what_was_shown(
    fresh_sandbox: Callable[..., Sandbox], tool: str, change: Change
) -> None:
    own = fresh_sandbox()
    mine, zoe = running(own), made(own, firstName="Zoe")
    terms = terms_of(tool, mine["id"], zoe)
    if tool == "reply_change_status_in_sequence":
        enrol(own, mine["id"], zoe["id"])
        path = f"/v3/sequences/{mine['id']}/contacts/set-status-in-sequence"
        own.http.post(path, json={"contactIds": [zoe["id"]], "statusInSequence": "paused"})
        terms = {"id": mine["id"], "contactIds": [zoe["id"]], "statusInSequence": "active"}
    async with agent_of(own, policy=ASKING) as agent:
        asked = await agent(tool, **terms)
        assert "Zoe" in asked
        assert "first message to Zoe" in asked
        change(own, mine)
        mark = own.seen()
        anew = await agent(tool, **terms, confirm=code_in(asked))
        assert "Not done yet" in anew
        assert all(row["method"] == "GET" or row["path"].endswith("/filter") for row in own.since(mark))
        said = await agent(tool, **terms, confirm=code_in(anew))
    assert not said.is_error, said.text
    assert members(own, mine["id"])[zoe["id"]]["statusInSequence"] in ("active", "contacted")


async def test_a_mailbox_for_what_runs_says_whom_it_writes_to(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Waits", senders=1)
    enrolled(sandbox, mine["id"], 2)
    act(sandbox, mine["id"], "start")
    spare = next(one for one in sandbox.store.all("emailAccount", connectionStatus="connected")[1:])
    terms = {"id": mine["id"], "emailAccountId": spare["id"]}
    async with agent_of(sandbox, policy=ASKING, tools=("reply_assign_email_account_to_sequence",)) as agent:
        asked = await agent("reply_assign_email_account_to_sequence", **terms)
        assert spare["connection"]["email"] in asked.line("This lets the active sequence")
        assert "to 2 people" in asked
        enrolled(sandbox, mine["id"])
        anew = await agent("reply_assign_email_account_to_sequence", **terms, confirm=code_in(asked))
        assert "to 3 people" in anew
        said = await agent("reply_assign_email_account_to_sequence", **terms, confirm=code_in(anew))
    assert "is linked" in said

"""Conversations: answering, filing, and leaving people alone."""

from __future__ import annotations

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey


def outbox(account: Sandbox) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = account.http.get("/sandbox/outbox").json()["outbox"]
    return rows


@journey("Answer Stefan Nowak that the order number is on the new invoice.")
async def test_reply_to_a_client(agent: Agent, account: Sandbox) -> None:
    brief = await agent("reply_contact_brief", contact="Stefan Nowak")
    thread = await agent("reply_get_thread", id=brief.id_of("Latest thread"))
    call = thread.call("reply_send_inbox_reply")
    done = await agent.agreed("reply_send_inbox_reply", **call, message="PO-88213 is on the new invoice.")
    assert "stefan.nowak@signalnine.io" in done
    messages = account.get(f"/v3/inbox/threads/{call['id']}")["messages"]
    assert sum("PO-88213 is on the new invoice" in one["body"] for one in messages) == 1


@journey("Answer Nowak's mail: thanks, by Friday. Check off the WhatsApp to Sean Yamamoto; his other task is mine.")
async def test_by_the_names_of_people(agent: Agent, account: Sandbox) -> None:
    thread = await agent("reply_get_thread", id="Nowak")
    assert "Stefan Nowak" in thread
    question = await agent("reply_send_inbox_reply", id="Nowak", message="Thanks, by Friday.")
    assert "stefan.nowak@signalnine.io" in question
    assert "Sent" in await agent.confirm()
    question = await agent("reply_complete_task", id="Sean Yamamoto WhatsApp")
    assert "WhatsApp task 3310079 for Sean Yamamoto" in question
    await agent.confirm()
    assert account.get("/v3/tasks/3310079")["status"] == "finished"
    await agent("reply_find_tools", query="assign a task to a teammate")
    done = await agent("reply_assign_task", id="Sean Yamamoto", userId="me")
    assert '"Sean Yamamoto" meant open task 3310127 Sean Yamamoto, LinkedIn' in done


@journey("Let the AI draft an answer to Fatima García's question on the API; I read it before it goes out.")
async def test_draft_first(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_get_inbox_emails", search="API")
    id = rows.id_of("fatima.garcia@northwindlabs.io")
    await agent.find("AI draft of an answer", "reply_generate_inbox_draft")
    draft = await agent("reply_generate_inbox_draft", id=id)
    assert "not sent" in draft
    before = len(account.get(f"/v3/inbox/threads/{id}")["messages"])
    question = await agent("reply_send_inbox_reply", id=id, message="The Team plan has the API.")
    assert "Fatima" in question
    await agent.confirm()
    assert len(account.get(f"/v3/inbox/threads/{id}")["messages"]) == before + 1


@journey("File the hot ones under Interested and mark what needs no answer as read.")
async def test_file_threads(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_get_inbox_emails", source="unread")
    hot = rows.id_of("Hot leads")
    await agent("reply_change_inbox_category", id=hot, categoryId="Interested")
    declined = [int(line.split()[0]) for line in rows.text.splitlines() if "Not interested" in line]
    await agent.find("mark threads as read", "reply_mark_threads_read")
    await agent("reply_mark_threads_read", threadIds=declined)
    assert account.get(f"/v3/inbox/threads/{hot}")["category"]["id"] == 61
    assert all(account.get(f"/v3/inbox/threads/{id}")["isRead"] for id in declined)


@journey("Make a category Partners and file João Blanc's thread there.")
async def test_own_category(agent: Agent, account: Sandbox) -> None:
    await agent.find("new inbox category", "reply_create_inbox_category")
    made = await agent("reply_create_inbox_category", name="Partners", color="blue")
    rows = await agent("reply_get_inbox_emails", search="João Blanc")
    id = rows.ids()[0]
    await agent("reply_change_inbox_category", id=id, categoryId=made.id_of("category"))
    assert account.get(f"/v3/inbox/threads/{id}")["category"]["name"] == "Partners"


@journey("Ben Almeida asked to be left alone: no more messages to him, ever.")
async def test_take_somebody_off_everything(agent: Agent, account: Sandbox) -> None:
    brief = await agent("reply_contact_brief", contact="Ben Almeida")
    id = brief.id_of("Contact")
    await agent.find("stop all outreach to a person", "reply_set_contacts_opted_out")
    await agent("reply_set_contacts_opted_out", contactIds=[id], isOptedOut=True)
    await agent.find("block an address so that nobody writes to it again", "reply_blacklist_contact")
    await agent("reply_blacklist_contact", contact=str(id))
    assert account.get(f"/v3/contacts/{id}")["isOptedOut"]
    rules = account.get("/v3/contact-blacklist-rules/emails", top=100)["items"]
    assert any(one["pattern"] == "ben.almeida@signalnine.io" for one in rules)


@journey("A competitor: nobody at rivermark.com is to be contacted again, but for our friend Lena Kowalski.")
async def test_block_a_domain(agent: Agent, account: Sandbox) -> None:
    await agent.find("block a whole domain", "reply_create_blacklist_domain_rule")
    rule = await agent("reply_create_blacklist_domain_rule", pattern="rivermark.com")
    await agent.find("exception from the blacklist", "reply_create_blacklist_exception")
    await agent.agreed("reply_create_blacklist_exception", pattern="lena.kowalski@rivermark.com")
    assert rule.id_of("rule")
    patterns = [one["pattern"] for one in account.get("/v3/contact-blacklist-rules/domains", top=100)["items"]]
    assert "rivermark.com" in patterns


@journey("Thank Elena Dahl for the demo with a mail of its own.")
async def test_direct_email(agent: Agent, account: Sandbox) -> None:
    await agent.find("send one email outside a sequence", "reply_send_direct_email")
    before = len(outbox(account))
    await agent.agreed("reply_send_direct_email", id="Elena Dahl", subject="Thank you", body="Thanks for your time.")
    sent = outbox(account)[before:]
    assert len(sent) == 1
    assert "elena.dahl@brightwater.ai" in str(sent[0])


@journey("Write to Fatima García on LinkedIn that the contract is on its way.")
async def test_linkedin_message(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_get_inbox_emails", search="Fatima García", channels=["linkedIn"])
    thread = await agent("reply_get_thread", id=rows.ids()[0])
    call = thread.call("reply_send_inbox_reply")
    await agent.agreed("reply_send_inbox_reply", **call, message="The contract is on its way.")
    messages = account.get(f"/v3/inbox/threads/{call['id']}")["messages"]
    assert any("contract is on its way" in one["body"] for one in messages)


@journey("What is new since yesterday? Answer the one with the deadline.")
async def test_new_since_yesterday(agent: Agent, account: Sandbox) -> None:
    await agent.find("new replies that wait for an answer", "reply_triage_inbox")
    waiting = await agent("reply_triage_inbox", since="yesterday", top=2)
    assert "with something new since 2026-03-03 00:00 UTC" in waiting
    call = waiting.call("reply_send_inbox_reply")
    rows = account.get("/v3/inbox/threads", top=1000)["items"]
    assert next(one for one in rows if one["id"] == call["id"])["lastActivityDate"] >= "2026-03-03"
    await agent.agreed("reply_send_inbox_reply", **call, message="The new invoice follows today.")
    messages = account.get(f"/v3/inbox/threads/{call['id']}")["messages"]
    assert any("The new invoice follows" in one["body"] and one["isOutbound"] for one in messages)

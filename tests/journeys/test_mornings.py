"""What a day begins with: who waits for an answer, what is due, what is in trouble."""

from __future__ import annotations

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey


@journey("What needs me today? Answer the most interested one.")
async def test_overview_and_answer(agent: Agent, account: Sandbox) -> None:
    morning = await agent("reply_overview")
    assert "reply_triage_inbox" in morning
    waiting = await agent("reply_triage_inbox", top=3)
    call = waiting.call("reply_send_inbox_reply")
    await agent.agreed("reply_send_inbox_reply", **call, message="Tuesday at 10 it is. I send an invitation.")
    messages = account.get(f"/v3/inbox/threads/{call['id']}")["messages"]
    assert any("Tuesday at 10 it is" in one["body"] and one["isOutbound"] for one in messages)


@journey("Who wrote to us since Friday, and what do the unread ones say?")
async def test_answered_since_friday(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_get_inbox_emails", source="unread", **{"from": "2026-02-27"})
    assert rows.skip is None
    thread = await agent("reply_get_thread", id=rows.id_of("Stefan Nowak"))
    assert "PO-88213" in thread
    unread = [one for one in account.get("/v3/inbox/threads", top=100)["items"] if not one["isRead"]]
    assert {one["id"] for one in unread if one["lastActivityDate"] >= "2026-02-27"} == set(rows.ids())


@journey("Which of my calls are due today? I have called the first one, they were positive.")
async def test_tasks_of_today(agent: Agent, account: Sandbox) -> None:
    tasks = await agent("reply_list_my_tasks", status="new", taskType="call", assignedUserId="Priya Nair")
    id = tasks.id_of("Noah Gupta")
    await agent("reply_complete_task", id=id, callResolution="positive")
    assert account.get(f"/v3/tasks/{id}")["status"] == "finished"


@journey("Remind me next Monday to call Chen Richter; move the board's to-do to the week after.")
async def test_plan_tasks(agent: Agent, account: Sandbox) -> None:
    await agent.find("create a task", "reply_create_task")
    made = await agent(
        "reply_create_task",
        taskType="call",
        contactId="Chen Richter",
        startAt="2026-03-09T09:00",
        dueTo="2026-03-09T18:00",
        template={"body": "Call about the invitation"},
    )
    task = account.get(f"/v3/tasks/{made.id_of('task')}")
    assert task["taskType"] == "call"
    assert task["dueTo"].startswith("2026-03-09")
    await agent.find("change the due date of a task", "reply_update_task")
    await agent("reply_update_task", id=task["id"], dueTo="2026-03-16")
    assert account.get(f"/v3/tasks/{task['id']}")["dueTo"].startswith("2026-03-16")


@journey("Tom is ill: give his overdue tasks to Priya.")
async def test_tasks_to_a_teammate(agent: Agent, account: Sandbox) -> None:
    pages = await agent.pages("reply_list_my_tasks", status="new", overdue=True, assignedUserId="Tom Okafor")
    ids = [id for page in pages for id in page.ids()]
    await agent.find("give several tasks to a teammate", "reply_assign_tasks")
    done = await agent("reply_assign_tasks", ids=ids, userId="Priya Nair")
    assert f"All {len(ids)}" in done
    assert {account.get(f"/v3/tasks/{id}")["assignedUserId"] for id in ids} == {70415}


@journey("What is wrong with my accounts, and whose sequences wait for them?")
async def test_accounts_in_trouble(agent: Agent, account: Sandbox) -> None:
    morning = await agent("reply_overview")
    blocked = morning.id_of("Partner recruiting 2026")
    why = await agent("reply_diagnose", id=blocked)
    assert "tom@getnorthstar.com" in why
    await agent("reply_reconnect_linkedin_account", id=why.id_of("LinkedIn Tom Okafor"))


@journey("How did this week compare with the one before? And per teammate?")
async def test_weekly_comparison(agent: Agent, account: Sandbox) -> None:
    week = await agent("reply_report", compare=True)
    assert "before" in week
    team = await agent("reply_report", what="team")
    assert "Priya Nair" in team


@journey("Which sequence answers best, and why does the worst one not?")
async def test_best_and_worst_sequence(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_compare_sequence_performance", filters={"dateRangePreset": "lastMonth"})
    best = rows.ids()[0]
    assert "Spring campaign 2026" in rows.line(best)
    worst = rows.id_of("Webinar follow-up")
    assert "Nobody is left" in await agent("reply_diagnose", id=worst)


@journey("How many calls did each of us make last month, with what result?")
async def test_calls_by_teammate(agent: Agent, account: Sandbox) -> None:
    await agent("reply_report", what="calls", **{"from": "2026-02-01", "to": "2026-02-28"})
    await agent.find("list each call of a period", "reply_list_calls")
    calls = await agent("reply_list_calls", filters={"from": "2026-02-01", "to": "2026-02-28"})
    assert "positive" in calls


@journey("Which meetings were booked this month, and from which sequences?")
async def test_meetings(agent: Agent, account: Sandbox) -> None:
    await agent.find("meetings booked", "reply_list_meetings")
    rows = await agent("reply_list_meetings", filters={"from": "2026-02-01", "to": "2026-03-04"})
    assert rows.line("Chen Richter", "Trade fair leads")


@journey("Jonas is away: his open tasks come to me. What is on my plate then?")
async def test_take_over_tasks(agent: Agent, account: Sandbox) -> None:
    his = await agent("reply_list_my_tasks", assignedUserId="Jonas", status="new")
    assert '"Jonas" meant teammate Jonas Berg' in his
    await agent.find("hand a teammate's open tasks to me", "reply_assign_tasks")
    done = await agent("reply_assign_tasks", ids=his.ids(), userId="me")
    assert f"All {len(his.ids())} tasks" in done
    mine = await agent("reply_list_my_tasks")
    assert "Only your own open tasks" in mine
    assert set(his.ids()) <= set(mine.ids())
    held = account.http.post("/v3/tasks/filter", params={"top": 1000}, json={"status": "new"}).json()["items"]
    assert {one["id"] for one in held if one["assignedUserId"] == 70411} == set(mine.ids())


@journey("Book the follow-up call with Stefan Nowak for tomorrow half past nine.")
async def test_book_a_call_for_tomorrow(agent: Agent, account: Sandbox) -> None:
    await agent.find("schedule a follow-up call", "reply_create_task")
    made = await agent(
        "reply_create_task",
        taskType="call",
        contactId="Stefan Nowak",
        startAt="tomorrow 9:30",
        dueTo="tomorrow 10am",
        template={"body": "Follow up on the order form"},
    )
    assert "starts 2026-03-05 09:30, due 2026-03-05 10:00" in made
    task = account.get(f"/v3/tasks/{made.id_of('task')}")
    assert (task["startAt"][:16], task["dueTo"][:16]) == ("2026-03-05T09:30", "2026-03-05T10:00")


@journey("Compare last month with this one for the team; who clicked last month?")
async def test_months_in_words(agent: Agent, account: Sandbox) -> None:
    last = await agent("reply_report", what="team", **{"from": "last month"})
    assert "Team, 2026-02-01 to 2026-02-28" in last
    assert "Team, 2026-03-01 to 2026-03-04" in await agent("reply_report", what="team", **{"from": "this month"})
    await agent.find("who clicked a link in our emails", "reply_list_sent_emails")
    clicked = await agent("reply_list_sent_emails", only="clicked", filters={"from": "last month"}, all=True)
    assert "Period: 2026-02-01 to 2026-02-28" in clicked
    events = account.store.all("event", type="clicked")
    assert {one["_contactId"] for one in events if one["at"][:7] == "2026-02"} >= set(clicked.ids()) != set()


@journey("For the quarterly review: last quarter against the one before, and each teammate's part.")
async def test_quarterly_review(agent: Agent, account: Sandbox) -> None:
    numbers = await agent("reply_report", **{"from": "last quarter"}, compare=True)
    assert "2025-10-01 to 2025-12-31" in numbers
    assert "against 2025-07-01 to 2025-09-30" in numbers
    team = await agent("reply_report", what="team", **{"from": "last quarter"})
    assert "2025-10-01 to 2025-12-31" in team

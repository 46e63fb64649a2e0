"""What stands around the sending: hours, holidays, mailboxes, templates, webhooks, the AI SDR, prospecting."""

from __future__ import annotations

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey


@journey("Nobody gets mail on our holidays of 2027: a calendar, on the default schedule.")
async def test_holidays_2027(agent: Agent, account: Sandbox) -> None:
    await agent.find("holidays calendar for 2027", "reply_create_holiday_calendar")
    await agent("reply_find_tools", query="create a holiday calendar", detail="full")
    made = await agent(
        "reply_create_holiday_calendar",
        name="Holidays 2027",
        holidays=[
            {"name": "New Year", "startDate": "2027-01-01", "endDate": "2027-01-01"},
            {"name": "Christmas", "startDate": "2027-12-25", "endDate": "2027-12-26"},
        ],
    )
    calendar = made.id_of("Holidays 2027")
    await agent.find("make a schedule observe a holiday calendar", "reply_link_holiday_calendar")
    linked = await agent("reply_link_holiday_calendar", id="Business hours", calendarId=calendar)
    if linked.asks:
        linked = await agent.confirm()
    assert "switch is off" not in linked
    held = account.get("/v3/schedules/801/holiday-calendars")
    assert calendar in [one["id"] for one in (held["items"] if isinstance(held, dict) else held)]


@journey("Europe mornings should send from nine to one, not on Fridays.")
async def test_schedule_hours(agent: Agent, account: Sandbox) -> None:
    await agent.find("change the hours of a schedule", "reply_update_schedule")
    await agent.find("list sending schedules", "reply_list_schedules")
    rows = await agent("reply_list_schedules")
    id = rows.id_of("Europe mornings")
    shown = await agent("reply_get_schedule", id=id, fields=["mainTimings", "timezoneId"])
    assert "Friday" in shown
    hours = [{"fromTime": {"hour": 9, "minute": 0}, "toTime": {"hour": 13, "minute": 0}}]
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    timings = [
        {"weekDay": day, "isActive": on, "timeRanges": hours if on else []}
        for day, on in zip(days, (True, True, True, True, False, False, False), strict=True)
    ]
    done = await agent(
        "reply_update_schedule",
        id=id,
        name="Europe mornings",
        timezoneId=shown.after("timezoneId:") + " Europe Standard Time",
        mainTimings=timings,
    )
    if done.asks:
        await agent.confirm()
    kept = account.get(f"/v3/schedules/{id}")["mainTimings"]
    assert [one["isActive"] for one in kept] == [True, True, True, True, False, False, False]


@journey("Which mailboxes can send, how many a day, and raise Elena's to 60.")
async def test_mailbox_limits(agent: Agent, account: Sandbox) -> None:
    await agent.find("list mailboxes", "reply_list_email_accounts")
    rows = await agent("reply_list_email_accounts")
    id = rows.id_of("elena@northstar-sales.com")
    await agent.find("daily limit of a mailbox", "reply_update_email_account")
    done = await agent("reply_update_email_account", id=id, safety={"dailyLimit": 60})
    if done.asks:
        await agent.confirm()
    assert "60" in str(account.get(f"/v3/email-accounts/{id}")["safety"])


@journey("Post every reply to our CRM, and test that it arrives.")
async def test_webhook(agent: Agent, account: Sandbox) -> None:
    await agent.find("webhook when somebody replies", "reply_create_webhook")
    made = await agent.agreed(
        "reply_create_webhook", eventType="email_replied", url="https://crm.example.com/reply", scope="personal"
    )
    id = made.id_of("webhook")
    hooks = account.get("/v3/webhooks", top=100)
    rows = hooks["items"] if isinstance(hooks, dict) else hooks
    assert any(one["id"] == id and one["url"] == "https://crm.example.com/reply" for one in rows)


@journey("Turn the opt-out webhook off for the migration.")
async def test_webhook_off(agent: Agent, account: Sandbox) -> None:
    await agent.find("list webhooks", "reply_list_webhooks")
    rows = await agent("reply_list_webhooks")
    id = rows.id_of("contact_opted_out")
    await agent.find("turn a webhook off", "reply_disable_webhook")
    await agent("reply_disable_webhook", id=id)
    assert not account.get(f"/v3/webhooks/{id}")["enabled"]


@journey("A template for the first touch in German, and show it for Chen Richter.")
async def test_template(agent: Agent, account: Sandbox) -> None:
    await agent.find("create an email template", "reply_create_email_template")
    made = await agent(
        "reply_create_email_template",
        name="Erstkontakt",
        subject="Hallo {{FirstName}}",
        body="Guten Tag {{FirstName}}, haben Sie zehn Minuten?",
        folderType="personal",
    )
    await agent.find("show a template as one person gets it", "reply_render_email_template")
    shown = await agent("reply_render_email_template", id=made.id_of("template"), contactId="Chen Richter")
    assert "Guten Tag Chen" in shown


@journey("Find CTOs of German software companies, and save twenty to a list.")
async def test_prospecting(agent: Agent, account: Sandbox) -> None:
    await agent.find("find people in Reply's database and add them as contacts", "reply_start_live_data_search")
    filters = {"jobTitles": [{"value": "CTO"}], "companyLocations": [{"value": "Germany"}]}
    await agent.find("how many people a search would find", "reply_preview_live_data_search")
    size = await agent("reply_preview_live_data_search", filters=filters)
    assert size.text
    started = await agent.agreed(
        "reply_start_live_data_search", filters=filters, contactsCountToAdd=20, listIds=["CTO outreach DACH"]
    )
    seen = await agent("reply_get_live_data_search", **started.call("reply_get_live_data_search"))
    assert seen.text
    assert len(account.get("/v3/live-data/searches", top=100)["items"]) == 2


@journey("Are the addresses of the webinar list still good? Stop the check that runs, this one first.", patience=2.0)
async def test_email_validation(agent: Agent, account: Sandbox) -> None:
    people = await agent("reply_filter_contacts", listId="Q4 webinar attendees", fields=["email"], all=True)
    await agent.find("check whether email addresses are valid", "reply_schedule_email_validation")
    await agent.find("jobs that run in the background", "reply_list_background_jobs")
    jobs = await agent("reply_list_background_jobs")
    running = jobs.line("email-validation", "processing").split()[0]
    await agent.find("cancel a background job", "reply_cancel_background_job")
    await agent("reply_cancel_background_job", jobId=running)
    await agent.agreed("reply_schedule_email_validation", contactIds=people.ids())
    jobs = await agent("reply_list_background_jobs")
    assert running not in jobs.line("email-validation")
    assert account.get(f"/v3/background-jobs/{running}")["status"].casefold() == "cancelled"


@journey("Set up an AI SDR for logistics: an offer, our facts, a person approves each message.")
async def test_ai_sdr(agent: Agent, account: Sandbox) -> None:
    await agent.find("AI SDR offer", "reply_list_offers")
    offers = await agent("reply_list_offers")
    await agent.find("list knowledge bases", "reply_list_knowledge_bases")
    bases = await agent("reply_list_knowledge_bases")
    await agent("reply_find_tools", query="create an AI SDR sequence", detail="full")
    made = await agent(
        "reply_create_ai_sdr_sequence",
        name="AI SDR: logistics",
        offerId=offers.ids()[0],
        knowledgeBaseId=bases.ids()[0],
        sequenceStructureSetup={"generatedStepTypes": ["email", "linkedIn"]},
        approvalMode={"enabled": True},
    )
    if made.asks:
        made = await agent.confirm()
    assert made.id_of("AI SDR: logistics")


@journey("What has the AI written for freight forwarders? Approve the first, reject the last.")
async def test_approvals(agent: Agent, account: Sandbox) -> None:
    await agent.find("AI messages waiting for approval", "reply_list_pending_approvals")
    rows = await agent("reply_list_pending_approvals")
    first, last = rows.ids()[0], rows.ids()[-1]
    sequence = rows.id_of("AI SDR: freight forwarders")
    await agent.find("approve an AI message", "reply_approve_message")
    await agent.agreed("reply_approve_message", sequenceId=sequence, contactId=first)
    await agent.find("reject an AI message", "reply_reject_message")
    await agent.agreed("reply_reject_message", sequenceId=sequence, contactId=last)
    left = await agent("reply_list_pending_approvals")
    assert not {first, last} & set(left.ids())


@journey("Which jobs run in the background, and what came of yesterday's failed one?")
async def test_background_jobs(agent: Agent, account: Sandbox) -> None:
    morning = await agent("reply_overview")
    assert "reply_list_background_jobs" in morning
    rows = await agent("reply_list_background_jobs")
    failed = rows.line("failed").split()[0]
    await agent("reply_get_background_job", jobId=failed) if "reply_get_background_job" in agent.named else None


@journey("Put a LinkedIn message on Jonas's account below its limit: how much may it do a day?")
async def test_linkedin_limits(agent: Agent, account: Sandbox) -> None:
    morning = await agent("reply_overview")
    id = morning.id_of("LinkedIn Jonas Berg")
    await agent("reply_find_tools", query="daily limits of a LinkedIn account", detail="full")
    done = await agent(
        "reply_update_linkedin_account_limits", id=id, limitsMode="fixed", fixedMax={"dailySendMessageCount": 30}
    )
    if done.asks:
        await agent.confirm()
    limits = account.get(f"/v3/linkedin-accounts/{id}")["limits"]["fixedMax"]
    assert (limits["dailySendMessageCount"], limits["dailyViewProfileCount"]) == (30, 60)

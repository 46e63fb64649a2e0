"""Sequences: making, repairing, filling, stopping and measuring them."""

from __future__ import annotations

from typing import Any

from tests.conftest import Sandbox
from tests.journeys.agent import Agent
from tests.journeys.journey import journey

STEPS = [
    {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [
        {"subject": "Follow-ups at {{Company}}", "message": "Hi {{FirstName}}, shall we talk?"}]},
    {"type": "email", "delayInMinutes": 4320, "executionMode": "automatic", "variants": [{"message": "Any thoughts?"}]},
]  # fmt: skip


def inside(account: Sandbox, sequence: int) -> dict[int, dict[str, Any]]:
    """Those in a sequence, by their ids."""
    rows = account.get(f"/v3/sequences/{sequence}/contacts", top=1000)["items"]
    return {one["contactId"]: one for one in rows}


@journey("Make a two-step sequence from Maria's mailbox, add the founders' list, and start it.")
async def test_build_fill_start(agent: Agent, account: Sandbox) -> None:
    made = await agent(
        "reply_create_sequence", name="Founders spring", steps=STEPS, emailAccounts=["maria@northstar-sales.com"]
    )
    id = made.id_of("sequence")
    filled = await agent("reply_add_contact_to_sequence", id=id, listId="SaaS founders")
    if filled.asks:
        await agent.confirm()
    await agent.agreed("reply_start_sequence", id=id)
    assert account.get(f"/v3/sequences/{id}")["status"] == "active"
    assert account.get(f"/v3/sequences/{id}/contacts", top=100)["items"]


@journey("Why does the partners' sequence not send? Put it on Priya's mailbox.")
async def test_repair_a_sequence(agent: Agent, account: Sandbox) -> None:
    found = await agent("reply_search_sequences", name="Partner recruiting")
    id = found.ids()[0]
    why = await agent("reply_diagnose", id=id)
    assert "cannot send" in why
    await agent.find("put a mailbox on a sequence", "reply_assign_email_account_to_sequence")
    done = await agent("reply_assign_email_account_to_sequence", id=id, emailAccountId="priya@northstar-sales.com")
    if done.asks:
        await agent.confirm()
    assert 12313 in [one["id"] for one in account.get(f"/v3/sequences/{id}/email-accounts")]


@journey("Fill the empty sequence of January: two steps, a mailbox, then what is still missing?")
async def test_empty_sequence(agent: Agent, account: Sandbox) -> None:
    id = (await agent("reply_search_sequences", name="Ideas for January")).ids()[0]
    missing = await agent("reply_diagnose", id=id)
    assert "It has no steps" in missing
    await agent("reply_bulk_create_sequence_steps", id=id, steps=STEPS)
    await agent.find("put a mailbox on a sequence", "reply_assign_email_account_to_sequence")
    await agent("reply_assign_email_account_to_sequence", id=id, emailAccountId="maria@northstar-sales.com")
    left = await agent("reply_diagnose", id=id)
    assert "It has no steps" not in left
    assert len(account.get(f"/v3/sequences/{id}/steps")) == 2


@journey("Test another subject in the first step of Q4 Outbound: add a variant, switch the second off.")
async def test_ab_test(agent: Agent, account: Sandbox) -> None:
    steps = await agent("reply_get_sequence_steps", id="Q4 Outbound: SaaS founders")
    step = steps.id_of("Step 1: email")
    await agent.find("add a text variant to a step", "reply_create_sequence_step_variant")
    made = await agent(
        "reply_create_sequence_step_variant",
        id="Q4 Outbound: SaaS founders",
        stepId=step,
        subject="Ten minutes, {{FirstName}}?",
        message="Hi {{FirstName}}, is it worth ten minutes?",
        isEnabled=True,
    )
    if made.asks:
        await agent.confirm()
    await agent.find("switch a variant of a step off", "reply_disable_sequence_step_variants")
    done = await agent(
        "reply_disable_sequence_step_variants", id="Q4 Outbound: SaaS founders", stepId=step, variantIds=[2]
    )
    if done.asks:
        await agent.confirm()
    variants = account.get(f"/v3/sequences/1208401/steps/{step}/variants")
    assert [one["isEnabled"] for one in variants] == [True, False, True]


@journey("Marta Vasquez is back from holiday: go on with her in CTO outreach.")
async def test_out_of_office(agent: Agent, account: Sandbox) -> None:
    brief = await agent("reply_contact_brief", contact="Marta Vasquez")
    contact, sequence = brief.id_of("Contact"), brief.id_of("CTO outreach DACH")
    await agent.agreed("reply_change_status_in_sequence", id=sequence, contactIds=[contact], statusInSequence="active")
    assert inside(account, sequence)[contact]["statusInSequence"] == "active"


@journey("I enrolled Ada in Renewal reminders by mistake: undo it.")
async def test_undo_enrollment(agent: Agent, account: Sandbox) -> None:
    made = await agent("reply_create_contact", email="ada@newco.example", firstName="Ada")
    id = made.id_of("contact")
    enrolled = await agent.agreed("reply_add_contact_to_sequence", id="Renewal reminders", contactIds=[id])
    assert "enrolled" in enrolled
    await agent.find("undo enrollment", "reply_remove_contact_from_sequence")
    await agent.agreed("reply_remove_contact_from_sequence", id="Renewal reminders", contactId=id)
    assert id not in inside(account, 1208422)


@journey("Move Samir Visser from the trade fair leads to the renewals.")
async def test_move_between_sequences(agent: Agent, account: Sandbox) -> None:
    await agent.find("move a contact to another sequence", "reply_move_contact_to_sequence")
    await agent.agreed(
        "reply_move_contact_to_sequence",
        id="samir.visser@mosaiclearning.org",
        sequenceId="Renewal reminders",
        removeFromExisting=True,
    )
    ids = {one["email"] for one in account.get("/v3/sequences/1208422/contacts", top=1000)["items"]}
    assert "samir.visser@mosaiclearning.org" in ids


@journey("Pause everything of mine over the holidays, start it again afterwards.")
async def test_pause_and_resume_all(agent: Agent, account: Sandbox) -> None:
    mine = await agent("reply_search_sequences", ownerUserId="me", status="active")
    ids = mine.ids()
    await agent.find("pause several sequences", "reply_bulk_pause_sequences")
    await agent("reply_bulk_pause_sequences", ids=ids)
    assert {account.get(f"/v3/sequences/{id}")["status"].casefold() for id in ids} == {"paused"}
    await agent.find("start several sequences", "reply_bulk_start_sequences")
    await agent.agreed("reply_bulk_start_sequences", ids=ids)
    assert {account.get(f"/v3/sequences/{id}")["status"].casefold() for id in ids} == {"active"}


@journey("The other team wants our CTO outreach: make them a copy by a template.")
async def test_copy_for_another_team(agent: Agent, account: Sandbox) -> None:
    await agent.find("copy a sequence for another team", "reply_save_sequence_as_template")
    saved = await agent(
        "reply_save_sequence_as_template", id="CTO outreach DACH", name="CTO copy", scope="organization"
    )
    if saved.asks:
        saved = await agent.confirm()
    copied = await agent("reply_create_sequence_from_template", **saved.call("reply_create_sequence_from_template"))
    id = copied.id_of("sequence")
    assert len(account.get(f"/v3/sequences/{id}/steps")) == len(account.get("/v3/sequences/1208408/steps"))


@journey("Tidy up: a folder Nordics with the two AI sequences in it.")
async def test_folders(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_search_sequences", name="AI SDR")
    await agent.find("new folder for sequences", "reply_create_sequence_folder")
    made = await agent("reply_create_sequence_folder", name="Nordics")
    await agent.find("move sequences to a folder", "reply_move_sequences_to_folder")
    await agent("reply_move_sequences_to_folder", id="Nordics", sequenceIds=rows.ids())
    inside_it = account.get(f"/v3/sequence-folders/{made.after('folder')}/sequences")["items"]
    assert {one["id"] for one in inside_it} == set(rows.ids())


@journey("Archive last year's spring campaign and say who is still waiting in it.")
async def test_archive(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_search_sequences", name="Churned customers")
    id = rows.ids()[0]
    await agent.find("who is in a sequence", "reply_list_sequence_contacts")
    await agent("reply_list_sequence_contacts", id=id)
    await agent.find("archive a sequence", "reply_archive_sequence")
    await agent.agreed("reply_archive_sequence", id=id)
    assert account.get(f"/v3/sequences/{id}")["isArchived"]


@journey("Half the time between the first two mails of Q4 Outbound.")
async def test_change_a_wait(agent: Agent, account: Sandbox) -> None:
    sequence = await agent("reply_get_sequence", id="Q4 Outbound: SaaS founders")
    step = sequence.id_of("2    3 d")
    await agent("reply_find_tools", query="change the wait before a step", detail="full")
    steps = await agent("reply_get_sequence_steps", id=sequence.id_of("Sequence"), detail="full")
    held = next(one for one in steps.data() if one["id"] == step)
    changed = {
        "type": held["type"],
        "delayInMinutes": held["delayInMinutes"] // 2,
        "executionMode": held["executionMode"],
        "variants": [{"id": one["id"], "message": one["message"]} for one in held["variants"]],
    }
    done = await agent("reply_update_sequence_step", id=sequence.id_of("Sequence"), stepId=step, step=changed)
    if done.asks:
        await agent.confirm()
    kept = account.get(f"/v3/sequences/1208401/steps/{step}")
    assert kept["delayInMinutes"] == 2160
    assert kept["variants"][0]["message"] == held["variants"][0]["message"]


@journey("What will Samir Visser get next from the trade fair leads?")
async def test_preview_for_a_person(agent: Agent, account: Sandbox) -> None:
    await agent.find("preview a sequence's messages for one person", "reply_preview_sequence_for_contact")
    shown = await agent(
        "reply_preview_sequence_for_contact",
        sequenceId="Trade fair leads",
        contactId="samir.visser@mosaiclearning.org",
    )
    assert "Samir" in shown


@journey("Who opened but never answered in the trade fair sequence?")
async def test_opened_not_answered(agent: Agent, account: Sandbox) -> None:
    await agent.find("opens and replies per person of a sequence", "reply_list_sequence_contact_states")
    pages = await agent.pages("reply_list_sequence_contact_states", id="Trade fair leads")
    opened_all = [(line, "all opened" in page) for page in pages for line in page.text.splitlines() if line[:1] == "9"]
    lines = [line for line, all_of_them in opened_all if (all_of_them or "opened" in line) and "replied" not in line]
    columns = ["CurrentStep", "LastStepCompletedAt", "Status"]
    states = account.get("/v3/sequences/1208436/contacts/state", top=100, additionalColumns=columns)["items"]
    opened = [one for one in states if one["status"]["opened"] and not one["status"]["replied"]]
    assert {int(line.split()[0]) for line in lines} == {one["contactId"] for one in opened}


@journey("January's ideas begin with a LinkedIn invitation, two days later a mail.")
async def test_steps_one_by_one(agent: Agent, account: Sandbox) -> None:
    await agent.find("add a LinkedIn invitation step to a sequence", "reply_create_sequence_step")
    id = (await agent("reply_search_sequences", name="Ideas for January")).ids()[0]
    await agent(
        "reply_create_sequence_step",
        id=id,
        type="linkedIn",
        actionType="connect",
        message="Hi {{FirstName}}",
        delayInMinutes=0,
    )
    await agent("reply_create_sequence_step", id=id, type="email", delay_days=2, subject="Ideas", body="Shall we talk?")
    shown = await agent("reply_get_sequence_steps", id=id)
    assert "Step 2: email, wait 2 d" in shown
    steps = account.get(f"/v3/sequences/{id}/steps")
    assert [one["type"].casefold() for one in (steps["items"] if isinstance(steps, dict) else steps)] == [
        "linkedin",
        "email",
    ]


@journey("In the sequences that are paused, step 2 shall begin with 'Good morning'.")
async def test_another_first_line(agent: Agent, account: Sandbox) -> None:
    rows = await agent("reply_search_sequences", status="paused", isArchived=False)
    await agent.find("change the text of a step", "reply_update_sequence_step_variant")
    for id in rows.ids():
        steps = await agent("reply_get_sequence_steps", id=id)
        step, variant = (
            steps.id_of("Step 2: email"),
            int(steps.text.partition("Step 2:")[2].split("variant ")[1].split()[0]),
        )
        done = await agent(
            "reply_update_sequence_step_variant",
            id=id,
            stepId=step,
            variantId=variant,
            message="Good morning {{FirstName}}",
        )
        if done.asks:
            await agent.confirm()
        assert "Good morning" in account.get(f"/v3/sequences/{id}/steps/{step}/variants")[0]["message"]


@journey("Which of my sequences bounced most last month, and what does its second step say?")
async def test_most_bounces(agent: Agent, account: Sandbox) -> None:
    rows = await agent(
        "reply_compare_sequence_performance", filters={"dateRangePreset": "last month", "userIds": ["me"]}
    )
    head, *lines = rows.text.splitlines()[1:]
    place = head.index("bounced")
    rates = {int(line.split()[0]): line[place:].split(" %")[0] for line in lines if line[:2] in ("12", "13")}
    worst = max(rates, key=lambda id: float(rates[id]) if rates[id].strip("- ").replace(".", "").isdigit() else -1)
    text = (await agent("reply_get_sequence_steps", id=worst)).text
    step = account.get(f"/v3/sequences/{worst}/steps")[1]
    assert f"Step 2: email, wait {step['delayInMinutes'] // 1440} d ({step['id']})" in text


@journey("A copy of Q4 Outbound's first two mails in German, as a sequence of its own.")
async def test_in_german(agent: Agent, account: Sandbox) -> None:
    steps = await agent("reply_get_sequence_steps", id="Q4 Outbound")
    assert "Step 2: email, wait 3 d" in steps
    made = await agent(
        "reply_create_sequence",
        name="Q4 Outbound (DE)",
        steps=[
            {
                "subject": "{{FirstName}}, eine Frage zu {{Company}}",
                "body": "Hallo {{FirstName}}, haben Sie zehn Minuten?",
            },
            {"body": "Hallo {{FirstName}}, ich hole das noch einmal nach oben.", "delay_days": 3},
        ],
    )
    kept = account.get(f"/v3/sequences/{made.id_of('Q4 Outbound (DE)')}/steps")
    assert [(one["type"].casefold(), one["delayInMinutes"]) for one in kept] == [("email", 0), ("email", 4320)]

"""Steps: where the API does something else than its documentation says, and the tools make up for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.e2e.agent import Agent, agent_of
from tests.e2e.outreach import CONNECT, DAY, email, enrolled, in_this_order, named, sequence


def step(id: int, parent: int | None, text: str, **more: Any) -> dict[str, Any]:
    """A step as Reply answers it: neither number nor order, only a parent."""
    variant = {"id": id * 10, "subject": f"About {text}", "message": f"<p>{text}</p>", "hasAttachments": False}
    return {"id": id, "parentId": parent, "type": "email", "delayInMinutes": DAY, "variants": [variant], **more}


def answer_steps(sandbox: Sandbox, sequence_id: int, *steps: dict[str, Any]) -> None:
    """Lets Reply answer these as the steps of the sequence."""
    sandbox.fault(kind="answer", match=f"GET /v3/sequences/{sequence_id}/steps", body=list(steps), times=None)


@pytest.mark.parametrize("tool", ["reply_get_sequence_steps", "reply_get_sequence"])
async def test_steps_are_told_in_the_order_of_their_links(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox)
    path = f"/v3/sequences/{mine['id']}/steps"
    first, second, third = (one["id"] for one in mine["steps"])
    moved = sandbox.http.put(f"{path}/{first}", json=email("Saved last"))
    assert moved.status_code == 200, moved.text
    raw = sandbox.get(path)
    assert [one["id"] for one in raw] == [second, third, first]
    assert not any({"order", "number"} & one.keys() for one in raw)
    async with agent_of(sandbox) as agent:
        said = await agent(tool, id=mine["id"])
    assert in_this_order(said.text, first, second, third)


async def test_a_branch_is_told_as_one_and_two_beginnings_are_not_put_in_order(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    condition = {"type": "Condition", "variants": None, "waitInMinutes": DAY, "conditions": []}
    branches = [
        step(14, 12, "no branch", ifConditionPositive=False),
        step(13, 12, "yes branch", ifConditionPositive=True),
        step(12, 11, "", **condition),
        step(11, None, "opening"),
    ]
    answer_steps(sandbox, mine, *branches)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_sequence_steps", id=mine)
        assert in_this_order(said.text, "opening", "yes branch", "no branch")
        assert "Step 2 is a condition" in said

        sandbox.no_faults()
        answer_steps(sandbox, mine, step(12, None, "one start"), step(11, None, "other start"))
        said = await agent("reply_get_sequence_steps", id=mine)
        assert "2 steps have no parent (12, 11)" in said
        assert "does not say which is first" in said

        sandbox.no_faults()
        answer_steps(sandbox, mine, step(12, 11, "left"), step(13, 11, "right"), step(11, None, "opening"))
        said = await agent("reply_get_sequence_steps", id=mine)
    assert in_this_order(said.text, "opening", "left", "right")
    assert "After step 1 the sequence forks into 2 steps" in said


async def test_texts_are_read_from_the_variants_where_there_are_any(sandbox: Sandbox) -> None:
    view = {"type": "linkedIn", "actionType": "viewProfile", "delayInMinutes": 0, "executionMode": "automatic"}
    mine = sequence(sandbox, emails=1)["id"]
    path = f"/v3/sequences/{mine}/steps"
    message = {**CONNECT, "actionType": "message", "variants": [{"message": "Thanks, a word?", "isEnabled": True}]}
    for more in (view, message):
        assert sandbox.http.post(path, json=more).status_code == 201
    raw = {one.get("actionType") or one["type"]: one for one in sandbox.get(path)}
    assert raw["email"]["variants"][0].keys() == {"id", "subject", "message", "hasAttachments"}
    assert raw["message"]["variants"][0].keys() == {"id", "message", "isEnabled"}
    assert "variants" not in raw["viewProfile"]
    assert not {"body", "templates", "stats"} & {key for one in raw.values() for key in one}

    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_sequence_steps", id=mine)
    assert in_this_order(said.text, "Mail 0", "Hi {{FirstName}}", "LinkedIn view profile", "Thanks, a word?")


async def test_types_are_read_in_any_case_and_taken_as_documented(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    answer_steps(
        sandbox,
        mine,
        step(13, 12, "if they opened", type="EMAIL", ifConditionPositive=True),
        step(12, 11, "", type="CONDITION", variants=None),
        step(11, None, "opening", type="Email"),
    )
    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_sequence_steps", id=mine)
        assert in_this_order(said.text, "opening", "if they opened")
        assert "Step 2 is a condition" in said
        said = await agent("reply_create_sequence_step", id=mine, step={**CONNECT, "type": "LinkedIn"})
    assert not said.is_error
    assert "Added LinkedIn step" in said


async def test_the_steps_of_a_missing_sequence_are_not_a_fault_of_the_arguments(sandbox: Sandbox) -> None:
    refused = sandbox.http.get("/v3/sequences/999/steps")
    assert (refused.status_code, refused.json()["code"]) == (400, "sequenceStep.invalidInput")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_sequence_steps", id=999)
    assert said.is_error
    assert "There is no sequence 999" in said


# Writing steps


async def created(agent: Agent, sequence_id: int, text: str) -> Any:
    return await agent("reply_create_sequence", name="Unknown words", steps=[email("Hi", text)])


async def added(agent: Agent, sequence_id: int, text: str) -> Any:
    return await agent("reply_create_sequence_step", id=sequence_id, step=email("Hi", text))


async def added_many(agent: Agent, sequence_id: int, text: str) -> Any:
    return await agent("reply_bulk_create_sequence_steps", id=sequence_id, steps=[email("Hi", text)])


@pytest.mark.parametrize("way", [created, added, added_many])
async def test_an_unknown_variable_is_told_with_those_that_are_known(
    fresh_sandbox: Callable[..., Sandbox], way: Callable[..., Any]
) -> None:
    own = fresh_sandbox()
    mine = sequence(own, emails=0)["id"]
    text = "Hi {{FirstName}} of {{CompanyName}}, about {{Plan}}"
    refused = own.http.post(f"/v3/sequences/{mine}/steps", json=email("Hi", text))
    assert refused.status_code == 400
    assert "Unrecognized variables found" in refused.text

    async with agent_of(own) as agent:
        said = await way(agent, mine, text)
        assert "{{CompanyName}} (did you mean {{Company}}?), {{Plan}}" in said
        assert "{{FirstName}}" not in said
        assert "Lead score" in said
        assert "reply_create_custom_field" in said
        assert own.get(f"/v3/sequences/{mine}/steps") == []
        assert named(own, "Unknown words") == []

        assert not (await agent("reply_create_custom_field", title="Plan", fieldType="text")).is_error
        said = await way(agent, mine, text.replace("CompanyName", "Company"))
    assert not said.is_error, said.text
    assert len(own.store.all("step", _sequenceId=named(own, "Unknown words")[0]["id"] if way is created else mine)) == 1


async def test_changing_one_text_of_a_step_leaves_its_subject_its_place_and_its_other_texts(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, emails=2)["id"]
    path = f"/v3/sequences/{mine}/steps"
    check = {"type": "condition", "delayInMinutes": 0, "waitInMinutes": DAY}
    rules = [{"property": "Stage", "rules": [{"operator": "isSet"}]}]
    above = sandbox.http.post(path, json={**check, "conditions": rules}).json()["id"]
    below = {**email("If not"), "parentId": above, "ifConditionPositive": False}
    new = sandbox.http.post(path, json=below).json()
    other = sandbox.http.post(f"{path}/{new['id']}/variants", json={"subject": "Other", "message": "Other text"}).json()
    enrolled(sandbox, mine)
    assert sandbox.http.post(f"/v3/sequences/{mine}/start").is_success
    before = sandbox.get(f"{path}/{new['id']}")
    kept, changed = before["variants"][0]["id"], other["id"]

    texts = [{"id": kept}, {"id": changed, "message": "Reworded"}]
    step = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": texts}
    async with agent_of(sandbox) as agent:
        said = await agent("reply_update_sequence_step", id=mine, stepId=new["id"], step=step)
    assert not said.is_error, said.text
    after = sandbox.get(f"{path}/{new['id']}")
    assert after == {**before, "variants": [before["variants"][0], {**before["variants"][1], "message": "Reworded"}]}
    assert (after["parentId"], after["ifConditionPositive"]) == (above, False)
    assert [one["subject"] for one in after["variants"]] == ["If not", "Other"]

"""Settings: stages only all together, numbers for choices, and an answer that tells what was really taken over."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.account.operations import area
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of

STAGES = [{"id": n, "name": f"Stage {n}", "colorId": n, "description": None, "surprise": 1} for n in range(1, 9)]


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def test_stages_given_in_part_are_completed() -> None:
    one = call(
        "UpdateSettings",
        {"contacts": {"contactStages": [{"id": 2, "name": "Warm"}]}},
        GetSettings={"contacts": {"contactStages": STAGES}},
        send={},
    )
    await one.run()
    sent = one.sent[0].body["contacts"]["contactStages"]
    assert [stage["id"] for stage in sent] == list(range(1, 9))
    assert sent[0] == {"id": 1, "name": "Stage 1", "colorId": 1}
    assert sent[1] == {"id": 2, "name": "Warm", "colorId": 2}


async def test_a_stage_beyond_the_documented_bounds_goes_back_as_it_was() -> None:
    long = [{**STAGES[0], "name": "A stage of 22 letters.", "id": 9}, *STAGES[1:]]
    one = call(
        "UpdateSettings",
        {"contacts": {"contactStages": [{"id": 2, "name": "Warm"}]}},
        GetSettings={"contacts": {"contactStages": long}},
        send={},
    )
    await one.run()
    sent = one.sent[0].body["contacts"]["contactStages"]
    assert (sent[0]["id"], sent[0]["name"], sent[1]["name"]) == (9, "A stage of 22 letters.", "Warm")


async def test_stages_that_cannot_be_completed_are_not_sent() -> None:
    one = call(
        "UpdateSettings",
        {"contacts": {"accountStages": [{"id": 2, "name": "Warm"}]}},
        GetSettings={"contacts": {"accountStages": STAGES[:3]}},
    )
    with pytest.raises(NotDone, match=r"contacts\.accountStages takes all 8"):
        await one.run()
    assert one.sent == []


async def test_only_what_was_given_is_sent_and_null_clears_single_settings_only() -> None:
    given = {"account": None, "emails": {"safety": None, "inbox": {"bccList": None}, "isLinksTrackingEnabled": True}}
    one = call("UpdateSettings", given, send={})
    await one.run()
    assert one.sent[0].body == {"emails": {"inbox": {"bccList": None}, "isLinksTrackingEnabled": True}}
    assert one.asked == []


async def test_what_reply_did_not_take_over_is_said() -> None:
    given = {"emails": {"safety": {"firstStepDelay": 5}, "isLinksTrackingEnabled": True}, "account": {"title": "CEO"}}
    held = {
        "emails": {"safety": {"firstStepDelay": 5}, "isLinksTrackingEnabled": False},
        "account": {"title": None, "company": "Acme"},
    }
    outcome = (await call("UpdateSettings", given, send=held).run())["outcome"]
    assert outcome.startswith("Changed: emails.safety.firstStepDelay = 5. NOT changed by Reply:")
    assert "emails.isLinksTrackingEnabled (is off)" in outcome
    assert "account.title (is nothing)" in outcome


async def test_lists_are_compared_by_what_was_given() -> None:
    new = {"name": "Voicemail", "defaultResolutionValue": 2}
    held = {"calls": {"resolutions": [{"id": 1, "name": "Won", "isDefault": True}, {**new, "id": 9}]}}
    taken = await call("UpdateSettings", {"calls": {"resolutions": [new]}}, send=held).run()
    assert taken["outcome"] == "Changed: calls.resolutions = 1 entry."
    lost = await call("UpdateSettings", {"calls": {"resolutions": [{**new, "name": "Gone"}]}}, send=held).run()
    assert lost["outcome"].startswith("NOT changed")


async def test_without_an_answer_nothing_is_claimed() -> None:
    outcome = (await call("UpdateSettings", {"account": {"title": "CEO"}}, send=None).run())["outcome"]
    assert "reply_get_settings" in outcome


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (
            {"emails": {"isSendingPlainTextEnabled": True, "isLinksTrackingEnabled": True}},
            "plain text cannot be tracked",
        ),
        ({"emails": {"isSendingPlainTextEnabled": True, "isOpenTrackingDisabled": False}}, "plain text cannot be"),
        ({"calls": {"resolutions": [{"name": "New"}]}}, "defaultResolutionValue"),
        ({"emails": None}, "at least one setting"),
        ({"isLinksTrackingEnabled": True}, "isLinksTrackingEnabled"),
    ],
)
def test_what_cannot_be_is_told_before_a_request(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(WrongArguments, match=fault):
        call("UpdateSettings", given)


async def test_numbers_for_choices_read_as_words() -> None:
    held = {
        "emails": {"safety": {"nonRepliesHandlingType": 2, "inboxNonRepliesHandlingType": 7}},
        "contacts": {"handling": {"pauseProspectOrganizationValue": 1}},
    }
    answer = await call("GetSettings", {}, send=held).run()
    assert answer["emails"]["safety"]["_nonRepliesHandlingType"] == "finish"
    assert "_inboxNonRepliesHandlingType" not in answer["emails"]["safety"]
    assert answer["contacts"]["handling"]["_pauseProspectOrganizationValue"] == "in the same sequence"
    assert await call("GetSettings", {}, send={"emails": None}).run() == {"emails": None}


async def test_a_question_names_everybody_who_gets_copies() -> None:
    many = [f"colleague{number}@acme.com" for number in range(60)] + ["last@evil.example"]
    for between in (", ", "; ", ",", " "):
        given = {"emails": {"inbox": {"bccList": between.join(many)}}}
        one = call("UpdateSettings", given, GetSettings={"emails": {"inbox": {"bccList": None}}})
        preview = operation_of(area, "UpdateSettings").preview
        assert preview is not None
        text = str(await preview(one))
        assert all(address in text for address in many)


@pytest.mark.parametrize(
    "address", [f"x@acme.com{'a' * 250}.evil.example", "b\u200b@evil.example", "b@evil\u202e.example"]
)
def test_an_address_that_a_person_could_not_read_is_refused(address: str) -> None:
    for key in ("bccList", "repliesBccList"):
        with pytest.raises(WrongArguments, match="at most 254 characters, none of them invisible"):
            call("UpdateSettings", {"emails": {"inbox": {key: f"ann@acme.com, {address}"}}})

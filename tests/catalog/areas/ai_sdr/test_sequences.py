"""AI SDR sequences: their settings in words, the autopilot before it runs, and what refusals really mean."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.ai_sdr import area
from reply_mcp.catalog.areas.ai_sdr.bodies import AudienceFilters
from reply_mcp.catalog.areas.ai_sdr.settings_text import describe_audience
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.condense import condense
from reply_mcp.errors import NotDone, OutcomeUnknown, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def preview(one: FakeCall) -> str:
    look = one.operation.preview
    assert look is not None
    question = await look(one)
    return question.text if isinstance(question, Question) else question


FILTERS = {
    "jobTitles": [{"value": "CTO", "type": "Include"}, {"value": "Intern", "type": "exclude"}],
    "companySizes": ["Fifty", "twoHundred"],
    "headcountGrowth": {"min": 10, "max": None},
    "accountKeywords": {"values": [], "type": "or"},
    "contactKeywords": {"values": [{"value": "robots", "note": "own key"}, {"value": "AI"}], "type": "and"},
    "minRevenue": "tenMillion",
    "maxRevenue": None,
    "seniorities": ["C-Level"],
    "isHiringOnLinkedIn": False,
    "changedJobIn90Days": True,
}
SETTINGS = {
    "offerId": 4821,
    "toneOfVoice": {"language": "german", "toneOfVoice": "witty", "messageLength": "superShort", "gender": None},
    "generatedStepTypes": ["email", "linkedIn"],
    "providerLLM": "claude",
    "personalizationPoints": {
        "basicResearch": True,
        "companyResearch": {"techStack": True, "mission": False},
        "customResearch": {"enabled": True, "instructions": "Look for warehouses."},
    },
    "autopilot": {
        "status": "disabledByLackOfContacts",
        "isSearchInProgress": False,
        "filters": FILTERS,
        "maxPeopleToAddPerDay": 20,
    },
    "playbookId": "t-7",
    "approvalMode": {"enabled": False},
    "intentSignals": [{"type": "jobHiring", "jobHiring": {"keyword": "DevOps", "entitiesToFind": 100}}],
}
SEQUENCE = {"id": 17, "name": "Q4 AI", "status": "active"}


def test_an_audience_reads_as_words() -> None:
    assert describe_audience(FILTERS) == (
        "job titles: CTO, not Intern; company sizes: fifty, two hundred; headcount growth: from 10 %; "
        "contact keywords: robots and AI; min revenue: ten million; seniorities: C-Level; changed job in 90 days"
    )
    assert describe_audience({}) == describe_audience(None) == ""


async def test_settings_read_in_a_few_lines() -> None:
    one = call("GetAiSdrSequenceSettings", {"sequenceId": 17}, send=SETTINGS)
    shown = condense(
        await one.run(),
        one.operation.view,
        arguments={"sequenceId": 17},
        noun="",
        detail="concise",
        fields=None,
        limit=4000,
        notes=(),
    ).text
    for said in (
        "AI SDR settings of sequence 17",
        "approval: sends without approval",
        "voice: german, witty, super short",
        "autopilot: disabled by lack of contacts",
        "looks for: job titles: CTO, not Intern",
        "intent signals: job hiring (keyword: DevOps; entities to find: 100)",
        "research: basic research, tech stack, custom research",
        "research brief: Look for warehouses.",
    ):
        assert said in shown


async def test_filters_not_given_are_kept_though_reply_replaces_all() -> None:
    change = {"sequenceId": 17, "autopilot": {"filters": {"jobTitles": [{"value": "COO"}], "seniorities": []}}}
    one = call("UpdateAiSdrSequenceSettings", change, GetAiSdrSequenceSettings=SETTINGS, send={})
    await one.run()
    assert one.sent[0].body["autopilot"]["filters"] == {
        "jobTitles": [{"value": "COO"}],
        "seniorities": [],
        "companySizes": ["fifty", "twoHundred"],
        "headcountGrowth": {"min": 10},
        "contactKeywords": {"values": [{"value": "robots"}, {"value": "AI"}], "type": "and"},
        "minRevenue": "tenMillion",
        "changedJobIn90Days": True,
    }
    assert "Unchanged filters: company sizes: fifty, two hundred" in one.noted


async def test_filters_are_not_cleared_where_those_held_cannot_be_seen() -> None:
    one = call(
        "UpdateAiSdrSequenceSettings",
        {"sequenceId": 17, "autopilot": {"filters": {"isHiringOnLinkedIn": True}}},
        GetAiSdrSequenceSettings=refusal(502, "salesAgentSequence.unsupportedLegacyValue"),
    )
    with pytest.raises(NotDone, match="filters could not be read"):
        await one.run()
    assert one.sent == []


def test_a_bare_word_is_a_filter_as_in_a_search_of_live_data() -> None:
    filters = AudienceFilters.model_validate({"jobTitles": ["CTO", {"value": "Intern", "type": "exclude"}]})
    assert filters.wire() == {"jobTitles": [{"value": "CTO"}, {"value": "Intern", "type": "exclude"}]}


async def test_a_filter_that_contradicts_one_held_is_told() -> None:
    one = call(
        "UpdateAiSdrSequenceSettings",
        {"sequenceId": 17, "autopilot": {"filters": {"maxRevenue": "oneMillion"}}},
        GetAiSdrSequenceSettings=SETTINGS,
    )
    with pytest.raises(NotDone, match="minRevenue must not be over maxRevenue"):
        await one.run()


async def test_nulls_are_left_out_and_signals_are_said_to_be_replaced() -> None:
    change: dict[str, Any] = {
        "sequenceId": 17,
        "offerId": None,
        "toneOfVoice": {"gender": None, "language": "dutch"},
        "intentSignals": [],
    }
    one = call("UpdateAiSdrSequenceSettings", change, send={})
    await one.run()
    assert one.sent[0].body == {"toneOfVoice": {"language": "dutch"}, "intentSignals": []}
    assert "Intent signals are now: none" in one.noted
    assert "Null clears nothing in toneOfVoice.gender: left as it is." in one.noted


async def test_null_takes_a_filter_away() -> None:
    held = {"minRevenue": "tenMillion", "maxRevenue": "fiftyMillion", "seniorities": ["CXO"]}
    change = {"sequenceId": 17, "autopilot": {"filters": {"minRevenue": None, "departmentHeadcountGrowth": None}}}
    one = call(
        "UpdateAiSdrSequenceSettings", change, GetAiSdrSequenceSettings={"autopilot": {"filters": held}}, send={}
    )
    await one.run()
    kept = {"maxRevenue": "fiftyMillion", "seniorities": ["CXO"]}
    assert one.sent[0].body == {"autopilot": {"filters": kept}}
    assert "Null clears nothing" not in one.noted


async def test_switching_the_autopilot_on_says_whom_it_adds_and_that_nobody_checks() -> None:
    one = call(
        "EnableAiSdrSequenceAutopilot",
        {"sequenceId": 17},
        GetAiSdrSequenceSettings=SETTINGS,
        GetSequenceById=SEQUENCE,
        send=None,
    )
    shown = await preview(one)
    assert '"Q4 AI" (17), active find and add people by itself, up to 20 a day, looking for job titles: CTO' in shown
    assert "without approval" in shown
    assert "found nobody" in shown
    await one.run()
    assert one.asked_for("GetAiSdrSequenceSettings") == [{"sequenceId": 17}]


async def test_an_autopilot_that_is_on_is_not_asked_about() -> None:
    on = {**SETTINGS, "autopilot": {"status": "Enabled"}}
    with pytest.raises(NotDone, match="was already on") as stopped:
        await call("EnableAiSdrSequenceAutopilot", {"sequenceId": 17}, GetAiSdrSequenceSettings=on).run()
    assert not stopped.value.is_error


async def test_a_search_needs_the_autopilot_on_and_none_under_way() -> None:
    one = call("ForceStartAiSdrSequenceAutopilot", {"sequenceId": 17}, GetAiSdrSequenceSettings=SETTINGS)
    with pytest.raises(NotDone, match=r"disabled by lack of contacts.*reply_enable_autopilot"):
        await one.run()
    busy = {"autopilot": {"status": "enabled", "isSearchInProgress": True}}
    one = call("ForceStartAiSdrSequenceAutopilot", {"sequenceId": 17}, GetAiSdrSequenceSettings=busy)
    with pytest.raises(NotDone, match="already running"):
        await one.run()


async def test_changing_channels_says_that_steps_are_thrown_away() -> None:
    one = call(
        "SetAiSdrSequenceGeneratedStepTypes",
        {"sequenceId": 17, "generatedStepTypes": ["email", "email", "call"]},
        GetAiSdrSequenceSettings=SETTINGS,
        GetSequenceById=SEQUENCE,
    )
    assert one.operation.effect is Effect.DELETE
    shown = await preview(one)
    assert "channels now: email, linkedIn" in shown
    assert shown.endswith("for email, call.")


NEW = {"name": "CTOs", "sequenceStructureSetup": {"generatedStepTypes": ["email"]}}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, "either offerId or offerGenerationInputs"),
        ({"offerId": 4, "offerGenerationInputs": {"icp": "CTOs"}}, "either offerId or offerGenerationInputs"),
        (
            {"offerId": 4, "autopilot": {"enabled": True, "addContactsWithoutEmailAddresses": True}},
            "without addresses",
        ),
        (
            {"offerId": 4, "intentSignals": [{"type": "technologyUsed"}, {"type": "jobHiring"}]},
            "exclude each other",
        ),
        ({"offerId": 4, "playbookId": "7"}, "t-7"),
    ],
)
def test_what_reply_would_refuse_is_refused_here(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(WrongArguments, match=fault):
        call("CreateAiSdrSequence", {**NEW, **more})


async def test_creating_sends_only_with_its_autopilot_on() -> None:
    quiet = call("CreateAiSdrSequence", {**NEW, "offerId": 4, "autopilot": {"enabled": False}})
    judge = quiet.operation.effect_for
    assert judge is not None
    assert await judge(quiet) is Effect.WRITE
    loud = call("CreateAiSdrSequence", {**NEW, "offerId": 4, "autopilot": {"enabled": True}})
    assert await judge(loud) is Effect.SEND
    assert "with no daily limit set, with no filter set. Nobody has to approve" in await preview(loud)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"id": 9, "name": "ctos"}, {"id": 8, "name": "CTOs old"}], 'Sequence "CTOs" exists now, id 9'),
        ([], 'There is no sequence "CTOs" yet'),
    ],
)
async def test_a_lost_creation_is_looked_for(rows: list[dict[str, Any]], said: str) -> None:
    one = call(
        "CreateAiSdrSequence",
        {**NEW, "offerId": 4},
        send=OutcomeUnknown("502."),
        GetSequences={"items": rows, "hasMore": False},
    )
    with pytest.raises(OutcomeUnknown, match=said):
        await one.run()


async def test_one_code_for_two_things_is_told_apart() -> None:
    missing = refusal(404, "salesAgentSequence.notFound")
    one = call("ClearAiSdrSequencePlaybook", {"sequenceId": 17}, GetSequenceById=SEQUENCE)
    meaning = await one.explained(missing)
    assert meaning is not None
    assert '"Q4 AI" (17) exists but has no playbook' in meaning
    gone = call("ClearAiSdrSequencePlaybook", {"sequenceId": 17}, GetSequenceById=refusal(404, "sequence.notFound"))
    assert await gone.explained(missing) is None


async def test_forbidden_is_about_the_team_and_not_the_key() -> None:
    meaning = await call("ListOffers", {}).explained(refusal(403, "offer.forbidden", "AI SDR is not available."))
    assert meaning is not None
    assert "not enabled" in meaning
    meaning = await call("EnableAiSdrSequenceAutopilot", {"sequenceId": 17}).explained(
        refusal(400, "salesAgentSequence.invalidParameter")
    )
    assert meaning is not None
    assert "sequence 17 is no AI SDR sequence" in meaning

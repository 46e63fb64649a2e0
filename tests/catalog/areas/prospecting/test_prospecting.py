"""Live Data and email validation: what it costs is said before, a refusal says what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.prospecting import area
from reply_mcp.catalog.areas.prospecting.hooks import format_filters
from reply_mcp.catalog.areas.prospecting.operations import FILTERS
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import NotDone, WrongArguments
from reply_mcp.server.consent.call_consent import CallConsent
from tests.catalog.fake_call import FakeCall, operation_of, refusal
from tests.consent import consent_for

ACTIVE = {"id": 17, "name": "Q4 Outbound", "status": "Active"}
ENOUGH = {"requestedCount": 3, "eligibleCount": 2, "creditsAvailable": 90, "creditsRequired": 2, "blockers": []}
SHORT = {**ENOUGH, "creditsAvailable": 1, "blockers": [5, 9]}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def preview(one: FakeCall) -> str:
    assert callable(one.operation.preview)
    return await one.operation.preview(one)


def search(**more: Any) -> dict[str, Any]:
    return {"filters": FILTERS, "contactsCountToAdd": 50, **more}


class TestSearch:
    def test_filters_go_out_as_given(self) -> None:
        one = call("StartLiveDataSearch", search(listIds=[4]))
        assert one.operation.request(one.arguments).body == search(listIds=[4])

    @pytest.mark.parametrize(
        ("filters", "fault"),
        [
            ({"minRevenue": "tenMillion", "maxRevenue": "oneMillion"}, "minRevenue"),
            ({"headcountGrowth": {"min": 30, "max": 10}}, "min must not"),
            ({"jobTitle": [{"value": "CTO"}]}, "jobTitles"),
            ({"jobTitles": [7]}, "jobTitles"),
        ],
    )
    def test_what_reply_would_refuse_or_ignore_is_refused_here(self, filters: dict[str, Any], fault: str) -> None:
        with pytest.raises(WrongArguments, match=fault):
            call("PreviewLiveDataSearch", {"filters": filters})

    async def test_the_question_names_people_cost_and_the_sequence_that_mails_them(self) -> None:
        said = await preview(
            call("StartLiveDataSearch", search(sequenceId=17, searchContactPhones=True), GetSequenceById=ACTIVE)
        )
        for words in ("up to 50", "not Intern", "phones", '"Q4 Outbound" (17)', "emails them unseen"):
            assert words in said

    async def test_into_an_active_sequence_it_sends_as_well(self) -> None:
        one = call("StartLiveDataSearch", search(sequenceId=17), GetSequenceById=ACTIVE)
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) == (Effect.SPEND, Effect.SEND)
        paused = call("StartLiveDataSearch", search(sequenceId=17), GetSequenceById={**ACTIVE, "status": "paused"})
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(paused) == (Effect.SPEND,)

    async def test_who_may_spend_and_not_send_is_held_back(self) -> None:
        one: Any = call("StartLiveDataSearch", search(sequenceId=17), GetSequenceById=ACTIVE)
        with pytest.raises(NotDone, match="policy send=deny"):
            await CallConsent(consent_for("spend=allow,send=deny")).gate("me", {}, None)(one)

    async def test_a_missing_sequence_stops_it_before_credits_are_spent(self) -> None:
        one = call("StartLiveDataSearch", search(sequenceId=9), GetSequenceById=refusal(404, "sequence.notFound"))
        with pytest.raises(NotDone, match="Nothing was searched"):
            await preview(one)

    async def test_one_at_a_time_names_the_one_that_runs(self) -> None:
        one = call(
            "StartLiveDataSearch",
            search(),
            ListLiveDataSearches={"items": [{"id": 8, "status": "InProgress", "contactsFound": 12}]},
        )
        said = await one.explained(refusal(409, "liveDataSearch.searchInProgress"))
        assert said is not None
        assert "Search 8 has found 12" in said
        assert await one.explained(refusal(400, "liveDataSearch.invalidParameter")) is None

    async def test_states_and_filters_read_as_words(self) -> None:
        found = {"id": 8, "status": "PausedDueToInsufficientCredits", "filters": {**FILTERS, "industries": []}}
        answer = await call("GetLiveDataSearch", {"id": 8}, send=found).run()
        assert answer["state"] == "paused: out of credits"
        assert answer["audience"].startswith("jobTitles: CTO, not Intern; ")
        rows = await call("ListLiveDataSearches", {}, send={"items": [{"id": 1, "status": "new kind"}]}).run()
        assert rows["items"][0]["state"] == "new kind"

    def test_an_audience_that_says_nothing_is_nothing(self) -> None:
        assert format_filters({"accountKeywords": {"values": [], "type": "or"}, "isHiringOnLinkedIn": False}) == ""
        assert format_filters(None) == ""
        assert format_filters({"departmentHeadcountGrowth": {"department": "Sales", "min": 5}}) == (
            "departmentHeadcountGrowth: Sales at least 5 %"
        )


class TestValidation:
    async def test_the_question_is_the_estimate(self) -> None:
        one = call("ScheduleEmailValidation", {"contactIds": [1, 2, 3]}, EstimateEmailValidation=ENOUGH)
        assert "2 of 3 contacts and reserves up to 2 of 90" in await preview(one)

    async def test_what_stands_against_it_is_said_before(self) -> None:
        one = call("ScheduleEmailValidation", {"contactIds": [1]}, EstimateEmailValidation=SHORT)
        with pytest.raises(NotDone, match=r"acceptPartial=true.*blocker 9"):
            await preview(one)

    async def test_one_code_for_every_reason_is_looked_into(self) -> None:
        one = call(
            "ScheduleEmailValidation",
            {"contactIds": [1], "acceptPartial": True},
            EstimateEmailValidation={**ENOUGH, "blockers": [6]},
        )
        said = await one.explained(refusal(400, "emailValidation.unknown"))
        assert said is not None
        assert "needs validating" in said
        assert one.asked_for("EstimateEmailValidation") == [{"contactIds": [1], "acceptPartial": True}]
        assert await one.explained(refusal(409, "emailValidation.alreadyRunning")) is None

    async def test_numbers_become_words(self) -> None:
        answer = await call("EstimateEmailValidation", {"contactIds": [1]}, send={"blockers": [4]}).run()
        assert answer["blockers"] == ["no validation credits are left"]


def test_what_is_not_released_is_known_by_name() -> None:
    assert len(area.coming) == 5

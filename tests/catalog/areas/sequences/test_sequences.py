"""Sequences: each test shows what Reply does, and how that is made up for."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reply_mcp.catalog.areas.sequences.operations import area
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

Q4 = {"id": 77, "name": "Q4 Outbound", "status": "Paused", "isArchived": False, "scheduleId": 3}
ACTIVE = {**Q4, "status": "active"}
MAILBOX = {"id": 5, "email": "maria@ourco.com", "dailyLimit": 60, "connectionStatus": "connected"}
EMAIL = {
    "type": "email",
    "delayInMinutes": 0,
    "executionMode": "automatic",
    "variants": [{"subject": "Hi", "message": "<p>Hello {{FirstName}}</p>"}],
}
CONNECT = {
    "type": "linkedIn",
    "actionType": "connect",
    "delayInMinutes": 1440,
    "executionMode": "automatic",
    "variants": [{"message": "Hello"}],
}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def effect_of(one: FakeCall) -> Effect:
    judge = one.operation.effect_for
    assert judge is not None
    return await judge(one)


async def preview_of(one: FakeCall) -> str:
    preview = one.operation.preview
    assert preview is not None
    asked = await preview(one)
    return asked.text if isinstance(asked, Question) else asked


def people(*ids: int, **more: Any) -> dict[str, Any]:
    """A page of people who are in a sequence, active unless `more` says otherwise."""
    rows = [
        {"contactId": id, "firstName": f"P{id}", "email": f"p{id}@acme.com", "statusInSequence": "active", **more}
        for id in ids
    ]
    return {"items": rows, "hasMore": False}


UNOPPOSED: dict[str, Any] = {
    "GetBlacklistDomainRules": {"items": []},
    "GetBlacklistEmailRules": {"items": []},
    "FilterInboxThreads": {"items": []},
    "GetEmailsList": {"items": []},
}
"""Nothing speaks against writing to anybody."""


class TestStarting:
    async def test_the_question_names_people_senders_and_hours(self) -> None:
        bounced = people(9, statusInSequence="finished", emailDisposition={"isBounced": True})["items"]
        one = call(
            "StartSequence",
            {"id": 77},
            GetSequenceById={**Q4, "steps": [{**EMAIL, "id": 1}], "settings": {"emailsCountPerDay": 100}},
            GetSequenceContacts={"items": [*people(1, 2, 3, 4)["items"], *bounced], "hasMore": False},
            GetSettings=[{}],
            GetSequenceEmailAccounts=[
                [MAILBOX, {**MAILBOX, "email": "x@ourco.com", "connectionStatus": "Disconnected"}]
            ],
            GetSchedule={"id": 3, "name": "Office", "timezoneId": "W. Europe Standard Time", "mainTimings": []},
            GetSequencePreview={"steps": [{"stepId": 1, "subject": "Hi", "body": "<p>Hello P1</p>"}]},
            **UNOPPOSED,
        )
        text = await preview_of(one)
        assert text.splitlines() == [
            "Its schedule has no hours in which it sends: nothing goes out.",
            'This starts sending "Q4 Outbound" (77):',
            "- to 4 people, nobody today: P1 <p1@acme.com>, P2 <p2@acme.com>, P3 <p3@acme.com> and 1 more (all: "
            "reply_list_sequence_contacts); not to 1 bounced (P9)",
            "- from maria@ourco.com (60 a day), x@ourco.com (60 a day, DISCONNECTED), at most 100 a day; "
            'schedule "Office" has no open hours',
            '- first message to P1: "Hi": "Hello P1"',
            "Unknown: other sequences.",
        ]
        assert len(one.asked) == 10
        assert await effect_of(one) is Effect.SEND

    async def test_the_words_are_the_steps_own_where_the_preview_is_not_released(self) -> None:
        one = call(
            "StartSequence",
            {"id": 77},
            GetSequenceById={**Q4, "scheduleId": None, "steps": [{**EMAIL, "id": 1}]},
            GetSequenceContacts=people(1),
            GetSettings=[{}],
            GetSequenceEmailAccounts=[[MAILBOX]],
            GetSequencePreview=refusal(404, is_json=False),
            **UNOPPOSED,
        )
        assert '"Hi": "Hello P1"' in await preview_of(one)

    @pytest.mark.parametrize(
        ("who", "senders", "words"),
        [
            (people(), [[MAILBOX]], "nobody is in it"),
            (people(1, 2, statusInSequence="finished"), [[MAILBOX]], "none is left to write to (2 finished)"),
            (people(1), [[]], "has no mailbox"),
        ],
    )
    async def test_where_nothing_would_happen_there_is_no_question(
        self, who: dict[str, Any], senders: Any, words: str
    ) -> None:
        one = call(
            "StartSequence",
            {"id": 77},
            GetSequenceById={**Q4, "scheduleId": None, "steps": [{**EMAIL, "id": 1}]},
            GetSequenceContacts=who,
            GetSettings=[{}],
            GetSequenceEmailAccounts=senders,
            GetSequencePreview={"steps": []},
            **UNOPPOSED,
        )
        with pytest.raises(NotDone, match=re.escape(words)):
            await preview_of(one)

    async def test_of_many_people_a_thousand_are_read(self) -> None:
        one = call(
            "StartSequence",
            {"id": 77},
            GetSequenceById={**Q4, "scheduleId": None},
            GetSequenceContacts=lambda request: {
                **people(*range(request["skip"], request["skip"] + request["top"])),
                "hasMore": True,
            },
            GetSettings=[{}],
            GetSequenceEmailAccounts=[[MAILBOX]],
            **UNOPPOSED,
        )
        text = await preview_of(one)
        assert "to more than 1,000 people" in text
        assert "; beyond these 1,000, added last, more are in it and not looked at" in text
        assert len(one.asked_for("GetSequenceContacts")) == 2

    async def test_people_are_counted_by_pages_where_counting_is_not_released(self) -> None:
        one = call(
            "StartSequence",
            {"id": 77, "expectedContacts": 2},
            GetSequenceById=Q4,
            CountSequenceContacts=refusal(404, is_json=False),
            GetSequenceContacts=[
                {"items": [{"contactId": 1}], "hasMore": True},
                {"items": [{"contactId": 1}, {}], "hasMore": False},
            ],
            send=ACTIVE,
        )
        await one.run()
        assert [asked["skip"] for asked in one.asked_for("GetSequenceContacts")] == [0, 0]
        assert len(one.sent) == 1
        assert one.sent[0].body is None

    async def test_other_people_than_agreed_on_stop_it(self) -> None:
        one = call(
            "StartSequence",
            {"id": 77, "expectedContacts": 40},
            GetSequenceById=Q4,
            CountSequenceContacts={"count": 412},
        )
        with pytest.raises(NotDone, match="412 contacts now, not 40"):
            await one.run()
        assert one.sent == []

    async def test_an_active_one_answers_like_a_started_one_so_it_is_told_apart_before(self) -> None:
        one = call("StartSequence", {"id": 77}, GetSequenceById=ACTIVE)
        assert await effect_of(one) is Effect.WRITE
        with pytest.raises(NotDone, match="was already active") as stopped:
            await one.run()
        assert not stopped.value.is_error

    async def test_an_archived_one_is_not_started(self) -> None:
        with pytest.raises(NotDone, match="archived"):
            await call("StartSequence", {"id": 77}, GetSequenceById={**Q4, "isArchived": True}).run()

    async def test_a_state_that_is_not_active_yet_is_said(self) -> None:
        one = call("StartSequence", {"id": 77}, GetSequenceById=Q4, send=Q4)
        await one.run()
        assert 'but the state is "Paused"' in one.noted

    @pytest.mark.parametrize(
        ("status", "code", "detail", "words"),
        [
            (400, "sequenceAction.noContacts", "", "reply_add_contact_to_sequence"),
            (400, "sequenceAction.noEmailAccounts", "", "reply_assign_email_account_to_sequence"),
            (400, "sequenceAction.unknown", "Cannot start without selected email account", "selected email account"),
            (409, "sequenceAction.activationInProgress", "", "Do not start it again"),
            (404, "sequenceAction.notFound", "", "no sequence 77"),
        ],
    )
    async def test_a_refusal_says_what_is_missing(self, status: int, code: str, detail: str, words: str) -> None:
        one = call("StartSequence", {"id": 77}, GetSequenceById=Q4, CountSequenceContacts={"count": 3})
        meaning = await one.explained(refusal(status, code, detail))
        assert meaning is not None
        assert words in meaning
        assert code in meaning

    async def test_all_that_is_missing_is_said_at_once(self) -> None:
        bare = {**Q4, "steps": [], "emailAccounts": []}
        one = call("StartSequence", {"id": 77}, GetSequenceById=bare, CountSequenceContacts={"count": 0})
        meaning = await one.explained(refusal(400, "sequenceAction.noEmailAccounts"))
        assert meaning is not None
        assert "needs steps (reply_bulk_create_sequence_steps) and a mailbox" in meaning
        assert "and people (reply_add_contact_to_sequence)" in meaning


class TestPausing:
    async def test_one_never_started_is_refused_with_a_word_on_state_which_is_read(self) -> None:
        one = call("PauseSequence", {"id": 77}, GetSequenceById={**Q4, "status": "New"})
        meaning = await one.explained(refusal(409, "sequenceAction.status", "current status is New"))
        assert meaning is not None
        assert "never started; it sends nothing" in meaning

    async def test_one_being_activated_sends_until_it_can_be_paused(self) -> None:
        meaning = await call("PauseSequence", {"id": 77}).explained(refusal(409, "sequenceAction.activationInProgress"))
        assert meaning is not None
        assert "again in a minute" in meaning


class TestCreating:
    async def test_linked_in_parts_break_the_creation_so_they_come_after(self) -> None:
        one = call(
            "CreateSequence",
            {"name": "New", "linkedInAccounts": [8], "steps": [EMAIL, CONNECT]},
            CreateSequence={"id": 90, "name": "New"},
            AssignLinkedInAccountToSequence=None,
            BulkCreateSequenceSteps=[[{"id": 1}, {"id": None, "error": 3, "errorDetails": "too long"}]],
        )
        assert (await one.run())["id"] == 90
        assert one.asked_for("CreateSequence") == [{"name": "New"}]
        assert one.asked_for("AssignLinkedInAccountToSequence") == [{"id": 90, "linkedInAccountId": 8}]
        steps = one.asked_for("BulkCreateSequenceSteps")[0]["steps"]
        assert steps[1]["variants"] == [{"message": "Hello", "isEnabled": True}]
        assert "1 of 2 steps added" in one.noted
        assert "steps[1] was NOT added: too long" in one.noted

    async def test_a_link_that_fails_is_told_and_the_steps_still_come(self) -> None:
        one = call(
            "CreateSequence",
            {"name": "New", "linkedInAccounts": [8], "steps": [CONNECT]},
            CreateSequence={"id": 90},
            AssignLinkedInAccountToSequence=refusal(404, "sequenceLinkedInAccount.notFound"),
            BulkCreateSequenceSteps=[[{"id": 1}]],
        )
        await one.run()
        assert "LinkedIn account 8 was NOT linked" in one.noted
        assert "1 of 1 step added" in one.noted

    async def test_where_a_step_is_wanted_the_first_goes_along(self) -> None:
        one = call(
            "CreateSequence",
            {"name": "New", "steps": [EMAIL, CONNECT]},
            CreateSequence=[refusal(400, detail="At least one step is required"), {"id": 90}],
            BulkCreateSequenceSteps=[[{"id": 2}]],
        )
        await one.run()
        assert [len(asked.get("steps", [])) for asked in one.asked_for("CreateSequence")] == [0, 1]
        assert len(one.asked_for("BulkCreateSequenceSteps")[0]["steps"]) == 1

    @pytest.mark.parametrize("error", [refusal(500), OutcomeUnknown("The answer was lost.")])
    async def test_a_500_may_have_created_it_so_it_is_looked_for(self, error: Exception) -> None:
        there = {"items": [{"id": 91, "name": "new", "created": "2026-11-22T10:00:00Z"}]}
        one = call("CreateSequence", {"name": "New"}, CreateSequence=error, GetSequences=there)
        with pytest.raises(OutcomeUnknown, match=r"New. now: 91 .*do not create again"):
            await one.run()
        gone = call("CreateSequence", {"name": "New"}, CreateSequence=error, GetSequences={"items": []})
        with pytest.raises(OutcomeUnknown, match="nothing was created"):
            await gone.run()

    def test_a_setting_that_is_missing_or_a_key_that_v3_would_drop_is_refused_here(self) -> None:
        with pytest.raises(WrongArguments) as wrong:
            call("CreateSequence", {"name": "New", "settings": {"emailsCountPerDay": 5}, "shedule": 1})
        assert "settings.repliesHandlingType: required" in str(wrong.value)
        assert "shedule" in str(wrong.value)


class TestStartingSeveral:
    async def test_the_question_counts_the_people_of_each(self) -> None:
        rows = {
            1: {"id": 1, "name": "One", "status": "new", "emailAccounts": [{"id": 5, "email": "m@o.com"}]},
            2: {"id": 2, "name": "Two", "status": "Paused", "emailAccounts": []},
            3: {"id": 3, "name": "Three", "status": "active"},
            4: {"id": 4, "name": "Four", "status": "paused", "isArchived": True},
        }

        def read(request: dict[str, Any]) -> Any:
            if request["id"] not in rows:
                raise refusal(404, "sequence.notFound")
            return rows[request["id"]]

        one = call(
            "BulkStartSequences",
            {"ids": [1, 2, 3, 4, 5]},
            GetSequenceById=read,
            GetSequenceContacts=lambda request: people(*range(request["id"])),
            ListEmailAccounts={"items": [{"id": 5, "connection": {"email": "m@o.com"}, "safety": {"dailyLimit": 60}}]},
            **UNOPPOSED,
        )
        assert (await preview_of(one)).splitlines() == [
            "This starts sending 2 sequences to 3 people:",
            '- "One" (1) to 1 person, up to 1 of them today: P0 <p0@acme.com>; from m@o.com (60 a day); on its '
            "schedule, which could not be read.",
            '- "Two" (2) to 2 people, up to 2 of them today: P0 <p0@acme.com>, P1 <p1@acme.com>; from no mailbox; on '
            "its schedule, which could not be read.",
            'Nothing starts in "Three" (3), already active; "Four" (4), archived; 5 (not found).',
            "Unknown: other sequences.",
        ]
        assert len(one.asked) == 5 + 2 + 1 + 4

    async def test_more_than_a_question_can_name_are_not_started_at_once(self) -> None:
        with pytest.raises(NotDone, match="at most 10 sequences at a time, 30 were given"):
            await preview_of(call("BulkStartSequences", {"ids": list(range(1, 31))}))

    async def test_where_none_would_send_there_is_no_question(self) -> None:
        one = call(
            "BulkStartSequences",
            {"ids": [1, 2]},
            GetSequenceById={"status": "new"},
            GetSequenceContacts=people(1, statusInSequence="finished"),
            ListEmailAccounts={"items": []},
        )
        with pytest.raises(NotDone, match="none of the 2 would send anything"):
            await preview_of(one)


class TestPuttingAway:
    async def test_archiving_says_how_many_it_takes_out_for_good(self) -> None:
        one = call("ArchiveSequence", {"id": 77}, GetSequenceById=Q4, CountSequenceContacts={"count": 3})
        assert "takes 3 people out of it for good" in await preview_of(one)
        with pytest.raises(NotDone, match="reply_pause_sequence"):
            await call("ArchiveSequence", {"id": 77}, GetSequenceById=ACTIVE).run()

    async def test_deleting_a_missing_one_is_a_400_that_means_404(self) -> None:
        meaning = await call("DeleteSequence", {"id": 42}).explained(refusal(400, "sequence.notFound"))
        assert meaning == (
            "400 sequence.notFound: There is no sequence 42 that this key can see. "
            "reply_search_sequences finds ids by name."
        )

    async def test_long_lists_go_in_hundreds_and_a_part_that_fails_is_not_called_done(self) -> None:
        ids = list(range(1, 251))
        answers = [{}, refusal(403, "sequenceAction.forbidden")]
        one = call("BulkPauseSequences", {"ids": [*ids, 7]}, send=answers)
        failed = await one.run()
        assert [request.body["ids"] for request in one.sent] == [ids[:100], ids[100:200]]
        assert set(failed) == {str(id) for id in range(101, 251)}
        assert failed["201"]["error"] == "not tried"


class TestNumbers:
    @pytest.mark.parametrize(
        "filters",
        [
            {"from": "2026-11-20", "to": "2026-11-01"},
            {"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
            {"from": "2026-11-01", "dateRangePreset": "lastWeek"},
        ],
    )
    def test_a_period_that_makes_reply_break_is_refused_here(self, filters: dict[str, Any]) -> None:
        with pytest.raises(WrongArguments):
            call("GetSequenceStats", {"id": 77, "filters": filters})

    def test_comparing_reaches_31_days_back(self) -> None:
        long_ago = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
        with pytest.raises(WrongArguments, match="last 31 days"):
            call("GetSequenceStatsList", {"filters": {"from": long_ago}})

    async def test_a_silent_channel_is_left_out(self) -> None:
        stats = {"emailOverview": {"contacted": 4, "openedPercentage": 22.58}, "linkedInOverview": {"messagesSent": 0}}
        one = call("GetSequenceStats", {"id": 77, "filters": {"from": "2026-11-01", "to": "2026-11-22"}}, send=stats)
        answer = await one.run()
        assert answer["emailOverview"]["openedPercentage"] == 22.58
        assert "linkedInOverview" not in answer
        assert "No LinkedIn activity" in one.noted
        assert one.sent[0].body["filters"]["to"] == "2026-11-22T23:59:59Z"

    async def test_the_period_nobody_asked_for_is_said(self) -> None:
        one = call("GetSequenceStats", {"id": 77}, send={"emailOverview": {"contacted": 4}})
        await one.run()
        assert "Period: the last seven days, the default" in one.noted
        assert one.sent[0].body == {}

    async def test_no_activity_at_all_is_said_by_the_view_alone(self) -> None:
        one = call("GetSequenceStats", {"id": 77}, send={"emailOverview": {"contacted": 0}, "linkedInOverview": {}})
        assert await one.run() == {"emailOverview": {"contacted": 0}, "linkedInOverview": {}}
        assert "activity" not in one.noted

    async def test_comparing_keeps_those_asked_for_best_first(self) -> None:
        rows = [
            {"sequenceId": n, "emailOverview": {"repliedPercentage": rate}} for n, rate in ((1, 2.5), (2, 9), (3, 4))
        ]
        one = call("GetSequenceStatsList", {"sequenceIds": [1, 2, 5]}, send=[rows])
        assert [row["sequenceId"] for row in await one.run()] == [2, 1]
        assert "No numbers for 5" in one.noted
        assert one.sent[0].body == {}


class TestSenders:
    async def test_one_404_stands_for_three_things(self) -> None:
        arguments = {"id": 77, "emailAccountId": 5}
        one = call("RemoveEmailAccountFromSequence", arguments, GetSequenceById=Q4)
        meaning = await one.explained(refusal(404, "sequenceEmailAccount.notFound"))
        assert meaning is not None
        assert '"Q4 Outbound" (77) is there; the account does not exist or is not linked' in meaning
        gone = call("RemoveEmailAccountFromSequence", arguments, GetSequenceById=refusal(404, "sequence.notFound"))
        meaning = await gone.explained(refusal(404, "sequenceEmailAccount.notFound"))
        assert meaning is not None
        assert "no sequence 77" in meaning

    async def test_a_404_without_a_code_is_left_to_the_client(self) -> None:
        one = call("AssignLinkedInAccountToSequence", {"id": 77, "linkedInAccountId": 8})
        assert await one.explained(refusal(404, is_json=False)) is None

    async def test_an_empty_list_may_be_refused(self) -> None:
        one = call("SetSequenceEmailAccounts", {"id": 77, "emailAccountIds": []})
        meaning = await one.explained(refusal(400, detail="must not be empty"))
        assert meaning is not None
        assert "one by one" in meaning

    def test_a_path_is_filled_with_both_ids(self) -> None:
        one = call("RemoveLinkedInAccountFromSequence", {"id": 77, "linkedInAccountId": 8})
        assert one.operation.request(one.arguments).path == "/v3/sequences/77/linkedin-account-links/8"


def test_a_direction_without_a_key_is_refused_here() -> None:
    with pytest.raises(WrongArguments, match="sortBy"):
        call("GetSequences", {"sortDirection": "asc"})


async def test_a_refusal_in_a_start_reaches_the_caller() -> None:
    one = call("StartSequence", {"id": 77}, GetSequenceById=Q4, send=refusal(400, "sequenceAction.noContacts"))
    with pytest.raises(ApiError):
        await one.run()


async def test_null_is_not_sent_where_v3_takes_none() -> None:
    given = {
        "id": 77,
        "name": "New",
        "scheduleId": None,
        "settings": {"dailyThrottling": None, "taskIsAutomatic": False},
    }
    one = call("UpdateSequence", given)
    await one.run()
    assert one.sent[0].body == {"name": "New", "settings": {"taskIsAutomatic": False}}

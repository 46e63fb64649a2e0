"""Enrollment: Reply moves people who are in already, and has one word for every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.enrollment import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal
from tests.catalog.questions import question_before

PAUSED = {"id": 77, "name": "Q4", "status": "Paused"}
ACTIVE = {**PAUSED, "status": "active"}
NOT_IN = refusal(404, "sequenceContact.notInSequence")
VAGUE = {"error": "invalidInput", "errorDetails": "Contact could not be added to sequence"}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def in_it(*members: int, status: str = "active") -> Any:
    def answer(request: dict[str, Any]) -> Any:
        if request["contactId"] in members:
            return {"contactId": request["contactId"], "statusInSequence": status, "currentStep": {"displayName": "2"}}
        raise NOT_IN

    return answer


class TestReading:
    async def test_an_empty_page_may_be_a_missing_sequence(self) -> None:
        nobody = {"items": [], "hasMore": False}
        missing = refusal(404, "sequence.notFound")
        with pytest.raises(NotDone, match="no sequence 42"):
            await call("GetSequenceContacts", {"id": 42}, send=nobody, GetSequenceById=missing).run()
        assert await call("GetSequenceContacts", {"id": 77}, send=nobody, GetSequenceById=PAUSED).run() == nobody

    async def test_counting_works_where_it_is_not_released(self) -> None:
        page = {"items": [{"contactId": 1}, {"contactId": 2}], "hasMore": False}
        one = call("CountSequenceContacts", {"id": 77}, CountSequenceContacts=refusal(404), GetSequenceContacts=page)
        assert await one.run() == {"count": 2}

    async def test_counting_a_missing_sequence_is_a_refusal(self) -> None:
        missing = refusal(404, "sequenceContact.sequenceNotFound")
        with pytest.raises(ApiError):
            await call("CountSequenceContacts", {"id": 42}, CountSequenceContacts=missing).run()

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ({"GetSequenceById": refusal(404, "sequence.notFound")}, "no sequence 77"),
            ({"GetSequenceById": PAUSED, "GetContactById": refusal(404, "contact.notFound")}, "no contact 1"),
            ({"GetSequenceById": PAUSED, "GetContactById": {"id": 1}}, "both exist"),
        ],
    )
    async def test_one_404_for_three_things_is_told_apart(self, answers: dict[str, Any], words: str) -> None:
        meaning = await call("GetSequenceContactById", {"id": 77, "contactId": 1}, **answers).explained(NOT_IN)
        assert meaning is not None
        assert words in meaning

    def test_the_columns_that_matter_are_asked_for(self) -> None:
        one = call("GetSequenceContactsState", {"id": 77})
        assert one.operation.request(one.arguments).query == {
            "additionalColumns": "CurrentStep,LastStepCompletedAt,Status"
        }


ONE = {"id": 77, "contactId": 1}


class TestRemoving:
    async def test_already_out_is_not_an_error(self) -> None:
        one = call(
            "RemoveContactFromSequence",
            ONE,
            GetSequenceContactById=NOT_IN,
            GetSequenceById=PAUSED,
            GetContactById={"id": 1},
        )
        with pytest.raises(NotDone, match="not in") as stopped:
            await one.run()
        assert not stopped.value.is_error
        assert one.sent == []

    async def test_a_missing_sequence_is_one(self) -> None:
        missing = refusal(404, "sequence.notFound")
        one = call("RemoveContactFromSequence", ONE, GetSequenceContactById=NOT_IN, GetSequenceById=missing)
        with pytest.raises(NotDone, match="no sequence 77") as stopped:
            await one.run()
        assert stopped.value.is_error

    async def test_a_finished_participation_stays_unless_asked_for(self) -> None:
        one = call("RemoveContactFromSequence", ONE, GetSequenceContactById=in_it(1, status="Finished"))
        with pytest.raises(NotDone, match="removeFinished=true"):
            await one.run()
        asked = call(
            "RemoveContactFromSequence",
            {**ONE, "removeFinished": True},
            GetSequenceContactById=in_it(1, status="finished"),
        )
        assert asked.operation.effect is Effect.DELETE
        assert asked.operation.effect_for is None
        await asked.run()
        assert asked.sent[0].path == "/v3/sequences/77/contact-links/1"
        assert asked.sent[0].body is None
        assert not asked.sent[0].query
        assert len(asked.asked) == 1

    async def test_several_are_sorted_by_what_becomes_of_them(self) -> None:
        def place(request: dict[str, Any]) -> Any:
            id = request["contactId"]
            if id == 3:
                raise NOT_IN
            return {"contactId": id, "statusInSequence": "finished" if id == 2 else "active"}

        one = call(
            "BulkRemoveContactsFromSequence",
            {"id": 77, "contactIds": [1, 2, 3, 4]},
            GetSequenceById=PAUSED,
            GetSequenceContactById=place,
            send={"requested": 2, "removed": 1, "removedIds": [1]},
        )
        answer = await one.run()
        assert one.sent[0].body == {"contactIds": [1, 4]}
        assert answer["added"] == [1]
        assert {id: why["error"] for id, why in answer["notProcessed"].items()} == {
            "3": "not in it",
            "2": "finished",
            "4": "not removed",
        }

    @pytest.mark.parametrize(("more", "one_by_one"), [(False, []), (True, [2])])
    async def test_the_page_that_the_question_was_made_from_serves_the_removal(
        self, more: bool, one_by_one: list[int]
    ) -> None:
        one = call(
            "BulkRemoveContactsFromSequence",
            {"id": 77, "contactIds": [1, 2]},
            GetSequenceById=PAUSED,
            GetSequenceContacts={"items": [{"contactId": 1, "statusInSequence": "active"}], "hasMore": more},
            GetSequenceContactById={"contactId": 2, "statusInSequence": "active"},
            send={"requested": 1, "removed": 1, "removedIds": [1]},
        )
        assert one.operation.preview is not None
        await one.operation.preview(one)
        asked = len(one.asked)
        await one.run()
        assert one.sent[0].body == {"contactIds": [1, 2] if more else [1]}
        assert len(one.asked) == asked, "read again"
        assert [read["contactId"] for id, read in one.asked if id == "GetSequenceContactById"] == one_by_one


class TestMarking:
    async def test_back_to_active_in_a_running_sequence_sends(self) -> None:
        arguments = {"id": 77, "contactIds": [1], "statusInSequence": "active"}
        for sequence, effect in ((ACTIVE, Effect.SEND), (PAUSED, Effect.WRITE)):
            place = {"contactId": 1, "statusInSequence": "paused"}
            one = call(
                "SetSequenceContactsStatusInSequence",
                arguments,
                GetSequenceById=sequence,
                GetSequenceContactById=place,
            )
            assert one.operation.effect_for is not None
            assert await one.operation.effect_for(one) is effect

    def test_resending_goes_with_clearing_only(self) -> None:
        for body in ({"isBounced": True, "resendEmails": False}, {"isBounced": False}):
            with pytest.raises(WrongArguments, match="resendEmails"):
                call("SetSequenceContactsBounced", {"id": 77, "contactIds": [1], **body})

    async def test_more_than_a_hundred_go_in_parts(self) -> None:
        ids = list(range(1, 102))
        one = call("SetSequenceContactsReplied", {"id": 77, "contactIds": ids, "isReplied": True}, send={})
        await one.run()
        assert [request.body["contactIds"] for request in one.sent] == [ids[:100], ids[100:]]
        assert all(request.body["isReplied"] for request in one.sent)

    async def test_nobody_is_named_twice(self) -> None:
        one = call("SetSequenceContactsReplied", {"id": 77, "contactIds": [1, 2, 1], "isReplied": True}, send={})
        await one.run()
        assert one.sent[0].body == {"contactIds": [1, 2], "isReplied": True}


FINISHED = in_it(1, status="finished")
ANN = {"id": 1, "email": "ann@acme.com", "firstName": "Ann", "lastName": "Lee"}
EDITED = {
    "contactFullName": "Ann Lee",
    "contactEmail": "ann@acme.com",
    "steps": [{"stepId": 1, "personalizationStatus": "notPersonalized", "isModifiedByUser": True}],
}
MAIL = {
    "id": 1,
    "type": "email",
    "executionMode": "automatic",
    "variants": [{"subject": "Hi {{FirstName}}", "message": "<p>Seats?</p>"}],
}
SENDING = (
    "- today at the earliest\n"
    "- from maria@ourco.com (60 a day); on its schedule, which could not be read\n"
    '- first message to Ann Lee: "Hi Ann": "Seats?"'
)


@pytest.mark.parametrize(
    ("id", "more", "question"),
    [
        (
            "RemoveContactFromSequence",
            {"contactId": 1, "removeFinished": True},
            'This deletes the finished participation of contact 1 in "Q4" (77), which changes the'
            " sequence's statistics.",
        ),
        (
            "BulkRemoveContactsFromSequence",
            {"contactIds": [1, 2, 1], "removeFinished": True},
            'This takes 1 contact out of "Q4" (77) for good: Ann Lee <ann@acme.com> (finished). Those who have '
            "finished it go too, which changes its statistics. Not found: 2.",
        ),
        (
            "SetSequenceContactsReplied",
            {"contactIds": [1], "isReplied": False},
            'This clears the reply of Ann Lee <ann@acme.com> in "Q4" (77), active: sending to them may go on.\n'
            + SENDING,
        ),
        (
            "SetSequenceContactsBounced",
            {"contactIds": [1], "isBounced": False, "resendEmails": True},
            'This sends the step that bounced again to Ann Lee <ann@acme.com> in "Q4" (77), active.\n' + SENDING,
        ),
        (
            "SetSequenceContactsStatusInSequence",
            {"contactIds": [1], "statusInSequence": "active"},
            'This sets Ann Lee <ann@acme.com> active in "Q4" (77), active: sending to them goes on.\n' + SENDING,
        ),
        (
            "ResetSequencePreview",
            {"contactId": 1},
            'This discards the messages written or edited for Ann Lee <ann@acme.com> (1) in "Q4" (77).',
        ),
    ],
)
async def test_a_person_is_asked_before_places_go_or_sending_goes_on(
    id: str, more: dict[str, Any], question: str
) -> None:
    sequence = {"sequenceId": 77} if id == "ResetSequencePreview" else {"id": 77}
    one = call(
        id,
        {**sequence, **more},
        GetSequenceById={**ACTIVE, "steps": [MAIL]},
        GetContactById=ANN,
        GetSequenceContactById={**ANN, "contactId": 1} if id.startswith("SetSequence") else FINISHED,
        GetSequenceEmailAccounts=[[{"id": 5, "email": "maria@ourco.com", "dailyLimit": 60}]],
        GetSequencePreview=EDITED if id == "ResetSequencePreview" else refusal(404, is_json=False),
        GetSequenceContacts={"items": [{**ANN, "contactId": 1, "statusInSequence": "finished"}], "hasMore": False},
        FilterInboxThreads={"items": []},
        GetContactStatuses={"sequences": []},
    )
    assert await question_before(one) == question


@pytest.mark.parametrize(
    ("step", "asks"),
    [
        ({"personalizationStatus": "notPersonalized", "isModifiedByUser": False}, False),
        ({"personalizationStatus": "notPersonalized", "isModifiedByUser": True}, True),
        ({"personalizationStatus": "personalized", "isModifiedByUser": False}, True),
        ({"isModifiedByUser": False}, True),
        ({"personalizationStatus": "notPersonalized"}, True),
    ],
)
async def test_own_texts_of_a_step_are_nothing_to_discard(step: dict[str, Any], asks: bool) -> None:
    one = call(
        "ResetSequencePreview",
        {"sequenceId": 77, "contactId": 1},
        GetSequenceById=ACTIVE,
        GetSequencePreview={**EDITED, "steps": [step]},
    )
    if asks:
        assert "discards the messages" in await question_before(one)
        return
    with pytest.raises(AlreadyDone, match="Nothing to do"):
        await question_before(one)


async def test_the_question_before_resuming_says_who_replied_and_who_gets_nothing() -> None:
    places = {
        1: {"emailDisposition": {"isReplied": True}},
        2: {"isOptedOut": True},
        3: {"emailDisposition": {"isBounced": True}},
    }

    def place(request: dict[str, Any]) -> dict[str, Any]:
        id = request["contactId"]
        return {"contactId": id, "firstName": f"P{id}", "statusInSequence": "finished", **places[id]}

    one = call(
        "SetSequenceContactsStatusInSequence",
        {"id": 77, "contactIds": [1, 2, 3], "statusInSequence": "active"},
        GetSequenceById=ACTIVE,
        GetSequenceContactById=place,
        GetSequenceEmailAccounts=[[]],
        FilterInboxThreads={"items": []},
        GetContactStatuses={"sequences": []},
    )
    lines = (await question_before(one)).splitlines()
    assert lines[:4] == [
        "Replied before: P1.",
        "Emails bounced: P3.",
        'This sets P1, P3 active in "Q4" (77), active: sending to them goes on.',
        "Not to 1 opted out (P2).",
    ]


async def test_where_resuming_reaches_nobody_there_is_no_question() -> None:
    one = call(
        "SetSequenceContactsStatusInSequence",
        {"id": 77, "contactIds": [1], "statusInSequence": "active"},
        GetSequenceById=ACTIVE,
        GetSequenceContactById={"contactId": 1, "isOptedOut": True},
    )
    with pytest.raises(NotDone, match="would write to none of them"):
        await question_before(one)


async def test_nobody_on_the_blacklist_is_set_active() -> None:
    rows = [{"contactId": id, "email": f"p{id}@acme.com"} for id in (1, 2)]
    one = call(
        "SetSequenceContactsStatusInSequence",
        {"id": 77, "contactIds": [1, 2], "statusInSequence": "active"},
        GetSequenceContactById=lambda request: rows[request["contactId"] - 1],
        GetBlacklistDomainRules={"items": []},
        GetBlacklistEmailRules={"items": [{"id": 3, "pattern": "p2@acme.com"}]},
        GetBlacklistEmailExceptionRules={"items": []},
    )
    with pytest.raises(NotDone, match=r"1 of 2 are on the blacklist: contact 2|<p2@acme.com>"):
        await one.run()
    assert one.sent == []


@pytest.mark.parametrize(
    ("id", "more"),
    [
        ("SetSequenceContactsReplied", {"contactIds": [1], "isReplied": True}),
        ("SetSequenceContactsBounced", {"contactIds": [1], "isBounced": True}),
        ("SetSequenceContactsStatusInSequence", {"contactIds": [1], "statusInSequence": "paused"}),
    ],
)
async def test_nobody_is_asked_before_what_can_be_put_back(id: str, more: dict[str, Any]) -> None:
    assert await question_before(call(id, {"id": 77, **more})) == ""

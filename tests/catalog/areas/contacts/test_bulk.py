"""What is done to contacts, lists, fields and owners: each test shows what Reply does, and how that is made up for."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.contacts import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.condense import condense
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, RateLimited, Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal
from tests.catalog.questions import question_before

ANN = {"id": 501, "email": "Ann@Acme.com", "firstName": "Ann", "lastName": "Lee"}
JOANN = {"id": 502, "email": "joann@acme.com", "firstName": "Joann"}
FIELDS = [[{"id": 7, "title": "Pain point", "fieldType": "text"}, {"id": 8, "title": "Seats", "fieldType": "number"}]]


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def page(*rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"items": list(rows), "hasMore": more}


OPTING_OUT: dict[str, Any] = {"contactIds": [501, 502, 501], "isOptedOut": True}


class TestOptingOut:
    async def test_the_bulk_call_is_used_and_doubles_are_sent_once(self) -> None:
        one = call("SetContactsOptedOut", OPTING_OUT, send={"502": {"error": "notFound"}})
        assert await one.run() == {"502": {"error": "notFound"}}
        assert one.sent[0].body == {"contactIds": [501, 502], "isOptedOut": True}

    async def test_where_it_is_not_there_each_contact_is_changed(self) -> None:
        def changed(request: dict[str, Any]) -> Any:
            if request["id"] == 502:
                raise refusal(404, "contact.notFound")
            return ANN

        one = call("SetContactsOptedOut", OPTING_OUT, send=refusal(404, is_json=False), UpdateContact=changed)
        assert await one.run() == {"502": {"error": "notFound"}}
        assert one.asked_for("UpdateContact") == [{"id": 501, "isOptedOut": True}, {"id": 502, "isOptedOut": True}]

    async def test_a_refusal_with_a_code_is_a_refusal(self) -> None:
        one = call("SetContactsOptedOut", OPTING_OUT, send=refusal(403, "contact.forbidden"))
        with pytest.raises(ApiError):
            await one.run()

    @pytest.mark.parametrize("error", [RateLimited("wait 30 s", 30), Unreachable("no answer")])
    async def test_contacts_that_were_not_reached_are_told(self, error: Exception) -> None:
        one = call("SetContactsOptedOut", OPTING_OUT, send=refusal(404), UpdateContact=[ANN, error])
        failed = await one.run()
        assert set(failed) == {"502"}
        assert "not tried" in failed["502"]["error"]

    async def test_an_unknown_outcome_is_not_called_done(self) -> None:
        one = call("SetContactsOptedOut", OPTING_OUT, send=refusal(404), UpdateContact=[OutcomeUnknown("?"), ANN])
        assert "outcome unknown" in (await one.run())["501"]["error"]


RULES = ("GetBlacklistDomainRules", "GetBlacklistEmailRules", "GetBlacklistEmailExceptionRules")
MOVING: dict[str, Any] = {"id": 501, "sequenceId": 77}
ACTIVE: dict[str, Any] = {"id": 77, "name": "Q4", "status": "active", "isArchived": False}


class TestMoving:
    async def test_who_is_in_it_already_is_left_alone(self) -> None:
        inside = {"sequences": [{"sequenceId": 77, "sequenceName": "Q4", "statusInSequence": "paused"}]}
        one = call("MoveContactToSequence", MOVING, GetSequenceById=ACTIVE, GetContactStatuses=inside)
        with pytest.raises(NotDone, match="already") as stopped:
            await one.run()
        assert stopped.value.is_error is False
        assert one.sent == []

    async def test_an_archived_sequence_is_refused_here(self) -> None:
        one = call("MoveContactToSequence", MOVING, GetSequenceById={**ACTIVE, "isArchived": True})
        with pytest.raises(NotDone, match="archived"):
            await one.run()

    async def test_success_is_only_said_when_they_are_in_it(self) -> None:
        looks = {"GetContactById": ANN, **{rules: {"items": []} for rules in RULES}, "GetSequenceById": ACTIVE}
        looks["GetContactStatuses"] = {"isOptedOut": False, "sequences": []}
        one = call("MoveContactToSequence", MOVING, **looks, GetContactSequences=[[]])
        assert "is not in sequence 77" in (await one.run())["outcome"]
        assert one.sent[0].body == {"sequenceId": 77, "removeFromExisting": False}
        now = [{"sequenceId": 77, "sequenceName": "Q4", "statusInSequence": "active"}]
        two = call("MoveContactToSequence", MOVING, **looks, GetContactSequences=[now])
        outcome = (await two.run())["outcome"]
        assert 'in "Q4" (77) now (active)' in outcome
        assert "as its schedule allows" in outcome

    @pytest.mark.parametrize("missing", ["contact", "sequence"])
    async def test_one_code_for_two_things_is_told_apart(self, missing: str) -> None:
        gone = refusal(404, "contact.sequenceNotFound", "Sequence not found")
        one = call(
            "MoveContactToSequence",
            MOVING,
            GetContactById=gone if missing == "contact" else ANN,
            GetSequenceById=gone if missing == "sequence" else ACTIVE,
        )
        said = await one.explained(gone)
        assert said is not None
        assert f"there is no {missing}" in said

    async def test_the_question_names_person_sequence_and_start(self) -> None:
        one = call(
            "MoveContactToSequence",
            {**MOVING, "removeFromExisting": True},
            GetContactById=ANN,
            GetSequenceById=ACTIVE,
            GetContactStatuses={
                "sequences": [{"sequenceId": 5, "sequenceName": "Old", "emailDisposition": {"isBounced": True}}]
            },
            FilterInboxThreads=page({"id": 55, "contact": {"id": 501}, "category": {"name": "Interested"}}),
            GetSettings=[{}],
            GetSequenceEmailAccounts=[[{"id": 5, "email": "maria@ourco.com", "dailyLimit": 60}]],
        )
        preview = one.operation.preview
        assert callable(preview)
        said = (await preview(one)).text
        assert (
            'This enrolls Ann Lee <Ann@Acme.com> (501) in "Q4" (77), active and takes them out of every other' in said
        )
        assert said.splitlines()[0] == (
            'Against writing to them: their emails bounced in "Old" (5); a conversation goes on in thread 55 '
            "(Interested)."
        )

    async def test_nobody_on_the_blacklist_is_enrolled(self) -> None:
        one = call(
            "MoveContactToSequence",
            MOVING,
            GetSequenceById=ACTIVE,
            GetContactById=ANN,
            GetContactStatuses={"sequences": []},
            GetBlacklistDomainRules={"items": []},
            GetBlacklistEmailRules={"items": [{"id": 3, "pattern": "ann@acme.com"}]},
            GetBlacklistEmailExceptionRules={"items": []},
        )
        with pytest.raises(NotDone, match=r'reply_delete_blacklist_email_rule {"id": 3} lifts it'):
            await one.run()
        assert one.sent == []


class TestListsAndFields:
    async def test_opted_out_people_on_a_list_are_told(self) -> None:
        one = call(
            "AddContactsToContactList",
            {"id": 4, "contactIds": [501, 502]},
            send={},
            FilterContacts=page({**ANN, "isOptedOut": True}, JOANN, {"id": 600, "isOptedOut": True}),
        )
        assert await one.run() == {}
        assert one.notes == ["Opted out, so no sequence will reach them: 501."]

    async def test_whom_the_question_has_read_is_not_read_again(self) -> None:
        one = call(
            "MoveContactsToContactList",
            {"id": 4, "contactIds": [501]},
            send={},
            GetContactListById={"id": 4, "name": "ICP A"},
            GetContactById={**ANN, "isOptedOut": True},
        )
        assert one.operation.preview is not None
        await one.operation.preview(one)
        await one.run()
        assert one.notes == ["Opted out, so no sequence will reach them: 501."]
        assert [id for id, _ in one.asked] == ["GetContactListById", "GetContactById"]

    async def test_of_a_long_list_it_is_said_for_how_many_the_opt_out_is_not_known(self) -> None:
        one = call(
            "AddContactsToContactList",
            {"id": 4, "contactIds": [501, 502, 503]},
            send={"503": {"error": 8}},
            FilterContacts={**page(ANN), "hasMore": True},
        )
        await one.run()
        (note,) = one.notes
        assert note.startswith("Whether 1 of them opted out is not known")

    async def test_a_failing_look_does_not_hide_that_it_was_done(self) -> None:
        one = call(
            "AddContactsToContactList",
            {"id": 4, "contactIds": [501]},
            send={"501": {"error": 8}},
            FilterContacts=Unreachable("no answer"),
        )
        assert await one.run() == {"501": {"error": "no such contact, or out of this user's reach"}}

    async def test_a_list_name_that_is_taken_is_answered_with_its_id(self) -> None:
        one = call("CreateContactList", {"name": "icp a"}, GetContactLists=page({"id": 88, "name": "ICP A"}))
        said = await one.explained(refusal(409, "contactsList.duplicateName"))
        assert said == '409: "ICP A" is list 88 already; use that id. Nothing was changed.'

    async def test_a_field_title_that_is_taken_in_another_case(self) -> None:
        one = call("CreateCustomField", {"title": "SEATS", "fieldType": "number"}, GetCustomFields=FIELDS)
        said = await one.explained(refusal(409, "customField.duplicateName"))
        assert said is not None
        assert '"Seats" is custom field 8 (number)' in said

    async def test_the_field_limit_is_not_worth_repeating(self) -> None:
        one = call("CreateCustomField", {"title": "New", "fieldType": "text"})
        said = await one.explained(refusal(409, "customField.limitExceeded", "Limit reached."))
        assert said is not None
        assert "do not repeat" in said

    async def test_a_replacing_update_keeps_the_metadata(self) -> None:
        arguments = {"id": 7, "title": "Pain", "fieldType": "text"}
        one = call("UpdateCustomField", arguments, GetCustomFieldById={"id": 7, "metadata": "a|b"}, send={})
        await one.run()
        assert one.sent[0].body == {"title": "Pain", "fieldType": "text", "metadata": "a|b"}
        two = call("UpdateCustomField", {**arguments, "metadata": None}, send={})
        await two.run()
        assert two.sent[0].body["metadata"] is None


HANDING_OVER: dict[str, Any] = {"contactIds": [501, 502], "userId": 9}


class TestOwners:
    async def test_only_who_changed_hands_is_counted(self) -> None:
        team = [[{"userId": 9, "userName": "Jonas Berg"}]]
        one = call("ChangeContactsOwner", HANDING_OVER, send={"affectedIds": [501]}, WhoamiTeamUsers=team)
        assert (await one.run())["outcome"].startswith("1 of 2 contacts now belong to Jonas Berg (9). Unchanged")

    async def test_a_missing_teammate_is_not_a_missing_contact(self) -> None:
        team = [[{"userId": 3, "userName": "Maria Silva"}]]
        one = call("ChangeContactsOwner", HANDING_OVER, WhoamiTeamUsers=team)
        said = await one.explained(refusal(404, "contact.notFound"))
        assert said is not None
        assert "user 9 is not in this team" in said
        two = call("ChangeContactsOwner", HANDING_OVER, WhoamiTeamUsers=[[{"userId": 9}]])
        said = await two.explained(refusal(404, "contact.notFound"))
        assert said is not None
        assert "contacts do not exist" in said


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"contactIds": [1], "isBounced": True, "resendEmails": False}, "leave out resendEmails"),
        ({"contactIds": [1], "isBounced": False}, "say resendEmails"),
    ],
)
def test_resending_is_decided(arguments: dict[str, Any], fault: str) -> None:
    with pytest.raises(WrongArguments, match=fault):
        call("SetContactsBounced", arguments)


async def test_activities_of_any_shape_have_a_summary() -> None:
    rows = page(
        {"id": 1, "content": {"subject": "Hi", "step": 2, "opened": True, "raw": {"x": 1}}},
        {"id": 2, "content": None},
        {"id": 3, "content": "called"},
    )
    answer = await call("GetContactActivities", {"id": 501}, send=rows).run()
    assert [row.get("summary") for row in answer["items"]] == ["subject: Hi; step: 2", None, "called"]


async def test_a_bulk_delete_names_people_and_number() -> None:
    one = call("BulkDeleteContacts", {"ids": [501, 1, 2, 3, 4]}, GetContactById=[ANN, refusal(404), JOANN])
    preview = one.operation.preview
    assert callable(preview)
    said = await preview(one)
    assert said.startswith("This deletes 4 contacts: Ann Lee <Ann@Acme.com> (501), Joann")
    assert said.endswith("and 2 more. Not found: 1.")


async def test_contacts_that_do_not_exist_are_not_asked_about() -> None:
    one = call("BulkDeleteContacts", {"ids": [1, 2]}, GetContactById=refusal(404))
    assert callable(one.operation.preview)
    with pytest.raises(NotDone, match="there are no contacts 1, 2"):
        await one.operation.preview(one)


async def test_a_failed_look_stops_the_question() -> None:
    one = call("BulkDeleteContacts", {"ids": [1, 2]}, GetContactById=refusal(500))
    assert callable(one.operation.preview)
    with pytest.raises(ApiError):
        await one.operation.preview(one)


WHO = "Ann Lee <Ann@Acme.com> (501)"
PLACE = '- Ann Lee <Ann@Acme.com>, in "Q4" (77)'
TALK = 'In a conversation that goes on: Ann Lee <Ann@Acme.com>, thread 9 (Interested): "Tuesday works.".'
STEPS = [
    {"id": 1, "type": "email", "variants": [{"id": 1, "subject": "Hello", "message": "<p>First</p>"}]},
    {
        "id": 2,
        "parentId": 1,
        "type": "email",
        "variants": [{"id": 2, "subject": "Again", "message": "Hi {{FirstName}}"}],
    },
]
ELSEWHERE = 'Ann Lee <Ann@Acme.com>: their emails bounced in "Q4" (77).'
Q4 = '- "Q4" (77) sends from maria@ourco.com; on its schedule, which could not be read'
SPRING = '- "Spring" (78) sends from maria@ourco.com; on its schedule, which could not be read'
NEXT = '- first message to Ann Lee: "Again": "Hi Ann"'
STATES: dict[str, Any] = {
    "GetContactStatuses": {
        "sequences": [
            {
                "sequenceId": 77,
                "sequenceName": "Q4",
                "statusInSequence": "active",
                "emailDisposition": {"isReplied": True, "isBounced": True},
            },
            {"sequenceId": 78, "sequenceName": "Spring", "statusInSequence": "paused"},
            {"sequenceId": 79, "sequenceName": "Rests", "statusInSequence": "paused"},
        ]
    },
    "GetSequences": {"items": [{"id": 77, "status": "Active"}, {"id": 78, "status": "Active"}]},
    "GetSequenceById": lambda request: {
        "id": request["id"],
        "name": {77: "Q4", 78: "Spring"}[request["id"]],
        "status": "active",
        "emailAccounts": [{"id": 5, "email": "maria@ourco.com"}],
        "steps": STEPS,
    },
    "GetSequenceContactById": {"contactId": 501, "currentStep": {"stepId": 2}},
    "GetBlacklistDomainRules": {"items": []},
    "GetBlacklistEmailRules": {"items": []},
    "GetEmailsList": {"items": [{"contactId": 3, "isBounced": True}]},
    "FilterInboxThreads": {
        "items": [
            {"id": 9, "contact": {"id": 501}, "category": {"name": "Interested"}, "bodyPreview": "Tuesday works."}
        ]
    },
}


@pytest.mark.parametrize(
    ("id", "arguments", "question"),
    [
        (
            "UpdateContact",
            {"id": 501, "isOptedOut": False},
            f"This lifts the opt-out of {WHO}, who can then be contacted again.",
        ),
        (
            "SetContactsOptedOut",
            {"contactIds": [501], "isOptedOut": False},
            f"This lifts the opt-out of {WHO}: they asked not to be contacted, and can be contacted again.",
        ),
        (
            "SetContactsReplied",
            {"contactIds": [501], "isReplied": False},
            f"{TALK}\n{ELSEWHERE}\n"
            f"This clears the reply of 1 person in every sequence; sending to them may go on:\n{PLACE}, "
            f'"Spring" (78)\n{Q4}\n{SPRING}\n{NEXT}',
        ),
        (
            "SetContactsBounced",
            {"contactIds": [501], "isBounced": False, "resendEmails": True},
            f"{TALK}\n{ELSEWHERE}\nThis sends the step that bounced again to 1 person:\n{PLACE}\n{Q4}\n{NEXT}",
        ),
        (
            "SetContactsStatusInSequence",
            {"contactIds": [501], "statusInSequence": "active"},
            f"{TALK}\n{ELSEWHERE}\nThis sets 1 person active in every sequence they are in; "
            "sequences that run go on sending to them:\n"
            f'- Ann Lee <Ann@Acme.com>, in "Spring" (78)\n{SPRING}\n{NEXT}',
        ),
    ],
)
async def test_a_person_is_asked_before_people_hear_from_us_again(
    id: str, arguments: dict[str, Any], question: str
) -> None:
    one = call(id, arguments, GetContactById={**ANN, "isOptedOut": "isOptedOut" in arguments}, **STATES)
    assert await question_before(one) == question


async def test_a_change_that_reaches_mails_under_way_is_asked_about_in_words() -> None:
    given = {"id": 501, "phone": "12 34", "state": None, "email": "ann@acme.org"}
    there = {"items": [{"sequenceId": 77, "sequenceName": "Q4", "statusInSequence": "active"}]}
    one = call("UpdateContact", given, GetContactById=ANN, GetContactSequences=there, FilterTasks={"items": []})
    assert await question_before(one) == (
        f'This sets phone to "12 34", email to "ann@acme.org" and clears state of {WHO}. They are in "Q4" (77): what '
        "is still sent to them from there uses it."
    )


ACROSS: list[tuple[str, dict[str, Any]]] = [
    ("SetContactsReplied", {"isReplied": False}),
    ("SetContactsBounced", {"isBounced": False, "resendEmails": True}),
    ("SetContactsStatusInSequence", {"statusInSequence": "active"}),
]
"""What makes sequences write to people again, wherever they are."""


@pytest.mark.parametrize(("id", "arguments"), ACROSS)
async def test_nobody_on_the_blacklist_is_written_to_again(id: str, arguments: dict[str, Any]) -> None:
    rules = {"GetBlacklistEmailRules": {"items": [{"id": 5, "pattern": "ann@acme.com"}]}}
    more = {**STATES, **rules, "GetBlacklistEmailExceptionRules": {"items": []}}
    one = call(id, {"contactIds": [501], **arguments}, GetContactById=ANN, **more)
    with pytest.raises(NotDone, match=r"on the blacklist, address ann@acme.com \(rule 5\)"):
        await one.run()
    assert one.sent == []


@pytest.mark.parametrize(("id", "arguments"), ACROSS)
async def test_where_no_sequence_runs_nobody_is_asked(id: str, arguments: dict[str, Any]) -> None:
    one = call(id, {"contactIds": [501], **arguments}, GetContactById=ANN, **{**STATES, "GetSequences": {"items": []}})
    assert await question_before(one) == ""


@pytest.mark.parametrize(("id", "arguments"), ACROSS)
async def test_who_opted_out_is_named_as_left_out(id: str, arguments: dict[str, Any]) -> None:
    people = {501: ANN, 502: {**JOANN, "isOptedOut": True}}
    more = {**STATES, "GetContactById": lambda request: people[request["id"]]}
    question = await question_before(call(id, {"contactIds": [501, 502], **arguments}, **more))
    assert "1 person" in question
    assert "\nFor 1 other no message follows: Joann <joann@acme.com> (opted out)." in question


async def test_many_people_are_found_in_the_pages_of_sequences_that_run() -> None:
    people = [{"id": id, "email": f"p{id}@acme.com", "firstName": f"P{id}"} for id in range(1, 13)]
    rows = [{"contactId": id, "statusInSequence": "paused"} for id in range(1, 12)]
    more = {**STATES, "GetContacts": page(*people), "GetSequenceContacts": [page(*rows), page()]}
    one = call("SetContactsStatusInSequence", {"contactIds": list(range(1, 13)), "statusInSequence": "active"}, **more)
    question = await question_before(one)
    assert "This sets 11 people active" in question
    assert '- P1 <p1@acme.com>, in "sequence 77"' in question or "- P1 <p1@acme.com>, in sequence 77" in question
    assert "and 8 more: P4 <p4@acme.com> (4)" in question
    assert "For 1 other no message follows: P12 <p12@acme.com>." in question
    assert "- sequence 77 sends from maria@ourco.com" in question
    assert "- first message to P1" in question
    assert "Emails bounced: P3 <p3@acme.com>." in question
    assert len(one.asked) <= 11


@pytest.mark.parametrize(
    ("id", "arguments"),
    [
        ("UpdateContact", {"id": 501, "isOptedOut": True}),
        ("SetContactsOptedOut", {"contactIds": [501], "isOptedOut": True}),
        ("SetContactsReplied", {"contactIds": [501], "isReplied": True}),
        ("SetContactsBounced", {"contactIds": [501], "isBounced": False, "resendEmails": False}),
        ("SetContactsBounced", {"contactIds": [501], "isBounced": True}),
        ("SetContactsStatusInSequence", {"contactIds": [501], "statusInSequence": "finished"}),
    ],
)
async def test_nobody_is_asked_before_they_hear_less(id: str, arguments: dict[str, Any]) -> None:
    assert await question_before(call(id, arguments)) == ""


@pytest.mark.parametrize(
    ("id", "arguments", "words"),
    [
        ("SetContactsOptedOut", {"isOptedOut": True}, "Both contacts now opted out."),
        ("SetContactsOptedOut", {"isOptedOut": False}, "Both contacts opted in again."),
        ("SetContactsReplied", {"isReplied": True}, "Both contacts marked as replied."),
        ("SetContactsReplied", {"isReplied": False}, "Both contacts cleared of their reply."),
        ("SetContactsBounced", {"isBounced": True}, "Both contacts marked as bounced."),
        ("SetContactsBounced", {"isBounced": False, "resendEmails": False}, "Both contacts cleared of their bounce."),
    ],
)
async def test_the_answer_says_in_words_what_is_now_true(id: str, arguments: dict[str, Any], words: str) -> None:
    one = call(id, {"contactIds": [501, 502], **arguments}, send={}, GetContactById=[ANN, JOANN], **STATES)
    assert condense(await one.run(), one.operation.view, arguments=one.arguments.wire()).text == words


@pytest.mark.parametrize(
    ("id", "arguments", "words"),
    [
        ("DeleteContact", {"id": 501}, 'This deletes Ann Lee <Ann@Acme.com> (501), who is in "Q4" (active).'),
        ("DeleteContactList", {"id": 4}, 'This deletes the list "ICP A" (4, shared with the team).'),
        ("MoveContactsToContactList", {"id": 4, "contactIds": [501]}, "takes them off every other list"),
        ("DeleteCustomField", {"id": 8}, 'the custom field "Seats" (8)'),
    ],
)
async def test_what_is_about_to_be_lost_is_named(id: str, arguments: dict[str, Any], words: str) -> None:
    one = call(
        id,
        arguments,
        GetContactById=ANN,
        GetContactSequences=[[{"sequenceId": 77, "sequenceName": "Q4", "statusInSequence": "active"}]],
        GetContactListById={"id": 4, "name": "ICP A", "isShared": True},
        GetCustomFieldById=FIELDS[0][1],
    )
    assert one.operation.effect is Effect.DELETE
    preview = one.operation.preview
    assert callable(preview)
    assert words in await preview(one)

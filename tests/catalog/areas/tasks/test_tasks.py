"""Tasks: each test shows what Reply would do, and how the operation makes up for it or says so before."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.tasks import area
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

TASK: dict[str, Any] = {
    "id": 8812,
    "contactId": 501,
    "taskType": "call",
    "status": "new",
    "sequenceId": 17,
    "assignedUserId": 1204,
    "startAt": "2026-11-20T09:00:00Z",
    "dueTo": "2026-11-22T09:00:00Z",
    "linkedInTaskType": None,
    "template": {"body": "Ask {{FirstName}} about seats", "subject": None, "attachmentIdList": None},
}
MAIL = TASK | {
    "taskType": "ManualEmail",
    "content": {"subject": "Seats", "body": "<p>Hi&nbsp;Ann,</p><p>how many seats?</p>"},
    "deliveryInfo": {"email": "ann@acme.com", "phoneNumber": None},
}
ANN = {"id": 501, "firstName": "Ann", "lastName": "Lee", "email": "ann@acme.com"}
GIVEN = {"taskType": "call", "startAt": "2026-11-23", "dueTo": "2026-11-23", "template": {"body": "x"}}
SEQUENCE = {"id": 17, "name": "Q4 Outbound", "status": "active"}
REACHABLE: dict[str, Any] = {
    "GetContactById": ANN,
    "GetBlacklistDomainRules": {"items": []},
    "GetBlacklistEmailRules": {"items": []},
    "GetContactStatuses": {"sequences": []},
    "FilterInboxThreads": {"items": []},
}
"""Nothing speaks against writing to Ann."""


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def preview(one: FakeCall) -> str:
    assert callable(one.operation.preview)
    asked = await one.operation.preview(one)
    return asked.text if isinstance(asked, Question) else asked


async def effect(one: FakeCall) -> Effect:
    assert one.operation.effect_for is not None
    return await one.operation.effect_for(one)


class TestListing:
    async def test_only_open_tasks_are_overdue(self) -> None:
        rows = [
            {"id": 1, "status": "New", "dueTo": "2020-01-01T00:00:00"},
            {"id": 2, "status": "finished", "dueTo": "2020-01-01T00:00:00Z"},
            {"id": 3, "status": "new", "dueTo": "2999-01-01T00:00:00Z"},
            {"id": 4, "status": "new", "dueTo": None},
        ]
        answer = await call("FilterTasks", {}, send={"items": rows, "hasMore": False}).run()
        assert [row["isOverdue"] for row in answer["items"]] == [True, False, False, False]

    async def test_without_a_filter_the_callers_own_open_ones_are_meant(self) -> None:
        one = call("FilterTasks", {"top": 5}, send={"items": []})
        await one.run()
        assert one.sent[0].body == {"status": "new", "assignedUserId": "me"}
        assert one.sent[0].query == {"top": 5}
        assert one.notes == ['Only your own open tasks. Everybody\'s: status="new"; finished ones: status="finished".']

    @pytest.mark.parametrize(
        ("given", "users", "note"),
        [
            ({"overdue": True}, [1204, 1207], ['Of everybody; yours alone: assignedUserId="me".']),
            ({"overdue": True}, [1204, 1204], []),
            ({"assignedUserId": 1207}, [], ["Other users' tasks show only to roles that may see them."]),
        ],
    )
    async def test_with_a_filter_nothing_is_added(
        self, given: dict[str, Any], users: list[int], note: list[str]
    ) -> None:
        rows = [TASK | {"assignedUserId": user} for user in users]
        team = {"items": [{"userId": 1204, "userName": "Maria Silva"}]}
        one = call("FilterTasks", given, send={"items": rows}, WhoamiTeamUsers=team)
        answer = await one.run()
        assert one.sent[0].body == given
        assert one.notes == note
        assert [row["user"]["name"] for row in answer["items"]] == ["Maria Silva" if u == 1204 else u for u in users]


class TestCreating:
    def test_everything_but_a_todo_needs_a_contact(self) -> None:
        with pytest.raises(WrongArguments, match="contactId is needed for a call task"):
            call("CreateTask", GIVEN)

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"dueTo": "2026-11-22"}, "dueTo must be later than startAt"),
            ({"startAt": "2014-01-01"}, "2015 or later"),
            ({"linkedInTaskType": "connect"}, "only for taskType linkedIn"),
            ({"template": {}}, "template.body: required"),
        ],
    )
    def test_what_reply_would_refuse(self, more: dict[str, Any], said: str) -> None:
        with pytest.raises(WrongArguments, match=said):
            call("CreateTask", GIVEN | {"contactId": 501} | more)

    async def test_due_on_a_day_is_due_at_its_end(self) -> None:
        one = call("CreateTask", GIVEN | {"contactId": 501}, send=TASK)
        await one.run()
        assert one.sent[0].body["startAt"] == "2026-11-23T00:00:00Z"
        assert one.sent[0].body["dueTo"] == "2026-11-23T23:59:59Z"


class TestChanging:
    async def test_what_is_left_out_stays(self) -> None:
        one = call("UpdateTask", {"id": 8812, "dueTo": "2026-11-30T09:00:00Z"}, GetTaskById=TASK, send=TASK)
        await one.run()
        assert one.sent[0].body == {
            "taskType": "call",
            "startAt": "2026-11-20T09:00:00Z",
            "dueTo": "2026-11-30T09:00:00Z",
            "contactId": 501,
            "template": {"body": "Ask {{FirstName}} about seats"},
        }

    async def test_a_new_text_keeps_the_subject(self) -> None:
        held = MAIL | {"template": {"body": "old", "subject": "Seats"}, "taskType": "manualEmail"}
        one = call("UpdateTask", {"id": 8812, "template": {"body": "new"}}, GetTaskById=held, send=held)
        await one.run()
        assert one.sent[0].body["template"] == {"body": "new", "subject": "Seats"}

    async def test_a_start_after_the_held_due_time_is_told(self) -> None:
        one = call("UpdateTask", {"id": 8812, "startAt": "2026-12-01T09:00:00Z"}, GetTaskById=TASK)
        with pytest.raises(WrongArguments, match=r"later than startAt, .*; dueTo stays as it is unless"):
            await one.run()
        assert one.sent == []

    @pytest.mark.parametrize("change", [{"taskType": "sms"}, {"contactId": 502}, {"contactId": None}])
    async def test_type_and_contact_of_a_sequences_task_stay(self, change: dict[str, Any]) -> None:
        one = call("UpdateTask", {"id": 8812, **change}, GetTaskById=TASK)
        with pytest.raises(NotDone, match="belongs to a sequence"):
            await one.run()
        assert one.sent == []

    async def test_a_finished_task_is_not_changed(self) -> None:
        one = call("UpdateTask", {"id": 8812, "dueTo": "2026-12-01"}, GetTaskById=TASK | {"status": "finished"})
        with pytest.raises(NotDone, match="task 8812 is finished"):
            await one.run()


class TestCompleting:
    async def test_in_a_sequence_the_contact_moves_on(self) -> None:
        one = call("CompleteTask", {"id": 8812}, GetTaskById=TASK, GetSequenceById=SEQUENCE, **REACHABLE)
        assert await effect(one) is Effect.SEND
        text = await preview(one)
        assert "call task 8812 for Ann Lee (501, ann@acme.com)" in text
        assert 'next step of "Q4 Outbound" (17, active), which may send' in text
        assert len(one.asked_for("GetTaskById")) == 1

    async def test_taken_out_of_it_nothing_is_sent(self) -> None:
        one = call("CompleteTask", {"id": 8812, "finishProspectInSequence": True}, GetTaskById=TASK)
        assert await effect(one) is Effect.WRITE

    async def test_a_task_of_no_sequence_only_closes(self) -> None:
        one = call("CompleteTask", {"id": 8812}, GetTaskById=TASK | {"sequenceId": None})
        assert await effect(one) is Effect.WRITE

    async def test_an_empty_body_is_sent(self) -> None:
        one = call("CompleteTask", {"id": 8812}, GetTaskById=TASK | {"sequenceId": None}, send=TASK)
        await one.run()
        assert one.sent[0].body == {}

    async def test_done_already_is_told_from_refused(self) -> None:
        done = TASK | {"status": "Finished", "finishedAt": "2026-11-21T10:30:00Z"}
        conflict = refusal(409, "task.cannotComplete")
        one = call("CompleteTask", {"id": 8812}, GetTaskById=[done, TASK | {"status": "cancelled"}])
        assert "finished already, 2026-11-21 10:30 UTC; nothing was changed" in str(await one.explained(conflict))
        assert "is cancelled and cannot be completed" in str(await one.explained(conflict))

    async def test_several_of_which_one_is_unknown(self) -> None:
        rows = [
            {"id": 1, "sequenceId": None, "contact": {"fullName": "Ann Lee"}},
            {"id": 2, "sequenceId": 17, "contact": {"id": 501, "fullName": "Omar Haddad"}},
        ]
        one = call("BatchCompleteTasks", {"ids": [1, 2, 3]}, FilterTasks={"items": rows}, **REACHABLE)
        assert await effect(one) is Effect.SEND
        text = await preview(one)
        assert "completes 3 tasks without carrying them out (1 Ann Lee, 2 Omar Haddad and 1 more)" in text
        assert "The contacts of 1 move on to the next step of their sequences" in text
        assert "Not found among the open ones: 1," in text
        assert len(one.asked) == 4

    async def test_several_of_no_sequence_only_close(self) -> None:
        one = call("BatchCompleteTasks", {"ids": [1]}, FilterTasks={"items": [{"id": 1, "sequenceId": None}]})
        assert await effect(one) is Effect.WRITE


class TestDoing:
    async def test_the_preview_names_person_address_and_words(self) -> None:
        mailboxes = {"GetSequenceEmailAccounts": [[{"id": 5, "email": "m@o.com"}, {"id": 6, "email": "n@o.com"}]]}
        one = call("ExecuteTask", {"id": 8812}, GetTaskById=MAIL, send=MAIL, **REACHABLE, **mailboxes)
        text = await preview(one)
        assert "real email to Ann Lee (501, ann@acme.com), from one of m@o.com, n@o.com, and completes" in text
        assert text.endswith('. Subject "Seats":\n> Hi Ann,\n>\n> how many seats?')
        await one.run()
        assert len(one.asked_for("GetTaskById")) == 1
        assert one.sent[0].body == {}

    async def test_words_given_take_the_place_of_the_tasks(self) -> None:
        own = {**MAIL, "sequenceId": None}
        mailbox = {"ListEmailAccounts": [[{"id": 5, "isDefault": True, "connection": {"email": "m@o.com"}}]]}
        given = {"id": 8812, "content": {"body": "Other"}}
        one = call("ExecuteTask", given, GetTaskById=own, **REACHABLE, **mailbox)
        text = await preview(one)
        assert '"Other"' in text
        assert ", from the default mailbox, m@o.com, and completes" in text

    @pytest.mark.parametrize(
        ("task", "arguments", "said"),
        [
            (TASK, {}, "is a call task, and only email and SMS"),
            (MAIL | {"status": "finished"}, {}, "is finished"),
            (MAIL, {"emailAccountId": 5}, "sends from its mailbox"),
            (MAIL | {"taskType": "sms", "sequenceId": None}, {"emailAccountId": 5}, "is an SMS"),
        ],
    )
    async def test_what_cannot_be_sent_is_not_tried(
        self, task: dict[str, Any], arguments: dict[str, Any], said: str
    ) -> None:
        one = call("ExecuteTask", {"id": 8812, **arguments}, GetTaskById=task)
        with pytest.raises(NotDone, match=said):
            await one.run()
        assert one.sent == []


class TestDeleting:
    @pytest.mark.parametrize(("status", "verb"), [("new", "cancels"), ("finished", "archives")])
    async def test_says_what_becomes_of_it(self, status: str, verb: str) -> None:
        one = call("DeleteTask", {"id": 8812}, GetTaskById=TASK | {"status": status}, GetContactById=refusal(404))
        assert f"This {verb} call task 8812 for contact 501" in await preview(one)


async def test_open_tasks_for_no_contact_lead_to_their_text() -> None:
    rows = [
        {"id": 1, "status": "new", "taskType": "toDo", "contact": None},
        {"id": 2, "status": "finished", "taskType": "toDo", "contact": None},
        {"id": 3, "status": "new", "taskType": "call", "contact": {"id": 7, "fullName": "Ann"}},
    ]
    call = FakeCall(operation_of(area, "GetTasks"), {}, send={"items": rows, "hasMore": False})
    await call.run()
    assert "For no contact: 1; reply_get_task shows what is to do." in call.notes

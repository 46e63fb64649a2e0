"""The inbox: each test shows what Reply does, and how the operation makes up for it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.catalog.areas.inbox import area
from reply_mcp.catalog.operation import Question
from reply_mcp.errors import NotDone, OutcomeUnknown, Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

DANA = {"id": 9821, "fullName": "Dana Fox", "email": "dana@initech.com", "isDeleted": False}
OMAR = {"id": 9822, "fullName": "Omar Haddad", "email": None, "linkedInProfileUrl": "https://www.linkedin.com/in/omar/"}
REPLY = {"id": 55120, "message": "<p>Tuesday works.</p>"}
NONE: dict[str, Any] = {"items": [], "hasMore": False}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **{**NOT_BLOCKED, **answers})


NOT_BLOCKED: dict[str, Any] = {
    "GetBlacklistDomainRules": {"items": []},
    "GetBlacklistEmailRules": {"items": []},
    "GetContactStatuses": {"isOptedOut": False},
    "FilterInboxThreads": {"items": []},
    "GetEmailAccount": {"connection": {"email": "maria@ourco.com"}},
    "GetLinkedInAccount": {"name": "Maria"},
    "ListEmailAccounts": {"items": []},
}
"""What is looked up about somebody whom nothing speaks against, and the accounts that write."""


async def preview(one: FakeCall) -> str:
    ask = one.operation.preview
    assert callable(ask)
    question = await ask(one)
    return question.text if isinstance(question, Question) else question


def page(*rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"items": list(rows), "hasMore": more}


def thread(id: int = 55120, contact: dict[str, Any] = DANA, channel: str = "email", **more: Any) -> dict[str, Any]:
    return {"id": id, "channel": channel, "contact": contact, "isRead": True, **more}


def message(number: int, **more: Any) -> dict[str, Any]:
    return {"channel": "email", "messageId": f"<{number}>", "body": f"message {number}", "isOutbound": False, **more}


class TestFinding:
    async def test_from_is_included(self) -> None:
        one = call("FilterInboxThreads", {"from": "2026-11-01T09:00:00Z", "source": "sent"}, send=NONE)
        await one.run()
        assert one.sent[0].body["from"] == "2026-11-01T08:59:59.999000Z"

    async def test_a_bare_date_is_the_whole_day(self) -> None:
        one = call("FilterInboxThreads", {"from": "2026-11-01", "to": "2026-11-01"}, send=NONE)
        await one.run()
        assert one.sent[0].body["from"] == "2026-10-31T23:59:59.999000Z"
        assert one.sent[0].body["to"] == "2026-11-01T23:59:59Z"

    def test_a_period_that_ends_before_it_begins_is_not_sent(self) -> None:
        with pytest.raises(WrongArguments, match="to must be later than from"):
            call("FilterInboxThreads", {"from": "2026-11-02", "to": "2026-11-01"})

    @pytest.mark.parametrize("more", [{}, {"skip": 25}])
    async def test_no_thread_of_a_category_leads_to_those_that_nobody_filed(self, more: dict[str, Any]) -> None:
        one = call("FilterInboxThreads", {"categoryIds": [3], **more}, send=NONE, FilterInboxThreads=NONE)
        await one.run()
        assert ("it shows without categoryIds" in one.noted) is not bool(more)

    async def test_threads_of_others_are_left_out(self) -> None:
        found = page(thread(), thread(55121, OMAR))
        one = call("FilterInboxThreads", {"contactIds": [9821]}, send=found, FilterInboxThreads=NONE)
        assert [row["id"] for row in (await one.run())["items"]] == [55120]
        assert "Left out 1 thread of other contacts" in one.noted

    async def test_an_address_is_compared_whatever_its_case(self) -> None:
        one = call(
            "FilterInboxThreads", {"contactIds": ["DANA@initech.com"]}, send=page(thread()), FilterInboxThreads=NONE
        )
        assert [row["id"] for row in (await one.run())["items"]] == [55120]
        assert one.notes == []

    async def test_several_threads_of_one_contact_are_named(self) -> None:
        found = page(thread(sequence={"id": 3, "name": "Q4 Outbound"}), thread(55130))
        one = call("FilterInboxThreads", {"contactIds": [9821]}, send=found, FilterInboxThreads=NONE)
        await one.run()
        assert "2 threads: 55120 (email, Q4 Outbound), 55130 (email, no sequence)" in one.noted


class TestWhoseTurn:
    async def test_a_thread_in_the_list_is_not_a_reply(self) -> None:
        found = page(thread(isRead=False), thread(55121, OMAR, "linkedIn"))
        one = call("ListInboxThreads", {}, send=found, FilterInboxThreads=page(thread(55121, OMAR, "linkedIn")))
        assert [row["state"] for row in (await one.run())["items"]] == ["unread, needs answer", "their turn"]
        assert one.asked_for("FilterInboxThreads") == [{"source": "sent", "contactIds": [9821, 9822], "top": 6}]

    async def test_nothing_is_claimed_where_it_is_not_known(self) -> None:
        for answer in (page(more=True), refusal(403), Unreachable("gone")):
            one = call("ListInboxThreads", {}, send=page(thread(isRead=False)), FilterInboxThreads=answer)
            assert [row["state"] for row in (await one.run())["items"]] == ["unread"]

    async def test_failed_and_planned_messages_show(self) -> None:
        found = page(thread(status={"state": "NeedsAttention"}), thread(2, isLastMessagePlanned=True))
        one = call("FilterInboxThreads", {"source": "sent"}, send=found)
        states = [row["state"] for row in (await one.run())["items"]]
        assert states == ["failed to send, their turn", "reply planned"]
        assert one.asked == []

    async def test_an_empty_page_costs_no_second_request(self) -> None:
        one = call("ListInboxThreads", {}, send=NONE)
        assert await one.run() == NONE


class TestMissingThread:
    async def test_a_contact_id_given_for_a_thread(self) -> None:
        one = call("GetInboxThread", {"id": 9821}, FilterInboxThreads=page(thread()))
        meaning = await one.explained(refusal(404, "inboxThread.notFound"))
        assert "9821 is the contact Dana Fox <dana@initech.com>, whose threads are 55120 (email)" in str(meaning)

    async def test_rows_that_are_of_others_do_not_make_it_a_contact(self) -> None:
        one = call("GetInboxThread", {"id": 4}, FilterInboxThreads=page(thread()))
        meaning = await one.explained(refusal(404, "inboxThread.notFound"))
        assert "Dana" not in str(meaning)
        assert "there is no thread 4" in str(meaning)

    async def test_a_route_that_is_not_there_is_no_missing_thread(self) -> None:
        assert await call("GetInboxThread", {"id": 4}).explained(refusal(404)) is None

    async def test_a_missing_category_has_the_code_of_a_missing_thread(self) -> None:
        one = call("SetInboxThreadCategory", {"id": 55120, "categoryId": 99}, GetInboxThread=thread())
        meaning = await one.explained(refusal(404, "inboxThread.notFound"))
        assert "thread 55120 exists, category 99 does not" in str(meaning)

    async def test_a_missing_thread_when_filing(self) -> None:
        gone = refusal(404, "inboxThread.notFound")
        one = call("SetInboxThreadCategory", {"id": 5, "categoryId": 3}, GetInboxThread=gone, FilterInboxThreads=NONE)
        assert "there is no thread 5" in str(await one.explained(gone))


class TestAnswering:
    async def test_the_channel_is_the_threads(self) -> None:
        one = call(
            "SendInboxThreadMessage",
            {**REPLY, "contact": 9822, "channel": "linkedin"},
            GetInboxThread=thread(contact=OMAR, channel="LinkedIn"),
            send={"channel": "linkedIn", "messageId": None, "isOutbound": True},
        )
        answer = await one.run()
        assert one.sent[0].body == {"message": "<p>Tuesday works.</p>", "channel": "linkedIn"}
        assert answer["outcome"].startswith("Sent by LinkedIn to Omar Haddad <https://www.linkedin.com/in/omar/>")

    @pytest.mark.parametrize("meant", [9821, "9821", "Dana@Initech.com"])
    async def test_the_person_meant_gets_it(self, meant: int | str) -> None:
        one = call(
            "SendInboxThreadMessage",
            {**REPLY, "contact": meant},
            GetInboxThread=thread(),
            send=message(3, isOutbound=True),
        )
        await one.run()
        assert one.sent[0].body == {"message": "<p>Tuesday works.</p>", "channel": "email"}
        assert one.asked_for("GetInboxThread") == [{"id": 55120}]

    @pytest.mark.parametrize("meant", [9822, "joe@initech.com", "ana@initech.com"])
    async def test_another_person_does_not(self, meant: int | str) -> None:
        one = call("SendInboxThreadMessage", {**REPLY, "contact": meant}, GetInboxThread=thread())
        with pytest.raises(NotDone, match=r"thread 55120 is with Dana Fox .* not with"):
            await one.run()
        assert one.sent == []

    @pytest.mark.parametrize(
        ("arguments", "contact", "channel", "said"),
        [
            ({"channel": "email"}, OMAR, "linkedIn", "is on linkedIn, not email"),
            ({"cc": ["a@b.co"], "bcc": ["c@d.co"]}, OMAR, "linkedIn", "has no cc, bcc"),
            ({}, DANA, "unknown", "the channel of thread 55120 is unknown"),
        ],
    )
    async def test_what_reply_would_ignore_is_refused(
        self, arguments: dict[str, Any], contact: dict[str, Any], channel: str, said: str
    ) -> None:
        one = call("SendInboxThreadMessage", {**REPLY, **arguments}, GetInboxThread=thread(1, contact, channel))
        with pytest.raises(NotDone, match=said):
            await one.run()
        assert one.sent == []

    async def test_a_thread_without_a_contact_is_not_answered(self) -> None:
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread={"id": 55120, "channel": "email"})
        with pytest.raises(NotDone, match="whose thread"):
            await one.run()
        assert one.sent == []

    async def test_opted_out_is_a_settled_state(self) -> None:
        one = call(
            "SendInboxThreadMessage",
            REPLY,
            GetInboxThread=thread(),
            send=refusal(400, "inboxThread.contactOptedOut"),
        )
        with pytest.raises(NotDone, match="opted out") as stopped:
            await one.run()
        assert not stopped.value.is_error

    async def test_a_refusal_of_the_provider_is_no_outage(self) -> None:
        failed = thread(messages=[message(1), message(2, isOutbound=True, status={"code": "linkedInInvalidCookie"})])
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread=failed)
        meaning = str(await one.explained(refusal(502, "inboxThread.threadSendFailed", "Failed.")))
        assert "refused it (linkedInInvalidCookie)" in meaning
        assert "not delivered" in meaning

    async def test_an_answer_that_is_no_message_leaves_it_unknown(self) -> None:
        for answer in ({}, {"location": "/v3/background-jobs/1"}):
            one = call("SendInboxThreadMessage", REPLY, GetInboxThread=thread(), send=answer)
            with pytest.raises(OutcomeUnknown, match="may have been sent"):
                await one.run()

    async def test_a_message_that_failed_is_not_called_sent(self) -> None:
        failed = message(3, status={"state": "needsAttention", "code": "linkedInUnknown"})
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread=thread(), send=failed)
        outcome = (await one.run())["outcome"]
        assert outcome.startswith("Not delivered to Dana Fox")
        assert "Sent" not in outcome

    async def test_the_preview_names_person_address_and_words(self) -> None:
        arguments = {**REPLY, "to": "boss@initech.com", "cc": ["eve@initech.com"]}
        one = call("SendInboxThreadMessage", arguments, GetInboxThread=thread())
        text = await preview(one)
        assert "real email message to Dana Fox <dana@initech.com> in thread 55120" in text
        assert "but at boss@initech.com, which is not their address in Reply (dana@initech.com)" in text
        assert "copies to eve@initech.com" in text
        assert text.endswith('"Tuesday works."')

    async def test_preview_and_sending_read_the_thread_once(self) -> None:
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread=thread(), send=message(3))
        await preview(one)
        await one.run()
        assert len(one.asked_for("GetInboxThread")) == 1


class TestFiling:
    async def test_a_change_keeps_what_it_does_not_name(self) -> None:
        held = {"id": 7, "name": "Hot", "color": "red", "isReserved": False}
        one = call("UpdateInboxCategory", {"id": 7, "name": "Warm"}, GetInboxCategory=held, send=held)
        await one.run()
        assert one.sent[0].body == {"name": "Warm", "color": "red"}

    async def test_a_change_of_nothing_is_not_sent(self) -> None:
        one = call("UpdateInboxCategory", {"id": 7})
        with pytest.raises(NotDone, match="give what is to change of name, color"):
            await one.run()

    async def test_color_is_always_sent(self) -> None:
        one = call("CreateInboxCategory", {"name": "Hot"}, send={"id": 7})
        await one.run()
        assert one.sent[0].body == {"name": "Hot", "color": "gray"}

    async def test_null_clears_and_leaving_out_does_not(self) -> None:
        one = call("SetInboxThreadCategory", {"id": 1, "categoryId": None}, send=None)
        assert (await one.run())["outcome"] == "Thread 1 has no category now"
        assert one.sent[0].body == {"categoryId": None}
        with pytest.raises(WrongArguments, match="categoryId: required"):
            call("SetInboxThreadCategory", {"id": 1})

    @pytest.mark.parametrize(
        "answer",
        [{"message": "<p>Hi</p>"}, {"aiDraft": {"message": "<p>Hi</p>"}}, [{"body": "<p>Hi</p>"}], "<p>Hi</p>"],
    )
    async def test_a_draft_is_found_wherever_it_is(self, answer: Any) -> None:
        one = call("GenerateInboxAiDraft", {"id": 1}, send=[answer])
        assert await one.run() == {"id": 1, "draft": "<p>Hi</p>"}

    async def test_deleting_several_names_people(self) -> None:
        latest = page(thread(), thread(8))
        one = call(
            "BulkDeleteInboxThreads",
            {"threadIds": [55120, 7]},
            ListInboxThreads=latest,
            GetInboxThread=refusal(404, "inboxThread.notFound"),
        )
        assert callable(one.operation.preview)
        text = await one.operation.preview(one)
        assert text == (
            "This deletes 1 thread with all messages for good: 55120 Dana Fox <dana@initech.com>. Not found: 7."
        )


class TestReadingAThread:
    def read(self, arguments: dict[str, Any], **answers: Any) -> FakeCall:
        return FakeCall(workflows.operation("GetThread"), arguments, **answers)

    @pytest.mark.parametrize(("messages", "requests"), [(14, 1), (19, 1), (20, 2), (34, 2)])
    async def test_the_latest_messages_in_at_most_two_requests(self, messages: int, requests: int) -> None:
        whole = [message(number) for number in range(messages)]
        one = self.read(
            {"id": 55120},
            GetInboxThread=thread(messages=whole),
            ListInboxThreadMessages=lambda asked: page(*whole[asked["skip"] : asked["skip"] + asked["top"]]),
        )
        answer = await one.run()
        latest = range(messages - 10, messages)
        assert [item["messageId"] for item in answer["items"]] == [f"<{number}>" for number in latest]
        assert answer["thread"]["contactId"] == 9821
        assert "messages" not in answer["thread"]
        assert f"{messages - 10} earlier messages left out: latest={messages}" in one.noted
        assert len(one.asked) == requests

    async def test_a_history_that_was_cut_is_read_to_its_end(self) -> None:
        whole = [message(number) for number in range(70)]

        def messages(asked: dict[str, Any]) -> dict[str, Any]:
            end = asked["skip"] + asked["top"]
            return page(*whole[asked["skip"] : end], more=end < len(whole))

        one = self.read(
            {"id": 55120, "latest": 3}, GetInboxThread=thread(messages=whole[:20]), ListInboxThreadMessages=messages
        )
        answer = await one.run()
        assert [item["messageId"] for item in answer["items"]] == ["<67>", "<68>", "<69>"]
        assert "67 earlier messages" in one.noted

    async def test_without_pages_the_history_does(self) -> None:
        one = self.read(
            {"id": 1, "latest": 1},
            GetInboxThread=thread(messages=[message(1), message(2)]),
            ListInboxThreadMessages=NONE,
        )
        assert [item["messageId"] for item in (await one.run())["items"]] == ["<2>"]

    async def test_a_waiting_draft_is_no_message(self) -> None:
        one = self.read(
            {"id": 1},
            GetInboxThread=thread(messages=[], aiDraft={"message": "Hi"}),
            ListInboxThreadMessages=page(message(1)),
        )
        assert len((await one.run())["items"]) == 1
        assert "AI draft waits in this thread, not sent" in one.noted


class TestWriting:
    """Reply stores texts raw as HTML: plain text is sent as the paragraphs that it shows, and shown so before."""

    TEXT = "Hi Dana,\n\nTuesday works.\nMaria"

    async def test_a_reply_by_email_becomes_html_and_one_on_linkedin_stays(self) -> None:
        for channel, sent in (("email", "<p>Hi Dana,</p><p>Tuesday works.<br>Maria</p>"), ("linkedIn", self.TEXT)):
            one = call(
                "SendInboxThreadMessage",
                {"id": 55120, "message": self.TEXT},
                GetInboxThread=thread(channel=channel),
                send=message(3),
            )
            asked = await preview(one)
            await one.run()
            assert one.sent[0].body["message"] == sent
            assert asked.endswith(":\n> Hi Dana,\n>\n> Tuesday works.\n> Maria")

    @pytest.mark.parametrize(("own", "sender", "looked_up"), [("Maria Silva", "Maria Silva", 0), (None, "Maria", 1)])
    async def test_on_linkedin_our_last_message_tells_whose_account_it_leaves_from(
        self, own: str | None, sender: str, looked_up: int
    ) -> None:
        messages = [message(1, isOutbound=True, fromName=own), message(2, fromName="Dana Fox")]
        held = thread(channel="linkedIn", linkedInAccountId=610, messages=messages)
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread=held)
        assert f", from {sender} (610)" in await preview(one)
        assert sum(id == "GetLinkedInAccount" for id, _ in one.asked) == looked_up

    async def test_an_email_outside_sequences_becomes_html(self) -> None:
        one = call("SendDirectEmail", {"id": 9821, "subject": "Hi", "body": self.TEXT}, GetContactById=DANA)
        assert one.arguments.body == "<p>Hi Dana,</p><p>Tuesday works.<br>Maria</p>"
        assert (await preview(one)).endswith('Subject "Hi":\n> Hi Dana,\n>\n> Tuesday works.\n> Maria')

    async def test_html_goes_as_it_is(self) -> None:
        one = call("SendInboxThreadMessage", REPLY, GetInboxThread=thread(), send=message(3))
        await one.run()
        assert one.sent[0].body["message"] == REPLY["message"]

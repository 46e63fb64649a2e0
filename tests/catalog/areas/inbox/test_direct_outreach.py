"""Direct outreach: nobody who opted out, the person named before, a refusal with the way on."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.inbox import area
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.errors import NotDone, OutcomeUnknown, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

ANN = {"id": 501, "firstName": "Ann", "lastName": "Lee", "email": "ann@acme.com"}
KINDS: dict[str, dict[str, Any]] = {
    "SendDirectEmail": {"subject": "Seats", "body": "<p>How many?</p>"},
    "SendDirectLinkedInConnect": {"linkedInAccountId": 7, "message": "Hi"},
    "SendDirectLinkedInInMail": {"linkedInAccountId": 7, "subject": "Seats", "body": "How many?"},
    "SendDirectLinkedInMessage": {"linkedInAccountId": 7, "message": "How many?"},
    "SendDirectLinkedInVoice": {"linkedInAccountId": 7, "voiceAttachmentId": 3},
    "SendDirectLinkedInAiVoice": {"linkedInAccountId": 7, "script": "How many?"},
}


def call(id: str, **answers: Any) -> FakeCall:
    held: dict[str, Any] = {
        "GetContactById": ANN,
        "GetContactStatuses": {"isOptedOut": False},
        "GetBlacklistDomainRules": {"items": []},
        "GetBlacklistEmailRules": {"items": []},
        "FilterInboxThreads": {"items": []},
        "ListEmailAccounts": {"items": [{"id": 5, "isDefault": True, "connection": {"email": "tom@ourco.com"}}]},
        "GetLinkedInAccount": {"name": "Maria"},
        "GetEmailAccount": {"connection": {"email": "maria@ourco.com"}},
    }
    return FakeCall(operation_of(area, id), {"id": 501, **KINDS[id]}, **{**held, **answers})


async def preview(one: FakeCall) -> str:
    assert callable(one.operation.preview)
    question = await one.operation.preview(one)
    assert isinstance(question, Question)
    return question.text


@pytest.mark.parametrize("id", KINDS)
async def test_each_is_a_send_that_names_the_person_first(id: str) -> None:
    one = call(id)
    assert one.operation.effect is Effect.SEND
    said = await preview(one)
    assert "Ann Lee <ann@acme.com> (501)" in said
    assert "real" in said
    assert one.sent == []


@pytest.mark.parametrize("id", KINDS)
async def test_nobody_who_opted_out_is_written_to(id: str) -> None:
    one = call(id, GetContactStatuses={"isOptedOut": True}, send={"status": "sent"})
    with pytest.raises(NotDone, match="opted out") as stopped:
        await one.run()
    assert not stopped.value.is_error
    assert one.sent == []


@pytest.mark.parametrize("id", KINDS)
async def test_what_is_given_is_sent_once(id: str) -> None:
    one = call(id, send={"status": "sent", "sentAtUtc": "2026-11-20T10:00:00Z"})
    await one.run()
    assert [request.body for request in one.sent] == [KINDS[id]]
    assert "501" in one.sent[0].path


async def test_the_words_and_the_sender_are_in_the_question() -> None:
    said = await preview(call("SendDirectLinkedInMessage"))
    assert "from Maria (7)" in said
    assert '"How many?"' in said
    mail = await preview(call("SendDirectEmail"))
    assert 'from the default mailbox, tom@ourco.com, outside any sequence. Subject "Seats": "How many?"' in mail
    assert (await preview(call("SendDirectLinkedInVoice"))).endswith('sequence: "recording 3"')


async def test_accepted_is_not_sent() -> None:
    queued = await call("SendDirectEmail", send={"status": "New", "messageId": None}).run()
    assert "not sent yet" in queued["outcome"]
    with pytest.raises(OutcomeUnknown, match="may have been sent"):
        await call("SendDirectEmail", send={}).run()


@pytest.mark.parametrize(
    ("id", "code", "words"),
    [
        ("SendDirectEmail", "contact.contactInBlackList", "blacklist"),
        ("SendDirectLinkedInMessage", "directLinkedIn.notConnected", "reply_send_linkedin_connect"),
        ("SendDirectLinkedInConnect", "directLinkedIn.alreadyConnected", "reply_send_linkedin_message"),
        ("SendDirectLinkedInInMail", "directLinkedIn.weeklyLimitReached", "Do not try again"),
    ],
)
async def test_a_refusal_says_the_way_on(id: str, code: str, words: str) -> None:
    said = await call(id).explained(refusal(409, code))
    assert said is not None
    assert words in said
    assert "nothing was sent" in said
    assert await call(id).explained(refusal(404, "contact.notFound")) is None


def test_too_long_is_told_before() -> None:
    with pytest.raises(WrongArguments, match="script"):
        FakeCall(
            operation_of(area, "SendDirectLinkedInAiVoice"), {"id": 5, "linkedInAccountId": 7, "script": "a" * 1001}
        )


@pytest.mark.parametrize("id", KINDS)
async def test_nobody_on_the_blacklist_is_written_to(id: str) -> None:
    one = call(
        id,
        GetBlacklistDomainRules={"items": [{"id": 12, "pattern": "acme.com"}]},
        GetBlacklistEmailExceptionRules={"items": []},
    )
    with pytest.raises(NotDone, match=r"blacklist, domain acme.com \(rule 12\).*reply_create_blacklist_exception"):
        await one.run()
    assert one.sent == []


async def test_what_speaks_against_writing_stands_first() -> None:
    places = [
        {"sequenceId": 7, "sequenceName": "Q4", "statusInSequence": "replied"},
        {"sequenceId": 8, "sequenceName": "Spring", "statusInSequence": "opened"},
        {"sequenceId": 9, "sequenceName": "Old", "emailDisposition": {"isBounced": True}},
    ]
    row = {
        "id": 55,
        "contact": {"id": 501},
        "category": {"name": "Interested"},
        "lastActivityDate": "2026-11-20T16:40:00Z",
        "bodyPreview": "Tuesday?",
    }
    one = call(
        "SendDirectEmail",
        GetContactStatuses={"isOptedOut": False, "meetingStatus": "booked", "sequences": places},
        FilterInboxThreads={"items": [row]},
    )
    assert (await preview(one)).splitlines()[:2] == [
        'Against writing to them: replied in "Q4" (7); active in "Spring" (8); their emails bounced in "Old" (9); a '
        "meeting with them is booked.",
        'A conversation with them goes on in thread 55 (Interested), 2026-11-20 16:40 UTC: "Tuesday?"; '
        "reply_send_inbox_reply answers.",
    ]

"""Changing mailboxes and LinkedIn accounts: nothing is flipped, cleared or unlocked by accident."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.channels.operations import area
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

MAILBOX = {
    "id": 31,
    "connection": {"email": "sales@ourco.com"},
    "connectionStatus": "connected",
    "isInUse": True,
    "sendingLockedByProvider": True,
    "sendingConnectivityError": "550 blocked",
}
CONNECTION = {
    "email": "new@ourco.com",
    "smtpHost": "smtp.ourco.com",
    "smtpPort": 465,
    "smtpPassword": "hunter2",
    "imapHost": "imap.ourco.com",
    "imapPort": 993,
    "imapPassword": "hunter3",
}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def preview(one: FakeCall) -> str:
    assert one.operation.preview is not None
    question = await one.operation.preview(one)
    return question.text if isinstance(question, Question) else question


class TestMailboxes:
    @pytest.mark.parametrize(
        ("id", "arguments"),
        [
            ("CreateEmailAccount", {"connection": CONNECTION}),
            ("UpdateEmailAccount", {"id": 31, "connection": CONNECTION}),
            ("TestSmtpConnectivity", {"host": "h", "port": 25, "userName": "u", "password": "hunter2"}),
            ("TestImapConnectivity", {"host": "h", "port": 25, "userName": "u", "password": "hunter3"}),
        ],
    )
    async def test_passwords_are_off_unless_named_and_never_in_the_question(
        self, id: str, arguments: dict[str, Any]
    ) -> None:
        one = call(id, arguments, GetEmailAccount=MAILBOX)
        assert one.operation.secret
        assert "hunter" not in await preview(one)
        assert "hunter" in str(one.operation.request(one.arguments).body)

    async def test_created_and_not_connected_is_said(self) -> None:
        answer = {**MAILBOX, "connectionStatus": "disconnected"}
        said = await call("CreateEmailAccount", {"connection": CONNECTION, "tags": None}, send=answer).run()
        assert "disconnected. It does not work yet: 550 blocked" in said["outcome"]

    async def test_null_clears_a_text_and_not_a_section(self) -> None:
        one = call(
            "UpdateEmailAccount",
            {"id": 31, "signature": {"signature": None}, "safety": None},
            send={**MAILBOX},
            GetEmailAccount=MAILBOX,
        )
        assert "Changed signature of sales@ourco.com (31)" in (await one.run())["outcome"]
        assert one.sent[0].body == {"signature": {"signature": None}}
        with pytest.raises(NotDone, match="give safety"):
            await call("UpdateEmailAccount", {"id": 31, "safety": None}).run()

    async def test_a_failed_test_is_a_200_too(self) -> None:
        given = {"host": "smtp.x.com", "port": 25, "userName": "u", "password": "p"}
        failed = await call("TestSmtpConnectivity", given, send={"success": False, "error": "bad login"}).run()
        assert failed["outcome"] == "It does not work: u at smtp.x.com:25: bad login."
        assert (await call("TestImapConnectivity", given, send={"success": True}).run())["outcome"].startswith(
            "It works"
        )

    async def test_deleting_says_what_hangs_on_it(self) -> None:
        assert "lose this sender" in await preview(call("DeleteEmailAccount", {"id": 31}, GetEmailAccount=MAILBOX))
        several = call(
            "BulkDeleteEmailAccounts",
            {"ids": [31, 32, 33, 34, 35, 36, 37]},
            GetEmailAccount=[MAILBOX, refusal(404, "emailAccount.notFound"), {**MAILBOX, "isInUse": False}],
        )
        said = await preview(several)
        assert "6 mailboxes: sales@ourco.com (31) IN USE" in said
        assert said.endswith("and 2 more. Not found: 32.")

    async def test_only_a_locked_mailbox_is_unlocked(self) -> None:
        one = call("ResumeSending", {"id": 31}, GetEmailAccount=MAILBOX)
        assert one.operation.effect is Effect.SEND
        await one.run()
        assert len(one.sent) == 1
        assert "550 blocked" in await preview(one)
        free = call("ResumeSending", {"id": 31}, GetEmailAccount={**MAILBOX, "sendingLockedByProvider": False})
        with pytest.raises(NotDone, match="not locked"):
            await free.run()

    async def test_a_tag_keeps_what_is_not_changed(self) -> None:
        tags = [[{"id": 1, "name": "Marketing", "colorId": 3}]]
        one = call("UpdateEmailAccountTag", {"tagId": 1, "colorId": 5}, ListEmailAccountTags=tags)
        await one.run()
        assert one.sent[0].body == {"name": "Marketing", "colorId": 5}
        assert one.sent[0].path == "/v3/email-accounts/tags/1"
        with pytest.raises(NotDone, match="no tag 2"):
            await call("UpdateEmailAccountTag", {"tagId": 2, "colorId": 5}, ListEmailAccountTags=tags).run()
        with pytest.raises(WrongArguments, match="name, colorId"):
            call("UpdateEmailAccountTag", {"tagId": 2})

    def test_taking_tags_off_is_a_delete_with_a_body(self) -> None:
        one = call("RemoveTagsFromEmailAccount", {"id": 31, "tags": ["Old"]})
        request = one.operation.request(one.arguments)
        assert (request.method, request.path, request.body) == (
            "DELETE",
            "/v3/email-accounts/31/tags",
            {"tags": ["Old"]},
        )
        assert one.operation.effect is Effect.WRITE

    def test_connecting_opens_no_second_sign_in_by_itself(self) -> None:
        for id in ("ConnectGmailAccount", "ConnectOffice365Account"):
            one = call(id, {})
            assert not one.operation.request(one.arguments).safe
            assert one.operation.request(one.arguments).body is None


ON = {"id": 7, "name": "Maria", "status": "Enabled"}
OFF = {"id": 7, "name": "Maria", "status": "disabled"}


class TestLinkedIn:
    async def test_a_blind_flip_becomes_a_switch(self) -> None:
        one = call("ToggleLinkedInAccountStatus", {"id": 7, "enabled": False}, GetLinkedInAccount=OFF)
        with pytest.raises(NotDone, match="already off"):
            await one.run()
        flipped = call("ToggleLinkedInAccountStatus", {"id": 7, "enabled": True}, GetLinkedInAccount=OFF)
        await flipped.run()
        assert flipped.sent[0].body is None

    async def test_without_a_wish_it_flips(self) -> None:
        one = call("ToggleLinkedInAccountStatus", {"id": 7})
        await one.run()
        assert len(one.sent) == 1
        assert one.asked == []

    @pytest.mark.parametrize(("held", "effect"), [(ON, Effect.WRITE), (OFF, Effect.SEND), ({}, Effect.SEND)])
    async def test_only_switching_on_sends(self, held: dict[str, Any], effect: Effect) -> None:
        one = call("ToggleLinkedInAccountStatus", {"id": 7}, GetLinkedInAccount=held)
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) == effect
        assert ("message people" in await preview(one)) == (effect is Effect.SEND)

    async def test_limits_left_out_stay(self) -> None:
        held = {
            "limits": {
                "limitsMode": "fixed",
                "fixedMax": {"dailyDetectCount": 9, "dailySendMessageCount": 50, "surprise": 1},
                "rangeMin": {"dailyInMailCount": 2, "surprise": 1},
                "rangeMax": None,
                "actionDelayMinSeconds": 45,
            }
        }
        one = call(
            "UpdateLinkedInAccountLimits",
            {"id": 7, "limitsMode": "Fixed", "fixedMax": {"dailySendMessageCount": 20}, "rangeMax": None},
            GetLinkedInAccount=held,
        )
        await one.run()
        assert one.sent[0].body == {
            "limitsMode": "Fixed",
            "fixedMax": {"dailySendMessageCount": 20, "dailyDetectCount": 9},
            "rangeMin": {"dailyInMailCount": 2},
            "actionDelayMinSeconds": 45,
        }

    async def test_limits_that_cannot_be_read_are_not_cleared(self) -> None:
        one = call(
            "UpdateLinkedInAccountLimits",
            {"id": 7, "limitsMode": "Ranged"},
            GetLinkedInAccount={"limits": "many"},
        )
        with pytest.raises(NotDone, match="could not be read"):
            await one.run()
        assert one.sent == []

    def test_pauses_are_a_minute_apart(self) -> None:
        delays = {"actionDelayMinSeconds": 60, "actionDelayMaxSeconds": 90}
        with pytest.raises(WrongArguments, match="60 or more"):
            call("UpdateLinkedInAccountLimits", {"id": 7, "limitsMode": "Fixed", **delays})

    async def test_numbers_of_failures_become_words(self) -> None:
        one = call("BulkDeleteLinkedInAccounts", {"ids": [7, 8]}, send={"8": {"error": 3}, "7": {"error": "notFound"}})
        assert {key: value["error"] for key, value in (await one.run()).items()} == {
            "8": "accountInUse",
            "7": "notFound",
        }

    async def test_in_use_says_what_frees_it(self) -> None:
        one = call("DeleteLinkedInAccount", {"id": 7, "force": True}, GetLinkedInAccount=ON)
        assert one.operation.request(one.arguments).query == {"force": True}
        assert "even if sequences use it" in await preview(one)
        said = await one.explained(refusal(409, "linkedInAccount.accountInUse"))
        assert said is not None
        assert "force=true" in said

    async def test_an_invitation_is_named_before_it_goes(self) -> None:
        one = call(
            "DeletePendingLinkedInAccount", {"id": 50}, ListPendingLinkedInAccounts=[[{"id": 50, "name": "Tom"}]]
        )
        assert 'invitation 50 for "Tom"' in await preview(one)

"""Webhooks: doubles are taken without a word, an update clears what it does not name, and silence proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.webhooks.operations import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.condense import condense
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

URL = "https://hooks.example/x"
HELD = {
    "id": 7,
    "eventType": "email_replied",
    "url": URL,
    "scope": "Personal",
    "enabled": True,
    "payloadConfig": {"includeEmailUrl": False, "includeEmailText": True, "surprise": 1},
}
NEW = {"eventType": "email_replied", "url": URL}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def page(*rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"items": list(rows), "hasMore": more}


async def test_the_same_event_to_the_same_url_is_not_subscribed_twice() -> None:
    other = {**HELD, "id": 6, "url": URL + "y"}
    one = call("CreateWebhook", NEW, ListWebhooks=[page(other, more=True), page(other, HELD)])
    with pytest.raises(NotDone, match="Webhook 7 already sends email_replied") as stopped:
        await one.run()
    assert not stopped.value.is_error
    assert "payloadConfig is different" in str(stopped.value)
    assert "reply_enable_webhook" not in str(stopped.value)
    assert one.sent == []


async def test_one_that_is_off_is_said_to_be_off() -> None:
    off = {**HELD, "enabled": False, "payloadConfig": None}
    with pytest.raises(NotDone, match=r'It is off: reply_enable_webhook \{"id": 7\}') as stopped:
        await call("CreateWebhook", NEW, ListWebhooks=page(off)).run()
    assert "payloadConfig" not in str(stopped.value)


@pytest.mark.parametrize(
    "other", [{"scope": "team"}, {"eventType": "email_opened"}, {"url": "https://hooks.example/other"}]
)
async def test_another_scope_event_or_url_is_another_webhook(other: dict[str, Any]) -> None:
    one = call("CreateWebhook", {**NEW, "scope": None}, send={"id": 8}, ListWebhooks=page({**HELD, **other}))
    assert await one.run() == {"id": 8}
    assert one.sent[0].body == NEW


def test_what_reply_would_drop_without_a_word_is_refused_here() -> None:
    with pytest.raises(WrongArguments, match="payload: no such argument"):
        call("CreateWebhook", {**NEW, "payload": {"includeEmailText": True}})
    with pytest.raises(WrongArguments, match="absolute http or https URL"):
        call("CreateWebhook", {**NEW, "url": "hooks.example/x"})


@pytest.mark.parametrize(
    "url",
    [
        f"https://hooks.acme.com{'a' * 400}@evil.example/x",
        "https://hooks.acme.com:443@evil.example/",
        "https://hooks.acme.com\\@evil.example/",
        "https://hooks.acme.com\t.evil.example/",
        "https://hooks.acm\u200be.com/",
        "https://hooks.acme.com/\u202egnp.exe",
        f"https://hooks.acme.com.{'a.' * 200}evil.example/",
    ],
    ids=ascii,
)
def test_a_url_whose_host_a_person_would_misread_is_refused(url: str) -> None:
    for operation in ("CreateWebhook", "UpdateWebhook"):
        with pytest.raises(WrongArguments, match="a URL of a plain host"):
            call(operation, {**NEW, "id": 7, "url": url} if operation == "UpdateWebhook" else {**NEW, "url": url})


async def test_an_update_sends_again_what_it_does_not_name() -> None:
    one = call("UpdateWebhook", {"id": 7, "eventType": "email_opened"}, GetWebhookById=HELD)
    await one.run()
    assert one.sent[0].body == {
        "eventType": "email_opened",
        "url": URL,
        "scope": "personal",
        "payloadConfig": {"includeEmailUrl": False, "includeEmailText": True},
    }


async def test_one_flag_changed_leaves_the_others() -> None:
    one = call("UpdateWebhook", {"id": 7, "payloadConfig": {"includeEmailUrl": True}}, GetWebhookById=HELD)
    await one.run()
    assert one.sent[0].body["payloadConfig"] == {"includeEmailUrl": True, "includeEmailText": True}
    assert len(one.asked) == 1


async def test_without_a_scope_to_repeat_nothing_is_replaced() -> None:
    one = call("UpdateWebhook", {"id": 7, "url": URL}, GetWebhookById={**HELD, "scope": None})
    with pytest.raises(NotDone, match="does not say what scope is now"):
        await one.run()
    assert one.sent == []


async def test_an_unknown_event_is_answered_with_the_nearest() -> None:
    one = call(
        "CreateWebhook", {**NEW, "eventType": "email_reply"}, GetWebhookEvents={"events": ["a", "email_replied"]}
    )
    meaning = await one.explained(refusal(400, "webHook.invalidEvent"))
    assert meaning is not None
    assert "Perhaps email_replied? There are email_replied, a." in meaning


async def test_a_webhook_that_is_off_is_not_missing() -> None:
    one = call("TestWebhook", {"id": 7}, GetWebhookById={**HELD, "enabled": False})
    meaning = await one.explained(refusal(404, "webHook.notFound"))
    assert meaning is not None
    assert "webhook 7 is off" in meaning
    on = call("TestWebhook", {"id": 7}, GetWebhookById=HELD)
    assert await on.explained(refusal(404, "webHook.notFound")) is None


async def test_a_test_reaches_the_live_receiver_and_its_failure_is_the_receivers() -> None:
    one = call("TestWebhook", {"id": 7}, GetWebhookById=HELD)
    assert one.operation.effect is Effect.SEND
    assert callable(one.operation.preview)
    assert f"email replied event to {URL}" in await one.operation.preview(one)
    meaning = await one.explained(refusal(502, "webHook.deliveryFailed", "timeout"))
    assert meaning is not None
    assert "the webhook is unchanged" in meaning


async def test_no_status_is_neither_delivered_nor_lost() -> None:
    one = call("GetWebhookLogs", {"id": 7}, send=page({"httpStatus": None}, {"httpStatus": 500}))
    rows = (await one.run())["items"]
    assert [row["_status"] for row in rows] == ["none recorded", 500]
    assert "may or may not have arrived" in one.noted


async def test_what_deliveries_look_like_is_told_where_it_is_asked_for() -> None:
    answer = await call("GetWebhookEvents", {}, send={"events": ["email_replied", "email_sent"]}).run()
    view = operation_of(area, "GetWebhookEvents").view
    assert condense(answer, view, arguments={}).text == "events: 2\nemail_replied; email_sent"
    told = condense(answer, view, arguments={}, fields=["deliveries"]).text
    for fact in ("snake_case", "no inbox thread id", "subscription_id", "UTC"):
        assert fact in told


async def test_lists_say_what_deliveries_carry() -> None:
    rows = (await call("ListWebhooks", {}, send=page(HELD)).run())["items"]
    assert rows[0]["_adds"] == ["email text"]

"""What the AI SDR writes from: knowledge, reply handlers, re-engagement, offers, playbooks."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.ai_sdr import area
from reply_mcp.catalog.areas.ai_sdr.named_ids import (
    CardId,
    FlowId,
    PlaybookId,
    ReplyHandlerId,
    find_playbooks,
)
from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.errors import NotDone, OutcomeUnknown, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

FLOW = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
HANDLER = "9c1f8a7e-0b3a-4d11-9b9c-2c4f8a7e0b3a"


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def preview(one: FakeCall) -> str:
    look = one.operation.preview
    assert look is not None
    return await look(one)


def named(alias: Any) -> Named:
    return next(mark for mark in alias.__metadata__ if isinstance(mark, Named))


async def test_playbooks_go_by_id_or_name() -> None:
    one = call("GetPlaybook", {"id": "Our voice"}, ListPlaybooks={"items": [{"id": "t-7", "name": "our voice"}]})
    assert await find_playbooks(one, "T-7") == ([{"id": "t-7"}], [])
    assert one.asked == []
    assert (await find_playbooks(one, "Our voice"))[0] == [{"id": "t-7", "name": "our voice"}]
    assert named(PlaybookId).find is find_playbooks


@pytest.mark.parametrize(
    ("alias", "operation", "answer"),
    [
        (FlowId, "ListReengagementFlows", [[{"id": FLOW, "name": "VIP"}, {"id": "x", "name": "Other"}]]),
        (CardId, "ListReengagementCards", {"items": [{"id": FLOW, "name": "vip"}]}),
        (ReplyHandlerId, "ListReplyHandlers", {"items": [{"id": FLOW, "typeOfQuestion": "VIP"}]}),
    ],
)
async def test_things_of_a_knowledge_base_go_by_name_within_it(alias: Any, operation: str, answer: Any) -> None:
    one = call("ListReengagementCards", {"knowledgeBaseId": 4}, **{operation: answer})
    find = named(alias).find
    assert find is not None
    assert [row["id"] for row in (await find(one, "VIP"))[0]] == [FLOW]
    assert one.asked_for(operation)[0]["knowledgeBaseId"] == 4
    assert await find(one, FLOW.upper()) == ([{"id": FLOW}], [])
    assert len(one.asked) == 1


@pytest.mark.parametrize(
    ("id", "arguments"),
    [
        ("UpdatePlaybook", {"id": "g-1", "name": "Mine"}),
        ("DeletePlaybook", {"id": "G-1"}),
        ("UploadPlaybookStyleFile", {"playbookId": "g-1", "file": {"name": "a.txt", "base64": "aGk="}}),
        ("DeletePlaybookStyleFile", {"playbookId": "g-1", "styleFileId": 3}),
    ],
)
async def test_replys_own_playbooks_are_not_touched(id: str, arguments: dict[str, Any]) -> None:
    one = call(id, arguments)
    with pytest.raises(NotDone, match="reply_duplicate_playbook"):
        await one.run()
    assert one.sent == []


async def test_a_new_playbook_sends_the_description_that_reply_requires() -> None:
    one = call("CreatePlaybook", {"name": "Voice", "body": "Be brief.", "type": "team"}, send={"id": "t-8"})
    await one.run()
    assert one.sent[0].body == {"name": "Voice", "body": "Be brief.", "type": "team", "description": ""}


async def test_authors_are_named() -> None:
    team = {"items": [{"userId": 4821, "userName": "Maria"}]}
    one = call("ListPlaybooks", {}, send={"items": [{"id": "t-7", "authorUserId": 4821}]}, WhoamiTeamUsers=team)
    assert (await one.run())["items"][0]["owner"] == {"id": 4821, "name": "Maria"}


@pytest.mark.parametrize(
    ("id", "arguments"),
    [
        ("UpdateOffer", {"id": 4}),
        ("UpdateOffer", {"id": 4, "icp": None}),
        ("UpdatePlaybook", {"id": "t-7"}),
        ("UpdateKnowledgeBase", {"id": 4}),
        ("UpdateReplyHandler", {"knowledgeBaseId": 4, "replyHandlerId": HANDLER}),
        ("UpdateReengagementFlow", {"knowledgeBaseId": 4, "flowId": FLOW, "name": None}),
    ],
)
def test_a_change_of_nothing_is_refused(id: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(WrongArguments, match="nothing to change: give at least one of"):
        call(id, arguments)


async def test_null_clears_only_where_reply_clears() -> None:
    one = call(
        "UpdateReplyHandler",
        {
            "knowledgeBaseId": 4,
            "replyHandlerId": HANDLER,
            "additionalNotificationEmail": None,
            "links": None,
            "sampleAnswer": "",
        },
        send={},
        GetReplyHandler={"sampleAnswer": "Forty a month."},
    )
    await one.run()
    assert one.sent[0].body == {"additionalNotificationEmail": None, "sampleAnswer": ""}
    assert one.notes == ['Replaced sampleAnswer, which was "Forty a month.". Send that again to undo.']


async def test_an_address_that_reply_drops_is_told() -> None:
    one = call(
        "UpdateReplyHandler",
        {
            "knowledgeBaseId": 4,
            "replyHandlerId": HANDLER,
            "deliveryMode": "draft",
            "additionalNotificationEmail": "ops@acme.com",
        },
        send={},
    )
    await one.run()
    assert "was not kept" in one.noted


FLOWS = [[{"id": FLOW, "name": "VIP", "isDefault": False, "cardsCount": 3}]]


async def test_deleting_a_flow_counts_its_cards_and_people() -> None:
    one = call(
        "DeleteReengagementFlow",
        {"knowledgeBaseId": 4, "flowId": FLOW},
        ListReengagementFlows=FLOWS,
        GetReengagementFlowContactsCount=42,
    )
    assert await preview(one) == (
        'This deletes the flow "VIP" and its 3 cards; the 42 people on it fall back to the default.'
    )


async def test_the_default_flow_is_not_deleted() -> None:
    one = call(
        "DeleteReengagementFlow",
        {"knowledgeBaseId": 4, "flowId": FLOW},
        ListReengagementFlows=[[{"id": FLOW.upper(), "name": "VIP", "isDefault": True}]],
    )
    with pytest.raises(NotDone, match="reply_set_default_reengagement_flow"):
        await one.run()
    assert one.sent == []


@pytest.mark.parametrize(("answer", "count"), [(42, "42"), (0, "0"), ({"count": 7}, "7"), (None, "unknown")])
async def test_a_bare_number_is_an_answer(answer: Any, count: str) -> None:
    one = call("GetReengagementFlowContactsCount", {"knowledgeBaseId": 4, "flowId": FLOW}, send=answer)
    assert (await one.run())["count"] == count


async def test_one_404_names_all_that_may_be_missing() -> None:
    one = call("AssignReengagementFlow", {"knowledgeBaseId": 4, "flowId": FLOW, "sequenceId": 17, "contactId": 90})
    meaning = await one.explained(refusal(404, "knowledgeBase.notFound"))
    assert meaning is not None
    assert "sequence 17 does not draw on it" in meaning


async def test_a_copy_is_told_by_its_own_id() -> None:
    one = call("DuplicateOffer", {"id": 5}, send={"id": 9, "name": "Robots (copy)"})
    assert (await one.run())["outcome"].startswith('Created offer 9 "Robots (copy)", a copy of 5.')
    silent = call("DuplicateOffer", {"id": 5}, send={})
    assert "without saying the copy's id" in (await silent.run())["outcome"]


async def test_a_lost_offer_is_looked_for() -> None:
    one = call(
        "CreateOffer",
        {"name": "Robots"},
        send=OutcomeUnknown("502."),
        ListOffers={"items": [{"id": 9, "name": "Robots"}]},
    )
    with pytest.raises(OutcomeUnknown, match='Offer "Robots" exists now, id 9'):
        await one.run()
    assert one.asked_for("ListOffers") == [{"search": "Robots", "top": 100}]

"""Calls that send, spend or delete: each has that effect, and its question names what it is about.

A row for every such operation of these areas, so that none loses its question unnoticed; where the effect depends on
arguments or state, a row also for the call that needs no question.
"""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Effect
from tests.catalog.fake_call import FakeCall

AREAS = ("sequences", "steps", "templates", "schedules", "channels", "reports", "webhooks", "account", "ai_sdr")
SEND, SPEND, SHARE, DELETE, WRITE = Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE, Effect.WRITE
UUID = "9c1f8a7e-0b3a-4d11-9b9c-2c4f8a7e0b3a"
VARIANTS = [{"id": 7, "subject": "Hi"}, {"id": 8, "subject": "Other"}]
STEP = {"id": 1, "type": "email", "variants": VARIANTS}
DRAFT = {"sequenceId": 17, "contactId": 90, "contactFullName": "Ann Lee", "messageContent": "Hello", "channel": "email"}
LINKEDIN = {"id": 7, "name": "Maria", "status": "Disabled"}
ANSWERS: dict[str, Any] = {
    "GetSequenceById": {"id": 77, "name": "Q4", "status": "Paused", "scheduleId": 3},
    "CountSequenceContacts": {"count": 409},
    "GetSequenceEmailAccounts": [[{"id": 31, "email": "maria@ourco.com"}]],
    "GetSequenceFolderById": {"id": UUID, "name": "EMEA"},
    "GetSequenceSteps": [[STEP]],
    "GetSequenceStepById": STEP,
    "GetSequenceStepVariants": [VARIANTS],
    "GetEmailTemplate": {"id": 5, "name": "Intro"},
    "GetEmailTemplateFolder": {"id": 3, "name": "Sales"},
    "GetSequenceTemplates": {"teamTemplates": [{"id": UUID, "name": "Blueprint"}]},
    "ListAiPrompts": [[{"id": 2, "name": "Brief", "scope": "personal"}]],
    "GetSchedule": {"id": 3, "name": "Office hours"},
    "GetHolidayCalendar": {"id": 3, "name": "Ours", "holidays": [{}]},
    "GetEmailAccount": {"id": 31, "connection": {"email": "maria@ourco.com"}, "isInUse": True},
    "GetLinkedInAccount": LINKEDIN,
    "ListLinkedInAccounts": [[LINKEDIN]],
    "ListPendingLinkedInAccounts": [[{"id": 50, "name": "Tom"}]],
    "GetWebhookById": {"id": 7, "eventType": "email_replied", "url": "https://hooks.example/x"},
    "GetApprovalByContact": DRAFT,
    "ListApprovals": {"items": [DRAFT], "hasMore": False},
    "GetKnowledgeBase": {"id": 4, "name": "Facts"},
    "GetOffer": {"id": 4, "name": "Robots"},
    "GetPlaybook": {"id": "t-7", "name": "Voice"},
    "GetReplyHandler": {"typeOfQuestion": "Price", "deliveryMode": "draft"},
    "GetReengagementCard": {"name": "A month", "sendAfter": 30, "deliveryMode": "draft", "isEnabled": True},
    "ListReengagementFlows": [[{"id": UUID, "name": "VIP", "cardsCount": 3}]],
    "GetReengagementFlowContactsCount": 42,
    "GetAiSdrSequenceSettings": {"autopilot": {"maxPeopleToAddPerDay": 20}, "generatedStepTypes": ["email"]},
}

BASE = {"knowledgeBaseId": 4}
HANDLER, CARD = {**BASE, "replyHandlerId": UUID}, {**BASE, "reengagementCardId": UUID}
NEW_HANDLER = {**BASE, "typeOfQuestion": "Price", "instructions": "Be short."}
NEW_CARD = {**BASE, "name": "A month", "instructions": "Be short.", "sendAfter": 30}
EMAIL = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
AI = {"name": "CTOs", "offerId": 4, "sequenceStructureSetup": {"generatedStepTypes": ["email"]}}
PAIR = {"sequenceId": 17, "contactId": 90}

ASKED: list[tuple[str, dict[str, Any], Effect, str]] = [
    ("StartSequence", {"id": 77}, SEND, '409 people in "Q4" (77)'),
    ("ArchiveSequence", {"id": 77}, DELETE, '"Q4" (77)'),
    ("DeleteSequence", {"id": 77}, DELETE, '"Q4" (77)'),
    ("BulkStartSequences", {"ids": [77]}, SEND, "sending to 409 people"),
    ("BulkArchiveSequences", {"ids": [77]}, DELETE, '"Q4" (77)'),
    ("BulkDeleteSequences", {"ids": [77]}, DELETE, '"Q4" (77)'),
    ("DeleteSequenceFolder", {"id": UUID}, DELETE, '"EMEA"'),
    ("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": {**EMAIL, "variants": [{"id": 7}]}}, DELETE, '8 "Other"'),
    ("DeleteSequenceStep", {"id": 77, "stepId": 1}, DELETE, '"Hi (+1 variant)"'),
    ("BulkDeleteSequenceSteps", {"id": 77, "ids": [1]}, DELETE, '"Hi (+1 variant)"'),
    ("BulkDeleteSequenceStepVariants", {"id": 77, "stepId": 1, "ids": [8]}, DELETE, "variants [8] of step 1"),
    ("DeleteSequenceStepVariant", {"id": 77, "stepId": 1, "variantId": 8}, DELETE, '"Other"'),
    ("DeleteEmailTemplate", {"id": 5}, DELETE, '"Intro" (5)'),
    (
        "SendTestEmailTemplate",
        {"id": 5, "email": "me@acme.com", "emailAccountId": 31},
        SEND,
        "to me@acme.com from maria",
    ),
    ("DeleteEmailTemplateFolder", {"id": 3, "folder_type": "team"}, DELETE, '"Sales" (3)'),
    ("DeleteSequenceTemplate", {"id": UUID}, DELETE, '"Blueprint"'),
    ("DeleteAiPrompt", {"id": 2}, DELETE, '"Brief" (2)'),
    (
        "PreviewAiPromptOnLinkedInPost",
        {"promptText": "x", "linkedInProfileUrl": "https://linkedin.com/in/ann", "linkedInAccountId": 7},
        SPEND,
        "one Reply credit",
    ),
    ("DeleteSchedule", {"id": 3}, DELETE, '"Office hours" (3)'),
    ("DeleteHolidayCalendar", {"id": 3}, DELETE, '"Ours" (3, 1 holiday)'),
    ("DeleteEmailAccount", {"id": 31}, DELETE, "maria@ourco.com (31)"),
    ("ResumeSending", {"id": 31}, SEND, "maria@ourco.com (31)"),
    ("BulkDeleteEmailAccounts", {"ids": [31]}, DELETE, "maria@ourco.com (31) IN USE"),
    ("DeleteLinkedInAccount", {"id": 7}, DELETE, '"Maria" (7)'),
    ("BulkDeleteLinkedInAccounts", {"ids": [7]}, DELETE, '"Maria" (7)'),
    ("ToggleLinkedInAccountStatus", {"id": 7}, SEND, 'on for "Maria" (7)'),
    ("DeletePendingLinkedInAccount", {"id": 50}, DELETE, '"Tom"'),
    ("DeleteWebhook", {"id": 7}, DELETE, "email_replied to https://hooks.example/x"),
    ("TestWebhook", {"id": 7}, SEND, "email_replied to https://hooks.example/x"),
    ("SendApproval", PAIR, SEND, 'to Ann Lee (90) from "17" as the AI wrote it: "Hello"'),
    ("SendApprovalsBulk", {"items": [PAIR]}, SEND, "1 real message as the AI wrote them: Ann Lee (90), email"),
    ("DeleteApproval", PAIR, DELETE, "draft for Ann Lee (90)"),
    ("DeleteKnowledgeBase", {"id": 4}, DELETE, '"Facts" (4)'),
    ("DeleteKnowledgeBaseLink", {**BASE, "linkId": UUID}, DELETE, f"web page {UUID}"),
    ("DeleteKnowledgeBaseDocument", {**BASE, "documentId": UUID}, DELETE, f"document {UUID}"),
    ("DeleteOffer", {"id": 4}, DELETE, '"Robots" (4)'),
    ("DeletePlaybook", {"id": "t-7"}, DELETE, '"Voice" (t-7)'),
    ("DeletePlaybookStyleFile", {"playbookId": "t-7", "styleFileId": 3}, DELETE, "style file 3 of playbook t-7"),
    ("CreateReplyHandler", {**NEW_HANDLER, "deliveryMode": "auto"}, SEND, 'of the kind "Price" by itself'),
    ("UpdateReplyHandler", {**HANDLER, "deliveryMode": "auto"}, SEND, 'of the kind "Price" by itself'),
    ("DeleteReplyHandler", HANDLER, DELETE, '"Price"'),
    ("DeleteReplyHandlerMedia", {**HANDLER, "mediaId": 3}, DELETE, "file 3"),
    ("CreateReengagementCard", {**NEW_CARD, "deliveryMode": "auto"}, SEND, '"A month" to people who are silent for 30'),
    ("UpdateReengagementCard", {**CARD, "deliveryMode": "auto"}, SEND, '"A month" by itself'),
    ("DeleteReengagementCard", CARD, DELETE, '"A month"'),
    ("DeleteReengagementCardMedia", {**CARD, "mediaId": 3}, DELETE, "file 3"),
    ("DeleteReengagementFlow", {**BASE, "flowId": UUID}, DELETE, "its 3 cards; the 42 people"),
    ("CreateAiSdrSequence", {**AI, "autopilot": {"enabled": True}}, SEND, '"CTOs" with its autopilot on'),
    ("EnableAiSdrSequenceAutopilot", {"sequenceId": 77}, SEND, '"Q4" (77), paused find and add people'),
    ("ForceStartAiSdrSequenceAutopilot", {"sequenceId": 77}, SEND, "up to 20 a day"),
    ("SetAiSdrSequenceApprovalMode", {"sequenceId": 77, "enabled": False}, SEND, "without anyone's approval"),
    (
        "SetAiSdrSequenceGeneratedStepTypes",
        {"sequenceId": 77, "generatedStepTypes": ["call"]},
        DELETE,
        '"Q4" (77), paused (channels now: email)',
    ),
]
NOT_ASKED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("StartSequence", {"id": 77}, {"GetSequenceById": {"id": 77, "status": "Active"}}),
    ("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": {**EMAIL, "variants": [{"id": 7}, {"id": 8}]}}, {}),
    ("ToggleLinkedInAccountStatus", {"id": 7}, {"GetLinkedInAccount": {**LINKEDIN, "status": "Enabled"}}),
    ("CreateReplyHandler", NEW_HANDLER, {}),
    ("CreateReplyHandler", {**NEW_HANDLER, "deliveryMode": "stopAndNotify"}, {}),
    ("UpdateReplyHandler", {**HANDLER, "deliveryMode": "draft"}, {}),
    ("CreateReengagementCard", NEW_CARD, {}),
    ("UpdateReengagementCard", {**CARD, "sendAfter": 5}, {}),
    ("CreateAiSdrSequence", {**AI, "autopilot": {"enabled": False}}, {}),
    ("SetAiSdrSequenceApprovalMode", {"sequenceId": 77, "enabled": True}, {}),
]


async def effect_of(one: FakeCall) -> Any:
    return await one.operation.effect_for(one) if one.operation.effect_for else one.operation.effect


@pytest.mark.parametrize(("id", "arguments", "effect", "words"), ASKED, ids=[row[0] for row in ASKED])
async def test_the_question_names_what_it_is_about(
    id: str, arguments: dict[str, Any], effect: Effect, words: str
) -> None:
    one = FakeCall(catalog.operation(id), arguments, **ANSWERS)
    assert await effect_of(one) is effect
    preview = one.operation.preview
    assert preview is not None
    text = preview.format_map(one.arguments.wire()) if isinstance(preview, str) else await preview(one)
    assert words in text
    assert one.sent == []


@pytest.mark.parametrize(("id", "arguments", "answers"), NOT_ASKED)
async def test_what_does_no_harm_needs_no_question(id: str, arguments: dict[str, Any], answers: dict[str, Any]) -> None:
    assert await effect_of(FakeCall(catalog.operation(id), arguments, **{**ANSWERS, **answers})) is WRITE


def test_no_operation_is_left_out() -> None:
    operations = [one for name in AREAS for one in catalog.area(name).operations if one.path]
    harmful = {one.id for one in operations if one.effect in (SEND, SPEND, SHARE, DELETE) or one.effect_for}
    assert {row[0] for row in ASKED} == harmful
    assert {row[0] for row in NOT_ASKED} == {one.id for one in operations if one.effect_for}

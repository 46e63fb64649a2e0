"""Calls that send, spend or delete: each has that effect, and its question names what it is about.

A row for every such operation of these areas, so that none loses its question unnoticed; where the effect depends on
arguments or state, a row also for the call that needs no question.
"""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Effect, Question
from tests.catalog.fake_call import FakeCall

AREAS = ("sequences", "steps", "templates", "schedules", "channels", "reports", "webhooks", "account", "ai_sdr")
SEND, SPEND, SHARE, DELETE, WRITE = Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE, Effect.WRITE
UUID = "9c1f8a7e-0b3a-4d11-9b9c-2c4f8a7e0b3a"
VARIANTS = [{"id": 7, "subject": "Hi"}, {"id": 8, "subject": "Other"}]
STEP = {"id": 1, "type": "email", "variants": VARIANTS}
DRAFT = {"sequenceId": 17, "contactId": 90, "contactFullName": "Ann Lee", "messageContent": "Hello", "channel": "email"}
MEDIA = [{"id": 3, "fileName": "logo.png"}]
LINKEDIN = {"id": 7, "name": "Maria", "status": "Disabled"}
ANSWERS: dict[str, Any] = {
    "GetSequenceById": {"id": 77, "name": "Q4", "status": "Paused", "scheduleId": 3},
    "CountSequenceContacts": {"count": 409},
    "ListScheduleHolidayCalendars": [{"id": 3, "name": "Ours"}],
    "GetSequenceContacts": {"items": [{"contactId": 90, "email": "ann@acme.com", "statusInSequence": "active"}]},
    "GetSequenceContactById": {"contactId": 90, "email": "ann@acme.com", "statusInSequence": "active"},
    "GetContactStatuses": {"sequences": []},
    "FilterTasks": {
        "items": [
            {"id": 8812, "isScheduled": True, "startAt": "2026-11-20T16:40:00Z", "contact": {"fullName": "Ann Lee"}}
        ]
    },
    "WhoamiTeamUsers": [[{"userId": 70402, "userName": "Tom"}]],
    "GetContacts": {"items": []},
    "FilterContacts": {"items": []},
    "GetBlacklistDomainRules": {"items": []},
    "GetBlacklistEmailRules": {"items": []},
    "FilterInboxThreads": {"items": []},
    "GetSequenceContactsState": {"items": []},
    "GetEmailsList": {"items": []},
    "ListEmailAccounts": {"items": [{"id": 31, "email": "maria@ourco.com", "dailyLimit": 60}]},
    "GetContactById": {"id": 90, "email": "ann@acme.com", "firstName": "Ann"},
    "GetSequenceStepRendering": {},
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
    "GetPlaybook": {"id": "t-7", "name": "Voice", "styleFiles": [{"id": 3, "fileName": "tone.pdf"}]},
    "ListKnowledgeBaseLinks": {"items": [{"id": UUID, "url": "https://acme.com/prices"}]},
    "ListKnowledgeBaseDocuments": {"items": [{"id": UUID, "name": "prices.pdf"}]},
    "GetReplyHandler": {"typeOfQuestion": "Price", "deliveryMode": "draft", "media": MEDIA},
    "GetReengagementCard": {
        "name": "A month",
        "sendAfter": 30,
        "deliveryMode": "draft",
        "isEnabled": True,
        "media": MEDIA,
    },
    "ListReengagementCards": [[{"id": UUID, "name": "A month", "isEnabled": True, "deliveryMode": "auto"}]],
    "GetSettings": {"emails": {"inbox": {"bccList": None}}},
    "ListReengagementFlows": [[{"id": UUID, "name": "VIP", "cardsCount": 3}]],
    "GetReengagementFlowContactsCount": 42,
    "GetAiSdrSequenceSettings": {"autopilot": {"maxPeopleToAddPerDay": 20}, "generatedStepTypes": ["email"]},
}

AUTOMATIC: dict[str, Any] = {
    "GetReplyHandler": {"typeOfQuestion": "Price", "deliveryMode": "auto"},
    "GetReengagementCard": {"name": "A month", "deliveryMode": "auto", "isEnabled": True},
}
"""What sends by itself."""
BASE = {"knowledgeBaseId": 4}
FLOW = {**BASE, "flowId": UUID}
WEBHOOK = {
    "eventType": "email_replied",
    "url": "https://hooks.example/x",
    "scope": "team",
    "payloadConfig": {"includeEmailText": True},
}
LIMITS = {"limitsMode": "Fixed", "fixedMax": {"dailySendMessageCount": 50}}
RAISED = {"id": 7, **LIMITS}
COPIES = {"emails": {"inbox": {"bccList": "me@x.example"}}}
HANDLER, CARD = {**BASE, "replyHandlerId": UUID}, {**BASE, "reengagementCardId": UUID}
NEW_HANDLER = {**BASE, "typeOfQuestion": "Price", "instructions": "Be short."}
NEW_CARD = {**BASE, "name": "A month", "instructions": "Be short.", "sendAfter": 30}
EMAIL = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
AI = {"name": "CTOs", "offerId": 4, "sequenceStructureSetup": {"generatedStepTypes": ["email"]}}
PAIR = {"sequenceId": 17, "contactId": 90}

ASKED: list[tuple[str, dict[str, Any], Effect, str]] = [
    ("StartSequence", {"id": 77}, SEND, 'sending "Q4" (77):\n- to 1 person'),
    ("ArchiveSequence", {"id": 77}, DELETE, '"Q4" (77)'),
    ("DeleteSequence", {"id": 77}, DELETE, '"Q4" (77)'),
    ("BulkStartSequences", {"ids": [77]}, SEND, '"Q4" (77) to 1 person'),
    ("BulkArchiveSequences", {"ids": [77]}, DELETE, '"Q4" (77)'),
    ("BulkDeleteSequences", {"ids": [77]}, DELETE, '"Q4" (77)'),
    ("DeleteSequenceFolder", {"id": UUID}, DELETE, '"EMEA"'),
    ("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": {**EMAIL, "variants": [{"id": 7}]}}, DELETE, '8 "Other"'),
    ("DeleteSequenceStep", {"id": 77, "stepId": 1}, DELETE, '"Hi (+1 variant)"'),
    ("BulkDeleteSequenceSteps", {"id": 77, "ids": [1]}, DELETE, '"Hi (+1 variant)"'),
    ("BulkDeleteSequenceStepVariants", {"id": 77, "stepId": 1, "ids": [8]}, DELETE, '1 variant of step 1: "Other" (8)'),
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
    ("SetDefaultEmailAccount", {"id": 31}, SEND, "8812 Ann Lee, 2026-11-20 16:40 UTC"),
    ("BulkDeleteEmailAccounts", {"ids": [31]}, DELETE, "maria@ourco.com (31) IN USE"),
    ("DeleteLinkedInAccount", {"id": 7}, DELETE, '"Maria" (7)'),
    ("BulkDeleteLinkedInAccounts", {"ids": [7]}, DELETE, '"Maria" (7)'),
    ("ToggleLinkedInAccountStatus", {"id": 7}, SEND, 'on for "Maria" (7)'),
    ("DeletePendingLinkedInAccount", {"id": 50}, DELETE, '"Tom"'),
    ("DeleteWebhook", {"id": 7}, DELETE, "email replied event to https://hooks.example/x"),
    ("TestWebhook", {"id": 7}, SEND, "email replied event to https://hooks.example/x"),
    (
        "CreateWebhook",
        WEBHOOK,
        SHARE,
        "every email replied event of the team, with email text, to https://hooks.example/x",
    ),
    ("UpdateWebhook", {"id": 7, "url": "http://169.254.169.254/"}, SHARE, "169.254.169.254/ (an address of a private"),
    ("EnableWebhook", {"id": 7}, SHARE, "every email replied event of your own activity to https://hooks.example/x"),
    ("ShareEmailTemplateFolder", {"id": 3}, SHARE, '"Sales" (3)'),
    ("MoveEmailTemplate", {"id": 5, "folderId": 3, "folderType": "team"}, SHARE, '"Intro" (5)'),
    ("SaveSequenceAsTemplate", {"id": 77, "name": "T", "scope": "organization"}, SHARE, 'sequence "Q4" (77) as'),
    ("UpdateLinkedInAccountLimits", RAISED, SEND, 'what "Maria" (7) may do'),
    ("UpdateLinkedInAccountRevokeSettings", {"id": 7, "enabled": True, "periodDays": 2}, SEND, "within 2 days"),
    ("UpdateEmailAccount", {"id": 31, "safety": {"dailyLimit": 90}}, SEND, "maria@ourco.com (31). Active"),
    ("UpdateSettings", COPIES, SHARE, "bccList from nothing to me@x.example: these addresses get a copy"),
    ("UploadReplyHandlerMedia", {**HANDLER, "file": "a.png"}, SEND, '"Price"'),
    ("UploadReengagementCardMedia", {**CARD, "file": "a.png"}, SEND, '"A month"'),
    ("SetDefaultReengagementFlow", FLOW, SEND, '"A month"'),
    ("AssignReengagementFlow", {**FLOW, **PAIR}, SEND, "Ann <ann@acme.com> (90)"),
    ("SendApproval", PAIR, SEND, 'to Ann Lee (90), ann@acme.com, from "17" as the AI wrote it: "Hello"'),
    ("SendApprovalsBulk", {"items": [PAIR]}, SEND, "1 real message as the AI wrote them: <ann@acme.com>, email"),
    ("DeleteApproval", PAIR, DELETE, "draft for Ann Lee (90)"),
    ("DeleteKnowledgeBase", {"id": 4}, DELETE, '"Facts" (4)'),
    ("DeleteKnowledgeBaseLink", {**BASE, "linkId": UUID}, DELETE, f'web page "https://acme.com/prices" ({UUID})'),
    ("DeleteKnowledgeBaseDocument", {**BASE, "documentId": UUID}, DELETE, f'document "prices.pdf" ({UUID})'),
    ("DeleteOffer", {"id": 4}, DELETE, '"Robots" (4)'),
    ("DeletePlaybook", {"id": "t-7"}, DELETE, '"Voice" (t-7)'),
    (
        "DeletePlaybookStyleFile",
        {"playbookId": "t-7", "styleFileId": 3},
        DELETE,
        'style file "tone.pdf" (3) of playbook "Voice" (t-7)',
    ),
    ("CreateReplyHandler", {**NEW_HANDLER, "deliveryMode": "auto"}, SEND, 'of the kind "Price" by itself'),
    ("UpdateReplyHandler", {**HANDLER, "deliveryMode": "auto"}, SEND, 'of the kind "Price" by itself'),
    ("DeleteReplyHandler", HANDLER, DELETE, '"Price"'),
    ("DeleteReplyHandlerMedia", {**HANDLER, "mediaId": 3}, DELETE, 'file "logo.png" (3) off the re'),
    ("CreateReengagementCard", {**NEW_CARD, "deliveryMode": "auto"}, SEND, '"A month" to people who are silent for 30'),
    ("UpdateReengagementCard", {**CARD, "deliveryMode": "auto"}, SEND, '"A month" by itself'),
    ("DeleteReengagementCard", CARD, DELETE, '"A month"'),
    ("DeleteReengagementCardMedia", {**CARD, "mediaId": 3}, DELETE, 'file "logo.png" (3) off the re'),
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
    ("CreateWebhook", {**WEBHOOK, "enabled": False}, {}),
    ("UpdateWebhook", {"id": 7, "url": "https://x.example"}, {"GetWebhookById": {"id": 7, "enabled": False}}),
    ("MoveEmailTemplate", {"id": 5, "folderId": 3, "folderType": "personal"}, {}),
    ("MoveEmailTemplate", {"id": 5, "folderId": 3, "folderType": "team"}, {"GetEmailTemplate": {"folderType": "Team"}}),
    ("SaveSequenceAsTemplate", {"id": 77, "name": "T"}, {}),
    ("UpdateLinkedInAccountLimits", RAISED, {"GetLinkedInAccount": {**LINKEDIN, "limits": LIMITS}}),
    ("UpdateLinkedInAccountRevokeSettings", {"id": 7, "enabled": False, "periodDays": 2}, {}),
    ("UpdateEmailAccount", {"id": 31, "safety": {"dailyLimit": 90}}, {"GetEmailAccount": {"isInUse": False}}),
    ("SetDefaultEmailAccount", {"id": 31}, {"FilterTasks": {"items": [{"id": 8812, "isScheduled": False}]}}),
    ("UpdateSettings", COPIES, {"GetSettings": COPIES}),
    ("UpdateSettings", {"emails": {"inbox": {"bccList": ""}}}, {}),
    ("UploadReplyHandlerMedia", {**HANDLER, "file": "a.png"}, {"GetReplyHandler": {"deliveryMode": "draft"}}),
    ("UploadReengagementCardMedia", {**CARD, "file": "a.png"}, {"GetReengagementCard": {"isEnabled": False}}),
    ("SetDefaultReengagementFlow", FLOW, {"ListReengagementCards": {"items": []}}),
    ("AssignReengagementFlow", {**FLOW, **PAIR}, {"ListReengagementCards": {"items": []}}),
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
    found = await one.operation.effect_for(one) if one.operation.effect_for else one.operation.effect
    return found[0] if isinstance(found, tuple) and len(found) == 1 else found


RUNS: dict[str, Any] = {
    "GetSequenceById": {"id": 77, "name": "Q4", "status": "Active", "scheduleId": 3},
    "GetSequences": {"items": [{"id": 77, "name": "Q4", "status": "Active"}]},
}
"""What Reply answers where a sequence runs."""
STEP_OF = {"id": 77, "stepId": 1}
HOURS = {"name": "Office hours", "timezoneId": "W. Europe Standard Time"}
NEW_STEP = {**EMAIL, "variants": [{"message": "<p>Hello</p>", "subject": "Hi"}]}
WHILE_RUNNING: list[tuple[str, dict[str, Any], str]] = [
    (
        "UpdateSequence",
        {"id": 77, "settings": {"repliesHandlingType": "continueSending"}},
        'settings of the active sequence "Q4" (77)',
    ),
    ("AssignEmailAccountToSequence", {"id": 77, "emailAccountId": 31}, 'the active sequence "Q4" (77)'),
    ("SetSequenceEmailAccounts", {"id": 77, "emailAccountIds": [31]}, 'the active sequence "Q4" (77)'),
    ("UpdateSequenceOwner", {"id": 77, "userId": 70402}, 'the active sequence "Q4" (77) to Tom (70402)'),
    ("BulkChangeSequenceOwner", {"ids": [77], "userId": 70402}, 'This hands "Q4" (77) active to Tom (70402)'),
    ("RemoveEmailAccountFromSequence", {"id": 77, "emailAccountId": 31}, 'the active sequence "Q4" (77)'),
    ("AssignLinkedInAccountToSequence", {"id": 77, "linkedInAccountId": 7}, 'the active sequence "Q4" (77)'),
    ("RemoveLinkedInAccountFromSequence", {"id": 77, "linkedInAccountId": 7}, 'the active sequence "Q4" (77)'),
    ("CreateSequenceStep", {"id": 77, "step": NEW_STEP}, 'adds a step to the active sequence "Q4" (77)'),
    ("BulkCreateSequenceSteps", {"id": 77, "steps": [NEW_STEP]}, 'the active sequence "Q4" (77)'),
    ("EnableSequenceStepVariants", {**STEP_OF, "variantIds": [8]}, "puts variant 8 of step 1"),
    ("DisableSequenceStepVariants", {**STEP_OF, "variantIds": [8]}, "takes variant 8 of step 1"),
    ("CreateSequenceStepVariant", {**STEP_OF, "message": "<p>Hi</p>"}, "a text to step 1"),
    ("BulkCreateSequenceStepVariants", {**STEP_OF, "variants": [{"message": "<p>Hi</p>"}]}, "texts to step 1"),
    ("UpdateSequenceStepVariant", {**STEP_OF, "variantId": 8, "message": "<p>Hi</p>"}, "variant 8 of step 1"),
    ("SetAiSdrSequencePlaybook", {"sequenceId": 77, "playbookId": "t-7"}, 'playbook "Voice" (t-7) in the active'),
    ("ClearAiSdrSequencePlaybook", {"sequenceId": 77}, 'the active sequence "Q4" (77)'),
    ("SetAiSdrSequenceKnowledgeBase", {"sequenceId": 77, **BASE}, 'knowledge base "Facts" (4) in the active'),
    ("ClearAiSdrSequenceKnowledgeBase", {"sequenceId": 77}, 'the active sequence "Q4" (77)'),
    ("PersonalizeSequencePreview", {"sequenceId": 77, "contactId": 90}, "Ann <ann@acme.com> (90)"),
    ("UpdateAiSdrSequenceSettings", {"sequenceId": 77, "offerId": 4}, 'offerId of "Q4" (77), active'),
    ("UpdateKnowledgeBase", {"id": 4, "instructions": "Be short."}, 'instructions of knowledge base "Facts" (4)'),
    ("AddKnowledgeBaseLink", {**BASE, "url": "https://example.com"}, "https://example.com"),
    ("UploadKnowledgeBaseDocument", {**BASE, "file": "facts.pdf"}, 'knowledge base "Facts" (4)'),
    ("UpdateOffer", {"id": 4, "icp": "Banks"}, 'icp of offer "Robots" (4)'),
    ("UpdatePlaybook", {"id": "t-7", "body": "Be short."}, 'body of playbook "Voice" (t-7)'),
    ("UploadPlaybookStyleFile", {"playbookId": "t-7", "file": "style.pdf"}, 'playbook "Voice" (t-7)'),
    ("UpdateHolidayCalendar", {"id": 3, "name": "Ours", "holidays": []}, 'holiday calendar "Ours" (3)'),
    ("UnlinkHolidayCalendarFromSchedule", {"id": 3, "calendarId": 3}, 'schedule "Office hours" (3)'),
    ("UpdateSchedule", {"id": 3, **HOURS}, '"Office hours" (3) from never'),
]
"""Changes that are a send where a sequence runs, and a write where none does."""


@pytest.mark.parametrize(("id", "arguments", "words"), WHILE_RUNNING, ids=[row[0] for row in WHILE_RUNNING])
async def test_a_change_to_what_runs_is_a_send_and_elsewhere_a_write(
    id: str, arguments: dict[str, Any], words: str
) -> None:
    one = FakeCall(catalog.operation(id), arguments, **{**ANSWERS, **RUNS})
    assert await effect_of(one) is SEND
    assert len(one.asked) <= 2
    assert callable(one.operation.preview)
    question = await one.operation.preview(one)
    text = question.text if isinstance(question, Question) else question
    assert words in text
    assert "Q4" in text
    assert one.sent == []
    resting = {**ANSWERS, "GetSequences": {"items": []}}
    assert await effect_of(FakeCall(catalog.operation(id), arguments, **resting)) is WRITE


HARMLESS: list[tuple[str, dict[str, Any]]] = [
    ("UpdateSequence", {"id": 77, "name": "Q5"}),
    ("UpdateKnowledgeBase", {"id": 4, "name": "Facts"}),
    ("UpdateOffer", {"id": 4, "name": "Robots"}),
    ("UpdatePlaybook", {"id": "t-7", "name": "Voice"}),
]


@pytest.mark.parametrize(("id", "arguments"), HARMLESS, ids=[row[0] for row in HARMLESS])
async def test_another_name_asks_nothing_and_costs_nothing(id: str, arguments: dict[str, Any]) -> None:
    one = FakeCall(catalog.operation(id), arguments)
    assert await effect_of(one) is WRITE
    assert one.asked == []


@pytest.mark.parametrize(("id", "arguments", "effect", "words"), ASKED, ids=[row[0] for row in ASKED])
async def test_the_question_names_what_it_is_about(
    id: str, arguments: dict[str, Any], effect: Effect, words: str
) -> None:
    one = FakeCall(catalog.operation(id), arguments, **{**ANSWERS, **(AUTOMATIC if id.startswith("Upload") else {})})
    assert await effect_of(one) is effect
    preview = one.operation.preview
    assert preview is not None
    asked = await preview(one)
    text = asked.text if isinstance(asked, Question) else asked
    assert words in text
    assert one.sent == []


@pytest.mark.parametrize(("id", "arguments", "answers"), NOT_ASKED)
async def test_what_does_no_harm_needs_no_question(id: str, arguments: dict[str, Any], answers: dict[str, Any]) -> None:
    assert await effect_of(FakeCall(catalog.operation(id), arguments, **{**ANSWERS, **answers})) is WRITE


def test_no_operation_is_left_out() -> None:
    operations = [one for name in AREAS for one in catalog.area(name).operations if one.path]
    harmful = {one.id for one in operations if one.effect in (SEND, SPEND, SHARE, DELETE) or one.effect_for}
    running = {row[0] for row in WHILE_RUNNING}
    assert {row[0] for row in ASKED} | running == harmful
    assert {row[0] for row in NOT_ASKED} | running == {one.id for one in operations if one.effect_for}

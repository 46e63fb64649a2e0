"""Changes that replace a thing whole: what is left out goes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from tests.catalog.fake_call import FakeCall

AREAS = ("sequences", "steps", "templates", "schedules", "channels", "reports", "webhooks", "account", "ai_sdr")
HOURS = [{"weekDay": "Monday", "isActive": True, "timeRanges": []}]
DAYS = [{"startDate": "2026-12-25", "endDate": "2026-12-26", "name": "Christmas"}]
FLAGS = {"includeEmailUrl": True, "includeEmailText": True, "includeProspectCustomFields": True}
LIMITS = {"fixedMax": {"dailyInMailCount": 9}, "rangeMin": {"dailyInMailCount": 2}, "actionDelayMinSeconds": 45}
EMAIL = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [{"id": 7}]}
TEMPLATE = {"name": "A", "subject": "B", "body": "C"}
SCHEDULE = {
    "mainTimings": HOURS,
    "followUpTimings": HOURS,
    "useFollowUpSchedule": True,
    "useProspectTimezone": True,
    "excludeHolidays": True,
}

REPLACED: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        "UpdateSequenceStep",
        {"id": 77, "stepId": 1, "step": EMAIL},
        {
            "GetSequenceById": {"id": 77},
            "GetSequenceStepById": {
                "type": "email",
                "parentId": 5,
                "ifConditionPositive": False,
                "variants": [{"id": 7, "subject": "A", "message": "B", "hasAttachments": True}],
            },
        },
        {
            **EMAIL,
            "id": 1,
            "parentId": 5,
            "ifConditionPositive": False,
            "variants": [{"id": 7, "subject": "A", "message": "B"}],
        },
    ),
    (
        "UpdateSequenceStepVariant",
        {"id": 77, "stepId": 1, "variantId": 7, "message": "New"},
        {
            "GetSequenceById": {"id": 77},
            "GetSequenceStepVariants": [[{"id": 7, "subject": "A", "message": "B", "isEnabled": False}]],
        },
        {"subject": "A", "message": "New", "isEnabled": False},
    ),
    (
        "UpdateEmailTemplate",
        {"id": 5, "name": "New"},
        {"GetEmailTemplate": {**TEMPLATE, "attachments": [{"id": 88}]}},
        {**TEMPLATE, "name": "New", "attachmentIds": [88]},
    ),
    (
        "UpdateAiPrompt",
        {"id": 2, "name": "New"},
        {"ListAiPrompts": [[{"id": 2, "name": "A", "text": "B", "scope": "personal"}]]},
        {"name": "New", "text": "B"},
    ),
    (
        "UpdateSchedule",
        {"id": 3, "name": "New", "timezoneId": "UTC"},
        {"GetSchedule": {"name": "A", **SCHEDULE}},
        {"name": "New", "timezoneId": "UTC", **SCHEDULE},
    ),
    (
        "UpdateHolidayCalendar",
        {"id": 3, "name": "New"},
        {"GetHolidayCalendar": {"name": "A", "repeatEveryYear": True, "holidays": DAYS}},
        {"name": "New", "repeatEveryYear": True, "holidays": DAYS},
    ),
    (
        "UpdateEmailAccountTag",
        {"tagId": 1, "name": "New"},
        {"ListEmailAccountTags": [[{"id": 1, "name": "A", "colorId": 3}]]},
        {"name": "New", "colorId": 3},
    ),
    (
        "UpdateLinkedInAccountLimits",
        {"id": 7, "limitsMode": "Fixed", "fixedMax": {"dailySendMessageCount": 20}},
        {"GetLinkedInAccount": {"limits": {"limitsMode": "Ranged", **LIMITS}}},
        {"limitsMode": "Fixed", **LIMITS, "fixedMax": {"dailySendMessageCount": 20, "dailyInMailCount": 9}},
    ),
    (
        "UpdateWebhook",
        {"id": 7, "payloadConfig": {"includeEmailUrl": False}},
        {"GetWebhookById": {"eventType": "e", "url": "https://a.b/c", "scope": "Team", "payloadConfig": FLAGS}},
        {
            "eventType": "e",
            "url": "https://a.b/c",
            "scope": "team",
            "payloadConfig": {**FLAGS, "includeEmailUrl": False},
        },
    ),
]
ALL_GIVEN = {
    "UpdateSequenceOwner",
    "UpdateSequenceFolder",
    "SetSequenceEmailAccounts",
    "UpdateEmailTemplateFolder",
    "UpdateLinkedInAccountRevokeSettings",
    "SetAiSdrSequenceApprovalMode",
    "SetAiSdrSequenceGeneratedStepTypes",
    "SetAiSdrSequencePlaybook",
    "SetAiSdrSequenceKnowledgeBase",
}
"""Replaced by what v3 requires of every call, so that nothing can be left out."""


@pytest.mark.parametrize(("id", "given", "held", "sent"), REPLACED, ids=[row[0] for row in REPLACED])
async def test_what_is_left_out_goes_back_as_it_was(
    id: str, given: dict[str, Any], held: dict[str, Any], sent: dict[str, Any]
) -> None:
    one = FakeCall(catalog.operation(id), given, **held)
    await one.run()
    assert one.sent[0].body == sent


def test_no_replacing_operation_is_left_out() -> None:
    replacing = {one.id for name in AREAS for one in catalog.area(name).operations if one.method == "PUT"}
    assert {row[0] for row in REPLACED} | ALL_GIVEN == replacing

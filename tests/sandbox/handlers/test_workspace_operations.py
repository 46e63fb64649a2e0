"""Every operation of companies, rules, templates, folders, prompts, files, calendars, settings and webhooks, once.

Each is called with the least that it takes, on the wire and as documented; with REPLY_OPENAPI naming an OpenAPI
document, the documented answers are validated against it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.http.operation_facts import facts
from reply_mcp.sandbox.serving import Sandbox
from tests.sandbox.documented_answers import conforms

FULL = {"Authorization": "Bearer sandbox-full-access"}
FILE = ("note.txt", b"hello", "text/plain")
VOICE = ("hello.mp3", b"ID3" + bytes(40_000), "audio/mpeg")
WEBHOOK = {"eventType": "email_replied", "url": "http://127.0.0.1:9/x", "scope": "personal"}
CALENDAR = {"name": "Works council", "holidays": [{"name": "Trip", "startDate": "2026-06-01", "endDate": "2026-06-02"}]}
TEMPLATE = {"name": "Fresh", "subject": "Hi", "body": "<p>Hi {{FirstName}}</p>"}
PROMPT = {"name": "Fresh", "text": "Be kind."}
STEP = {"stepType": "commentOnRecentPost"}

# Operation, success status, then what the request carries: path (an id, or the kind whose first record is meant),
# query, JSON body, file; and the call that makes what it needs (`after`).
CALLS: list[tuple[str, int, dict[str, Any]]] = [
    ("GetContactAccounts", 200, {}),
    ("CreateContactAccount", 201, {"json": {"name": "Fresh Ltd"}}),
    ("FilterContactAccounts", 200, {"json": {"filters": [{"property": "Stage", "condition": "IsNull", "values": []}]}}),
    ("GetContactAccountById", 200, {"of": "account"}),
    ("UpdateContactAccount", 200, {"of": "account", "json": {"name": "Renamed", "companySize": "11-50"}}),
    ("BulkCreateContactAccounts", 200, {"json": {"items": [{"name": "One"}, {"name": "Two"}]}}),
    ("BulkDeleteContactAccounts", 200, {"json": {"ids": [61011, 1]}}),
    ("UpdateContactAccountOwner", 200, {"of": "account", "json": {"userId": 70402}}),
    ("GetContactAccountContacts", 200, {"of": "account"}),
    ("BulkAddContactsToContactAccount", 200, {"of": "account", "json": {"contactIds": [90514001, 1]}}),
    ("BulkRemoveContactsFromContactAccount", 200, {"of": "account", "json": {"contactIds": [90514001, 1]}}),
    ("DeleteContactAccount", 204, {"of": "account"}),
    ("GetContactAccountLists", 200, {}),
    ("CreateContactAccountList", 201, {"json": {"name": "Fresh list"}}),
    ("GetContactAccountListById", 200, {"of": "accountList"}),
    ("UpdateContactAccountList", 200, {"of": "accountList", "json": {"name": "Renamed list"}}),
    ("AddAccountsToContactAccountList", 200, {"of": "accountList", "json": {"accountIds": [61013, 1]}}),
    ("MoveAccountsToContactAccountList", 200, {"of": "accountList", "json": {"accountIds": [61013]}}),
    ("DeleteContactAccountList", 204, {"of": "accountList"}),
    *(
        call
        for name, kind, fresh in (
            ("Domain", "blacklistDomain", "fresh.example.com"),
            ("Email", "blacklistEmail", "fresh@example.com"),
            ("EmailException", "blacklistEmailException", "fresh@example.com"),
        )
        for call in (
            (f"GetBlacklist{name}Rules", 200, {}),
            (f"CreateBlacklist{name}Rule", 201, {"json": {"pattern": fresh}}),
            (f"GetBlacklist{name}RuleById", 200, {"of": kind}),
            (f"UpdateBlacklist{name}Rule", 200, {"last": kind, "json": {"pattern": f"a{fresh}"}}),
            (f"BulkCreateBlacklist{name}Rules", 200, {"json": [{"pattern": f"b{fresh}"}, {"pattern": f"b{fresh}"}]}),
            (f"BulkDeleteBlacklist{name}Rules", 200, {"json": {"ids": [999999, 901, 3101]}}),
            (f"DeleteBlacklist{name}Rule", 204, {"last": kind}),
        )
    ),
    ("ListEmailTemplateFolders", 200, {}),
    ("CreateEmailTemplateFolder", 201, {"json": {"name": "Fresh", "folderType": "personal"}}),
    ("GetEmailTemplateFolder", 200, {"id": 551, "params": {"folder_type": "personal"}}),
    ("UpdateEmailTemplateFolder", 200, {"id": 552, "params": {"folder_type": "personal"}, "json": {"name": "Nudges"}}),
    ("DeleteEmailTemplateFolder", 204, {"id": 552, "params": {"folder_type": "personal"}}),
    ("ShareEmailTemplateFolder", 200, {"last": "templateFolder", "after": "CreateEmailTemplateFolder"}),
    ("UploadEmailTemplateAttachment", 201, {"file": FILE}),
    ("ListEmailTemplates", 200, {}),
    ("CreateEmailTemplate", 201, {"json": {**TEMPLATE, "folderType": "personal", "attachmentIds": [8801]}}),
    ("GetEmailTemplate", 200, {"of": "emailTemplate"}),
    ("UpdateEmailTemplate", 200, {"of": "emailTemplate", "json": {**TEMPLATE, "name": "Fresher"}}),
    ("CloneEmailTemplate", 201, {"of": "emailTemplate"}),
    ("MoveEmailTemplate", 200, {"of": "emailTemplate", "json": {"folderId": 554, "folderType": "team"}}),
    ("RenderEmailTemplate", 200, {"of": "emailTemplate", "json": {"contactId": 90514001}}),
    ("SendTestEmailTemplate", 200, {"of": "emailTemplate", "json": {"email": "a@b.io", "emailAccountId": 12301}}),
    ("GetEmailTemplateVariables", 200, {}),
    ("DeleteEmailTemplate", 204, {"of": "emailTemplate"}),
    ("GetSequenceTemplates", 200, {}),
    ("DeleteSequenceTemplate", 204, {"last": "sequenceTemplate"}),
    ("GetSequenceFolders", 200, {}),
    ("CreateSequenceFolder", 201, {"json": {"name": "Fresh"}}),
    ("GetSequenceFolderById", 200, {"of": "sequenceFolder"}),
    ("UpdateSequenceFolder", 200, {"of": "sequenceFolder", "json": {"name": "Renamed"}}),
    ("GetFolderSequences", 200, {"of": "sequenceFolder"}),
    ("BulkAssignSequencesToFolder", 200, {"of": "sequenceFolder", "json": {"sequenceIds": [1]}}),
    ("BulkUnassignSequencesFromFolder", 200, {"of": "sequenceFolder", "json": {"sequenceIds": [1]}}),
    ("DeleteSequenceFolder", 204, {"of": "sequenceFolder"}),
    ("ListAiPrompts", 200, {"params": STEP}),
    ("CreateAiPrompt", 201, {"json": {**PROMPT, **STEP}}),
    ("UpdateAiPrompt", 200, {"last": "aiPrompt", "json": {**PROMPT, "name": "Fresher"}}),
    ("DeleteAiPrompt", 204, {"last": "aiPrompt"}),
    ("PreviewAiPromptOnSamplePost", 200, {"json": {"promptText": "Be kind."}}),
    (
        "PreviewAiPromptOnLinkedInPost",
        200,
        {
            "of": "linkedInAccount",
            "json": {"promptText": "Be kind.", "linkedInProfileUrl": "https://www.linkedin.com/in/someone"},
            "account": True,
        },
    ),
    ("UploadAttachment", 200, {"file": FILE}),
    ("UploadVoiceAttachment", 200, {"file": VOICE}),
    ("ListHolidayCalendars", 200, {}),
    ("CreateHolidayCalendar", 201, {"json": CALENDAR}),
    ("GetHolidayCalendar", 200, {"of": "holidayCalendar"}),
    ("UpdateHolidayCalendar", 200, {"last": "holidayCalendar", "json": {**CALENDAR, "name": "Renamed"}}),
    ("ExportHolidayCalendarCsv", 200, {"of": "holidayCalendar"}),
    ("DeleteHolidayCalendar", 204, {"last": "holidayCalendar"}),
    ("GetSettings", 200, {}),
    ("UpdateSettings", 200, {"json": {"emails": {"safety": {"firstStepDelay": 15}}}}),
    ("ListWebhooks", 200, {}),
    ("CreateWebhook", 201, {"json": WEBHOOK}),
    ("GetWebhookEvents", 200, {}),
    ("GetWebhookById", 200, {"of": "webhook"}),
    ("UpdateWebhook", 200, {"of": "webhook", "json": WEBHOOK}),
    ("EnableWebhook", 204, {"of": "webhook"}),
    ("TestWebhook", 502, {"of": "webhook", "after": "EnableWebhook"}),
    ("DisableWebhook", 204, {"of": "webhook"}),
    ("GetWebhookLogs", 200, {"id": 1002}),
    ("DeleteWebhook", 204, {"of": "webhook"}),
]
NAMES = [name for name, _, _ in CALLS]


@pytest.fixture(params=["wire", "documented"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    sandbox: Sandbox = request.getfixturevalue(request.param)
    return sandbox


def send(sandbox: Sandbox, name: str, given: dict[str, Any], **override: Any) -> httpx.Response:
    fact = facts()[name]
    number = override.get("id", _id(sandbox, given))
    path = re.sub(r"\{id\}", str(number), fact.path)
    body: Any = dict(given["json"]) if isinstance(given.get("json"), dict) else given.get("json")
    if given.get("account"):
        body["linkedInAccountId"] = number
    files = {"file": given["file"]} if "file" in given else None
    url = f"{sandbox.url}{path}"
    return _client().request(fact.method, url, params=given.get("params"), json=body, files=files)


def _id(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    if "id" in given:
        return given["id"]
    kind = given.get("of") or given.get("last")
    if kind is None:
        return None
    held = sandbox.store.all(kind)[0 if "of" in given else -1]
    return held.get("_uuid", held["id"])


@pytest.mark.parametrize(("name", "status", "given"), CALLS, ids=NAMES)
def test_each_operation_answers_as_documented(sandbox: Sandbox, name: str, status: int, given: dict[str, Any]) -> None:
    if "after" in given:
        send(sandbox, given["after"], next(made for other, _, made in CALLS if other == given["after"]))
    answer = send(sandbox, name, given)
    assert answer.status_code == status, answer.text
    if sandbox.app.state.kernel.documented:
        conforms(name, answer)


WITH_IDS = [(name, given) for name, _, given in CALLS if "{id}" in facts()[name].path]


@pytest.mark.parametrize(("name", "given"), WITH_IDS, ids=[name for name, _ in WITH_IDS])
def test_a_missing_record_is_a_404_with_the_areas_code(sandbox: Sandbox, name: str, given: dict[str, Any]) -> None:
    unknown = "00000000-0000-4000-8000-000000000000" if "Sequence" in name else 987654
    answer = send(sandbox, name, given, id=unknown)
    assert answer.status_code == 404
    assert re.fullmatch(r"[a-zA-Z]+\.(notFound|folderNotFound)", answer.json()["code"])
    if sandbox.app.state.kernel.documented:
        conforms(name, answer)


@cache
def _client() -> httpx.Client:
    return httpx.Client(headers=FULL)

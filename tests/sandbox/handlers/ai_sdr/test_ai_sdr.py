"""Every operation of AI SDR, Live Data, validation, direct outreach and the writing of accounts, once.

Each is called with the least that it takes, on the wire and as documented; with REPLY_OPENAPI naming an OpenAPI
document, the documented answers are validated against it.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.http.operation_facts import facts
from reply_mcp.sandbox.serving import Sandbox
from tests.sandbox.documented_answers import conforms

FULL = {"Authorization": "Bearer sandbox-full-access"}
FILE = ("tone.txt", b"Write as you speak.", "text/plain")
AI, FREE, PLAIN = 1_309_001, 1_309_008, 1_208_401
BASE, OFFER, MARIA_MAIL, MARIA_LINKEDIN = 501, 301, 12301, 610
INDUSTRY = {"industries": [{"value": "Financial Services", "type": "include"}]}
CONNECTION = {
    "email": "new@getnorthstar.com", "smtpHost": "smtp.getnorthstar.com", "smtpPort": 465, "smtpPassword": "secret",
    "imapHost": "imap.getnorthstar.com", "imapPort": 993, "imapPassword": "secret",
}  # fmt: skip
SERVER = {"host": "smtp.getnorthstar.com", "port": 465, "userName": "new", "password": "secret"}
STEPS = {"generatedStepTypes": ["email", "linkedIn", "call", "linkedInInMail", "linkedInAiVoice"], "numberOfSteps": 6}
NEW_SEQUENCE = {"name": "Fresh", "offerId": OFFER, "sequenceStructureSetup": STEPS, "playbookId": "t-13"}
HANDLER = {"typeOfQuestion": "Asks for a demo", "instructions": "Offer two times."}
CARD = {"name": "After two months", "instructions": "Ask again.", "sendAfter": 60}
PLAYBOOK = {"name": "Fresh", "description": "", "body": "", "type": "team"}
IN_BASE, IN_AI, IN_FREE = {"knowledge_base_id": BASE}, {"sequence_id": AI}, {"sequence_id": FREE}
QUEUED = {"sequenceId": AI, "contactId": 0}
PERSON = {"linkedInAccountId": MARIA_LINKEDIN}


def part(kind: str, name: str, last: bool = False) -> dict[str, Any]:
    """The path of a part of the knowledge base: the first of its kind, or the last one made."""
    return {"path": {**IN_BASE, name: (kind, last)}}


def waiting(at: int) -> dict[str, Any]:
    """The path of a queued approval."""
    return {"path": {**IN_AI, "contact_id": at}}


# Operation, success status, then what the request carries: path, query, JSON body, file; and the call that makes what
# it needs (`after`).
CALLS: list[tuple[str, int, dict[str, Any]]] = [
    ("ListApprovals", 200, {"params": {"sequenceId": AI, "channel": "email", "sortMode": "oldestFirst"}}),
    ("GetApprovalByContact", 200, waiting(0)),
    ("RegenerateApproval", 202, {**waiting(0), "json": {"recommendations": "Shorter"}}),
    ("SendApproval", 204, {**waiting(0), "json": {"subject": "Hello"}}),
    ("DeleteApproval", 204, waiting(0)),
    ("SendApprovalsBulk", 204, {"json": {"items": [QUEUED]}}),
    ("PersonalizeSequencePreview", 202, waiting(0)),
    ("CreateAiSdrSequence", 201, {"json": NEW_SEQUENCE}),
    ("GetAiSdrSequenceSettings", 200, {"path": {"sequence_id": AI}}),
    ("GetAiSdrSequenceSettings", 200, {"path": IN_FREE}),
    ("UpdateAiSdrSequenceSettings", 200, {"path": IN_AI, "json": {"toneOfVoice": {"toneOfVoice": "witty"}}}),
    ("EnableAiSdrSequenceAutopilot", 204, {"path": {"sequence_id": AI}}),
    ("EnableAiSdrSequenceAutopilot", 204, {"path": IN_FREE}),
    ("PreviewAutopilot", 202, {"path": IN_AI, "json": {"filters": INDUSTRY}}),
    ("DisableAiSdrSequenceAutopilot", 204, {"path": IN_FREE}),
    ("ForceStartAiSdrSequenceAutopilot", 409, {"path": IN_FREE}),
    ("SetAiSdrSequenceApprovalMode", 204, {"path": IN_AI, "json": {"enabled": True}}),
    ("SetAiSdrSequenceGeneratedStepTypes", 204, {"path": IN_FREE, "json": {"generatedStepTypes": ["email"]}}),
    ("GetAiSdrSequencePlaybook", 200, {"path": IN_AI}),
    ("SetAiSdrSequencePlaybook", 204, {"path": IN_AI, "json": {"playbookId": "o-12"}}),
    ("ClearAiSdrSequencePlaybook", 204, {"path": IN_AI}),
    ("GetAiSdrSequenceKnowledgeBase", 200, {"path": IN_AI}),
    ("SetAiSdrSequenceKnowledgeBase", 204, {"path": IN_AI, "json": {"knowledgeBaseId": BASE}}),
    ("AssignReengagementFlow", 204, {**part("reengagementFlow", "flow_id"), "json": QUEUED}),
    ("ClearAiSdrSequenceKnowledgeBase", 204, {"path": IN_AI}),
    ("ListIntentSignalIndustries", 200, {"params": {"search": "bank"}}),
    ("ListIntentSignalTechnologies", 200, {"params": {"top": 3}}),
    ("ListKnowledgeBases", 200, {}),
    ("CreateKnowledgeBase", 201, {"json": {"name": "Fresh"}}),
    ("GetKnowledgeBase", 200, {"path": {"id": BASE}}),
    ("UpdateKnowledgeBase", 200, {"path": {"id": BASE}, "json": {"instructions": ""}}),
    ("DuplicateKnowledgeBase", 201, {"path": {"id": BASE}}),
    ("DeleteKnowledgeBase", 204, {"path": {"id": BASE + 1}, "after": "DuplicateKnowledgeBase"}),
    ("ListKnowledgeBaseLinks", 200, {"path": IN_BASE}),
    ("AddKnowledgeBaseLink", 201, {"path": IN_BASE, "json": {"url": "https://northstar-sales.com/faq"}}),
    ("DeleteKnowledgeBaseLink", 204, part("kbLink", "link_id")),
    ("ListKnowledgeBaseDocuments", 200, {"path": IN_BASE}),
    ("UploadKnowledgeBaseDocument", 201, {"path": IN_BASE, "file": FILE}),
    ("DeleteKnowledgeBaseDocument", 204, part("kbDocument", "document_id")),
    ("ListReplyHandlers", 200, {"path": IN_BASE}),
    ("CreateReplyHandler", 201, {"path": IN_BASE, "json": HANDLER}),
    ("GetReplyHandler", 200, part("replyHandler", "reply_handler_id")),
    ("UpdateReplyHandler", 200, {**part("replyHandler", "reply_handler_id"), "json": {"deliveryMode": "auto"}}),
    ("UploadReplyHandlerMedia", 201, {**part("replyHandler", "reply_handler_id"), "file": FILE}),
    (
        "DeleteReplyHandlerMedia",
        204,
        {
            "path": {**part("replyHandler", "reply_handler_id")["path"], "media_id": 1},
            "after": "UploadReplyHandlerMedia",
        },
    ),
    ("DeleteReplyHandler", 204, part("replyHandler", "reply_handler_id")),
    ("ListReengagementCards", 200, {"path": IN_BASE}),
    ("CreateReengagementCard", 201, {"path": IN_BASE, "json": CARD}),
    ("GetReengagementCard", 200, part("reengagementCard", "reengagement_card_id")),
    ("UpdateReengagementCard", 200, {**part("reengagementCard", "reengagement_card_id"), "json": {"isEnabled": False}}),
    ("UploadReengagementCardMedia", 201, {**part("reengagementCard", "reengagement_card_id"), "file": FILE}),
    (
        "DeleteReengagementCardMedia",
        204,
        {
            "path": {**part("reengagementCard", "reengagement_card_id")["path"], "media_id": 1},
            "after": "UploadReengagementCardMedia",
        },
    ),
    ("DeleteReengagementCard", 204, part("reengagementCard", "reengagement_card_id")),
    ("ListReengagementFlows", 200, {"path": IN_BASE}),
    ("CreateReengagementFlow", 201, {"path": IN_BASE, "json": {"name": "Fresh"}}),
    ("UpdateReengagementFlow", 200, {**part("reengagementFlow", "flow_id", True), "json": {"description": None}}),
    ("DuplicateReengagementFlow", 201, part("reengagementFlow", "flow_id")),
    ("GetReengagementFlowContactsCount", 200, part("reengagementFlow", "flow_id")),
    ("GetReengagementFlowState", 200, {"path": IN_BASE, "params": {"sequence_id": AI, "contact_id": 1}}),
    ("DeleteReengagementFlow", 204, {**part("reengagementFlow", "flow_id", True), "after": "CreateReengagementFlow"}),
    ("SetDefaultReengagementFlow", 204, part("reengagementFlow", "flow_id")),
    ("ListOffers", 200, {"params": {"search": "logistics"}}),
    ("CreateOffer", 201, {"json": {"name": "Fresh"}}),
    ("GetOffer", 200, {"path": {"id": OFFER}}),
    ("UpdateOffer", 200, {"path": {"id": OFFER}, "json": {"painPoints": ["Slow"]}}),
    ("DuplicateOffer", 201, {"path": {"id": OFFER}}),
    ("GenerateOffer", 202, {"json": {"prompt": "northstar-sales.com"}}),
    ("UploadOfferGenerationAttachment", 200, {"file": FILE}),
    ("DeleteOffer", 204, {"path": {"id": OFFER + 1}, "after": "CreateOffer"}),
    ("ListPlaybooks", 200, {"params": {"type": "team"}}),
    ("CreatePlaybook", 201, {"json": PLAYBOOK}),
    ("GetPlaybook", 200, {"path": {"id": "g-11"}}),
    ("UpdatePlaybook", 200, {"path": {"id": "t-13"}, "json": {"body": "Short."}}),
    ("DuplicatePlaybook", 201, {"path": {"id": "g-11"}}),
    ("UploadPlaybookStyleFile", 201, {"path": {"playbook_id": "t-13"}, "file": FILE}),
    (
        "DeletePlaybookStyleFile",
        204,
        {"path": {"playbook_id": "t-13", "style_file_id": 1}, "after": "UploadPlaybookStyleFile"},
    ),
    ("DeletePlaybook", 204, {"path": {"id": "o-12"}}),
    ("StartStrategist", 202, {"json": {"companyName": "Northstar"}}),
    ("PreviewLiveDataSearch", 202, {"json": {"filters": INDUSTRY}}),
    ("ListLiveDataSearches", 200, {}),
    ("GetLiveDataSearch", 200, {"path": {"id": 71}}),
    ("StartLiveDataSearch", 200, {"json": {"filters": INDUSTRY, "contactsCountToAdd": 2, "listIds": [4101]}}),
    *((f"ListLiveData{what}FilterValues", 200, {}) for what in ("Industry", "Department", "Seniority", "Location")),
    ("ListLiveDataJobTitleFilterValues", 200, {"params": {"search": "sales", "top": 2}}),
    ("EstimateEmailValidation", 200, {"json": {"contactIds": [90514001, 90514004]}}),
    ("ScheduleEmailValidation", 409, {"json": {"contactIds": [90514001]}}),
    ("SendDirectEmail", 200, {"path": {"id": "mailed"}, "json": {"subject": "Hi", "body": "<p>Hi {{FirstName}}</p>"}}),
    ("SendDirectLinkedInConnect", 200, {"path": {"id": "stranger"}, "json": PERSON}),
    ("SendDirectLinkedInInMail", 200, {"path": {"id": "stranger"}, "json": {**PERSON, "subject": "Hi", "body": "Hi"}}),
    ("SendDirectLinkedInMessage", 200, {"path": {"id": "connected"}, "json": {**PERSON, "message": "Hi"}}),
    ("SendDirectLinkedInVoice", 404, {"path": {"id": "connected"}, "json": {**PERSON, "voiceAttachmentId": 999}}),
    ("SendDirectLinkedInAiVoice", 200, {"path": {"id": "connected"}, "json": {**PERSON, "script": "Hi"}}),
    ("ListEmailAccounts", 200, {}),
    ("FilterEmailAccounts", 200, {"json": {}}),
    ("GetEmailAccount", 200, {"path": {"id": MARIA_MAIL}}),
    ("CreateEmailAccount", 201, {"json": {"connection": CONNECTION, "tags": ["Fresh"]}}),
    ("UpdateEmailAccount", 200, {"path": {"id": MARIA_MAIL}, "json": {"safety": {"dailyLimit": 20}}}),
    ("SetDefaultEmailAccount", 204, {"path": {"id": MARIA_MAIL + 4}}),
    ("ResumeSending", 204, {"path": {"id": 12325}}),
    ("BulkDeleteEmailAccounts", 200, {"json": {"ids": [12317, 9]}}),
    ("DeleteEmailAccount", 204, {"path": {"id": 12325}}),
    ("ConnectGmailAccount", 302, {}),
    ("ConnectOffice365Account", 302, {}),
    ("TestSmtpConnectivity", 200, {"json": SERVER}),
    ("TestImapConnectivity", 200, {"json": {**SERVER, "host": "imap.nowhere.invalid"}}),
    ("ListEmailAccountTags", 200, {}),
    ("UpdateEmailAccountTag", 204, {"path": {"tag_id": 1}, "json": {"name": "Brand", "colorId": 4}}),
    ("AddTagsToEmailAccount", 204, {"path": {"id": MARIA_MAIL}, "json": {"tags": ["Outbound", "Brand new"]}}),
    ("RemoveTagsFromEmailAccount", 204, {"path": {"id": MARIA_MAIL}, "json": {"tags": ["outbound"]}}),
    ("ListLinkedInAccounts", 200, {}),
    ("GetLinkedInAccount", 200, {"path": {"id": 625}}),
    ("ToggleLinkedInAccountStatus", 200, {"path": {"id": MARIA_LINKEDIN}}),
    (
        "UpdateLinkedInAccountLimits",
        204,
        {"path": {"id": MARIA_LINKEDIN}, "json": {"limitsMode": "Fixed", "fixedMax": {"dailyInMailCount": 3}}},
    ),
    (
        "UpdateLinkedInAccountRevokeSettings",
        204,
        {"path": {"id": MARIA_LINKEDIN}, "json": {"enabled": True, "periodDays": 14}},
    ),
    ("ReconnectLinkedInAccount", 200, {"path": {"id": MARIA_LINKEDIN}}),
    ("CreateLinkedInConnectionLink", 201, {"json": {"name": "Fresh"}}),
    ("CreateDirectLinkedInConnectionLink", 200, {}),
    ("ListPendingLinkedInAccounts", 200, {}),
    ("DeletePendingLinkedInAccount", 204, {"path": {"id": 50}}),
    ("BulkDeleteLinkedInAccounts", 200, {"json": {"ids": [MARIA_LINKEDIN, 625, 9]}}),
    ("DeleteLinkedInAccount", 204, {"path": {"id": MARIA_LINKEDIN}, "params": {"force": "true"}}),
]  # fmt: skip


@pytest.fixture(params=["wire", "documented"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    chosen: Sandbox = request.getfixturevalue(request.param)
    return chosen


def send(sandbox: Sandbox, name: str, given: dict[str, Any]) -> httpx.Response:
    fact = facts()[name]
    path = fact.path
    for parameter, value in given.get("path", {}).items():
        path = path.replace(f"{{{parameter}}}", str(found(sandbox, value)))
    assert "{" not in path
    files = {"file": given["file"]} if "file" in given else None
    body = filled(sandbox, given.get("json"))
    return httpx.request(
        fact.method, f"{sandbox.url}{path}", params=given.get("params"), json=body, files=files, headers=FULL
    )


def found(sandbox: Sandbox, value: Any) -> Any:
    """The id that stands for a part of the knowledge base, a queued contact, or someone of a kind."""
    if isinstance(value, tuple):
        kind, last = value
        parts = sandbox.store.all(kind, _baseId=BASE)
        return parts[-1 if last else 0]["_uuid"]
    if value == 0:
        return sandbox.store.all("approval")[0]["_contactId"]
    if value == "mailed":
        return next(one["id"] for one in sandbox.store.all("contact") if one["email"] and not one["isOptedOut"])
    if value == "connected":
        return next(one["_contactId"] for one in sandbox.store.all("membership") if one.get("_isConnected"))
    if value == "stranger":
        known = {one["_contactId"] for kind in ("membership", "thread") for one in sandbox.store.all(kind)}
        return next(one["id"] for one in sandbox.store.all("contact") if one["id"] not in known and one["linkedInUrl"])
    return value


def filled(sandbox: Sandbox, body: Any) -> Any:
    if isinstance(body, list):
        return [filled(sandbox, one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        name: found(sandbox, value) if name == "contactId" else filled(sandbox, value) for name, value in body.items()
    }


@pytest.mark.parametrize(("name", "status", "given"), CALLS, ids=[name for name, _, _ in CALLS])
def test_each_operation_answers_as_documented(sandbox: Sandbox, name: str, status: int, given: dict[str, Any]) -> None:
    if "after" in given:
        send(sandbox, given["after"], next(made for other, _, made in CALLS if other == given["after"]))
    answer = send(sandbox, name, given)
    assert answer.status_code == status, answer.text
    if sandbox.app.state.kernel.documented:
        conforms(name, answer)


NOBODY = "00000000-0000-4000-8000-000000000000"
WITH_PATHS = {
    name: given
    for name, _, given in CALLS
    if "path" in given and name not in ("AssignReengagementFlow", "PreviewAutopilot")
}


@pytest.mark.parametrize(("name", "given"), WITH_PATHS.items(), ids=WITH_PATHS)
def test_what_is_not_there_is_a_404_with_a_code(documented: Sandbox, name: str, given: dict[str, Any]) -> None:
    last = re.findall(r"\{(\w+)\}", facts()[name].path)[-1]
    value = given["path"][last]
    missing = NOBODY if isinstance(value, tuple) else re.sub(r"\d+", "98765", str(value))
    missing = "987654321" if not re.search(r"\d", missing) else missing
    answer = send(documented, name, {**given, "path": {**given["path"], last: missing}})
    assert answer.status_code == 404, answer.text
    assert re.fullmatch(r"\w+\.(notFound|contactNotFound)", answer.json()["code"])
    conforms(name, answer)


def test_every_operation_of_these_areas_is_called() -> None:
    wanted = re.compile(r"/v3/(ai-sdr|sequences/ai-sdr|live-data|email-validations|email-accounts|linkedin-accounts)")
    called = {name for name, _, _ in CALLS}
    left = {name for name, fact in facts().items() if fact.released and wanted.match(fact.path) and name not in called}
    assert not left

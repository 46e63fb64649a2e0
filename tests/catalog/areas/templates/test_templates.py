"""Templates and prompts: replaced whole by every change, filled in only in part, refused for unknown variables."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.templates.operations import area
from reply_mcp.catalog.operation import Effect, Question
from reply_mcp.errors import NotDone
from tests.catalog.fake_call import FakeCall, operation_of, refusal

HELD = {
    "id": 5,
    "name": "Intro",
    "subject": "Hi",
    "body": "<p>Hello {{FirstName}}</p>",
    "folderType": "team",
    "folderId": 3,
    "attachments": [{"id": 88, "fileName": "price.pdf"}, None],
}
VARIABLES = {
    "prospect": {"Basic": [{"key": "{{FirstName}}", "description": "First name"}, {"key": "{{Company}}"}]},
    "team": None,
    "advanced": {"Dates": [{"key": "{{Today}}"}, {"description": "no key"}]},
}
PROMPTS = [
    {"id": 1, "name": "Kind", "text": "Be kind", "scope": "library"},
    {"id": 2, "name": "Mine", "text": "Be brief", "scope": "Personal"},
]
BLUEPRINT = "0b4e0c0e-5d0a-4a59-9d52-1f6a58a0d6a1"
GLOBAL = "7f2f4a33-9a0b-4f0f-8f4e-2f4a6d1c9b10"
BLUEPRINTS = {
    "globalTemplates": [{"id": GLOBAL, "name": "Classic"}],
    "organizationTemplates": None,
    "teamTemplates": [{"id": BLUEPRINT.upper(), "name": "Ours", "stepTypes": ["Email"]}],
}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def previewed(one: FakeCall) -> str:
    preview = one.operation.preview
    assert callable(preview)
    asked = await preview(one)
    return asked.text if isinstance(asked, Question) else asked


async def test_what_a_change_leaves_out_is_sent_again_attachments_too() -> None:
    one = call("UpdateEmailTemplate", {"id": 5, "subject": None, "body": None, "name": "Hello"}, GetEmailTemplate=HELD)
    await one.run()
    assert one.sent[0].body == {"name": "Hello", "subject": None, "body": HELD["body"], "attachmentIds": [88]}


async def test_a_change_of_everything_reads_only_the_text_that_it_replaces() -> None:
    given = {"name": "A", "subject": "B", "body": "C", "attachmentIds": []}
    one = call("UpdateEmailTemplate", {"id": 5, **given}, GetEmailTemplate={"id": 5, "body": "Old"})
    await one.run()
    assert one.sent[0].body == given
    assert one.asked == [("GetEmailTemplate", {"id": 5})]
    assert 'Replaced body, which was "Old". Send that again to undo.' in one.notes


async def test_an_unknown_variable_is_named_with_the_nearest() -> None:
    given = {"name": "A", "folderType": "team", "subject": "{{Today}}", "body": "{{CompanyName}} {{firstname|there}}"}
    one = call("CreateEmailTemplate", given, GetEmailTemplateVariables=VARIABLES)
    meaning = await one.explained(refusal(400, None, "Unrecognized variables found"))
    assert meaning is not None
    unknown = meaning.partition(" Built in")[0]
    assert "{{CompanyName}} (did you mean {{Company}}?)" in unknown
    assert "firstname" not in unknown
    assert "Today" not in unknown
    assert "In this account: Today." in meaning
    assert await one.explained(refusal(400, "emailTemplate.tooManyAttachments")) is None


async def test_success_that_left_a_variable_open_is_not_told_as_success() -> None:
    answer = {
        "isSuccess": False,
        "subject": "Hi",
        "body": "Dear ,",
        "errors": [{"code": 13, "variable": "{{LastName}}"}],
    }
    one = call("RenderEmailTemplate", {"id": 5, "contactId": 9}, send=answer)
    shown = await one.run()
    assert shown["_texts"] == [{"subject": "Hi", "text": "Dear ,"}]
    assert "NOT filled in completely" in one.noted
    assert "{{LastName}} has no value" in one.noted
    assert one.operation.effect is Effect.READ


async def test_success_with_nothing_to_show_is_a_failure() -> None:
    one = call("RenderEmailTemplate", {"id": 5, "contactId": 9}, send={"isSuccess": False, "errors": None})
    with pytest.raises(NotDone, match="could not be filled in"):
        await one.run()


async def test_a_clean_rendering_has_no_remark() -> None:
    one = call("RenderEmailTemplate", {"id": 5, "contactId": 9}, send={"isSuccess": True, "body": "Dear Ann"})
    await one.run()
    assert one.notes == []


async def test_a_test_email_is_a_real_one_and_says_from_where_to_whom() -> None:
    one = call(
        "SendTestEmailTemplate",
        {"id": 5, "email": "me@acme.com", "emailAccountId": 7},
        GetEmailTemplate=HELD,
        GetEmailAccount={"connection": {"email": "maria@acme.com"}},
        GetContacts={"items": []},
        FilterContacts={"items": []},
    )
    assert one.operation.effect is Effect.SEND
    said = await previewed(one)
    assert 'real email to me@acme.com from maria@acme.com (7): template "Intro" (5, subject "Hi")' in said
    assert said.endswith(', with price.pdf: "Hello {{FirstName}}"')


async def test_consent_to_a_test_email_holds_for_the_text_that_was_shown() -> None:
    async def asked(**changes: Any) -> str | Question:
        one = call(
            "SendTestEmailTemplate",
            {"id": 5, "email": "me@acme.com", "emailAccountId": 7},
            GetEmailTemplate={**HELD, **changes},
            GetEmailAccount={"connection": {"email": "maria@acme.com"}},
            GetContacts={"items": []},
            FilterContacts={"items": []},
        )
        assert callable(one.operation.preview)
        return await one.operation.preview(one)

    assert await asked() == await asked()
    assert await asked() != await asked(body="<p>Other words</p>")
    assert await asked() != await asked(attachments=[])


async def test_variables_come_nested_and_are_shown_as_rows() -> None:
    rows = await call("GetEmailTemplateVariables", {}, send=VARIABLES).run()
    assert [(row["key"], row["group"]) for row in rows] == [
        ("{{FirstName}}", "prospect: Basic"),
        ("{{Company}}", "prospect: Basic"),
        ("{{Today}}", "advanced: Dates"),
    ]


async def test_a_template_says_its_folder_and_attachments() -> None:
    answer = await call("GetEmailTemplate", {"id": 5}, send=HELD).run()
    assert answer["_facts"] == "team, folder 3, attached: price.pdf (88)"


def test_folder_calls_send_the_type_by_its_name_on_the_wire() -> None:
    one = call("UpdateEmailTemplateFolder", {"id": 3, "folder_type": "team", "name": "New"})
    request = one.operation.request(one.arguments)
    assert (request.query, request.body) == ({"folder_type": "team"}, {"name": "New"})


async def test_a_prompt_keeps_what_a_change_leaves_out() -> None:
    one = call("UpdateAiPrompt", {"id": 2, "name": "Short"}, ListAiPrompts=[PROMPTS])
    await one.run()
    assert one.sent[0].body == {"name": "Short", "text": "Be brief"}


@pytest.mark.parametrize(("id", "why"), [(1, "in Reply's library"), (3, "there is no AI prompt 3")])
async def test_prompts_of_the_library_and_missing_ones_are_not_touched(id: int, why: str) -> None:
    one = call("UpdateAiPrompt", {"id": id, "name": "Short"}, ListAiPrompts=[PROMPTS])
    with pytest.raises(NotDone, match=why):
        await one.run()
    with pytest.raises(NotDone, match=why):
        await previewed(call("DeleteAiPrompt", {"id": id}, ListAiPrompts=[PROMPTS]))
    assert one.sent == []


async def test_a_preview_on_a_real_post_spends_and_says_why_there_is_no_comment() -> None:
    one = call(
        "PreviewAiPromptOnLinkedInPost",
        {
            "promptText": "x",
            "linkedInProfileUrl": "https://linkedin.com/in/ann",
            "linkedInAccountId": 4,
            "skipTopics": None,
        },
        send={"outcome": "NoRecentPosts"},
    )
    assert one.operation.effect is Effect.SPEND
    assert "one Reply credit" in await previewed(one)
    assert (await one.run())["_result"] == "No comment: the person has not posted lately."
    assert "skipTopics" not in one.sent[0].body


async def test_blueprints_are_one_list_that_says_whose_they_are() -> None:
    rows = await call("GetSequenceTemplates", {}, send=BLUEPRINTS).run()
    assert [(row["name"], row["scope"]) for row in rows] == [("Ours", "team"), ("Classic", "global")]


async def test_a_global_blueprint_is_not_deleted_and_a_shared_one_is_named() -> None:
    own = call("DeleteSequenceTemplate", {"id": BLUEPRINT}, GetSequenceTemplates=BLUEPRINTS)
    assert 'sequence template "Ours" for the whole team' in await previewed(own)
    await own.run()
    assert len(own.sent) == len(own.asked) == 1
    with pytest.raises(NotDone, match="one of Reply's own"):
        await call("DeleteSequenceTemplate", {"id": GLOBAL}, GetSequenceTemplates=BLUEPRINTS).run()


def test_uploads_carry_the_file_apart_from_the_body() -> None:
    one = call("UploadAttachment", {"file": {"name": "a.pdf", "base64": "QQ=="}})
    request = one.operation.request(one.arguments)
    assert request.file is not None
    assert request.file.field == "file"
    assert not request.body

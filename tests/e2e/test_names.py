"""What may be named is found by its name: each kind of thing, through a tool, in a full account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from reply_mcp.sandbox.store import Doc
from reply_mcp.settings import Settings
from reply_mcp.text.lists import plural
from tests.catalog.arguments.test_named_ids import NAMED
from tests.conftest import KEY, Sandbox, connected, text_of

BASE = 501
CODE = re.compile(r'confirm="\w+"')


@dataclass(frozen=True)
class Case:
    """A tool in which a thing is named.

    Attributes:
        kind: what the sandbox calls such things.
        title: the key of its name there.
        argument: which argument names it, dotted where it stands inside another.
        more: the other arguments.
        id: the key of its id, as Reply shows it.
        prefix: what stands before its id.
    at: which of the account's things is named; the first of these has no equal by name.
        differs: what makes another one of the same name.
    """

    tool: str
    kind: str
    title: str = "name"
    argument: str = "id"
    more: Doc | None = None
    id: str = "id"
    prefix: str = ""
    at: int = 0
    differs: Doc | None = None

    def things(self, sandbox: Sandbox) -> list[Doc]:
        rows: list[Doc] = sandbox.store.all(self.kind)
        return rows

    def name_of(self, thing: Doc) -> str:
        found: Any = thing
        for key in self.title.split("."):
            found = found[key]
        return str(found)

    def id_of(self, thing: Doc) -> str:
        return f"{self.prefix}{thing[self.id]}"

    def call(self, value: Any) -> Doc:
        arguments: Any = value
        for name in reversed(self.argument.split(".")):
            arguments = [arguments] if name == "[]" else {name: arguments}
        return {**(self.more or {}), **arguments}


IN_BASE = {"knowledgeBaseId": BASE}
CASES = {
    "sequence": Case("reply_get_sequence", "sequence"),
    "contact": Case("reply_get_contact", "contact", "email", at=4),
    "list": Case("reply_get_list", "contactList"),
    "schedule": Case("reply_get_schedule", "schedule"),
    "holiday calendar": Case("reply_get_holiday_calendar", "holidayCalendar"),
    "folder": Case("reply_search_sequences", "sequenceFolder", argument="folderId", id="_uuid"),
    "sequence template": Case("reply_delete_sequence_template", "sequenceTemplate", id="_uuid", at=3),
    "category": Case("reply_get_inbox_emails", "category", argument="categoryIds.[]"),
    "email account": Case("reply_get_email_account", "emailAccount", "connection.email"),
    "LinkedIn account": Case("reply_get_linkedin_account", "linkedInAccount", at=1),
    "teammate": Case("reply_search_sequences", "user", "email", argument="ownerUserId"),
    "company": Case("reply_get_company", "account"),
    "company list": Case("reply_get_company_list", "accountList"),
    "custom field": Case("reply_get_custom_field", "customField", "title"),
    "team": Case("reply_get_email_report", "team", argument="filters.teamIds.[]"),
    "email template": Case("reply_get_email_template", "emailTemplate"),
    "template folder": Case("reply_list_email_templates", "templateFolder", argument="folderId"),
    "AI prompt": Case("reply_delete_ai_prompt", "aiPrompt", at=3),
    "webhook": Case("reply_get_webhook", "webhook", "url", differs={"eventType": "email_opened"}),
    "rule": Case("reply_get_blacklist_domain_rule", "blacklistDomain", "pattern"),
    "exception": Case("reply_get_blacklist_exception", "blacklistEmailException", "pattern"),
    "tag": Case("reply_update_email_account_tag", "emailAccountTag", argument="tagId", more={"colorId": 3}),
    "invitation": Case("reply_delete_pending_linkedin_account", "pendingLinkedInAccount"),
    "knowledge base": Case("reply_get_knowledge_base", "knowledgeBase"),
    "offer": Case("reply_get_offer", "offer"),
    "playbook": Case("reply_get_playbook", "playbook", at=2, prefix="t-"),
    "reply handler": Case(
        "reply_get_reply_handler", "replyHandler", "typeOfQuestion", "replyHandlerId", IN_BASE, "_uuid"
    ),
    "re-engagement card": Case(
        "reply_get_reengagement_card", "reengagementCard", argument="reengagementCardId", more=IN_BASE, id="_uuid"
    ),
    "re-engagement flow": Case(
        "reply_update_reengagement_flow",
        "reengagementFlow",
        argument="flowId",
        more={**IN_BASE, "description": "Renewed"},
        id="_uuid",
    ),
    "web page": Case("reply_delete_knowledge_base_source", "kbLink", "url", "linkId", IN_BASE, "_uuid"),
    "document": Case("reply_delete_knowledge_base_document", "kbDocument", "name", "documentId", IN_BASE, "_uuid"),
}
ELSEWHERE = {
    "thread": "by the name of its person: tests of `lookups.by_person`, and a journey",
    "open task": "as a thread is",
    "industry": "Reply's own list, asked as any other",
    "file": "of a reply handler or a card, found as style files are",
    "style file": "tests of the playbooks",
}
UNIQUE = {"team", "teammate", "contact"}
"""Kinds whose names here have no equal in the sandbox."""


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as one:
        yield one


@pytest.fixture
def talk(sandbox: Sandbox, portal: BlockingPortal) -> Iterator[Callable[[str, Doc], str]]:
    """Calls a tool of a server that has read nothing yet."""
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", patience=0.5)
    with portal.wrap_async_context_manager(connected(settings)) as client:

        def call(tool: str, arguments: Doc) -> str:
            return CODE.sub("", text_of(portal.call(client.call_tool, tool, arguments)))

        yield call


def test_every_kind_has_a_case() -> None:
    assert {one.named.noun for one in NAMED if one.named} == CASES.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("noun", CASES)
def test_a_name_is_understood(noun: str, sandbox: Sandbox, talk: Callable[[str, Doc], str]) -> None:
    case = CASES[noun]
    thing = case.things(sandbox)[case.at]
    by_id = talk(case.tool, case.call(case.id_of(thing)))
    by_name = talk(case.tool, case.call(f" {case.name_of(thing)} "))
    if by_id.endswith("\nUndo: reply_undo"):  # a change; by name it is set to the same once more
        by_id = by_id.removesuffix("\nUndo: reply_undo").partition("\nChanged: ")[0]
        by_name = by_name.removesuffix("\nIt was all so before: nothing is different now.")
    # What was changed is named as the call named it.
    named = f"{case.name_of(thing)} ({case.id_of(thing)})"
    assert by_name in (by_id, *(by_id.replace(case.id_of(thing), name) for name in (case.name_of(thing), named)))
    assert "There is no" not in by_name


@pytest.mark.parametrize("noun", CASES)
def test_an_unknown_name_is_said_to_be_unknown(noun: str, sandbox: Sandbox, talk: Callable[[str, Doc], str]) -> None:
    case, mark = CASES[noun], sandbox.seen()
    text = talk(case.tool, case.call("Zzyzx of nowhere"))
    assert f'There is no {noun} called "Zzyzx of nowhere".' in text
    assert re.search(r"reply_\w+( with searchTerm)? finds them.", text), text
    assert all(row["method"] == "GET" or "filter" in row["path"] for row in sandbox.since(mark))


@pytest.mark.parametrize("noun", [noun for noun in CASES if noun not in UNIQUE])
def test_an_ambiguous_name_lists_what_differs(noun: str, sandbox: Sandbox, talk: Callable[[str, Doc], str]) -> None:
    case = CASES[noun]
    thing = case.things(sandbox)[case.at]
    other = {**thing, "_uuid": "00000000-0000-4000-8000-000000000001", **(case.differs or {})}
    del other["id"]
    other = sandbox.store.put(case.kind, other)
    text = talk(case.tool, case.call(case.name_of(thing)))
    assert f'{plural(2, noun)} are called "{case.name_of(thing)}"' in text
    assert case.id_of(thing) in text
    assert case.id_of(other) in text


@pytest.mark.parametrize("word", ["me", "Me", "myself"])
def test_me_is_who_calls(word: str, sandbox: Sandbox, talk: Callable[[str, Doc], str]) -> None:
    by_id, by_word = (talk("reply_search_sequences", {"ownerUserId": value}) for value in (70411, word))
    assert by_word == by_id

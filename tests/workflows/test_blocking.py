"""Blocking a person or a domain."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.errors import NotDone, WrongArguments
from reply_mcp.settings import Settings
from tests.catalog.fake_call import FakeCall, refusal
from tests.conftest import Sandbox
from tests.e2e.correspondence import person, said

SettingsFor = Callable[..., Settings]
_numbers = itertools.count(1)


def call(arguments: dict[str, Any], **answers: Any) -> FakeCall:
    known: dict[str, Any] = {
        "GetContactById": {"id": 9, "firstName": "Jo", "email": "jo@acme.com"},
        "GetBlacklistDomainRules": {"items": [{"id": 1, "pattern": "notacme.com"}]},
        "GetBlacklistEmailRules": {"items": []},
        "GetBlacklistEmailExceptionRules": {"items": []},
        "CreateBlacklistEmailRule": {"id": 70, "pattern": "jo@acme.com"},
        "CreateBlacklistDomainRule": {"id": 71, "pattern": "acme.com"},
    }
    return FakeCall(workflows.operation("BlacklistContact"), arguments, **{**known, **answers})


async def test_a_person_is_blocked_by_address() -> None:
    one = call({"contact": 9})
    answer = await one.run()
    assert (answer["id"], answer["who"]) == (70, "Jo <jo@acme.com> (9)")
    assert one.asked[-1] == ("CreateBlacklistEmailRule", {"pattern": "jo@acme.com"})
    assert len(one.asked) <= 5


async def test_a_domain_is_blocked_whole() -> None:
    one = call({"email": "jo@Acme.com", "scope": "domain"})
    answer = await one.run()
    assert one.asked[-1] == ("CreateBlacklistDomainRule", {"pattern": "acme.com"})
    assert answer["who"].startswith("Everyone at acme.com")


@pytest.mark.parametrize(
    ("scope", "answers"),
    [
        ("email", {"GetBlacklistDomainRules": {"items": [{"id": 1, "pattern": "ACME.com"}]}}),
        ("email", {"GetBlacklistEmailRules": {"items": [{"id": 1, "pattern": "Jo@acme.com"}]}}),
        ("domain", {"GetBlacklistDomainRules": {"items": [{"id": 1, "pattern": "acme.com"}]}}),
        (
            "email",
            {
                "GetContactById": {"id": 9, "email": "jo@mail.acme.com"},
                "GetBlacklistDomainRules": {"items": [{"id": 1, "pattern": "acme.com"}]},
            },
        ),
        ("email", {"CreateBlacklistEmailRule": refusal(409, "blacklistRule.duplicate")}),
    ],
)
async def test_what_is_blocked_already_is_a_settled_thing(scope: str, answers: dict[str, Any]) -> None:
    one = call({"contact": 9, "scope": scope}, **answers)
    with pytest.raises(NotDone, match="blocked already") as stopped:
        await one.run()
    assert not stopped.value.is_error
    written = [name for name, _ in one.asked if name.startswith("Create")]
    assert written == [name for name in answers if name.startswith("Create")]


async def test_an_exception_that_lets_the_person_through_is_named() -> None:
    one = call({"contact": 9}, GetBlacklistEmailExceptionRules={"items": [{"id": 5, "pattern": "jo@acme.com"}]})
    await one.run()
    assert "exception 5 lets jo@acme.com through: reply_delete_blacklist_exception" in one.noted


async def test_a_domain_of_everybody_is_not_blocked() -> None:
    one = call({"email": "jo@gmail.com", "scope": "domain"})
    with pytest.raises(NotDone, match="scope=email"):
        await one.run()
    assert one.asked == []


async def test_a_person_without_an_address_cannot_be_on_it() -> None:
    one = call({"contact": 9}, GetContactById={"id": 9, "firstName": "Jo", "email": None})
    with pytest.raises(NotDone, match="reply_set_contacts_opted_out"):
        await one.run()


def test_one_person_is_named_in_one_way() -> None:
    for arguments in ({}, {"contact": 9, "email": "jo@acme.com"}):
        with pytest.raises(WrongArguments, match="one of the two"):
            call(arguments)


async def test_against_the_embedded_reply(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    contact = person(sandbox, f"Ida{next(_numbers)}")
    mark = sandbox.seen()
    arguments = {"tool": "reply_blacklist_contact", "arguments": {"contact": contact["id"]}}
    text, is_error = await said(settings_for(sandbox), "reply_run_write", arguments)
    assert not is_error, text
    assert contact["email"] in text
    assert len(sandbox.since(mark)) <= 5
    rules = sandbox.get("/v3/contact-blacklist-rules/emails", search=contact["email"])["items"]
    assert [row["pattern"] for row in rules] == [contact["email"]]
    assert f'{{"id": {rules[0]["id"]}}}' in text
    text, is_error = await said(settings_for(sandbox), "reply_run_write", arguments)
    assert not is_error
    assert f"blocked already, by address {contact['email']} (rule {rules[0]['id']})" in text


async def test_an_answer_that_is_lost_is_not_taken_for_done(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    contact = person(sandbox, f"Ole{next(_numbers)}")
    sandbox.fault(kind="reset", match="POST /v3/contact-blacklist-rules/emails", when="after")
    mark = sandbox.seen()
    arguments = {"tool": "reply_blacklist_contact", "arguments": {"contact": contact["id"]}}
    text, is_error = await said(settings_for(sandbox), "reply_run_write", arguments)
    assert is_error
    assert f'reply_list_blacklist_email_rules {{"search": "{contact["email"]}"}}' in text
    assert sum(row["method"] == "POST" for row in sandbox.since(mark)) == 1, "a write is not repeated"

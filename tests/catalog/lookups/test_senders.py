"""From where a sequence sends, as questions say it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.lookups.senders import (
    describe_copies,
    describe_own_senders,
    describe_profiles,
    mailbox_facts,
    read_linked_mailboxes,
)
from tests.catalog.fake_call import FakeCall, operation_of, refusal

MARIA = {"id": 1, "name": "Maria Silva", "status": "enabled"}


@pytest.mark.parametrize(
    ("sequence", "text"),
    [
        ({"linkedInAccounts": [MARIA]}, 'LinkedIn account "Maria Silva"'),
        (
            {"linkedInAccounts": [{**MARIA, "status": "cookieInvalid"}]},
            'LinkedIn account "Maria Silva" (cookieInvalid)',
        ),
        ({"linkedInAccounts": []}, "no LinkedIn account"),
        ({"linkedInAccounts": None}, "a LinkedIn account that could not be read"),
        ({}, "a LinkedIn account that could not be read"),
    ],
)
def test_the_accounts_that_do_its_steps_are_named(sequence: dict[str, Any], text: str) -> None:
    assert describe_profiles(sequence) == text


@pytest.mark.parametrize(
    ("sequence", "mailboxes", "text"),
    [
        ({"emailAccounts": [{}]}, [{"email": "m@o.com", "dailyLimit": 60}], "m@o.com (60 a day)"),
        ({"emailAccounts": [], "linkedInAccounts": [MARIA]}, [], 'LinkedIn account "Maria Silva"'),
        ({"emailAccounts": []}, [], "no mailbox"),
        ({"emailAccounts": None}, [], "mailboxes that could not be read"),
    ],
)
def test_all_that_a_sequence_sends_from(sequence: dict[str, Any], mailboxes: list[dict[str, Any]], text: str) -> None:
    assert describe_own_senders(sequence, mailboxes) == text


def starting(**answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, "StartSequence"), {"id": 77}, **answers)


@pytest.mark.parametrize(
    ("emails", "lines"),
    [
        ({"inbox": {"bccList": None}}, []),
        (
            {"inbox": {"bccList": "a@x.example, b@x.example,"}},
            ["By the settings a copy of every email goes to a@x.example, b@x.example."],
        ),
    ],
)
async def test_a_copy_of_every_email_is_named(emails: Any, lines: list[str]) -> None:
    found, facts = await describe_copies(starting(GetSettings={"emails": emails, "account": {"title": "CEO"}}))
    assert (found, facts) == (lines, {"emails": emails})


async def test_settings_that_the_key_may_not_read_are_named_as_unknown() -> None:
    found, facts = await describe_copies(starting(GetSettings=refusal(403, "x.forbidden")))
    assert (len(found), facts) == (1, {})
    assert found[0].startswith("Unknown: who gets a copy")


async def test_a_single_mailbox_is_read_with_its_signature() -> None:
    mailbox = {"id": 5, "connection": {"email": "m@x.example", "senderName": "M"}, "signature": {"signature": "Bye"}}
    one = starting(GetEmailAccount=mailbox)
    found = await read_linked_mailboxes(one, {"id": 77, "emailAccounts": [{"id": 5}]})
    assert found == [mailbox]
    assert mailbox_facts(mailbox) == [5, "m@x.example", "M", None, None, {"signature": "Bye"}, None]
    assert len(one.asked) == 1


@pytest.mark.parametrize("held", [refusal(403, "x.forbidden"), {"id": 6}])
async def test_else_as_the_sequence_lists_it(held: Any) -> None:
    listed = [{"id": 5, "email": "m@x.example"}]
    one = starting(GetEmailAccount=held, GetSequenceEmailAccounts=[listed])
    assert await read_linked_mailboxes(one, {"id": 77, "emailAccounts": [{"id": 5}]}) == listed

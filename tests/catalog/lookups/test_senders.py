"""From where a sequence sends, as questions say it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.lookups.senders import describe_own_senders, describe_profiles

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

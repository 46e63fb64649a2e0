"""Columns that say who opted out: honored, and told; nobody's opt-out is lifted by a file."""

from __future__ import annotations

import pytest

from reply_mcp.catalog.areas.contacts.sheets.opt_outs import says_opted_out
from tests.catalog.areas.contacts.sheets.test_tables import people_of


def imported(column: str, cell: str, columns: dict[str, str] | None = None) -> tuple[dict[str, str], str]:
    people, told = people_of(f"First Name,Email,{column}\nA,h19@roth.example,{cell}\n", columns)
    return people.rows[0], told


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Unsubscribed", "TRUE"),
        ("Do not contact", "1"),
        ("HasOptedOutOfEmail", "true"),  # Salesforce
        ("Email Opt Out", "1"),  # Salesforce's reports
        ("Unsubscribed from all email", "true"),  # HubSpot
        ("UNSUB_TIME", "2026-03-01 10:00:00"),  # Mailchimp
        ("Do Not Bulk Email", "Yes"),  # Dynamics
        ("Subscribed", "no"),
        ("Accepts Email Marketing", "no"),  # Shopify
        ("Email Marketing Consent", "NEVER_SUBSCRIBED"),  # Klaviyo
        ("Subscription status", "Unsubscribed"),
        ("Abgemeldet", "ja"),
        ("Werbesperre", "x"),
        ("Désabonné", "oui"),
        ("No contactar", "Sí"),
        ("Не беспокоить", "да"),
        ("配信停止", "はい"),
    ],
)
def test_who_opted_out_is_imported_as_such(column: str, cell: str) -> None:
    row, told = imported(column, cell)
    assert row == {"firstName": "A", "email": "h19@roth.example", "isOptedOut": "true"}
    assert f"Imported as opted out (isOptedOut): 1 (line 2, {column}: h19@roth.example)" in told


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Unsubscribed", "FALSE"),
        ("Unsubscribed", ""),
        ("Unsubscribed", "N/A"),
        ("Do not contact", "0"),
        ("Subscribed", "yes"),
        ("Subscription status", "Subscribed"),
        ("Abgemeldet", "nein"),
    ],
)
def test_a_no_is_not_sent_since_it_would_lift_an_opt_out(column: str, cell: str) -> None:
    row, told = imported(column, cell)
    assert row == {"firstName": "A", "email": "h19@roth.example"}
    assert "opted out" not in told


def test_leaving_the_column_out_says_what_that_does() -> None:
    row, told = imported("Unsubscribed", "TRUE", {"Unsubscribed": ""})
    assert "isOptedOut" not in row
    assert (
        "Imported as contactable, since the column that marks them as opted out is left out: 1 "
        "(line 2, Unsubscribed: h19@roth.example)" in told
    )


def test_a_column_that_is_given_to_the_field_is_read_the_same_way() -> None:
    assert imported("Unsubscribed", "yes", {"Unsubscribed": "isOptedOut"})[0]["isOptedOut"] == "true"
    assert "isOptedOut" not in imported("Unsubscribed", "no", {"Unsubscribed": "isOptedOut"})[0]


def test_a_cell_that_says_neither_is_asked_about() -> None:
    with pytest.raises(ValueError, match='neither yes nor no in line 2 "perhaps"'):
        imported("Unsubscribed", "perhaps")


@pytest.mark.parametrize("cell", ["2026-03-01", "01.03.2026", "1/3/2026 10:00"])
def test_the_date_of_an_opt_out_is_a_yes(cell: str) -> None:
    assert says_opted_out("Unsubscribed at", cell) is True
    assert says_opted_out("Subscribed", cell) is None

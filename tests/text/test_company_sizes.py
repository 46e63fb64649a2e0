"""Company sizes, however they are said."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.text.company_sizes import company_size_in

OF_CONTACTS = company_size_in(("Empty", "SelfEmployed", "Ten", "Fifty", "FiveThousand", "OverTenThousand"))
OF_COMPANIES = company_size_in(("Empty", "SelfEmployed", "2-10", "11-50", "1001-5000", "10001+"))


@pytest.mark.parametrize(
    ("given", "contact", "company"),
    [
        ("11-50", "Fifty", "11-50"),
        ("11 – 50 employees", "Fifty", "11-50"),
        ("fifty", "Fifty", "11-50"),
        ("35", "Fifty", "11-50"),
        (35, "Fifty", "11-50"),
        ("2 to 10", "Ten", "2-10"),
        ("1", "SelfEmployed", "SelfEmployed"),
        ("self-employed", "SelfEmployed", "SelfEmployed"),
        ("1,001-5,000", "FiveThousand", "1001-5000"),
        ("10001+", "OverTenThousand", "10001+"),
        ("10,000+", "OverTenThousand", "10001+"),
        ("empty", "Empty", "Empty"),
        ("1000+", "1000+", "1000+"),
        ("11-5000", "11-5000", "11-5000"),
        ("0", "0", "0"),
        ("huge", "huge", "huge"),
        (True, True, True),
    ],
)
def test_a_size_is_the_word_that_means_it_or_stays_as_it_is(given: Any, contact: Any, company: Any) -> None:
    assert OF_CONTACTS(given) == contact
    assert OF_COMPANIES(given) == company

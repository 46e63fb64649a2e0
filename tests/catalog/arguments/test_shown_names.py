"""Arguments by the words that answers head fields with."""

from __future__ import annotations

import pytest

from reply_mcp.catalog import operation
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.errors import WrongArguments


def test_a_field_may_be_given_as_answers_call_it() -> None:
    given = {"id": 61001, "size": "11-50", "LinkedIn": "https://linkedin.com/company/acme"}
    parsed, _ = parse_arguments(operation("UpdateContactAccount").arguments, given)
    assert parsed.wire() == {"id": 61001, "companySize": "11-50", "linkedInUrl": "https://linkedin.com/company/acme"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stage", "stage: shown, but not changed by this tool"),
        ("place", "place: no such argument; did you mean country or state or city?"),
    ],
)
def test_what_is_only_shown_is_not_taken_for_another_field(name: str, said: str) -> None:
    """A stage is no state, however alike the words are."""
    with pytest.raises(WrongArguments) as wrong:
        parse_arguments(operation("UpdateContactAccount").arguments, {"id": 61001, name: "Hot"})
    assert wrong.value.faults == [said]

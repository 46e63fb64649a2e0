"""Several things in one sentence."""

from __future__ import annotations

from reply_mcp.text.lists import list_by_reason


def test_reasons_of_one_kind_stand_together_with_one_number() -> None:
    left_out = {
        'bounced: in "Q4"': ["1"],
        "opted out": ["2", "3"],
        'bounced: in "Spring"': ["4", "5"],
        "not tried: Retry in 42 s.": ["6"],
        "not tried": ["7"],
    }
    assert list_by_reason(left_out, 1) == [
        '3 bounced: in "Q4" (1)',
        'in "Spring" (4 and 1 more)',
        "2 opted out (2 and 1 more)",
        "1 not tried: Retry in 42 s. (6)",
        "1 not tried (7)",
    ]

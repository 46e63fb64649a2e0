"""Rules of the contact filter are compared here: Reply answers with everybody where it does not know one."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog import operation
from reply_mcp.catalog.hooks.matching_rows import MOST_PAGES
from reply_mcp.errors import Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall

PEOPLE = [
    {"id": 1, "title": "CTO", "company": "Acme", "ownerUserId": 7, "addingDate": "2026-02-20T10:00:00Z"},
    {"id": 2, "title": "Chief", "company": "acme", "ownerUserId": 8, "addingDate": "2026-03-01T10:00:00Z"},
    {"id": 3, "title": None, "company": "Bolt", "ownerUserId": 7, "customFields": [{"key": "21", "value": "40"}]},
]
FIELDS = [{"id": 21, "title": "Lead score"}]


def filtering(*rules: dict[str, Any], pages: list[Any] | None = None, **more: Any) -> FakeCall:
    answers = pages or [{"items": PEOPLE, "hasMore": False}]
    arguments = {"rules": list(rules), **more}
    return FakeCall(operation("FilterContacts"), arguments, FilterContacts=answers, GetCustomFields=[FIELDS])


def rule(property: str, condition: str, value: str | None = None) -> dict[str, Any]:
    return {"property": property, "condition": condition} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("rules", "ids"),
    [
        ([rule("title", "equals", "cto")], [1]),
        ([rule("Job title", "contains", "C")], [1, 2]),
        ([rule("title", "isEmpty")], [3]),
        ([rule("title", "isNotEmpty"), rule("company", "is", "ACME")], [1, 2]),
        ([rule("company", "does not contain", "acme")], [3]),
        ([rule("company", "!=", "acme")], [3]),
        ([rule("owner", "equals", "7")], [1, 3]),
        ([rule("addingDate", "after", "2026-02-20")], [2]),
        ([rule("addingDate", "before", "2026-03-01")], [1]),
        ([rule("addingDate", "since", "2027")], []),
        ([rule("addingDate", "is", "February 2026")], [1]),
        ([rule("addingDate", "after", "Feb 2026")], [1, 2]),
        ([rule("lead score", "greaterThan", "9")], [3]),
        ([rule("Lead score", "isSet")], [3]),
        ([rule("company", "startsWith", "bo"), rule("title", "contains", "x")], []),
    ],
)
async def test_only_those_who_obey_every_rule_are_shown(rules: list[dict[str, Any]], ids: list[int]) -> None:
    call = filtering(*rules)
    answer = await call.run()
    assert ([row["id"] for row in answer["items"]], answer["hasMore"]) == (ids, False)
    asked = [arguments for name, arguments in call.asked if name == "FilterContacts"]
    assert asked == [{"top": 200, "skip": 0}], "Reply is not asked what it may ignore"


@pytest.mark.parametrize(
    ("title", "wanted", "found"),
    [
        ("IT Director", "CTO", False),
        ("Interim CTO, EMEA", "CTO", True),
        ("it director", "cto", True),
        ("cto & co-founder", "CTO", True),
    ],
)
async def test_an_acronym_is_a_word_of_its_own(title: str, wanted: str, found: bool) -> None:
    page = {"items": [{"id": 1, "title": title}], "hasMore": False}
    call = FakeCall(
        operation("FilterContacts"), {"rules": [rule("title", "contains", wanted)]}, FilterContacts=[page, page]
    )
    answer = await call.run()
    assert bool(answer["items"]) is found
    assert any("as a word of its own" in note for note in call.notes) is wanted.isupper()


async def test_a_rule_takes_a_yes_and_other_names_of_its_parts() -> None:
    page = {"items": [{"id": 1, "isOptedOut": True}, {"id": 2, "isOptedOut": False}], "hasMore": False}
    rules = [{"field": "isOptedOut", "matchType": "equals", "value": True}]
    answer = await FakeCall(operation("FilterContacts"), {"rules": rules}, FilterContacts=[page]).run()
    assert [row["id"] for row in answer["items"]] == [1]


SIZED = [
    {"id": 1, "companySize": "fifty", "company": "None", "callStatus": "none"},
    {"id": 2, "companySize": "overTenThousand", "company": "Empty", "callStatus": "toCall"},
    {"id": 3, "companySize": "Empty", "company": None, "callStatus": "none"},
    {"id": 4, "companySize": "twoHundred", "company": "Bolt", "callStatus": None},
]


@pytest.mark.parametrize(
    ("rule", "ids"),
    [
        (rule("companySize", "is", "11-50"), [1]),
        (rule("companySize", "is", "TwoHundred"), [4]),
        (rule("size", "greaterThan", "50"), [2, 4]),
        (rule("size", "greaterThan", "fifty"), [2, 4]),
        (rule("size", "lessThan", "51-200"), [1]),
        (rule("companySize", "isEmpty"), [3]),
        (rule("company", "isEmpty"), [3]),
        (rule("callStatus", "isEmpty"), [1, 3, 4]),
        (rule("callStatus", "is", "none"), [1, 3]),
    ],
)
async def test_sizes_are_compared_as_they_are_shown_and_nothing_is_no_name(
    rule: dict[str, Any], ids: list[int]
) -> None:
    answer = await filtering(rule, pages=[{"items": SIZED, "hasMore": False}]).run()
    assert [row["id"] for row in answer["items"]] == ids


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (rule("shoe size", "is", "9"), 'no contact has a field "shoe size"'),
        (rule("createdAt", "after", "2026"), "addingDate"),
        (rule("title", "smells like", "x"), "is none of equals"),
        (rule("addingDate", "after", "Monday"), r'value: a date such as .*, got "Monday", which may be \d{4}-'),
        (rule("addingDate", "after", "soon"), r'value: a date such as .*, got "soon"$'),
    ],
)
async def test_an_unknown_rule_is_refused_and_never_means_everybody(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongArguments, match=said):
        await filtering(wrong).run()


async def test_names_of_other_filters_are_understood() -> None:
    call = filtering({"field": "title", "operator": "equals", "value": "CTO"})
    assert [row["id"] for row in (await call.run())["items"]] == [1]


async def test_a_page_of_matches_is_read_from_as_many_pages_as_it_takes() -> None:
    people = [{"id": n, "title": "x" if n % 3 else "y"} for n in range(1, 7)] + [{"id": 7, "title": "y"}]
    pages = [{"items": people[max(0, n - 1) : n + 1], "hasMore": n < 6} for n in range(7)]
    call = filtering(rule("title", "is", "y"), pages=pages, top=1, skip=1)
    answer = await call.run()
    assert ([row["id"] for row in answer["items"]], answer["hasMore"]) == ([6], True)


async def test_where_not_all_are_compared_the_answer_says_so() -> None:
    endless = [{"items": [{"id": n, "title": "x"}, {"id": n + 1, "title": "x"}], "hasMore": True} for n in range(50)]
    call = filtering(rule("title", "is", "y"), pages=endless)
    assert (await call.run())["items"] == []
    assert len(call.asked) == MOST_PAGES
    assert "Only the first" in call.notes[0]


async def test_a_page_that_fails_leaves_the_rest_and_says_so() -> None:
    call = filtering(
        rule("title", "is", "x"), pages=[{"items": [{"id": 1, "title": "x"}], "hasMore": True}, Unreachable("down")]
    )
    assert [row["id"] for row in (await call.run())["items"]] == [1]
    assert "Only the first 1 contacts were compared" in call.notes[0]

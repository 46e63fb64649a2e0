"""Rules of the contact filter, which Reply ignores where it does not know a property or a condition: each row is
compared here, so that an unknown rule never means everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from reply_mcp.catalog.areas.contacts.bodies import OwnerRule, Rule
from reply_mcp.catalog.areas.contacts.custom_field_values import definitions
from reply_mcp.catalog.areas.contacts.search_hooks import read_in_small_pages
from reply_mcp.catalog.arguments.days_in_words import Days, nearest_days, read_days
from reply_mcp.catalog.arguments.sort_fields import field_named, sort_field_in
from reply_mcp.catalog.hooks.matching_rows import read_matching_rows
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import WrongArguments
from reply_mcp.text.cleaning import inline
from reply_mcp.text.company_sizes import company_size_bounds, format_company_size
from reply_mcp.text.lists import join
from reply_mcp.text.names import fold_name
from reply_mcp.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import FilterContacts

FIELDS = (
    "id", "email", "domain", "firstName", "lastName", "phone", "title", "company", "companySize", "industry", "city",
    "state", "country", "timeZoneId", "linkedInUrl", "phoneStatus", "notes", "ownerUserId", "accountId", "isOptedOut",
    "callStatus", "meetingStatus", "addingDate",
)  # fmt: skip
_OWNER = ("owner", "ownerid", "owneruserid")
_ALSO = {
    **dict.fromkeys(_OWNER, "ownerUserId"),
    "jobtitle": "title",
    "companyname": "company",
    "optedout": "isOptedOut",
    "added": "addingDate",
    "addedat": "addingDate",
    "linkedin": "linkedInUrl",
    "size": "companySize",
    "timezone": "timeZoneId",
}
"""What else people call a field, as `fold_name` gives it."""
_WITH_WORDS_FOR_NOTHING = ("companySize", "callStatus", "meetingStatus", "phoneStatus")
"""Fields that say `none` or `Empty` where they are empty; a person or a company may be called that."""
_IN_WORDS = ("title", "company", "industry")
_ACRONYM = re.compile(r"[A-Z]{2,4}")
"""What is meant as a word: a "Director" is no CTO."""
NEVER_FILLED = {"createdAt": "addingDate", "lastModifiedAt": "addingDate"}
"""Fields that Reply answers null, each with one in its place."""
ContactSort = Annotated[str, BeforeValidator(sort_field_in(FIELDS, _ALSO, NEVER_FILLED))]
_NOT = re.compile(r"^(?:is|does)?not|^!")

Test = Callable[[str, str], bool]
_TESTS: dict[str, Test] = {
    "equals": lambda own, wanted: own == wanted,
    "contains": lambda own, wanted: wanted in own,
    "startswith": lambda own, wanted: own.startswith(wanted),
    "endswith": lambda own, wanted: own.endswith(wanted),
    "empty": lambda own, wanted: own == "",
    "greaterthan": lambda own, wanted: own != "" and _comparable(own) > _comparable(wanted),
    "lessthan": lambda own, wanted: own != "" and _comparable(own) < _comparable(wanted),
}
_CONDITIONS = {
    **{name: name for name in _TESTS},
    **dict.fromkeys(("is", "equal", "equalto", "=", "=="), "equals"),
    **dict.fromkeys(("contain", "includes", "like"), "contains"),
    **dict.fromkeys(("isempty", "blank", "unset", "isset", "set"), "empty"),
    **dict.fromkeys(("after", "since", "greater", "morethan", "newerthan", ">", "isafter"), "greaterthan"),
    **dict.fromkeys(("before", "until", "less", "fewerthan", "olderthan", "<", "isbefore"), "lessthan"),
}
_DATE_TESTS: dict[Test, Callable[[str, Days], bool]] = {
    _TESTS["equals"]: lambda own, days: days.first <= own <= days.last,
    # "after last week" may mean since it began: a period counts as a whole, a day does not.
    _TESTS["greaterthan"]: lambda own, days: own >= days.first if days.is_period else own > days.last,
    _TESTS["lessthan"]: lambda own, days: own < days.first,
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NAMED = "equals, contains, startsWith, endsWith, isEmpty, greaterThan, lessThan, and not before each"


async def filter_by_rules(call: Call[FilterContacts]) -> Any:
    """The contacts that obey all rules, read from the first one on, 200 a request; without rules, Reply's own page.

    Raises:
        WrongArguments: for a property that no contact has, or a condition that is none.
    """
    rules = call.arguments.rules
    if not rules:
        return await read_in_small_pages(call)
    if any(fold_name(rule.property) in _OWNER for rule in rules):
        rules = [OwnerRule(**rule.wire()) if fold_name(rule.property) in _OWNER else rule for rule in rules]
        call.arguments.rules = rules
        await call.resolve_names()
    tests = [await _test_of(call, at, rule) for at, rule in enumerate(rules)]
    return await read_matching_rows(
        call,
        lambda row: all(test(row) for test in tests),
        noun="contacts",
        page=PAGE,
        given={key: value for key, value in call.arguments.wire().items() if key not in ("top", "skip", "rules")},
    )


async def _test_of(call: Call, at: int, rule: Rule) -> Callable[[dict[str, Any]], bool]:
    """Whether a row obeys the rule."""
    key, field_id = await _field_of(call, at, rule.property)
    holds, denied = _condition(at, rule.condition)
    wanted = "" if rule.value is None else str(rule.value).strip().casefold()
    if key == "companySize" and wanted:
        if holds in (_TESTS["greaterthan"], _TESTS["lessthan"]):
            return _compare_size(at, wanted, holds is _TESTS["greaterthan"], denied)
        wanted = format_company_size(wanted)
    if key == "addingDate" and (dates := _DATE_TESTS.get(holds)) is not None:
        return _compare_days(at, str(rule.value), dates, denied)
    if holds is _TESTS["contains"] and key in _IN_WORDS and _ACRONYM.fullmatch(given := str(rule.value).strip()):
        holds = _contains_word(call, given)

    def test(row: dict[str, Any]) -> bool:
        value = _custom(row, field_id) if field_id else row.get(key)
        own = "" if value is None else str(value).strip().casefold()
        if key == "companySize":
            own = format_company_size(own)
        if holds is _TESTS["empty"] and key in _WITH_WORDS_FOR_NOTHING and own in ("empty", "none"):
            own = ""
        return holds(own, wanted) is not denied

    return test


def _contains_word(call: Call, word: str) -> Test:
    """Whether a text has this word, which the answer says."""
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    note = f'"{word}" is looked for as a word of its own (in small letters: anywhere); a title may also spell it out.'
    if note not in call.notes:
        call.notes.append(note)
    return lambda own, wanted: pattern.search(own) is not None


def _compare_days(
    at: int, value: str, obeys: Callable[[str, Days], bool], denied: bool
) -> Callable[[dict[str, Any]], bool]:
    """Whether a row was added on, before or after a day, or a period in words.

    Raises:
        WrongArguments: for a value that is none.
    """
    text = value.strip()
    days = Days(text[:10], text[:10]) if _DAY.match(text) else read_days(text)
    if days is None:
        which = nearest_days(text)
        may = f", which may be {which}" if which else ""
        such = 'a date such as 2026-11-20, or words such as "3 days ago" or "last month"'
        raise WrongArguments([f'rules[{at}].value: {such}, got "{inline(text, 60)}"{may}'])
    whole = Days(days.first[:10], days.last[:10])

    def test(row: dict[str, Any]) -> bool:
        own = str(row.get("addingDate") or "")[:10]
        return (own != "" and obeys(own, whole)) is not denied

    return test


def _compare_size(at: int, wanted: str, more: bool, denied: bool) -> Callable[[dict[str, Any]], bool]:
    """Whether a row's company has, all sizes of its range considered, more or fewer people than `wanted`."""
    bounds = company_size_bounds(wanted)
    if bounds is None:
        raise WrongArguments([f'rules[{at}].value: "{wanted}" is no company size; a number or a range like 11-50'])
    fewest, most = bounds

    def test(row: dict[str, Any]) -> bool:
        own = company_size_bounds(row.get("companySize"))
        return (own is not None and (own[0] > most if more else own[1] < fewest)) is not denied

    return test


async def _field_of(call: Call, at: int, name: str) -> tuple[str, str]:
    """The key of the field in a row, or the id of the custom field."""
    bare = fold_name(name)
    if bare in map(fold_name, NEVER_FILLED):
        raise WrongArguments([f"rules[{at}].property: {name} is empty on every contact; addingDate is when they came"])
    if field := field_named(name, FIELDS, _ALSO):
        return field, ""
    custom = [(str(one.get("title") or ""), str(one.get("id"))) for one in await definitions(call)]
    for title, id in custom:
        if fold_name(title) == bare:
            return "", id
    meant = did_you_mean(name, [*FIELDS, *(title for title, _ in custom)])
    raise WrongArguments(
        [
            f'rules[{at}].property: no contact has a field "{name}"{meant}; there are {join(FIELDS)}, and custom '
            "fields by title"
        ]
    )


def _condition(at: int, name: str) -> tuple[Test, bool]:
    """The comparison, and whether it is denied (`notContains`)."""
    bare = fold_name(name) or name.strip()
    positive = _NOT.sub("", bare)
    denied = positive != bare or bare in ("isset", "set")
    found = _CONDITIONS.get(positive) or _CONDITIONS.get("is" + positive)
    if not positive and denied:
        found = "equals"
    if found is None:
        raise WrongArguments([f'rules[{at}].condition: "{name}" is none of {NAMED}'])
    return _TESTS[found], denied


def _comparable(text: str) -> tuple[int, float, str]:
    try:
        return 0, float(text), ""
    except ValueError:
        return 1, 0.0, text


def _custom(row: dict[str, Any], id: str) -> Any:
    rows = rows_of(row.get("customFields"))
    return next((one.get("value") for one in rows if str(one.get("key") or one.get("id")) == id), None)

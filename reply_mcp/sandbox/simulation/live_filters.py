"""The filters that Live Data and autopilot find people by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.sandbox.http.schemas import Array, Boolean, Enum, Integer, Nullable, Object, Schema, String
from reply_mcp.sandbox.store import Doc, Store

SIZES = (
    "none", "selfEmployed", "ten", "fifty", "twoHundred", "fiveHundred", "oneThousand", "fiveThousand", "tenThousand",
    "overTenThousand",
)  # fmt: skip
REVENUES = (
    "zeroMillion", "halfMillion", "oneMillion", "twoAndHalfMillion", "fiveMillion", "tenMillion", "twentyMillion",
    "fiftyMillion", "oneHundredMillion", "fiveHundredMillion", "oneThousandMillion", "overOneThousandMillion",
)  # fmt: skip
YEARS = ("none", "lessThanOneYear", "oneToTwoYears", "threeToFiveYears", "sixToTenYears", "moreThanTenYears")

_SIDE = Enum(("include", "exclude"))
_VALUES = Array(Object({"value": String(200, 1), "type": _SIDE}, ("value",)))
_KEYWORDS = Object({"values": _VALUES, "type": Enum(("or", "and"))})
_GROWTH: dict[str, Schema] = {"min": Nullable(Integer(0)), "max": Nullable(Integer(0))}
_SEARCH: dict[str, Schema] = {
    "accountListIds": Array(Object({"value": Integer(1), "type": _SIDE}, ("value",))),
    "industries": _VALUES,
    "companyLocations": _VALUES,
    "companySizes": Array(Enum(SIZES)),
    "headcountGrowth": Object(_GROWTH),
    "departmentHeadcountGrowth": Object({**_GROWTH, "department": String(200, 1)}, ("department",)),
    "minRevenue": Enum(REVENUES),
    "maxRevenue": Enum(REVENUES),
    "accountKeywords": _KEYWORDS,
    "isHiringOnLinkedIn": Boolean(),
    "contactLocations": _VALUES,
    "jobTitles": _VALUES,
    "departments": _VALUES,
    "seniorities": Array(String(200, 1)),
    "contactKeywords": _KEYWORDS,
}
SEARCH = Object(_SEARCH)
AUTOPILOT = Object({**_SEARCH, "yearsInCompany": Array(Enum(YEARS)), "changedJobIn90Days": Boolean()})

_Test = Callable[[Doc, Any], bool]


def _include_exclude(fits: Callable[[Doc, str], bool]) -> _Test:
    """Any of those included, where there are any, and none of those excluded."""

    def test(person: Doc, values: list[Doc]) -> bool:
        wanted = [one["value"].lower() for one in values if one.get("type", "include") == "include"]
        unwanted = [one["value"].lower() for one in values if one.get("type") == "exclude"]
        return (not wanted or any(fits(person, one) for one in wanted)) and not any(
            fits(person, one) for one in unwanted
        )

    return test


def _keyword_test(text: Callable[[Doc], str]) -> _Test:
    def test(person: Doc, given: Doc) -> bool:
        values = given.get("values") or []
        words = text(person).lower()
        wanted = [one["value"].lower() in words for one in values if one.get("type", "include") == "include"]
        unwanted = [one["value"].lower() in words for one in values if one.get("type") == "exclude"]
        enough = all(wanted) if given.get("type") == "and" else any(wanted) or not wanted
        return enough and not any(unwanted)

    return test


def _growth_within(person: Doc, bounds: Doc) -> bool:
    least, most = bounds.get("min"), bounds.get("max")
    return (least is None or person["growth"] >= least) and (most is None or person["growth"] <= most)


def _located_in(person: Doc, wanted: str) -> bool:
    return wanted in (person[name].lower() for name in ("city", "state", "country"))


_TESTS: dict[str, _Test] = {
    "industries": _include_exclude(lambda person, wanted: person["industry"].lower() == wanted),
    "companyLocations": _include_exclude(_located_in),
    "contactLocations": _include_exclude(_located_in),
    "companySizes": lambda person, sizes: not sizes or person["size"] in sizes,
    "headcountGrowth": _growth_within,
    "departmentHeadcountGrowth": _growth_within,
    "minRevenue": lambda person, least: REVENUES.index(person["revenue"]) >= REVENUES.index(least),
    "maxRevenue": lambda person, most: REVENUES.index(person["revenue"]) <= REVENUES.index(most),
    "accountKeywords": _keyword_test(lambda person: f"{person['company']} {person['industry']}"),
    "isHiringOnLinkedIn": lambda person, wanted: not wanted or person["hiring"],
    "jobTitles": _include_exclude(lambda person, wanted: wanted in person["title"].lower()),
    "departments": _include_exclude(lambda person, wanted: person["department"].lower() == wanted),
    "seniorities": lambda person, wanted: not wanted or person["seniority"].lower() in [one.lower() for one in wanted],
    "contactKeywords": _keyword_test(lambda person: f"{person['title']} {person['department']}"),
    "yearsInCompany": lambda person, wanted: not wanted or person["years"] in wanted,
    "changedJobIn90Days": lambda person, wanted: not wanted or person["years"] == "lessThanOneYear",
}


def matching_people(store: Store, people: list[Doc], filters: Doc, per_company: int) -> list[Doc]:
    """Those of the people whom every filter lets through, at most so many of a company."""
    listed = _of_account_lists(store, filters.get("accountListIds") or [])
    found: list[Doc] = []
    taken: dict[str, int] = {}
    for person in people:
        tests = ((_TESTS[name], value) for name, value in filters.items() if name in _TESTS)
        if listed(person) and all(test(person, value) for test, value in tests):
            taken[person["company"]] = taken.get(person["company"], 0) + 1
            if taken[person["company"]] <= per_company:
                found.append(person)
    return found


def _of_account_lists(store: Store, lists: list[Doc]) -> Callable[[Doc], bool]:
    """Whether a person's company is on the account lists given, by its name or domain."""

    def names(side: str) -> set[str]:
        chosen = [one["value"] for one in lists if one.get("type", "include") == side]
        kept = [store.get("accountList", number) or {} for number in chosen]
        accounts = [store.get("account", number) or {} for one in kept for number in one.get("_accountIds", ())]
        return {str(one.get(name)).lower() for one in accounts for name in ("name", "domain") if one.get(name)}

    wanted, unwanted = names("include"), names("exclude")
    limited = any(one.get("type", "include") == "include" for one in lists)

    def test(person: Doc) -> bool:
        own = {person["company"].lower(), person["domain"].lower()}
        return (not limited or bool(own & wanted)) and not own & unwanted

    return test

"""Finding companies by name or domain, list and conditions."""

from __future__ import annotations

from collections.abc import Callable

from reply_mcp.sandbox.handlers.companies.companies import company_page, order_companies
from reply_mcp.sandbox.http.handler import HandlerCall, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Enum, Errors, Integer, Nullable, Object, String, read_body
from reply_mcp.sandbox.records.company import SIZES, company_contacts
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.store import Doc

MOST_FILTERS = 20

_PLAIN = {
    "OwnerId": "ownerUserId", "Name": "name", "Description": "description", "DomainName": "domainName",
    "DomainSecondary": "domainSecondary", "Industry": "industry", "Country": "country", "State": "state",
    "City": "city", "LinkedInUrl": "linkedInUrl", "TwitterUrl": "twitterUrl", "CreatedDate": "createdDate",
    "LastActivityDate": "lastActivityDate", "LastActivityDateFrom": "lastActivityDate",
    "LastActivityDateTo": "lastActivityDate", "CompanySize": "companySize", "TimeZoneId": "timeZoneId",
    "NumericPhoneNumber": "phone", "Stage": "_stageId",
}  # fmt: skip
PROPERTIES = (*_PLAIN, "NumberOfContacts", "Sequence")
CONDITIONS = (
    "Equals", "NotEquals", "In", "NotIn", "CollectionContains", "CollectionNotContains", "GreaterThan", "LowerThan",
    "GreaterEqualThan", "LowerEqualThan", "IsNull", "IsNotNull",
)  # fmt: skip
_FILTER = Object({"property": Enum(PROPERTIES), "condition": Enum(CONDITIONS)}, ("property", "condition"))
_BODY = Object(
    {
        "search": Nullable(String()),
        "sortBy": Nullable(String()),
        "sortDirection": Nullable(Enum(("asc", "desc"))),
        "listId": Nullable(Integer()),
        "filters": Nullable(Array(_FILTER, most=MOST_FILTERS)),
    }
)
_ORDERS: dict[str, Callable[[int], bool]] = {
    "GreaterThan": lambda order: order > 0,
    "GreaterEqualThan": lambda order: order >= 0,
    "LowerThan": lambda order: order < 0,
    "LowerEqualThan": lambda order: order <= 0,
}


@operation("FilterContactAccounts")
def filter_contact_accounts(call: HandlerCall) -> Doc:
    """A page of the accounts that match everything that is given."""
    body = read_body(call, _BODY, optional=True)
    filters = body.get("filters") or []
    given = (call.body or {}).get("filters") or []
    # A condition's values may be of any type, so they are read from the body itself.
    filters = [{**rule, "values": raw.get("values")} for rule, raw in zip(filters, given, strict=True)]
    wrong = [error for at, rule in enumerate(filters) for error in _value_errors(rule, at)]
    if wrong:
        raise invalid(*wrong)
    found = call.store.all("account", _teamId=call.key.team_id)
    if body.get("search"):
        wanted = body["search"].strip().lower()
        found = [one for one in found if wanted in one["name"].lower() or wanted in (one["domainName"] or "").lower()]
    if body.get("listId") is not None:
        listed = find_in_team(call, "accountList", body["listId"])
        found = [one for one in found if listed and one["id"] in listed["_accountIds"]]
    found = [one for one in found if all(_rule_holds(call, one, rule) for rule in filters)]
    return company_page(call, order_companies(found, body.get("sortBy"), body.get("sortDirection")))


def _value_errors(rule: Doc, at: int) -> Errors:
    if rule["condition"] in ("IsNull", "IsNotNull") or _values(rule):
        return []
    return [(f"/filters/{at}/values", "At least one value is required.")]


def _values(rule: Doc) -> list[str]:
    given = rule.get("values")
    many = given if isinstance(given, list) else [] if given is None else [given]
    return [str(one).strip().lower() for one in many]


def _rule_holds(call: HandlerCall, company: Doc, rule: Doc) -> bool:
    held, wanted, condition = _property_value(call, company, rule["property"]), _values(rule), rule["condition"]
    match condition:
        case "IsNull":
            return not held
        case "IsNotNull":
            return bool(held)
        case "Equals" | "In" | "CollectionContains":
            return not set(held).isdisjoint(wanted)
        case "NotEquals" | "NotIn" | "CollectionNotContains":
            return set(held).isdisjoint(wanted)
    return any(_ORDERS[condition](_compare(rule["property"], one, wanted[0])) for one in held)


def _property_value(call: HandlerCall, company: Doc, name: str) -> list[str]:
    if name == "NumberOfContacts":
        return [str(len(company_contacts(call.store, company)))]
    if name == "Sequence":
        places = [one for contact in company_contacts(call.store, company) for one in _places(call, contact["id"])]
        return [str(place["_sequenceId"]) for place in places]
    value = company[_PLAIN[name]]
    if name == "NumericPhoneNumber":
        value = "".join(digit for digit in value or "" if digit.isdigit())
    return [] if value in (None, "") else [str(value).lower()]


def _places(call: HandlerCall, contact_id: int) -> list[Doc]:
    return call.store.all("membership", _contactId=contact_id)


def _compare(name: str, held: str, wanted: str) -> int:
    if name == "CompanySize":
        sizes = [size.lower() for size in SIZES]
        left, right = (sizes.index(one) if one in sizes else -1 for one in (held, wanted))
        return left - right
    try:
        return (float(held) > float(wanted)) - (float(held) < float(wanted))
    except ValueError:
        return (held > wanted) - (held < wanted)

"""A company ("account") as it is kept, checked and shown."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from reply_mcp.sandbox.http.handler import HandlerCall, invalid
from reply_mcp.sandbox.http.schemas import Enum, Errors, Integer, Nullable, Object, Schema, String
from reply_mcp.sandbox.records.ownership import team_record_or_404
from reply_mcp.sandbox.records.settings import team_settings
from reply_mcp.sandbox.store import Doc, Store

SIZES = (
    "Empty", "SelfEmployed", "2-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000", "10001+",
)  # fmt: skip
TEXTS = (
    "description", "domainName", "domainSecondary", "industry", "companySize", "country", "state", "city", "timeZoneId",
    "linkedInUrl", "phone", "twitterUrl", "logoUrl", "email",
)  # fmt: skip
"""The texts that may be left out, in the order in which they are shown."""

_FIELDS: dict[str, Schema] = {
    "name": String(least=1),
    **{name: Nullable(Enum(SIZES) if name == "companySize" else String()) for name in TEXTS},
}
FIELDS = Object(_FIELDS, ("name",))
CHANGES = Object({**_FIELDS, "ownerUserId": Integer()}, ("name",))

_FREE_MAIL = {"gmail.com": "gmail", "outlook.com": "outlook", "hotmail.com": "hotmail", "yahoo.com": "yahoo"}
_PROVIDERS = ("gSuite", "office", "gSuite", "office", "zoho", "other", "mimecast", "proofpoint")


def company_or_404(call: HandlerCall) -> Doc:
    """The team's account of the path's `{id}`, or a 404."""
    return team_record_or_404(call, "account", "contactAccount.notFound", "Account")


def company_contacts(store: Store, company: Doc) -> list[Doc]:
    """The contacts linked to the account."""
    return [one for one in store.all("contact", accountId=company["id"]) if one["_teamId"] == company["_teamId"]]


def strict_errors(item: Any, shape: Object, at: str = "") -> Errors:
    """Faults of a company's body, unknown properties among them."""
    unknown = [name for name in item if name not in shape.fields] if isinstance(item, dict) else []
    return shape.errors(item, at) + [(f"{at}/{name}", f"'{name}' is not a known property.") for name in unknown]


def read_company(call: HandlerCall, shape: Object) -> Doc:
    """The body of a company as it is kept, or a 400 with every error."""
    body = call.json_object()
    wrong = strict_errors(body, shape)
    if wrong:
        raise invalid(*wrong)
    kept: Doc = shape.clean(body)
    return kept


def company_fields(body: Doc) -> Doc:
    """Every field that a body sets; a field left out is cleared."""
    return {"name": body["name"].strip(), **{name: body.get(name) or None for name in TEXTS}}


def company_doc(call: HandlerCall, body: Doc) -> Doc:
    """A company owned by the caller, kept."""
    now = call.clock.iso()
    return call.store.put(
        "account",
        {
            "id": None,
            "ownerUserId": call.key.user_id,
            **company_fields(body),
            "createdDate": now,
            "lastActivityDate": now,
            "_stageId": None,
            "_teamId": call.key.team_id,
        },
    )


def company_row(call: HandlerCall, company: Doc) -> Doc:
    """The account as lists show it."""
    stages = team_settings(call.store, company["_teamId"])["contacts"]["accountStages"]
    stage = next((one for one in stages if one["id"] == company["_stageId"]), None)
    return {
        "id": company["id"],
        "ownerUserId": company["ownerUserId"],
        "name": company["name"],
        **{name: company[name] for name in TEXTS},
        "stage": {"id": stage["id"], "name": stage["name"], "colorId": stage["colorId"] or 0} if stage else None,
        "linkedProspectsCount": len(company_contacts(call.store, company)),
        "createdDate": company["createdDate"],
        "lastActivityDate": company["lastActivityDate"],
    }


def company_view(call: HandlerCall, company: Doc) -> Doc:
    """The account in full, with the mail provider behind its domain."""
    shown = company_row(call, company)
    tail = {name: shown.pop(name) for name in ("stage", "linkedProspectsCount", "createdDate", "lastActivityDate")}
    return {**shown, "emailProvider": email_provider(company["domainName"]), **tail}


def email_provider(domain: str | None) -> str | None:
    """The mail provider of a domain: made up, but always the same."""
    if not domain:
        return None
    return _FREE_MAIL.get(domain.lower()) or _PROVIDERS[crc32(domain.lower().encode()) % len(_PROVIDERS)]

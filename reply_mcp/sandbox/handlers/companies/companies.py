"""Companies ("accounts"): reading, creating, changing, deleting, owners, and the contacts linked to them."""

from __future__ import annotations

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.bulk import bulk_ids, item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.company import (
    CHANGES,
    FIELDS,
    TEXTS,
    company_contacts,
    company_doc,
    company_fields,
    company_or_404,
    company_row,
    company_view,
    read_company,
    strict_errors,
)
from reply_mcp.sandbox.records.ownership import change_each, find_in_team, is_teammate
from reply_mcp.sandbox.store import Doc

BAD_PAGE = "contactAccount.invalidPagination"
MOST_CREATED = 100

_SORTS = {name.lower(): name for name in ("id", "name", "ownerUserId", "createdDate", "lastActivityDate", *TEXTS)}


def order_companies(companies: list[Doc], by: str | None, direction: str | None) -> list[Doc]:
    """The companies by one field, in any spelling of its name; by id where the field is not known."""
    name = _SORTS.get((by or "id").replace("_", "").lower(), "id")
    ordered = sorted(companies, key=lambda one: (str(one[name] or "").lower() if name != "id" else "", one["id"]))
    return ordered[::-1] if (direction or "").lower() == "desc" else ordered


@operation("GetContactAccounts")
def get_contact_accounts(call: HandlerCall) -> Doc:
    """A page of the team's accounts, by name where `search` is given."""
    wanted = call.query.get("search", "").strip().lower()
    found = [one for one in call.store.all("account", _teamId=call.key.team_id) if wanted in one["name"].lower()]
    return company_page(call, order_companies(found, call.query.get("sort_by"), call.query.get("sort_direction")))


def company_page(call: HandlerCall, companies: list[Doc]) -> Doc:
    """A page of companies as lists show them."""
    found = paginate(call, companies, code=BAD_PAGE)
    return {**found, "items": [company_row(call, one) for one in found["items"]]}


@operation("GetContactAccountById")
def get_contact_account_by_id(call: HandlerCall) -> Doc:
    """One account in full."""
    return company_view(call, company_or_404(call))


@operation("CreateContactAccount")
def create_contact_account(call: HandlerCall) -> HandlerResponse:
    """Create an account; unknown properties are refused."""
    return HandlerResponse(201, company_view(call, company_doc(call, read_company(call, FIELDS))))


@operation("UpdateContactAccount")
def update_contact_account(call: HandlerCall) -> Doc:
    """Replace an account: what is left out is cleared, except the owner."""
    own, body = company_or_404(call), read_company(call, CHANGES)
    owner = body.get("ownerUserId")
    if owner is not None:
        _refuse_stranger(call, owner)
    changed = {**own, **company_fields(body), "ownerUserId": own["ownerUserId"] if owner is None else owner}
    return company_view(call, call.store.put("account", {**changed, "lastActivityDate": call.clock.iso()}))


@operation("DeleteContactAccount")
def delete_contact_account(call: HandlerCall) -> HandlerResponse:
    """Delete an account; its contacts stay."""
    _delete(call, company_or_404(call))
    return HandlerResponse(204)


@operation("BulkCreateContactAccounts")
def bulk_create_contact_accounts(call: HandlerCall) -> list[Doc]:
    """Create many: one wrong item refuses all."""
    items = call.json_object().get("items")
    if not isinstance(items, list) or not items:
        raise invalid(("/items", "At least one item is required."))
    if len(items) > MOST_CREATED:
        raise invalid(("/items", f"At most {MOST_CREATED} items are allowed."))
    wrong = [error for at, item in enumerate(items) for error in strict_errors(item, FIELDS, f"/items/{at}")]
    if wrong:
        raise invalid(*wrong)
    return [{"id": company_doc(call, FIELDS.clean(item))["id"], "error": None, "errorDetails": None} for item in items]


@operation("BulkDeleteContactAccounts")
def bulk_delete_contact_accounts(call: HandlerCall) -> Doc:
    """Delete many; the answer holds the failures only."""
    ids = bulk_ids(call, "ids", "At least one ID is required.")
    return change_each(call, "account", ids, lambda own: _delete(call, own), "Account {id} was not found.")


@operation("UpdateContactAccountOwner")
def update_contact_account_owner(call: HandlerCall) -> Doc:
    """Hand an account to a teammate; a stranger is a 400."""
    own, owner = company_or_404(call), call.json_object().get("userId")
    if not is_integer(owner):
        raise invalid(("/userId", "An integer is required."))
    _refuse_stranger(call, owner)
    return company_view(call, call.store.put("account", {**own, "ownerUserId": owner}))


@operation("GetContactAccountContacts")
def get_contact_account_contacts(call: HandlerCall) -> Doc:
    """A page of the linked contacts, in short."""
    names = ("id", "email", "firstName", "lastName", "title", "company")
    found = [{name: one[name] for name in names} for one in company_contacts(call.store, company_or_404(call))]
    return paginate(call, found, code=BAD_PAGE)


@operation("BulkAddContactsToContactAccount")
def bulk_add_contacts_to_contact_account(call: HandlerCall) -> Doc:
    """Link contacts, moving them from another account where they have one."""
    own, ids = company_or_404(call), bulk_ids(call, "contactIds", "At least one contact ID is required.")
    link = {"accountId": own["id"], "_modified": call.clock.iso()}
    failures = change_each(
        call, "contact", ids, lambda contact: call.store.put("contact", {**contact, **link}), "Contact not found."
    )
    call.store.put("account", {**own, "lastActivityDate": call.clock.iso()})
    return failures


@operation("BulkRemoveContactsFromContactAccount")
def bulk_remove_contacts_from_contact_account(call: HandlerCall) -> Doc:
    """Unlink contacts; each loses the company details that came from the account."""
    own, failures = company_or_404(call), {}
    for number in bulk_ids(call, "contactIds", "At least one contact ID is required."):
        contact = find_in_team(call, "contact", number)
        if contact is None or contact["accountId"] != own["id"]:
            failures[str(number)] = item_failure("notFound", "The contact is not linked to this account.")
        else:
            inherited = {"company": "name", "industry": "industry"}
            lost = {name: None for name, source in inherited.items() if contact[name] and contact[name] == own[source]}
            call.store.put("contact", {**contact, **lost, "accountId": None, "_modified": call.clock.iso()})
    return failures


def _refuse_stranger(call: HandlerCall, user_id: int) -> None:
    if not is_teammate(call, user_id):
        raise Problem(400, "contactAccount.invalidInput", f"User {user_id} is not a member of the team.")


def _delete(call: HandlerCall, company: Doc) -> None:
    for contact in company_contacts(call.store, company):
        call.store.put("contact", {**contact, "accountId": None})
    for one in call.store.all("accountList", _teamId=company["_teamId"]):
        if company["id"] in one["_accountIds"]:
            left = [number for number in one["_accountIds"] if number != company["id"]]
            call.store.put("accountList", {**one, "_accountIds": left})
    call.store.delete("account", company["id"])

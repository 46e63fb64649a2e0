"""Account lists: the team's own groups of companies."""

from __future__ import annotations

from reply_mcp.sandbox.http.bulk import bulk_ids, item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.ownership import find_in_team, name_taken, team_record_or_404
from reply_mcp.sandbox.store import Doc, public_fields

_AREA = "contactAccountList"


@operation("GetContactAccountLists")
def get_contact_account_lists(call: HandlerCall) -> Doc:
    """A page of the team's lists, the caller's own first, by name where `search` is given."""
    wanted = call.query.get("search", "").strip().lower()
    found = [one for one in call.store.all("accountList", _teamId=call.key.team_id) if wanted in one["name"].lower()]
    found.sort(key=lambda one: (one["_userId"] != call.key.user_id, one["id"]))
    return paginate(call, [public_fields(one) for one in found], 100, code=f"{_AREA}.invalidPagination")


@operation("GetContactAccountListById")
def get_contact_account_list_by_id(call: HandlerCall) -> Doc:
    """One list."""
    return public_fields(_list(call))


@operation("CreateContactAccountList")
def create_contact_account_list(call: HandlerCall) -> HandlerResponse:
    """Create an empty list."""
    doc: Doc = {"id": None, "name": _name(call), "_accountIds": []}
    kept = call.store.put("accountList", {**doc, "_userId": call.key.user_id, "_teamId": call.key.team_id})
    return HandlerResponse(201, public_fields(kept))


@operation("UpdateContactAccountList")
def update_contact_account_list(call: HandlerCall) -> Doc:
    """Rename a list."""
    own = _list(call)
    return public_fields(call.store.put("accountList", {**own, "name": _name(call, own["id"])}))


@operation("DeleteContactAccountList")
def delete_contact_account_list(call: HandlerCall) -> HandlerResponse:
    """Delete a list; its accounts stay."""
    call.store.delete("accountList", _list(call)["id"])
    return HandlerResponse(204)


@operation("AddAccountsToContactAccountList")
def add_accounts_to_contact_account_list(call: HandlerCall) -> Doc:
    """Put accounts on a list."""
    own = _list(call)
    found, failures = _accounts(call)
    _put_on(call, own, found)
    return failures


@operation("MoveAccountsToContactAccountList")
def move_accounts_to_contact_account_list(call: HandlerCall) -> Doc:
    """Put accounts on a list and take them off every other one."""
    own = _list(call)
    found, failures = _accounts(call)
    for other in call.store.all("accountList", _teamId=call.key.team_id):
        if other["id"] != own["id"] and not set(found).isdisjoint(other["_accountIds"]):
            left = [number for number in other["_accountIds"] if number not in found]
            call.store.put("accountList", {**other, "_accountIds": left})
    _put_on(call, own, found)
    return failures


def _put_on(call: HandlerCall, own: Doc, numbers: list[int]) -> None:
    call.store.put("accountList", {**own, "_accountIds": list(dict.fromkeys([*own["_accountIds"], *numbers]))})


def _list(call: HandlerCall) -> Doc:
    return team_record_or_404(call, "accountList", f"{_AREA}.notFound", "Account list")


def _name(call: HandlerCall, own: int | None = None) -> str:
    given = call.json_object().get("name")
    if not isinstance(given, str) or not given.strip():
        raise invalid(("/name", "Name is required."))
    name = given.strip()
    if len(name) < 3:
        raise Problem(400, f"{_AREA}.nameTooShort", "The name must be at least 3 characters long.")
    if len(name) > 128:
        raise Problem(400, f"{_AREA}.nameTooLong", "The name must not exceed 128 characters.")
    if name_taken(call.store.all("accountList", _teamId=call.key.team_id), name, own):
        raise Problem(409, f"{_AREA}.duplicateName", f"A list named '{name}' already exists.")
    return name


def _accounts(call: HandlerCall) -> tuple[list[int], Doc]:
    found: list[int] = []
    failures: Doc = {}
    for number in bulk_ids(call, "accountIds", "At least one account ID is required."):
        if find_in_team(call, "account", number):
            found.append(number)
        else:
            failures[str(number)] = item_failure("notFound", f"Account {number} was not found.")
    return found, failures

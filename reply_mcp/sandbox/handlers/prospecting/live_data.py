"""Live Data: finding people by filters, and making contacts of them for credits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Array, Boolean, Integer, Nullable, Object, String, read_body
from reply_mcp.sandbox.records import credits
from reply_mcp.sandbox.records.contact_list import visible_lists
from reply_mcp.sandbox.records.jobs import accepted_reply, start_job
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.sequence import find_sequence
from reply_mcp.sandbox.simulation.enrollment import enroll_found
from reply_mcp.sandbox.simulation.live_filters import SEARCH, matching_people
from reply_mcp.sandbox.simulation.live_pool import add_contact, filter_values, people_pool, without_known
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

_PREVIEW = Object({"filters": SEARCH, "maxPeoplePerCompany": Integer(1)}, ("filters",))
_START = Object(
    {
        "filters": SEARCH,
        "contactsCountToAdd": Integer(1),
        "addContactsWithoutEmails": Boolean(),
        "maxPeoplePerCompany": Integer(1),
        "sequenceId": Nullable(Integer()),
        "listIds": Array(Integer()),
        "referenceUrl": Nullable(String()),
        "searchContactPhones": Boolean(),
    },
    ("filters", "contactsCountToAdd"),
)


@operation("PreviewLiveDataSearch")
def preview_live_data_search(call: HandlerCall) -> HandlerResponse:
    """Count in the background whom the filters reach; nothing is spent."""
    sent = read_body(call, _PREVIEW)
    _refuse_while_searching(call)
    found = _found(call, sent)
    companies = len({one["company"] for one in found})
    result = {"contactsCount": len(found), "companiesCount": companies}
    job = start_job(call, "live-data-preview", 4, data={"filters": sent["filters"]}, result=result)
    return accepted_reply(job)


@operation("StartLiveDataSearch")
def start_live_data_search(call: HandlerCall) -> Doc:
    """Search, and add whom it finds as time passes: a second for each."""
    sent = read_body(call, _START)
    _refuse_while_searching(call)
    number, lists = sent.get("sequenceId"), sent.get("listIds") or []
    if number is not None and find_sequence(call, number) is None:
        raise Problem(400, "liveDataSearch.invalidParameter", f"Sequence {number} was not found.")
    seen = {one["id"] for one in visible_lists(call)}
    if not set(lists) <= seen:
        raise Problem(400, "liveDataSearch.invalidParameter", "A contact list was not found.")
    if not _found(call, sent):
        raise Problem(422, "liveDataSearch.noMatchingContacts", "The filters match no contacts.")
    search = call.store.put(
        "liveDataSearch",
        {
            "id": None,
            "status": "inProgress",
            "startedAt": call.clock.iso(),
            "contactsFound": 0,
            "usedCredits": 0,
            "userId": call.key.user_id,
            "sequenceId": number,
            "filters": sent["filters"],
            "_sent": sent,
            "_lists": lists,
            "_teamId": call.key.team_id,
        },
    )
    seconds = 5 + min(sent["contactsCountToAdd"], len(_found(call, sent)))
    schedule_work(call.store, call.clock.now() + timedelta(seconds=seconds), "live data", searchId=search["id"])
    return {"searchId": search["id"]}


@scheduled_work("live data")
def _finish(store: Store, at: datetime, given: Doc) -> None:
    search = store.get("liveDataSearch", given["searchId"])
    if search is None:
        return
    sent, team = search["_sent"], search["_teamId"]
    phones = sent.get("searchContactPhones") is True
    people = matching_people(store, list(people_pool()), sent["filters"], sent.get("maxPeoplePerCompany") or 1)
    people = without_known(store, team, people, with_email=sent.get("addContactsWithoutEmails") is not True)
    status, used = "noMoreContacts", 0
    added: list[int] = []
    for person in people:
        cost = 1 + bool(person["email"]) + bool(phones and person["phone"])
        if credits.credits_left(store, team, "liveData") < cost:
            status = "pausedDueToInsufficientCredits"
            break
        credits.spend_credits(store, at, team, "liveData", cost)
        used += cost
        contact = add_contact(store, person, team, search["userId"], iso(at), phone=phones)
        added.append(contact["id"])
        if search["sequenceId"]:
            enroll_found(store, search["sequenceId"], contact, at)
        if len(added) == sent["contactsCountToAdd"]:
            status = "finished"
            break
    for number in search["_lists"]:
        kept = store.get("contactList", number)
        if kept:
            store.put("contactList", {**kept, "_contactIds": [*kept["_contactIds"], *added]})
    store.put("liveDataSearch", {**search, "status": status, "contactsFound": len(added), "usedCredits": used})


@operation("ListLiveDataSearches")
def list_live_data_searches(call: HandlerCall) -> Doc:
    """A page of the team's searches, newest first."""
    searches = call.store.all("liveDataSearch", _teamId=call.key.team_id)
    rows = [_row(call, one) for one in sorted(searches, key=lambda one: (one["startedAt"], one["id"]), reverse=True)]
    return paginate(call, rows, 100, code="liveDataSearch.invalidPagination")


@operation("GetLiveDataSearch")
def get_live_data_search(call: HandlerCall) -> Doc:
    """One search with its filters."""
    search = find_in_team(call, "liveDataSearch", call.id)
    if search is None:
        raise Problem(404, "liveDataSearch.notFound", f"Search {call.id} was not found.")
    return {**_row(call, search), "filters": search["filters"]}


def _row(call: HandlerCall, search: Doc) -> Doc:
    names = ("id", "status", "startedAt", "contactsFound", "usedCredits", "userId", "sequenceId")
    sequence = call.store.get("sequence", search["sequenceId"] or 0)
    lists = [call.store.get("contactList", number) for number in search["_lists"]]
    return {
        **{name: search[name] for name in names},
        "sequenceName": sequence["name"] if sequence else None,
        "lists": [{"id": one["id"], "name": one["name"]} for one in lists if one],
    }


def _found(call: HandlerCall, sent: Doc) -> list[Doc]:
    if not any(value not in (None, [], {}) for value in sent["filters"].values()):
        raise Problem(400, "liveDataSearch.invalidParameter", "At least one filter is required.")
    people = matching_people(call.store, list(people_pool()), sent["filters"], sent.get("maxPeoplePerCompany") or 1)
    return without_known(call.store, call.key.team_id, people, with_email=False)


def _refuse_while_searching(call: HandlerCall) -> None:
    if any(one["status"] == "inProgress" for one in call.store.all("liveDataSearch", _teamId=call.key.team_id)):
        raise Problem(409, "liveDataSearch.searchInProgress", "A search of the team is in progress.")


def _values(call: HandlerCall, what: str) -> Doc:
    wanted = call.query.get("search", "").strip().lower()
    found: list[Any] = [one for one in filter_values(what) if wanted in one.lower()]
    return paginate(call, found, 100, code="liveDataFilterValues.invalidPagination")


@operation("ListLiveDataIndustryFilterValues")
def list_live_data_industry_filter_values(call: HandlerCall) -> Doc:
    """A page of industries."""
    return _values(call, "industries")


@operation("ListLiveDataDepartmentFilterValues")
def list_live_data_department_filter_values(call: HandlerCall) -> Doc:
    """A page of departments."""
    return _values(call, "departments")


@operation("ListLiveDataSeniorityFilterValues")
def list_live_data_seniority_filter_values(call: HandlerCall) -> Doc:
    """A page of seniorities."""
    return _values(call, "seniorities")


@operation("ListLiveDataLocationFilterValues")
def list_live_data_location_filter_values(call: HandlerCall) -> Doc:
    """A page of places: cities, regions and countries."""
    return _values(call, "locations")


@operation("ListLiveDataJobTitleFilterValues")
def list_live_data_job_title_filter_values(call: HandlerCall) -> Doc:
    """A page of job titles."""
    return _values(call, "jobTitles")

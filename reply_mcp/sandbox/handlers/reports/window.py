"""Which events a report is about: its window of time and its filters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.http.handler import HandlerCall, invalid
from reply_mcp.sandbox.store import Doc

PRESETS = {"lastWeek": 7, "lastMonth": 30, "lastYear": 365, "allTime": 36500}
_LISTS = (
    "teamIds", "userIds", "contactListIds", "emailValidationStatuses", "companies", "companySizes", "industries",
    "cities", "states", "countries", "titles", "sequenceIds", "emailProviders", "emailAccountIds",
    "linkedInAccountIds", "taskTypes", "taskStatuses", "callResolutions", "callDispositions", "callTypes",
    "bounceTypes", "sentiments", "emailSendingSources",
)  # fmt: skip
_PROFILE = {"companies": "company", "industries": "industry", "cities": "city", "states": "state"}
_PROFILE |= {"countries": "country", "titles": "title"}


def report_window(
    call: HandlerCall, filters: Doc, presets: tuple[str, ...] = tuple(PRESETS)
) -> tuple[datetime, datetime]:
    """From and to; the last seven days where nothing is said.

    Raises a 400 for a preset and dates together, an unknown preset, a lone or unreadable date, and a window that ends
    before it begins. The caller decides what the last means on the wire.
    """
    preset, wrong = filters.get("dateRangePreset"), []
    dates: dict[str, datetime | None] = {"from": None, "to": None}
    for name in dates:
        if filters.get(name) is not None:
            try:
                dates[name] = instant(filters[name])
            except (TypeError, ValueError):
                wrong.append((f"/filters/{name}", f"The value '{filters[name]}' is not a date and time."))
    if preset is not None and preset not in presets:
        wrong.append(("/filters/dateRangePreset", f"One of {', '.join(presets)} is required."))
    if preset is not None and any(filters.get(name) is not None for name in dates):
        wrong.append(("/filters", "A preset and explicit dates exclude each other."))
    if not wrong and (dates["from"] is None) != (dates["to"] is None):
        wrong.append(("/filters", "'from' and 'to' belong together."))
    if wrong:
        raise invalid(*wrong)
    now = call.clock.now()
    begin, end = dates["from"] or now - timedelta(days=PRESETS[preset or "lastWeek"]), dates["to"] or now
    return begin, end


def check_not_empty(begin: datetime, end: datetime) -> None:
    """A 400 where the window ends before it begins."""
    if begin >= end:
        raise invalid(("/filters/from", "'from' must be before 'to'."))


def report_filters(call: HandlerCall) -> Doc:
    """The body's required `filters`, with every list a list."""
    filters = call.json_object().get("filters")
    if not isinstance(filters, dict):
        raise invalid(("/filters", "The Filters field is required."))
    wrong = [
        (f"/filters/{name}", "An array is required.")
        for name in _LISTS
        if filters.get(name) is not None and not isinstance(filters[name], list)
    ]
    if wrong:
        raise invalid(*wrong)
    return filters


def reported_events(call: HandlerCall, filters: Doc) -> list[Doc]:
    """The team's events in the window that pass the filters, oldest first."""
    begin, end = report_window(call, filters)
    check_not_empty(begin, end)
    low, high = iso(begin), iso(end)
    if filters.get("teamIds") and call.key.team_id not in filters["teamIds"]:
        return []
    found = [one for one in call.store.all("event", _teamId=call.key.team_id) if low <= one["at"] < high]
    found = [one for one in found if _passes(call, one, filters)]
    return sorted(found, key=lambda one: (one["at"], one["id"]))


def _passes(call: HandlerCall, event: Doc, filters: Doc) -> bool:
    among = {"userIds": "_userId", "sequenceIds": "_sequenceId"}
    among |= {"emailAccountIds": "_emailAccountId", "linkedInAccountIds": "_linkedInAccountId"}
    if any(filters.get(name) and event[field] not in filters[name] for name, field in among.items()):
        return False
    if event["channel"] == "email" and event["_sequenceId"] is None and not filters.get("includeOutOfSequence"):
        return False
    return contact_passes(call, event["_contactId"], filters)


def contact_passes(call: HandlerCall, contact_id: Any, filters: Doc) -> bool:
    """Whether the contact has one of the values that the filters name for each of its fields."""
    asked = [name for name in (*_PROFILE, "companySizes", "contactListIds") if filters.get(name)]
    if not asked:
        return True
    contact = call.store.get("contact", contact_id or 0)
    if contact is None:
        return False
    for name in asked:
        wanted = {str(one).lower() for one in filters[name]}
        if name == "contactListIds":
            lists = [call.store.get("contactList", number) for number in filters[name]]
            if not any(one and contact["id"] in one["_contactIds"] for one in lists):
                return False
        elif str(contact.get(_PROFILE.get(name, "companySize")) or "").lower() not in wanted:
            return False
    return True

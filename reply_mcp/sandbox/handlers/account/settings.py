"""Settings: one object of the user's and the team's values, read whole and changed in part."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Errors, read_body
from reply_mcp.sandbox.records.settings import OF_TEAM, OF_USER, SETTINGS_SCHEMA, STAGES, team_settings, user_settings
from reply_mcp.sandbox.store import Doc, merge


@operation("GetSettings")
def get_settings(call: HandlerCall) -> Doc:
    """Every setting."""
    return _whole(call)


@operation("UpdateSettings")
def update_settings(call: HandlerCall) -> Doc:
    """Change the settings that are sent; two of them are the owner's alone."""
    given = read_body(call, SETTINGS_SCHEMA)
    wrong = _stage_errors(given) + _resolution_errors(given)
    if wrong:
        raise invalid(*wrong)
    _check_owner_settings(call, given)
    after = merge(_whole(call), given)["emails"]
    if after["isSendingPlainTextEnabled"] and (not after["isOpenTrackingDisabled"] or after["isLinksTrackingEnabled"]):
        detail = "Cannot enable plain text mode together with open or click tracking."
        raise Problem(400, "settings.invalidOperation", detail)
    _number_resolutions(given)
    for kind, number, names in (
        ("userSettings", call.key.user_id, OF_USER),
        ("teamSettings", call.key.team_id, OF_TEAM),
    ):
        part = {name: given[name] for name in names if name in given}
        if part:
            held = (call.store.get(kind, number) or {}).get("set", {})
            call.store.put(kind, {"id": number, "set": merge(held, part)})
    return _whole(call)


def _whole(call: HandlerCall) -> Doc:
    user = call.store.get("user", call.key.user_id)
    if user is None:
        raise Problem(404, "settings.notFound", "The user's settings were not found.")
    return {**user_settings(call.store, user), **team_settings(call.store, call.key.team_id)}


def _check_owner_settings(call: HandlerCall, given: Doc) -> None:
    asked = [
        name
        for area, name in (("calls", "isTeamCallsEnabled"), ("beta", "isBetaFeaturesEnabled"))
        if name in given.get(area, {})
    ]
    user = call.store.get("user", call.key.user_id) or {}
    if asked and user.get("_role") != "owner":
        raise Problem(403, "settings.forbidden", f"Only the team owner can change {', '.join(asked)}.")


def _stage_errors(given: Doc) -> Errors:
    wrong = []
    for name, words in (("contactStages", "contact stages"), ("accountStages", "account stages")):
        stages = given.get("contacts", {}).get(name)
        if stages is None:
            continue
        if len(stages) != STAGES:
            wrong.append((f"/contacts/{name}", f"Exactly {STAGES} {words} required, got {len(stages)}."))
        elif len({one["id"] for one in stages}) < STAGES:
            wrong.append((f"/contacts/{name}", f"Each of the {words} needs an id of its own."))
    return wrong


def _resolution_errors(given: Doc) -> Errors:
    return [
        (f"/calls/resolutions/{at}/defaultResolutionValue", "A new resolution needs a value of 0 to 2.")
        for at, one in enumerate(given.get("calls", {}).get("resolutions") or [])
        if one.get("id") is None and one.get("defaultResolutionValue") is None
    ]


def _number_resolutions(given: Doc) -> None:
    resolutions = given.get("calls", {}).get("resolutions") or []
    last = max((one["id"] for one in resolutions if one.get("id")), default=0)
    for one in resolutions:
        one.setdefault("defaultResolutionValue", None)
        one.setdefault("isDefault", False)
        if one.get("id") is None:
            last += 1
            one["id"] = last

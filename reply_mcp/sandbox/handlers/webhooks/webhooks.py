"""Webhook subscriptions: creating, changing, switching, trying out, and the log of failed deliveries."""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio.to_thread

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Boolean, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.outbox import record_webhook
from reply_mcp.sandbox.records.ownership import check_positive_id
from reply_mcp.sandbox.records.webhook import EVENTS, FLAGS, MOST_ACTIVE, webhook_view
from reply_mcp.sandbox.simulation.webhook_delivery import post_to_loopback
from reply_mcp.sandbox.simulation.webhook_payload import sample_payload
from reply_mcp.sandbox.store import Doc

_CONFIG = Nullable(Object({name: Nullable(Boolean()) for name in FLAGS}))
_FIELDS: dict[str, Schema] = {
    "eventType": String(least=1),
    "url": String(1024, least=1),
    "scope": String(),
    "payloadConfig": _CONFIG,
}
_CREATE = Object({**_FIELDS, "enabled": Boolean()}, ("eventType", "url"))
_UPDATE = Object(_FIELDS, ("eventType", "url", "scope"))


@operation("ListWebhooks")
def list_webhooks(call: HandlerCall) -> Doc:
    """A page of the caller's subscriptions."""
    found = paginate(call, _mine(call), code="webHook.invalidPagination")
    return {**found, "items": [webhook_view(call, one) for one in found["items"]]}


@operation("GetWebhookEvents")
def get_webhook_events(call: HandlerCall) -> Doc:
    """The names of the events."""
    return {"events": list(EVENTS)}


@operation("GetWebhookById")
def get_webhook_by_id(call: HandlerCall) -> Doc:
    """One subscription."""
    return webhook_view(call, _webhook(call))


@operation("CreateWebhook")
def create_webhook(call: HandlerCall) -> HandlerResponse:
    """Subscribe to one event: personal and switched on unless asked otherwise. Doubles are not refused."""
    body = read_body(call, _CREATE)
    definition, enabled = _definition(call, body), body.get("enabled", True)
    if enabled:
        _refuse_too_many(call)
    config = definition.pop("payloadConfig")
    doc = {"id": None, **definition, "enabled": enabled, "createdAt": call.clock.iso(), "payloadConfig": config}
    own: Doc = {"_userId": call.key.user_id, "_teamId": call.key.team_id, "_failures": 0}
    return HandlerResponse(201, webhook_view(call, call.store.put("webhook", {**doc, **own})))


@operation("UpdateWebhook")
def update_webhook(call: HandlerCall) -> Doc:
    """Replace event, URL, scope and flags; flags that are not sent are cleared."""
    own = _webhook(call)
    return webhook_view(call, call.store.put("webhook", {**own, **_definition(call, read_body(call, _UPDATE))}))


@operation("DeleteWebhook")
def delete_webhook(call: HandlerCall) -> HandlerResponse:
    """Delete a subscription with its log."""
    own = _webhook(call)
    for entry in call.store.all("webhookLog", _webhookId=own["id"]):
        call.store.delete("webhookLog", entry["id"])
    call.store.delete("webhook", own["id"])
    return HandlerResponse(204)


@operation("TestWebhook")
async def test_webhook(call: HandlerCall) -> HandlerResponse:
    """Post a sample to the URL at once; a subscription that is off is a 404."""
    own = _webhook(call)
    if not own["enabled"]:
        raise Problem(404, "webHook.notFound", f"Webhook {own['id']} is disabled.")
    body = sample_payload(own, call.clock.iso())
    record_webhook(call.store, call.clock.now(), own, body)
    status = await anyio.to_thread.run_sync(post_to_loopback, own["url"], body)
    if status is None or not 200 <= status < 300:
        outcome = "did not answer" if status is None else f"answered {status}"
        raise Problem(502, "webHook.deliveryFailed", f"The target URL {outcome}.")
    return HandlerResponse(204)


@operation("EnableWebhook")
def enable_webhook(call: HandlerCall) -> HandlerResponse:
    """Switch on, also after Reply switched it off."""
    own = _webhook(call)
    if not own["enabled"]:
        _refuse_too_many(call)
    call.store.put("webhook", {**own, "enabled": True, "_failures": 0})
    return HandlerResponse(204)


@operation("DisableWebhook")
def disable_webhook(call: HandlerCall) -> HandlerResponse:
    """Switch off; nothing else changes."""
    call.store.put("webhook", {**_webhook(call), "enabled": False})
    return HandlerResponse(204)


@operation("GetWebhookLogs")
def get_webhook_logs(call: HandlerCall) -> Doc:
    """A page of the failed deliveries, newest first."""
    names = ("eventId", "httpStatus", "date")
    entries = call.store.all("webhookLog", _webhookId=_webhook(call)["id"])[::-1]
    return paginate(call, [{name: one[name] for name in names} for one in entries], code="webHook.invalidPagination")


def _mine(call: HandlerCall) -> list[Doc]:
    return call.store.all("webhook", _userId=call.key.user_id, _teamId=call.key.team_id)


def _webhook(call: HandlerCall) -> Doc:
    check_positive_id(call)
    for one in _mine(call):
        if one["id"] == call.id:
            return one
    raise Problem(404, "webHook.notFound", f"Webhook {call.id} was not found.")


def _definition(call: HandlerCall, body: Doc) -> Doc:
    event, url, scope = body["eventType"].strip(), body["url"].strip(), body.get("scope") or "personal"
    if event not in EVENTS:
        raise Problem(400, "webHook.invalidEvent", f"'{event}' is not a known event.")
    try:
        parts = urlsplit(url)
        absolute = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        absolute = False
    if not absolute:
        raise Problem(400, "webHook.invalidUrl", "The URL must be an absolute http or https URL.")
    if scope not in ("personal", "team", "organization"):
        raise Problem(400, "webHook.invalidScope", f"'{scope}' is not a known scope.")
    if scope == "organization":
        detail = "The organization scope is not available yet."
        raise Problem(400, "webHook.organizationScopeNotImplemented", detail)
    user, team = call.store.get("user", call.key.user_id) or {}, call.store.get("team", call.key.team_id) or {}
    if scope == "team" and team.get("_private") and user.get("_role") != "owner":
        raise Problem(403, "webHook.teamScopeForbidden", "Only the owner of a private team can subscribe for the team.")
    config = body.get("payloadConfig") or {}
    return {
        "eventType": event,
        "url": url,
        "scope": scope,
        "payloadConfig": {name: config.get(name) is True for name in FLAGS},
    }


def _refuse_too_many(call: HandlerCall) -> None:
    if sum(one["enabled"] for one in _mine(call)) >= MOST_ACTIVE:
        raise Problem(409, "webHook.limitReached", f"A user can have {MOST_ACTIVE} active subscriptions.")

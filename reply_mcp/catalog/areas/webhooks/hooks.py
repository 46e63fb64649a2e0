"""Webhooks: duplicates, which Reply accepts; what a change keeps; what deliveries look like; what refusals mean."""

from __future__ import annotations

import difflib
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import object_at, records_of, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, ReplyError
from reply_mcp.text.addresses import hide_userinfo
from reply_mcp.text.cleaning import is_shown_whole, quote
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.webhooks.operations import (
        CreateWebhook,
        DeleteWebhook,
        GetWebhookEvents,
        GetWebhookLogs,
        TestWebhook,
        UpdateWebhook,
    )

DELIVERED = (
    "Deliveries are snake_case JSON: event (id, type, date, user_id, subscription_id), contact_fields, sequence_fields "
    "and the event's own fields. event.id stays the same on redelivery; route by event.subscription_id. There is no "
    "inbox thread id: find the thread by contact_fields.id. email_text is HTML; reply_date is UTC without a mark. "
    "Replies sent through the API are not delivered."
)
"""What a receiver must know, as seen on real deliveries."""

_ADDED = {
    "includeEmailUrl": "email link",
    "includeEmailText": "email text",
    "includeProspectCustomFields": "custom fields",
}
_FLAGS = tuple(_ADDED)
_MOST_PAGES = 5
MOST_IN_HOST = 260
"""Characters of a host with its port: the end of a longer one would not be shown."""


def absolute_url(value: str) -> str:
    """The URL without surrounding space.

    Raises:
        ValueError: where it is not an absolute http or https URL, or a person who reads it in a question could take
            another host for its own: it has blanks, signs that are not shown, a backslash, or a name before the host.
    """
    value = value.strip()
    parts, shown = urlsplit(value), hide_userinfo(value)
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        raise ValueError(f'an absolute http or https URL, got "{shown}"')
    if "@" in parts.netloc or "\\" in value or len(parts.netloc) > MOST_IN_HOST or not is_shown_whole(value):
        raise ValueError(f"a URL of a plain host, with no user name, blanks or invisible signs, got {quote(shown, 60)}")
    return value


async def check_not_subscribed(call: Call[CreateWebhook]) -> None:
    """Stops where this event is already sent to this URL: Reply may accept a second subscription and deliver twice. One
    request for every 200 subscriptions, five at most."""
    wanted = call.arguments
    pages = Pages(call, "ListWebhooks", "the webhooks", size=PAGE)
    for _ in range(_MOST_PAGES):
        for row in await pages.read():
            if _same(row, wanted):
                raise AlreadyDone(_describe_existing(row, wanted))
        if not pages.more:
            return


def _same(row: dict[str, Any], wanted: CreateWebhook) -> bool:
    return (
        str(row.get("eventType") or "").casefold() == wanted.event_type.casefold()
        and str(row.get("url") or "").rstrip("/") == wanted.url.rstrip("/")
        and str(row.get("scope") or "personal").casefold() == (wanted.scope or "personal")
    )


def _describe_existing(row: dict[str, Any], wanted: CreateWebhook) -> str:
    id = row.get("id")
    text = f"Webhook {id} already sends {row.get('eventType')} to this URL; nothing was created."
    if row.get("enabled") is False and wanted.enabled is not False:
        text += f' It is off: reply_enable_webhook {{"id": {id}}} turns it on.'
    if payload_flags(row) != payload_flags(wanted.wire()):
        text += f' Its payloadConfig is different: reply_update_webhook {{"id": {id}, "payloadConfig": …}} changes it.'
    return text


def payload_flags(row: dict[str, Any]) -> dict[str, bool]:
    """What a subscription adds to its deliveries, by v3's names."""
    given = {str(key).casefold(): value for key, value in object_at(row, "payloadConfig").items()}
    return {name: given.get(name.casefold()) is True for name in _FLAGS}


async def explain_unknown_event(call: Call[CreateWebhook | UpdateWebhook], refusal: ApiError) -> str | None:
    """Names the events there are, the nearest first; one request."""
    if refusal.code != "webHook.invalidEvent":
        return None
    try:
        known = event_names(await call.ask("GetWebhookEvents"))
    except ReplyError:
        return None
    event = call.arguments.event_type or ""
    near = difflib.get_close_matches(event.casefold(), known, n=3, cutoff=0.5)
    order = near + [one for one in known if one not in near]
    return (
        f'400 {refusal.code}: there is no event "{event}"; nothing was changed. '
        f"{'Perhaps ' + near[0] + '? ' if near else ''}There are {join(order)}."
    )


async def explain_refusal(call: Call, refusal: ApiError) -> str | None:
    """What a limit on scopes or on their number means, and what to do."""
    match refusal.code:
        case "webHook.organizationScopeNotImplemented":
            return f"400 {refusal.code}: Reply has not released scope organization; use team or personal."
        case "webHook.teamScopeForbidden":
            return f"403 {refusal.code}: in a private team only the owner may use scope team; use personal."
        case "webHook.limitReached":
            return (
                f"409 {refusal.code}: {refusal.detail} Turn others off first: reply_list_webhooks, "
                "reply_disable_webhook. Trying again changes nothing."
            )
    return None


async def explain_failed_test(call: Call[TestWebhook], refusal: ApiError) -> str | None:
    """Testing a subscription that is off is a 404; a failed delivery is the receiver's fault, not Reply's."""
    id = call.arguments.id
    if refusal.code == "webHook.deliveryFailed":
        return (
            f"{refusal.status} {refusal.code}: {refusal.detail} The URL could not be reached or did not answer "
            "with 2xx; the webhook is unchanged. Fix the receiver, then test again."
        )
    if refusal.code != "webHook.notFound":
        return None
    try:
        held = await read_record(call, "GetWebhookById", id=id)
    except ReplyError:
        return None
    if held.get("enabled") is False:
        turn_on = f'reply_enable_webhook {{"id": {id}}}'
        return f"404 {refusal.code}: webhook {id} is off and cannot be tested: {turn_on} turns it on. Nothing was sent."
    return None


async def creation_effect(call: Call[CreateWebhook]) -> Effect:
    """A webhook that is off delivers nothing."""
    return Effect.WRITE if call.arguments.enabled is False else Effect.SHARE


async def preview_creation(call: Call[CreateWebhook]) -> str:
    return f"This has Reply post {_deliveries(call.arguments.wire())}."


async def change_effect(call: Call[UpdateWebhook]) -> Effect:
    """A webhook that is off delivers nothing, whatever it would deliver; one request in a call."""
    held = await read_record(call, "GetWebhookById", id=call.arguments.id)
    return Effect.WRITE if held.get("enabled") is False else Effect.SHARE


async def preview_change(call: Call[UpdateWebhook]) -> str:
    """What it posts where from now on, and until now; one request in a call."""
    row = await read_record(call, "GetWebhookById", id=call.arguments.id)
    return (
        f"This has webhook {call.arguments.id} post {_deliveries({**row, **call.arguments.wire()})}. Until now "
        f"it posts every {_event(row)} to {_shown_url(row, 'another URL')}."
    )


async def preview_enabling(call: Call) -> str:
    """What it posts where; one request."""
    held = await read_record(call, "GetWebhookById", id=call.arguments.id)
    return f"This turns webhook {call.arguments.id} on: Reply posts {_deliveries(held)}."


def _deliveries(row: dict[str, Any]) -> str:
    """`every email replied event of the team, with email text, to https://…`."""
    adds = [words for name, words in _ADDED.items() if payload_flags(row)[name]]
    whose = {"personal": "your own activity", "team": "the team", "organization": "the organization"}
    scope = whose.get(str(row.get("scope") or "personal").casefold(), "somebody")
    url = _shown_url(row, "its URL")
    carried = f", with {' and '.join(adds)}," if adds else ""
    inside = " (an address of a private network)" if is_private(url) else ""
    return f"every {_event(row)} of {scope}{carried} to {url}{inside}"


def is_private(url: str) -> bool:
    """Whether the URL names this machine, or an address of a private or link-local network."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").casefold()
    except ValueError:
        return False
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


async def preview_test(call: Call[TestWebhook]) -> str:
    """Event and URL; one request."""
    return f"This posts a sample {await _describe(call)} now, which is the live receiver."


async def preview_deletion(call: Call[DeleteWebhook]) -> str:
    """Event and URL; one request."""
    return f"This deletes webhook {call.arguments.id} ({await _describe(call)}) for good, with its log of failures."


async def _describe(call: Call) -> str:
    """`email replied event to https://…`."""
    row = await read_record(call, "GetWebhookById", id=call.arguments.id)
    return f"{_event(row)} to {_shown_url(row, 'its URL')}"


def _shown_url(row: dict[str, Any], otherwise: str) -> str:
    """The URL without a user name and password, which Reply may hold from elsewhere."""
    return hide_userinfo(str(row.get("url") or otherwise))


def _event(row: dict[str, Any]) -> str:
    """`email replied event`."""
    return f"{str(row.get('eventType') or '').replace('_', ' ')} event".strip()


def event_names(answer: dict[str, Any]) -> list[str]:
    """The names of events in Reply's answer."""
    listed = answer.get("events")
    return [str(one) for one in listed if one] if isinstance(listed, list) else []


async def add_delivery_facts(call: Call[GetWebhookEvents], answer: Any) -> Any:
    """The events, and under `deliveries`, for those who ask for it by `fields`, what their deliveries look like."""
    return {"events": event_names(answer), "deliveries": DELIVERED}


async def describe_extras(call: Call, answer: Any) -> Any:
    """Adds `_adds` to subscriptions: what their deliveries carry besides the event. Secrets in URLs go."""
    for row in records_of(answer):
        row["_adds"] = [_ADDED[name] for name, on in payload_flags(row).items() if on]
    return await hide_secrets(call, answer)


async def hide_secrets(call: Call, answer: Any) -> Any:
    """The subscriptions without user names and passwords in their URLs."""
    for row in records_of(answer):
        if isinstance(row.get("url"), str):
            row["url"] = hide_userinfo(row["url"])
    return answer


async def describe_status(call: Call[GetWebhookLogs], answer: Any) -> Any:
    """Adds `_status`. An attempt without a status may have arrived or not: notes that."""
    rows = rows_of(answer)
    for row in rows:
        row["_status"] = "none recorded" if row.get("httpStatus") is None else row["httpStatus"]
    if any(row["_status"] == "none recorded" for row in rows):
        call.notes.append('"none recorded": Reply recorded no answer; the event may or may not have arrived.')
    return answer

"""Webhooks as they are: doubles are not refused, an update clears what it does not name, and deliveries look unlike the
rest of the API."""

from __future__ import annotations

import difflib
from typing import Any
from urllib.parse import urlsplit

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, ReplyError

DELIVERED = (
    "Deliveries are snake_case JSON: event (id, type, date, user_id, subscription_id), contact_fields, sequence_fields "
    "and the event's own fields. event.id stays the same on redelivery; route by event.subscription_id. There is no "
    "inbox thread id: find the thread by contact_fields.id. email_text is HTML; reply_date is UTC without a mark. "
    "Replies sent through the API are not delivered."
)
"""What a receiver must know; seen on real deliveries."""

_FLAGS = ("includeEmailUrl", "includeEmailText", "includeProspectCustomFields")
_MOST_PAGES = 5


def absolute_url(value: str) -> str:
    """The URL as given.

    Raises:
        ValueError: where it is none that Reply could call.
    """
    parts = urlsplit(value.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        raise ValueError(f'an absolute http or https URL, got "{value}"')
    return value.strip()


async def not_twice(call: Call) -> None:
    """Stops where a subscription of this event to this URL is there: Reply may take another and deliver twice. One
    request for every 200 subscriptions."""
    wanted = call.arguments
    for page in range(_MOST_PAGES):
        answer = await call.ask("ListWebhooks", top=PAGE, skip=page * PAGE)
        for row in rows_of(answer):
            if _same(row, wanted):
                raise AlreadyDone(_there_already(row, wanted))
        if not more_after(answer):
            return


def _same(row: dict[str, Any], wanted: Any) -> bool:
    return (
        str(row.get("eventType") or "").casefold() == wanted.event_type.casefold()
        and str(row.get("url") or "").rstrip("/") == wanted.url.rstrip("/")
        and str(row.get("scope") or "personal").casefold() == (wanted.scope or "personal")
    )


def _there_already(row: dict[str, Any], wanted: Any) -> str:
    id = row.get("id")
    text = f"Webhook {id} sends {row.get('eventType')} to this URL already; nothing was created."
    if row.get("enabled") is False and wanted.enabled is not False:
        text += f' It is off: reply_enable_webhook {{"id": {id}}} turns it on.'
    if flags_of(row) != flags_of(wanted.wire()):
        text += f' Its payloadConfig is another: reply_update_webhook {{"id": {id}, "payloadConfig": …}} changes it.'
    return text


def flags_of(row: Any) -> dict[str, bool]:
    """What a subscription adds to deliveries, by v3's names."""
    config = row.get("payloadConfig") if isinstance(row, dict) else None
    given = {str(key).casefold(): value for key, value in config.items()} if isinstance(config, dict) else {}
    return {name: given.get(name.casefold()) is True for name in _FLAGS}


async def held_webhook(call: Call) -> Any:
    """The subscription as it is, with its flags by v3's names and no others."""
    held = await read_once(call, "GetWebhookById", id=call.arguments.id)
    if not isinstance(held, dict):
        return held
    scope = held.get("scope")
    return {**held, "scope": str(scope).casefold() if scope else None, "payloadConfig": flags_of(held)}


async def flags_kept(call: Call) -> None:
    """Sends again the flags that a given payloadConfig does not name, which would be cleared."""
    config = call.arguments.payload_config
    if config is None or len(config.model_fields_set) == len(_FLAGS):
        return
    held = flags_of(await held_webhook(call))
    for name, info in type(config).model_fields.items():
        if name not in config.model_fields_set:
            setattr(config, name, held[info.alias or name])


async def nearest_event(call: Call, refusal: ApiError) -> str | None:
    """Names the events that there are, the nearest first. One request."""
    if refusal.code != "webHook.invalidEvent":
        return None
    try:
        known = events_of(await call.ask("GetWebhookEvents"))
    except ReplyError:
        return None
    near = difflib.get_close_matches(call.arguments.event_type.casefold(), known, n=3, cutoff=0.5)
    order = near + [event for event in known if event not in near]
    return (
        f'400 {refusal.code}: there is no event "{call.arguments.event_type}"; nothing was changed. '
        f"{'Perhaps ' + near[0] + '? ' if near else ''}There are {', '.join(order)}."
    )


async def why_refused(call: Call, refusal: ApiError) -> str | None:
    """The limits on scopes and numbers, with what to do."""
    match refusal.code:
        case "webHook.organizationScopeNotImplemented":
            return f"400 {refusal.code}: Reply has not released scope organization; take team or personal."
        case "webHook.teamScopeForbidden":
            return f"403 {refusal.code}: in a private team only its owner may have scope team; take personal."
        case "webHook.limitReached":
            return (
                f"409 {refusal.code}: {refusal.detail} Turn others off first: reply_list_webhooks, "
                "reply_disable_webhook. A repeat changes nothing."
            )
    return None


async def why_not_tested(call: Call, refusal: ApiError) -> str | None:
    """A subscription that is off answers as if it were not there; a failed delivery is the URL's, not Reply's."""
    id = call.arguments.id
    if refusal.code == "webHook.deliveryFailed":
        return (
            f"{refusal.status} {refusal.code}: {refusal.detail} The URL could not be reached or did not answer with "
            "2xx; the webhook is unchanged. Mend the receiver, then test again."
        )
    if refusal.code != "webHook.notFound":
        return None
    try:
        held = await read_once(call, "GetWebhookById", id=id)
    except ReplyError:
        return None
    if isinstance(held, dict) and held.get("enabled") is False:
        turn_on = f'reply_enable_webhook {{"id": {id}}}'
        return (
            f"404 {refusal.code}: webhook {id} is off, and only one that is on is tested: {turn_on}. Nothing was sent."
        )
    return None


async def test_preview(call: Call) -> str:
    return f"This posts a sample {await _told(call)} now, to the live receiver."


async def delete_preview(call: Call) -> str:
    return f"This deletes webhook {call.arguments.id} ({await _told(call)}) for good, with its log of failures."


async def _told(call: Call) -> str:
    """`email_replied to https://…`."""
    held = await read_once(call, "GetWebhookById", id=call.arguments.id)
    row = held if isinstance(held, dict) else {}
    return f"{row.get('eventType') or 'event'} to {row.get('url') or 'its URL'}"


def events_of(answer: Any) -> list[str]:
    """The names of the events in an answer."""
    listed = answer.get("events") if isinstance(answer, dict) else answer
    return [str(one) for one in listed if one] if isinstance(listed, list) else []


async def with_delivery_facts(call: Call, answer: Any) -> Any:
    """The events, and what their deliveries look like: as `deliveries`, which only `detail=full` shows."""
    return {"events": events_of(answer), "deliveries": DELIVERED}


async def extras_said(call: Call, answer: Any) -> Any:
    """Adds `_adds` to subscriptions: what their deliveries carry besides the event."""
    words = dict(zip(_FLAGS, ("email link", "email text", "custom fields"), strict=True))
    for row in rows_of(answer) or ([answer] if isinstance(answer, dict) else []):
        row["_adds"] = [words[name] for name, on in flags_of(row).items() if on]
    return answer


async def silence_explained(call: Call, answer: Any) -> Any:
    """An attempt without a status is neither delivered nor lost for certain: says so."""
    rows = rows_of(answer)
    for row in rows:
        row["_status"] = "none recorded" if row.get("httpStatus") is None else row["httpStatus"]
    if any(row["_status"] == "none recorded" for row in rows):
        call.notes.append('"none recorded": Reply kept no answer; the event may or may not have arrived.')
    return answer

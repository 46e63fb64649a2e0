"""Webhooks: find, read, create, change, test, turn on and off, delete."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.webhooks import hooks
from reply_mcp.catalog.areas.webhooks.area import area
from reply_mcp.catalog.areas.webhooks.bodies import OneWebhook, PayloadConfig, Scope, Url, WebhookId
from reply_mcp.catalog.areas.webhooks.views import FACTS
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Path
from reply_mcp.catalog.undo import cannot, created, made_again, replaced, reversed_by, shown_by
from reply_mcp.catalog.views import Card, Column, Done, Table

READ_IT = 'reply_get_webhook {{"id": {id}}}'


@area.get(
    "/v3/webhooks",
    scope="webhooks:read",
    tool="reply_list_webhooks",
    after=[drop_repeated_rows, hooks.describe_extras],
    view=Table(
        "webhooks",
        ("id", *FACTS),
        empty="There is no webhook: reply_create_webhook.",
        shown_elsewhere=("payloadConfig",),
    ),
    also=["subscriptions", "v2 webhooks", "callbacks", "Zapier", "integrations"],
)
class ListWebhooks(Paged):
    """Your webhook subscriptions."""


@area.post(
    "/v3/webhooks",
    scope="webhooks:write",
    tool="reply_create_webhook",
    undo=created("DeleteWebhook", "GetWebhookById", noun="webhook", remains="What was delivered stays delivered."),
    effect=Effect.SHARE,
    effect_for=hooks.creation_effect,
    preview=hooks.preview_creation,
    before=[hooks.check_not_subscribed],
    explain=[hooks.explain_unknown_event, hooks.explain_refusal],
    view=Done(
        "Created webhook {id}: {eventType} to {url}, scope {scope}.",
        "reply_test_webhook posts a sample; "
        'reply_list_webhook_events {{"fields": ["deliveries"]}} says what they look like',
    ),
    verify_with="reply_list_webhooks {{}}",
    also=[
        "subscribe to event",
        "callback URL",
        "notify when replied",
        "v2 webhooks",
        "Zapier",
        "post to a server",
        "notify my system",
        "Slack",
        "real-time events",
        "when somebody opts out",
    ],
    example={
        "eventType": "email_replied",
        "url": "https://example.com/hook",
        "payloadConfig": {"includeEmailText": True},
    },
    one_at_a_time=["url"],
)
class CreateWebhook(Arguments):
    """Has Reply post an event to a URL, unless a webhook already does (one more request).
    Personal scope covers your own activity only."""

    event_type: str = Field(description="One of reply_list_webhook_events, such as email_replied")
    url: Url
    scope: Scope | None = Field(None, description="Default personal; organization is not released")
    enabled: bool | None = None
    payload_config: PayloadConfig | None = None


@area.get(
    "/v3/webhooks/events",
    scope="webhooks:read",
    tool="reply_list_webhook_events",
    after=[hooks.add_delivery_facts],
    view=Table("events", (), items="events"),
    also=["event types", "payload format", "what can be subscribed", "delivery fields"],
)
class GetWebhookEvents(Arguments):
    """The events that webhooks can send; fields=["deliveries"] says what a delivery looks like."""


@area.get(
    "/v3/webhooks/{id}",
    scope="webhooks:read",
    tool="reply_get_webhook",
    after=[hooks.describe_extras],
    view=Card("Webhook {id}", (FACTS,), shown_elsewhere=("payloadConfig",)),
    also=["subscription details"],
)
class GetWebhookById(OneWebhook):
    """One webhook."""


@area.put(
    "/v3/webhooks/{id}",
    scope="webhooks:write",
    tool="reply_update_webhook",
    undo=replaced("GetWebhookById", noun="webhook"),
    effect=Effect.SHARE,
    effect_for=hooks.change_effect,
    preview=hooks.preview_change,
    before=[
        keep_unset_fields("GetWebhookById", "event_type", "url", "scope"),
    ],
    explain=[hooks.explain_unknown_event, hooks.explain_refusal],
    after=[hooks.hide_secrets],
    view=Done("Webhook {id} now sends {eventType} to {url}, scope {scope}."),
    verify_with=READ_IT,
    also=["edit subscription", "change callback URL"],
)
class UpdateWebhook(OneWebhook):
    """Changes what is given; the rest stays (one more request). On and off: reply_enable_webhook,
    reply_disable_webhook."""

    event_type: str | None = Field(None, description="One of reply_list_webhook_events")
    url: Url | None = None
    scope: Scope | None = None
    payload_config: PayloadConfig | None = None


@area.delete(
    "/v3/webhooks/{id}",
    scope="webhooks:write",
    tool="reply_delete_webhook",
    undo=made_again("CreateWebhook", shown_by("GetWebhookById"), "webhook", "Its log is gone."),
    preview=hooks.preview_deletion,
    view=Done("Deleted webhook {id}."),
    verify_with=READ_IT,
    also=["unsubscribe callback"],
)
class DeleteWebhook(OneWebhook):
    """Deletes a webhook and its log. To stop it for a while: reply_disable_webhook."""


@area.post(
    "/v3/webhooks/{id}/test",
    scope="webhooks:operate",
    tool="reply_test_webhook",
    undo=cannot("What was delivered stays delivered."),
    effect=Effect.SEND,
    preview=hooks.preview_test,
    explain=[hooks.explain_failed_test],
    view=Done("The sample was delivered: the URL of webhook {id} answered with 2xx."),
    verify_with='reply_get_webhook_logs {{"id": {id}}}',
    also=["try callback", "sample payload"],
)
class TestWebhook(OneWebhook):
    """Posts a sample to the live URL and says whether it was accepted."""


@area.post(
    "/v3/webhooks/{id}/enable",
    scope="webhooks:operate",
    tool="reply_enable_webhook",
    undo=reversed_by(
        "DisableWebhook",
        says="webhook {id} is off again",
        read=shown_by("GetWebhookById"),
        unless=lambda call, held: held.get("enabled") is True,
        remains="What was delivered stays delivered.",
    ),
    effect=Effect.SHARE,
    preview=hooks.preview_enabling,
    idempotent=True,
    explain=[hooks.explain_refusal],
    view=Done("Webhook {id} is on."),
    verify_with=READ_IT,
    also=["turn on subscription", "revive after failures"],
)
class EnableWebhook(OneWebhook):
    """Turns a webhook on, including one that Reply turned off after failures."""


@area.post(
    "/v3/webhooks/{id}/disable",
    scope="webhooks:operate",
    tool="reply_disable_webhook",
    undo=reversed_by(
        "EnableWebhook",
        says="webhook {id} is on again",
        read=shown_by("GetWebhookById"),
        unless=lambda call, held: held.get("enabled") is False,
    ),
    idempotent=True,
    view=Done("Webhook {id} is off; its settings stay."),
    verify_with=READ_IT,
    also=["turn off subscription", "pause callbacks"],
)
class DisableWebhook(OneWebhook):
    """Turns a webhook off and keeps it. 2 requests."""


@area.get(
    "/v3/webhooks/{id}/logs",
    scope="webhooks:read",
    tool="reply_get_webhook_logs",
    after=[hooks.describe_status],
    view=Table(
        "failed deliveries",
        (Column("time", "date", "time"), Column("HTTP status", "_status"), Column("event id", "eventId")),
        empty="No failed delivery is on record; successes are not logged.",
        shown_elsewhere=("httpStatus",),
    ),
    also=["delivery failures", "why no callbacks", "webhook errors"],
)
class GetWebhookLogs(Paged):
    """The failed delivery attempts of a webhook."""

    id: Path[WebhookId]

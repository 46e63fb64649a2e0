"""What requests about webhooks hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from reply_mcp.catalog.areas.webhooks.hooks import absolute_url
from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.operation import Arguments, Part, Path

Url = Annotated[str, Field(max_length=1024, json_schema_extra={"format": "uri"}), AfterValidator(absolute_url)]
WebhookId = Annotated[
    int | str, Named("webhook", "ListWebhooks", ("url",), "reply_list_webhooks", one="GetWebhookById")
]
"""An id or the URL it delivers to."""
Scope = Literal["personal", "team", "organization"]


class PayloadConfig(Part):
    """What a delivery carries besides the event."""

    include_email_url: bool | None = None
    include_email_text: bool | None = None
    include_prospect_custom_fields: bool | None = None


class OneWebhook(Arguments):
    """Names one subscription."""

    id: Path[WebhookId]

"""The settings of a mailbox without its connection. Reply has one endpoint for both; only the connection holds
passwords, so the rest is a tool that can stay on."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.channels import email_account_hooks as hooks
from reply_mcp.catalog.areas.channels.area import area
from reply_mcp.catalog.areas.channels.bodies import EmailAccountSections
from reply_mcp.catalog.areas.channels.email_accounts import READ_IT
from reply_mcp.catalog.arguments.named_ids import EmailAccountId
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.undo import replaced
from reply_mcp.catalog.views import Done


async def change(call: Call) -> Any:
    """Sends the sections that were given; one request."""
    return await call.ask("UpdateEmailAccount", **call.arguments.wire())


@workflow(
    area,
    "UpdateEmailAccount",
    scope="channels:write",
    tool="reply_update_email_account",
    undo=replaced("GetEmailAccount", noun="mailbox", by="UpdateEmailAccount"),
    effect=Effect.WRITE,
    effect_for=hooks.effect_of_change,
    idempotent=True,
    before=[hooks.check_sections, remember_texts("GetEmailAccount", *hooks.TEXTS)],
    run=change,
    after=[hooks.describe_change, note_replaced_texts],
    preview=hooks.preview_change,
    view=Done("{outcome}"),
    verify_with=READ_IT,
    also=[
        "daily limit",
        "change signature",
        "warm up",
        "ramp-up",
        "throttling",
        "opt-out link",
        "sending limit of a mailbox",
        "delay between emails",
        "footer",
    ],
    example={"id": 31, "safety": {"dailyLimit": 40}, "rampUp": {"enabled": True, "startValue": 10}},
    one_at_a_time=["id"],
)
class UpdateMailboxSettings(EmailAccountSections, Arguments):
    """Changes a mailbox's limits and delays, signature, opt-out and ramp-up; tags replace all tags. Sender name and
    passwords: reply_update_email_account_connection. 2 requests."""

    id: Local[EmailAccountId]

"""Re-engagement cards: when the AI comes to write by itself, what a deletion takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.ai_sdr.handler_hooks import is_auto
from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.reengagement_cards import (
        CreateReengagementCard,
        DeleteReengagementCard,
        UpdateReengagementCard,
    )


async def read_card(call: Call) -> dict[str, Any]:
    """The re-engagement card as it is, read once in a call."""
    arguments = call.arguments
    answer = await read_once(
        call,
        "GetReengagementCard",
        knowledgeBaseId=arguments.knowledge_base_id,
        reengagementCardId=arguments.reengagement_card_id,
    )
    return answer if isinstance(answer, dict) else {}


async def creation_effect(call: Call[CreateReengagementCard]) -> Effect:
    """A new card is enabled unless it is given otherwise; an automatic one writes to people without review."""
    arguments = call.arguments
    return Effect.SEND if is_auto(arguments.delivery_mode) and arguments.is_enabled is not False else Effect.WRITE


async def preview_creation(call: Call[CreateReengagementCard]) -> str:
    return (
        f'This has the AI write "{call.arguments.name}" to people who are silent for '
        f"{plural(call.arguments.send_after, 'day')}, by itself, without anyone reviewing it."
    )


async def change_effect(call: Call[UpdateReengagementCard]) -> Effect:
    """`send` where the card starts to send by itself, which it did not do before; otherwise `write`."""
    arguments = call.arguments
    if not (is_auto(arguments.delivery_mode) or arguments.is_enabled):
        return Effect.WRITE
    held = await read_card(call)
    was = is_auto(held.get("deliveryMode")) and bool(held.get("isEnabled"))
    mode = arguments.delivery_mode or held.get("deliveryMode")
    enabled = arguments.is_enabled if arguments.is_enabled is not None else held.get("isEnabled")
    return Effect.SEND if is_auto(mode) and enabled and not was else Effect.WRITE


async def preview_change(call: Call[UpdateReengagementCard]) -> str:
    held = await read_card(call)
    name = call.arguments.name or held.get("name")
    days = call.arguments.send_after or held.get("sendAfter")
    return f'This has the AI write "{name}" by itself, without review, to people who are silent for {days} days.'


async def preview_deletion(call: Call[DeleteReengagementCard]) -> str:
    held = await read_card(call)
    return (
        f'This deletes the re-engagement card "{held.get("name")}" (after {held.get("sendAfter")} days: '
        f'"{first_words(held.get("instructions"), 80)}"). isEnabled=false only stops it.'
    )


async def explain_same_delay(call: Call, refusal: ApiError) -> str | None:
    """Two cards of a flow cannot have the same number of days."""
    if refusal.status != 409:
        return None
    return (
        f"409 {refusal.code or ''}: another card of this flow probably has this sendAfter already. Nothing was "
        "changed; reply_list_reengagement_cards shows the days taken."
    )

"""Re-engagement cards: when the AI comes to write by itself, what a deletion takes away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.ai_sdr.handler_hooks import is_auto
from reply_mcp.catalog.hooks.read_once import first_words, read_once, read_record
from reply_mcp.catalog.hooks.replaced_texts import describe_texts
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import quote
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.reengagement_cards import (
        CreateReengagementCard,
        DeleteReengagementCard,
        UpdateReengagementCard,
        UploadReengagementCardMedia,
    )
    from reply_mcp.catalog.areas.ai_sdr.reengagement_flows import AssignReengagementFlow, SetDefaultReengagementFlow


async def read_card(call: Call) -> dict[str, Any]:
    """The re-engagement card as it is, read once in a call."""
    arguments = call.arguments
    return await read_record(
        call,
        "GetReengagementCard",
        knowledgeBaseId=arguments.knowledge_base_id,
        reengagementCardId=arguments.reengagement_card_id,
    )


async def creation_effect(call: Call[CreateReengagementCard]) -> Effect:
    """A new card is enabled unless it is given otherwise; an automatic one writes to people without review."""
    arguments = call.arguments
    return Effect.SEND if is_auto(arguments.delivery_mode) and arguments.is_enabled is not False else Effect.WRITE


async def preview_creation(call: Call[CreateReengagementCard]) -> Question:
    """What the AI does by itself from now on, and the words that it is given."""
    return Question("\n".join([await _creation_text(call), *describe_texts(call)[0]]))


async def _creation_text(call: Call[CreateReengagementCard]) -> str:
    return (
        f'This has the AI write "{call.arguments.name}" to people who are silent for '
        f"{plural(call.arguments.send_after, 'day')}, by itself, without anyone reviewing it."
    )


async def change_effect(call: Call[UpdateReengagementCard]) -> Effect:
    """`send` where the card sends by itself after the change; otherwise `write`. One request unless it is switched
    off."""
    arguments = call.arguments
    if arguments.is_enabled is False:
        return Effect.WRITE
    return Effect.SEND if _sends({**await read_card(call), **arguments.wire()}) else Effect.WRITE


def _sends(card: Mapping[str, Any]) -> bool:
    """Whether a card sends by itself; what it does not say counts as sending."""
    mode = card.get("deliveryMode")
    return card.get("isEnabled") is not False and (mode is None or is_auto(mode))


async def media_effect(call: Call[UploadReengagementCardMedia]) -> Effect:
    """`send` where the card sends by itself; one request."""
    return Effect.SEND if _sends(await read_card(call)) else Effect.WRITE


async def preview_media(call: Call[UploadReengagementCardMedia]) -> str:
    """To which messages the file is added; one request in a call."""
    name = (await read_card(call)).get("name")
    return f'This adds a file to what the AI sends, by itself, for the re-engagement card "{name}".'


async def effect_of_flow(call: Call[SetDefaultReengagementFlow | AssignReengagementFlow]) -> Effect:
    """`send` where a card of the flow sends by itself; one request."""
    return Effect.SEND if await sending_cards(call) else Effect.WRITE


async def sending_cards(call: Call[SetDefaultReengagementFlow | AssignReengagementFlow]) -> list[str]:
    """The names of the flow's cards that send by themselves; one request in a call."""
    arguments = call.arguments
    answer = await read_once(
        call, "ListReengagementCards", knowledgeBaseId=arguments.knowledge_base_id, flow_id=arguments.flow_id, top=100
    )
    return [str(row.get("name") or row.get("id")) for row in rows_of(answer) if _sends(row)]


async def preview_flow(call: Call[SetDefaultReengagementFlow | AssignReengagementFlow]) -> str:
    """Who is on which flow from now on, and what it sends; one request in a call."""
    arguments = call.arguments
    contact = getattr(arguments, "contact_id", None)
    who = f"contact {contact}" if contact is not None else "everybody who is on no other flow"
    cards = list_some((f'"{name}"' for name in await sending_cards(call)), 3)
    return f"This puts {who} on flow {arguments.flow_id}, whose cards send by themselves: {cards}."


async def preview_change(call: Call[UpdateReengagementCard]) -> Question:
    """What the AI does by itself from now on, and the words that change; consent is bound to all that holds now."""
    held = await read_card(call)
    lines = describe_texts(call)[0] or [f"- instructions: {quote(str(held.get('instructions') or 'none'), 300)}"]
    return Question("\n".join([await _change_text(call), *lines]), {"held": held})


async def _change_text(call: Call[UpdateReengagementCard]) -> str:
    held = await read_card(call)
    name = call.arguments.name or held.get("name")
    days = call.arguments.send_after or held.get("sendAfter")
    if _sends(held):
        return (
            f'This changes the re-engagement card "{name}", which the AI sends by itself, without review, to people '
            f"who are silent for {_days(days)}."
        )
    return f'This has the AI write "{name}" by itself, without review, to people who are silent for {_days(days)}.'


def _days(days: Any) -> str:
    return plural(days, "day") if isinstance(days, int) else "some days"


async def preview_deletion(call: Call[DeleteReengagementCard]) -> str:
    held = await read_card(call)
    return (
        f'This deletes the re-engagement card "{held.get("name")}" (after {_days(held.get("sendAfter"))}: '
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

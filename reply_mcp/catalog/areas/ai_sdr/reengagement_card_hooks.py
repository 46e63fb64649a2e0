"""Re-engagement cards: when the AI comes to write by itself, what a deletion takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import first_words, read_record
from reply_mcp.catalog.hooks.replaced_texts import describe_texts
from reply_mcp.catalog.lookups.reengagement import count_on_flow, is_auto, read_flows, sends_by_itself
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import quote
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.reengagement_cards import (
        CreateReengagementCard,
        DeleteReengagementCard,
        UpdateReengagementCard,
        UploadReengagementCardMedia,
    )


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
    arguments = call.arguments
    people = await _describe_people(call, arguments.flow_id)
    return Question("\n".join([await _creation_text(call), *people, *describe_texts(call)[0]]))


async def _describe_people(call: Call, flow_id: Any = None, *, default: bool = True) -> list[str]:
    """How many people are on the flow of a card, as a line. Reply tells of no card on which flow it is: of one that is
    there already that is known where there is one flow alone. Two requests.

    Args:
        default: whether the card is one of the default flow where `flow_id` is None.
    """
    base = call.arguments.knowledge_base_id
    if flow_id is None:
        flows = [row for row in await read_flows(call, base) if row.get("isDefault") or not default]
        flow_id = flows[0].get("id") if len(flows) == 1 else None
    count = None if flow_id is None else await count_on_flow(call, base, flow_id)
    if count is None:
        return ["- how many people are on its flow is not known: reply_count_reengagement_flow_contacts counts them"]
    return [f"- {plural(count, 'person', 'people')} on its flow now"]


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
    return Effect.SEND if sends_by_itself({**await read_card(call), **arguments.wire()}) else Effect.WRITE


async def media_effect(call: Call[UploadReengagementCardMedia]) -> Effect:
    """`send` where the card sends by itself; one request."""
    return Effect.SEND if sends_by_itself(await read_card(call)) else Effect.WRITE


async def preview_media(call: Call[UploadReengagementCardMedia]) -> str:
    """To which messages the file is added; one request in a call."""
    name = (await read_card(call)).get("name")
    return f'This adds a file to what the AI sends, by itself, for the re-engagement card "{name}".'


async def preview_change(call: Call[UpdateReengagementCard]) -> Question:
    """What the AI does by itself from now on, and the words that change; consent is bound to all that holds now."""
    held = await read_card(call)
    lines = describe_texts(call)[0] or [f"- instructions: {quote(str(held.get('instructions') or 'none'), 300)}"]
    people = await _describe_people(call, default=False)
    return Question("\n".join([await _change_text(call), *people, *lines]), {"held": held})


async def _change_text(call: Call[UpdateReengagementCard]) -> str:
    held = await read_card(call)
    name = call.arguments.name or held.get("name")
    days = call.arguments.send_after or held.get("sendAfter")
    if sends_by_itself(held):
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

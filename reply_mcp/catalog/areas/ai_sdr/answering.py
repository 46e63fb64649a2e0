"""When the AI answers and follows up by itself, and what deleting that takes away."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError


async def base_preview(call: Call) -> str:
    id = call.arguments.id
    found = await call.ask("GetKnowledgeBase", id=id)
    name = found.get("name") if isinstance(found, dict) else None
    title = f'"{name}" ({id})' if name else str(id)
    return (
        f"This deletes knowledge base {title} with its documents, web pages, reply "
        "handlers and re-engagement cards; the AI SDR stops writing from it."
    )


async def handler_of(call: Call) -> dict[str, Any]:
    """The reply handler as it is, read once in a call."""
    arguments = call.arguments
    answer = await read_once(
        call,
        "GetReplyHandler",
        knowledgeBaseId=arguments.knowledge_base_id,
        replyHandlerId=arguments.reply_handler_id,
    )
    return answer if isinstance(answer, dict) else {}


async def card_of(call: Call) -> dict[str, Any]:
    """The re-engagement card as it is, read once in a call."""
    arguments = call.arguments
    answer = await read_once(
        call,
        "GetReengagementCard",
        knowledgeBaseId=arguments.knowledge_base_id,
        reengagementCardId=arguments.reengagement_card_id,
    )
    return answer if isinstance(answer, dict) else {}


def _is_auto(mode: Any) -> bool:
    return str(mode).casefold() == "auto"


async def new_handler_effect(call: Call) -> Effect:
    """An automatic handler answers people unread."""
    return Effect.SEND if _is_auto(call.arguments.delivery_mode) else Effect.WRITE


async def new_handler_preview(call: Call) -> str:
    return (
        f'This has the AI answer replies of the kind "{call.arguments.type_of_question}" by itself, without anyone '
        "reading its answers first."
    )


async def changed_handler_effect(call: Call) -> Effect:
    if not _is_auto(call.arguments.delivery_mode):
        return Effect.WRITE
    return Effect.WRITE if _is_auto((await handler_of(call)).get("deliveryMode")) else Effect.SEND


async def changed_handler_preview(call: Call) -> str:
    kind = call.arguments.type_of_question or (await handler_of(call)).get("typeOfQuestion")
    return (
        f'This has the AI answer replies of the kind "{kind}" by itself from now on; so far they were not sent unread.'
    )


async def address_cleared(call: Call, answer: Any) -> Any:
    """Leaving stopAndNotify clears the extra address."""
    mode = call.arguments.delivery_mode
    if mode is not None and mode != "stopAndNotify" and call.arguments.additional_notification_email:
        call.notes.append(f'additionalNotificationEmail was not kept: it goes with "stopAndNotify", not "{mode}".')
    return answer


async def handler_preview(call: Call) -> str:
    return f'This deletes the reply handler for "{(await handler_of(call)).get("typeOfQuestion")}".'


async def new_card_effect(call: Call) -> Effect:
    """Cards are made enabled; an automatic one writes to people unread."""
    arguments = call.arguments
    return Effect.SEND if _is_auto(arguments.delivery_mode) and arguments.is_enabled is not False else Effect.WRITE


async def new_card_preview(call: Call) -> str:
    return (
        f'This has the AI write "{call.arguments.name}" to people who are silent for {call.arguments.send_after} days, '
        "by itself, without anyone reading it first."
    )


async def changed_card_effect(call: Call) -> Effect:
    """Worse than writing only where the card comes to send by itself, and did not before."""
    arguments = call.arguments
    if not (_is_auto(arguments.delivery_mode) or arguments.is_enabled):
        return Effect.WRITE
    held = await card_of(call)
    was = _is_auto(held.get("deliveryMode")) and bool(held.get("isEnabled"))
    mode = arguments.delivery_mode or held.get("deliveryMode")
    enabled = arguments.is_enabled if arguments.is_enabled is not None else held.get("isEnabled")
    return Effect.SEND if _is_auto(mode) and enabled and not was else Effect.WRITE


async def changed_card_preview(call: Call) -> str:
    held = await card_of(call)
    name = call.arguments.name or held.get("name")
    days = call.arguments.send_after or held.get("sendAfter")
    return f'This has the AI write "{name}" by itself, unread, to people who are silent for {days} days.'


async def card_preview(call: Call) -> str:
    held = await card_of(call)
    return (
        f'This deletes the re-engagement card "{held.get("name")}" (after {held.get("sendAfter")} days: '
        f'"{first_words(held.get("instructions"), 80)}"). isEnabled=false would only stop it.'
    )


async def same_delay(call: Call, refusal: ApiError) -> str | None:
    """Two cards of a flow cannot fire after the same number of days."""
    if refusal.status != 409:
        return None
    return (
        f"409 {refusal.code or ''}: another card of this flow probably has this sendAfter already. Nothing was "
        "changed; reply_list_reengagement_cards shows the days taken."
    )


async def name_taken(call: Call, refusal: ApiError) -> str | None:
    if refusal.status != 409:
        return None
    return (
        f'409 {refusal.code or ""}: a flow called "{call.arguments.name}" is in this knowledge base already. Nothing '
        "was changed; reply_list_reengagement_flows shows it."
    )


async def flow_of(call: Call) -> dict[str, Any]:
    """The flow among those of its knowledge base (there is no reading of one); {} where it is not listed."""
    arguments = call.arguments
    answer = await read_once(call, "ListReengagementFlows", knowledgeBaseId=arguments.knowledge_base_id)
    wanted = str(arguments.flow_id).casefold()
    return next((row for row in rows_of(answer) if str(row.get("id")).casefold() == wanted), {})


async def not_the_default(call: Call) -> None:
    """The default flow cannot be deleted."""
    flow = await flow_of(call)
    if flow.get("isDefault"):
        raise NotDone(
            f'Nothing was deleted: "{flow.get("name")}" is the default flow. reply_set_default_reengagement_flow makes '
            "another one the default first."
        )


async def flow_preview(call: Call) -> str:
    """The flow, its cards, and the people on it; two requests."""
    arguments, flow = call.arguments, await flow_of(call)
    try:
        answer = await call.ask(
            "GetReengagementFlowContactsCount",
            knowledgeBaseId=arguments.knowledge_base_id,
            flowId=arguments.flow_id,
        )
    except ReplyError:
        answer = None
    people = _count(answer)
    who = "those on it" if people is None else f"the {people} {'person' if people == 1 else 'people'} on it"
    cards = flow.get("cardsCount")
    held = "its cards" if cards is None else f"its {cards} {'card' if cards == 1 else 'cards'}"
    return (
        f'This deletes the flow "{flow.get("name") or arguments.flow_id}" and {held}; {who} fall back to the default.'
    )


def _count(answer: Any) -> int | None:
    found = answer.get("count") if isinstance(answer, dict) else answer
    return found if isinstance(found, int) and not isinstance(found, bool) else None


async def counted(call: Call, answer: Any) -> Any:
    """Reply answers with a bare number."""
    count = _count(answer)
    return {"count": "unknown" if count is None else str(count), "flowId": call.arguments.flow_id}


async def default_named(call: Call, answer: Any) -> Any:
    """A contact without a flow of its own is on the default one."""
    if isinstance(answer, dict) and not answer.get("flowId"):
        return {**answer, "flowId": "none of its own (the default flow applies)"}
    return answer


async def why_not_assigned(call: Call, refusal: ApiError) -> str | None:
    """One 404 for four things that may be missing, and for a sequence on another knowledge base."""
    if refusal.status != 404:
        return None
    arguments = call.arguments
    return (
        f"404 {refusal.code or ''}: the flow is not of knowledge base {arguments.knowledge_base_id}, or sequence "
        f"{arguments.sequence_id} does not draw on it, or contact {arguments.contact_id} is not there. Nothing was "
        f'changed; reply_get_sequence_knowledge_base {{"sequenceId": {arguments.sequence_id}}} shows the sequence\'s.'
    )

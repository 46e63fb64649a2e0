"""Reply handlers: when the AI comes to answer by itself, what a change drops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.hooks.replaced_texts import describe_texts
from reply_mcp.catalog.lookups.reengagement import is_auto
from reply_mcp.catalog.lookups.running import changes_only
from reply_mcp.catalog.lookups.titles import title_of
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.text.cleaning import quote

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.handlers import (
        CreateReplyHandler,
        DeleteReplyHandler,
        UpdateReplyHandler,
        UploadReplyHandlerMedia,
    )


async def read_handler(call: Call) -> dict[str, Any]:
    """The reply handler as it is, read once in a call."""
    arguments = call.arguments
    return await read_record(
        call,
        "GetReplyHandler",
        knowledgeBaseId=arguments.knowledge_base_id,
        replyHandlerId=arguments.reply_handler_id,
    )


async def creation_effect(call: Call[CreateReplyHandler]) -> Effect:
    """An automatic handler answers people without review, and one with an address of its own tells that."""
    if call.arguments.additional_notification_email:
        return Effect.SHARE
    return Effect.SEND if is_auto(call.arguments.delivery_mode) else Effect.WRITE


async def preview_creation(call: Call[CreateReplyHandler]) -> Question:
    """What the AI does by itself from now on, and the words that it is given."""
    return Question("\n".join([await _creation_text(call), *describe_texts(call)[0]]))


async def _creation_text(call: Call[CreateReplyHandler]) -> str:
    """Which replies the AI answers, and from which knowledge base; one request."""
    base = await title_of(call, "knowledgeBaseId", call.arguments.knowledge_base_id)
    kind = call.arguments.type_of_question
    if address := call.arguments.additional_notification_email:
        return f'This sends a notice of every reply of the kind "{kind}" to {address} (knowledge base {base}).'
    return (
        f'This has the AI answer replies of the kind "{kind}" by itself, from knowledge base {base}, without anyone '
        "reviewing its answers."
    )


async def change_effect(call: Call[UpdateReplyHandler]) -> Effect:
    """`send` where the handler answers by itself from now on, or tells an address that it did not; otherwise `write`.
    One request."""
    arguments = call.arguments
    if arguments.additional_notification_email:
        return Effect.SHARE
    held = (await read_handler(call)).get("deliveryMode")
    mode = arguments.delivery_mode or held
    as_before = is_auto(held) and changes_only(arguments, ("delivery_mode",))
    return Effect.WRITE if as_before or (mode is not None and not is_auto(mode)) else Effect.SEND


async def preview_change(call: Call[UpdateReplyHandler]) -> Question:
    """What the AI does by itself from now on, and the words that change; consent is bound to all that holds now."""
    held = await read_handler(call)
    lines = describe_texts(call)[0] or [f"- instructions: {quote(str(held.get('instructions') or 'none'), 300)}"]
    return Question("\n".join([await _change_text(call), *lines]), {"held": held})


async def _change_text(call: Call[UpdateReplyHandler]) -> str:
    """Which replies the AI answers from now on."""
    arguments, held = call.arguments, await read_handler(call)
    kind = arguments.type_of_question or held.get("typeOfQuestion")
    if address := arguments.additional_notification_email:
        return f'This sends a notice of every reply of the kind "{kind}" to {address}.'
    if is_auto(held.get("deliveryMode")):
        return f'This changes how the AI answers replies of the kind "{kind}", which it does by itself, without review.'
    return (
        f'This has the AI answer replies of the kind "{kind}" by itself from now on; until now its answers were not '
        "sent without review."
    )


async def media_effect(call: Call[UploadReplyHandlerMedia]) -> Effect:
    """`send` where the handler answers by itself; one request."""
    mode = (await read_handler(call)).get("deliveryMode")
    return Effect.WRITE if mode is not None and not is_auto(mode) else Effect.SEND


async def preview_media(call: Call[UploadReplyHandlerMedia]) -> str:
    """To which answers the file is added; one request in a call."""
    kind = (await read_handler(call)).get("typeOfQuestion")
    return f'This adds a file to what the AI answers, by itself, to replies of the kind "{kind}".'


async def note_dropped_address(call: Call[UpdateReplyHandler], answer: Any) -> Any:
    """Notes that leaving stopAndNotify drops the extra address."""
    mode = call.arguments.delivery_mode
    if mode is not None and mode != "stopAndNotify" and call.arguments.additional_notification_email:
        call.notes.append(f'additionalNotificationEmail was not kept: it belongs to "stopAndNotify", not "{mode}".')
    return answer


async def preview_deletion(call: Call[DeleteReplyHandler]) -> str:
    """The handler by its question; one request."""
    return f'This deletes the reply handler for "{(await read_handler(call)).get("typeOfQuestion")}".'

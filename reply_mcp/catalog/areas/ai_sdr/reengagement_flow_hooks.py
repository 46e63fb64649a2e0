"""Re-engagement flows: the default one, who is on a flow, what refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.reengagement_flows import (
        AssignReengagementFlow,
        CreateReengagementFlow,
        DeleteReengagementFlow,
        GetReengagementFlowContactsCount,
        GetReengagementFlowState,
        UpdateReengagementFlow,
    )


async def read_flow(call: Call[DeleteReengagementFlow] | Call[UpdateReengagementFlow]) -> dict[str, Any]:
    """The flow, from the list of its knowledge base, since no call reads a single one; {} where it is not listed."""
    arguments = call.arguments
    answer = await read_once(call, "ListReengagementFlows", knowledgeBaseId=arguments.knowledge_base_id)
    wanted = str(arguments.flow_id).casefold()
    return next((row for row in rows_of(answer) if str(row.get("id")).casefold() == wanted), {})


async def check_not_default(call: Call[DeleteReengagementFlow]) -> None:
    """Stops where the flow is the default one, which cannot be deleted; one request."""
    flow = await read_flow(call)
    if flow.get("isDefault"):
        raise NotDone(
            f'Nothing was deleted: "{flow.get("name")}" is the default flow. reply_set_default_reengagement_flow makes '
            "another one the default first."
        )


async def preview_deletion(call: Call[DeleteReengagementFlow]) -> str:
    """The flow, its cards, and the people on it; two requests. Raises `NotDone` where there is no such flow."""
    arguments, flow = call.arguments, await read_flow(call)
    if not flow:
        raise NotDone(
            f"Nothing was deleted: knowledge base {arguments.knowledge_base_id} has no flow {arguments.flow_id}. "
            "reply_list_reengagement_flows lists them."
        )
    try:
        answer = await call.ask(
            "GetReengagementFlowContactsCount",
            knowledgeBaseId=arguments.knowledge_base_id,
            flowId=arguments.flow_id,
        )
    except ReplyError:
        answer = None
    people = _count(answer)
    who = "those on it" if people is None else f"the {plural(people, 'person', 'people')} on it"
    moves = f"{who} {'falls' if people == 1 else 'fall'} back to the default" if people != 0 else "nobody is on it"
    cards = flow.get("cardsCount")
    its = f"its {plural(cards, 'card')}" if isinstance(cards, int) else "its cards"
    held = ", which has no cards" if cards == 0 else f" and {its}"
    return f'This deletes the flow "{flow.get("name") or arguments.flow_id}"{held}; {moves}.'


def _count(answer: Any) -> int | None:
    found = answer.get("count") if isinstance(answer, dict) else answer
    return found if isinstance(found, int) and not isinstance(found, bool) else None


async def read_count(call: Call[GetReengagementFlowContactsCount], answer: Any) -> Any:
    """`count` and `flowId`, since Reply answers with a bare number."""
    count = _count(answer)
    return {"count": "unknown" if count is None else str(count), "flowId": call.arguments.flow_id}


async def name_default(call: Call[GetReengagementFlowState], answer: dict[str, Any]) -> Any:
    """Says that a contact without a flow of its own is on the default one."""
    return {**answer, "flowId": answer.get("flowId") or "none of its own (the default flow applies)"}


async def explain_taken_name(
    call: Call[CreateReengagementFlow | UpdateReengagementFlow], refusal: ApiError
) -> str | None:
    """Flow names are unique within a knowledge base."""
    if refusal.status != 409:
        return None
    return (
        f'409 {refusal.code or ""}: this knowledge base already has a flow "{call.arguments.name}". Nothing '
        "was changed; reply_list_reengagement_flows shows it."
    )


async def explain_assignment_refusal(call: Call[AssignReengagementFlow], refusal: ApiError) -> str | None:
    """One 404 stands for four things that may be missing, and for a sequence on another knowledge base."""
    if refusal.status != 404:
        return None
    arguments = call.arguments
    return (
        f"404 {refusal.code or ''}: the flow is not in knowledge base {arguments.knowledge_base_id}, or sequence "
        f"{arguments.sequence_id} does not draw on it, or contact {arguments.contact_id} does not exist. Nothing was "
        f'changed; reply_get_sequence_knowledge_base {{"sequenceId": {arguments.sequence_id}}} shows the sequence\'s.'
    )

"""Re-engagement flows: the default one, who is on a flow, what refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.reengagement import count_on_flow, people_in, read_cards, read_flows
from reply_mcp.catalog.lookups.titles import read_titles
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.cleaning import quote
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.reengagement_flows import (
        AssignReengagementFlow,
        CreateReengagementFlow,
        DeleteReengagementFlow,
        GetReengagementFlowContactsCount,
        GetReengagementFlowState,
        SetDefaultReengagementFlow,
        UpdateReengagementFlow,
    )


async def read_flow(call: Call) -> dict[str, Any]:
    """The flow, from the list of its knowledge base, since no call reads a single one; {} where it is not listed."""
    arguments = call.arguments
    wanted = str(arguments.flow_id).casefold()
    rows = await read_flows(call, arguments.knowledge_base_id)
    return next((row for row in rows if str(row.get("id")).casefold() == wanted), {})


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
    people = await count_on_flow(call, arguments.knowledge_base_id, arguments.flow_id)
    who = "those on it" if people is None else f"the {plural(people, 'person', 'people')} on it"
    moves = f"{who} {'falls' if people == 1 else 'fall'} back to the default" if people != 0 else "nobody is on it"
    cards = flow.get("cardsCount")
    its = f"its {plural(cards, 'card')}" if isinstance(cards, int) else "its cards"
    held = ", which has no cards" if cards == 0 else f" and {its}"
    return f'This deletes the flow "{flow.get("name") or arguments.flow_id}"{held}; {moves}.'


async def effect_of_flow(call: Call[SetDefaultReengagementFlow | AssignReengagementFlow]) -> Effect:
    """`send` where a card of the flow sends by itself; one request."""
    arguments = call.arguments
    cards, complete = await read_cards(call, arguments.knowledge_base_id, arguments.flow_id)
    return Effect.SEND if cards or not complete else Effect.WRITE


async def preview_assignment(call: Call[AssignReengagementFlow]) -> Question:
    """Whom it puts on which flow, and what that sends them; three requests in a call."""
    who = (await read_titles(call, "{contactId}"))["contactId"]
    return await _describe_flow(call, f"This puts {who} on", "; their days of silence count from now.")


async def preview_default(call: Call[SetDefaultReengagementFlow]) -> Question:
    """How many people it puts on which flow, and what that sends them; three requests in a call."""
    base = call.arguments.knowledge_base_id
    default = next((row.get("id") for row in await read_flows(call, base) if row.get("isDefault")), None)
    count = None if default is None else await count_on_flow(call, base, default)
    people = "" if count is None else f", now {plural(count, 'person', 'people')}"
    question = await _describe_flow(call, f"This puts everybody who is on no other flow{people} on", ".")
    return Question(question.text, {**question.facts, "people": count})


async def _describe_flow(call: Call, before: str, after: str) -> Question:
    """The question with the flow between two texts, and its cards that send by themselves; consent holds for these."""
    arguments = call.arguments
    name = (await read_flow(call)).get("name")
    flow = f"{quote(str(name), 60)} ({arguments.flow_id})" if name else str(arguments.flow_id)
    cards, complete = await read_cards(call, arguments.knowledge_base_id, arguments.flow_id)
    sends = list_some((_describe_card(row) for row in cards), 3)
    rest = "" if complete else " It has more cards than were read."
    text = f"{before} flow {flow}{after} Its cards send by themselves, without review: {sends or 'unknown'}.{rest}"
    return Question(text, {"cards": cards})


def _describe_card(row: dict[str, Any]) -> str:
    """`"After a week", 7 days of silence`."""
    days = row.get("sendAfter")
    after = f", after {plural(days, 'day')} of silence" if isinstance(days, int) else ""
    return f"{quote(str(row.get('name') or row.get('id')), 60)}{after}"


async def read_count(call: Call[GetReengagementFlowContactsCount], answer: Any) -> Any:
    """`count` and `flowId`, since Reply answers with a bare number."""
    count = people_in(answer)
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

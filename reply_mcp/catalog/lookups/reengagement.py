"""To whom the AI SDR writes again by itself after their sequence has ended for them: cards of re-engagement flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.lookups.running import read_running
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, read_rows
from reply_mcp.errors import ApiError

MOST_PLACES = 5
"""Places of one person that are looked at; of more, the others count as written to."""


def is_auto(mode: Any) -> bool:
    """Whether answers in this delivery mode go out without anyone reading them."""
    return str(mode).casefold() == "auto"


def sends_by_itself(card: Mapping[str, Any]) -> bool:
    """Whether a card sends by itself; what it does not say counts as sending."""
    mode = card.get("deliveryMode")
    return card.get("isEnabled") is not False and (mode is None or is_auto(mode))


async def read_cards(call: Call, base_id: Any, flow_id: Any = None) -> tuple[list[dict[str, Any]], bool]:
    """The cards of a flow of a knowledge base that send by themselves, and whether all of its cards were read; one
    request in a call.

    Args:
        flow_id: the default flow where it is None.
    """
    flow = {} if flow_id is None else {"flow_id": flow_id}
    answer = await read_once(call, "ListReengagementCards", knowledgeBaseId=base_id, **flow, top=100)
    rows = read_rows(answer, "what the re-engagement flow sends")
    return [row for row in rows if sends_by_itself(row)], not more_after(answer)


async def read_flows(call: Call, base_id: Any) -> list[dict[str, Any]]:
    """The flows of a knowledge base; one request in a call."""
    answer = await read_once(call, "ListReengagementFlows", knowledgeBaseId=base_id)
    return read_rows(answer, "which re-engagement flows there are")


async def count_on_flow(call: Call, base_id: Any, flow_id: Any) -> int | None:
    """How many people are on a flow; None where that cannot be read. One request in a call."""
    try:
        answer = await read_once(call, "GetReengagementFlowContactsCount", knowledgeBaseId=base_id, flowId=flow_id)
    except ApiError:
        return None
    return people_in(answer)


def people_in(answer: Any) -> int | None:
    """The number that `GetReengagementFlowContactsCount` answers; None for anything else."""
    found = answer.get("count") if isinstance(answer, dict) else answer
    return found if isinstance(found, int) and not isinstance(found, bool) else None


async def find_reengaged(call: Call, contact_id: Any, places: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those places of a contact whose sequence has ended for them, and from which the AI writes to them again.

    One request where the account has no knowledge base; otherwise one for which sequences run, one for each place in
    one of these, and two more for each that draws on a knowledge base. What cannot be read counts as written to.
    """
    ended = list(places)
    if not ended or not await _has_knowledge(call):
        return []
    running, complete = await read_running(call)
    ids = {str(row.get("id")) for row in running}
    near = [place for place in ended if not complete or str(place.get("sequenceId")) in ids]
    found = [place for place in near[:MOST_PLACES] if await _is_reengaged(call, contact_id, place.get("sequenceId"))]
    return [*found, *near[MOST_PLACES:]]


async def _has_knowledge(call: Call) -> bool:
    try:
        answer = await read_once(call, "ListKnowledgeBases", top=1)
        return bool(read_rows(answer, "which knowledge bases there are"))
    except ApiError as refusal:
        # A plan without the AI SDR answers the same as a role that may not read it: then nothing more can be read.
        if refusal.is_denied:
            return False
        raise


async def _is_reengaged(call: Call, contact_id: Any, sequence_id: Any) -> bool:
    try:
        base = await read_record(call, "GetAiSdrSequenceKnowledgeBase", sequenceId=sequence_id)
        state = await read_record(
            call,
            "GetReengagementFlowState",
            knowledgeBaseId=base.get("id"),
            sequence_id=sequence_id,
            contact_id=contact_id,
        )
        cards, complete = await read_cards(call, base.get("id"), state.get("flowId"))
    except ApiError as refusal:
        # No sequence of the AI's (400), or one without a knowledge base (404).
        return refusal.status not in (400, 404)
    return bool(cards) or not complete

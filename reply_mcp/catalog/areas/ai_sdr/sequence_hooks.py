"""AI SDR sequences: what creating one starts, how settings read, what a change of them keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from reply_mcp.catalog.areas.ai_sdr.bodies import AudienceFilters, OfferText
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import describe_sequence, read_autopilot, read_settings
from reply_mcp.catalog.areas.ai_sdr.settings_text import (
    describe_audience,
    format_limits,
    format_signal,
    format_target,
    list_of,
    spaced,
    switched_on,
)
from reply_mcp.catalog.arguments.nulls import forget_nulls
from reply_mcp.catalog.hooks.read_modify_write import fill_unset
from reply_mcp.catalog.hooks.replaced_texts import describe_values
from reply_mcp.catalog.lookups.running import changes_only, send_in_running
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import NotDone
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.sequences import (
        CreateAiSdrSequence,
        GetAiSdrSequenceSettings,
        UpdateAiSdrSequenceSettings,
    )


async def create_effect(call: Call[CreateAiSdrSequence]) -> Effect:
    """With its autopilot on, a new sequence adds people at once."""
    autopilot = call.arguments.autopilot
    return Effect.SEND if autopilot is not None and autopilot.enabled else Effect.WRITE


async def preview_creation(call: Call[CreateAiSdrSequence]) -> str:
    """Whom it adds, how fast, and whether a person approves its messages."""
    arguments = call.arguments
    wire = arguments.wire()
    autopilot = wire.get("autopilot") or {}
    approval = (wire.get("approvalMode") or {}).get("enabled")
    checked = "A person approves each message." if approval else "Nobody has to approve its messages."
    return (
        f'This creates the AI SDR sequence "{arguments.name}" with its autopilot on: it finds and adds people at once, '
        f"{format_limits(autopilot)}, {format_target(autopilot)}. {checked}"
    )


async def change_effect(call: Call[UpdateAiSdrSequenceSettings]) -> Effect | tuple[Effect, ...]:
    """SEND where the sequence runs, and for whom the autopilot adds while it is on; at most two requests in a call."""
    if call.arguments.autopilot is not None:
        status = str((await read_autopilot(call)).get("status") or "unknown").casefold()
        if status != "disabled":
            return Effect.SEND
    if changes_only(call.arguments, ("autopilot",)):
        return Effect.WRITE
    return await send_in_running(sequence="sequence_id")(call)


async def preview_change(call: Call[UpdateAiSdrSequenceSettings]) -> Question:
    """What changes of which sequence, and whether its autopilot is on; two requests in a call."""
    given = ", ".join(key for key in call.arguments.wire() if key != "sequenceId")
    autopilot = str((await read_autopilot(call)).get("status") or "unknown").casefold()
    wire = {key: value for key, value in call.arguments.wire().items() if key != "sequenceId"}
    first = (
        f"This changes {given} of {await describe_sequence(call)} (autopilot {autopilot}): whom the AI adds, or what "
        "it writes to people, changes from now on."
    )
    filters = object_at(wire, "autopilot").pop("filters", None)
    settings = await read_settings(call)
    lines = describe_values(wire, settings)
    if filters is not None:
        held = describe_audience(object_at(object_at(settings, "autopilot"), "filters"))
        lines.append(f"- whom it looks for: {describe_audience(filters) or 'anybody'}, in place of {held or 'anybody'}")
    return Question("\n".join([first, *lines]), {"settings": settings})


async def describe_settings(call: Call[GetAiSdrSequenceSettings], answer: dict[str, Any]) -> Any:
    """Adds to settings, in words: `audience`, `signals`, `research`, `voice`, `approval`."""
    approval = object_at(answer, "approvalMode").get("enabled")
    answer["sequenceId"] = call.arguments.sequence_id
    answer["audience"] = describe_audience(object_at(answer, "autopilot").get("filters"))
    answer["signals"] = [format_signal(signal) for signal in list_of(answer.get("intentSignals"))]
    answer["research"] = list(switched_on(answer.get("personalizationPoints")))
    answer["voice"] = [spaced(str(value)) for value in object_at(answer, "toneOfVoice").values() if value]
    if approval is not None:
        answer["approval"] = "a person approves each message" if approval else "sends without approval"
    return answer


TEXTS = (
    *(f"offer_generation_inputs.{name}" for name in OfferText.model_fields),
    "personalization_points.custom_research.instructions",
)
"""What somebody wrote in the settings."""


async def keep_filters(call: Call[UpdateAiSdrSequenceSettings]) -> None:
    """Fills in the filters that the change leaves out, since Reply replaces all of them; one request.

    A filter is removed by giving it empty (`[]`, false, `{"values": []}`) or null.

    Raises:
        NotDone: where the settings cannot be read, or the filters do not fit together.
    """
    change = call.arguments.autopilot
    given = change.filters if change is not None else None
    if change is None or given is None:
        return
    settings = await read_settings(call)
    if not settings:
        raise NotDone(
            "Nothing was changed: the current filters could not be read, and a change would clear those left out."
        )
    held = object_at(object_at(settings, "autopilot"), "filters")
    kept = {
        info.alias: held[info.alias]
        for name, info in AudienceFilters.model_fields.items()
        if info.alias and _narrows(held.get(info.alias)) and name not in given.model_fields_set
    }
    before = _broken_rules(kept)
    fill_unset(given, kept)
    broken = [rule for rule in _broken_rules(given.wire()) if rule not in before]
    if broken:
        raise NotDone(
            f"Nothing was changed: together with the current filters the search would not be valid: "
            f"{broken[0]}. Current: {describe_audience(held)}. Give the conflicting ones too."
        )
    if kept:
        call.notes.append(f"Unchanged filters: {describe_audience(kept)}.")


async def leave_out_nulls(call: Call[UpdateAiSdrSequenceSettings]) -> None:
    """Leaves out every null, since Reply refuses null in this change. A filter is cleared by being left out, as Reply
    replaces all of them; a note names what null does not clear."""
    forgotten = forget_nulls(call.arguments, every=True)
    stay = [place for place in forgotten if not place.startswith(("autopilot.filters.", "intentSignals["))]
    if stay:
        call.notes.append(f"Null clears nothing in {join(stay)}: left as it is.")


def _broken_rules(filters: dict[str, Any]) -> list[str]:
    """The rules between filters that these break; what is wrong with a single one goes back as Reply holds it."""
    try:
        AudienceFilters.model_validate(filters)
    except ValidationError as error:
        return [one["msg"] for one in error.errors() if one["type"] == "value_error"]
    return []


def _narrows(held: Any) -> bool:
    return held not in (None, [], {}, False) and not (isinstance(held, dict) and held.get("values") == [])


async def note_signals(call: Call[UpdateAiSdrSequenceSettings], answer: Any) -> Any:
    """Notes that the signals given replaced all others."""
    given = call.arguments.intent_signals
    if given is not None:
        types = ", ".join(spaced(signal.type) for signal in given) or "none"
        call.notes.append(f"Intent signals are now: {types}; any others were removed.")
    return answer

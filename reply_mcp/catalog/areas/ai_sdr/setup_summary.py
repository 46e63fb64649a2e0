"""How an AI SDR sequence is set up, in words, and what switching something on it will do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from reply_mcp.catalog.areas.ai_sdr.bodies import AudienceFilters, AutopilotChange
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError


async def settings_of(call: Call) -> dict[str, Any]:
    """The settings, read once in a call; {} where Reply cannot show them (it cannot for some old sequences)."""
    try:
        answer = await read_once(call, "GetAiSdrSequenceSettings", sequenceId=call.arguments.sequence_id)
    except ApiError as refusal:
        if refusal.status < 500:
            raise
        answer = None
    return answer if isinstance(answer, dict) else {}


async def name_and_state(call: Call) -> str:
    """`"Q4 AI" (1704210), active`; one request, the number alone where it fails."""
    id = call.arguments.sequence_id
    try:
        sequence = await read_sequence(call, id)
    except ReplyError:
        return f"sequence {id}"
    return ", ".join(filter(None, [sequence_title(sequence, id), status_of(sequence)]))


def audience_in_words(filters: Any) -> str:
    """`job titles: CTO, not Intern; company sizes: fifty; …`; "" where nothing narrows the search."""
    if not isinstance(filters, dict):
        return ""
    return "; ".join(said for key, value in filters.items() if (said := _filter_said(_spaced(key), value)))


def _filter_said(name: str, value: Any) -> str:
    if value is True:
        return name
    if isinstance(value, list):
        parts = [str(part) if name == "seniorities" else _part_said(part) for part in value]
        return f"{name}: {', '.join(parts)}" if parts else ""
    if isinstance(value, dict) and "values" in value:
        parts = [_part_said(part) for part in _list(value["values"])]
        link = f" {value.get('type') or 'or'} "
        return f"{name}: {link.join(parts)}" if parts else ""
    if isinstance(value, dict):
        low, high, where = value.get("min"), value.get("max"), value.get("department")
        ends = " ".join(
            said for said in (f"from {low} %" if low is not None else "", f"to {high} %" if high is not None else "")
        ).strip()
        return f"{name}{f' in {where}' if where else ''}: {ends or 'any'}" if ends or where else ""
    return f"{name}: {_spaced(str(value))}" if value not in (None, "", False) else ""


def _part_said(part: Any) -> str:
    if isinstance(part, dict):
        negated = "not " if str(part.get("type")).casefold() == "exclude" else ""
        return f"{negated}{part.get('value')}"
    return _spaced(str(part))


def _spaced(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", " ", name)
    return words if " " in name else words.casefold().replace("linked in", "LinkedIn")


def _switched_on(research: Any, path: str = "") -> Iterable[str]:
    if isinstance(research, dict):
        for key, value in research.items():
            if value is True:
                yield _spaced(path if key == "enabled" and path else key)
            elif isinstance(value, dict):
                yield from _switched_on(value, key)


def _signal_said(signal: Any) -> str:
    """`job hiring (keyword: sales ops, entities to find: 200)`."""
    if not isinstance(signal, dict):
        return str(signal)
    facts: list[str] = []

    def gather(part: Any, name: str = "") -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                gather(value, key)
        elif isinstance(part, list):
            plain = [str(one.get("linkedInUrl") if isinstance(one, dict) else one) for one in part]
            if plain:
                facts.append(f"{_spaced(name)}: {', '.join(plain)}")
        elif part not in (None, "", False):
            facts.append(f"{_spaced(name)}: {part}")

    gather({key: value for key, value in signal.items() if key != "type"})
    return f"{_spaced(str(signal.get('type') or 'signal'))} ({'; '.join(facts)})"


def _part(whole: dict[str, Any], key: str) -> dict[str, Any]:
    """The object at `key`, {} where Reply has something else there."""
    value = whole.get(key)
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


async def settings_said(call: Call, answer: Any) -> Any:
    """Adds to settings what their parts say in words: `recipients`, `signals`, `research`, `voice`, `approval`."""
    if not isinstance(answer, dict):
        return answer
    approval = _part(answer, "approvalMode").get("enabled")
    answer["sequenceId"] = call.arguments.sequence_id
    answer["audience"] = audience_in_words(_part(answer, "autopilot").get("filters"))
    answer["signals"] = [_signal_said(signal) for signal in _list(answer.get("intentSignals"))]
    answer["research"] = list(_switched_on(answer.get("personalizationPoints")))
    answer["voice"] = [_spaced(str(value)) for value in _part(answer, "toneOfVoice").values() if value]
    if approval is not None:
        answer["approval"] = "a person approves each message" if approval else "sends without approval"
    return answer


async def filters_kept(call: Call) -> None:
    """A change of filters replaces all of them: sends again those that the caller did not name.

    A filter is removed by giving it empty (`[]`, false, `{"values": []}`)."""
    change: AutopilotChange | None = call.arguments.autopilot
    given = change.filters if change is not None else None
    if given is None:
        return
    settings = await settings_of(call)
    if not settings:
        raise NotDone(
            "Nothing was changed: Reply did not show the filters held, and a change would clear those not given."
        )
    held = _part(_part(settings, "autopilot"), "filters")
    kept = {
        info.alias: _as_taken(held[info.alias], free=name == "seniorities")
        for name, info in AudienceFilters.model_fields.items()
        if info.alias and _narrows(held.get(info.alias)) and name not in given.model_fields_set
    }
    try:
        whole = AudienceFilters.model_validate({**kept, **given.wire()})
    except ValidationError as error:
        raise NotDone(
            "Nothing was changed: with the filters held, the search would not be valid: "
            f"{error.errors()[0]['msg']}. Held: {audience_in_words(held)}. Give the conflicting ones too."
        ) from None
    call.arguments.autopilot.filters = whole
    if kept:
        call.notes.append(f"Kept as they were: {audience_in_words(kept)}.")


def _narrows(held: Any) -> bool:
    return held not in (None, [], {}, False) and not (isinstance(held, dict) and held.get("values") == [])


_TAKEN = ("value", "values", "type", "min", "max", "department")


def _as_taken(held: Any, free: bool = False) -> Any:
    """A filter as Reply showed it, as Reply takes it: without nulls and keys of its own, its words in their case."""
    if isinstance(held, dict):
        return {
            key: _as_taken(part, free=key in ("value", "department"))
            for key, part in held.items()
            if key in _TAKEN and part is not None
        }
    if isinstance(held, list):
        return [_as_taken(part, free) for part in held]
    return held[:1].lower() + held[1:] if isinstance(held, str) and not free else held


async def signals_dropped(call: Call, answer: Any) -> Any:
    """Says that the list of signals is now the one given, since it replaces the one held."""
    given = call.arguments.intent_signals
    if given is not None:
        types = ", ".join(_spaced(signal.type) for signal in given) or "none"
        call.notes.append(f"Intent signals are now: {types}; those not given are gone.")
    return answer


async def create_effect(call: Call) -> Effect:
    """With its autopilot on it adds people at once."""
    autopilot = call.arguments.autopilot
    return Effect.SEND if autopilot is not None and autopilot.enabled else Effect.WRITE


async def create_preview(call: Call) -> str:
    arguments = call.arguments
    wire = arguments.wire()
    autopilot = wire.get("autopilot") or {}
    approval = (wire.get("approvalMode") or {}).get("enabled")
    checked = "A person approves each message." if approval else "Nobody has to approve its messages."
    return (
        f'This creates the AI SDR sequence "{arguments.name}" with its autopilot on: it finds and adds people at once, '
        f"{_limits(autopilot)}, {_whom(autopilot)}. {checked}"
    )


async def not_on_yet(call: Call) -> None:
    """Nothing to ask for where the autopilot is on."""
    status = str((await autopilot_of(call)).get("status") or "").casefold()
    if status == "enabled":
        raise AlreadyDone(
            f"The autopilot of sequence {call.arguments.sequence_id} was on already; nothing was changed.",
        )


async def autopilot_of(call: Call) -> dict[str, Any]:
    return _part(await settings_of(call), "autopilot")


async def enable_preview(call: Call) -> str:
    """What will be added, whom, and whether anyone checks the messages."""
    autopilot = await autopilot_of(call)
    return (
        f"This lets {await name_and_state(call)} find and add people by itself, {_limits(autopilot)}, "
        f"{_whom(autopilot)}. {await _checked(call)}{_why_off(autopilot)}"
    )


async def can_search_now(call: Call) -> None:
    """A search needs the autopilot on and no search under way."""
    autopilot = await autopilot_of(call)
    status = str(autopilot.get("status") or "")
    if status and status.casefold() != "enabled":
        raise NotDone(
            f"Nothing was started: the autopilot of sequence {call.arguments.sequence_id} is {_spaced(status)}."
            f"{_why_off(autopilot)} reply_enable_autopilot switches it on."
        )
    if autopilot.get("isSearchInProgress"):
        raise AlreadyDone("A search is under way already; nothing was started.")


async def force_preview(call: Call) -> str:
    autopilot = await autopilot_of(call)
    return (
        f"This searches now for {await name_and_state(call)} and adds the people found, {_limits(autopilot)}, "
        f"{_whom(autopilot)}. {await _checked(call)}"
    )


async def _checked(call: Call) -> str:
    needed = _part(await settings_of(call), "approvalMode").get("enabled")
    if needed is None:
        return "Whether its messages need approval is not known."
    return "A person approves each message." if needed else "Its messages go out without approval."


def _limits(autopilot: dict[str, Any]) -> str:
    day, company = autopilot.get("maxPeopleToAddPerDay"), autopilot.get("maxPeoplePerCompany")
    said = f"up to {day} a day" if day else "with no daily limit set"
    return f"{said}, {company} of one company" if company else said


def _whom(autopilot: dict[str, Any]) -> str:
    audience = audience_in_words(autopilot.get("filters"))
    return f"looking for {audience}" if audience else "with no filter set"


def _why_off(autopilot: dict[str, Any]) -> str:
    return {
        "disabledbylackofcontacts": " It went off because nobody was found any more.",
        "disabledbycontactslimitexceeded": " It went off because the team holds as many contacts as it may.",
    }.get(str(autopilot.get("status") or "").casefold(), "")


async def step_types_preview(call: Call) -> str:
    now = ", ".join(map(str, _list((await settings_of(call)).get("generatedStepTypes")))) or "unknown"
    return (
        f"This throws away the steps of {await name_and_state(call)} (channels now: {now}), with what people changed "
        f"in them, and has the AI generate new ones for {', '.join(call.arguments.generated_step_types)}."
    )


def none_attached(what: str, attach: str) -> Any:
    """Explains the one code that stands for a missing sequence and for nothing being attached, by one look."""

    async def explain(call: Call, refusal: ApiError) -> str | None:
        if refusal.status != 404:
            return None
        id = call.arguments.sequence_id
        try:
            found = await call.ask("GetSequenceById", id=id)
        except ReplyError:
            return None
        title = sequence_title(found if isinstance(found, dict) else {}, id)
        return f"404: {title} is there, but has no {what}. Nothing was changed. {attach} attaches one."

    return explain

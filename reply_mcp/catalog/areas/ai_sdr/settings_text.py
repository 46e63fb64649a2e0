"""AI SDR settings in words: filters, signals, research, limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from reply_mcp.text.lists import join


def describe_audience(filters: Any) -> str:
    """`job titles: CTO, not Intern; company sizes: fifty; …`; "" where nothing narrows the search."""
    if not isinstance(filters, dict):
        return ""
    return "; ".join(text for key, value in filters.items() if (text := _format_filter(spaced(key), value)))


def _format_filter(name: str, value: Any) -> str:
    if value is True:
        return name
    if isinstance(value, list):
        parts = [f"{part}" if name == "seniorities" else _format_part(part) for part in value]
        return f"{name}: {join(parts)}" if parts else ""
    if isinstance(value, dict) and "values" in value:
        parts = [_format_part(part) for part in list_of(value["values"])]
        link = f" {value.get('type') or 'or'} "
        return f"{name}: {join(parts, link)}" if parts else ""
    if isinstance(value, dict):
        low, high, where = value.get("min"), value.get("max"), value.get("department")
        ends = " ".join(
            text for text in (f"from {low} %" if low is not None else "", f"to {high} %" if high is not None else "")
        ).strip()
        return f"{name}{f' in {where}' if where else ''}: {ends or 'any'}" if ends or where else ""
    return f"{name}: {spaced(f'{value}')}" if value not in (None, "", False) else ""


def _format_part(part: Any) -> str:
    if isinstance(part, dict):
        negated = "not " if str(part.get("type")).casefold() == "exclude" else ""
        return f"{negated}{part.get('value')}"
    return spaced(f"{part}")


def spaced(name: str) -> str:
    """`jobTitles` as `job titles`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", " ", name)
    return words if " " in name else words.casefold().replace("linked in", "LinkedIn")


def switched_on(research: Any, path: str = "") -> Iterable[str]:
    """The names of everything that is on, at any depth."""
    if isinstance(research, dict):
        for key, value in research.items():
            if value is True:
                yield spaced(path if key == "enabled" and path else key)
            elif isinstance(value, dict):
                yield from switched_on(value, key)


def format_signal(signal: Any) -> str:
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
                facts.append(f"{spaced(name)}: {join(plain)}")
        elif part not in (None, "", False):
            facts.append(f"{spaced(name)}: {part}")

    gather({key: value for key, value in signal.items() if key != "type"})
    return f"{spaced(str(signal.get('type') or 'signal'))} ({join(facts, '; ')})"


def format_limits(autopilot: dict[str, Any]) -> str:
    """`up to 20 a day, 2 from one company`."""
    day, company = autopilot.get("maxPeopleToAddPerDay"), autopilot.get("maxPeoplePerCompany")
    text = f"up to {day} a day" if day else "with no daily limit set"
    return f"{text}, {company} from one company" if company else text


def format_target(autopilot: dict[str, Any]) -> str:
    """`looking for job titles: CTO`, or that no filter is set."""
    audience = describe_audience(autopilot.get("filters"))
    return f"looking for {audience}" if audience else "with no filter set"


def explain_off(autopilot: dict[str, Any]) -> str:
    """Why Reply turned the autopilot off, as a sentence after a space; "" where it does not say."""
    return {
        "disabledbylackofcontacts": " Reply turned it off because the search found nobody anymore.",
        "disabledbycontactslimitexceeded": " Reply turned it off because the team has reached its limit of contacts.",
    }.get(str(autopilot.get("status") or "").casefold(), "")


def list_of(value: Any) -> list[Any]:
    """The list; [] where Reply has something else there."""
    return value if isinstance(value, list) else []

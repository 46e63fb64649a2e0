"""Settings as they are: numbers for choices, stages that are taken all together only, changes that are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import NotDone

STAGES = 8
"""Reply has as many stages of contacts, and of companies, and takes them all together only."""

_WORDS: dict[tuple[str, str], dict[int, str]] = {
    ("safety", "nonRepliesHandlingType"): {0: "nothing", 1: "pause", 2: "finish"},
    ("safety", "inboxNonRepliesHandlingType"): {0: "nothing", 1: "pause"},
    ("handling", "pauseProspectOrganizationValue"): {1: "in the same sequence", 2: "in all sequences"},
    ("handling", "pauseProspectInAllCampaignValue"): {1: "pause", 2: "finish"},
}


async def choices_in_words(call: Call, answer: Any) -> Any:
    """Adds a word, with `_` before the key, beside each choice that is a number."""
    if not isinstance(answer, dict):
        return answer
    for section, part in (("emails", "safety"), ("contacts", "handling")):
        held = (answer.get(section) or {}).get(part) if isinstance(answer.get(section), dict) else None
        for (place, key), words in _WORDS.items():
            if place == part and isinstance(held, dict) and isinstance(held.get(key), int) and held[key] in words:
                held[f"_{key}"] = words[held[key]]
    return answer


async def all_stages(call: Call) -> None:
    """Completes stages that were given in part with those that hold now, since Reply takes all eight or none. One
    request, where some are missing."""
    contacts = call.arguments.contacts
    for name in ("contact_stages", "account_stages"):
        given = getattr(contacts, name, None)
        if given is None or len(given) == STAGES:
            continue
        wire = type(contacts).model_fields[name].alias
        held = await read_once(call, "GetSettings")
        rows = ((held.get("contacts") or {}).get(wire) if isinstance(held, dict) else None) or ()
        changed = {one.id: one for one in given}
        part = type(given[0]) if given else None
        if part is None or len(rows) != STAGES:
            raise NotDone(
                f"Nothing was changed: contacts.{wire} takes all {STAGES} stages, and Reply did not give those that "
                "hold now. Give all of them."
            )
        known = [info.alias for info in part.model_fields.values()]
        setattr(
            contacts,
            name,
            [
                changed.get(row.get("id"))
                or part.model_validate({key: row[key] for key in known if row.get(key) is not None})
                for row in rows
            ],
        )


async def really_changed(call: Call, answer: Any) -> dict[str, Any]:
    """Compares what was asked with the settings that Reply answers with; gives `outcome`, a sentence."""
    asked = dict(_leaves(call.arguments.wire()))
    held = dict(_leaves(answer)) if isinstance(answer, dict) else {}
    if not held:
        return {"outcome": "Reply took the change without saying what holds now: reply_get_settings shows it."}
    done = [f"{path} = {_said(value)}" for path, value in asked.items() if _agrees(value, held.get(path))]
    other = [path for path, value in asked.items() if not _agrees(value, held.get(path))]
    outcome = f"Changed: {', '.join(done)}." if done else ""
    if other:
        kept = ", ".join(f"{path} (is {_said(held.get(path))})" for path in other)
        outcome += f"{' ' if done else ''}NOT taken over by Reply: {kept}."
    return {"outcome": outcome}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """`emails.safety.firstStepDelay` and its value for everything that is set; lists are leaves."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif path:
        yield path, value


def _agrees(asked: Any, held: Any) -> bool:
    """Whether Reply holds what was asked: in lists of named things, each of them by what was given of it."""
    if asked in (None, "") and held in (None, ""):
        return True
    if isinstance(asked, list) and isinstance(held, list):
        return all(any(_within(one, row) for row in held) for one in asked)
    return bool(asked == held)


def _within(asked: Any, row: Any) -> bool:
    if not isinstance(asked, dict) or not isinstance(row, dict):
        return bool(asked == row)
    return all(row.get(key) == value for key, value in asked.items() if value is not None)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return f"{len(value)} entries"
    return "nothing" if value is None else str(value)

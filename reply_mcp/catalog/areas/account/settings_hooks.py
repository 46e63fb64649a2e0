"""Settings: choices in words, stages completed, changes verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_modify_write import documented, fill_unset, is_whole
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import NotDone
from reply_mcp.text.lists import join, plural
from reply_mcp.text.outside import mark_outside, raw

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.account.bodies import CompanyStage, ContactStage
    from reply_mcp.catalog.areas.account.settings import GetSettings, UpdateSettings

STAGES = 8
"""Stages of contacts, and of companies; Reply accepts only all of them."""

_WORDS: dict[tuple[str, str], dict[int, str]] = {
    ("safety", "nonRepliesHandlingType"): {0: "nothing", 1: "pause", 2: "finish"},
    ("safety", "inboxNonRepliesHandlingType"): {0: "nothing", 1: "pause"},
    ("handling", "pauseProspectOrganizationValue"): {1: "in the same sequence", 2: "in all sequences"},
    ("handling", "pauseProspectInAllCampaignValue"): {1: "pause", 2: "finish"},
}


async def describe_choices(call: Call[GetSettings], answer: dict[str, Any]) -> Any:
    """Adds the word for each choice that is a number, under its key with `_` before it."""
    for section, part in (("emails", "safety"), ("contacts", "handling")):
        held = object_at(object_at(answer, section), part)
        for (place, key), words in _WORDS.items():
            if place == part and isinstance(held.get(key), int) and held[key] in words:
                held[f"_{key}"] = words[held[key]]
    return answer


async def complete_stages(call: Call[UpdateSettings]) -> None:
    """Adds the stages that are left out as they are now, since Reply accepts all eight or none. One request where some
    are left out.

    Raises:
        NotDone: where the stages cannot be read.
    """
    contacts = call.arguments.contacts
    if contacts is None:
        return
    for name in ("contact_stages", "account_stages"):
        given: list[ContactStage | CompanyStage] | None = getattr(contacts, name)
        if given is None or (len(given) == STAGES and all(map(is_whole, given))):
            continue
        wire = type(contacts).model_fields[name].alias or name
        answer = await read_record(call, "GetSettings")
        rows = rows_of(object_at(answer, "contacts").get(wire))
        if not given or len(rows) != STAGES:
            raise NotDone(
                f"Nothing was changed: contacts.{wire} takes all {STAGES} stages, and the current ones could not be "
                "read. Give all of them."
            )
        changed: dict[Any, Any] = {one.id: one for one in given}
        setattr(contacts, name, documented(type(contacts).model_fields[name].annotation, rows))
        for number, row in enumerate(rows):
            if (one := changed.get(row.get("id"))) is not None:
                fill_unset(one, row)
                getattr(contacts, name)[number] = one


async def verify_change(call: Call[UpdateSettings], answer: dict[str, Any]) -> dict[str, Any]:
    """Compares the change with the settings that Reply answers with; gives `outcome`, a sentence."""
    asked = dict(leaves(call.arguments.wire()))
    held = dict(leaves(answer))
    if not held:
        return {"outcome": "Reply accepted the change without showing the settings: reply_get_settings shows them."}
    done = [f"{path} = {format_value(value)}" for path, value in asked.items() if agrees(value, held.get(path))]
    other = [path for path, value in asked.items() if not agrees(value, held.get(path))]
    outcome = f"Changed: {join(done)}." if done else ""
    if other:
        kept = ", ".join(f"{path} (is {format_value(held.get(path))})" for path in other)
        outcome += f"{' ' if done else ''}NOT changed by Reply: {kept}."
    return {"outcome": outcome}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """`emails.safety.firstStepDelay` and its value for everything that is set; lists are leaves."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif path:
        yield path, value


def agrees(asked: Any, held: Any) -> bool:
    """Whether Reply holds what was asked; rows of a list are compared by the keys that were given."""
    if asked in (None, "") and held in (None, ""):
        return True
    if isinstance(asked, list) and isinstance(held, list):
        return all(any(_within(one, row) for row in held) for one in asked)
    return bool(asked == held)


def _within(asked: Any, row: Any) -> bool:
    if not isinstance(asked, dict) or not isinstance(row, dict):
        return bool(asked == row)
    return all(row.get(key) == value for key, value in asked.items() if value is not None)


def addresses_in(text: str) -> list[str]:
    """The addresses of a list that is one text, with commas, semicolons or blanks between them."""
    return [address for address in re.split(r"[,;\s]+", raw(text)) if address]


def format_setting(path: str, value: Any) -> str:
    """A setting in words; of a list of addresses each one, since a long text would be cut."""
    if path.lower().endswith("bcclist") and isinstance(value, str) and value:
        return join(mark_outside(addresses_in(value)))
    return format_value(value)


def format_value(value: Any) -> str:
    """A setting in words: `on`, `off`, `nothing`, `3 entries`, or as it is."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return plural(len(value), "entry")
    return "nothing" if value in (None, "") else str(value)

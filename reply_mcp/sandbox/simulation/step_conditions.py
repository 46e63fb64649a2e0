"""What condition steps can ask of a contact, and the answer."""

from __future__ import annotations

from collections.abc import Callable

from reply_mcp.sandbox.records.contact import SIZES
from reply_mcp.sandbox.store import Doc

TEXT_OPERATORS = ("is", "isNot", "contains", "notContains", "isSet", "isNotSet")
TEXT_PROPERTIES = (
    "firstName", "lastName", "email", "title", "company", "industry", "city", "state", "country", "phone",
    "linkedInUrl", "notes",
)  # fmt: skip
HISTORY = {
    "emailOpened": "isOpened",
    "emailClicked": "isClicked",
    "emailReplied": "isReplied",
    "linkedInConnected": "_isConnected",
}

_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "is": lambda own, wanted: own == wanted,
    "isnot": lambda own, wanted: own != wanted,
    "contains": lambda own, wanted: wanted in own,
    "notcontains": lambda own, wanted: wanted not in own,
    "isset": lambda own, wanted: own not in ("", "empty"),
    "isnotset": lambda own, wanted: own in ("", "empty"),
}


def condition_properties() -> dict[str, Doc]:
    """Every property with the operators it takes and, where they are few, its values."""
    found: dict[str, Doc] = {name: {"operators": list(TEXT_OPERATORS), "values": None} for name in TEXT_PROPERTIES}
    found["companySize"] = {
        "operators": ["is", "isNot", "isSet"],
        "values": [size[0].lower() + size[1:] for size in SIZES],
    }
    for name in HISTORY:
        found[name] = {"operators": ["is"], "values": ["true", "false"]}
    return found


def conditions_hold(step: Doc, contact: Doc, membership: Doc) -> bool:
    """Whether all conditions of the step hold; within one, any rule is enough."""
    return all(
        any(
            _rule_holds(condition.get("property", ""), rule, contact, membership)
            for rule in condition.get("rules") or []
        )
        for condition in step.get("conditions") or []
    )


def _rule_holds(name: str, rule: Doc, contact: Doc, membership: Doc) -> bool:
    own = str(bool(membership.get(HISTORY[name])) if name in HISTORY else contact.get(name) or "")
    compare = _COMPARE.get(str(rule.get("operator") or "").lower())
    return compare is not None and compare(own.lower(), str(rule.get("value") or "").lower())

"""Who may not be written to: domains and addresses blocked by rules, and the exceptions."""

from __future__ import annotations

from reply_mcp.sandbox.store import Doc, Store

DOMAIN, EMAIL, EXCEPTION = "blacklistDomain", "blacklistEmail", "blacklistEmailException"
"""The kinds of rules in the store; each has a `pattern` in lower case."""


def blocking_rule(store: Store, team_id: int, email: str | None) -> Doc | None:
    """The rule that forbids writing to this address, or None.

    A domain rule covers subdomains too. An exception lets an address through whatever blocks it.
    """
    address = (email or "").strip().lower()
    if "@" not in address or _find_rule(store, EXCEPTION, team_id, address):
        return None
    rule = _find_rule(store, EMAIL, team_id, address)
    labels = address.rsplit("@", 1)[1].split(".")
    for at in range(len(labels) - 1):
        rule = rule or _find_rule(store, DOMAIN, team_id, ".".join(labels[at:]))
    return rule


def _find_rule(store: Store, kind: str, team_id: int, pattern: str) -> Doc | None:
    return next((one for one in store.all(kind, pattern=pattern) if one["_teamId"] == team_id), None)

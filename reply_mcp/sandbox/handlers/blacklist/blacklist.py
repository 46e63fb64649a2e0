"""Blacklist rules: blocked domains, blocked addresses, and addresses that stay contactable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reply_mcp.sandbox.http.bulk import bulk_ids
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.blocking import DOMAIN, EMAIL, EXCEPTION
from reply_mcp.sandbox.records.contact import is_email
from reply_mcp.sandbox.records.ownership import change_each, team_record_or_404
from reply_mcp.sandbox.store import Doc, public_fields

DUPLICATE = 2
"""The number that Reply documents for an item whose pattern has a rule already."""

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def is_domain(value: Any) -> bool:
    """Whether the value is a bare domain: no scheme, no address."""
    return isinstance(value, str) and len(value) <= 253 and _DOMAIN.fullmatch(value.strip().lower()) is not None


@dataclass(frozen=True, slots=True)
class Rules:
    """One of the three kinds: how its operations are called, what a pattern is, whether Reply has rules of its own."""

    kind: str
    name: str
    code: str
    fits: Callable[[Any], bool]
    malformed: str
    seeded: bool

    def rows(self, call: HandlerCall) -> Doc:
        """A page of the rules, by pattern where `search` is given."""
        wanted = call.query.get("search", "").strip().lower()
        found = [one for one in call.store.all(self.kind, _teamId=call.key.team_id) if wanted in one["pattern"]]
        return paginate(call, [public_fields(one) for one in found], code=f"{self.code}.invalidPagination")

    def one(self, call: HandlerCall) -> Doc:
        """One rule."""
        return public_fields(self._held(call))

    def create(self, call: HandlerCall) -> HandlerResponse:
        """Add a rule; a pattern has at most one."""
        pattern = self._pattern(call)
        self._refuse_double(call, pattern)
        return HandlerResponse(201, public_fields(self._keep(call, pattern)))

    def update(self, call: HandlerCall) -> Doc:
        """Replace the pattern."""
        own, pattern = self._held(call), self._pattern(call)
        if own.get("isGlobal"):
            raise Problem(403, f"{self.code}.forbidden", "A global rule cannot be changed.")
        self._refuse_double(call, pattern, own["id"])
        return public_fields(call.store.put(self.kind, {**own, "pattern": pattern}))

    def delete(self, call: HandlerCall) -> HandlerResponse:
        """Lift a rule; Reply's own stay."""
        own = self._held(call)
        if own.get("isGlobal"):
            raise Problem(403, f"{self.code}.globalRuleReadOnly", "A global rule cannot be deleted.")
        call.store.delete(self.kind, own["id"])
        return HandlerResponse(204)

    def bulk_create(self, call: HandlerCall) -> list[Doc]:
        """Add many: one malformed pattern refuses all; then each item has a result of its own."""
        items = call.body
        if not isinstance(items, list) or not items:
            raise invalid(("", "A non-empty array is required."))
        patterns = [item.get("pattern") if isinstance(item, dict) else None for item in items]
        wrong = [(f"/{at}/pattern", self.malformed) for at, one in enumerate(patterns) if not self.fits(one)]
        if wrong:
            raise invalid(*wrong)
        results: list[Doc] = []
        for given in patterns:
            pattern = str(given).strip().lower()
            if self._same(call, pattern):
                details = f"A rule for '{pattern}' already exists."
                results.append({"id": None, "error": DUPLICATE, "errorDetails": details})
            else:
                results.append({"id": self._keep(call, pattern)["id"], "error": None, "errorDetails": None})
        return results

    def bulk_delete(self, call: HandlerCall) -> Doc:
        """Lift many; the answer holds the failures only."""

        def lift(own: Doc) -> None:
            if own.get("isGlobal"):
                raise Problem(403, f"{self.code}.globalRuleReadOnly", "A global rule cannot be deleted.")
            call.store.delete(self.kind, own["id"])

        ids = bulk_ids(call, "ids", "At least one ID is required.")
        return change_each(call, self.kind, ids, lift, "Rule {id} was not found.")

    def _held(self, call: HandlerCall) -> Doc:
        return team_record_or_404(call, self.kind, f"{self.code}.notFound", "Rule")

    def _pattern(self, call: HandlerCall) -> str:
        pattern = call.json_object().get("pattern")
        if not self.fits(pattern):
            raise invalid(("/pattern", self.malformed))
        return str(pattern).strip().lower()

    def _same(self, call: HandlerCall, pattern: str) -> list[Doc]:
        return [one for one in call.store.all(self.kind, pattern=pattern) if one["_teamId"] == call.key.team_id]

    def _refuse_double(self, call: HandlerCall, pattern: str, own: int | None = None) -> None:
        if any(one["id"] != own for one in self._same(call, pattern)):
            raise Problem(409, f"{self.code}.duplicate", f"A rule for '{pattern}' already exists.")

    def _keep(self, call: HandlerCall, pattern: str) -> Doc:
        rule: Doc = {"id": None, "pattern": pattern, "_teamId": call.key.team_id}
        return call.store.put(self.kind, {**rule, "isGlobal": False} if self.seeded else rule)


_EMAIL_WORDS = "A valid email address is required."
KINDS = (
    Rules(
        DOMAIN, "Domain", "blacklistDomainRule", is_domain, "A valid domain, such as example.com, is required.", True
    ),
    Rules(EMAIL, "Email", "blacklistEmailRule", is_email, _EMAIL_WORDS, True),
    Rules(EXCEPTION, "EmailException", "blacklistEmailExceptionRule", is_email, _EMAIL_WORDS, False),
)

for _rules in KINDS:
    operation(f"GetBlacklist{_rules.name}Rules")(_rules.rows)
    operation(f"GetBlacklist{_rules.name}RuleById")(_rules.one)
    operation(f"CreateBlacklist{_rules.name}Rule")(_rules.create)
    operation(f"UpdateBlacklist{_rules.name}Rule")(_rules.update)
    operation(f"DeleteBlacklist{_rules.name}Rule")(_rules.delete)
    operation(f"BulkCreateBlacklist{_rules.name}Rules")(_rules.bulk_create)
    operation(f"BulkDeleteBlacklist{_rules.name}Rules")(_rules.bulk_delete)

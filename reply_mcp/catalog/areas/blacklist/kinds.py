"""The three kinds of rules: what all their operations have in common, and the hooks around them.

Rules on domains and on addresses block, exceptions allow. What takes a block away counts as a send, since people can
be contacted again; a rule that exists already is no failure.
"""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, key_by_label, translate_reasons
from reply_mcp.catalog.hooks.existing import Existing, find_existing, names_on_page
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.views import Card, Column, Table
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError
from reply_mcp.text.lists import list_some

REASONS = {1: "notFound", 2: "duplicate", 3: "globalRuleReadOnly", 4: "invalidPattern", 5: "notAdded"}
"""Reply's numbers for what failed in a bulk call."""

_MOST_DELETED_NAMED = 3
_MOST_ALLOWED_NAMED = 5
_MOST_PAGES = 3

Header = dict[str, Any]
"""What the operations of a kind have in common in their headers."""


class RuleKind:
    """One kind of rules.

    Args:
        name: as in the ids of v3's operations: `GetBlacklist{name}Rules`.
        list_tool: the tool that lists rules of this kind.
        get_tool: the tool that reads one.
    """

    state = ""
    """What a pattern with such a rule is."""
    rows: Table
    card: Card

    def __init__(self, name: str, *, list_tool: str, get_tool: str) -> None:
        self.list_id = f"GetBlacklist{name}Rules"
        self.read_id = f"GetBlacklist{name}RuleById"
        self.list_tool = list_tool
        self.get_tool = get_tool

    @property
    def listing(self) -> Header:
        return {"scope": "contacts:read", "view": self.rows, "after": [drop_repeated_rows]}

    @property
    def reading(self) -> Header:
        return {"scope": "contacts:read", "view": self.card}

    @property
    def creation(self) -> Header:
        search = f'{self.list_tool} {{{{"search": "{{pattern}}"}}}}'
        return {"scope": "contacts:write", "idempotent": True, "run": self.add, "verify_with": search}

    @property
    def change(self) -> Header:
        return {
            "scope": "contacts:write",
            "effect": Effect.SEND,
            "effect_for": self.effect_of_change,
            "preview": self.preview_change,
            "verify_with": f'{self.get_tool} {{{{"id": {{id}}}}}}',
        }

    @property
    def deletion(self) -> Header:
        return {
            "scope": "contacts:write",
            "preview": self.preview_deletion,
            "verify_with": f'{self.get_tool} {{{{"id": {{id}}}}}}',
        }

    @property
    def bulk_creation(self) -> Header:
        return {
            "scope": "contacts:write",
            "idempotent": True,
            "before": [drop_duplicate_patterns],
            "after": [key_by_label("rules", lambda rule: str(rule.pattern), REASONS)],
            "verify_with": f"{self.list_tool} {{{{}}}}",
        }

    @property
    def bulk_deletion(self) -> Header:
        return {
            "scope": "contacts:write",
            "effect": Effect.DELETE,
            "idempotent": True,
            "before": [drop_duplicate_ids],
            "preview": self.preview_bulk_deletion,
            "after": [translate_reasons(REASONS)],
            "verify_with": f"{self.list_tool} {{{{}}}}",
        }

    async def find(self, call: Call, pattern: str) -> dict[str, Any] | None:
        """The rule with exactly this pattern in any case, since Reply's search matches parts. Up to three requests."""
        pages = Pages(call, self.list_id, "the blacklist", {"search": pattern}, size=PAGE, once=True)
        for _ in range(_MOST_PAGES):
            found = next((row for row in await pages.read() if _same(row.get("pattern"), pattern)), None)
            if found is not None or not pages.more:
                return found
        return None

    async def read(self, call: Call) -> dict[str, Any]:
        """The rule that the call is about; one request in a call."""
        return await read_record(call, self.read_id, id=call.arguments.id)

    async def add(self, call: Call) -> Any:
        """Adds the rule; raises `AlreadyDone` with its id where it exists already."""
        try:
            return await call.send()
        except ApiError as refusal:
            if not (refusal.code or "").endswith(".duplicate"):
                raise
            pattern = call.arguments.pattern
            try:
                held = await self.find(call, pattern)
            except ReplyError:
                held = None
        raise self.already(pattern, held)

    def already(self, pattern: str, held: dict[str, Any] | None) -> AlreadyDone:
        """That there is a rule with this pattern, which one if that is known."""
        by = f" by rule {held.get('id')}" + (", one of Reply's own" if held.get("isGlobal") else "") if held else ""
        return AlreadyDone(f"{pattern} is {self.state} already{by}; nothing was changed.")

    async def effect_of_change(self, call: Call) -> Effect:
        """SEND for another pattern, which frees whom a rule blocked or an exception's new address; the same pattern in
        another case changes nothing. One request."""
        held = await self.read(call)
        return Effect.WRITE if _same(held.get("pattern"), call.arguments.pattern) else Effect.SEND

    async def preview_change(self, call: Call) -> str:
        raise NotImplementedError

    async def preview_deletion(self, call: Call) -> str:
        raise NotImplementedError

    async def preview_bulk_deletion(self, call: Call) -> str:
        raise NotImplementedError

    async def find_rules(self, call: Call, noun: str) -> Existing:
        """The rules by pattern: one request, and one for each of the first three that are not among the first
        thousand."""

        async def read(id: Any) -> str:
            held = await read_record(call, self.read_id, id=id)
            return str(held.get("pattern"))

        ids = call.arguments.ids
        known = await names_on_page(call, ids, self.list_id, lambda row, _: str(row.get("pattern")))
        return await find_existing(ids, noun, read, known=known, most=_MOST_DELETED_NAMED, finder=self.list_tool)


class BlockingRules(RuleKind):
    """Rules that block domains or addresses; some are Reply's own, which nobody can change."""

    state = "blocked"
    rows = Table(
        "rules",
        ("id", Column("blocks", "pattern"), Column("Reply's own", "isGlobal", "flag")),
        empty="No rule matches; search matches parts.",
    )
    card = Card("Rule {id} blocks {pattern}", ((Column("Reply's own, read-only", "isGlobal", "flag"),),))

    @property
    def change(self) -> Header:
        return {**super().change, "before": [self.check_editable]}

    @property
    def deletion(self) -> Header:
        return {
            **super().deletion,
            "effect": Effect.SEND,
            "effect_for": effect_of_lifting,
            "before": [self.check_editable],
        }

    @property
    def bulk_deletion(self) -> Header:
        return {**super().bulk_deletion, "effect": Effect.SEND, "effect_for": effect_of_lifting}

    async def check_editable(self, call: Call) -> None:
        """Raises `NotDone` for one of Reply's own rules, which Reply refuses to change. One request in a call."""
        held = await self.read(call)
        if held.get("isGlobal"):
            raise NotDone(
                f"Nothing was changed: rule {call.arguments.id} ({held.get('pattern')}) is one of Reply's own, which "
                "nobody can change or delete."
            )

    async def preview_change(self, call: Call) -> str:
        old, new = (await self.read(call)).get("pattern") or "?", call.arguments.pattern
        return f"This makes rule {call.arguments.id} block {new} instead of {old}: {await _describe_free(call, old)}."

    async def preview_deletion(self, call: Call) -> str:
        pattern = str((await self.read(call)).get("pattern") or "?")
        return f"This deletes the rule that blocks {pattern}: {await _describe_free(call, pattern)}."

    async def preview_bulk_deletion(self, call: Call) -> str:
        found = await self.find_rules(call, "rule")
        return (
            f"This lifts the block on {found.listed}: they can be contacted again, unless another rule covers them."
            f"{found.missing}"
        )


class ExceptionRules(RuleKind):
    """Addresses that stay contactable although their domain is blocked."""

    state = "allowed"
    rows = Table("exceptions", ("id", Column("allows", "pattern")), empty="There is no such exception.")
    card = Card("Exception {id} allows {pattern}")

    @property
    def creation(self) -> Header:
        return {**super().creation, "effect": Effect.SEND, "preview": preview_exception}

    @property
    def bulk_creation(self) -> Header:
        return {**super().bulk_creation, "effect": Effect.SEND, "preview": preview_exceptions}

    async def preview_change(self, call: Call) -> str:
        old, new = (await self.read(call)).get("pattern") or "?", call.arguments.pattern
        return (
            f"This moves exception {call.arguments.id} from {old} to {new}: {new} can be contacted "
            f"{await _describe_override(call, new)}, and {old} falls back under the blacklist."
        )

    async def preview_deletion(self, call: Call) -> str:
        pattern = str((await self.read(call)).get("pattern") or "?")
        return f"This ends the exception for {pattern}: it is blocked again wherever a rule covers it."

    async def preview_bulk_deletion(self, call: Call) -> str:
        found = await self.find_rules(call, "exception")
        return (
            f"This ends {found.count} ({found.listed}): blocked again wherever a rule covers the address."
            f"{found.missing}"
        )


DOMAINS = BlockingRules(
    "Domain", list_tool="reply_list_blacklist_domain_rules", get_tool="reply_get_blacklist_domain_rule"
)
EMAILS = BlockingRules("Email", list_tool="reply_list_blacklist_email_rules", get_tool="reply_get_blacklist_email_rule")
EXCEPTIONS = ExceptionRules(
    "EmailException", list_tool="reply_list_blacklist_exceptions", get_tool="reply_get_blacklist_exception"
)


async def drop_duplicate_patterns(call: Call) -> None:
    """Leaves each pattern in the arguments once, in whatever case."""
    kept: dict[str, Any] = {}
    for one in call.arguments.rules:
        kept.setdefault(one.pattern.casefold(), one)
    call.arguments.rules = list(kept.values())


async def effect_of_lifting(call: Call) -> tuple[Effect, ...]:
    """A deleted rule is gone for good, and whom it blocked can be contacted again."""
    return (Effect.SEND, Effect.DELETE)


async def preview_exception(call: Call) -> str:
    """Whom it lets through in spite of which rule; up to six requests.

    Raises:
        AlreadyDone: where there is this exception already.
    """
    pattern = call.arguments.pattern
    held = await EXCEPTIONS.find(call, pattern)
    if held is not None:
        raise EXCEPTIONS.already(pattern, held)
    return f"This makes {pattern} contactable {await _describe_override(call, pattern)}."


async def preview_exceptions(call: Call) -> str:
    """Those that are no exceptions yet, as far as the first thousand exceptions tell; one request.

    Raises:
        AlreadyDone: where all of them are exceptions already.
    """
    patterns = [one.pattern for one in call.arguments.rules]
    held = {
        str(row.get("pattern") or "").strip().casefold()
        for row in rows_of(await read_once(call, EXCEPTIONS.list_id, top=PAGE))
    }
    new = [one for one in patterns if one.strip().casefold() not in held]
    if not new:
        raise AlreadyDone(f"{list_some(patterns, _MOST_ALLOWED_NAMED)}: allowed already; nothing was changed.")
    others = f" Allowed already: {len(patterns) - len(new)}." if len(new) < len(patterns) else ""
    return f"This makes {list_some(new, _MOST_ALLOWED_NAMED)} contactable, whatever domain is blocked.{others}"


async def _find_domain_rule(call: Call, address: str) -> str | None:
    """The rule that blocks the domain of an address, `acme.com (rule 12)`."""
    domain = address.rpartition("@")[2]
    held = await DOMAINS.find(call, domain)
    return f"{domain} (rule {held.get('id')})" if held else None


async def _describe_free(call: Call, pattern: str) -> str:
    """Who can be contacted once the rule with this pattern is gone; up to three requests."""
    if "@" not in pattern:
        return f"everyone at {pattern} can be contacted again"
    domain = await _find_domain_rule(call, pattern)
    return f"it stays blocked by the rule for {domain}" if domain else f"{pattern} can be contacted again"


async def _describe_override(call: Call, address: str) -> str:
    """What an exception for this address overrides; up to three requests."""
    domain = await _find_domain_rule(call, address)
    return f"although {domain} is blocked" if domain else "(no rule blocks its domain now)"


def _same(one: Any, other: Any) -> bool:
    return str(one or "").strip().casefold() == str(other or "").strip().casefold()

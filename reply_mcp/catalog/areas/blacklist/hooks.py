"""What the blacklist calls leave unsaid: what is blocked already, by which rule, and who can be contacted again."""

from __future__ import annotations

import re
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError

REASONS = {1: "notFound", 2: "duplicate", 3: "globalRuleReadOnly", 4: "invalidPattern", 5: "notAdded"}
"""Reply's numbers for what failed in a bulk call."""

_MOST_NAMED = 3
_MOST_PAGES = 3
_DOMAIN = re.compile(r"[^\s@/:?#.]+(\.[^\s@/:?#.]+)+")

DOMAINS = ("GetBlacklistDomainRules", "GetBlacklistDomainRuleById")
EMAILS = ("GetBlacklistEmailRules", "GetBlacklistEmailRuleById")
EXCEPTIONS = ("GetBlacklistEmailExceptionRules", "GetBlacklistEmailExceptionRuleById")


def bare_domain(value: str) -> str:
    """The domain as a rule takes it.

    Raises:
        ValueError: with the domain that is probably meant, where it is an address or a link.
    """
    text = value.strip()
    if "@" in text.strip("@"):
        raise ValueError(f'"{text}" is an address: block it with reply_create_blacklist_email_rule, or give its domain')
    bare = re.sub(r"[/?#:].*$", "", re.sub(r"^([a-z]+://|@)", "", text, flags=re.IGNORECASE))
    meant = re.sub(r"^www\.", "", bare, flags=re.IGNORECASE)
    if not _DOMAIN.fullmatch(bare):
        raise ValueError(f'a bare domain such as acme.com, got "{text}"')
    if meant != text:
        raise ValueError(f'a bare domain, got "{text}": "{meant}" is what people\'s addresses end in')
    return text


def _same(a: Any, b: Any) -> bool:
    return str(a or "").strip().casefold() == str(b or "").strip().casefold()


def _listing(call: Call) -> tuple[str, str]:
    """The operations that list and read rules of the kind that this call is about."""
    id = type(call.arguments).operation.id
    return EXCEPTIONS if "Exception" in id else EMAILS if "Email" in id else DOMAINS


async def rule_for(call: Call, listing: str, pattern: str) -> dict[str, Any] | None:
    """The rule with exactly this pattern, whatever its case: Reply's search matches parts. Up to three requests."""
    for page in range(_MOST_PAGES):
        answer = await read_once(call, listing, search=pattern, top=PAGE, skip=page * PAGE)
        found = next((row for row in rows_of(answer) if _same(row.get("pattern"), pattern)), None)
        if found is not None or not more_after(answer):
            return found
    return None


async def add_once(call: Call) -> Any:
    """Adds the rule; where it is there already, says by which id, as a settled thing and no failure."""
    try:
        return await call.send()
    except ApiError as refusal:
        if not (refusal.code or "").endswith(".duplicate"):
            raise
        pattern = call.arguments.pattern
        try:
            held = await rule_for(call, _listing(call)[0], pattern)
        except ReplyError:
            held = None
    by = f" by rule {held.get('id')}" + (", one of Reply's own" if held.get("isGlobal") else "") if held else ""
    state = "allowed" if _listing(call) is EXCEPTIONS else "blocked"
    raise AlreadyDone(f"{pattern} is {state} already{by}; nothing was changed.")


async def each_once(call: Call) -> None:
    """Sends each pattern once."""
    kept: dict[str, Any] = {}
    for one in call.arguments.rules:
        kept.setdefault(one.pattern.casefold(), one)
    call.arguments.rules = list(kept.values())


async def own_rule(call: Call) -> None:
    """Stops before a rule of Reply's own is touched, which it refuses. One request, which the preview shares."""
    held = await _held(call)
    if held.get("isGlobal"):
        raise NotDone(
            f"Nothing was changed: rule {call.arguments.id} ({held.get('pattern')}) is one of Reply's own, which "
            "nobody can change or delete."
        )


async def lifting(call: Call) -> tuple[Effect, ...]:
    """A rule that goes is gone, and whom it blocked can be contacted again."""
    return (Effect.SEND, Effect.DELETE)


async def change_effect(call: Call) -> Effect:
    """Another pattern makes those of the old one contactable again; the same one changes nothing."""
    held = await _held(call)
    return Effect.WRITE if _same(held.get("pattern"), call.arguments.pattern) else Effect.SEND


async def change_preview(call: Call) -> str:
    held = await _held(call)
    old, new = held.get("pattern") or "?", call.arguments.pattern
    if _listing(call) is EXCEPTIONS:
        return (
            f"This moves exception {call.arguments.id} from {old} to {new}: {new} can be contacted "
            f"{await _despite(call, new)}, and {old} falls back under the blacklist."
        )
    return f"This makes rule {call.arguments.id} block {new} in the place of {old}: {await _free(call, old)}."


async def delete_preview(call: Call) -> str:
    held = await _held(call)
    pattern = str(held.get("pattern") or "?")
    if _listing(call) is EXCEPTIONS:
        return f"This ends the exception for {pattern}: it is blocked again wherever a rule covers it."
    return f"This deletes the rule that blocks {pattern}: {await _free(call, pattern)}."


async def bulk_delete_preview(call: Call) -> str:
    """Names the first three; as many requests."""
    ids = list(call.arguments.ids)
    named = []
    for id in ids[:_MOST_NAMED]:
        try:
            held = await read_once(call, _listing(call)[1], id=id)
        except ApiError as refusal:
            if refusal.status != 404:
                raise
            named.append(f"rule {id} (not found)")
        else:
            named.append(str(held.get("pattern")) if isinstance(held, dict) else f"rule {id}")
    rest = f" and {len(ids) - len(named)} more" if len(ids) > len(named) else ""
    who = f"{', '.join(named)}{rest}"
    many = "1 exception" if len(ids) == 1 else f"{len(ids)} exceptions"
    if _listing(call) is EXCEPTIONS:
        return f"This ends {many} ({who}): they are blocked again wherever a rule covers them."
    return f"This lifts the block on {who}: they can be contacted again, unless another rule covers them."


async def exception_preview(call: Call) -> str:
    pattern = call.arguments.pattern
    return f"This makes {pattern} contactable {await _despite(call, pattern)}."


async def exceptions_preview(call: Call) -> str:
    patterns = [one.pattern for one in call.arguments.rules]
    rest = f" and {len(patterns) - 5} more" if len(patterns) > 5 else ""
    return f"This makes {', '.join(patterns[:5])}{rest} contactable, whatever domain is blocked."


async def _held(call: Call) -> dict[str, Any]:
    held = await read_once(call, _listing(call)[1], id=call.arguments.id)
    return held if isinstance(held, dict) else {}


async def _covering(call: Call, address: str) -> str | None:
    """The rule that blocks the domain of an address, `acme.com (rule 12)`."""
    domain = address.rpartition("@")[2]
    held = await rule_for(call, DOMAINS[0], domain)
    return f"{domain} (rule {held.get('id')})" if held else None


async def _free(call: Call, pattern: str) -> str:
    """Who can be contacted once the rule for this pattern is gone."""
    if "@" not in pattern:
        return f"everyone at {pattern} can be contacted again"
    domain = await _covering(call, pattern)
    return f"it stays blocked by the rule for {domain}" if domain else f"{pattern} can be contacted again"


async def _despite(call: Call, address: str) -> str:
    domain = await _covering(call, address)
    return f"although {domain} is blocked" if domain else "(no rule blocks its domain now)"

"""Whom the blacklist blocks: domain rules, address rules, and the exceptions to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.operation import Call
from reply_mcp.text.addresses import comparable
from reply_mcp.text.cleaning import inline

PAGE = 1000
"""Rules a request."""
MOST_PAGES = 3
"""Pages of each kind of rule that are read."""


@dataclass(slots=True)
class Blacklist:
    """The rules that were read: pattern (as `comparable` writes it) → the rule's id.

    Attributes:
        complete: False where there are more rules than were read.
    """

    domains: dict[str, Any] = field(default_factory=dict)
    addresses: dict[str, Any] = field(default_factory=dict)
    exceptions: dict[str, Any] = field(default_factory=dict)
    complete: bool = True

    def rule_for(self, address: Any) -> str:
        """`domain rival.com (rule 12)`: the rule that blocks this address, or "". A domain's rule covers its
        subdomains; an exception lets an address through."""
        text = comparable(address)
        if "@" not in text or text in self.exceptions:
            return ""
        if text in self.addresses:
            return f"address {text} (rule {self.addresses[text]})"
        labels = text.rpartition("@")[2].split(".")
        for at in range(len(labels) - 1):
            domain = ".".join(labels[at:])
            if domain in self.domains:
                return f"domain {domain} (rule {self.domains[domain]})"
        return ""

    def lifted_by(self, address: Any) -> str:
        """What lets an address through that a rule blocks: `If the person wants to write to them all the same: …`."""
        text = comparable(address)
        if text in self.addresses:
            lifts = f'reply_delete_blacklist_email_rule {{"id": {self.addresses[text]}}} lifts it'
        else:
            lifts = f'reply_create_blacklist_exception {{"pattern": "{inline(text)}"}} lets this one address through'
        return f"Should the person want to write to them all the same: {lifts}."


async def read_blacklist_for(
    call: Call, address: str, *, exceptions: bool = False, most_pages: int = MOST_PAGES
) -> Blacklist:
    """The rules that may be about one address: two requests, one more for each further thousand rules that are like it,
    and one for exceptions where a rule blocks it, or where they are asked for.

    Domain rules are searched by the shortest that could be meant (`co.uk` for `ann@mail.acme.co.uk`), since whatever
    blocks the address has it in its pattern. Where there are more of these than are read, the address's own domain is
    searched as well.
    """
    text = comparable(address)
    labels = text.rpartition("@")[2].split(".")
    rules = Blacklist()
    rules.domains, all_domains = await _read(
        call, "GetBlacklistDomainRules", most_pages, **_search(".".join(labels[-2:]))
    )
    if not all_domains and len(labels) > 2 and not rules.rule_for(text):
        own, _ = await _read(call, "GetBlacklistDomainRules", most_pages, **_search(".".join(labels[-3:])))
        rules.domains |= own
    rules.addresses, all_addresses = await _read(call, "GetBlacklistEmailRules", most_pages, **_search(text))
    if exceptions or rules.rule_for(text):
        rules.exceptions, _ = await _read(call, "GetBlacklistEmailExceptionRules", most_pages, **_search(text))
    rules.complete = all_domains and all_addresses
    return rules


async def read_blacklist(call: Call, addresses: Iterable[Any], most_pages: int = MOST_PAGES) -> Blacklist:
    """The rules that these addresses are compared with: two requests, one more for each further thousand rules, at most
    `most_pages` for each kind; the exceptions where a rule fits one of the addresses."""
    rules = Blacklist()
    rules.domains, all_domains = await _read(call, "GetBlacklistDomainRules", most_pages)
    rules.addresses, all_addresses = await _read(call, "GetBlacklistEmailRules", most_pages)
    if any(rules.rule_for(one) for one in addresses):
        rules.exceptions, _ = await _read(call, "GetBlacklistEmailExceptionRules", most_pages)
    rules.complete = all_domains and all_addresses
    return rules


async def _read(call: Call, listing: str, most_pages: int, **narrowed: str) -> tuple[dict[str, Any], bool]:
    """The rules of a kind, each page read once in a call, and whether these are all."""
    pages = Pages(call, listing, "the blacklist", narrowed, size=PAGE, once=True)
    for _ in range(most_pages):
        await pages.read()
        if not pages.more:
            break
    return {comparable(row.get("pattern")): row.get("id") for row in pages.rows}, pages.complete


def _search(text: str) -> dict[str, str]:
    """Narrows rules to those with this text; not in a domain whose letters a rule may write in two ways."""
    return {} if "xn--" in text else {"search": text}

"""Arguments that the operations of all three kinds of rules share."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.operation import Arguments, Email, Paged, Part, Path, Query

_DOMAIN = re.compile(r"[^\s@/:?#.]+(\.[^\s@/:?#.]+)+")


def _check_bare_domain(value: str) -> str:
    """The domain as a rule takes it.

    Raises:
        ValueError: with the domain that is probably meant, for an address or a link.
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


Domain = Annotated[str, AfterValidator(_check_bare_domain)]


def _rule(noun: str, operation: str, finder: str) -> Named:
    return Named(noun, operation, ("pattern",), finder, "search", one=operation.removesuffix("s") + "ById")


DomainRuleId = Annotated[int | str, _rule("rule", "GetBlacklistDomainRules", "reply_list_blacklist_domain_rules")]
EmailRuleId = Annotated[int | str, _rule("rule", "GetBlacklistEmailRules", "reply_list_blacklist_email_rules")]
ExceptionId = Annotated[
    int | str, _rule("exception", "GetBlacklistEmailExceptionRules", "reply_list_blacklist_exceptions")
]
"""An id or what the rule is about: a domain, an address."""


class Rules(Paged):
    """Pages of rules."""

    search: Query[str | None] = Field(None, description="Part of the pattern")


class OneDomainRule(Arguments):
    """Names one rule."""

    id: Path[DomainRuleId] = Field(description="Id or domain")


class OneEmailRule(Arguments):
    """Names one rule."""

    id: Path[EmailRuleId] = Field(description="Id or address")


class OneException(Arguments):
    """Names one exception."""

    id: Path[ExceptionId] = Field(description="Id or address")


class NewRule(Part):
    """A rule of a bulk creation; a bare pattern stands for it too."""

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_pattern(cls, rule: Any) -> Any:
        return {"pattern": rule} if isinstance(rule, str) else rule


class DomainRule(NewRule):
    pattern: Domain


class EmailRule(NewRule):
    pattern: Email

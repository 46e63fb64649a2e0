"""The blacklist: domains and addresses that nobody contacts, and the exceptions among them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from reply_mcp.catalog.areas.blacklist import hooks
from reply_mcp.catalog.areas.blacklist.area import area
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, key_by_label, translate_reasons
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Email, Paged, Part, Path, Query, WholeBody
from reply_mcp.catalog.views import Card, Column, Done, PerItem, Table

Domain = Annotated[str, AfterValidator(hooks.bare_domain)]
Ids = Annotated[list[int], Field(min_length=1)]

RULES = Table(
    "rules",
    ("id", Column("blocks", "pattern"), Column("Reply's own", "isGlobal", "flag")),
    empty="No rule matches; search looks in parts.",
)
EXCEPTION_ROWS = Table("exceptions", ("id", Column("allows", "pattern")), empty="There is no such exception.")
RULE = Card("Rule {id} blocks {pattern}", ((Column("Reply's own, read-only", "isGlobal", "flag"),),))
DOMAIN_LIST = 'reply_list_blacklist_domain_rules {{"search": "{pattern}"}}'
EMAIL_LIST = 'reply_list_blacklist_email_rules {{"search": "{pattern}"}}'
EXCEPTION_LIST = 'reply_list_blacklist_exceptions {{"search": "{pattern}"}}'
IN_WORDS = (translate_reasons(hooks.REASONS),)


class Rules(Paged):
    """Pages of rules."""

    search: Query[str | None] = Field(None, description="Part of the pattern")


class OneRule(Arguments):
    """Names one rule."""

    id: Path[int]


class OfPattern(Part):
    """A rule of a bulk creation; the plain pattern is taken too."""

    @model_validator(mode="before")
    @classmethod
    def told_plainly(cls, rule: Any) -> Any:
        return {"pattern": rule} if isinstance(rule, str) else rule


class DomainRule(OfPattern):
    pattern: Domain


class EmailRule(OfPattern):
    pattern: Email


def _pattern(rule: Any) -> str:
    return str(rule.pattern)


CREATED = (key_by_label("rules", _pattern, hooks.REASONS),)


@area.get(
    "/v3/contact-blacklist-rules/domains",
    scope="contacts:read",
    tool="reply_list_blacklist_domain_rules",
    view=RULES,
    after=[drop_repeated_rows],
    also=["blocked domains", "GET /v1/blacklist", "do not contact", "suppression list", "is domain blacklisted"],
)
class GetBlacklistDomainRules(Rules):
    """Blocked domains."""


@area.post(
    "/v3/contact-blacklist-rules/domains",
    scope="contacts:write",
    tool="reply_create_blacklist_domain_rule",
    idempotent=True,
    run=hooks.add_once,
    view=Done("Everyone at {pattern} is blocked now (rule {id})."),
    verify_with=DOMAIN_LIST,
    also=[
        "stop emailing everyone at a company",
        "block domain",
        "do not contact",
        "POST /v1/blacklist",
        "suppress",
        "exclude a competitor",
        "never email a company",
        "block a company",
        "stop emailing a domain",
    ],
)
class CreateBlacklistDomainRule(Arguments):
    """Stops all outreach to a domain."""

    pattern: Domain = Field(description="Bare, such as acme.com")


@area.get(
    "/v3/contact-blacklist-rules/domains/{id}",
    scope="contacts:read",
    tool="reply_get_blacklist_domain_rule",
    view=RULE,
    also=["blocked domain"],
)
class GetBlacklistDomainRuleById(OneRule):
    """One domain rule."""


@area.put(
    "/v3/contact-blacklist-rules/domains/{id}",
    scope="contacts:write",
    tool="reply_update_blacklist_domain_rule",
    effect=Effect.SEND,
    before=[hooks.own_rule],
    effect_for=hooks.change_effect,
    preview=hooks.change_preview,
    view=Done("Rule {id} blocks {pattern} now, and no longer what it blocked before."),
    verify_with='reply_get_blacklist_domain_rule {{"id": {id}}}',
    also=["edit blocked domain"],
)
class UpdateBlacklistDomainRule(OneRule):
    """Blocks another domain in its place: the old one can be contacted again. One more request."""

    pattern: Domain


@area.delete(
    "/v3/contact-blacklist-rules/domains/{id}",
    scope="contacts:write",
    tool="reply_delete_blacklist_domain_rule",
    effect=Effect.SEND,
    effect_for=hooks.lifting,
    before=[hooks.own_rule],
    preview=hooks.delete_preview,
    view=Done("Rule {id} is deleted: its domain can be contacted again."),
    verify_with='reply_get_blacklist_domain_rule {{"id": {id}}}',
    also=["unblock domain", "allow company again", "DELETE /v1/blacklist", "whitelist"],
)
class DeleteBlacklistDomainRule(OneRule):
    """Makes everyone at the domain contactable again. One more request."""


@area.post(
    "/v3/contact-blacklist-rules/domains/bulk",
    scope="contacts:write",
    tool="reply_bulk_create_blacklist_domain_rules",
    idempotent=True,
    before=[hooks.each_once],
    after=CREATED,
    view=PerItem("domain", "newly blocked", "rules"),
    verify_with="reply_list_blacklist_domain_rules {{}}",
    also=[
        "block many domains",
        "import do-not-contact list",
        "competitors",
        "suppress",
        "block several companies",
        "exclude competitors",
    ],
    example={"rules": [{"pattern": "acme.com"}, {"pattern": "globex.org"}]},
)
class BulkCreateBlacklistDomainRules(Arguments):
    """Blocks several domains."""

    rules: WholeBody[list[DomainRule]] = Field(min_length=1)


@area.post(
    "/v3/contact-blacklist-rules/domains/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_blacklist_domain_rules",
    effect=Effect.SEND,
    effect_for=hooks.lifting,
    before=[drop_duplicate_ids],
    preview=hooks.bulk_delete_preview,
    after=IN_WORDS,
    view=PerItem("rule", "deleted", "ids"),
    verify_with="reply_list_blacklist_domain_rules {{}}",
    also=["unblock domains", "clear blacklist"],
)
class BulkDeleteBlacklistDomainRules(Arguments):
    """Makes several domains contactable again; Reply's own rules stay."""

    ids: Ids


@area.get(
    "/v3/contact-blacklist-rules/emails",
    scope="contacts:read",
    tool="reply_list_blacklist_email_rules",
    view=RULES,
    after=[drop_repeated_rows],
    also=["blocked addresses", "GET /v1/blacklist", "do not contact", "is person blacklisted"],
)
class GetBlacklistEmailRules(Rules):
    """Blocked addresses; whole domains: reply_list_blacklist_domain_rules."""


@area.post(
    "/v3/contact-blacklist-rules/emails",
    scope="contacts:write",
    tool="reply_create_blacklist_email_rule",
    idempotent=True,
    run=hooks.add_once,
    view=Done("{pattern} is blocked now (rule {id})."),
    verify_with=EMAIL_LIST,
    also=[
        "block person",
        "never email again",
        "do not contact",
        "POST /v1/blacklist",
        "suppress address",
        "blacklist contact",
        "never contact an address",
        "block a person",
        "never email somebody",
    ],
)
class CreateBlacklistEmailRule(Arguments):
    """Stops all outreach to one address; a domain: reply_create_blacklist_domain_rule."""

    pattern: Email


@area.get(
    "/v3/contact-blacklist-rules/emails/{id}",
    scope="contacts:read",
    tool="reply_get_blacklist_email_rule",
    view=RULE,
    also=["blocked address"],
)
class GetBlacklistEmailRuleById(OneRule):
    """One address rule."""


@area.put(
    "/v3/contact-blacklist-rules/emails/{id}",
    scope="contacts:write",
    tool="reply_update_blacklist_email_rule",
    effect=Effect.SEND,
    before=[hooks.own_rule],
    effect_for=hooks.change_effect,
    preview=hooks.change_preview,
    view=Done("Rule {id} blocks {pattern} now, and no longer what it blocked before."),
    verify_with='reply_get_blacklist_email_rule {{"id": {id}}}',
    also=["edit blocked address"],
)
class UpdateBlacklistEmailRule(OneRule):
    """Blocks another address in its place: the old one can be contacted again. One more request."""

    pattern: Email


@area.delete(
    "/v3/contact-blacklist-rules/emails/{id}",
    scope="contacts:write",
    tool="reply_delete_blacklist_email_rule",
    effect=Effect.SEND,
    effect_for=hooks.lifting,
    before=[hooks.own_rule],
    preview=hooks.delete_preview,
    view=Done("Rule {id} is deleted: its address can be contacted again, unless its domain is blocked."),
    verify_with='reply_get_blacklist_email_rule {{"id": {id}}}',
    also=["unblock person", "allow again", "DELETE /v1/blacklist", "whitelist"],
)
class DeleteBlacklistEmailRule(OneRule):
    """Makes an address contactable again, unless its domain is blocked. One more request."""


@area.post(
    "/v3/contact-blacklist-rules/emails/bulk",
    scope="contacts:write",
    tool="reply_bulk_create_blacklist_email_rules",
    idempotent=True,
    before=[hooks.each_once],
    after=CREATED,
    view=PerItem("email", "newly blocked", "rules"),
    verify_with="reply_list_blacklist_email_rules {{}}",
    also=[
        "block many people",
        "import unsubscribes",
        "do-not-contact list",
        "blacklist several emails",
        "suppression upload",
    ],
    example={"rules": [{"pattern": "ann@acme.com"}, {"pattern": "bob@globex.org"}]},
)
class BulkCreateBlacklistEmailRules(Arguments):
    """Blocks several addresses."""

    rules: WholeBody[list[EmailRule]] = Field(min_length=1)


@area.post(
    "/v3/contact-blacklist-rules/emails/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_blacklist_email_rules",
    effect=Effect.SEND,
    effect_for=hooks.lifting,
    before=[drop_duplicate_ids],
    preview=hooks.bulk_delete_preview,
    after=IN_WORDS,
    view=PerItem("rule", "deleted", "ids"),
    verify_with="reply_list_blacklist_email_rules {{}}",
    also=["unblock people"],
)
class BulkDeleteBlacklistEmailRules(Arguments):
    """Makes several addresses contactable again; Reply's own rules stay."""

    ids: Ids


@area.get(
    "/v3/contact-blacklist-rules/email-exceptions",
    scope="contacts:read",
    tool="reply_list_blacklist_exceptions",
    view=EXCEPTION_ROWS,
    after=[drop_repeated_rows],
    also=["whitelist", "allowed addresses"],
)
class GetBlacklistEmailExceptionRules(Rules):
    """Addresses that stay contactable although their domain is blocked."""


@area.post(
    "/v3/contact-blacklist-rules/email-exceptions",
    scope="contacts:write",
    tool="reply_create_blacklist_exception",
    effect=Effect.SEND,
    idempotent=True,
    preview=hooks.exception_preview,
    run=hooks.add_once,
    view=Done("{pattern} can be contacted even if its domain is blocked (exception {id})."),
    verify_with=EXCEPTION_LIST,
    also=["whitelist address", "allow one person at blocked company"],
)
class CreateBlacklistEmailExceptionRule(Arguments):
    """Keeps one address contactable although its domain is blocked."""

    pattern: Email


@area.get(
    "/v3/contact-blacklist-rules/email-exceptions/{id}",
    scope="contacts:read",
    tool="reply_get_blacklist_exception",
    view=Card("Exception {id} allows {pattern}"),
    also=["whitelisted address"],
)
class GetBlacklistEmailExceptionRuleById(OneRule):
    """One exception."""


@area.put(
    "/v3/contact-blacklist-rules/email-exceptions/{id}",
    scope="contacts:write",
    tool="reply_update_blacklist_exception",
    effect=Effect.SEND,
    effect_for=hooks.change_effect,
    preview=hooks.change_preview,
    view=Done("Exception {id} allows {pattern} now."),
    verify_with='reply_get_blacklist_exception {{"id": {id}}}',
    also=["edit whitelist"],
)
class UpdateBlacklistEmailExceptionRule(OneRule):
    """Allows another address in its place; the old one is blocked again where a rule covers it. One more request."""

    pattern: Email


@area.delete(
    "/v3/contact-blacklist-rules/email-exceptions/{id}",
    scope="contacts:write",
    tool="reply_delete_blacklist_exception",
    preview=hooks.delete_preview,
    view=Done("Exception {id} is deleted: rules that cover its address hold again."),
    verify_with='reply_get_blacklist_exception {{"id": {id}}}',
    also=["remove from whitelist", "block again"],
)
class DeleteBlacklistEmailExceptionRule(OneRule):
    """Ends an exception."""


@area.post(
    "/v3/contact-blacklist-rules/email-exceptions/bulk",
    scope="contacts:write",
    tool="reply_bulk_create_blacklist_exceptions",
    effect=Effect.SEND,
    idempotent=True,
    before=[hooks.each_once],
    preview=hooks.exceptions_preview,
    after=CREATED,
    view=PerItem("email", "newly allowed", "rules"),
    verify_with="reply_list_blacklist_exceptions {{}}",
    also=["whitelist many addresses"],
    example={"rules": [{"pattern": "ann@acme.com"}]},
)
class BulkCreateBlacklistEmailExceptionRules(Arguments):
    """Keeps several addresses contactable."""

    rules: WholeBody[list[EmailRule]] = Field(min_length=1)


@area.post(
    "/v3/contact-blacklist-rules/email-exceptions/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_blacklist_exceptions",
    effect=Effect.DELETE,
    before=[drop_duplicate_ids],
    preview=hooks.bulk_delete_preview,
    after=IN_WORDS,
    view=PerItem("exception", "deleted", "ids"),
    verify_with="reply_list_blacklist_exceptions {{}}",
    also=["empty whitelist"],
)
class BulkDeleteBlacklistEmailExceptionRules(Arguments):
    """Ends several exceptions."""

    ids: Ids

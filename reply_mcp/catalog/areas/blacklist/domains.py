"""Rules that block whole domains."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.blacklist.area import area
from reply_mcp.catalog.areas.blacklist.bodies import Domain, DomainRule, DomainRuleId, OneDomainRule, Rules
from reply_mcp.catalog.areas.blacklist.kinds import DOMAINS
from reply_mcp.catalog.operation import Arguments, WholeBody
from reply_mcp.catalog.undo import created, created_in_bulk, made_again, one_or_page, replaced, shown_by
from reply_mcp.catalog.views import Done, PerItem

PATH = "/v3/contact-blacklist-rules/domains"


@area.get(
    PATH,
    **DOMAINS.listing,
    tool="reply_list_blacklist_domain_rules",
    also=["blocked domains", "GET /v1/blacklist", "do not contact", "suppression list", "is domain blacklisted"],
)
class GetBlacklistDomainRules(Rules):
    """Blocked domains."""


@area.post(
    PATH,
    **DOMAINS.creation,
    tool="reply_create_blacklist_domain_rule",
    undo=created("DeleteBlacklistDomainRule", "GetBlacklistDomainRuleById", noun="rule"),
    view=Done("Everyone at {pattern} is blocked now (rule {id})."),
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
    one_at_a_time=["pattern"],
)
class CreateBlacklistDomainRule(Arguments):
    """Stops all outreach to a domain."""

    pattern: Domain = Field(description="Bare, such as acme.com")


@area.get(
    PATH + "/{id}",
    **DOMAINS.reading,
    tool="reply_get_blacklist_domain_rule",
    also=["blocked domain"],
)
class GetBlacklistDomainRuleById(OneDomainRule):
    """One domain rule."""


@area.put(
    PATH + "/{id}",
    **DOMAINS.change,
    tool="reply_update_blacklist_domain_rule",
    undo=replaced("GetBlacklistDomainRuleById", noun="rule"),
    view=Done("Rule {id} blocks {pattern} now, and no longer what it blocked before."),
    also=["edit blocked domain"],
)
class UpdateBlacklistDomainRule(OneDomainRule):
    """Blocks another domain in its place: the old one can be contacted again. One more request."""

    pattern: Domain


@area.delete(
    PATH + "/{id}",
    **DOMAINS.deletion,
    tool="reply_delete_blacklist_domain_rule",
    undo=made_again(
        "CreateBlacklistDomainRule",
        shown_by("GetBlacklistDomainRuleById"),
        "rule",
        "What was sent meanwhile stays sent.",
    ),
    view=Done("Rule {id} is deleted: its domain can be contacted again."),
    also=["unblock domain", "allow company again", "DELETE /v1/blacklist", "whitelist"],
)
class DeleteBlacklistDomainRule(OneDomainRule):
    """Makes everyone at the domain contactable again. One more request."""


@area.post(
    PATH + "/bulk",
    **DOMAINS.bulk_creation,
    tool="reply_bulk_create_blacklist_domain_rules",
    undo=created_in_bulk("BulkDeleteBlacklistDomainRules", noun="rule"),
    view=PerItem("domain", "newly blocked", "rules"),
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
    PATH + "/bulk-delete",
    **DOMAINS.bulk_deletion,
    tool="reply_bulk_delete_blacklist_domain_rules",
    undo=made_again(
        "BulkCreateBlacklistDomainRules",
        one_or_page("GetBlacklistDomainRuleById", "GetBlacklistDomainRules", "ids", top=1000),
        "rule",
        "What was sent meanwhile stays sent.",
        ids="ids",
        into="rules",
    ),
    view=PerItem("rule", "deleted", "ids"),
    also=["unblock domains", "clear blacklist"],
)
class BulkDeleteBlacklistDomainRules(Arguments):
    """Makes several domains contactable again; Reply's own rules stay."""

    ids: list[DomainRuleId] = Field(min_length=1)

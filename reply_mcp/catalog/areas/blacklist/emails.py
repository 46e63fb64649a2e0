"""Rules that block single addresses."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.blacklist.area import area
from reply_mcp.catalog.areas.blacklist.bodies import EmailRule, EmailRuleId, OneEmailRule, Rules
from reply_mcp.catalog.areas.blacklist.kinds import EMAILS
from reply_mcp.catalog.operation import Arguments, Email, WholeBody
from reply_mcp.catalog.undo import created, created_in_bulk, made_again, one_or_page, replaced, shown_by
from reply_mcp.catalog.views import Done, PerItem

PATH = "/v3/contact-blacklist-rules/emails"


@area.get(
    PATH,
    **EMAILS.listing,
    tool="reply_list_blacklist_email_rules",
    also=["blocked addresses", "GET /v1/blacklist", "do not contact", "is person blacklisted"],
)
class GetBlacklistEmailRules(Rules):
    """Blocked addresses; whole domains: reply_list_blacklist_domain_rules."""


@area.post(
    PATH,
    **EMAILS.creation,
    tool="reply_create_blacklist_email_rule",
    undo=created("DeleteBlacklistEmailRule", "GetBlacklistEmailRuleById", noun="rule"),
    view=Done("{pattern} is blocked now (rule {id})."),
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
    one_at_a_time=["pattern"],
)
class CreateBlacklistEmailRule(Arguments):
    """Stops all outreach to one address; a domain: reply_create_blacklist_domain_rule."""

    pattern: Email


@area.get(
    PATH + "/{id}",
    **EMAILS.reading,
    tool="reply_get_blacklist_email_rule",
    also=["blocked address"],
)
class GetBlacklistEmailRuleById(OneEmailRule):
    """One address rule."""


@area.put(
    PATH + "/{id}",
    **EMAILS.change,
    tool="reply_update_blacklist_email_rule",
    undo=replaced("GetBlacklistEmailRuleById", noun="rule"),
    view=Done("Rule {id} blocks {pattern} now, and no longer what it blocked before."),
    also=["edit blocked address"],
)
class UpdateBlacklistEmailRule(OneEmailRule):
    """Blocks another address in its place: the old one can be contacted again. One more request."""

    pattern: Email


@area.delete(
    PATH + "/{id}",
    **EMAILS.deletion,
    tool="reply_delete_blacklist_email_rule",
    undo=made_again(
        "CreateBlacklistEmailRule", shown_by("GetBlacklistEmailRuleById"), "rule", "What was sent meanwhile stays sent."
    ),
    view=Done("Rule {id} is deleted: its address can be contacted again, unless its domain is blocked."),
    also=["unblock person", "allow again", "DELETE /v1/blacklist", "whitelist"],
)
class DeleteBlacklistEmailRule(OneEmailRule):
    """Makes an address contactable again, unless its domain is blocked. One more request."""


@area.post(
    PATH + "/bulk",
    **EMAILS.bulk_creation,
    tool="reply_bulk_create_blacklist_email_rules",
    undo=created_in_bulk("BulkDeleteBlacklistEmailRules", noun="rule"),
    view=PerItem("email", "newly blocked", "rules"),
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
    PATH + "/bulk-delete",
    **EMAILS.bulk_deletion,
    tool="reply_bulk_delete_blacklist_email_rules",
    undo=made_again(
        "BulkCreateBlacklistEmailRules",
        one_or_page("GetBlacklistEmailRuleById", "GetBlacklistEmailRules", "ids", top=1000),
        "rule",
        "What was sent meanwhile stays sent.",
        ids="ids",
        into="rules",
    ),
    view=PerItem("rule", "deleted", "ids"),
    also=["unblock people"],
)
class BulkDeleteBlacklistEmailRules(Arguments):
    """Makes several addresses contactable again; Reply's own rules stay."""

    ids: list[EmailRuleId] = Field(min_length=1)

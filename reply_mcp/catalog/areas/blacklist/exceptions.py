"""Addresses that stay contactable although their domain is blocked."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.blacklist.area import area
from reply_mcp.catalog.areas.blacklist.bodies import EmailRule, ExceptionId, OneException, Rules
from reply_mcp.catalog.areas.blacklist.kinds import EXCEPTIONS
from reply_mcp.catalog.operation import Arguments, Email, WholeBody
from reply_mcp.catalog.undo import created, created_in_bulk, made_again, one_or_page, replaced, shown_by
from reply_mcp.catalog.views import Done, PerItem

PATH = "/v3/contact-blacklist-rules/email-exceptions"


@area.get(
    PATH,
    **EXCEPTIONS.listing,
    tool="reply_list_blacklist_exceptions",
    also=["whitelist", "allowed addresses"],
)
class GetBlacklistEmailExceptionRules(Rules):
    """Addresses that stay contactable although their domain is blocked."""


@area.post(
    PATH,
    **EXCEPTIONS.creation,
    tool="reply_create_blacklist_exception",
    undo=created(
        "DeleteBlacklistEmailExceptionRule",
        "GetBlacklistEmailExceptionRuleById",
        noun="exception",
        remains="What was sent stays sent.",
    ),
    view=Done("{pattern} can be contacted even if its domain is blocked (exception {id})."),
    also=["whitelist address", "allow one person at blocked company"],
    one_at_a_time=["pattern"],
)
class CreateBlacklistEmailExceptionRule(Arguments):
    """Keeps one address contactable although its domain is blocked."""

    pattern: Email


@area.get(
    PATH + "/{id}",
    **EXCEPTIONS.reading,
    tool="reply_get_blacklist_exception",
    also=["whitelisted address"],
)
class GetBlacklistEmailExceptionRuleById(OneException):
    """One exception."""


@area.put(
    PATH + "/{id}",
    **EXCEPTIONS.change,
    tool="reply_update_blacklist_exception",
    undo=replaced("GetBlacklistEmailExceptionRuleById", noun="exception"),
    view=Done("Exception {id} allows {pattern} now."),
    also=["edit whitelist"],
)
class UpdateBlacklistEmailExceptionRule(OneException):
    """Allows another address in its place; the old one is blocked again where a rule covers it. One more request."""

    pattern: Email


@area.delete(
    PATH + "/{id}",
    **EXCEPTIONS.deletion,
    tool="reply_delete_blacklist_exception",
    undo=made_again("CreateBlacklistEmailExceptionRule", shown_by("GetBlacklistEmailExceptionRuleById"), "exception"),
    view=Done("Exception {id} is deleted: rules that cover its address hold again."),
    also=["remove from whitelist", "block again"],
)
class DeleteBlacklistEmailExceptionRule(OneException):
    """Ends an exception."""


@area.post(
    PATH + "/bulk",
    **EXCEPTIONS.bulk_creation,
    tool="reply_bulk_create_blacklist_exceptions",
    undo=created_in_bulk(
        "BulkDeleteBlacklistEmailExceptionRules", noun="exception", remains="What was sent stays sent."
    ),
    view=PerItem("email", "newly allowed", "rules"),
    also=["whitelist many addresses"],
    example={"rules": [{"pattern": "ann@acme.com"}]},
)
class BulkCreateBlacklistEmailExceptionRules(Arguments):
    """Keeps several addresses contactable."""

    rules: WholeBody[list[EmailRule]] = Field(min_length=1)


@area.post(
    PATH + "/bulk-delete",
    **EXCEPTIONS.bulk_deletion,
    tool="reply_bulk_delete_blacklist_exceptions",
    undo=made_again(
        "BulkCreateBlacklistEmailExceptionRules",
        one_or_page("GetBlacklistEmailExceptionRuleById", "GetBlacklistEmailExceptionRules", "ids", top=1000),
        "exception",
        ids="ids",
        into="rules",
    ),
    view=PerItem("exception", "deleted", "ids"),
    also=["empty whitelist"],
)
class BulkDeleteBlacklistEmailExceptionRules(Arguments):
    """Ends several exceptions."""

    ids: list[ExceptionId] = Field(min_length=1)

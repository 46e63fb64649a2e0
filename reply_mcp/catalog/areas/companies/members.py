"""The people of a company: who is linked to it, linking and unlinking them."""

from __future__ import annotations

from reply_mcp.catalog.areas.companies import hooks
from reply_mcp.catalog.areas.companies.area import area
from reply_mcp.catalog.areas.companies.bodies import People
from reply_mcp.catalog.arguments.named_ids import CompanyId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, translate_reasons
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Path
from reply_mcp.catalog.undo import membership, one_or_page, regrouped
from reply_mcp.catalog.views import Column, PerItem, Table


@area.get(
    "/v3/contact-accounts/{id}/contacts",
    scope="contacts:read",
    tool="reply_get_company_contacts",
    view=Table(
        "contacts",
        ("id", Column("name", ("firstName", "lastName")), "email", "title", "company"),
        empty="Nobody is in this company: reply_add_contacts_to_company.",
    ),
    also=["people at account", "who works at", "prospects of organization"],
    after=[drop_repeated_rows],
)
class GetContactAccountContacts(Paged):
    """The people linked to a company."""

    id: Path[CompanyId]


@area.post(
    "/v3/contact-accounts/{id}/contact-links/bulk",
    scope="contacts:operate",
    tool="reply_add_contacts_to_company",
    undo=regrouped(
        one_or_page("GetContactById", "FilterContacts", "contactIds", top=1000),
        "contactIds",
        lambda row: row.get("accountId"),
        hooks.at_company_again,
        what="company of contact",
        new=lambda call: call.arguments.id,
        remains=lambda call: hooks.DETAILS_LOST,
    ),
    effect=Effect.DELETE,
    effect_for=hooks.effect_of_linking,
    preview=hooks.preview_linking,
    idempotent=True,
    before=[drop_duplicate_ids],
    after=[translate_reasons(hooks.REASONS)],
    split=("contactIds", 1000),
    view=PerItem("contact", "in company {id}", "contactIds"),
    also=["link people to account", "assign prospects to organization", "add contacts to an account"],
    verify_with='reply_get_company_contacts {{"id": {id}}}',
)
class BulkAddContactsToContactAccount(Arguments):
    """Puts people in a company, out of the one they were in."""

    id: Path[CompanyId]
    contact_ids: People


@area.post(
    "/v3/contact-accounts/{id}/contact-links/bulk-delete",
    scope="contacts:operate",
    tool="reply_remove_contacts_from_company",
    undo=membership(
        "BulkAddContactsToContactAccount",
        "contactIds",
        lambda held: held,
        read=hooks.read_linked,
        joins=False,
        says="{who} at company {id} again",
        noun="contact",
        remains=hooks.DETAILS_LOST,
    ),
    effect=Effect.DELETE,
    idempotent=True,
    before=[drop_duplicate_ids],
    preview=hooks.preview_unlinking,
    after=[translate_reasons(hooks.REASONS)],
    split=("contactIds", 1000),
    view=PerItem("contact", "out of company {id}", "contactIds"),
    also=["unlink people from account"],
    verify_with='reply_get_company_contacts {{"id": {id}}}',
)
class BulkRemoveContactsFromContactAccount(Arguments):
    """Takes people out of a company; the company details they had from it are cleared."""

    id: Path[CompanyId]
    contact_ids: People

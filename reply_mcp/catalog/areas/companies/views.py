"""What agents see of companies."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

COMPANIES = Table(
    "companies",
    (
        "id",
        "name",
        Column("domain", "domainName"),
        "industry",
        Column("size", "companySize", "size"),
        Column("stage", "stage.name"),
        Column("contacts", "linkedProspectsCount"),
        Column("owner", "owner.name"),
        Column("last activity", "lastActivityDate", "date"),
    ),
    empty="No company matches. reply_filter_companies takes conditions.",
    shown_elsewhere=("ownerUserId",),
)
COMPANY = Card(
    "Company {id}: {name}",
    (
        (
            Column("domain", "domainName"),
            Column("second domain", "domainSecondary"),
            "industry",
            Column("size", "companySize", "size"),
            Column("place", ("city", "state", "country"), "list"),
            Column("time zone", "timeZoneId"),
            Column("mail provider", "emailProvider", "enum"),
        ),
        (
            Column("stage", "stage.name"),
            Column("contacts", "linkedProspectsCount"),
            "owner",
            Column("created", "createdDate", "date"),
            Column("last activity", "lastActivityDate", "time"),
        ),
        (
            "email",
            "phone",
            Column("LinkedIn", "linkedInUrl"),
            Column("Twitter", "twitterUrl"),
            Column("logo", "logoUrl"),
        ),
        (Column("description", "description", "outside"),),
    ),
    shown_elsewhere=("ownerUserId",),
)

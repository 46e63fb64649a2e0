"""What agents see of searches, filter values and validations."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

SEARCHES = Table(
    "searches",
    (
        "id",
        Column("state"),
        Column("started", "startedAt", "time"),
        Column("found", "contactsFound"),
        Column("credits", "usedCredits"),
        Column("sequence", "sequenceName"),
        Column("lists", kind="list"),
        Column("by", "userId"),
    ),
    empty="No search was run yet.",
    shown_elsewhere=("status", "sequenceId", "audience"),
)
SEARCH = Card(
    "Search {id}: {state}",
    (
        (
            Column("found", "contactsFound"),
            Column("credits used", "usedCredits"),
            Column("started", "startedAt", "time"),
            Column("user", "userId"),
        ),
        (Column("sequence", ("sequenceName", "sequenceId")), Column("lists", kind="list")),
        ("audience",),
    ),
    shown_elsewhere=("status", "filters"),
)
ESTIMATE = Card(
    "{eligibleCount} of {requestedCount:contact|contacts} can be validated",
    (
        (Column("credits needed", "creditsRequired"), Column("credits there", "creditsAvailable")),
        (Column("enough", "creditsSufficient"), Column("may be scheduled", "canSchedule")),
        (Column("in the way", "blockers", "list"),),
    ),
)


def values_table(noun: str) -> Table:
    """The values that a filter takes, one a row."""
    return Table(noun, (Column("value", ""),), empty=f"No {noun} like that; a shorter search finds more.")

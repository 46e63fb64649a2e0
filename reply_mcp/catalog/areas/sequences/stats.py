"""Statistics of sequences."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.sequences import stats_hooks as hooks
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.bodies import ShortPeriod, StatsPeriod
from reply_mcp.catalog.areas.sequences.lifecycle_hooks import explain_sequence_not_found
from reply_mcp.catalog.areas.sequences.views import COMPARISON, STATS
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.operation import Arguments, Effect, Local, Path


@area.post(
    "/v3/sequences/{id}/stats",
    scope="sequences:read",
    tool="reply_get_sequence_stats",
    effect=Effect.READ,
    after=[hooks.note_period],
    explain=[explain_sequence_not_found],
    view=STATS,
    also=[
        "how is the sequence doing",
        "reply rate",
        "open rate",
        "GET /v1/Stats/GetPeopleSentPerCampaign",
        "performance",
        "results",
        "how is the campaign doing",
        "conversion",
        "bounce rate",
        "performance of a campaign",
    ],
)
class GetSequenceStats(Arguments):
    """Email and LinkedIn numbers of one sequence; the last week unless a period is given. Clicks are not counted."""

    id: Path[SequenceId]
    filters: StatsPeriod | None = None


@area.post(
    "/v3/sequences/stats",
    scope="sequences:read",
    tool="reply_compare_sequence_performance",
    core=True,
    effect=Effect.READ,
    after=[hooks.compare],
    view=COMPARISON,
    also=["best campaign", "reply rate", "rank", "statistics", "leaderboard", "rank sequences"],
)
class GetSequenceStatsList(Arguments):
    """Numbers of all sequences side by side, best reply rate first; the last week unless given, at most 31 days."""

    filters: ShortPeriod | None = None
    sequence_ids: Local[list[SequenceId] | None] = Field(None, description="Only these")

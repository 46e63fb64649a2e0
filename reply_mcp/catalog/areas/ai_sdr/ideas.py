"""What finds ideas and people: the strategist, and the vocabulary of intent signals."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.operation import Arguments, Paged, Query
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done, Table


@area.post(
    "/v3/ai-sdr/strategist/start",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_start_strategist",
    undo=cannot("It goes on by itself: reply_delete_sequence deletes what it has built."),
    view=Done("The strategist is at work."),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["AI SDR", "campaign ideas", "outreach strategy", "brainstorm", "build sequences from website"],
)
class StartStrategist(Arguments):
    """Has the AI think up outreach for a company and build a sequence from each idea, in a background job; one run at
    a time per team."""

    company_name: str = Field(max_length=200)
    company_url: str | None = Field(None, max_length=256)


@area.get(
    "/v3/ai-sdr/intent-signals/industries",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_intent_industries",
    view=Table("industries", ("id", "name"), empty="No such industry: try a part of the name."),
    also=["AI SDR intent signals", "industry ids", "job hiring"],
)
class ListIntentSignalIndustries(Paged):
    """Industry ids for intent signals."""

    search: Query[str | None] = None


@area.get(
    "/v3/ai-sdr/intent-signals/technologies",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_intent_technologies",
    view=Table("technologies", ("slug", "name"), empty="No such technology: try a part of the name."),
    also=["AI SDR intent signals", "tech stack", "technographics"],
)
class ListIntentSignalTechnologies(Paged):
    """Technology slugs for intent signals."""

    search: Query[str | None] = None


area.coming_soon("StartAiWebSearch", "POST", "/v3/ai-web-search/start", "Find new contacts for a sequence on the web.")


area.coming_soon("ListAiWebSearches", "GET", "/v3/ai-web-search/searches", "The web searches of a sequence.")

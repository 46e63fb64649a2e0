"""What a list costs an agent as it is shown, against the JSON that Reply answered, for every list of the catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Effect, Operation
from reply_mcp.catalog.views import Table
from reply_mcp.condense.tables import list_in
from reply_mcp.sandbox import running
from tests.conftest import Sandbox
from tests.e2e.agent import Agent, agent_of
from tests.tokens import count_tokens

ENOUGH = 5
"""Rows from which the share of a list says something: below, its header is what is measured."""
MOST = 0.40
SLACK = 0.10
"""What a share may differ by with the time of day, from which the sandbox's story is told."""
MEDIAN = 0.50
"""The half of the lists hold a few names and ids a row, where Reply's JSON has little to leave out."""
TOGETHER = 0.29
"""All of them in a row; the long ones weigh what they cost."""
IDS_FROM = {
    "/v3/contacts/": "/v3/contacts",
    "/v3/sequences/": "/v3/sequences",
    "/v3/sequence-folders/": "/v3/sequence-folders",
    "/v3/schedules/": "/v3/schedules",
    "/v3/contact-accounts/": "/v3/contact-accounts",
    "/v3/ai-sdr/knowledge-bases/": "/v3/ai-sdr/knowledge-bases",
    "/v3/webhooks/": "/v3/webhooks",
    "/v3/holiday-calendars/": "/v3/holiday-calendars",
}
"""Where the ids of a path's beginning are listed; of the first few, the one with the most rows is measured."""
ARGUMENTS: dict[str, dict[str, Any]] = {
    "ListAiPrompts": {"stepType": "commentOnRecentPost"},
    **{
        report: {"filters": {"dateRangePreset": "lastMonth"}}
        for report in ("GetEmailsList", "GetCallsList", "GetTasksList", "GetLinkedInList", "GetMeetingsList")
    },
}
WORDS = "bare words: Reply's JSON has nothing but them"
FEW = "a few short fields, all of them shown"
TEXTS = "read for their texts"
ABOVE = {
    "reply_list_webhook_events": (1.00, WORDS),
    "reply_list_live_data_job_titles": (0.98, WORDS),
    "reply_list_live_data_seniorities": (0.95, WORDS),
    "reply_list_live_data_industries": (0.93, WORDS),
    "reply_list_live_data_departments": (0.88, WORDS),
    "reply_list_live_data_locations": (0.86, WORDS),
    "reply_list_background_jobs": (0.64, "UUIDs, and moments"),
    "reply_list_intent_technologies": (0.62, FEW),
    "reply_list_meetings": (0.62, f"{FEW}, and who the numbers of teammates are"),
    "reply_search_team_members": (0.56, FEW),
    "reply_search_lists": (0.55, FEW),
    "reply_list_reported_tasks": (0.55, f"{TEXTS}, and who the numbers of teammates are"),
    "reply_get_company_contacts": (0.54, f"{FEW}, most of it addresses"),
    "reply_list_email_accounts": (0.53, f"{FEW}, and who the numbers of owners are"),
    "reply_filter_email_accounts": (0.53, f"{FEW}, and who the numbers of owners are"),
    "reply_list_inbox_categories": (0.53, FEW),
    "reply_list_template_folders": (0.52, FEW),
    "reply_list_intent_industries": (0.51, FEW),
    "reply_list_custom_fields": (0.51, FEW),
    "reply_list_pending_approvals": (0.50, TEXTS),
    "reply_get_contact_activity": (0.44, "about the bound: three events of four are two words, a moment and a name"),
}
"""Lists that take more than `MOST`, with what they take at most, and why no form takes less."""

LISTS = [
    one
    for name in catalog.AREAS
    for one in catalog.area(name).operations
    if one.effect is Effect.READ and isinstance(one.view, Table) and one.path
]


def tokens(text: str) -> int:
    return count_tokens(text)


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with running(rate_limits="none", stats_rate_limits="none") as one:
        yield Sandbox(one)


def cases(sandbox: Sandbox, operation: Operation) -> Iterator[dict[str, Any]]:
    """Arguments to try, for each of the first things that the path may be about."""
    given = ARGUMENTS.get(operation.id, {})
    source = next((path for start, path in IDS_FROM.items() if operation.path.startswith(start + "{")), None)
    if source is None:
        yield given
        return
    argument = "knowledgeBaseId" if "knowledge_base_id" in operation.path else "id"
    for row in (list_in(sandbox.get(source), "items") or [])[:12]:
        yield {**given, argument: row["id"]}


def raw(sandbox: Sandbox, operation: Operation, arguments: dict[str, Any]) -> Any:
    """What Reply answers to the documented request; None where it is no JSON."""
    request = operation.request(validate(operation.arguments, arguments))
    answer = sandbox.http.request(request.method, request.path, params=dict(request.query), json=request.body)
    is_json = "json" in answer.headers.get("content-type", "")
    return answer.json() if answer.status_code == 200 and is_json else None


def longest(sandbox: Sandbox, operation: Operation) -> tuple[dict[str, Any], Any, int]:
    """The arguments with the most rows, the answer, and how many rows it has."""
    assert isinstance(operation.view, Table)
    found: tuple[dict[str, Any], Any, int] = ({}, None, 0)
    for arguments in cases(sandbox, operation):
        answer = raw(sandbox, operation, arguments)
        count = len(list_in(answer, operation.view.items) or [])
        if count > found[2]:
            found = arguments, answer, count
    return found


async def share(agent: Agent, sandbox: Sandbox, operation: Operation) -> tuple[float, int, int] | None:
    """The share, and both numbers of tokens; None where there are too few rows to say."""
    arguments, answer, count = longest(sandbox, operation)
    if count < ENOUGH:
        return None
    said = await agent("reply_run_read", tool=operation.tool, arguments=arguments)
    assert not said.is_error, said.text
    shown, whole = tokens(said.text), tokens(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))
    return shown / whole, shown, whole


async def test_lists_take_a_part_of_what_reply_answers(account: Sandbox) -> None:
    shares: dict[str, float] = {}
    lines = []
    all_shown = all_whole = 0
    async with agent_of(account) as agent:
        for operation in LISTS:
            measured = await share(agent, account, operation)
            if measured is not None:
                shares[operation.tool], shown, whole = measured
                all_shown, all_whole = all_shown + shown, all_whole + whole
                lines.append((measured[0], f"{measured[0]:4.0%} {shown:6} of {whole:6}  {operation.tool}"))
    table = "\n".join(line for _, line in sorted(lines, reverse=True))
    above = {tool: one for tool, one in shares.items() if one > ABOVE.get(tool, (MOST,))[0]}
    assert len(shares) >= 25, f"the sandbox has too little to measure\n{table}"
    assert not above, f"above their bound: {', '.join(above)}\n{table}"
    assert median(shares.values()) <= MEDIAN, f"median {median(shares.values()):.1%}\n{table}"
    assert all_shown <= TOGETHER * all_whole, f"together {all_shown / all_whole:.1%}\n{table}"
    no_longer = [tool for tool, (most, _) in ABOVE.items() if shares.get(tool, 0) < most - SLACK]
    assert not no_longer, f"far below their bound now: {', '.join(no_longer)}\n{table}"

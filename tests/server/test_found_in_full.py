"""`reply_find_tools` with detail=full: whole definitions within bounds, the rest by a line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reply_mcp.server.discovery import CLEARLY_BEST, FULL_TOKENS, Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.search import Search
from reply_mcp.settings import load
from reply_mcp.text.tokens import estimate_tokens

INVENTORY = Inventory(load({}, {}))
DISCOVERY = Discovery(INVENTORY)
SEARCH = Search([*INVENTORY.reachable.values(), *INVENTORY.coming])


def schemas(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith('{"type":"object"')]


def is_clear(query: str) -> bool:
    first, second, *_ = SEARCH.matches(query).found[:3]
    return first.score >= CLEARLY_BEST * second.score


def test_a_name_gets_its_definition_alone() -> None:
    text = DISCOVERY.find({"query": "reply_update_contact", "detail": "full"}).text
    assert text.startswith("reply_update_contact [write]: ")
    assert len(schemas(text)) == 1


@pytest.mark.parametrize("query", ["update webhook", "delete a webhook", "list email templates"])
def test_the_clearly_best_is_whole_and_the_others_are_lines(query: str) -> None:
    assert is_clear(query)
    text = DISCOVERY.find({"query": query, "detail": "full"}).text
    assert len(schemas(text)) == 1
    assert sum(line.startswith("reply_") and "(" in line.split(":")[0] for line in text.splitlines()) == 2


@pytest.mark.parametrize("query", ["create sequence steps", "blacklist rules", "holiday calendars"])
def test_as_many_as_fit_where_none_is_clearly_best(query: str) -> None:
    assert not is_clear(query)
    text = DISCOVERY.find({"query": query, "detail": "full"}).text
    first = DISCOVERY.find({"query": SEARCH.matches(query).found[:1][0].entry.tool, "detail": "full"}).text
    assert text.startswith(first)
    assert (
        estimate_tokens(text) <= max(FULL_TOKENS, estimate_tokens(first)) + 200
    )  # a line or two for those that did not fit
    assert 1 <= len(schemas(text)) <= 3


def test_short_ones_are_all_whole() -> None:
    assert len(schemas(DISCOVERY.find({"query": "holiday calendars", "detail": "full"}).text)) == 3


def test_a_line_of_a_search_shows_the_keys_of_nested_arguments() -> None:
    nested = 0
    for entry in INVENTORY.reachable.values():
        line = DISCOVERY.summarize(entry).split("): ")[0].replace("{as above}", "")
        assert [line.count(sign) for sign in "{["] == [line.count(sign) for sign in "}]"], line
        for name, schema in entry.schema["properties"].items():
            shown = re.search(rf"[(, ]{name}\??(?:\[\])?\{{(\w+)", line)
            if shown and schema.get("description", "").startswith("Keys: "):
                nested += 1
                assert schema["description"].startswith(f"Keys: {shown[1]}"), line
    assert nested >= 50
    assert "filters?[]{property, condition, values}" in DISCOVERY.summarize(
        INVENTORY.reachable["reply_filter_companies"]
    )


def test_what_lines_above_say_at_length_is_not_said_again() -> None:
    above: set[str] = set()
    every = {**INVENTORY.reachable, **INVENTORY.withheld}
    names = ("reply_list_calls", "reply_list_meetings", "reply_test_smtp", "reply_test_imap")
    calls, meetings, smtp, imap = (DISCOVERY.summarize(every[name], above=above) for name in names)
    assert "filters?{from?, to?" in calls
    assert meetings.startswith("reply_list_meetings(filters?{as above}): Each meeting")
    assert smtp.endswith("the person can switch it on by naming it in REPLY_TOOLS]")
    assert imap.endswith("changes nothing. [off too]")

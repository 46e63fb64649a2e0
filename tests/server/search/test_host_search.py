"""A host that searches the list of tools itself finds them by the words that people use."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from reply_mcp import catalog, workflows
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.definitions import tool_definitions
from reply_mcp.server.inventory import Inventory
from reply_mcp.settings import Settings

HERE = Path(__file__).parent
SMALL = frozenset(
    """a an the of to in on for my our me i is it and or with by from this that these those we you he she
    him her his they them was are be do does did have has had how what which who whose when where
    why not no all any at as up out so if into over than then there too can could will would should
    please""".split()
)


def words(text: str) -> list[str]:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("_", " ")).lower()
    return [word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", text) if word not in SMALL]


class HostSearch:
    """BM25 as in any textbook, over names, descriptions and arguments of the list."""

    def __init__(self) -> None:
        settings = Settings(toolsets=("all",))
        tools = tool_definitions(Inventory(settings), Policy(settings.policy, settings.caps))
        self.names = [tool.name for tool in tools]
        self.bags = []
        for tool in tools:
            taken = tool.input_schema["properties"]
            said = [one.get("description", "") for one in taken.values()]
            self.bags.append(Counter(words(" ".join([tool.name, tool.description or "", *taken, *said]))))
        self.usual = sum(bag.total() for bag in self.bags) / len(self.bags)
        self.spread = Counter(word for bag in self.bags for word in bag)

    def find(self, query: str, limit: int) -> list[str]:
        scores = [sum(self.weight(word, bag) for word in set(words(query)) if word in bag) for bag in self.bags]
        return [self.names[place] for place in sorted(range(len(scores)), key=lambda place: -scores[place])[:limit]]

    def weight(self, word: str, bag: Counter[str]) -> float:
        rarity = math.log(1 + (len(self.bags) - self.spread[word] + 0.5) / (self.spread[word] + 0.5))
        return rarity * bag[word] * 2.2 / (bag[word] + 1.2 * (0.25 + 0.75 * bag.total() / self.usual))


@cache
def host_search() -> HostSearch:
    return HostSearch()


@pytest.mark.parametrize(
    ("name", "asked"), [("locked", 100), ("other_products", 100), ("other_words", 122), ("unseen", 98)]
)
def test_a_host_finds_tools_in_the_whole_list(name: str, asked: int) -> None:
    """Requests that nothing was tuned on find what does the job among the first five."""
    tool_of = {entry.id: entry.tool for entry in (*catalog.entries(), *workflows.entries())}
    rows = [line.split(" -> ") for line in (HERE / f"{name}.txt").read_text("utf-8").splitlines() if " -> " in line]
    rows = [(query, ids) for query, ids in rows if not ids.startswith("no:")]
    hits = [bool({tool_of[id] for id in ids.split()} & set(host_search().find(query, 5))) for query, ids in rows]
    assert len(hits) == asked
    assert sum(hits) >= 0.8 * asked

"""What every answer of every tool must be, and how hard the tests look for one that is not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.inventory import every_entry
from tests.conftest import TIMES, text_of

TOOLS = [entry for entry in every_entry() if entry.tool]
_READS_BY_POST = re.compile(
    "|".join(
        re.sub(r"\\{\w+\\}", "[^/]+", re.escape(entry.path))
        for entry in every_entry()
        if entry.method == "POST" and entry.effect is Effect.READ
    )
)
SECRET = tuple(entry.tool for entry in TOOLS if entry.secret)
"""Tools that are off unless named."""
LONGEST = 30_000
few = settings(
    max_examples=3 * TIMES,
    phases=[Phase.generate],  # shrinking would call thousands of times
    suppress_health_check=list(HealthCheck),
)
Test = TypeVar("Test", bound=Callable[..., Any])


def few_for(entry: Entry) -> Callable[[Test], Test]:
    """As `few`, with other examples for each tool; its name is a seed, where `few` would read the test's source."""
    return lambda test: seed(entry.tool)(few(test))


class Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def told(self) -> list[str]:
        """What was logged since the last look."""
        formatter = logging.Formatter()
        told, self.records = [formatter.format(one) for one in self.records], []
        return told


def sound(result: Any, errors: Errors) -> str:
    """What every answer is: text that can be sent and read, with nothing broken behind it."""
    text = text_of(result)
    assert errors.told() == []
    assert text.strip()
    assert "failed inside reply-mcp" not in text
    assert len(text) <= LONGEST
    result.model_dump_json(by_alias=True).encode()
    return text


def is_read(method: str, path: str) -> bool:
    """Whether a request changes nothing, whatever comes of it."""
    return method == "GET" or (method == "POST" and _READS_BY_POST.fullmatch(path) is not None)


def named(entry: Entry) -> str:
    return entry.tool

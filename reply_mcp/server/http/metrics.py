"""Metrics in Prometheus' text format, counted in this process.

Their labels come from fixed lists (tools, effects, outcomes), so that callers cannot make new series.
"""

from __future__ import annotations

import hmac
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reply_mcp.server.http.auth.sign_in import bearer_token
from reply_mcp.server.sessions import Sessions
from reply_mcp.server.tool_handlers import CallReport

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends, in seconds, of the histogram of calls."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What has been counted since the start.

    Args:
        token: with which they may be read; "" where they are not served.
    """

    def __init__(self, sessions: Sessions, token: str) -> None:
        self._sessions = sessions
        self._token = token
        self._calls: Counter[tuple[str, ...]] = Counter()
        self._agreed: Counter[tuple[str, ...]] = Counter()
        self._requests: Counter[tuple[str, ...]] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def count_call(self, report: CallReport) -> None:
        """Counts a call of a tool."""
        self._calls[report.tool or "unknown", report.effect or "none", report.outcome] += 1
        if report.agreed_by:
            self._agreed[(report.agreed_by,)] += 1
        self._buckets[bisect_left(BUCKETS, report.seconds)] += 1
        self._seconds += report.seconds

    def count_request(self, status: int) -> None:
        """Counts an HTTP request to `/mcp`."""
        self._requests[(str(status),)] += 1

    async def answer(self, request: Request) -> Response:
        """The metrics, for who has the token."""
        given = bearer_token(request.headers.get("authorization", ""))
        if not self._token or not hmac.compare_digest(given.encode(), self._token.encode()):
            return Response(status_code=401 if self._token else 404, headers={"WWW-Authenticate": "Bearer"})
        return PlainTextResponse(await self.render(), media_type=CONTENT_TYPE)

    async def render(self) -> str:
        """The text that Prometheus reads."""
        totals, left = self._sessions.totals, await self._sessions.lowest_left()
        lines = [
            *_counter("calls_total", "Calls of tools.", ("tool", "effect", "outcome"), self._calls),
            *_counter("agreed_total", "Calls let through, by whom.", ("by",), self._agreed),
            *_counter("http_requests_total", "HTTP requests to /mcp.", ("status",), self._requests),
            *_counter("reply_requests_total", "Requests sent to Reply.", (), {(): totals.requests}),
            *_counter("reply_limited_total", "Answers 429 of Reply.", (), {(): totals.limited}),
            *_counter("reply_wait_seconds_total", "Seconds waited for the budget.", (), {(): round(totals.waited, 3)}),
            "# HELP reply_mcp_sessions Accounts in memory.",
            "# TYPE reply_mcp_sessions gauge",
            f"reply_mcp_sessions {len(self._sessions)}",
            "# HELP reply_mcp_budget_left_ratio The lowest share of a limit left to a recent caller.",
            "# TYPE reply_mcp_budget_left_ratio gauge",
            *(f'reply_mcp_budget_left_ratio{{window="{window}"}} {share:.3f}' for window, share in left.items()),
            *self._histogram(),
        ]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterable[str]:
        name = "reply_mcp_call_seconds"
        yield f"# HELP {name} Duration of calls of tools."
        yield f"# TYPE {name} histogram"
        total = 0
        for end, count in zip([*map(str, BUCKETS), "+Inf"], self._buckets, strict=True):
            total += count
            yield f'{name}_bucket{{le="{end}"}} {total}'
        yield f"{name}_sum {self._seconds:.3f}"
        yield f"{name}_count {total}"


def _counter(name: str, help: str, labels: tuple[str, ...], counts: Mapping[tuple[str, ...], float]) -> Iterable[str]:
    yield f"# HELP reply_mcp_{name} {help}"
    yield f"# TYPE reply_mcp_{name} counter"
    for values, count in sorted(counts.items()):
        shown = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
        yield f"reply_mcp_{name}{{{shown}}} {count}" if shown else f"reply_mcp_{name} {count}"

"""The sandbox as an ASGI application."""

from __future__ import annotations

from datetime import datetime

from starlette.applications import Starlette
from starlette.routing import Route

from reply_mcp.sandbox.control.routes import control_routes
from reply_mcp.sandbox.http.rate_limits import RateLimits, parse_rates
from reply_mcp.sandbox.kernel import Kernel


def create_app(
    *,
    database: str = ":memory:",
    seed: int = 1,
    documented: bool = False,
    rate_limits: str = "100/minute,3000/hour",
    stats_rate_limits: str = "200/hour",
    speed: float = 1.0,
    start: datetime | None = None,
) -> Starlette:
    """Reply's v3 API on SQLite.

    `database` is a file or `:memory:`; an empty one is filled from `seed`. `documented` answers as the documentation
    says instead of as on the wire. `rate_limits` and `stats_rate_limits` are like `100/minute,3000/hour` or `none`.
    `speed` is how fast virtual time runs, and `start` where it begins (now, unless given): with a speed of 0 and a
    start, two apps of one seed hold the same and do the same as they are advanced. The state is at
    `app.state.kernel`. Raises ValueError for a bad rate limit.
    """
    kernel = Kernel(
        database, seed, documented, speed, RateLimits(parse_rates(rate_limits), parse_rates(stats_rate_limits)), start
    )
    verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    routes = [*control_routes(kernel), Route("/{path:path}", kernel.answer, methods=verbs)]
    app = Starlette(routes=routes)
    app.state.kernel = kernel
    return app

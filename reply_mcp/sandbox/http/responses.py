"""What handlers answer and refuse, as HTTP responses."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from reply_mcp.sandbox.http.auth import Unauthorized
from reply_mcp.sandbox.http.handler import HandlerResponse
from reply_mcp.sandbox.http.problems import Problem


def to_response(result: Any) -> Response:
    """What a handler answered as an HTTP answer."""
    reply = result if isinstance(result, HandlerResponse) else HandlerResponse(200, result)
    if reply.text is not None:
        return Response(reply.text, reply.status, dict(reply.headers), reply.media_type)
    if reply.body is None and isinstance(result, HandlerResponse):
        return Response(None, reply.status, dict(reply.headers))
    content = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    return Response(content.encode(), reply.status, dict(reply.headers), "application/json")


def problem_response(problem: Problem) -> Response:
    """A problem as an HTTP answer; a documented 401 has no body."""
    if isinstance(problem, Unauthorized) and problem.empty:
        return Response(None, problem.status, problem.headers)
    return problem.response()

"""The span of a request to Reply, for whoever traces; without ids, a body or a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from reply_mcp.catalog.request import Request

_WORD = re.compile(r"v\d|[a-z]+(?:-[a-z]+)*")


def path_template(path: str) -> str:
    """A path with `{id}` for each part that is no word of the API: `/v3/contacts/{id}`."""
    return "/".join(part if not part or _WORD.fullmatch(part) else "{id}" for part in path.split("/"))


def is_traced() -> bool:
    """Whether anybody takes spans: a call has a few, and the making of each costs where nobody does."""
    from opentelemetry import trace

    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def request_span(request: Request) -> Iterator[Span]:
    """A span around one try of a request."""
    from opentelemetry import trace

    if not is_traced():
        yield trace.INVALID_SPAN
        return
    template = path_template(request.path)
    with trace.get_tracer("reply-mcp").start_as_current_span(
        f"{request.method} {template}",
        kind=trace.SpanKind.CLIENT,
        attributes={"http.request.method": request.method, "url.template": template},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def note_status(span: Span, status: int | None) -> None:
    """Notes what the request came to; None where there was no answer."""
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if status is None or status >= 400:
        from opentelemetry.trace import StatusCode

        span.set_attribute("error.type", "no answer" if status is None else str(status))
        span.set_status(StatusCode.ERROR)

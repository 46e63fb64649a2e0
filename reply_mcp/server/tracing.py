"""Traces by OpenTelemetry: a span for each request of a client and for each request to Reply, without content.

The SDK makes the former. Here the names in them are those of tools and prompts that there are, and errors have no text:
both may be a caller's words. Where nothing is set up to take spans, none is made.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware
from mcp.shared.exceptions import MCPError

from reply_mcp import __version__
from reply_mcp.client.spans import is_traced
from reply_mcp.server.context import Context
from reply_mcp.server.inventory import FINDERS, every_entry
from reply_mcp.server.prompts import BY_NAME

logger = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
END_SECONDS = 3
"""How long the last spans may take once the server ends; the library gives them 30."""
METHODS = frozenset(
    """initialize ping server/discover tools/list tools/call resources/list resources/templates/list resources/read
    prompts/list prompts/get completion/complete notifications/initialized notifications/cancelled
    notifications/progress""".split()
)
OTHER = "other"
"""What stands in a span for a name that there is not."""


def start_tracing() -> None:
    """Sends spans to the collector that the environment names, by OpenTelemetry's own variables; does nothing where it
    names none."""
    if not any(os.environ.get(name, "").strip() for name in ENDPOINTS):
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, but nothing is traced: install reply-mcp[otel]")
        return
    name = os.environ.get("OTEL_SERVICE_NAME", "").strip() or "reply-mcp"
    provider = TracerProvider(resource=Resource.create({"service.name": name, "service.version": __version__}))

    class EndsSoon(BatchSpanProcessor):
        """Its end waits for a collector that does not answer no longer than `END_SECONDS`."""

        def shutdown(self) -> None:
            self._batch_processor.shutdown(timeout_millis=END_SECONDS * 1000)

    provider.add_span_processor(EndsSoon(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def known_names() -> frozenset[str]:
    """The names of all tools and prompts."""
    return frozenset([*FINDERS, *BY_NAME, *(entry.tool for entry in every_entry() if entry.tool)])


class WithoutContent:
    """The SDK's middleware that makes spans, given nothing that a caller has made up.

    Args:
        known: the names of tools and prompts.
    """

    def __init__(self, spans: ServerMiddleware[Any], known: Collection[str]) -> None:
        self._spans = spans
        self._known = known

    async def __call__(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        if not is_traced():
            return await call_next(ctx)
        failed: MCPError | None = None

        async def call_without_text(_: Any) -> HandlerResult:
            nonlocal failed
            try:
                return await call_next(ctx)
            except MCPError as error:
                failed = error
                raise MCPError(code=error.error.code, message="") from None

        try:
            return await self._spans(self._without_words(ctx), call_without_text)
        except MCPError as error:
            raise failed or error from None

    def _without_words(self, ctx: Context) -> Context:
        """The request as its span may show it: what is no method, tool or prompt of ours, and an id that is a text, may
        be anything."""
        name = (ctx.params or {}).get("name")
        shown = ctx
        if name is not None and not (isinstance(name, str) and name in self._known):
            shown = replace(shown, params={**(ctx.params or {}), "name": OTHER})
        if ctx.method not in METHODS:
            shown = replace(shown, method=OTHER)
        return replace(shown, request_id=None) if isinstance(ctx.request_id, str) else shown

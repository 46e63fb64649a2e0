"""Traces: who called what, how long Reply took, and nothing that anybody wrote."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import anyio
import pytest
from mcp.shared.exceptions import MCPError

from reply_mcp.client.spans import path_template
from reply_mcp.server import tracing
from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected, over_stdio, text_of

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """What this process exports; there is one provider for its whole life, which takes nothing more in the end."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    yield kept
    provider.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Callable[[], list[ReadableSpan]]:
    exporter.clear()
    return lambda: list(exporter.get_finished_spans())


async def test_a_call_has_a_span_with_those_of_its_requests(
    spans: Callable[[], list[ReadableSpan]], sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    async with connected(settings_for(sandbox)) as client:
        text = text_of(await client.call_tool("reply_get_contact", {"id": contact["id"]}))
        assert contact["email"] in text
        await client.call_tool("reply_get_contact", {"id": 1})
    found = spans()
    calls = [one for one in found if one.name == "tools/call reply_get_contact" and one.kind is trace.SpanKind.SERVER]
    assert len(calls) == 2
    requests = [one for one in found if one.name == "GET /v3/contacts/{id}"]
    assert [dict(one.attributes or {})["http.response.status_code"] for one in requests] == [200, 404]
    assert [one.parent.span_id for one in requests if one.parent] == [one.context.span_id for one in calls]
    assert [one.status.is_ok for one in calls] == [True, False]
    shown = "".join(one.to_json() for one in found)
    for content in (contact["email"], str(contact["id"]), contact["firstName"], KEY):
        assert content not in shown


async def test_nothing_that_a_caller_makes_up_is_in_a_span(
    spans: Callable[[], list[ReadableSpan]], sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    async with connected(settings_for(sandbox)) as client:
        await client.call_tool("tell_bob_that_ann_left", {"because": "ann_left"})
        await client.call_tool("reply_run_read", {"tool": "ann_left", "arguments": {"ann_left": "ann_left"}})
        for ask in (
            lambda: client.get_prompt("ann_left", {}),
            lambda: client.read_resource("reply://ann_left"),
        ):
            with pytest.raises(MCPError, match="ann_left"):
                await ask()
    names = {one.name for one in spans() if one.kind is trace.SpanKind.SERVER}
    assert {"tools/call other", "tools/call reply_run_read", "prompts/get other", "resources/read"} <= names
    served = [one.to_json() for one in spans() if one.kind is not trace.SpanKind.CLIENT or "mcp" not in one.name]
    assert "ann_left" not in "".join(text for text in served if '"SpanKind.SERVER"' in text)


def test_a_path_has_no_ids_in_a_span() -> None:
    assert path_template("/v3/contacts/90514001/custom-fields") == "/v3/contacts/{id}/custom-fields"
    assert path_template("/v3/sequence-folders/3dfc467c-4b3e-4376-98e2-5e8929240dc6") == "/v3/sequence-folders/{id}"
    assert path_template("/v3/blacklist/emails/ann%40acme.example") == "/v3/blacklist/emails/{id}"


async def test_a_server_sends_them_to_the_collector_that_is_named(sandbox: Sandbox) -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    collector = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    try:
        environment = {
            "REPLY_BASE_URL": sandbox.url,
            "REPLY_API_KEY": KEY,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        }
        async with over_stdio(environment) as client:
            await client.call_tool("reply_run_read", {"tool": "reply_whoami", "arguments": {}})
            with anyio.fail_after(60):
                while not any(b"GET /v3/whoami" in body for _, body in received):
                    await anyio.sleep(0.05)
    finally:
        collector.shutdown()
    assert {path for path, _ in received} == {"/v1/traces"}
    assert any(b"reply-mcp" in body for _, body in received)
    assert not any(KEY.encode() in body for _, body in received)


def test_without_the_extra_it_says_so_and_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setattr(tracing.logger, "warning", warned.append)
    tracing.start_tracing()
    assert len(warned) == 1
    assert "reply-mcp[otel]" in warned[0]


def test_without_a_collector_nothing_of_it_is_imported() -> None:
    code = "import sys; from reply_mcp.server import tracing; tracing.start_tracing()"
    code += "; print('opentelemetry.sdk' in sys.modules)"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean)
    assert done.stdout.strip() == "False", done.stderr


def test_a_collector_that_does_not_answer_holds_up_no_end() -> None:
    program = (
        "from opentelemetry import trace\n"
        "from reply_mcp.server import tracing\n"
        "tracing.END_SECONDS = 0.1\n"
        "tracing.start_tracing()\n"
        "trace.get_tracer('test').start_span('one').end()\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {
            **os.environ,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "600",
        }
        # The library waits for 30 s.
        ended = subprocess.run([sys.executable, "-c", program], env=environment, timeout=25)
    assert ended.returncode == 0

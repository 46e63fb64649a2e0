"""What happens to every request before and after its handler, and the state that requests share."""

from __future__ import annotations

import inspect
import json
import logging
from datetime import datetime
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.faults.delayed_jobs import answer_with_job
from reply_mcp.sandbox.faults.injection import ALWAYS_PROCESSED, Fault, Faults
from reply_mcp.sandbox.faults.responses import faulty_response
from reply_mcp.sandbox.handlers import load_handlers
from reply_mcp.sandbox.http.auth import authenticate
from reply_mcp.sandbox.http.handler import HandlerCall
from reply_mcp.sandbox.http.problems import Problem, invalid, no_endpoint
from reply_mcp.sandbox.http.rate_limits import RateLimits
from reply_mcp.sandbox.http.responses import problem_response, to_response
from reply_mcp.sandbox.http.routing import Router
from reply_mcp.sandbox.http.uploads import FORM, read_form
from reply_mcp.sandbox.request_log import RequestLog
from reply_mcp.sandbox.seed import seed_store
from reply_mcp.sandbox.simulation.engine import HOLDING, reconsider_held, run_until
from reply_mcp.sandbox.simulation.webhook_delivery import WebhookDelivery
from reply_mcp.sandbox.store import Store

_log = logging.getLogger(__name__)


class Kernel:
    """The state that requests share."""

    def __init__(
        self,
        database: str,
        seed: int,
        documented: bool,
        speed: float,
        limits: RateLimits,
        start: datetime | None = None,
    ) -> None:
        self.store = Store(database)
        self.documented = documented
        self.limits = limits
        self.faults = Faults(seed)
        self.log = RequestLog()
        kept = self.store.get("clock", 1) or {}
        self.clock = Clock(speed, kept.get("offset", 0.0), start)
        if not self.store.all("user"):
            seed_store(self.store, self.clock, seed)
        load_handlers()
        self.router = Router(documented)
        self.webhooks = WebhookDelivery(self.store, self.clock)

    def advance(self, seconds: float) -> None:
        """Move the clock and do what became due."""
        self.clock.advance(seconds)
        self.store.put("clock", {"id": 1, "offset": self.clock.offset})
        self.run_due_work()

    def run_due_work(self) -> None:
        """Do everything that fell due until now."""
        run_until(self.store, self.clock.now())
        self.webhooks.enqueue_due()

    async def answer(self, request: Request) -> Response:
        """Answer one request under /v3, or break it as a fault asks."""
        body = await request.body()
        entry = self.log.add(request, body)
        fault = self.faults.pick(request.method, request.url.path)
        if fault and fault.kind == "latency":
            await anyio.sleep(fault.seconds)
            fault = None
        if fault and fault.kind == "job":
            return self._answer_with_job(fault, request, entry, await self._process(request, body, entry))
        intended = None
        if fault is None or fault.when == "after" or fault.kind in ALWAYS_PROCESSED:
            intended = await self._process(request, body, entry)
        response = await faulty_response(fault, request, intended) if fault else intended
        assert response is not None
        entry["status"] = None if fault and fault.kind in ("close", "reset", "hang") else response.status_code
        return response

    def _answer_with_job(self, fault: Fault, request: Request, entry: dict[str, Any], intended: Response) -> Response:
        entry["status"] = intended.status_code
        if intended.status_code >= 300:
            return intended
        key = authenticate(request.headers, self.store, self.documented)
        response = answer_with_job(fault, intended, key.user_id, self.store, self.clock)
        entry["status"] = response.status_code
        return response

    async def _process(self, request: Request, body: bytes, entry: dict[str, Any]) -> Response:
        headers: dict[str, str] = {}
        try:
            key = authenticate(request.headers, self.store, self.documented)
            headers = self.limits.count_request(key.window, request.url.path)
            found = self.router.find(request.method, request.url.path)
            if found is None:
                raise no_endpoint()
            route, path = found
            if not key.grants(route.fact.scope):
                raise Problem(403, None, f"The access token lacks the required scope '{route.fact.scope}'.")
            if not key.plan_allows(route.fact.scope):
                # Nothing tells a plan's refusal from a role's: no code, no detail, no reasons.
                raise Problem(403, extra={"reasons": []})
            query = dict(request.query_params)
            call = HandlerCall(self.store, self.clock, key, self.documented, path, query)
            if request.headers.get("content-type", "").startswith(FORM):
                call.files, call.body = await read_form(request)
            else:
                call.body = _parse_json(body)
            self.run_due_work()
            revision = self.store.revision(HOLDING)
            result = route.handler(call)
            if inspect.isawaitable(result):
                result = await result
            if self.store.revision(HOLDING) != revision:
                reconsider_held(self.store, self.clock.now())
            self.webhooks.enqueue_due()
            response = to_response(result)
        except Problem as problem:
            response = problem_response(problem)
        except Exception:
            _log.exception("%s %s failed", request.method, request.url.path)
            response = Problem(500).response()
        response.headers.update(headers)
        entry["processed"] = response.status_code
        return response


def _parse_json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise invalid(("", "The body is not valid JSON.")) from None

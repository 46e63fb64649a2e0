"""Requests to v3 for one credential: budget, connection, retries, and answers or errors fit to read."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio
from anyio import to_thread

from reply_mcp.catalog.operation import Request
from reply_mcp.client.budget import Budget, OnWait, Slot, rate_limited
from reply_mcp.client.connection import CONNECT_SECONDS, opened
from reply_mcp.client.credentials import Credential
from reply_mcp.client.files import Files, LoadedFile
from reply_mcp.client.outcomes import (
    TRIES,
    Answer,
    RawResponse,
    Retry,
    backoff,
    classify,
)
from reply_mcp.client.spans import note_status, request_span
from reply_mcp.client.totals import Totals
from reply_mcp.client.transport import exchange
from reply_mcp.errors import WrongArguments

if TYPE_CHECKING:
    import httpx

MOST_LIMITED = 8
"""429s after which one call gives up, whatever its patience."""


@dataclass(slots=True)
class _Sending:
    """A request on its way: what is left of its patience (seconds), and the 429s that it has met."""

    request: Request
    prepared: httpx.Request
    verify_with: str | None
    on_wait: OnWait | None
    bulk: bool
    patience: float
    limited: int = 0
    closed_for: float = 0.0


class Client:
    """Sends requests with one credential.

        client = Client(Credential(key), budget=Budget(parse_rates("none")))
        answer = await client.send(Request("GET", "/v3/whoami"))

    `timeout` is how many seconds Reply may take to answer, `patience` how many a call may wait in all for its turn and
    between tries. `requests` counts what was sent. `transport` stands in for the network in tests; `files` reads what
    uploads name.
    """

    def __init__(
        self,
        credential: Credential,
        *,
        budget: Budget,
        timeout: float = 30,
        patience: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        files: Files | None = None,
        totals: Totals | None = None,
    ) -> None:
        self.credential = credential
        self._totals = totals or Totals()
        self.budget = budget
        self.requests = 0
        self.accepted = False
        """Whether Reply has taken the key for one of its own."""
        self.refused = False
        """Whether Reply has answered that there is no such key."""
        self._base_url = credential.base_url.rstrip("/")
        self._timeout = timeout
        self.patience = patience
        self._transport = transport
        self.files = files or Files()
        self._http: httpx.AsyncClient | None = None

    async def send(
        self, request: Request, *, verify_with: str | None = None, on_wait: OnWait | None = None, bulk: bool = False
    ) -> Answer:
        """One request and its answer, after as many tries as are harmless.

        Args:
            verify_with: for a write, the call that shows whether it was done, as the agent would make it.
            on_wait: called with waits of more than half a second.
            bulk: one of many requests of the same work; it stands behind those of others.

        Raises:
            ReplyError: one of its children; nothing else.
        """
        loaded = await to_thread.run_sync(self.files.load, request.file) if request.file else None
        sending = _Sending(request, self._build_request(request, loaded), verify_with, on_wait, bulk, self.patience)
        tries = 0
        while True:
            verdict = await self._once(sending)
            if isinstance(verdict, Answer):
                return verdict
            if verdict.limited:
                if sending.limited >= MOST_LIMITED or sending.closed_for > sending.patience:
                    raise rate_limited(request.limit_class, max(sending.closed_for, 1.0))
                continue
            tries += 1
            pause = max(backoff(tries), verdict.wait or 0.0)
            if tries >= TRIES or pause > sending.patience:
                raise verdict.error from None
            sending.patience -= pause
            await anyio.sleep(pause)

    async def close_connections(self) -> None:
        """Closes the connections; new ones are opened when they are needed."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def aclose(self) -> None:
        """Closes the connections and the budget. The client can be used again and then opens new ones."""
        await self.close_connections()
        await self.budget.aclose()

    async def _once(self, sending: _Sending) -> Answer | Retry:
        """What one try within the budget came to."""
        request, began = sending.request, time.monotonic()
        slot = await self.budget.acquire(
            request.limit_class, max(sending.patience, 0.0), sending.on_wait, bulk=sending.bulk
        )
        waited = time.monotonic() - began
        sending.patience -= waited
        self._totals.waited += waited
        if request.safe:
            return await self._exchange(sending, slot)
        # A write that was begun is ended, whoever still waits for it: only so is it known whether it was done.
        with anyio.CancelScope(shield=True):
            verdict = await self._exchange(sending, slot)
        return verdict  # noqa: RET504 (a scope may end its block, so the type checker wants it here)

    async def _exchange(self, sending: _Sending, slot: Slot) -> Answer | Retry:
        """What the request of this slot came to; the slot is given back."""
        request, spent, headers = sending.request, True, None
        try:
            # Before the await: a call that is cancelled on the way may have been counted by Reply.
            self.requests += 1
            self._totals.requests += 1
            with request_span(request) as span:
                outcome = await exchange(self._open(), sending.prepared, self._timeout + CONNECT_SECONDS)
                note_status(span, outcome.status if isinstance(outcome, RawResponse) else None)
            spent = isinstance(outcome, RawResponse) or outcome.handed_over
            self.requests -= not spent
            headers = outcome.headers if isinstance(outcome, RawResponse) else None
            if isinstance(outcome, RawResponse):
                self.refused |= outcome.status == 401
                self.accepted |= 200 <= outcome.status < 300
            verdict = classify(request, outcome, sending.verify_with)
            if isinstance(verdict, Retry) and verdict.limited:
                sending.closed_for = verdict.wait or min(2.0**sending.limited, 30.0)
                sending.limited += 1
                self._totals.limited += 1
                # Before the slot is given back, so that nothing slips through in between.
                await self.budget.limited(request.limit_class, sending.closed_for, headers)
        finally:
            await self.budget.release(slot, spent=spent, headers=headers)
        return verdict

    def _build_request(self, request: Request, loaded: LoadedFile | None) -> httpx.Request:
        """The HTTP request. Raises WrongArguments for what cannot be sent."""
        segments = unquote(request.path).split("/")
        odd = any(sign in request.path for sign in "?#\\") or any(
            segment in {"", ".", ".."} for segment in segments[1:]
        )
        if not request.path.startswith("/v3/") or odd or not request.path.isprintable():
            raise WrongArguments(["an id in the path: only letters, digits and the signs that ids have"])
        http = self._open()
        import httpx

        headers = http.headers.copy()
        content: bytes | None = None
        files = None
        try:
            if loaded is not None:
                files = {loaded.field: (loaded.name, loaded.content, loaded.media_type)}
            elif request.body is not None:
                content = json.dumps(request.body, allow_nan=False, ensure_ascii=False).encode()
                headers["Content-Type"] = "application/json"
            query: dict[str, Any] = {name: value for name, value in request.query.items() if value is not None}
            # Not by the client's `build_request`, which would parse the address three times.
            return httpx.Request(
                request.method,
                self._base_url + request.path,
                params=query or None,
                content=content,
                files=files,
                headers=headers,
            )
        # Without the cause: it holds the request, and with it the key.
        except httpx.InvalidURL:
            raise WrongArguments(["a value is too long to be sent"]) from None
        except (ValueError, TypeError, RecursionError):
            raise WrongArguments(
                ["a value cannot be sent: half a character, NaN or Infinity, or nested too deep"]
            ) from None

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            from reply_mcp import __version__

            headers = {"User-Agent": f"reply-mcp/{__version__}", **self.credential.headers()}
            self._http = opened(self._base_url, headers, timeout=self._timeout, transport=self._transport)
        return self._http

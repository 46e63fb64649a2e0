"""Requests to v3 for one credential: budget, connection, retries, and answers or errors fit to read."""

from __future__ import annotations

import asyncio
import json
import math
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from reply_mcp.catalog.operation import Request
from reply_mcp.client.budget import Budget, OnWait, busy
from reply_mcp.client.credentials import Credential
from reply_mcp.client.exchange import exchange
from reply_mcp.client.files import Files, LoadedFile
from reply_mcp.client.retries import TRIES, Again, Answer, Lost, Received, backoff, judged
from reply_mcp.errors import WrongArguments

if TYPE_CHECKING:
    import httpx

__all__ = ["Answer", "Client"]

MOST_LIMITED = 8
"""429s after which one call gives up, whatever its patience."""
KEEPALIVE_SECONDS = 15.0
CONNECT_SECONDS = 10.0


class Client:
    """Sends requests with one credential.

        client = Client(Credential(key), base_url="https://api.reply.io", budget=MemoryBudget(parse_rates("none")))
        answer = await client.send(Request("GET", "/v3/whoami"))

    `timeout` is how many seconds Reply may take to answer, `patience` how many a call may wait in all for its turn and
    between tries. `requests` counts what was sent. `transport` stands in for the network in tests; `files` reads what
    uploads name.
    """

    def __init__(
        self,
        credential: Credential,
        *,
        base_url: str,
        budget: Budget,
        timeout: float = 30,
        patience: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        files: Files | None = None,
    ) -> None:
        self.credential = credential
        self.budget = budget
        self.requests = 0
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._patience = patience
        self._transport = transport
        self._files = files or Files()
        self._http: httpx.AsyncClient | None = None

    async def send(self, request: Request, *, settle: str | None = None, on_wait: OnWait | None = None) -> Answer:
        """One request and its answer, after as many tries as are harmless.

        Args:
            settle: for a write, the call that shows whether it was done, as the agent would make it.
            on_wait: told of waits of more than half a second.

        Raises:
            ReplyError: one of its children; nothing else.
        """
        loaded = await asyncio.to_thread(self._files.load, request.file) if request.file else None
        prepared = self._prepared(request, loaded)
        patience, tries, limited = self._patience, 0, 0
        while True:
            outcome, waited = await self._once(request, prepared, patience, on_wait)
            patience -= waited
            verdict = judged(request, outcome, settle)
            if isinstance(verdict, Answer):
                return verdict
            if verdict.limited:
                limited += 1
                await self._close(request, verdict, limited, patience)
                continue
            tries += 1
            pause = max(backoff(tries), verdict.wait or 0.0)
            if tries >= TRIES or pause > patience:
                raise verdict.error from None
            patience -= pause
            await asyncio.sleep(pause)

    async def aclose(self) -> None:
        """Closes the connections. The client can be used again and then opens new ones."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _once(
        self, request: Request, prepared: httpx.Request, patience: float, on_wait: OnWait | None
    ) -> tuple[Received | Lost, float]:
        """One try within the budget, and the seconds for which it waited for its turn."""
        began = time.monotonic()
        slot = await self.budget.acquire(request.limit_class, max(patience, 0.0), on_wait)
        waited = time.monotonic() - began
        spent = True
        try:
            # Before the await: a call that is cancelled on the way may have been counted by Reply.
            self.requests += 1
            outcome = await exchange(self._open(), prepared, self._timeout + CONNECT_SECONDS)
            spent = isinstance(outcome, Received) or outcome.handed_over
            self.requests -= not spent
            if isinstance(outcome, Received):
                await self.budget.learn(outcome.headers, request.limit_class)
        finally:
            await self.budget.release(slot, spent=spent)
        return outcome, waited

    async def _close(self, request: Request, verdict: Again, limited: int, patience: float) -> None:
        """After a 429: nothing of this class goes out until Reply's limit resets."""
        seconds = verdict.wait or min(2.0 ** (limited - 1), 30.0)
        await self.budget.close(request.limit_class, seconds)
        if limited >= MOST_LIMITED or seconds > patience:
            what = "" if request.limit_class == "general" else f" for {request.limit_class}"
            raise busy(request.limit_class, max(seconds, 1.0), f"429: Reply's limit{what} is used up")

    def _prepared(self, request: Request, loaded: LoadedFile | None) -> httpx.Request:
        """The HTTP request. Raises WrongArguments for what cannot be sent."""
        segments = unquote(request.path).split("/")
        odd = any(sign in request.path for sign in "?#\\") or any(
            segment in {"", ".", ".."} for segment in segments[1:]
        )
        if not request.path.startswith("/v3/") or odd or not request.path.isprintable():
            raise WrongArguments(["an id in the path: only letters, digits and the signs that ids have"])
        import httpx

        headers = {}
        content: bytes | None = None
        try:
            if request.body is not None:
                content = json.dumps(request.body, allow_nan=False, ensure_ascii=False).encode()
                headers["Content-Type"] = "application/json"
            files = None
            if loaded is not None:
                content, files = None, {loaded.field: (loaded.name, loaded.content, loaded.media_type)}
                headers.pop("Content-Type", None)
            query: dict[str, Any] = {name: value for name, value in request.query.items() if value is not None}
            return self._open().build_request(
                request.method, request.path, params=query or None, content=content, files=files, headers=headers
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
            # Here and not above: importing it takes as long as the rest of the start.
            import httpx

            from reply_mcp import __version__

            seconds = self._timeout
            self._http = httpx.AsyncClient(
                base_url=self._base_url,
                headers={
                    "Accept": "application/json",
                    "User-Agent": f"reply-mcp/{__version__}",
                    **self.credential.headers(),
                },
                timeout=httpx.Timeout(math.ceil(seconds * 1000) / 1000, connect=min(seconds, CONNECT_SECONDS)),
                limits=httpx.Limits(
                    max_connections=50, max_keepalive_connections=20, keepalive_expiry=KEEPALIVE_SECONDS
                ),
                follow_redirects=False,
                transport=self._transport,
            )
        return self._http

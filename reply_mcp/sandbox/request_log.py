"""The log of requests: what clients sent, as tests and `/sandbox/requests` read it."""

from __future__ import annotations

import json
import time
from collections import deque
from itertools import takewhile
from typing import Any

from starlette.requests import Request

KEPT = 10_000


class RequestLog:
    """The last requests, numbered from 1."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._last = 0

    def add(self, request: Request, body: bytes) -> dict[str, Any]:
        """Note a request. Of the key only the end is kept.

        `status` is filled in when it is answered, and `processed` with the status of what was done: None where a fault
        came before that, another than `status` where one came after.
        """
        self._last += 1
        entry = {
            "n": self._last,
            "at": time.time(),
            "method": request.method,
            "path": request.url.path,
            "query": dict(request.query_params),
            "body": read_text_or_json(body),
            "status": None,
            "processed": None,
            "key": request.headers.get("authorization", "")[-8:],
        }
        self._entries.append(entry)
        return entry

    def since(self, number: int = 0) -> list[dict[str, Any]]:
        """The entries after `number`, oldest first."""
        later = list(takewhile(lambda entry: entry["n"] > number, reversed(self._entries)))
        return later[::-1]

    @property
    def last(self) -> int:
        """The number of the latest entry."""
        return self._last


def read_text_or_json(body: bytes) -> Any:
    """The body as JSON where it is that, else as text; None where it is empty."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")

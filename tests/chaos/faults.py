"""Every fault that the sandbox knows, at one rate together."""

from __future__ import annotations

from typing import Any

SECONDS = 0.25
"""Of latency."""

PROBLEM = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "No."}
ODD_SUCCESSES: tuple[dict[str, Any], ...] = (
    *({"kind": "answer", "body": body} for body in (None, "ok", PROBLEM, {"error": "Internal"})),
)
"""Successes that do not say what was done."""
AFTER: tuple[dict[str, Any], ...] = (
    {"kind": "answer", "body": {}, "when": "after"},
    {"kind": "empty", "status": 204, "when": "after"},
)
"""Successes that some operations have, and others do not: of those that have them they are true only afterwards."""
ANYTIME: tuple[dict[str, Any], ...] = (
    *({"kind": "status", "status": status} for status in (408, 499, 500, 502, 503, 504)),
    {"kind": "html"},
    {"kind": "html", "status": 502},
    {"kind": "malformed"},
    {"kind": "empty"},
    {"kind": "redirect"},
    {"kind": "bomb"},
    {"kind": "endless"},
    {"kind": "trickle"},
    {"kind": "close"},
    {"kind": "reset"},
    {"kind": "hang"},
    *ODD_SUCCESSES,
)
"""What may come before the work or after it."""
BEFORE: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 425},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 429, "retryAfter": 1},
    {"kind": "status", "status": 429, "retryAfter": 1, "retryDate": True},
    {"kind": "redirect", "status": 308},
    {"kind": "html", "status": 403},
    {"kind": "latency", "seconds": SECONDS},
    {"kind": "truncate"},
    {"kind": "leftover"},
)
"""What says by its meaning that nothing was done, or harms nothing; and `truncate` and `leftover`, which always come
after."""
KINDS = (*BEFORE, *AFTER, *({**fault, "when": when} for fault in ANYTIME for when in ("before", "after")))
"""All of them, each once."""


def every_fault(rate: float) -> list[dict[str, Any]]:
    """Descriptions for `POST /sandbox/faults`: `rate` of the requests is hit by one of them, each as often as another.
    Refused connections come on top, for as great a share of the connections."""
    each = rate / len(KINDS)
    return [{**fault, "rate": each, "times": None} for fault in KINDS] + [
        {"kind": "refuse", "rate": rate, "times": None}
    ]

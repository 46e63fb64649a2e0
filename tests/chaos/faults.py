"""Every fault that the sandbox knows, at one rate together."""

from __future__ import annotations

from typing import Any

SECONDS = 0.25
"""Of latency."""

ANYTIME: tuple[dict[str, Any], ...] = (
    *({"kind": "status", "status": status} for status in (408, 500, 502, 503, 504)),
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
)
"""What says by its meaning that nothing was done, or harms nothing; and `truncate`, which always comes after."""


def every_fault(rate: float) -> list[dict[str, Any]]:
    """Descriptions for `POST /sandbox/faults`: `rate` of the requests is hit by one of them, each as often as another.
    Refused connections come on top, for as great a share of the connections."""
    kinds = [*BEFORE, *({**fault, "when": when} for fault in ANYTIME for when in ("before", "after"))]
    each = rate / len(kinds)
    return [{**fault, "rate": each, "times": None} for fault in kinds] + [
        {"kind": "refuse", "rate": rate, "times": None}
    ]

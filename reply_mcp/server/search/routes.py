"""Requests in the place of words: `PATCH /v2/campaigns/17/steps`, a whole URL, a path without its method."""

from __future__ import annotations

import re

_ROUTE = r"(?:\b(?P<method>get|post|put|patch|delete)\s+)?(?:https?://)?(?:[\w.-]+/)?/?\b(?P<path>v[123]/[^\s?#]+)"
_VARIABLE = r"/(?:\{[^/}]*\}|:\w+|\d[\w-]*|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)"


def route_in(text: str) -> tuple[str, str] | None:
    """The method (or "") and the path of a request in small letters: `("patch", "v2/campaigns/*/steps")`."""
    found = re.search(_ROUTE, text.lower()) if "/" in text else None
    if found is None:
        return None
    return found["method"] or "", re.sub(_VARIABLE, "/*", found["path"].rstrip("/.,;"))


def served(asked: str, method: str) -> float:
    """How well an entry with the path of a request and this method fits it: 0.8 where one of them names no method."""
    if asked == method:
        return 1.0
    return 0.4 if asked and method else 0.8

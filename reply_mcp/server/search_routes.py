"""Requests in the place of words: `PATCH /v2/campaigns/17/steps`, a whole URL, a path without its method."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ROUTE = re.compile(
    r"(?:\b(?P<method>get|post|put|patch|delete)\s+)?(?:https?://)?(?:[\w.-]+/)?/?\b(?P<path>v[123]/[^\s?#]+)"
)
_VARIABLE = re.compile(r"/(?:\{[^/}]*\}|:\w+|\d[\w-]*|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)")


def route_in(text: str) -> tuple[str, str] | None:
    """The method (or "") and the path of a request in small letters: `("patch", "v2/campaigns/*/steps")`."""
    found = _ROUTE.search(text.lower())
    if found is None:
        return None
    return found["method"] or "", _VARIABLE.sub("/*", found["path"].rstrip("/.,;"))


def served(route: tuple[str, str], routes: Iterable[tuple[str, str]]) -> float:
    """How well one of an entry's routes fits a request: 1.0 the same, 0.8 without a method, 0.4 with another method."""
    method, path = route
    same = [own for own, where in routes if where == path]
    if not same:
        return 0.0
    if method in same:
        return 1.0
    return 0.4 if method and "" not in same else 0.8

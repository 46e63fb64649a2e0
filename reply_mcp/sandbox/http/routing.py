"""From method and path to the operation that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.sandbox.http.handler import Handler, has_text_ids, registered_handlers
from reply_mcp.sandbox.http.operation_facts import OperationFact, facts


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that answers: its id, fact, handler and path segments."""

    name: str
    fact: OperationFact
    handler: Handler
    segments: tuple[str, ...]
    text_ids: bool

    def match(self, segments: tuple[str, ...]) -> dict[str, Any] | None:
        """The path parameters (integers converted), or None where the path is another's."""
        found: dict[str, Any] = {}
        for own, given in zip(self.segments, segments, strict=True):
            if own.startswith("{"):
                if not self.text_ids and not (given.isascii() and given.isdigit()):
                    return None
                found[own[1:-1]] = given if self.text_ids else int(given)
            elif own != given:
                return None
        return found


class Router:
    """The registered operations by method and path; coming-soon ones only as on the wire."""

    def __init__(self, documented: bool) -> None:
        self._routes: dict[tuple[str, int], list[Route]] = {}
        known: Mapping[str, OperationFact] = facts()
        for name, handler in registered_handlers().items():
            fact = known.get(name)
            if fact is None or (documented and not fact.released):
                continue
            segments = tuple(fact.path.strip("/").split("/"))
            self._routes.setdefault((fact.method, len(segments)), []).append(
                Route(name, fact, handler, segments, has_text_ids(name))
            )
        for routes in self._routes.values():
            # `/email-accounts/tags` before `/email-accounts/{id}`.
            routes.sort(key=lambda route: [segment.startswith("{") for segment in route.segments])

    def find(self, method: str, path: str) -> tuple[Route, dict[str, Any]] | None:
        """The route and its path parameters, or None."""
        segments = tuple(path.strip("/").split("/"))
        for route in self._routes.get((method, len(segments)), ()):
            found = route.match(segments)
            if found is not None:
                return route, found
        return None

"""Refusals as Reply words them: `application/problem+json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import responses as phrases
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal, raised by a handler and answered as a problem body.

    `errors` are pairs of a JSON Pointer into the body (or a parameter's name, or "") and what is wrong there; a problem
    with errors is a validation failure and carries no code. `extra` is added to the body as it is.
    """

    def __init__(
        self,
        status: int,
        code: str | None = None,
        detail: str = "",
        title: str | None = None,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or code or title or str(status))
        self.status = status
        self.code = code
        self.detail = detail
        self.title = title
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def body(self) -> dict[str, Any]:
        """The problem as JSON-able data."""
        title = self.title or ("Validation failed" if self.errors else phrases.get(self.status, "Unknown"))
        body: dict[str, Any] = {"title": title, "status": self.status}
        if self.code:
            body["code"] = self.code
        if self.errors:
            body["detail"] = self.detail or "The request contains validation errors."
            body["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.errors]
        elif self.detail:
            body["detail"] = self.detail
        return {**body, **self.extra}

    def response(self) -> Response:
        """The problem as an HTTP answer."""
        return Response(json.dumps(self.body()), self.status, self.headers, MEDIA_TYPE)


def invalid(*errors: tuple[str, str]) -> Problem:
    """A 400 that points at each error: `invalid(("/email", "Not an email address."))`."""
    return Problem(400, errors=errors)


def no_endpoint() -> Problem:
    """A 404 for a route that does not exist: the only 404 without a code."""
    return Problem(404, title="Not Found", detail="No endpoint matches the request.")


def server_error() -> Problem:
    """The 500 that the wire gives where a 400 belongs."""
    return Problem(500, None, "An error occurred while processing your request.", title="Internal Server Error")

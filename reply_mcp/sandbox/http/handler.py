"""How a handler is written: a function of a `HandlerCall`, registered under Reply's operation id.

Handlers import the words in which they are written from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.http.auth import Key
from reply_mcp.sandbox.http.problems import Problem, invalid
from reply_mcp.sandbox.http.uploads import Upload
from reply_mcp.sandbox.store import Doc, Store

__all__ = [
    "Handler",
    "HandlerCall",
    "HandlerResponse",
    "Key",
    "Problem",
    "invalid",
    "operation",
    "paginate",
    "registered_handlers",
]

Handler = Callable[["HandlerCall"], Any]

_handlers: dict[str, Handler] = {}
_with_text_ids: set[str] = set()


@dataclass(frozen=True, slots=True)
class HandlerResponse:
    """An answer that is not a plain 200 with JSON. `body` None sends no body; `text` is sent as it is."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    media_type: str = "application/json"


@dataclass(slots=True)
class HandlerCall:
    """One authenticated request that matched an operation."""

    store: Store
    clock: Clock
    key: Key
    documented: bool
    path: dict[str, Any]
    query: dict[str, str]
    body: Any = None
    files: dict[str, Upload] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The path's `{id}`."""
        return int(self.path["id"])

    def integer(self, name: str, default: int, least: int | None = None, most: int | None = None) -> int:
        """An integer query parameter, or a 400 that points at it."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        try:
            value = int(text)
        except ValueError:
            raise self.query_error(name, f"The value '{text}' is not valid.") from None
        if (least is not None and value < least) or (most is not None and value > most):
            upper = f" and {most}" if most is not None else ""
            raise self.query_error(name, f"'{name}' must be between {least}{upper}. You entered {value}.")
        return value

    def boolean(self, name: str, default: bool = False) -> bool:
        """A boolean query parameter, or a 400 that points at it."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        if text.lower() not in ("true", "false"):
            raise self.query_error(name, f"The value '{text}' is not valid.")
        return text.lower() == "true"

    def query_error(self, name: str, detail: str) -> Problem:
        """A 400 for a query parameter; on the wire its pointer begins with a slash and `extensions` is there."""
        if self.documented:
            return invalid((name, detail))
        return Problem(400, errors=[(f"/{name}", detail)], extra={"extensions": {}})

    def json_object(self) -> Doc:
        """The body as a JSON object, or a 400 for the whole body."""
        if not isinstance(self.body, dict):
            raise invalid(("", "A JSON object is required."))
        return self.body


def operation(name: str, *, text_ids: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for Reply's operation of this id; its method, path and scope are looked up by it.

    A handler answers JSON-able data (sent with 200) or a `HandlerResponse`, or raises a `Problem`. It may be async.
    Path parameters are integers, and another path is no such endpoint, unless the operation has `text_ids` (UUIDs).
    """

    def register(handler: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"two handlers for {name}")
        _handlers[name] = handler
        if text_ids:
            _with_text_ids.add(name)
        return handler

    return register


def registered_handlers() -> Mapping[str, Handler]:
    """The registered handlers by operation id."""
    return _handlers


def has_text_ids(name: str) -> bool:
    """Whether the operation's path parameters are texts."""
    return name in _with_text_ids


def paginate(
    call: HandlerCall, items: Sequence[Any], default: int = 25, most: int = 1000, code: str | None = None
) -> Doc:
    """The page of `items` that `top` and `skip` ask for.

    Out of bounds is a 400 with the area's `code` (`contact.invalidPagination`) where it has one, else one that points
    at the parameter.
    """
    bounds = (None, None, None) if code else (1, most, 0)
    top = call.integer("top", default, bounds[0], bounds[1])
    skip = call.integer("skip", 0, bounds[2])
    if not 1 <= top <= most or skip < 0:
        raise Problem(400, code, f"Invalid requested page view: top is 1 to {most}, skip is 0 or more.")
    return {"items": list(items[skip : skip + top]), "hasMore": len(items) > skip + top}

"""A picture and a sound, as small as they can be, and how fixtures join a server's own handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.lowlevel import Server

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="

Handler = Callable[[Any, Any], Awaitable[Any]]


def instead(server: Server[Any], method: str, made_of: Callable[[Handler], Handler]) -> None:
    """Puts a handler that is made of the server's own in its place."""
    entry = server.get_request_handler(method)
    assert entry is not None
    server.add_request_handler(method, entry.params_type, made_of(entry.handler))


def listing(field: str, more: list[Any]) -> Callable[[Handler], Handler]:
    """A list handler whose list has `more` at its end."""

    def made_of(own: Handler) -> Handler:
        async def handle(context: Any, params: Any) -> Any:
            listed = await own(context, params)
            return listed.model_copy(update={field: [*getattr(listed, field), *more]})

        return handle

    return made_of

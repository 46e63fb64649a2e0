"""Checking the types of a body's fields, as pointers to what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeGuard

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.store import Doc


def is_integer(value: Any) -> TypeGuard[int]:
    """Whether the value is an integer, and not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


def read_moment(body: Doc, name: str, wrong: list[tuple[str, str]], *, needed: bool = False) -> datetime | None:
    """A date and time of the body, None where there is none; what is wrong with it goes to `wrong`."""
    text = body.get(name)
    if text is None:
        if needed:
            wrong.append((f"/{name}", f"The {name} field is required."))
        return None
    try:
        return instant(text)
    except (TypeError, ValueError):
        wrong.append((f"/{name}", f"The value '{text}' is not a date and time."))
        return None


def type_errors(
    body: Doc, at: str = "", *, integers: Iterable[str] = (), texts: Iterable[str] = (), ids: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Faults of the fields that are there and not null; `ids` are arrays of integers."""
    checks: tuple[tuple[Iterable[str], Callable[[Any], bool], str], ...] = (
        (integers, is_integer, "An integer is required."),
        (texts, lambda value: isinstance(value, str), "A text is required."),
        (
            ids,
            lambda value: isinstance(value, list) and all(map(is_integer, value)),
            "An array of integers is required.",
        ),
    )
    return [
        (f"{at}/{name}", detail)
        for names, right, detail in checks
        for name in names
        if body.get(name) is not None and not right(body[name])
    ]

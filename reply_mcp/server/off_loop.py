"""Work that takes long, off the event loop: while one caller's 10,000 rows are checked, others are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")
LARGE = 2000
"""Values from which arguments are large: some 5 ms of work."""
_LONG_TEXT = 100_000
"""Characters of a text that counts as large by itself: a CSV."""


def is_large(arguments: Mapping[str, Any]) -> bool:
    """Whether arguments have many values, in them or in what they hold; looks no further than that takes."""
    seen, todo = 0, [iter(arguments.values())]
    while todo:
        for value in todo.pop():
            seen += 1
            if seen >= LARGE or (isinstance(value, str) and len(value) >= _LONG_TEXT):
                return True
            inner = _inside(value)
            if inner is not None:
                todo.append(iter(inner))
    return False


def _inside(value: Any) -> Iterable[Any] | None:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else None


async def off_loop(large: bool, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What the work gives; in a thread of its own where it is large."""
    return await to_thread.run_sync(lambda: work(*args, **named)) if large else work(*args, **named)

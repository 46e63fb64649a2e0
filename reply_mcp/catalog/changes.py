"""Changes that were made and how each is put back: what is kept of a write for `reply_undo`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from reply_mcp.text.addresses import hide_userinfo


@dataclass(frozen=True, slots=True)
class Step:
    """One request that puts something back.

    Attributes:
        operation: the id of the operation to send.
        arguments: by their names on the wire; where `whole` is set, those alone that are put back.
        says: what then holds, as people read it: `contact 5 has firstName "Jane" again`.
        left: what the change left behind, by the names under which a look shows it. Where something else stands there
            by now, somebody has changed it since.
        aims: what stands there once it is put back, by the same names: where it does already, there is nothing to do.
        look: the operation that shows it, with its arguments, "" for what the step's own operation reads before it
            changes something; None where nothing is compared.
        whole: whether the request replaces the thing whole, so that what holds by then is sent along.
    """

    operation: str
    arguments: Mapping[str, Any]
    says: str
    left: Mapping[str, Any] = field(default_factory=dict)
    aims: Mapping[str, Any] = field(default_factory=dict)
    look: tuple[str, Mapping[str, Any]] | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "says", hide_userinfo(self.says))


@dataclass(frozen=True, slots=True)
class Inverse:
    """What puts a change back.

    Attributes:
        steps: one after the other.
        remains: what stays behind all the same, in a sentence; "" where nothing does.
    """

    steps: tuple[Step, ...]
    remains: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A write that was made.

    Attributes:
        id: a number among the caller's changes.
        at: seconds since 1970.
        tool: that made it.
        what: the thing that was changed, such as `contact 5`.
        inverse: what puts it back; without steps where nothing does.
        why_not: why it cannot be put back, in a sentence; "" where it can.
        undone_by: the change that put it back; 0 where none has.
        undoes: the change that this one put back; 0 where it is none.
    """

    id: int
    at: float
    tool: str
    what: str
    inverse: Inverse
    why_not: str = ""
    undone_by: int = 0
    undoes: int = 0

    @property
    def can_be_undone(self) -> bool:
        return bool(self.inverse.steps) and not self.undone_by


class Changes(Protocol):
    """One caller's changes, newest first, as long as they are kept."""

    @property
    def seconds(self) -> float:
        """How long a change is kept."""
        ...

    def why_off(self, tool: str, /) -> str:
        """Why the settings switch off a tool of this name; "" where they do not."""
        ...

    async def add(self, tool: str, what: str, inverse: Inverse, *, why_not: str = "", undoes: int = 0) -> Change | None:
        """Keeps a change; None where it cannot be kept."""
        ...

    async def put(self, change: Change) -> Change:
        """Keeps a change in place of what was known of it; gives it as it is kept.

        Raises:
            NotDone: where it cannot be kept.
        """
        ...

    async def find(self, id: int) -> Change | None:
        """The change of this number; None where none is kept.

        Raises:
            NotDone: where the changes cannot be read.
        """
        ...

    def turn(self, id: int, /) -> AbstractAsyncContextManager[None]:
        """Holds a change, so that no other call undoes it meanwhile, on this server or another.

        Raises:
            NotDone: where another call holds it and does not end, or nothing can be held.
        """
        ...

    def newest(self) -> AsyncIterator[Change]:
        """The changes, the newest first.

        Raises:
            NotDone: where the changes cannot be read.
        """
        ...

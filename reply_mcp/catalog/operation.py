"""What an operation is: one v3 endpoint, described once.

An operation is a pydantic model. Its fields are the arguments, its docstring is what the agent reads, and the header in
its decorator holds the facts: method, path, scope, effect, view, and the corrections where the wire differs from the
documentation. Tool schema, validation, request, answer, documentation and search all come from this one place.

    contacts = Area("contacts", title="Contacts", about="People you reach out to.", modules=("operations",))

    @contacts.get("/v3/contacts/{id}", scope="contacts:read", tool="reply_get_contact", view=CONTACT, also=["person"])
    class GetContactById(Arguments):
        \"\"\"One contact with every field.\"\"\"

        id: Path[ContactId]

Areas import the words in which they describe operations from here; `catalog.fields`, `catalog.call` and
`catalog.request` define them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PrivateAttr

from reply_mcp.catalog.call import After, Before, Call, EffectOf, Explain, Hold, Preview, Question, Run, Undo
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.fields import (
    MB,
    AlwaysSent,
    Email,
    File,
    FileLimits,
    InOrder,
    Local,
    Nullable,
    NullClears,
    Part,
    Path,
    Query,
    Where,
    WholeBody,
)
from reply_mcp.catalog.request import FileField, LimitClass, Request, build_request
from reply_mcp.catalog.views import View

if TYPE_CHECKING:
    from reply_mcp.catalog.area import Area

__all__ = [
    "MB",
    "After",
    "AlwaysSent",
    "Arguments",
    "Before",
    "Call",
    "Effect",
    "EffectOf",
    "Email",
    "Explain",
    "File",
    "FileField",
    "FileLimits",
    "Hold",
    "InOrder",
    "Local",
    "NullClears",
    "Nullable",
    "Operation",
    "Paged",
    "Part",
    "Path",
    "Preview",
    "Query",
    "Question",
    "Request",
    "Run",
    "Undo",
    "Where",
    "WholeBody",
]


class Arguments(Part):
    """The arguments of an operation; subclasses carry their `operation`."""

    operation: ClassVar[Operation]
    _forgotten_nulls: list[str] = PrivateAttr(default_factory=list)

    @property
    def forgotten_nulls(self) -> list[str]:
        """The places where null was given, and counts as left out."""
        return self._forgotten_nulls

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing is given for the body, of what may stand in it."""
        body = {name for name, place in self.fields_by_place().items() if place in (None, Where.WHOLE_BODY)}
        return bool(body) and not body & self.model_fields_set

    @classmethod
    def fields_by_place(cls) -> dict[str, Where | None]:
        """Where on the request each field (by its Python name) goes; None is the body."""
        return {
            name: next((mark for mark in info.metadata if isinstance(mark, Where)), None)
            for name, info in cls.model_fields.items()
        }


class Paged(Arguments):
    """Arguments of a list that v3 pages with `top` and `skip`."""

    top: Query[int | None] = Field(None, ge=1, le=1000)
    skip: Query[int | None] = Field(None, ge=0)


@dataclass(frozen=True)
class Operation:
    """The facts of one v3 operation and how its tool behaves. `catalog.call` says when each hook runs."""

    id: str
    method: str
    path: str
    area: Area
    tool: str
    arguments: type[Arguments]
    scope: str | None = None
    effect: Effect = Effect.READ
    view: View | None = None
    core: bool = False
    beta: bool = False
    idempotent: bool = False
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    before: tuple[Before, ...] = ()
    effect_for: EffectOf | None = None
    preview: Preview | None = None
    run: Run | None = None
    after: tuple[After, ...] = ()
    explain: tuple[Explain, ...] = ()
    secret: bool = False
    """Whether the arguments carry secrets such as mailbox passwords: then it is off unless named."""
    verify_with: str | None = None
    """For a write: the call that shows whether it was done, such as `reply_get_thread {"id": {id}}`."""
    example: Mapping[str, Any] | None = None
    split: tuple[str, int] | None = None
    """For a bulk call: the argument (by its name on the wire) that takes more than v3 does at a time, and v3's limit;
    see `catalog.batching`."""
    operations: tuple[str, ...] = ()
    """For a workflow: the v3 operations it is made of."""
    starts_job: bool = False
    """Whether v3 always answers with a background job."""
    page_size: int = 200
    """Rows that a request of many pages asks for, so that Reply answers in good time."""
    one_at_a_time: tuple[str, ...] = ()
    """For a write without ids: the arguments (Python names, dotted into parts) whose values name what it changes, so
    that calls on the same thing take turns; see `client.turns`."""
    starts: bool = False
    """Whether it starts something: no write whose effect hangs on what runs is under way meanwhile."""
    stops: bool = False
    """Whether all that it does is to stop what leaves: it waits for no other call."""
    hold: Hold | None = None
    """For a call whose arguments do not say what it changes: finds it."""
    silent: bool = False
    """Whether v3 answers 200 or 201 without a body; its other empty successes are 204."""
    undo: Undo | None = None
    """How what it did is put back, or why it cannot be; see `catalog.undo`."""

    @cached_property
    def paged(self) -> bool:
        """Whether the answer is a page that `skip` continues."""
        return "skip" in self.arguments.model_fields

    @cached_property
    def limit_class(self) -> LimitClass:
        """Which of Reply's limits counts its requests."""
        if self.path.startswith("/v3/reporting/"):
            return "reporting"
        return "stats" if re.fullmatch(r"/v3/sequences/(\{\w+\}/)?stats", self.path) else "general"

    @property
    def about(self) -> str:
        """The description that the agent reads: the class's docstring, a paragraph a line, and that a write cannot be
        undone."""
        paragraphs = re.split(r"\n\s*\n", (self.arguments.__doc__ or "").strip())
        text = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
        return f"{text} Cannot be undone." if self.is_final else text

    @cached_property
    def is_final(self) -> bool:
        """Whether it is a write that nothing puts back."""
        undo = self.undo
        return self.effect is Effect.WRITE and undo is not None and undo.changes and undo.inverse is None

    def request(self, arguments: Arguments) -> Request:
        """The documented request for these arguments."""
        return build_request(self, arguments)

    @cached_property
    def has_body(self) -> bool:
        """Whether v3 takes a body here."""
        return any(where in (None, Where.WHOLE_BODY) for where in self.arguments.fields_by_place().values())

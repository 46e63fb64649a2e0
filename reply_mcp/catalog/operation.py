"""What an operation is: one v3 endpoint, described once.

An operation is a pydantic model. Its fields are the arguments, its docstring is what the agent reads, and the header in
its decorator holds the facts: method, path, scope, effect, view, and the corrections where the wire differs from the
documentation. Tool schema, validation, request, answer, documentation and search all come from this one place.

    contacts = Area("contacts", title="Contacts", about="People you reach out to.")

    @contacts.get("/v3/contacts/{id}", scope="contacts:read", tool="reply_get_contact", view=CONTACT, also=["person"])
    class GetContactById(Arguments):
        \"\"\"One contact with every field.\"\"\"

        id: Path[ContactId]
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypeVar

from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.views import View
from reply_mcp.errors import ApiError, WrongArguments

T = TypeVar("T")
Given = TypeVar("Given", default=Any)
A = TypeVar("A", bound="type[Arguments]")


class Effect(StrEnum):
    """What a call does to the world, mildest first."""

    READ = "read"
    WRITE = "write"
    SEND = "send"  # reaches a real person, or starts sending
    SPEND = "spend"  # uses up credits
    DELETE = "delete"  # cannot be undone


class Where(StrEnum):
    """The part of the request that carries an argument; the body unless marked."""

    PATH = "path"
    QUERY = "query"
    WHOLE_BODY = "whole"  # the value is the request body itself (v3 takes a bare array there)
    FILE = "file"  # a file in a multipart body; see `catalog.arguments.files`
    LOCAL = "ours"  # never on the wire: it tells a correction or a workflow what to do


Path = Annotated[T, Where.PATH]
Query = Annotated[T, Where.QUERY]
WholeBody = Annotated[T, Where.WHOLE_BODY]
Local = Annotated[T, Where.LOCAL]
File = Annotated[T, Where.FILE]


@dataclass(frozen=True, slots=True)
class AlwaysSent:
    """Marks an argument whose default is sent even when the caller leaves it out."""


Email = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$", json_schema_extra={"format": "email"})]
"""An e-mail address. Looser than RFC 5322 on purpose: Reply decides, we only catch what is no address at all."""


class Part(BaseModel):
    """An object inside a request body: snake_case here, v3's camelCase on the wire, unknown keys refused."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=False, validate_by_alias=True, defer_build=True
    )

    def model_post_init(self, context: Any, /) -> None:
        for name, info in type(self).model_fields.items():
            if any(isinstance(mark, AlwaysSent) for mark in info.metadata):
                self.model_fields_set.add(name)

    def wire(self) -> dict[str, Any]:
        """What was given (and what is marked `AlwaysSent`), by its names on the wire."""
        # Values that were read from Reply are sent back as they were, also where the documentation has another type.
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Marks a file argument with what v3 takes: bytes at most, and name endings (none: any)."""

    most_bytes: int = 100 * MB
    endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileField:
    """The file of a request: the multipart field, what the caller gave, what v3 takes."""

    field: str
    upload: Part
    limits: FileLimits


class Arguments(Part):
    """The arguments of an operation; subclasses carry their `operation`."""

    operation: ClassVar[Operation]

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


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to v3, before credentials: `path` is filled in, `body` is JSON or None."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    safe: bool = True
    """Whether sending it twice does nothing that sending it once does not."""
    limit_class: Literal["general", "reporting", "stats"] = "general"
    """Which of Reply's limits counts it."""
    scope: str | None = None
    """The scope it needs, for the message when the key lacks it."""
    file: FileField | None = None
    """The file that a multipart request carries."""
    silent: bool = False
    """Whether a success may have no body, whatever its status."""


class Call(Protocol[Given]):
    """What a hook may do during one call of a tool.

    `Call[CreateContact]` is a call with those arguments; a bare `Call` serves a hook of several operations.
    """

    arguments: Given
    """The validated arguments (an instance of the operation's class); a hook may change them."""
    seen: dict[str, Any]
    """What this call has found out, for those of its hooks that come later (see `catalog.hooks.read_once`)."""
    notes: list[str]
    """Lines that the agent reads below the answer."""

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Sends another operation (by its id, arguments by their wire names, without its corrections); gives the parsed
        answer, or raises a `ReplyError`."""

    async def send(self) -> Any:
        """Sends the operation itself as documented, with `arguments` as they are now; gives the parsed answer."""

    async def names(self) -> None:
        """Puts ids in the place of names, in arguments that came after the call began (see
        `catalog.arguments.named_ids`)."""

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        """The content of a file on the caller's machine; raises `WrongArguments` where it may not be read."""

    async def save_file(self, path: str, content: bytes) -> str:
        """Makes a new file on the caller's machine; gives its whole path. Raises `WrongArguments` where it is not
        allowed, or there is one already."""

    def at_most(self, requests: int) -> RequestCap:
        """A context manager within which this call sends no more than so many requests; `left` of what it gives says
        how many are left, and one more raises `RequestCapReached`."""

    async def left(self) -> list[tuple[str, int, int]]:
        """What may still be sent now, for each window: `("minute", 96, 100)`; nothing where none is counted."""


Before = Callable[[Call], Awaitable[None]]
"""Looks before the request. Raises `NotDone` where it must not be sent."""
Run = Callable[[Call], Awaitable[Any]]
"""Does the job in the place of the documented request; gives the answer that the view shows."""
After = Callable[[Call, Any], Awaitable[Any]]
"""Checks or completes the answer; gives the answer that the view shows."""
Explain = Callable[[Call, ApiError], Awaitable[str | None]]
"""Gives a refusal its true meaning, or None where it means what it says."""
EffectOf = Callable[[Call], Awaitable["Effect | tuple[Effect, ...]"]]
"""Finds the effect that this very call would have, where it depends on the arguments or on Reply's state; several where
the strictest decision on any of them counts."""
Preview = Callable[[Call], Awaitable[str]]
"""Says what is about to happen, in one or two sentences that name the people, the number and the thing."""

Recipients = Callable[[Call], Awaitable[Any]]
"""Whom a call concerns as of now, as plain data: an agreement to it holds for these alone."""


@dataclass(frozen=True)
class Operation:
    """The facts of one v3 operation and how its tool behaves."""

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
    run: Run | None = None
    after: tuple[After, ...] = ()
    explain: tuple[Explain, ...] = ()
    effect_for: EffectOf | None = None
    preview: str | Preview | None = None
    recipients: Recipients | None = None
    """Where the preview names a few of many: all of them."""
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
    silent: bool = False
    """Whether v3 answers 200 or 201 without a body; its other empty successes are 204."""

    @cached_property
    def paged(self) -> bool:
        """Whether the answer is a page that `skip` continues."""
        return "skip" in self.arguments.model_fields

    @cached_property
    def limit_class(self) -> Literal["general", "reporting", "stats"]:
        if self.path.startswith("/v3/reporting/"):
            return "reporting"
        return "stats" if re.fullmatch(r"/v3/sequences/(\{\w+\}/)?stats", self.path) else "general"

    @property
    def about(self) -> str:
        """The description that the agent reads: the class's docstring, unindented."""
        lines = (self.arguments.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)

    def request(self, arguments: Arguments) -> Request:
        """The documented request for these arguments."""
        given = arguments.wire()
        fields = type(arguments).model_fields
        path, query, body, whole, file = self.path, {}, {}, None, None
        for name, where in type(arguments).fields_by_place().items():
            alias = fields[name].alias or name
            if where is Where.LOCAL:
                continue
            if where is Where.FILE:
                limits = next((mark for mark in fields[name].metadata if isinstance(mark, FileLimits)), FileLimits())
                file = FileField(alias, getattr(arguments, name), limits)
                continue
            if where is Where.PATH:
                path = path.replace("{" + name + "}", _segment(alias, getattr(arguments, name)))
            elif alias not in given:
                continue
            elif where is Where.QUERY:
                if given[alias] is not None:
                    query[alias] = given[alias]
            elif where is Where.WHOLE_BODY:
                whole = given[alias]
            else:
                body[alias] = given[alias]
        if file is not None:
            body.pop(file.field, None)
        payload = whole if whole is not None else (body or None if self.method in {"GET", "DELETE"} else body)
        if payload == {} and not self.has_body:
            payload = None
        return Request(
            self.method,
            path,
            query,
            payload,
            safe=self.effect is Effect.READ,
            limit_class=self.limit_class,
            scope=self.scope,
            file=file,
            silent=self.silent,
        )

    @cached_property
    def has_body(self) -> bool:
        """Whether v3 takes a body here."""
        return any(where in (None, Where.WHOLE_BODY) for where in self.arguments.fields_by_place().values())


def _segment(name: str, value: Any) -> str:
    """The value as one segment of a path; with a slash in it, it would lead to another operation."""
    text = str(value)
    if any(sign in text for sign in "/\\?#%"):
        raise WrongArguments([f"{name}: an id, without any of / \\ ? # %, got {text[:60]!r}"])
    return text


@dataclass(frozen=True, slots=True)
class ComingSoon:
    """An operation that Reply has announced and not released: known by name only."""

    id: str
    method: str
    path: str
    about: str


class Area:
    """A module of the catalog, and a toolset that a user switches on.

    Args:
        name: as in `--toolsets`.
        title: for people.
        about: one sentence on what it holds.
        modules: the modules of its package that describe operations, in the order in which tools are listed. The order
            in which they happen to be imported does not matter.
    """

    def __init__(self, name: str, *, title: str, about: str, modules: Sequence[str]) -> None:
        self.name = name
        self.title = title
        self.about = about
        self._coming: list[ComingSoon] = []
        self._operations: dict[str, list[Operation]] = {module: [] for module in modules}

    @property
    def operations(self) -> list[Operation]:
        """Its operations: module by module, within one as they are written."""
        return [operation for group in self._operations.values() for operation in group]

    @property
    def coming(self) -> list[ComingSoon]:
        """Its operations that Reply has not released yet, by id."""
        return sorted(self._coming, key=lambda soon: soon.id)

    def get(self, path: str, **header: Any) -> Callable[[A], A]:
        return self._operation("GET", path, header)

    def post(self, path: str, **header: Any) -> Callable[[A], A]:
        return self._operation("POST", path, header)

    def put(self, path: str, **header: Any) -> Callable[[A], A]:
        return self._operation("PUT", path, header)

    def patch(self, path: str, **header: Any) -> Callable[[A], A]:
        return self._operation("PATCH", path, header)

    def delete(self, path: str, **header: Any) -> Callable[[A], A]:
        return self._operation("DELETE", path, header)

    def coming_soon(self, id: str, method: str, path: str, about: str) -> None:
        self._coming.append(ComingSoon(id, method, path, about))

    def _operation(self, method: str, path: str, header: dict[str, Any]) -> Callable[[A], A]:
        def decorate(cls: A) -> A:
            module = cls.__module__.rpartition(".")[2]
            if module not in self._operations:
                raise ValueError(f"{cls.__module__} is not among the modules of the area {self.name!r}")
            _describe(cls, method, path, self, header)
            self._operations[module].append(cls.operation)
            return cls

        return decorate


def workflow(area: Area, *operations: str, **header: Any) -> Callable[[A], A]:
    """Describes a tool of that toolset that is made of several operations: its `run` does the job."""

    def decorate(cls: A) -> A:
        _describe(cls, "", "", area, {"operations": operations, **header})
        return cls

    return decorate


def _describe(cls: type[Arguments], method: str, path: str, area: Area, header: Mapping[str, Any]) -> None:
    """Gives a class of arguments its operation."""
    header = {name: tuple(value) if isinstance(value, list) else value for name, value in header.items()}
    effects = {"GET": Effect.READ, "DELETE": Effect.DELETE}
    header.setdefault("effect", effects.get(method, Effect.WRITE))
    header.setdefault("idempotent", method in {"GET", "PUT", "PATCH", "DELETE"} or header["effect"] is Effect.READ)
    cls.operation = Operation(cls.__name__, method, path, area, arguments=cls, **header)

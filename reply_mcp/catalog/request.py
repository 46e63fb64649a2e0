"""The documented HTTP request for the arguments of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from reply_mcp.catalog.answers import Kind, kind_of
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.fields import FileLimits, Part, Where
from reply_mcp.errors import WrongArguments

if TYPE_CHECKING:
    from reply_mcp.catalog.operation import Arguments, Operation

_OF_THE_THING = frozenset("start pause archive unarchive owner assigned-user complete execute".split())
LimitClass = Literal["general", "reporting", "stats"]
"""Which of Reply's limits counts a request."""


@dataclass(frozen=True, slots=True)
class FileField:
    """The file of a request: the multipart field, what the caller gave, what v3 takes."""

    field: str
    upload: Part
    limits: FileLimits


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to v3, before credentials: `path` is filled in, `body` is JSON or None."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    safe: bool = True
    """Whether sending it twice does nothing that sending it once does not."""
    limit_class: LimitClass = "general"
    scope: str | None = None
    """The scope it needs, for the message when the key lacks it."""
    file: FileField | None = None
    """The file that a multipart request carries."""
    silent: bool = False
    """Whether a success may have no body, whatever its status."""
    answer: Kind | None = None
    """The kind of its success; None where any JSON is one."""
    paged: bool = False
    """Whether the answer is a page, which says whether another follows."""
    of: str = ""
    """The id that the record of its success has; "" where it is not known before."""


def build_request(operation: Operation, arguments: Arguments) -> Request:
    """The documented request for these arguments, each of them in its place.

    Raises:
        WrongArguments: where the value of a path's argument would lead to another path.
    """
    given = arguments.sent()
    fields = type(arguments).model_fields
    path = operation.path
    answer = kind_of(operation.id)
    query: dict[str, Any] = {}
    body: dict[str, Any] = {}
    whole_body: Any = None
    file: FileField | None = None
    for name, where in type(arguments).fields_by_place().items():
        wire_name = fields[name].alias or name
        match where:
            case Where.LOCAL:
                continue
            case Where.PATH:
                path = path.replace("{" + name + "}", _segment(wire_name, getattr(arguments, name)))
            case Where.FILE:
                limits = next((mark for mark in fields[name].metadata if isinstance(mark, FileLimits)), FileLimits())
                file = FileField(wire_name, getattr(arguments, name), limits)
            case _ if wire_name not in given:
                continue
            case Where.QUERY:
                if given[wire_name] is not None:
                    query[wire_name] = given[wire_name]
            case Where.WHOLE_BODY:
                whole_body = given[wire_name]
            case _:
                body[wire_name] = given[wire_name]
    return Request(
        operation.method,
        path,
        query,
        _payload(operation, body) if whole_body is None else whole_body,
        safe=operation.effect is Effect.READ,
        limit_class=operation.limit_class,
        scope=operation.scope,
        file=file,
        silent=operation.silent,
        answer=answer,
        paged=operation.paged,
        of=_thing_of(operation, arguments) if answer == "record" else "",
    )


def _thing_of(operation: Operation, arguments: Arguments) -> str:
    """The id of the thing that a path is of, where the answer is the thing itself: it ends there, or with something
    that is done to it. `/tasks/{id}/complete` answers with the task, `/sequences/{id}/steps` with another thing."""
    *_, before, last = operation.path.split("/")
    place = last if last.startswith("{") else before if last in _OF_THE_THING else ""
    return str(getattr(arguments, place.strip("{}"), "")) if place.startswith("{") else ""


def _payload(operation: Operation, body: dict[str, Any]) -> dict[str, Any] | None:
    """The body; None in place of an empty one where v3 takes none, or where the method usually has none."""
    if body or (operation.has_body and operation.method not in {"GET", "DELETE"}):
        return body
    return None


def _segment(name: str, value: Any) -> str:
    """The value as one segment of a path; with a slash in it, it would lead to another operation."""
    text = str(value)
    if any(sign in text for sign in "/\\?#%"):
        raise WrongArguments([f"{name}: an id, without any of / \\ ? # %, got {text[:60]!r}"])
    return text

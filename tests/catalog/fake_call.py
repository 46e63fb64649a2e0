"""A `Call` with scripted answers, and the way an operation's pieces are run around it.

call = FakeCall("GetContacts", {"email": "ann@acme.com"}, send={"items": []})
answer = await call.run()
assert call.asked == [("FilterContacts", {"searchTerm": "ann@acme.com", "top": 200})]
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.batching import Batches
from reply_mcp.catalog.changes import Changes
from reply_mcp.catalog.operation import FileLimits, Operation, Request
from reply_mcp.catalog.request_caps import RequestCap, take_request
from reply_mcp.errors import ApiError


class FakeCall:
    """Answers each request from a script.

    Args:
        operation: the operation under test, or its id together with `area`.
        arguments: by their names on the wire; validated like a real call's.
        send: what the documented request answers.
        answers: what `ask` answers, by operation id. A list is taken one by one (the last one stays), an exception is
            raised, a function is called with the arguments of the request.
    """

    def __init__(self, operation: Operation, arguments: Mapping[str, Any], *, send: Any = None, **answers: Any) -> None:
        self.operation = operation
        self.arguments: Any = validate(operation.arguments, arguments)
        self.notes: list[str] = []
        self.seen: dict[str, Any] = {}
        self.given: Mapping[str, Any] = self.arguments.wire()
        self.changes: Changes | None = None
        self.full_names: dict[str, str] = {}
        self.fields: tuple[str, ...] | None = None
        self.asks_first = False
        self.reads_unasked = True
        self.means: Mapping[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[Request] = []
        self.files: dict[str, bytes] = {}
        self.room: list[tuple[str, int, int]] = []
        self._answers = {key: _script(value) for key, value in {"send": send, **answers}.items()}

    def read_anew(self) -> None:
        """Nothing is kept here beyond the call."""

    async def check_key(self) -> None:
        """Reply knows every key here."""

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        take_request()
        self.asked.append((operation, arguments))
        for known in self.operation.area.operations:
            if known.id == operation:  # what is asked must be what that operation takes
                validate(known.arguments, arguments)
        if operation not in self._answers:
            raise AssertionError(f"asked {operation}({arguments}), which the test does not expect")
        return self._next(operation, arguments)

    async def send(self, arguments: Any = None) -> Any:
        batches = Batches(self.operation, self.arguments if arguments is None else arguments)
        await batches.send(self._send)
        return batches.joined(self.notes)

    async def _send(self, arguments: Any) -> Any:
        take_request()
        request = self.operation.request(arguments)
        self.sent.append(request)
        return self._next("send", request)

    async def resolve_names(self) -> None:
        """Names are taken for ids already."""

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        return self.files[path]

    async def save_file(self, path: str, content: bytes) -> str:
        self.files[path] = content
        return path

    def at_most(self, requests: int) -> RequestCap:
        return RequestCap(requests)

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return self.room

    async def run(self) -> Any:
        """Before, the request or what stands in its place, after: as a real call without a question in between."""
        for look in self.operation.before:
            await look(self)
        answer = await (self.operation.run(self) if self.operation.run else self.send())
        for check in self.operation.after:
            answer = await check(self, answer)
        return answer

    async def explained(self, refusal: ApiError) -> str | None:
        """The first meaning that the operation's explanations find."""
        for explain in self.operation.explain:
            meaning = await explain(self, refusal)
            if meaning is not None:
                return meaning
        return None

    @property
    def noted(self) -> str:
        return "\n".join(self.notes)

    def asked_for(self, operation: str) -> list[dict[str, Any]]:
        """The arguments of each request of that operation, in order."""
        return [arguments for name, arguments in self.asked if name == operation]

    def _next(self, name: str, request: Any) -> Any:
        script = self._answers[name]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, BaseException):
            raise answer
        return deepcopy(answer(request) if callable(answer) else answer)


def _script(value: Any) -> list[Any]:
    """A list of answers as it is; one answer as a list of itself. Bare arrays are scripted as `[[…]]`."""
    return list(value) if isinstance(value, list) and value else [value]


def operation_of(area: Area, id: str) -> Operation:
    """The operation with that id in an area, without the index."""
    return next(one for one in area.operations if one.id == id)


def refusal(status: int, code: str | None = None, detail: str = "", **more: Any) -> ApiError:
    """A refusal as the client raises it."""
    return ApiError(status, f"{status} {code or ''}: {detail}", code=code, detail=detail, **more)

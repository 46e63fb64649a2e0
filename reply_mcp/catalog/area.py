"""An area: a module of the catalog, with the operations that are described in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypedDict, TypeVar

from typing_extensions import Unpack

from reply_mcp.catalog.call import After, Before, EffectOf, Explain, Hold, Preview, Run, Undo
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.operation import Arguments, Operation
from reply_mcp.catalog.views import View

A = TypeVar("A", bound="type[Arguments]")
_HOOKS = ("before", "effect_for", "preview", "run", "after", "explain", "hold")


@dataclass(frozen=True, slots=True)
class ComingSoon:
    """An operation that Reply has announced and not released: known by name only."""

    id: str
    method: str
    path: str
    about: str


class Header(TypedDict, total=False):
    """What a decorator takes beside method and path: the fields of `Operation`, where lists do for tuples."""

    tool: str
    scope: str | None
    effect: Effect
    view: View | None
    core: bool
    beta: bool
    idempotent: bool
    also: Sequence[str]
    aliases: Sequence[str]
    before: Sequence[Before]
    effect_for: EffectOf | None
    preview: Preview | None
    run: Run | None
    after: Sequence[After]
    explain: Sequence[Explain]
    secret: bool
    verify_with: str | None
    example: Mapping[str, Any] | None
    split: tuple[str, int] | None
    starts_job: bool
    page_size: int
    one_at_a_time: Sequence[str]
    starts: bool
    stops: bool
    hold: Hold | None
    silent: bool
    undo: Undo | None


class Area:
    """A module of the catalog, and a toolset that a user switches on.

    Args:
        name: as in `--toolsets`.
        title: for people.
        about: one sentence on what it holds.
        modules: the modules of its package that describe operations, in the order in which tools are listed. The order
            in which they happen to be imported does not matter.
        explain: hooks that explain the errors of each of its operations, after the operation's own.
    """

    def __init__(
        self, name: str, *, title: str, about: str, modules: Sequence[str], explain: Sequence[Explain] = ()
    ) -> None:
        self.name = name
        self.title = title
        self.about = about
        self._explain = tuple(explain)
        self._coming: list[ComingSoon] = []
        self._operations: dict[str, list[Operation]] = {module: [] for module in modules}

    def import_modules(self, package: str) -> None:
        """Imports the area's modules, which describe its operations; the area's package does this.

        Raises:
            ImportError: where one of `modules` is not there.
            ValueError: where one of them describes no operation.
        """
        for module in self._operations:
            import_module(f"{package}.{module}")
        empty = [module for module, operations in self._operations.items() if not operations]
        if empty:
            raise ValueError(f"{package}: no operation is described in {', '.join(empty)}")

    @property
    def operations(self) -> list[Operation]:
        """Its operations: module by module, within one as they are written."""
        return [operation for group in self._operations.values() for operation in group]

    @property
    def coming(self) -> list[ComingSoon]:
        """Its operations that Reply has not released yet, by id."""
        return sorted(self._coming, key=lambda soon: soon.id)

    def get(self, path: str, **header: Unpack[Header]) -> Callable[[A], A]:
        """Decorates the class of arguments of a GET operation."""
        return self._operation("GET", path, header)

    def post(self, path: str, **header: Unpack[Header]) -> Callable[[A], A]:
        """Decorates the class of arguments of a POST operation."""
        return self._operation("POST", path, header)

    def put(self, path: str, **header: Unpack[Header]) -> Callable[[A], A]:
        """Decorates the class of arguments of a PUT operation."""
        return self._operation("PUT", path, header)

    def patch(self, path: str, **header: Unpack[Header]) -> Callable[[A], A]:
        """Decorates the class of arguments of a PATCH operation."""
        return self._operation("PATCH", path, header)

    def delete(self, path: str, **header: Unpack[Header]) -> Callable[[A], A]:
        """Decorates the class of arguments of a DELETE operation."""
        return self._operation("DELETE", path, header)

    def coming_soon(self, id: str, method: str, path: str, about: str) -> None:
        """Lists an operation that Reply has announced, so that whoever asks for it learns that it is not there yet."""
        self._coming.append(ComingSoon(id, method, path, about))

    def _operation(self, method: str, path: str, header: Header) -> Callable[[A], A]:
        def decorate(cls: A) -> A:
            module = cls.__module__.rpartition(".")[2]
            if module not in self._operations:
                raise ValueError(f"{cls.__module__} is not among the modules of the area {self.name!r}")
            _describe(cls, method, path, self, {**header, "explain": [*header.get("explain", ()), *self._explain]})
            self._operations[module].append(cls.operation)
            return cls

        return decorate


def workflow(area: Area, *operations: str, **header: Unpack[Header]) -> Callable[[A], A]:
    """Decorates the class of arguments of a workflow: a tool of that area that is made of several operations, and whose
    `run` does the job."""

    def decorate(cls: A) -> A:
        _describe(cls, "", "", area, {"operations": operations, **header})
        return cls

    return decorate


def _describe(cls: type[Arguments], method: str, path: str, area: Area, header: Mapping[str, Any]) -> None:
    """Sets the operation of a class of arguments.

    Raises:
        TypeError: where a hook is no function: headers that are shared by `**` are not seen by the type checker.
    """
    for name in _HOOKS:
        hooks = header.get(name)
        for hook in hooks if isinstance(hooks, (list, tuple)) else [hooks]:
            if hook is not None and not callable(hook):
                raise TypeError(f"{cls.__name__}: {name} takes functions, got {hook!r}")
    header = {name: tuple(value) if isinstance(value, list) else value for name, value in header.items()}
    effects = {"GET": Effect.READ, "DELETE": Effect.DELETE}
    header.setdefault("effect", effects.get(method, Effect.WRITE))
    repeatable = method in {"GET", "PUT", "PATCH", "DELETE"} or header["effect"] in (Effect.READ, Effect.DELETE)
    header.setdefault("idempotent", repeatable)
    cls.operation = Operation(cls.__name__, method, path, area, arguments=cls, **header)

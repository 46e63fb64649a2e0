"""Schemas of request bodies: each lists everything that is wrong with a value, and cleans a valid one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.handler import HandlerCall, invalid
from reply_mcp.sandbox.store import Doc

Errors = list[tuple[str, str]]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Schema(Protocol):
    """A kind of JSON value."""

    def errors(self, value: Any, at: str) -> Errors:
        """What is wrong with the value, as pairs of a pointer below `at` and a sentence."""

    def clean(self, value: Any) -> Any:
        """A valid value without the fields that the API does not know."""


@dataclass(frozen=True, slots=True)
class String:
    """A text of a length; `email` asks for an address."""

    most: int | None = None
    least: int = 0
    email: bool = False

    def errors(self, value: Any, at: str) -> Errors:
        if not isinstance(value, str):
            return [(at, "A text is required.")]
        if len(value.strip()) < self.least:
            return [(at, f"'{at.rsplit('/', 1)[-1]}' must not be empty.")]
        if self.most is not None and len(value) > self.most:
            return [(at, f"The length must be {self.most} characters or fewer. You entered {len(value)} characters.")]
        if self.email and not _EMAIL.fullmatch(value):
            return [(at, "Not a valid email address.")]
        return []

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer within bounds."""

    least: int | None = None
    most: int | None = None
    among: tuple[int, ...] = ()

    def errors(self, value: Any, at: str) -> Errors:
        if not is_integer(value):
            return [(at, "An integer is required.")]
        if self.among and value not in self.among:
            return [(at, f"One of {', '.join(map(str, self.among))} is required.")]
        if self.least is not None and value < self.least:
            return [(at, f"'{at.rsplit('/', 1)[-1]}' must be greater than or equal to '{self.least}'.")]
        if self.most is not None and value > self.most:
            return [(at, f"'{at.rsplit('/', 1)[-1]}' must be less than or equal to '{self.most}'.")]
        return []

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Boolean:
    """true or false."""

    def errors(self, value: Any, at: str) -> Errors:
        return [] if isinstance(value, bool) else [(at, "true or false is required.")]

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Enum:
    """One of some words, kept as documented whatever its case."""

    words: tuple[str, ...]

    def errors(self, value: Any, at: str) -> Errors:
        if isinstance(value, str) and value.lower() in (word.lower() for word in self.words):
            return []
        return [(at, f"The value '{value}' is not one of {', '.join(self.words)}.")]

    def clean(self, value: Any) -> Any:
        return next(word for word in self.words if word.lower() == value.lower())


@dataclass(frozen=True, slots=True)
class Array:
    """An array of a shape."""

    of: Schema
    most: int | None = None
    least: int = 0

    def errors(self, value: Any, at: str) -> Errors:
        if not isinstance(value, list):
            return [(at, "An array is required.")]
        if len(value) < self.least:
            return [(at, f"At least {self.least} item(s) must be provided.")]
        if self.most is not None and len(value) > self.most:
            return [(at, f"At most {self.most} items are allowed. You sent {len(value)}.")]
        return [error for number, item in enumerate(value) for error in self.of.errors(item, f"{at}/{number}")]

    def clean(self, value: Any) -> Any:
        return [self.of.clean(item) for item in value]


@dataclass(frozen=True, slots=True)
class Nullable:
    """A shape, or null, which is kept."""

    of: Schema

    def errors(self, value: Any, at: str) -> Errors:
        return [] if value is None else self.of.errors(value, at)

    def clean(self, value: Any) -> Any:
        return None if value is None else self.of.clean(value)


@dataclass(frozen=True, slots=True)
class Object:
    """An object. A null where none is allowed counts as not sent; what no field names is dropped without a word."""

    fields: Mapping[str, Schema]
    required: tuple[str, ...] = field(default=())

    def errors(self, value: Any, at: str) -> Errors:
        if not isinstance(value, dict):
            return [(at, "A JSON object is required.")]
        missing = [
            (f"{at}/{name}", f"The {name} field is required.") for name in self.required if value.get(name) is None
        ]
        wrong = [
            error
            for name, shape in self.fields.items()
            if value.get(name) is not None
            for error in shape.errors(value[name], f"{at}/{name}")
        ]
        return missing + wrong

    def clean(self, value: Any) -> Any:
        return {
            name: shape.clean(value[name])
            for name, shape in self.fields.items()
            if name in value and (value[name] is not None or isinstance(shape, Nullable))
        }


def read_body(call: HandlerCall, shape: Object, *, some: bool = False, optional: bool = False) -> Doc:
    """The body as `shape` keeps it, or a 400 with every error.

    `some` asks for at least one known field, as partial updates do; `optional` takes no body for an empty object.
    """
    body = {} if optional and call.body is None else call.json_object()
    wrong = shape.errors(body, "")
    if wrong:
        raise invalid(*wrong)
    kept: Doc = shape.clean(body)
    if some and not kept:
        raise invalid(("/", "At least one field must be provided."))
    return kept

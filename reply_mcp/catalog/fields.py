"""The fields of arguments: objects with v3's names, and marks that say where a field goes on the request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Where(StrEnum):
    """The part of the request that carries an argument; the JSON body unless marked."""

    PATH = "path"
    QUERY = "query"
    WHOLE_BODY = "whole body"  # the value is the request body itself (v3 takes a bare array there)
    FILE = "file"  # a file in a multipart body; see `catalog.arguments.files`
    LOCAL = "local"  # never on the wire: a hook or a workflow reads it


Path = Annotated[T, Where.PATH]
Query = Annotated[T, Where.QUERY]
WholeBody = Annotated[T, Where.WHOLE_BODY]
Local = Annotated[T, Where.LOCAL]
File = Annotated[T, Where.FILE]


@dataclass(frozen=True, slots=True)
class AlwaysSent:
    """Marks an argument whose default is sent even when the caller leaves it out."""


Email = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$", json_schema_extra={"format": "email"})]
"""An email address. Looser than RFC 5322 on purpose: Reply decides, and only what is clearly no address is refused."""


class Part(BaseModel):
    """An object inside a request body: snake_case here, v3's camelCase on the wire, unknown keys refused."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=False, validate_by_alias=True, defer_build=True
    )

    def model_post_init(self, context: Any, /) -> None:
        self.model_fields_set.update(_always_sent(type(self)))

    def wire(self) -> dict[str, Any]:
        """What was given (and what is marked `AlwaysSent`), by its names on the wire."""
        # Values that were read from Reply are sent back as they were, also where the documentation has another type.
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


@cache
def _always_sent(part: type[Part]) -> frozenset[str]:
    return frozenset(
        name for name, info in part.model_fields.items() if any(isinstance(mark, AlwaysSent) for mark in info.metadata)
    )


MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Marks a file argument with what v3 takes: bytes at most, and name endings (none: any)."""

    most_bytes: int = 100 * MB
    endings: tuple[str, ...] = ()

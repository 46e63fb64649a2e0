"""The fields of arguments: objects with v3's names, and marks that say where a field goes on the request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from reply_mcp.text.cleaning import is_shown_whole, quote
from reply_mcp.text.outside import mark_outside

T = TypeVar("T")
ID_OR_NAME = "Id or name"
"""What the schema of an id says that takes a name."""
DATE_OR_TIME = "Date or time"
"""The description of a time in the schema, where it has no other."""
NULL_CLEARS = "x-null-clears"
"""The key of a generated schema that says the same as the mark `NullClears`."""


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


@dataclass(frozen=True, slots=True)
class NullClears:
    """Marks a field in which v3 takes null: given, it is sent, and clears what a change finds there. In every other
    field null counts as left out; see `catalog.arguments.nulls`."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), NULL_CLEARS: True}


Nullable = Annotated[T | None, NullClears()]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Marks a list whose order means something: the steps of a sequence. Everywhere else a list is a set of ids, people
    or values, in whichever order it was given."""


InOrder = Annotated[T, Ordered()]


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def shown_address(address: str) -> str:
    """The address, which a person who is asked about it can read: a longer one is cut, and some signs are not shown."""
    if len(address) > MOST_IN_ADDRESS or not is_shown_whole(address):
        raise ValueError(
            f"an email address of at most {MOST_IN_ADDRESS} characters, none of them invisible, got "
            f"{quote(address, 60)}"
        )
    return address


MOST_IN_ADDRESS = 254
"""Characters of an email address (RFC 5321, with the brackets that a path has around it)."""

Email = Annotated[
    str,
    BeforeValidator(_trimmed),
    AfterValidator(shown_address),
    Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$", json_schema_extra={"format": "email"}),
]
"""An email address, without blanks around it. Looser than RFC 5322 on purpose: Reply decides, and only what is clearly
no address is refused."""


class Part(BaseModel):
    """An object inside a request body: snake_case here, v3's camelCase on the wire, unknown keys refused.

    `class Change(Profile, null_clears=True)` marks every field of the body that may be left out `NullClears`.
    """

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=False, validate_by_alias=True, defer_build=True
    )

    def __init_subclass__(cls, null_clears: bool = False, **more: Any) -> None:
        super().__init_subclass__(**more)

    @classmethod
    def __pydantic_init_subclass__(cls, null_clears: bool = False, **more: Any) -> None:
        super().__pydantic_init_subclass__(**more)
        for info in cls.model_fields.values():
            if null_clears and not info.is_required() and not any(isinstance(mark, Where) for mark in info.metadata):
                info.metadata = [*info.metadata, NullClears()]

    def model_post_init(self, context: Any, /) -> None:
        self.model_fields_set.update(_always_sent(type(self)))

    def wire(self) -> dict[str, Any]:
        """What was given (and what is marked `AlwaysSent`), by its names on the wire; its words are marked as from
        outside, for the texts that are made of them."""
        marked: dict[str, Any] = mark_outside(self.sent())
        return marked

    def sent(self) -> dict[str, Any]:
        """The same as it goes out, without marks."""
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

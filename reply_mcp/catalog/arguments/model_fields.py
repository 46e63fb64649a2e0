"""What a class of arguments takes at a place inside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Loc = tuple[int | str, ...]
"""A place as pydantic gives it: names, positions in lists, and the tags of the members of unions."""


def field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """The field at this place, or the one around it; None at the top."""
    return _at(model, _names(loc))[0]


def models_at(model: type[BaseModel], loc: Loc) -> tuple[type[BaseModel], ...]:
    """The objects that this place may hold: several where it is a union, which its tag narrows."""
    return _at(model, _names(loc))[1]


def names_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The names that the object at this place takes; none where it may be one of several kinds."""
    for part in _names(loc):
        info = next((one for name, one in model.model_fields.items() if part in (name, one.alias)), None)
        inner = list(dict.fromkeys(models_in(info.annotation))) if info else []
        if len(inner) != 1:
            return []
        model = inner[0]
    return names_of(model)


def names_of(model: type[BaseModel]) -> list[str]:
    """The names that an object takes on the wire."""
    return [info.alias or name for name, info in model.model_fields.items()]


def names_inside(model: type[BaseModel], loc: Loc) -> set[str]:
    """The names that the object at this place takes, or one of the kinds of objects that it may be."""
    return {name for each in models_at(model, loc) for name in names_of(each)}


def is_list(annotation: Any) -> bool:
    """Whether a type is a list, be it marked with what its ids are of, or one that may be left out."""
    if get_origin(annotation) is list:
        return True
    return get_origin(annotation) in (Annotated, Union, UnionType) and any(map(is_list, get_args(annotation)))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The classes of objects inside a type: `list[Annotated[A | B, …]]` holds `A` and `B`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def marks_in(info: FieldInfo) -> list[Any]:
    """What a field and the types inside its own are marked with."""
    return [*info.metadata, *(mark for inner in _annotations_in(info.annotation) for mark in get_args(inner)[1:])]


def _annotations_in(annotation: Any) -> Iterator[Any]:
    if hasattr(annotation, "__metadata__"):
        yield annotation
    for argument in get_args(annotation):
        yield from _annotations_in(argument)


def _names(loc: Loc) -> tuple[str, ...]:
    return tuple(part for part in loc if isinstance(part, str))


@lru_cache(maxsize=1024)
def _at(model: type[BaseModel], names: tuple[str, ...]) -> tuple[FieldInfo | None, tuple[type[BaseModel], ...]]:
    """Walks from the model along names and tags. Kept, since one bad key in each of a thousand items leads here a
    thousand times."""
    if not names:
        return None, (model,)
    info, models = _at(model, names[:-1])
    part = names[-1]
    found = [one for each in models for name, one in each.model_fields.items() if part in (name, one.alias)]
    if found:
        return found[0], tuple(dict.fromkeys(models_in(found[0].annotation)))
    return info, tuple(each for each in models if _has_tag(each, part))


def _has_tag(model: type[BaseModel], tag: str) -> bool:
    """Whether this is the member of a union that the tag names."""
    annotations = [info.annotation for info in model.model_fields.values()]
    return any(tag in get_args(one) for one in annotations if get_origin(one) is Literal)

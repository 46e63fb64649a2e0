"""Values that stand for no value: hosts that must fill in every argument write `null`, `""`, `"null"` or `["null"]`,
inside objects too."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reply_mcp.catalog.arguments.model_fields import models_in
from reply_mcp.catalog.operation import Arguments, Effect
from reply_mcp.text.names import fold_name

_PLAIN_TEXT = (str, str | None, Any)


def drop_absent(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without optional ones whose value stands for none, at any depth.

    What may be meant stays: null, which `catalog.arguments.nulls` judges, and empty text where a change takes it, since
    there it clears what is held.
    """
    return _without_absent([model], arguments, model.operation.effect is not Effect.READ)


def _without_absent(models: list[type[BaseModel]], given: dict[str, Any], changes: bool) -> dict[str, Any]:
    """An object that one of these classes describes, without what is absent in all that may be meant."""
    fields: dict[str, list[FieldInfo]] = {}
    for model in models:
        for name, info in model.model_fields.items():
            fields.setdefault(fold_name(info.alias or name), []).append(info)
    left = {}
    for name, value in given.items():
        infos = fields.get(fold_name(name), ())
        if infos and all(not info.is_required() and _is_absent(value, info, changes) for info in infos):
            continue
        left[name] = _inside([model for info in infos for model in models_in(info.annotation)], value, changes)
    return left


def _inside(models: list[type[BaseModel]], value: Any, changes: bool) -> Any:
    """The value, of which objects that these classes describe are without what is absent."""
    if not models:
        return value
    if isinstance(value, list):
        return [_inside(models, one, changes) for one in value]
    if isinstance(value, dict):
        return _without_absent([model for model in models if _may_be(model, value)], value, changes)
    return value


def _may_be(model: type[BaseModel], given: dict[str, Any]) -> bool:
    """Whether no word by which kinds of objects are told apart says that this is another one."""
    for name, info in model.model_fields.items():
        alias = info.alias or name
        if get_origin(info.annotation) is Literal and alias in given and given[alias] not in get_args(info.annotation):
            return False
    return True


def _is_absent(value: Any, info: FieldInfo, changes: bool) -> bool:
    if value is None:
        return not (info.annotation is Any or type(None) in get_args(info.annotation))
    if isinstance(value, str) and not value.strip():
        clears = info.annotation in _PLAIN_TEXT and not any(isinstance(mark, MinLen) for mark in info.metadata)
        return not (changes and clears)
    return is_null_word(value) or (isinstance(value, list) and value != [] and all(map(_is_nothing, value)))


def is_null_word(value: Any) -> bool:
    """Whether this is the text `null`, as a host writes it that cannot send null itself."""
    return isinstance(value, str) and value.strip() == "null"


def _is_nothing(value: Any) -> bool:
    return value is None or is_null_word(value) or (isinstance(value, str) and not value.strip())

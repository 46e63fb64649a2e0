"""Values that stand for no value: hosts that must fill in every argument write `null`, `""`, `"null"` or `["null"]`."""

from __future__ import annotations

from typing import Any, get_args

from pydantic.fields import FieldInfo

from reply_mcp.catalog.operation import Arguments, Effect

_PLAIN_TEXT = (str, str | None, Any)


def drop_absent(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without optional ones whose value stands for none.

    What may be meant stays: null, which `catalog.arguments.nulls` judges, and empty text where a change takes it, since
    there it clears what is held.
    """
    fields = {info.alias or name: info for name, info in model.model_fields.items() if not info.is_required()}
    changes = model.operation.effect is not Effect.READ
    return {
        name: value
        for name, value in arguments.items()
        if name not in fields or not _is_absent(value, fields[name], changes)
    }


def _is_absent(value: Any, info: FieldInfo, changes: bool) -> bool:
    if value is None:
        return not (info.annotation is Any or type(None) in get_args(info.annotation))
    if isinstance(value, str) and not value.strip():
        return not (changes and info.annotation in _PLAIN_TEXT)
    return is_null_word(value) or (isinstance(value, list) and value != [] and all(map(_is_nothing, value)))


def is_null_word(value: Any) -> bool:
    """Whether this is the text `null`, as a host writes it that cannot send null itself."""
    return isinstance(value, str) and value.strip() == "null"


def _is_nothing(value: Any) -> bool:
    return value is None or is_null_word(value) or (isinstance(value, str) and not value.strip())

"""Null, where v3 takes none, counts as left out: agents fill in what they do not mean.

Where v3 takes it (fields marked `NullClears`, which `Nullable` writes) null is sent.
"""

from __future__ import annotations

from pydantic.fields import FieldInfo

from reply_mcp.catalog.fields import AlwaysSent, NullClears, Part


def takes_null(info: FieldInfo) -> bool:
    """Whether null in that field is sent."""
    return any(isinstance(mark, NullClears) for mark in info.metadata)


def clears(part: Part, name: str) -> bool:
    """Whether null in that field (by its Python name) clears what is held."""
    return takes_null(type(part).model_fields[name])


def forget_nulls(part: Part, place: str = "", *, every: bool = False) -> list[str]:
    """Makes every null in fields that take none, at any depth, a value that was left out; gives their places by their
    names on the wire, such as `settings.callIsAutomatic`. `every` null goes where v3 takes none in this call at all."""
    forgotten: list[str] = []
    for name in tuple(part.model_fields_set):
        info, inner = type(part).model_fields[name], getattr(part, name)
        here = f"{place}{info.alias or name}"
        if inner is not None:
            for number, one in enumerate(inner) if isinstance(inner, list) else ((None, inner),):
                if isinstance(one, Part):
                    forgotten += forget_nulls(one, f"{here}." if number is None else f"{here}[{number}].", every=every)
        elif (every or not takes_null(info)) and not info.is_required():
            vars(part)[name] = info.get_default(call_default_factory=True)
            if not any(isinstance(mark, AlwaysSent) for mark in info.metadata):
                part.model_fields_set.discard(name)
                forgotten.append(here)
    return forgotten

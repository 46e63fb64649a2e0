"""Arguments against the operation's class: an instance, or every fault at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reply_mcp.catalog.arguments.fault_messages import describe_faults
from reply_mcp.catalog.arguments.model_fields import Loc
from reply_mcp.catalog.arguments.nulls import forget_nulls
from reply_mcp.catalog.operation import Arguments, Part
from reply_mcp.errors import WrongArguments
from reply_mcp.text.digits import MOST_DIGITS

M = TypeVar("M", bound=Arguments)
KEEPS_FAULTS = "keeps faults"
"""The key of the context of a validation in which an object may keep what is wrong with it, for a hook that names it
together with what it finds itself."""
_NUMBER = re.compile(rf"\s*-?[0-9]{{1,{MOST_DIGITS}}}(\.0+)?\s*")
_LOOSE = re.compile(r"\s*[+-]?\d[\d_]*(\.0*)?\s*")
"""What pydantic takes for a whole number. Words that stand for one are a field's own matter."""


def validate(model: type[M], arguments: Mapping[str, Any]) -> M:
    """The arguments, under Reply's names, as an instance of the operation's class. Nulls that v3 does not take count as
    left out (`forgotten_nulls` names them).

    Raises:
        WrongArguments: with a line for every fault.
    """
    try:
        validated = model.model_validate(dict(arguments), context={KEEPS_FAULTS: True})
    except ValidationError as error:
        raise WrongArguments(describe_faults(model, arguments, _errors(error))) from None
    if misread := list(_misread_numbers(validated, arguments)):
        raise WrongArguments(describe_faults(model, arguments, misread))
    validated._forgotten_nulls = forget_nulls(validated)
    return validated


def _misread_numbers(value: Any, given: Any, loc: Loc = ()) -> Iterator[ErrorDetails]:
    """What pydantic reads as a number and nobody means as one: `1_2` is 12 to it, `+12` too, and `true` is 1."""
    if isinstance(value, Part) and isinstance(given, Mapping):
        for name, info in type(value).model_fields.items():
            alias = info.alias or name
            if alias in given:
                yield from _misread_numbers(getattr(value, name), given[alias], (*loc, alias))
    elif isinstance(value, list) and isinstance(given, list):
        for at, (one, raw) in enumerate(zip(value, given, strict=False)):
            yield from _misread_numbers(one, raw, (*loc, at))
    elif isinstance(given, bool) and type(value) in (int, float):
        yield ErrorDetails(type="int_type", loc=loc, msg="", input=given)
    elif isinstance(given, str) and type(value) is int and _LOOSE.fullmatch(given) and not _NUMBER.fullmatch(given):
        yield ErrorDetails(type="int_parsing", loc=loc, msg="", input=given)


def errors_in(model: type[Arguments], arguments: Mapping[str, Any]) -> list[ErrorDetails]:
    """What pydantic finds wrong with the arguments; nothing where they are valid."""
    try:
        model.model_validate(dict(arguments))
    except ValidationError as error:
        return _errors(error)
    return []


def _errors(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False)

"""Arguments against the operation's class: an instance, or every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reply_mcp.catalog.arguments.fault_messages import describe_faults
from reply_mcp.catalog.arguments.nulls import forget_nulls
from reply_mcp.catalog.operation import Arguments
from reply_mcp.errors import WrongArguments

M = TypeVar("M", bound=Arguments)


def validate(model: type[M], arguments: Mapping[str, Any]) -> M:
    """The arguments, under Reply's names, as an instance of the operation's class. Nulls that v3 does not take count as
    left out (`forgotten_nulls` names them).

    Raises:
        WrongArguments: with a line for every fault.
    """
    try:
        validated = model.model_validate(dict(arguments))
    except ValidationError as error:
        raise WrongArguments(describe_faults(model, arguments, _errors(error))) from None
    validated._forgotten_nulls = forget_nulls(validated)
    return validated


def errors_in(model: type[Arguments], arguments: Mapping[str, Any]) -> list[ErrorDetails]:
    """What pydantic finds wrong with the arguments; nothing where they are valid."""
    try:
        model.model_validate(dict(arguments))
    except ValidationError as error:
        return _errors(error)
    return []


def _errors(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False)

"""What an agent gives, made the arguments of an operation: the one entry, and its steps in order.

1. `check_argument_count`: refuses what no operation takes before it costs anything.
2. `apply_aliases`: gives arguments that go by other names Reply's names.
3. `parse_json_strings`: reads lists and objects that were given as JSON text.
4. `drop_absent`: leaves out optional arguments whose value stands for none, such as `"null"`.
5. `complete_periods`: a `from` that is a whole period which is over, such as "last month", has its end as `to`.
6. `coerce_values`: turns refused values that plainly mean another value into it.
7. `validate`: makes the instance, or lists every fault.

A step takes the operation's class and the arguments, and gives the arguments. Names in place of ids are resolved later,
by `reply_mcp.client.name_resolution`, since that takes requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reply_mcp.catalog.arguments.absent import drop_absent
from reply_mcp.catalog.arguments.aliases import apply_aliases
from reply_mcp.catalog.arguments.coercion import coerce_values, parse_json_strings
from reply_mcp.catalog.arguments.fault_messages import describe_unknown_names
from reply_mcp.catalog.arguments.times import complete_periods
from reply_mcp.catalog.arguments.validation import M, validate
from reply_mcp.catalog.operation import Arguments
from reply_mcp.errors import WrongArguments

SPARE_NAMES = 20
"""A call may have so many more arguments than the operation takes; beyond that it is refused unread."""


def check_argument_count(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as they are.

    Raises:
        WrongArguments: where there are many more than the operation takes; guessing what each is meant to be would
            take seconds.
    """
    known = {info.alias or name for name, info in model.model_fields.items()}
    if len(arguments) > len(known) + SPARE_NAMES:
        raise WrongArguments(describe_unknown_names(model, [name for name in arguments if name not in known]))
    return arguments


Step = Callable[[type[Arguments], dict[str, Any]], dict[str, Any]]

STEPS: tuple[Step, ...] = (
    check_argument_count,
    apply_aliases,
    parse_json_strings,
    drop_absent,
    complete_periods,
    coerce_values,
)


def parse_arguments(model: type[M], arguments: Mapping[str, Any]) -> tuple[M, dict[str, Any]]:
    """An instance of the operation's class, and the arguments under Reply's names as they were understood.

    Raises:
        WrongArguments: with a line for every fault.
    """
    understood = dict(arguments)
    for step in STEPS:
        understood = step(model, understood)
    return validate(model, understood), understood

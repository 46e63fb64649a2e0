"""The documented request of every operation, for arguments made from its own schema."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Arguments, Operation, Where
from reply_mcp.catalog.schema import full_schema
from reply_mcp.errors import WrongArguments
from tests.catalog.generated import Generated
from tests.catalog.sent import check_request, wire_names
from tests.conftest import TIMES

TRIES = 8
"""Sets of arguments made until one is not refused by a rule between arguments."""
OPERATIONS = [one for name in catalog.AREAS for one in catalog.area(name).operations if one.path]


@cache
def schema_of(arguments: type[Arguments]) -> dict[str, Any]:
    return full_schema(arguments)


def arguments_for(operation: Operation, chance: Random) -> dict[str, Any]:
    """Arguments that fit the schema, with ids where names are taken too."""
    made: dict[str, Any] = Generated(chance).value(schema_of(operation.arguments))
    for alias, where in wire_names(operation.arguments).values():
        if where is Where.FILE:
            made[alias] = {"name": "a.bin", "base64": "QQ=="}
        elif where is Where.PATH and isinstance(made[alias], str):
            made[alias] = re.sub(r"[/\\?#%]", "", made[alias]) or "x"
    return made


def is_a_rule_between_arguments(operation: Operation, made: dict[str, Any]) -> bool:
    """Whether arguments that fit the schema were refused for what no schema can say."""
    try:
        operation.arguments.model_validate(made)
    except ValidationError as error:
        return all(one["type"] == "value_error" for one in error.errors())
    return False


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_arguments_arrive_at_their_places_and_nothing_else_does(operation: Operation) -> None:
    accepted = []

    @settings(max_examples=10 * TIMES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=True))
    def run(chance: Random) -> None:
        for _ in range(TRIES):
            made = arguments_for(operation, chance)
            try:
                arguments = validate(operation.arguments, made)
            except WrongArguments:
                assert is_a_rule_between_arguments(operation, made)
                continue
            check_request(operation, made, arguments, operation.request(arguments))
            accepted.append(made)
            return

    run()
    assert accepted, "every set of arguments that fits the schema was refused"


@pytest.mark.parametrize("sign", ["/", "%2F", "\\", "?", "#"])
def test_an_id_cannot_lead_to_another_operation(sign: str) -> None:
    delete = catalog.operation("DeletePlaybook")
    arguments = validate(delete.arguments, {"id": f"p{sign}style-files{sign}2"})
    with pytest.raises(WrongArguments, match="id: an id, without"):
        delete.request(arguments)

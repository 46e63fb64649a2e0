"""What the document lets one leave out, given alone: it arrives as it was given, and as null where v3 takes null.

Each goes as a call of its own through the whole way: arguments, hooks, the effect and the question, a real socket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Arguments, Operation, Where
from reply_mcp.client.call_context import CallContext
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from reply_mcp.errors import ReplyError, WrongArguments
from tests.catalog.requests.documented import REFUSED, Made, optional_places
from tests.catalog.requests.stub import Stub, stubbed
from tests.catalog.sent import check_value, whole_field
from tests.catalog.spec.test_against_openapi import DOCUMENTED, OPERATIONS, as_text, operation_is_whole

NULL_IS_REFUSED = {"UpdateAiSdrSequenceSettings"}
"""Operations that take no null whatever the schemas of their document say, since the prose says so."""
NOT_TAKEN = {".variants[].id", "body template.attachmentIdList"}
"""Ends of the places that the catalog does not take on purpose; see `known_differences`."""
Line = tuple[Stub, Session, Client]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line() -> AsyncIterator[Line]:
    async with stubbed() as one:
        yield one


def made_for(operation: Operation, place: str, *, null: bool) -> tuple[Made, Arguments]:
    """The slimmest request with that place that is understood."""
    refused: WrongArguments | None = None
    for wide in (False, True):
        made = Made(operation, place, null=null, wide=wide)
        try:
            return made, parse_arguments(operation.arguments, made.arguments)[0]
        except WrongArguments as error:
            refused = refused or error
    assert refused is not None
    raise refused


async def asked(call: CallContext) -> None:
    """Finds the effect and the question, as a policy would, and lets everything through."""
    if call.operation.effect_for:
        await call.operation.effect_for(call)
    if call.operation.preview:
        await call.operation.preview(call)


async def sent_by(line: Line, operation: Operation, arguments: Arguments) -> tuple[dict[str, str], Any]:
    """Query and body as they arrived: by the whole way, or where a hook finds that nothing is to be done with what the
    stub holds, by the request alone."""
    stub, session, client = line
    stub.clear()
    request = replace(operation.request(arguments), answer=None)
    with suppress(ReplyError):
        await session.perform(arguments, gate=asked)
    if not stub.of(operation.id) or operation.run or operation.paged:
        stub.clear()
        await client.send(request)
    return stub.of(operation.id)[-1]


def check(made: Made, arguments: Arguments, query: dict[str, str], body: Any) -> None:
    check_value(query, {name: as_text(value) for name, value in made.query.items()}, arguments, Where.QUERY)
    if made.body is None or (not made.body and body is None):
        return
    whole = operation_is_whole(type(arguments).operation)
    check_value(body, made.body, getattr(arguments, whole_field(type(arguments).operation)) if whole else arguments)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("id", sorted(set(DOCUMENTED) & set(OPERATIONS)))
async def test_what_may_be_left_out_arrives_as_it_was_given(id: str, line: Line) -> None:
    operation = OPERATIONS[id]
    for place in optional_places(id):
        made = Made(operation, place)
        if not made.made:
            assert place.endswith(tuple(NOT_TAKEN)), f"{place} is not taken"
            continue
        for null in (False, True) if made.nullable else (False,):
            if null and (id in NULL_IS_REFUSED or (id, place) in REFUSED):
                continue
            made, arguments = made_for(operation, place, null=null)
            assert made.made
            query, body = await sent_by(line, operation, arguments)
            check(made, arguments, query, body)


def test_how_many_cases_there_are() -> None:
    count = Counter[str]()
    for id in set(DOCUMENTED) & set(OPERATIONS):
        for place in optional_places(id):
            made = Made(OPERATIONS[id], place)
            count["given"] += made.made
            count["null"] += made.nullable and id not in NULL_IS_REFUSED and (id, place) not in REFUSED
    assert count == {"given": 1379, "null": 465}

"""Which bodies of a 2xx answer the question, for each kind of answer."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.answers import Kind, fits, is_problem, kind_of, other_id
from reply_mcp.catalog.operation import Effect
from reply_mcp.catalog.spec.answers import documented_answers
from tests.conftest import check_each

OPERATIONS = [one for name in catalog.AREAS for one in catalog.area(name).operations if one.path]

GOOD: tuple[tuple[Kind, Any], ...] = (
    ("rows", []),
    ("rows", [{"id": 1}]),
    ("rows", {"items": []}),
    ("rows", {"Items": [{"id": 1}, None], "hasMore": True, "new": 1}),
    ("values", {"items": ["Software"]}),
    ("values", ["Software"]),
    ("record", {"id": 5, "title": None}),
    ("record", {"Id": "a-b", "status": "active", "unheardOf": 1}),
    ("count", {"count": 0}),
    ("number", 0),
    ("text", "date,name"),
    ("empty", None),
    ("failures", {}),
    ("failures", {"12": {"error": 3}, "14": "notFound"}),
    ("failures", {"cold": {"error": "notFound"}}),
    ("object", {"anything": None}),
    (["userId", "teamId"], {"USERID": None}),
    (["replied"], [{"replied": 3}]),
    (["status", "messageId"], {"status": "sent"}),
)
ODD: tuple[Any, ...] = (
    "ok",
    True,
    0.5,
    {"error": "Internal"},
    {"errors": [{"detail": "x"}]},
    {"title": "Bad Request", "status": 400, "detail": "No."},
    {"type": "about:blank", "title": "Bad Request", "status": 400, "code": "x.y", "traceId": "0"},
    {"message": "Service is under maintenance"},
)
WRAPPED: tuple[Any, ...] = ({"data": {}}, {"success": True}, {"result": {"12": {"error": 3}}}, {"processed": 3})
"""Bodies of a success that say nothing of which item failed."""


@pytest.mark.parametrize(("kind", "answer"), GOOD, ids=str)
def test_an_answer_of_its_kind_fits(kind: Kind, answer: Any) -> None:
    assert fits(answer, kind)


@pytest.mark.parametrize("kind", [kind for kind, _ in GOOD], ids=str)
def test_what_says_nothing_fits_no_kind(kind: Kind) -> None:
    empty = [{"items": None}, {"items": {}}, {"count": None}, {"id": None}]
    odd = [*ODD, *WRAPPED, None, {}, [], [[]], [None], [1, 2], *empty]
    allowed = {
        "rows": [[]],
        "values": [[], [[]], [1, 2]],
        "empty": [None],
        "failures": [{}],
        "object": [*WRAPPED, {}, *empty],
        "number": [0.5],
        "text": ["ok"],
    }.get(kind if isinstance(kind, str) else "", [])
    assert [one for one in odd if fits(one, kind)] == allowed


@pytest.mark.parametrize("answer", ODD[3:], ids=str)
def test_an_error_under_a_2xx_is_seen(answer: Any) -> None:
    assert is_problem(answer)


@pytest.mark.parametrize("answer", [{}, {"id": 1, "title": "Seats"}, {"status": "sent"}, [], None, "error"], ids=str)
def test_a_thing_with_a_title_is_no_error(answer: Any) -> None:
    assert not is_problem(answer)


def test_every_operation_says_what_it_answers() -> None:
    def check(operation: Any) -> None:
        kind = kind_of(operation.id)
        assert kind is not None
        if operation.silent:
            assert kind == "empty"
        if operation.paged:
            assert kind in ("rows", "values", "object", "record") or isinstance(kind, list)
        if operation.method == "GET" and operation.effect is Effect.READ and "connect/" not in operation.path:
            assert kind not in ("empty", "failures")

    check_each(OPERATIONS, check, lambda one: one.id)


def test_the_kinds_are_read_from_a_document() -> None:
    def success(schema: Any, status: str = "200") -> dict[str, Any]:
        return {status: {"content": {"application/json": {"schema": schema}}}, "400": {"description": "refused"}}

    row = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    page = {"type": "object", "properties": {"items": {"type": "array", "items": row}, "hasMore": {"type": "boolean"}}}
    responses = {
        "List": success({"type": "array", "items": {"$ref": "#/components/schemas/Row"}}),
        "Page": success({"$ref": "#/components/schemas/Page"}),
        "Words": success({"type": "array", "items": {"type": "string"}}),
        "One": success({"allOf": [{"$ref": "#/components/schemas/Row"}, {"properties": {"more": {}}}]}, "201"),
        "Either": success({"oneOf": [{"$ref": "#/components/schemas/Row"}, row]}),
        "Count": success({"type": "object", "properties": {"count": {"type": "integer"}}}),
        "Number": success({"type": "integer"}),
        "Gone": {"204": {"description": "deleted"}},
        "Bulk": success({"type": "object", "additionalProperties": row}),
        "Free": success({"type": "object"}),
        "Me": success({"type": "object", "properties": {"userId": {"type": "integer"}}}),
    }
    spec = {
        "paths": {
            f"/{id}": {"post" if id == "Bulk" else "get": {"operationId": id, "responses": one}}
            for id, one in responses.items()
        },
        "components": {"schemas": {"Row": row, "Page": page}},
    }
    assert documented_answers(spec) == {
        "List": "rows",
        "Page": "rows",
        "Words": "values",
        "One": "record",
        "Either": "record",
        "Count": "count",
        "Number": "number",
        "Gone": "empty",
        "Bulk": "failures",
        "Free": "object",
        "Me": ["userId"],
    }


@pytest.mark.parametrize(
    ("answer", "id", "other"),
    [
        ({"id": 6}, "5", "6"),
        ({"Id": "6"}, "5", "6"),
        ({"id": 5}, "5", ""),
        ({"id": "005"}, "5", ""),
        ({"id": 5.5}, "5", ""),
        ({"id": "g-5"}, "t-5", ""),
        ({"id": 13}, "t-13", ""),
        ({"id": "0B4E0C0E5D0A4A599D521F6A58A0D6A1"}, "0b4e0c0e-5d0a-4a59-9d52-1f6a58a0d6a1", ""),
        ({"id": "0b4e0c0e-5d0a-4a59-9d52-1f6a58a0d6a2"}, "0b4e0c0e-5d0a-4a59-9d52-1f6a58a0d6a1", None),
        (None, "5", ""),
    ],
    ids=str,
)
def test_the_record_of_another_thing_is_seen(answer: Any, id: str, other: str | None) -> None:
    assert other_id(answer, id) == (answer["id"] if other is None else other)

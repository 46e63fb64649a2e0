from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from reply_mcp import workflows
from reply_mcp.catalog.area import Area
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import (
    AlwaysSent,
    Arguments,
    Effect,
    Email,
    Local,
    Nullable,
    Paged,
    Part,
    Path,
    Query,
    WholeBody,
)
from reply_mcp.catalog.schema import full_schema, listed_schema
from reply_mcp.errors import WrongArguments

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))


class Letter(Part):
    kind: Literal["letter"]
    text: str = Field(max_length=20)


class Card(Part):
    kind: Literal["card"]
    picture_url: str


@area.post("/v3/probes/{id}/things", scope="probes:write", tool="reply_probe")
class Probe(Paged):
    """Probes."""

    id: Path[SequenceId]
    status: Query[Literal["new", "active"] | None] = None
    email: Email | None = None
    seats: Nullable[int] = Field(None, ge=1, le=9)
    parts: list[Annotated[Letter | Card, Field(discriminator="kind")]] | None = None
    remove: Annotated[bool, AlwaysSent()] = False
    meant: Local[str | None] = None


@area.post("/v3/probes/{id}/many", tool="reply_probe_many")
class ProbeMany(Arguments):
    """Many."""

    id: Path[int]
    items: WholeBody[list[Letter]]


def faults(arguments: dict[str, Any]) -> list[str]:
    with pytest.raises(WrongArguments) as caught:
        validate(Probe, arguments)
    assert "nothing was sent" in str(caught.value)
    return caught.value.faults


def test_all_faults_come_at_once_in_the_words_of_the_arguments() -> None:
    said = faults({"status": "running", "top": 5000, "stats": 1, "email": "jane", "seats": "many"})
    assert "id: required: sequence's id or name (reply_search_sequences finds it)" in said
    assert 'status: "running" is not one of new, active' in said
    assert "top: at most 1000, got 5000" in said
    assert "stats: no such argument; did you mean status?" in said
    assert 'email: an email address, got "jane"' in said
    assert 'seats: a whole number, got "many"' in said


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    said = faults({"id": 1, "parts": [{"kind": "letter", "text": "x" * 21}, {"kind": "cart"}, {"kind": "card"}]})
    assert any(one.startswith("parts[0].text: at most 20 characters") for one in said)
    assert "parts[1]: its kind must be one of letter, card" in said
    assert "parts[2].pictureUrl: required" in said


def test_what_is_missing_is_told_with_its_shape_or_its_choices() -> None:
    from reply_mcp.catalog.areas.sequences.operations import CreateSequence
    from reply_mcp.catalog.areas.tasks.operations import CreateTask

    steps = [{"type": "email", "delayInMinutes": 0}, {"type": "condition", "delayInMinutes": 0}, {"type": "linkedIn"}]
    with pytest.raises(WrongArguments) as caught:
        validate(CreateSequence, {"name": "X", "steps": [*steps, {"type": "linkedIn", "actionType": "wave"}, {}]})
    said = caught.value.faults
    with pytest.raises(WrongArguments) as missing:
        validate(CreateTask, {})
    assert any(one.startswith("taskType: required, one of toDo") for one in missing.value.faults), missing.value.faults
    assert "steps[0].variants: required: [{subject?, message?, attachmentIds?}]" in said
    assert "steps[1].conditions: required: [{property, rules: [{operator, value?}]}]" in said
    assert any(one.startswith("steps[2]: its actionType must be one of message, connect") for one in said)
    assert any(one.startswith("steps[3]: its actionType must be one of message, connect") for one in said)
    assert any(one.startswith("steps[4]: its type must be one of email, linkedIn") for one in said)


def test_an_id_of_the_wrong_kind_is_one_fault() -> None:
    assert faults({"id": [1]}) == ["id: a whole number or text, got [1]"]


@pytest.mark.parametrize("switch", [True, False])
def test_a_switch_is_no_number(switch: bool) -> None:
    """Pydantic takes `true` for 1, and a call about thing 1 was meant by nobody."""
    assert faults({"id": switch}) == [f"id: a whole number, got {str(switch).lower()}"]


def test_the_request_carries_each_argument_where_it_belongs() -> None:
    arguments = validate(Probe, {"id": 7, "status": "new", "email": "a@b.co", "top": 5, "meant": "x", "seats": None})
    request = Probe.operation.request(arguments)
    assert (request.method, request.path) == ("POST", "/v3/probes/7/things")
    assert request.query == {"status": "new", "top": 5}
    assert request.body == {"email": "a@b.co", "seats": None, "remove": False}
    assert request.scope == "probes:write"
    assert not request.safe


def test_null_counts_as_left_out_but_where_it_is_taken() -> None:
    arguments = validate(Probe, {"id": 7, "email": None, "seats": None, "parts": None, "remove": False})
    assert Probe.operation.request(arguments).body == {"seats": None, "remove": False}
    assert sorted(arguments.forgotten_nulls) == ["email", "parts"]


def test_a_body_that_is_a_bare_array() -> None:
    arguments = validate(ProbeMany, {"id": 7, "items": [{"kind": "letter", "text": "x"}]})
    assert ProbeMany.operation.request(arguments).body == [{"kind": "letter", "text": "x"}]


def test_the_schema_is_small_and_says_what_must_be_given_first() -> None:
    schema = full_schema(Probe)
    assert next(iter(schema["properties"])) == "id"
    assert list(schema["properties"])[-2:] == ["top", "skip"]
    assert schema["required"] == ["id"]
    assert schema["properties"]["id"] == {"type": ["integer", "string"]}
    assert schema["properties"]["status"] == {"enum": ["new", "active"], "type": "string"}
    assert "title" not in str(schema)
    assert "$ref" not in str(schema)


def test_a_long_property_is_listed_by_its_keys() -> None:
    schema = {"properties": {"steps": {"type": "array", "items": {"properties": {"a": {"description": "x" * 900}}}}}}
    assert listed_schema(schema)["properties"]["steps"] == {
        "type": "array",
        "items": {"type": "object"},
        "description": "Keys: a?",
    }


def test_effects_follow_the_method() -> None:
    assert Probe.operation.effect is Effect.WRITE


def test_an_id_of_what_has_no_name_leads_to_what_shows_it() -> None:
    with pytest.raises(WrongArguments, match=r'got "an hour ago" \(reply_list_changes shows it\)'):
        validate(workflows.operation("Undo").arguments, {"change": "an hour ago"})

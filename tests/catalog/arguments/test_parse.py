"""Arguments from what was given to the instance: the steps together, and what they cost."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from reply_mcp import catalog
from reply_mcp.catalog.area import Area
from reply_mcp.catalog.arguments.fault_messages import MOST_UNKNOWN
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Arguments, Part
from reply_mcp.errors import WrongArguments

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))


class Letter(Part):
    kind: Literal["letter"]
    text: str = Field(max_length=20)
    page_count: int | None = None


class Card(Part):
    kind: Literal["card"]
    picture_url: str


@area.post("/v3/probes", tool="reply_probe")
class Probe(Arguments):
    """Probes."""

    id: int | str | None = None
    status: Literal["new", "active"] | None = None
    parts: list[Annotated[Letter | Card, Field(discriminator="kind")]] | None = None
    letter: list[Letter] | Letter | None = None
    numbers: int | list[int] | None = None
    note: str | None = None


def faults(arguments: dict[str, Any]) -> list[str]:
    with pytest.raises(WrongArguments) as caught:
        parse_arguments(Probe, arguments)
    return caught.value.faults


def test_lists_and_objects_given_as_json_text_are_read() -> None:
    parsed, understood = parse_arguments(Probe, {"parts": '[{"kind": "letter", "text": "hi"}]'})
    assert parsed.parts == [Letter(kind="letter", text="hi")]
    assert understood["parts"] == [{"kind": "letter", "text": "hi"}]


def test_json_in_a_text_stays_text() -> None:
    assert parse_arguments(Probe, {"note": "[1, 2]"})[0].note == "[1, 2]"


@pytest.mark.parametrize("text", ["[1, 2", "[" * 100_000, "{]"])
def test_what_only_begins_as_json_is_a_fault(text: str) -> None:
    (fault,) = faults({"parts": text})
    assert fault.startswith("parts")


def test_names_inside_objects_are_put_right_where_one_is_meant() -> None:
    given = {"parts": [{"kind": "letter", "text": "a", "page_count": 2}, {"kind": "card", "PictureURL": "x"}]}
    _, understood = parse_arguments(Probe, given)
    assert understood["parts"] == [{"kind": "letter", "text": "a", "pageCount": 2}, {"kind": "card", "pictureUrl": "x"}]
    assert given["parts"][0] == {"kind": "letter", "text": "a", "page_count": 2}, "what was given stays as it was"


def test_two_spellings_of_one_name_are_not_merged() -> None:
    said = faults({"parts": [{"kind": "letter", "text": "a", "page_count": 2, "PageCount": 3}]})
    assert [one.partition(":")[0] for one in said] == ["parts[0].page_count", "parts[0].PageCount"]


@pytest.mark.parametrize("value", ["abc", ["abc"], {"kind": "letter"}, [[[]]]])
def test_a_value_that_fits_no_way_ends_in_a_fault(value: Any) -> None:
    assert faults({"numbers": value})


FLOODS: list[tuple[str, dict[str, Any]]] = [
    ("GetContacts", {f"name{i}": 1 for i in range(20_000)}),
    ("CreateContact", {f"first_name{i}": 1 for i in range(20_000)}),
    ("CreateContact", {"email": "a@b.io", "firstName": "A", "customFields": [{f"key{i}": 1 for i in range(20_000)}]}),
    ("CreateContact", {"x" * 1_000_000: 1, "customFields": "[" * 1_000_000}),
    ("CreateContact", {"email": "y" * 1_000_000, "firstName": [["z" * 1_000_000] * 3]}),
]


@pytest.mark.parametrize(("id", "arguments"), FLOODS, ids=["names", "aliases", "keys", "long names", "long values"])
def test_many_wrong_arguments_cost_little_and_are_told_briefly(id: str, arguments: dict[str, Any]) -> None:
    model = catalog.operation(id).arguments
    model.model_rebuild()
    begun = time.process_time()
    with pytest.raises(WrongArguments) as caught:
        parse_arguments(model, arguments)
    assert time.process_time() - begun < 3
    assert len(str(caught.value)) < 5000
    assert len(caught.value.faults) <= MOST_UNKNOWN + 3


def test_unknown_names_beyond_those_that_are_told_are_counted() -> None:
    said = faults({f"thing{i}": 1 for i in range(100)})
    assert len(said) == MOST_UNKNOWN + 1
    assert said[0] == "thing0: no such argument; there are id, status, parts, letter, numbers, note"
    assert said[-1] == "80 more names that no argument has"


def test_a_message_lists_the_first_faults_and_counts_the_others() -> None:
    wrong = WrongArguments([f"a[{i}]: required" for i in range(100)])
    assert str(wrong).startswith("100 arguments to fix, nothing was sent:\n- a[0]: required\n")
    assert str(wrong).endswith("\n- a[29]: required\n- and 70 more")
    assert len(wrong.faults) == 100


@pytest.mark.parametrize("items", [500, 1000])
def test_the_cost_of_putting_items_right_grows_with_their_number(items: int) -> None:
    """Looked at per item: twice as many may cost twice as much, not four times."""
    model = catalog.operation("CreateContact").arguments
    given = {
        "email": "a@b.io",
        "firstName": "A",
        "customFields": [{"Value": "b", "KEY": f"k{i}"} for i in range(items)],
    }
    begun = time.process_time()
    parsed, understood = parse_arguments(model, given)
    assert len(understood["customFields"]) == items
    assert parsed.wire()["customFields"][0] == {"value": "b", "key": "k0"}
    assert (time.process_time() - begun) / items < 0.002


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "status", "letter", "parts", "numbers", "note", "nme"]) | st.text(max_size=5),
        json_values | st.fixed_dictionaries({"kind": st.sampled_from(["letter", "Card", "x"]), "Text": json_values}),
        max_size=4,
    )
)
def test_any_arguments_are_taken_or_refused_in_one_message(arguments: dict[str, Any]) -> None:
    try:
        parse_arguments(Probe, arguments)
    except WrongArguments as wrong:
        assert wrong.faults
        assert all(fault and "validation error" not in fault for fault in wrong.faults)

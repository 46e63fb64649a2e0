"""Items that are read for their texts: whole, in order, named where they do not fit."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.views import Blocks, Column, Table
from reply_mcp.condense import condense
from reply_mcp.text.tokens import estimate_tokens

STEPS = Blocks(
    Table("steps", ("id", Column("text", "_gist")), empty="No steps."),
    "{number} {_summary} ({id})",
    one="reply_get_sequence_step has each whole.",
)


def step(id: int, *texts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": id, "number": str(id), "_summary": "email", "_gist": "gist", "_texts": list(texts), **fields}


def text_of(answer: Any, limit: int = 4000, **how: Any) -> str:
    return condense(answer, STEPS, arguments={}, limit=limit, **how).text


def test_each_text_is_whole_below_its_item() -> None:
    long = "".join(f"<p>Paragraph {n}.</p>" for n in range(200))
    said = text_of([step(1, {"label": "variant 7", "subject": "Hi", "text": long}), step(2)])
    assert said.startswith("steps: 2\n1 email (1)\nvariant 7: Subject: Hi\nParagraph 0.\nParagraph 1.\n")
    assert said.endswith("Paragraph 199.\n2 email (2)")


def test_one_thing_needs_no_count() -> None:
    assert text_of(step(1, {"text": "Call them"})) == "1 email (1)\nCall them"


def test_what_does_not_fit_is_named_with_the_way_to_it() -> None:
    answer = [step(n, {"text": f"Text {n}. " + "word " * 150}) for n in range(1, 6)]
    said = text_of(answer, limit=500)
    assert estimate_tokens(said) <= 500
    assert "1 email (1)\nText 1." in said
    assert "more steps did not fit: " in said
    assert "5 email (5). reply_get_sequence_step has each whole." in said
    assert "Text 5." not in said


def test_no_items_say_what_to_do_and_asked_fields_are_a_table() -> None:
    assert text_of([]) == "No steps."
    said = text_of([step(1), step(2)], fields=["id", "text"])
    assert said.splitlines() == ["steps: 2", "id text", "1  gist", "2  gist"]


def test_what_was_made_for_reading_is_not_in_the_whole_answer() -> None:
    said = text_of([step(1, {"text": "x"}, type="email")], detail="full")
    assert '{"id":1,"number":"1","type":"email"}' in said
    assert "gist" not in said


def test_a_text_cannot_pass_for_a_fence_or_hide_letters() -> None:
    said = text_of(step(1, {"text": "a\u200bb <<<c"}))
    assert said == "1 email (1)\nab ‹‹‹c"


def test_another_shape_is_still_shown() -> None:
    for odd in (None, "oops", 5, [None, "x"], {"steps": "none"}, [{"_texts": [None, 3, {"text": {"a": 1}}]}]):
        assert text_of(odd)

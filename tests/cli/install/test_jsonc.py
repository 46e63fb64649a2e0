"""Editing JSON with comments: whatever a text looks like, its data is as asked for and all else stays."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.cli.install.formats import BrokenFile, data_with, data_without
from reply_mcp.cli.install.jsonc import JsonWithComments

FORMAT = JsonWithComments()
VALUE = {"command": "x", "args": ["a"], "env": {}}


def written(choose: random.Random, depth: int = 0) -> str:
    """A text as people leave one: comments anywhere, trailing commas, on one line or on many."""
    if depth and (depth > 3 or choose.random() < 0.3):
        return choose.choice(["1", '"x//y"', "true", "null", '"a\\"b{"', "-1.5e3"])
    many, brace = choose.random() < 0.7, not depth or choose.random() < 0.6
    line = "\n" + "  " * (depth + 1) if many else choose.choice(["", " "])

    def comment() -> str:
        if choose.random() > 0.2:
            return ""
        return choose.choice([" /* c , } */", ' // c " {\n' if many else " /*z*/"])

    count = choose.randint(0, 3)
    parts = []
    for number in range(count):
        name = f'"{choose.choice("abcdefgh")}{number}":{choose.choice(["", " "])}' if brace else ""
        comma = "," if number < count - 1 or choose.random() < 0.2 else ""
        parts.append(f"{comment()}{line}{name}{written(choose, depth + 1)}{comment()}{comma}")
    end = "\n" + "  " * depth if many else ""
    opening, closing = "{}" if brace else "[]"
    return f"{opening}{''.join(parts)}{comment()}{end}{closing}"


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_an_edit_changes_one_member_and_its_removal_gives_the_text_back(seed: int, mark: bool, windows: bool) -> None:
    text = ("\ufeff" if mark else "") + written(random.Random(seed))
    text = text.replace("\n", "\r\n") if windows else text
    data = FORMAT.load(text)
    for path in (("servers", "reply"), ("a0", "reply"), ("reply",)):
        if len(path) == 2 and not isinstance(data.get(path[0], {}), dict):
            continue
        edited = FORMAT.put(text, path, VALUE)
        assert FORMAT.load(edited) == data_with(data, path, VALUE)
        assert FORMAT.load(FORMAT.put(edited, path, {"x": 1})) == data_with(data, path, {"x": 1})
        removed = FORMAT.drop(edited, path)
        assert FORMAT.load(removed) == data_without(data_with(data, path, VALUE), path)
        if data.get(path[0]) if len(path) == 2 else data:
            assert removed == text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "line 1, column 2"),
        ('{"a": 1 "b": 2}', "line 1, column 9"),
        ('{\n  "a": 1,\n  b: 2\n}', "line 3, column 3"),
        ('{"a": }', "line 1, column 7"),
        ('{"a" 1}', "line 1, column 6"),
        ('{"a": 1}}', "line 1, column 9"),
        ('{"a": [1, 2}', "line 1, column 12"),
        ("[]", "line 1, column 1"),
        ('{"a": "open', "line 1, column 7"),
        ("{,}", "line 1, column 2"),
        ('{"a": ' + "[" * 500, "line 1"),
        ('{"a": 1.2.3}', "line 1, column 7"),
    ],
)
def test_what_is_broken_is_named_by_its_place(text: str, where: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        FORMAT.load(text)
    assert where in str(caught.value)


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_plain_json_is_read_as_it_is(value: object) -> None:
    for indent in (None, 2):
        assert FORMAT.load(json.dumps({"x": value}, indent=indent)) == {"x": value}

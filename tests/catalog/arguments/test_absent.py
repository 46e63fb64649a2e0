"""Values that stand for none: left out where an argument is optional, kept where a change may mean them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.absent import drop_absent
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.errors import WrongArguments


def left(operation: str, **arguments: Any) -> dict[str, Any]:
    return drop_absent(catalog.operation(operation).arguments, arguments)


@pytest.mark.parametrize("nothing", ["", "  ", "null", ["null"], [""], [None, "null"]])
def test_a_read_has_no_use_for_nothing(nothing: Any) -> None:
    assert left("GetContacts", email=nothing, top=2) == {"top": 2}
    assert left("FilterInboxThreads", categoryIds=nothing, source="unread") == {"source": "unread"}


def test_a_change_clears_by_null_and_empty_text_and_not_by_the_word() -> None:
    assert left("UpdateContact", id=1, phone=None, title="") == {"id": 1, "phone": None, "title": ""}
    assert left("UpdateContact", id=1, phone="null", ownerUserId="") == {"id": 1}


def test_a_name_that_only_looks_like_it_stays() -> None:
    assert left("UpdateContact", id=1, lastName="Null") == {"id": 1, "lastName": "Null"}
    assert left("GetContacts", skip=0, top=0) == {"skip": 0, "top": 0}


def test_an_empty_list_stays_since_it_may_mean_none_at_all() -> None:
    assert left("FilterInboxThreads", categoryIds=[]) == {"categoryIds": []}


def test_what_must_be_given_is_still_asked_for() -> None:
    model = catalog.operation("CreateSequence").arguments
    with pytest.raises(WrongArguments, match="name"):
        parse_arguments(model, {"name": None})


def test_objects_quoted_twice_are_read() -> None:
    model = catalog.operation("FilterInboxThreads").arguments
    parsed, given = parse_arguments(model, {"categoryIds": json.dumps(json.dumps([1, 2]))})
    assert given == {"categoryIds": [1, 2]}
    assert parsed.wire()["categoryIds"] == [1, 2]

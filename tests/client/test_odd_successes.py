"""A 2xx that does not say what it did is unknown for every write, and unreadable for every read: all operations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.answers import kind_of
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Effect, Request
from reply_mcp.client.outcomes import Answer, RawResponse, Retry, classify
from reply_mcp.errors import OutcomeUnknown, Unreadable

OPERATIONS = [one for name in catalog.AREAS for one in catalog.area(name).operations if one.path]
STEP = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [{"message": "Hi"}]}
PAGE = "<!DOCTYPE html><html><body><h1>Please wait…</h1></body></html>"
PROBLEM = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "No.", "traceId": "0"}
ODD: dict[str, tuple[int, str]] = {
    "null": (200, "null"),
    "{}": (200, "{}"),
    '"ok"': (200, '"ok"'),
    "true": (200, "true"),
    "a problem": (200, json.dumps(PROBLEM)),
    "a problem, 201": (201, json.dumps(PROBLEM)),
    "a problem, 202": (202, json.dumps(PROBLEM)),
    "an error": (200, '{"error": "Internal"}'),
    "a web page": (200, PAGE),
    "nothing": (204, ""),
    "nothing, 200": (200, ""),
    "a list": (200, '[{"id": 1}]'),
    "numbers": (200, "[1, 2]"),
}


ANSWERS: dict[str, tuple[Any, ...]] = {
    "{}": ("failures", "object"),
    "nothing": ("empty",),
    "a list": ("rows", "values"),
    "numbers": ("values",),
    '"ok"': ("text",),
}
"""The kinds of which an odd body is an answer after all."""


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_answer_is_never_taken_for_one(odd: str) -> None:
    status, body = ODD[odd]
    wrong = []
    for operation in OPERATIONS:
        kind, safe = kind_of(operation.id), operation.effect is Effect.READ
        request = Request(operation.method, "/v3/things/5", safe=safe, silent=operation.silent, answer=kind)
        came = RawResponse(status, {"content-type": "application/json"}, body.encode())
        is_answer = kind in ANSWERS.get(odd, ()) or (odd == "nothing, 200" and operation.silent)
        if _told(request, came) != ("answer" if is_answer else "unreadable" if safe else "unknown"):
            wrong.append(f"{operation.id}, which answers {kind}: {_told(request, came)}")
    assert wrong == []


def _told(request: Request, came: RawResponse) -> str:
    try:
        verdict = classify(request, came, "reply_get_thing {}")
    except OutcomeUnknown as error:
        return "unknown" if "may have been done" in str(error) and "reply_get_thing" in str(error) else str(error)
    if isinstance(verdict, Retry):
        return "unreadable" if isinstance(verdict.error, Unreadable) else str(verdict.error)
    return "answer"


OF_ITSELF = {
    "UpdateContact": {"id": 5, "title": "CTO"},
    "GetContactById": {"id": 5},
    "PauseSequence": {"id": 5},
    "CompleteTask": {"id": 5},
    "UpdateSequenceOwner": {"id": 5, "userId": 2},
    "UpdateSequenceStepVariant": {"id": 7, "stepId": 8, "variantId": 5, "message": "Hi"},
}
OF_ANOTHER = {
    "CreateSequenceStep": {"id": 5, "step": STEP},
    "CloneEmailTemplate": {"id": 5},
    "GetAiSdrSequencePlaybook": {"sequenceId": 5},
}


@pytest.mark.parametrize("operation", [*OF_ITSELF, *OF_ANOTHER])
def test_the_record_of_another_thing_is_no_answer(operation: str) -> None:
    described = catalog.operation(operation)
    given = OF_ITSELF.get(operation) or OF_ANOTHER[operation]
    request = described.request(validate(described.arguments, given))

    def told(id: int) -> str:
        return _told(request, RawResponse(200, {"content-type": "application/json"}, b'{"id": %d, "status": "x"}' % id))

    assert told(5) == "answer"
    lost = "unreadable" if request.safe else "unknown"
    assert told(6) == (lost if operation in OF_ITSELF else "answer")


@pytest.mark.parametrize(
    ("page", "top", "more"),
    [
        ({"items": [{"id": 1}], "hasMore": True}, None, True),
        ({"items": [{"id": 1}, {"id": 2}], "hasMore": False}, 2, False),
        ({"items": [{"id": 1}], "hasMore": "true"}, None, True),
        ({"items": [{"id": 1}], "HasMore": "False"}, 1, False),
        ({"items": [{"id": 1}, {"id": 2}]}, 2, True),
        ({"items": [{"id": 1}], "hasMore": None}, 2, False),
        ({"items": []}, None, False),
        ({"items": [{"id": one} for one in range(25)]}, None, True),
        ({"items": [{"id": one} for one in range(24)]}, None, False),
    ],
    ids=str,
)
def test_a_page_says_whether_another_follows(page: dict[str, Any], top: int | None, more: bool) -> None:
    described = catalog.operation("GetContacts")
    request = described.request(validate(described.arguments, {} if top is None else {"top": top}))
    came = RawResponse(200, {"content-type": "application/json"}, json.dumps(page).encode())
    told = classify(request, came)
    assert isinstance(told, Answer)
    assert told.data["hasMore"] is more
    assert told.data["items"] == page["items"]

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.operation import Request
from reply_mcp.client.problems import api_error
from reply_mcp.errors import ApiError

START = Request("POST", "/v3/sequences/42/start", safe=False, scope="sequences:operate")
GET = Request("GET", "/v3/sequences/42", scope="sequences:read")


def told(status: int, body: Any, request: Request = START) -> ApiError:
    return api_error(status, {}, b"" if body is None else json.dumps(body).encode(), request)


@pytest.mark.parametrize(
    ("status", "body", "parts"),
    [
        (
            400,
            {"title": "Validation failed", "errors": [{"pointer": "/items/0/firstName", "detail": "too long"}]},
            ["400: items[0].firstName: too long. Nothing was changed."],
        ),
        (
            400,
            {"errors": [{"pointer": "/top", "detail": "At most 1000"}, {"pointer": "", "detail": "Body is wrong"}]},
            ["2 faults", "\n- top: At most 1000", "\n- Body is wrong"],
        ),
        (400, {"errors": {"Name": ["is required"]}}, ["400: Name: is required."]),
        (400, {"code": "sequence.notFound"}, ["there is no sequence 42", "reply_search_sequences"]),
        (400, {"code": "customField.invalid", "detail": "not a number"}, ["400 customField.invalid: not a number."]),
        (401, None, ["does not accept this key", "REPLY_API_KEY", "do not retry"]),
        (401, {"title": "Unauthorized", "status": 401}, ["does not accept this key"]),
        (401, {"code": "USER_NOT_FOUND"}, ["401 USER_NOT_FOUND: the key is good", "REPLY_USER_ID"]),
        (403, None, ["403: this key lacks the scope sequences:operate.", "nothing was changed"]),
        (403, {"title": "Forbidden", "status": 403, "detail": "Scope is missing"}, ["lacks the scope"]),
        (403, {"code": "sequence.forbidden", "detail": "Not yours"}, ["403 sequence.forbidden: Not yours.", "role"]),
        (403, {"status": 403, "title": "Forbidden", "reasons": []}, ["plan of this account", "the key itself is good"]),
        (
            403,
            {
                "code": "TEAM_REQUIRED",
                "teams": [{"teamId": 1, "teamName": "North"}, {"TeamId": 2, "TeamName": "South"}],
            },
            ["REPLY_TEAM_ID", "Teams: 1 (North), 2 (South)."],
        ),
        (403, {"Code": "TEAM_NOT_ACCESSIBLE", "Teams": [{"TeamId": 2}, {"TeamId": 2}]}, ["cannot reach", "Teams: 2."]),
        (403, {"code": "USER_REQUIRED"}, ["Organization key", "REPLY_USER_EMAIL with REPLY_TEAM_ID"]),
        (
            404,
            {"code": "sequence.notFound"},
            ["404 sequence.notFound: there is no sequence 42", "reply_search_sequences"],
        ),
        (404, {"code": "sequenceContact.sequenceNotFound"}, ["there is no sequence 42"]),
        (404, None, ["no endpoint POST /v3/sequences/42/start", "does not mean that the id is wrong"]),
        (409, {"code": "sequenceAction.status", "detail": "current status is New"}, ["409", "current status is New."]),
        (413, None, ["smaller parts"]),
        (422, {"errors": [{"pointer": "/name", "detail": "taken"}]}, ["422: name: taken."]),
        (429, {"code": "directLinkedIn.limit", "detail": "Used up"}, ["429 directLinkedIn.limit: Used up."]),
        (503, None, ["503: Reply, or a proxy before it, failed", "try again"]),
        (503, {"title": "Down"}, ["503: Reply failed inside. Down.", "try again"]),
        (418, {"title": "Teapot"}, ["418: Teapot."]),
    ],
)
def test_messages(status: int, body: Any, parts: list[str]) -> None:
    error = told(status, body)
    assert error.status == status
    for part in parts:
        assert part in str(error)


def test_what_code_matches_on_is_kept() -> None:
    error = told(400, {"code": "a.b", "detail": "d", "errors": [{"pointer": "/x/1/y", "detail": "bad"}]})
    assert (error.code, error.detail, error.faults, error.is_json) == ("a.b", "d", [("x[1].y", "bad")], True)
    assert error.body["code"] == "a.b"
    assert not told(404, None).is_json
    assert "Nothing was changed" not in str(told(409, {"code": "x.y"}, GET))


def test_html_is_not_shown() -> None:
    error = api_error(403, {}, b"<html>blocked by a gateway</html>", START)
    assert "<html>" not in str(error)
    assert not error.is_json


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda one: st.lists(one, max_size=3)
)
_names = st.sampled_from(["code", "Code", "detail", "title", "errors", "teams", "reasons", "pointer", "teamId"])
_bodies = st.recursive(_json, lambda one: st.lists(one, max_size=3) | st.dictionaries(_names, one, max_size=4))


@given(status=st.integers(400, 599), body=_bodies, raw=st.binary(max_size=20) | st.none())
def test_any_body_gives_a_message(status: int, body: Any, raw: bytes | None) -> None:
    error = told(status, body) if raw is None else api_error(status, {}, raw, GET)
    assert str(error).startswith(str(status))


@pytest.mark.parametrize(
    ("status", "body", "parts"),
    [
        (401, {"code": "USER_DISABLED", "detail": "The user is disabled"}, ["did not accept who is calling"]),
        (403, {"detail": "Not you"}, ["this key may not do that. Not you."]),
    ],
)
def test_who_may_not_and_no_scope_is_known(status: int, body: Any, parts: list[str]) -> None:
    message = str(api_error(status, {}, json.dumps(body).encode(), Request("POST", "/v3/x", safe=False)))
    assert all(part in message for part in parts), message


def test_a_web_page_in_place_of_an_answer_blames_nobody() -> None:
    message = str(api_error(403, {"content-type": "text/html"}, b"<html>", Request("POST", "/v3/x", scope="x:write")))
    assert "web page" in message
    assert "REPLY_BASE_URL" in message
    assert "scope" not in message

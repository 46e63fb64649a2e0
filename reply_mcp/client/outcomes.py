"""What an exchange came to, and whether it may be tried again: only where nothing can happen twice."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import from_json

from reply_mcp.catalog.answers import WORDS, fits, is_problem, other_id
from reply_mcp.catalog.operation import Request
from reply_mcp.catalog.rows import tell_whether_more_follow
from reply_mcp.client.problems import api_error, problem_code
from reply_mcp.client.rate_limits.headers import retry_after
from reply_mcp.errors import ApiError, OutcomeUnknown, ReplyError, Unreachable, Unreadable
from reply_mcp.text.cleaning import one_line
from reply_mcp.text.outside import mark_outside
from reply_mcp.text.surrogates import replace_lone_surrogates

TRIES = 3
PASSING = frozenset({408, 425, 500, 502, 503, 504})
"""Statuses that may be gone a moment later."""
_KNOWN = frozenset(HTTPStatus)
"""The registered statuses. Others, such as 499, come from proxies, which say nothing of what Reply did."""
UNPROCESSED = 425
"""Too Early: by its definition (RFC 8470) the request was not processed."""
DONE_ELSEWHERE = frozenset({302, 303})
"""Redirects that may follow a write that was done; the others stand in its place."""
_CONNECT = "/v3/email-accounts/connect/"
"""OAuth operations, whose redirect is the answer: a consent screen for a browser."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the parsed JSON (None where the body was empty; text for CSV)."""

    status: int
    data: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An answer as it came. `broken` says what cut it short; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    broken: str = ""


@dataclass(frozen=True, slots=True)
class NoResponse:
    """No answer came. `handed_over` is False where the request surely never reached Reply."""

    why: str
    handed_over: bool


@dataclass(frozen=True, slots=True)
class Retry:
    """Worth another try, `wait` seconds from now at the earliest; `error` where no try is left.

    `limited`: Reply has refused for its rate limit, which is waited for in the budget and is not one of the tries.
    """

    error: ReplyError
    wait: float | None = None
    limited: bool = False


def classify(request: Request, outcome: RawResponse | NoResponse, verify_with: str | None = None) -> Answer | Retry:
    """What an exchange means for this request.

    Args:
        verify_with: the call that shows whether a write was done; it is named where that cannot be text.

    Raises:
        ReplyError: where the outcome is final and bad.
    """
    if isinstance(outcome, NoResponse):
        return _no_response(request, outcome, verify_with)
    status = outcome.status
    if 200 <= status < 300:
        return _succeeded(request, outcome, verify_with)
    if 300 <= status < 400:
        return _redirected(request, outcome, verify_with)
    if status == 429 and _is_rate_limit(outcome.body):
        return Retry(api_error(status, outcome.headers, outcome.body, request), retry_after(outcome.headers), True)
    error = api_error(status, outcome.headers, outcome.body, request)
    settled = request.safe or status == UNPROCESSED or _surely_failed(outcome.body)
    passing = status in PASSING or status not in _KNOWN
    if not settled and (status >= 500 or passing):
        raise unknown(f"Reply answered {status} to a write.", verify_with)
    if passing and not _surely_failed(outcome.body):
        return Retry(error, retry_after(outcome.headers))
    raise error


def backoff(attempt: int, base: float = 0.5, most: float = 8.0) -> float:
    """Seconds before the next try after the `attempt`th (from 1) failed: exponential, with full jitter."""
    return random.uniform(0, min(most, base * 2 ** (attempt - 1)))


def unknown(what: str, verify_with: str | None) -> OutcomeUnknown:
    """The error of a write that may or may not have happened."""
    if verify_with is None:
        advice = "and nothing that Reply answers shows it: ask the person before sending it again."
        return OutcomeUnknown(f"{what} It may have been done, {advice}")
    advice = f"Do not send it again before looking: {verify_with} shows it if it was."
    return OutcomeUnknown(f"{what} It may have been done. {advice}")


def _no_response(request: Request, lost: NoResponse, verify_with: str | None) -> Retry:
    if lost.handed_over and not request.safe:
        raise unknown(f"The message was handed to Reply and {lost.why}.", verify_with)
    if lost.handed_over:
        return Retry(Unreachable(f"Reply gave no answer: {lost.why}. It was only a read; try again in a minute."))
    return Retry(Unreachable(f"Reply cannot be reached: {lost.why}. Nothing was done; check the network and retry."))


def _succeeded(request: Request, got: RawResponse, verify_with: str | None) -> Answer | Retry:
    try:
        answer = Answer(got.status, _read(request, got), got.headers)
    except _NoAnswer as lack:
        if not request.safe:
            raise unknown(f"Reply answered {got.status}, but {lack}.", verify_with) from None
        return Retry(Unreadable(_nothing_known(request, got.status, lack)))
    return answer


class _NoAnswer(Exception):
    """Why a 2xx is no answer, as a clause.

    Attributes:
        foreign: whether it does not look like Reply's at all.
    """

    def __init__(self, why: str, *, foreign: bool = False) -> None:
        super().__init__(why)
        self.foreign = foreign


def _read(request: Request, got: RawResponse) -> Any:
    """The parsed body, of the kind that the operation has. Raises _NoAnswer."""
    if got.broken:
        raise _NoAnswer(f"its answer cannot be read ({got.broken})", foreign=True)
    if not got.body.strip() and got.status in {200, 201} and not request.silent:
        raise _NoAnswer("its answer is empty", foreign=True)
    try:
        data = _data(got)
    except (ValueError, RecursionError):
        kind = got.headers.get("content-type", "untyped")[:40]
        raise _NoAnswer(f"its answer is no JSON ({kind})", foreign=True) from None
    if data is None and got.body.strip():
        raise _NoAnswer("its answer is null")
    if request.answer is None or (_accepts(data) if got.status == 202 else fits(data, request.answer)):
        if request.of and got.status != 202 and (other := other_id(data, request.of)):
            raise _NoAnswer(f"with the record of another one ({one_line(other, 40)})")
        if request.paged and isinstance(data, dict):
            tell_whether_more_follow(data, request.query.get("top") or _top_in(request.body))
        # Reports come as a list of one as well: whoever asks for an object gets the object.
        return data[0] if isinstance(request.answer, list) and isinstance(data, list) else data
    words = WORDS.get(request.answer, "") if isinstance(request.answer, str) else WORDS["object"]
    raise _NoAnswer(f"it is an error's body in place of {words}" if is_problem(data) else f"without {words}")


def _top_in(body: Any) -> Any:
    return body.get("top") if isinstance(body, Mapping) else None


def _accepts(data: Any) -> bool:
    """Whether the body of a 202 leaves it at that: `_data` has put the job's location into it."""
    return isinstance(data, Mapping) and not is_problem({key: one for key, one in data.items() if key != "location"})


def _nothing_known(request: Request, status: int, lack: _NoAnswer) -> str:
    if lack.foreign:
        return (
            f"Reply answered {status}, but {lack}: perhaps a proxy or a maintenance page. "
            "Try again in a minute, and check REPLY_BASE_URL if it stays."
        )
    things = _things(request.path)
    said = f"{lack} of {things}" if str(lack) == "without a list" else lack
    return (
        f"Reply answered {status} {said}. That is no answer: nothing is known about the {things} that were asked for. "
        "Try again in a minute."
    )


def _things(path: str) -> str:
    """What a path is about, in words: `/v3/contact-lists/12` is about contact lists."""
    words = [part for part in path.split("/")[2:] if part.isascii() and part.replace("-", "").isalpha()]
    named = [part for part in words if part not in {"filter", "count", "state", "stats", "overview"}]
    return (named or ["data"])[-1].replace("-", " ")


def _data(got: RawResponse) -> Any:
    if got.body and got.headers.get("content-type", "").lower().startswith("text/csv"):
        return _text(got) or None
    data = mark_outside(_parsed(got))
    return _put_off(data, got) if got.status == 202 and (not data or isinstance(data, dict)) else data


def _parsed(got: RawResponse) -> Any:
    """The JSON data, None where there is none; NaN and the infinities, which are no JSON, are None in it."""
    try:
        return from_json(got.body, allow_inf_nan=False)
    except ValueError:
        # Strict, and half as fast again: what it refuses (half a character, NaN, depth, a mark of the encoding) is for
        # the other to judge.
        if not (text := _text(got)):
            return None
    # What is held may have to go back, and no transport takes half a character.
    return replace_lone_surrogates(json.loads(text, parse_constant=lambda _: None))


def _text(got: RawResponse) -> str:
    """The body as text; "" where it is blank."""
    text = got.body.decode(json.detect_encoding(got.body), "replace").removeprefix("\ufeff")
    return text if not text.isspace() else ""


def _put_off(data: Any, got: RawResponse) -> dict[str, Any]:
    """What was accepted and is not done, with the `location` of its job: an empty answer would read as all done."""
    return {"location": got.headers.get("location"), **(data or {})}


def _redirected(request: Request, got: RawResponse, verify_with: str | None) -> Answer:
    location = got.headers.get("location", "")
    if request.path.startswith(_CONNECT) and location:
        return Answer(got.status, {"location": location}, got.headers)
    try:
        parts = urlsplit(location)
        where = f"{parts.scheme}://{parts.hostname}" if parts.hostname else "another path"
    except ValueError:
        where = "elsewhere"
    text = (
        f"{got.status}: a redirect to {where}, which is not followed. Reply's API does not redirect: check "
        "REPLY_BASE_URL (https, not http) and any proxy between."
    )
    if not request.safe and got.status in DONE_ELSEWHERE:
        raise unknown(text, verify_with)
    raise ApiError(got.status, text, is_json=False)


def _surely_failed(body: bytes) -> bool:
    """Whether Reply itself says that somebody else refused (`inboxThread.threadSendFailed`): no outage, and settled."""
    return (problem_code(body) or "").endswith("Failed")


def _is_rate_limit(body: bytes) -> bool:
    """Whether a 429 is the API's own; with a business code it is a limit of LinkedIn or of a feature."""
    code = (problem_code(body) or "").lower()
    return not code or code == "429" or "ratelimit" in code or "toomany" in code

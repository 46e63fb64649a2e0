"""What can go wrong, as one tree. Every message is written for the agent that reads it: what was wrong, what to do now.

ReplyError
├── WrongArguments    the call is not what the tool takes; nothing was sent
├── ApiError          Reply answered with an error status
├── RateLimited       no request may be sent yet; nothing was spent
├── Unreachable       no answer, and nothing was done (or the call only reads)
├── Unreadable        a read answered with something that is not what it should be
├── OutcomeUnknown    a write may or may not have happened
├── JobFailed         a background job ended, and not as done
├── MissingApiKey     no API key is set
└── NotDone           a precondition failed, or the requested state already holds
    ├── AlreadyDone         … the latter
    ├── ConfirmationNeeded  the person is asked first
    └── RequestCapReached   the call has made as many requests as it may
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reply_mcp.text.cleaning import disarm, one_line


class ReplyError(Exception):
    """The root. `str(error)` is the text that the agent reads; it never holds a key."""


class WrongArguments(ReplyError):
    """The arguments do not fit the tool.

    Attributes:
        faults: a line for each; the message lists the first `MOST_LISTED` and counts the others.
    """

    MOST_LISTED = 30

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        count = "1 argument" if len(self.faults) == 1 else f"{len(self.faults)} arguments"
        lines = [f"- {disarm(one_line(fault))}" for fault in self.faults[: self.MOST_LISTED]]
        if len(self.faults) > self.MOST_LISTED:
            lines.append(f"- and {len(self.faults) - self.MOST_LISTED} more")
        super().__init__("\n".join([f"{count} to fix, nothing was sent:", *lines]))


class ApiError(ReplyError):
    """Reply answered with an error status.

    Attributes:
        status: the HTTP status.
        code: Reply's business code (`sequence.notFound`), or None. Match on it rather than on the status.
        detail: Reply's own words, or "".
        faults: `(pointer, detail)` for each argument that Reply found wrong; pointers without the leading slash.
        body: the parsed problem, {} when there was none.
        is_json: whether the answer had a problem body at all. A 404 without one is a route that is not there.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        detail: str = "",
        faults: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
        is_json: bool = True,
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = list(faults)
        self.body = dict(body or {})
        self.is_json = is_json
        super().__init__(message)

    @property
    def is_denied(self) -> bool:
        """Whether the key, its plan or the account has no access to this at all: a 403, or a route that is not there.
        Any other error may be gone in a minute, and tells nothing of what would have been read."""
        return self.status == 403 or (self.status == 404 and self.code is None)


class RateLimited(ReplyError):
    """No request may be sent for `retry_after` seconds; nothing was spent."""

    def __init__(self, message: str, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unreachable(ReplyError):
    """Reply could not be reached, or a read got no answer; nothing was changed."""


class Unreadable(ReplyError):
    """A read was answered with something else than data, such as a proxy's HTML page."""


class OutcomeUnknown(ReplyError):
    """A write was handed over and its answer was lost or unreadable: it may have been done."""


class JobFailed(ReplyError):
    """What a call started in the background has failed, expired or been cancelled; a part of it may be done.

    Attributes:
        job: its id.
    """

    def __init__(self, message: str, job: str) -> None:
        self.job = job
        super().__init__(message)


class MissingApiKey(ReplyError):
    """No API key is set."""


class NotDone(ReplyError):
    """A precondition failed, or the requested state already holds; no write was sent.

    Attributes:
        is_error: whether the result that the agent reads is an error.
    """

    is_error = True


class AlreadyDone(NotDone):
    """The requested state already holds ("already in the sequence"): a success, and nothing was sent."""

    is_error = False


class ConfirmationNeeded(NotDone):
    """The person has to agree first: the text is the question and how to confirm it."""

    is_error = False


class SwitchedOff(NotDone):
    """A part of a call that would have written by an operation which the settings switch off; it was not sent."""


class RequestCapReached(NotDone):
    """A call has made as many requests as it may (see `catalog.request_caps`); the one that was next was not sent."""

    def __init__(self, most: int) -> None:
        requests = "1 request" if most == 1 else f"{most} requests"
        super().__init__(f"Stopped after {requests}, the most that this may make; ask for less at a time.")

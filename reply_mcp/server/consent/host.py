"""The host that asks the person, by elicitation of the Model Context Protocol, and what it answered.

On 2026-07-28 the call answers with the question (`InputRequiredResult`), and the host makes it again with the person's
answer and the state that came with the question (multi-round-trip requests). On earlier versions the server sends the
question while the call waits, where the connection can carry it: stdio, and HTTP sessions with a stream. A host that
declares no form elicitation, or cannot be reached, is not asked.

The state is sealed by `request_state_boundary`: it is bound to the tool, its arguments and the credential, and the
server reads only what it has sealed itself.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anyio
import mcp_types as types
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from reply_mcp.errors import ConfirmationNeeded, NotDone
from reply_mcp.server.context import Context

Way = Literal["rounds", "push", "none"]
ANSWER_SECONDS = 240.0
"""How long a call waits for the person where the question is sent while it runs; some hosts close theirs after five
minutes."""
STATE_SECONDS = 600.0
FORM: types.ElicitRequestedSchema = {
    "type": "object",
    "properties": {"agree": {"type": "boolean", "title": "Yes, do this"}},
    "required": ["agree"],
}
_KEY = "consent"

DECLINED = "Not done: the person was asked and declined. Do not call this again unless they ask for it themselves."
CANCELLED = (
    "Not done: the person closed the question without an answer. Ask them in the chat whether they want this before "
    "calling again."
)
NOT_AGREED = "Not done: the answer to the question does not say that the person agrees. Ask them in the chat."
SILENCE = (
    f"Not done: nobody answered the question within {ANSWER_SECONDS / 60:.0f} minutes. Ask the person in the chat "
    "before calling again."
)


class Declined(NotDone):
    """The person said no."""


class HostCannotAsk(Exception):
    """The host answered the question with an error: nobody was asked."""


class AskedInRound(ConfirmationNeeded):
    """The call ends with a question for the host, which makes it again with the answer.

    Attributes:
        result: what the protocol answers.
    """

    def __init__(self, question: str, state: str) -> None:
        super().__init__(question)
        request = types.ElicitRequest(params=types.ElicitRequestFormParams(message=question, requested_schema=FORM))
        self.result = types.InputRequiredResult(input_requests={_KEY: request}, request_state=state)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person agreed to in an earlier round: the question's digest, and the id of that one question."""

    shown: str
    id: str


class Host:
    """The host behind one request.

    Args:
        context: of the request.
        responses: the answers that came with it, and the state (unsealed).
        wanted: whether the settings let the host ask (`REPLY_ASK=auto`).
    """

    def __init__(
        self,
        context: Context,
        responses: types.InputResponses | None = None,
        state: str | None = None,
        *,
        wanted: bool = True,
    ) -> None:
        self._context = context
        self._responses = responses
        self._state = state
        self.way: Way = _way(context) if wanted else "none"

    def answer(self) -> Agreed | None:
        """What the person agreed to, as this request carries it; None where it carries no answer.

        Raises:
            NotDone: where they did not agree.
        """
        if self._state is None or not self._responses or _KEY not in self._responses:
            return None
        _check(self._responses[_KEY])
        shown, id = json.loads(self._state)
        return Agreed(shown, id)

    def ask_in_round(self, question: str, shown: str) -> AskedInRound:
        """The exception that ends the call with this question."""
        return AskedInRound(question, json.dumps([shown, secrets.token_hex(12)]))

    async def ask_now(self, question: str) -> None:
        """Has the host ask while the call waits. Returns where the person agreed.

        Raises:
            NotDone: where they declined, closed the question, or did not answer in time.
            HostCannotAsk: where the host says that it cannot.
        """
        context = self._context
        try:
            with anyio.fail_after(ANSWER_SECONDS):
                answer = await context.session.elicit_form(question, FORM, related_request_id=context.request_id)
        except TimeoutError:
            raise NotDone(SILENCE) from None
        except MCPError:
            raise HostCannotAsk from None
        _check(answer)


def request_state_boundary(keys: Sequence[str], principal: Callable[[Context], str | None]) -> RequestStateBoundary:
    """The middleware that seals states, bound to who calls.

    Args:
        keys: the first seals, all of them unseal.
        principal: the fingerprint of the credential behind a request; None where it brings none.
    """
    security = RequestStateSecurity(keys=list(keys), ttl=STATE_SECONDS, bind_principal=principal)
    return RequestStateBoundary(security, default_audience="reply-mcp")


def _way(context: Context) -> Way:
    capabilities = context.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    # `{}` means forms; a host that names URLs alone shows none.
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return "none"
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return "rounds"
    return "push" if context.session.can_send_request else "none"


def _check(answer: Any) -> None:
    """Returns where the person agreed: the protocol checks neither that there is content nor that it fits the form."""
    action = getattr(answer, "action", None)
    if action == "accept" and (getattr(answer, "content", None) or {}).get("agree") is True:
        return
    if action == "decline":
        raise Declined(DECLINED)
    raise NotDone(CANCELLED if action == "cancel" else NOT_AGREED)

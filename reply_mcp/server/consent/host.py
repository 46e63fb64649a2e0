"""The host that asks the person, by elicitation of the Model Context Protocol, and what it answered.

It shows a form with the question, or opens a page of this machine on which the person answers (URL mode). On 2026-07-28
the call answers with the question (`InputRequiredResult`), and the host makes it again with the person's answer and the
state that came with the question (multi-round-trip requests). On earlier versions the server sends the question while
the call waits, where the connection can carry it: stdio, and HTTP sessions with a stream. A host that declares neither
mode, or cannot be reached, is not asked.

The state is sealed by `StateBoundary`: it is bound to the tool, its arguments and the credential, and the
server reads only what it has sealed itself.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import anyio
import mcp_types as types
from mcp.server.context import CallNext, HandlerResult
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import read_entry
from reply_mcp.errors import ConfirmationNeeded, NotDone
from reply_mcp.server.consent.seal_keys import SealKeys
from reply_mcp.server.context import Context

Way = Literal["rounds", "push", "none"]
ANSWER_SECONDS = 240.0
"""How long a call waits for the person where the question is sent while it runs; some hosts close theirs after five
minutes."""
STATE_SECONDS = 600.0
KEYS_SECONDS = 5.0
"""For how long keys that are shared are taken to be the same."""
_MAY_ASK = frozenset({"tools/call", "prompts/get", "resources/read"})
"""Requests that the protocol lets end with a question."""
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

    def __init__(self, question: types.ElicitRequestFormParams | types.ElicitRequestURLParams, state: str) -> None:
        super().__init__(question.message)
        request = types.ElicitRequest(params=question)
        self.result = types.InputRequiredResult(input_requests={_KEY: request}, request_state=state)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the host answered to the question of an earlier round.

    Attributes:
        shown: the digest of the question.
        id: of that one question, which waits in the shared state; "" where the call itself waited for the answer.
        until: when the answer ends, in seconds since 1970.
        on_page: whether the person answers elsewhere: on the page that the host opened, or to `reply-mcp approve`.
    """

    shown: str
    id: str
    until: float
    on_page: bool


class Host:
    """The host behind one request.

    Attributes:
        form: how it can be asked to show a form.
        page: how it can be asked to open a page.
    """

    def __init__(
        self,
        context: Context,
        responses: types.InputResponses | None = None,
        state: str | None = None,
        *,
        forms: bool = True,
        pages: bool = True,
    ) -> None:
        """
        Args:
            context: of the request.
            responses: the answers that came with it, and the state (unsealed).
            forms: whether the settings let the host show questions.
            pages: whether they let it open pages.
        """
        self._context = context
        self._responses = responses
        self._state = state
        capabilities = context.session.client_capabilities
        elicitation = capabilities.elicitation if capabilities else None
        way = _way(context) if elicitation is not None else "none"
        # `{}` means forms.
        shows_forms = elicitation is not None and (elicitation.form is not None or elicitation.url is None)
        self.form: Way = way if forms and shows_forms else "none"
        self.page: Way = way if pages and elicitation is not None and elicitation.url is not None else "none"

    async def answer(self, use: Callable[[Answered], Awaitable[bool]]) -> Answered | None:
        """What this request carries of an answer; None where it carries none.

        Args:
            use: uses the question's one answer up. Any but a yes does so here: a host cannot send a yes after it.

        Raises:
            NotDone: where the person did not agree, or does not want to see the page.
        """
        if self._state is None or not self._responses or _KEY not in self._responses:
            return None
        found = read_entry(self._state, Answered)
        if found is None:
            return None  # sealed by another version: the person is asked anew
        try:
            (_check_opened if found.on_page else _check)(self._responses[_KEY])
        except NotDone:
            await use(found)
            raise
        return found

    def ask_in_round(self, question: str, answer: Answered) -> AskedInRound:
        """The exception that ends the call with this question, whose answer is to be this."""
        form = types.ElicitRequestFormParams(message=question, requested_schema=FORM)
        return AskedInRound(form, json.dumps(asdict(answer)))

    def open_in_round(self, question: str, url: str, shown: str) -> AskedInRound:
        """The exception that ends the call with this question and the address of the page where it is answered."""
        state = json.dumps(asdict(answer_to(shown, on_page=True)))
        return AskedInRound(types.ElicitRequestURLParams(message=question, url=url), state)

    async def ask_now(self, question: str) -> None:
        """Has the host ask while the call waits. Returns where the person agreed.

        Raises:
            NotDone: where they declined, closed the question, or did not answer in time.
            HostCannotAsk: where the host says that it cannot.
        """
        session, id = self._context.session, self._context.request_id
        _check(await _answer_to(lambda: session.elicit_form(question, FORM, related_request_id=id)))

    async def open_now(self, question: str, url: str, page: str) -> None:
        """Has the host open a page while the call waits. Returns where the person let it.

        Args:
            page: what `close` names it by.

        Raises:
            NotDone: where they declined, closed the question, or did not answer in time.
            HostCannotAsk: where the host says that it cannot.
        """
        session, id = self._context.session, self._context.request_id
        _check_opened(await _answer_to(lambda: session.elicit_url(question, url, page, related_request_id=id)))

    async def close(self, page: str) -> None:
        """Tells the host that a page which `open_now` opened has been answered."""
        with contextlib.suppress(MCPError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._context.session.send_elicit_complete(page, related_request_id=self._context.request_id)


async def _answer_to(ask: Callable[[], Awaitable[types.ElicitResult]]) -> types.ElicitResult:
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            return await ask()
    except TimeoutError:
        raise NotDone(SILENCE) from None
    except MCPError:
        raise HostCannotAsk from None
    except ValidationError:
        # Somebody may have been asked: an answer that cannot be read is no reason to ask in another way.
        raise NotDone(NOT_AGREED) from None


def answer_to(shown: str, id: str = "", *, on_page: bool = False) -> Answered:
    """The answer to a question that is asked now."""
    return Answered(shown, id, time.time() + STATE_SECONDS, on_page)


class StateBoundary:
    """The middleware that seals states, bound to who calls.

    Args:
        keys: the first seals, all of them unseal.
        principal: the fingerprint of the credential behind a request; None where it brings none.
    """

    def __init__(self, keys: SealKeys, principal: Callable[[Context], str | None]) -> None:
        self._keys, self._principal = keys, principal
        self._held: tuple[str, ...] = ()
        self._read_at = 0.0
        self._boundary: RequestStateBoundary | None = None

    async def __call__(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        boundary = await self._current() if ctx.method in _MAY_ASK else None
        return await (call_next(ctx) if boundary is None else boundary(ctx, call_next))

    async def _current(self) -> RequestStateBoundary:
        """The boundary of the keys as they are. Where they cannot be read, that of the last ones, or of one that
        nothing else unseals: the gate lets nothing through then."""
        fresh = self._keys.are_fixed or time.monotonic() - self._read_at < KEYS_SECONDS
        if self._boundary is None or not fresh:
            try:
                keys = await self._keys.get()
            except StoreDown:
                keys = self._held or (secrets.token_hex(32),)
            self._read_at = time.monotonic()
            if self._boundary is None or keys != self._held:
                security = RequestStateSecurity(keys=list(keys), ttl=STATE_SECONDS, bind_principal=self._principal)
                self._held, self._boundary = keys, RequestStateBoundary(security, default_audience="reply-mcp")
        return self._boundary


def _way(context: Context) -> Way:
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return "rounds"
    return "push" if context.session.can_send_request else "none"


def _check(answer: Any) -> None:
    """Returns where the person agreed: the protocol checks neither that there is content nor that it fits the form."""
    action = getattr(answer, "action", None)
    if action == "accept" and (getattr(answer, "content", None) or {}).get("agree") is True:
        return
    raise _not_agreed(action)


def _check_opened(answer: Any) -> None:
    """Returns where the host opened the page: what stands in its answer is not what the person answers there."""
    action = getattr(answer, "action", None)
    if action != "accept":
        raise _not_agreed(action)


def _not_agreed(action: str | None) -> NotDone:
    if action == "decline":
        return Declined(DECLINED)
    return NotDone(CANCELLED if action == "cancel" else NOT_AGREED)

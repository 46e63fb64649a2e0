"""One call's way through the policy: let through, refused, or asked about.

The gate stands right before the call is carried out, after all that is read before it (`Session.perform`). Where a
person has to agree first, it raises, the person is asked, and the call begins anew: what they agreed to is compared
with what the call would do by then, and where that is something else they are asked again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import anyio

from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.operation import Operation, Question
from reply_mcp.client.sending import verification_call
from reply_mcp.client.session import CallContext, Gate
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import SharedState
from reply_mcp.errors import ConfirmationNeeded, JobFailed, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.server.consent.caps import Caps
from reply_mcp.server.consent.codes import CHANGED, Codes
from reply_mcp.server.consent.host import STATE_SECONDS, Declined, Host, HostCannotAsk
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.consent.questions import Asked, count_of, digest, question_about
from reply_mcp.server.consent.requests import APPROVED, DECLINED, Requests
from reply_mcp.server.progress import Progress
from reply_mcp.server.repeats import DONE, UNKNOWN, Earlier, Repeats, is_guarded, what_was_made
from reply_mcp.text.cleaning import clean
from reply_mcp.text.lists import plural

T = TypeVar("T")
MOST_QUESTIONS = 3
"""Questions of one call, where what it would do changes while the person answers."""
_LOOK_EVERY = 0.5
"""Seconds between two looks at whether a person has answered."""

STATE_AWAY = (
    "Not done: what a person agrees to is kept where the requests are counted (REPLY_BUDGET_URL), and that cannot be "
    "reached now. Try again in a minute; if it lasts, tell the person."
)
ANSWERED_DECLINED = (
    "Not done: the person was asked with `reply-mcp approve` and declined. Do not call this again unless they ask for "
    "it themselves."
)
KEEPS_CHANGING = "Not done: what this would do changes faster than it can be asked about. Try again in a minute."


class AgreementNeeded(ConfirmationNeeded):
    """A person has to agree first. `str` is the question.

    Attributes:
        asked: the question, and what consent is bound to.
        why: why an agreement or a code that was given does not count, or "".
    """

    def __init__(self, asked: Asked, why: str = "") -> None:
        super().__init__(asked.text)
        self.asked = asked
        self.why = why


class Consent:
    """The policy of a run, and what people have agreed to."""

    def __init__(self, policy: Policy, caps: Caps, codes: Codes, state: SharedState, *, patience: float = 0.0) -> None:
        """`patience`: seconds that a call waits for an answer of `reply-mcp approve`."""
        self.policy = policy
        self.caps = caps
        self.codes = codes
        self.state = state
        self.requests = Requests(state)
        self.repeats = Repeats(state)
        self.patience = patience

    def of_call(self, host: Host | None = None, progress: Progress | None = None) -> CallConsent:
        """For one call. Without a host the person is never asked through it."""
        return CallConsent(self, host, progress)


class CallConsent:
    """What one call needs, and has, of a person's agreement."""

    def __init__(self, consent: Consent, host: Host | None, progress: Progress | None) -> None:
        self._consent = consent
        self._host = host
        self._progress = progress
        self._agreed: str | None = None
        self.effect: Effect | None = None
        """The effect that was decided about; None before."""
        self.agreed_by = ""
        """Who let the call through: `policy`, or a person through `host`, `code` or `approve`; "" while nobody has."""
        self.question_digest = ""
        """What a person agrees to, or is asked about; "" where nobody is asked."""
        self.denied = False
        self._id = secrets.token_hex(8)
        self._begun: str | None = None
        self._repeated: Earlier | None = None

    @property
    def policy(self) -> Policy:
        return self._consent.policy

    async def carry_out(self, perform: Callable[[], Awaitable[T]]) -> T:
        """What `perform` gives, which passes this call's gate; it is called anew after a person agreed.

        Raises:
            NotDone: where nobody did.
        """
        await self._read_answer()
        for _ in range(MOST_QUESTIONS):
            try:
                return await self._noted(perform)
            except AgreementNeeded as needed:
                with _state_needed():
                    await self._ask(needed)
        try:
            return await self._noted(perform)
        except AgreementNeeded:
            raise NotDone(KEEPS_CHANGING) from None

    async def _noted(self, perform: Callable[[], Awaitable[T]]) -> T:
        """What `perform` gives; where it fails, what is known of the call's outcome is kept for a repeat."""
        try:
            return await perform()
        except ReplyError as error:
            if self._begun is not None:
                if isinstance(error, OutcomeUnknown | JobFailed):
                    await self._consent.repeats.settle(self._begun, self._id, UNKNOWN)
                else:
                    await self._consent.repeats.forget(self._begun, self._repeated)
            raise

    async def note_done(self, operation: Operation, answer: Any) -> None:
        """Keeps that the call was done, for a repeat."""
        if self._begun is not None:
            await self._consent.repeats.settle(self._begun, self._id, DONE, what_was_made(operation, answer))

    def gate(
        self,
        owner: str,
        given: Mapping[str, Any],
        confirm: str | None,
        permit: Callable[[Collection[Effect]], None] = lambda effects: None,
    ) -> Gate:
        """The gate of the call: lets it through, or raises `NotDone` or `AgreementNeeded`.

        Args:
            owner: what tells one credential from another: consent is valid for its owner alone.
            given: the arguments as the caller gave them, without `confirm`.
            confirm: the code that the caller gave, if any.
            permit: raises `NotDone` for effects that are not the caller's to have, whoever agrees.
        """

        async def gate(call: CallContext) -> None:
            operation, policy, caps = call.operation, self._consent.policy, self._consent.caps
            found = operation.effect if operation.effect_for is None else await operation.effect_for(call)
            effects = found if isinstance(found, tuple) else (found,)
            permit(effects)
            effect = policy.strictest(effects)
            decision = policy.decision(effect)
            self.effect = effect
            if decision == "deny":
                self.denied = True
                raise NotDone(
                    f"Not done: this server's settings forbid it to {_verb(effect)} (policy {effect}=deny). "
                    "Tell the person; only they can change it."
                )
            called = digest(owner, operation.tool, given)
            counted = decision != "allow" or bool(caps.of(effects))
            earlier = await self._consent.repeats.find(operation, called)
            if earlier is None and not counted:
                earlier = await self._begin(operation, called)
                if earlier is None:
                    self.agreed_by = "policy"
                    return
            question = await question_about(call, operation, effect) if counted else Question("")
            count, text = count_of(question), clean(question.text)
            with _state_needed():
                if decision == "allow" and earlier is None:
                    over = await caps.take(owner, effects, count)
                    if over is None:
                        self.agreed_by = "policy"
                        await self._begin(operation, called)
                        return
                else:
                    over = await caps.exceeded(owner, effects, count)
                if over is not None:
                    text = f"{caps.describe(over)} {text}"
                shown = digest(
                    called, sorted(effects), text, question.facts, *([earlier.id, earlier.outcome] if earlier else ())
                )
                self._repeated = earlier
                if earlier is not None:
                    look = verification_call(operation, call.arguments)
                    text = f"{earlier.describe(look)} {text}".rstrip()
                asked = Asked(text, called, shown, operation.tool, effect, by_code=decision != "person")
                self.question_digest = shown
                why = await self._why_not(owner, asked, confirm)
                if why is not None:
                    raise AgreementNeeded(asked, why)
                await caps.count(owner, effects, count)
            await self._begin(operation, called, again=True)

        return gate

    async def _begin(self, operation: Operation, called: str, *, again: bool = False) -> Earlier | None:
        """Remembers that the call is made now; gives an earlier one instead, unless it is to be made again."""
        if not is_guarded(operation):
            return None
        earlier = await self._consent.repeats.begin(called, self._id, again=again)
        if earlier is None:
            self._begun = called
        return earlier

    async def _why_not(self, owner: str, asked: Asked, confirm: str | None) -> str | None:
        """None where a person has agreed to exactly this; else why what they said does not count, or ""."""
        agreed, self._agreed = self._agreed, None
        if agreed is not None:
            self.agreed_by = "host" if agreed == asked.shown else ""
            return None if agreed == asked.shown else CHANGED
        if not asked.by_code:
            answer = await self._consent.requests.take(asked.shown)
            if answer == DECLINED:
                raise Declined(ANSWERED_DECLINED)
            self.agreed_by = "approve" if answer == APPROVED else ""
            return None if answer == APPROVED else ""
        if confirm is None:
            return ""
        wrong = await self._consent.codes.use(owner, asked, confirm)
        self.agreed_by = "" if wrong else "code"
        return wrong or None

    async def _read_answer(self) -> None:
        """Takes what the person answered in an earlier round."""
        agreed = self._host.answer() if self._host is not None else None
        if agreed is None:
            return
        with _state_needed():
            # The protocol lets a client send the same answer again.
            if not await self._consent.state.add(f"consent:round:{agreed.id}", "used", STATE_SECONDS):
                raise NotDone("Not done again: that answer of the person has been used. Call without it to ask anew.")
        self._agreed = agreed.shown

    async def _ask(self, needed: AgreementNeeded) -> None:
        """Returns where the person agreed, so that the call may begin anew.

        Raises:
            NotDone: where they did not, or have not yet.
        """
        asked, why = needed.asked, needed.why
        text = f"{why}{asked.text}"
        if self._host is not None and self._host.way == "rounds":
            raise self._host.ask_in_round(text, asked.shown)
        if self._host is not None and self._host.way == "push":
            try:
                await self._host.ask_now(text)
                self._agreed = asked.shown
                return
            except HostCannotAsk:
                self._host = None
                why = f"The host could not ask the person. {why}"
        if not asked.by_code:
            await self._wait_for_approval(asked)
            return
        code, seconds = await self._consent.codes.issue(asked)
        raise ConfirmationNeeded(
            f"{why}Not done yet. {asked.text}\nTo go ahead, once the person agrees, call again with "
            f'confirm="{code}" (valid {plural(max(1, seconds // 60), "minute")}, for these arguments only).'
        )

    async def _wait_for_approval(self, asked: Asked) -> None:
        """Returns where the person agreed by `reply-mcp approve` while the call waited. The first call with a question
        does not wait: the person has to be sent there."""
        requests = self._consent.requests
        request, new = await requests.open(asked)
        until = time.monotonic() + (0 if new else self._consent.patience)
        while (now := time.monotonic()) < until:
            if await requests.peek(asked.shown) is not None:
                return  # the gate takes the answer
            if self._progress is not None:
                await self._progress.on_wait(until - now, f"waiting for `reply-mcp approve` of {request.id}")
            await anyio.sleep(_LOOK_EVERY)
        raise ConfirmationNeeded(
            f"Not done yet. {asked.text}\nOnly a person can let this through, and no code does: ask them to run "
            f"`reply-mcp approve` (request {request.id}, waiting for ten minutes), then call again with the same "
            "arguments."
        )


@contextmanager
def _state_needed() -> Iterator[None]:
    """Where the state cannot be reached nothing is done, and it is said."""
    try:
        yield
    except StoreDown:
        raise NotDone(STATE_AWAY) from None


def _verb(effect: Effect) -> str:
    verbs = {Effect.SEND: "send", Effect.SPEND: "spend credits", Effect.SHARE: "share", Effect.DELETE: "delete"}
    return verbs.get(effect, effect.value)

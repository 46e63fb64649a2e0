"""One call's way to a person's agreement and back to the gate.

The gate stands right before the call is carried out. Where a person has to agree first, it raises, the person is asked,
and the call begins anew: what they agreed to is compared with what the call would do by then, and where that is
something else they are asked again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import anyio

from reply_mcp.catalog.operation import Operation
from reply_mcp.client.call_context import CallContext
from reply_mcp.client.outcomes import PASSING
from reply_mcp.client.session import Gate as PassGate
from reply_mcp.errors import ApiError, NotDone, RateLimited, Unreachable, Unreadable
from reply_mcp.server.consent.agreements import Agreement
from reply_mcp.server.consent.asking import Asking
from reply_mcp.server.consent.consent import Consent, state_needed
from reply_mcp.server.consent.gate import Gate, Record
from reply_mcp.server.consent.host import Answered, Host
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.consent.questions import AgreementNeeded
from reply_mcp.server.context import Permit, permit_all
from reply_mcp.server.progress import Progress
from reply_mcp.server.repeats import DONE, UNKNOWN, Making, what_was_made
from reply_mcp.text.times import local, zone_name

T = TypeVar("T")
MOST_QUESTIONS = 3
"""Questions of one call, where what it would do changes while the person answers."""

KEEPS_CHANGING = "Not done: what this would do changes faster than it can be asked about. Try again in a minute."


class CallConsent:
    """What one call needs, and has, of a person's agreement.

    Args:
        host: that asks the person; without one they are never asked through it.

    Attributes:
        record: what the audit log has of it.
        agreed: whether a person may have agreed to the call already, so that all that it says has to be read anew.
        still_holds: for the agent, that an agreement which the call took and did not need holds again; "" otherwise.
    """

    def __init__(self, consent: Consent, host: Host | None = None, progress: Progress | None = None) -> None:
        self._consent = consent
        self._host = host
        self._asking = Asking(consent, host, progress)
        self._making = Making(consent.repeats)
        self._answered: Answered | None = None
        self._gate: Gate | None = None
        self._call: CallContext | None = None
        self.record = Record()
        self.agreed = False
        self.still_holds = ""

    @property
    def policy(self) -> Policy:
        return self._consent.policy

    async def carry_out(self, perform: Callable[[], Awaitable[T]]) -> T:
        """What `perform` gives, which passes this call's gate; it is called anew after a person agreed.

        Raises:
            NotDone: where nobody did.
        """
        with state_needed():
            answered = await self._host.answer(self._consent.rounds.close) if self._host is not None else None
        self._answered = answered
        for _ in range(MOST_QUESTIONS):
            try:
                return await self._perform_and_settle(perform)
            except AgreementNeeded as needed:
                with state_needed():
                    self._answered = await self._asking.ask(needed, answered)
        try:
            return await self._perform_and_settle(perform)
        except AgreementNeeded:
            raise NotDone(KEEPS_CHANGING) from None

    async def note_done(self, operation: Operation, answer: Any) -> None:
        """Keeps that the call was done, for a repeat."""
        await self._making.end(DONE, what_was_made(operation, answer))

    async def note_nothing_done(self) -> None:
        """Forgets a call that came to its end and changed nothing: made once more it is no repeat, and no ceiling
        counts it."""
        await self._making.forget()
        if self._gate is not None:
            await self._gate.give_back(may_pass_later=False)

    def gate(
        self,
        owner: str,
        given: Mapping[str, Any],
        confirm: str | None,
        permit: Permit = permit_all,
        acting_user: str = "",
    ) -> PassGate:
        """The gate of the call: lets it through, or raises `NotDone` or `AgreementNeeded`.

        Args:
            owner: what tells one credential from another: consent is valid for its owner alone.
            given: the arguments as the caller gave them, without `confirm`.
            confirm: the code that the caller gave, if any.
            permit: raises `NotDone` for effects that are not the caller's to have, whoever agrees.
            acting_user: as whom the call is made, where that is not the key's own user.
        """
        answered, self._answered = self._answered, None
        self.agreed = answered is not None or confirm is not None
        gate = self._gate = Gate(
            self._consent, self.record, self._making, owner, given, confirm, permit, answered, acting_user
        )

        async def passed(call: CallContext) -> None:
            self._call = call
            await gate(call)

        return passed

    async def _perform_and_settle(self, perform: Callable[[], Awaitable[T]]) -> T:
        """What `perform` gives. Where it fails, what is known of the outcome is kept for a repeat, and what a call that
        did nothing had taken is given back."""
        try:
            return await perform()
        except BaseException as error:
            # Whoever waits for the call may have gone.
            with anyio.CancelScope(shield=True):
                await self._settle(error)
            raise

    async def _settle(self, error: BaseException) -> None:
        outcome = "not done" if self._call is None else self._call.outcome_of(error)
        if self._call is not None and outcome == "done":
            await self.note_done(self._call.operation, self._call.answer)
        elif outcome == "unknown":
            await self._making.end(UNKNOWN)
        elif self._gate is not None:
            await self._making.forget()
            agreement = await self._gate.give_back(may_pass_later=_may_pass_later(error))
            if agreement is not None:
                self.still_holds = _describe(agreement)


def _may_pass_later(error: BaseException) -> bool:
    """Whether the same call may go through a moment later. Where Reply refused it for what it is, or it was cancelled,
    the person is asked anew before it is tried again."""
    if isinstance(error, ApiError):
        return error.status in PASSING
    return isinstance(error, RateLimited | Unreachable | Unreadable)


def _describe(agreement: Agreement) -> str:
    until = f"{local(datetime.fromtimestamp(agreement.until, UTC)):%H:%M:%S} {zone_name()}"
    same = "arguments and the same code" if agreement.held else "arguments, and they are not asked again,"
    return f" What the person agreed to still holds: call again with the same {same} before {until}."

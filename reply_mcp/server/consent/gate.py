"""The gate that a call passes right before it is carried out, after all that is read before it (`Session.perform`).

In this order: the policy decides about its effect, the question is made, ceilings are counted, a person's agreement is
taken, and that the call is made now is remembered for a repeat of it. Whatever a call takes on its way through is given
back where it is sure that it did nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio

from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.operation import Operation, Question
from reply_mcp.client.call_context import CallContext
from reply_mcp.client.recording import check_changes_something
from reply_mcp.client.sending import verification_call
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.unknown_ids import check_ids_exist
from reply_mcp.errors import NotDone
from reply_mcp.server.consent.agreements import Agreement
from reply_mcp.server.consent.codes import CHANGED
from reply_mcp.server.consent.consent import Consent, state_needed
from reply_mcp.server.consent.host import DECLINED, Answered, Declined
from reply_mcp.server.consent.policy import Decision
from reply_mcp.server.consent.questions import AgreementNeeded, Asked, digest, question_about
from reply_mcp.server.context import Permit, permit_all
from reply_mcp.server.repeats import Making
from reply_mcp.server.same_calls import canonical_arguments
from reply_mcp.text.addresses import describe_odd_letters, hide_userinfo
from reply_mcp.text.cleaning import clean

ANSWER_USED = (
    "Not done: that question was answered before, with a yes that has been used or with no yes, or it no longer waits. "
    "Call without that answer to ask anew."
)


@dataclass
class Record:
    """What the audit log has of a call's way through the gate.

    Attributes:
        effect: what was decided about; None before.
        agreed_by: who let the call through: `policy`, or a person through `host`, `code` or `approve`; "" for nobody.
        question_digest: what a person agreed to, or is asked about; "" where nobody is asked.
        denied: whether the policy forbids it.
        declined: whether the person who was asked declined.
    """

    effect: Effect | None = None
    agreed_by: str = ""
    question_digest: str = ""
    denied: bool = False
    declined: bool = False


@dataclass
class Taken:
    """What a call has taken on its way through.

    Attributes:
        counted: how much of which effects, against their ceilings.
        agreement: of a person, with what they were asked; None where the policy let it through.
    """

    owner: str
    counted: tuple[tuple[Effect, ...], int] = ((), 0)
    agreement: Agreement | None = None
    asked: Asked | None = None


class Gate:
    """The gate of one call, which passes it anew after each question.

    Args:
        owner: what tells one credential from another: consent is valid for its owner alone.
        given: the arguments as the caller gave them, without `confirm`.
        confirm: the code that the caller gave, if any.
        permit: raises `NotDone` for effects that are not the caller's to have.
        answered: what the person answered through the host, if they did; it counts once.
        acting_user: as whom the call is made, where that is not the key's own user.
    """

    def __init__(
        self,
        consent: Consent,
        record: Record,
        making: Making,
        owner: str,
        given: Mapping[str, Any],
        confirm: str | None,
        permit: Permit = permit_all,
        answered: Answered | None = None,
        acting_user: str = "",
    ) -> None:
        self._consent = consent
        self._record = record
        self._making = making
        self._owner = owner
        self._given = given
        self._confirm = confirm
        self._permit = permit
        self._answered = answered
        self._acting_user = acting_user
        self.taken: Taken | None = None

    async def __call__(self, call: CallContext) -> None:
        """Lets the call through.

        Raises:
            NotDone: where it must not be made.
            AgreementNeeded: where a person has to agree first.
        """
        operation = call.operation
        effects = await self._effects(call)
        self._permit(effects)
        effect = self._consent.policy.strictest(effects)
        decision = self._decide(effect)
        if decision == "allow" and call.asks_first:
            decision = "ask"

        means = dict(call.means)
        earlier = None
        # What only reads, as it stands, does nothing a second time either.
        if effect is not Effect.READ:
            arguments = canonical_arguments(operation.arguments, call.given)
            made = digest(self._owner, operation.tool, arguments, means)
            earlier = await self._making.earlier(operation, made)
        question = Question("")
        if decision != "allow" or earlier is not None or self._consent.caps.of(effects):
            call.read_anew()
            question = await question_about(call, operation, effect)
            if decision != "allow" or earlier is not None:
                await check_ids_exist(call)
                await check_changes_something(call)
            await call.check_key()
        count = question.count
        # Whoever waits for the call may go in the middle: what is taken is known, so that it can be given back.
        with anyio.CancelScope(shield=True), state_needed():
            if decision == "allow" and earlier is None:
                over = await self._consent.caps.take(self._owner, effects, count)
                if over is None:
                    earlier = await self._making.begin()
                    if earlier is None:
                        _note_odd_letters(call)
                        self._record.agreed_by = "policy"
                        self.taken = Taken(self._owner, (effects, count))
                        return
                    await self._consent.caps.count(self._owner, effects, -count)
                    question = question if question.text else await question_about(call, operation, effect)
            else:
                over = await self._consent.caps.exceeded(self._owner, effects, count)
            called = digest(self._owner, operation.tool, {**self._given, **means})
            make_asked = partial(self._asked, call, effects, effect, decision, question, over, called)
            asked = make_asked()
            agreement = await self._agreement(asked)
            await self._consent.caps.count(self._owner, effects, count)
            self.taken = Taken(self._owner, (effects, count), agreement, asked)
            if await self._making.begin() is not None:
                # The same call began elsewhere in this very moment: the person knows nothing of that.
                await self.give_back()
                raise AgreementNeeded(make_asked(), CHANGED)
        self._record.agreed_by = agreement.by

    async def give_back(self, *, may_pass_later: bool = True) -> Agreement | None:
        """Gives back what a call that did nothing has taken; a person's agreement only where the same call may pass
        later. Gives the agreement that holds again, if one does."""
        taken, self.taken = self.taken, None
        if taken is None:
            return None
        try:
            effects, count = taken.counted
            await self._consent.caps.count(taken.owner, effects, -count)
            if taken.agreement is None or taken.asked is None or not may_pass_later:
                return None
            if taken.agreement.held:
                return taken.agreement if await self._consent.codes.give_back(taken.asked, taken.agreement) else None
            await self._consent.agreements.keep(taken.asked.shown, taken.agreement)
        except StoreDown:
            return None
        return taken.agreement if taken.agreement.seconds > 0 else None

    async def _effects(self, call: CallContext) -> tuple[Effect, ...]:
        """The effects of this very call. They are looked up, which may cost a request, only where something hangs on
        them: where all is allowed to everybody without a ceiling, the operation's own effect stands for them."""
        operation = call.operation
        anything_goes = self._consent.policy.lets_all_through() and self._permit is permit_all
        if operation.effect_for is None or anything_goes:
            return (operation.effect,)
        found = await operation.effect_for(call)
        return found if isinstance(found, tuple) else (found,)

    def _decide(self, effect: Effect) -> Decision:
        decision = self._consent.policy.decision(effect)
        self._record.effect = effect
        if decision == "deny":
            self._record.denied = True
            raise NotDone(
                f"Not done: this server's settings forbid it to {_verb(effect)} (policy {effect}=deny). "
                "Tell the person; only they can change it."
            )
        return decision

    def _asked(
        self,
        call: CallContext,
        effects: tuple[Effect, ...],
        effect: Effect,
        decision: Decision,
        question: Question,
        over: Effect | None,
        called: str,
    ) -> Asked:
        """The question as a person reads it, and what their consent is bound to."""
        operation: Operation = call.operation
        text, earlier = hide_userinfo(clean(question.text)), self._making.repeated
        if over is not None:
            text = f"{self._consent.caps.describe(over)} {text}"
        repeat = (earlier.id, earlier.outcome) if earlier is not None else ()
        shown = digest(called, sorted(effects), text, question.facts, *repeat)
        if earlier is not None:
            text = f"{earlier.describe(verification_call(operation, call.arguments))} {text}".rstrip()
        self._record.question_digest = shown
        by_code = decision != "person"
        return Asked(text, called, shown, operation.tool, effect, by_code, self._owner, self._acting_user)

    async def _agreement(self, asked: Asked) -> Agreement:
        """The agreement of a person to exactly this.

        Raises:
            AgreementNeeded: where there is none.
            NotDone: where they declined, or their answer has been used.
        """
        answered, self._answered = self._answered, None
        used = False
        if answered is not None and not answered.on_page:
            used = not await self._consent.rounds.close(answered)
            if not used and answered.shown == asked.shown:
                return Agreement("host", answered.until)
        waiting = await self._consent.agreements.take(asked.shown)
        if waiting is not None:
            if not waiting.agreed:
                raise Declined(DECLINED)
            return waiting
        if used:
            raise NotDone(ANSWER_USED)
        if answered is not None and answered.shown != asked.shown:
            raise AgreementNeeded(asked, CHANGED)
        if self._confirm is None or not asked.by_code:
            raise AgreementNeeded(asked)
        found = await self._consent.codes.use(asked, self._confirm)
        if isinstance(found, str):
            raise AgreementNeeded(asked, found)
        return found


def _note_odd_letters(call: CallContext) -> None:
    """Where nobody is asked, the answer says which addresses pass for others."""
    if call.operation.effect is not Effect.READ and (odd := describe_odd_letters(call.arguments.wire())):
        call.notes.append(odd)


def _verb(effect: Effect) -> str:
    verbs = {Effect.SEND: "send", Effect.SPEND: "spend credits", Effect.SHARE: "share", Effect.DELETE: "delete"}
    return verbs.get(effect, effect.value)
